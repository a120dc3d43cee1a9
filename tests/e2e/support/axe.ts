// What axe has against the page as it is now, in one line each.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

// A check of the page as it is now. What WCAG 2.2 adds is off in axe unless it is asked for: targets of at least 24 pixels.
export function axe(page: Page): AxeBuilder {
  return new AxeBuilder({ page }).options({ rules: { 'target-size': { enabled: true } } });
}

export type Part = { within?: string; rules?: string[] };

export async function expectClean(page: Page, state: string, { within, rules }: Part = {}): Promise<void> {
  const builder = axe(page);
  if (within) builder.include(within);
  if (rules) builder.withRules(rules);
  const { violations } = await builder.analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n').at(-1)?.trim()}`),
  );
  expect.soft(found, state).toEqual([]);
}
