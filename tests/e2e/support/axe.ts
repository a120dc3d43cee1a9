// What axe has against the page as it is now, in one line each.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

export type Part = { within?: string; rules?: string[] };

export async function expectClean(page: Page, state: string, { within, rules }: Part = {}): Promise<void> {
  const builder = new AxeBuilder({ page });
  if (within) builder.include(within);
  if (rules) builder.withRules(rules);
  const { violations } = await builder.analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n').at(-1)?.trim()}`),
  );
  expect.soft(found, state).toEqual([]);
}
