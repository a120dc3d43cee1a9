// The page in every state that it can be in: axe finds nothing, no panel is blank, nothing runs out of the window.
import type { Page } from '@playwright/test';
import { expectClean, type Part } from './support/axe';
import { HELD_ENGINE, hold, inWorker, ON_TRIGGER, trigger } from './support/faults';
import { expect, test } from './support/fixtures';
import type { Peek } from './support/peek';

const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

// What stands in a panel besides its heading and its switches: words, a chart, or the shape of one.
async function expectNothingBlank(page: Page, state: string): Promise<void> {
  const blank = await page.locator('.panel').evaluateAll((panels) =>
    panels
      .filter((panel) => panel.checkVisibility({ visibilityProperty: true }))
      .filter((panel) => {
        // What is closed has nothing to show yet.
        if (panel.querySelector(':scope > details:not([open])')) return false;
        const all = [...panel.querySelectorAll<HTMLElement>('p, canvas, table, textarea, .fold, [class*="-waiting"], .strip.waiting span')];
        return !all.some((part) => part.checkVisibility() && part.offsetHeight > 0);
      })
      .map((panel) => panel.className),
  );
  expect.soft(blank, `${state}: blank panels`).toEqual([]);
}

async function look(page: Page, state: string, part: Part = {}): Promise<void> {
  for (const size of [WIDE, PHONE]) {
    await page.setViewportSize(size);
    const name = `${state}, ${size.width} px`;
    await expectClean(page, name, part);
    if (!part.within) await expectNothingBlank(page, name);
    const [inner, wide] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
    expect.soft(wide, `${name}: nothing runs out of the window`).toBeLessThanOrEqual(inner);
  }
  await page.setViewportSize(WIDE);
}

async function menu(page: Page, peek: Peek, testid: string, part: Part): Promise<void> {
  await peek.at(testid).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('details[open]', { has: peek.at(testid) })).toBeVisible();
  await look(page, `menu ${testid}`, { ...part, within: 'details.menu[open]' });
  await peek.at(testid).focus();
  await page.keyboard.press('Escape');
}

// Of a theme nothing is its own but its colours.
for (const [theme, part] of [['light', {}], ['dark', { rules: ['color-contrast'] }]] as const satisfies [string, Part][]) {
  test(`every state is clean under axe, and none is blank: ${theme}`, async ({ peek, page }) => {
    test.setTimeout(300_000);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await inWorker(page, HELD_ENGINE + ON_TRIGGER('boom', `throw new Error('boom');`));
    const program = await hold(page, '**/peek_page_bg.wasm');
    const engine = await hold(page, '**/engine-cpu/**');
    await page.goto('./', { waitUntil: 'commit' });
    await expect(page.locator('#boot-state')).toBeVisible();
    await look(page, 'before the program', part);
    program();
    await expect(peek.at('load-progress')).toBeVisible();
    await look(page, 'loading', part);
    engine();
    await peek.settled();

    await test.step('running over an older result, and partial', async () => {
      await trigger(page, 'hold');
      await peek.at('clean').fill('Who wrote Emma, then?');
      await expect(peek.at('grid-panel')).toHaveAttribute('data-phase', 'running');
      await look(page, 'running', part);
      await peek.at('cancel').click();
      await trigger(page, 'release');
      await expect(peek.at('run-again')).toBeVisible();
      await look(page, 'partial', part);
      await peek.at('run-again').click();
      await peek.settled();
    });

    await test.step('refused, and an engine that has stopped', async () => {
      await peek.at('answer').fill('');
      await expect(peek.at('answer-notes')).toBeVisible();
      await expect(peek.at('sentence'), 'the last result is stale, and stays').toHaveAttribute('data-stale', 'true');
      await look(page, 'refused', part);
      await trigger(page, 'boom');
      await expect(peek.at('engine-stopped')).toBeVisible();
      await look(page, 'engine stopped', part);
      await peek.at('answer').fill(' Jane');
      await peek.at('restart-engine').click();
      await peek.settled();
    });

    await test.step('menus and dialogs', async () => {
      for (const testid of ['presets', 'lessons', 'export-head-scores']) await menu(page, peek, testid, part);
      await peek.at('self-test-open').click();
      await look(page, 'self-test', { ...part, within: '[data-testid=self-test]' });
      await page.keyboard.press('Escape');
    });

    await test.step('further views', async () => {
      await peek.at('setup-at').selectOption('grid');
      await peek.at('alignment-toggle').click();
      await page.locator('[data-testid=head-cell][data-head=L1H1]').click({ modifiers: ['Control'] });
      await page.locator('[data-testid=head-cell][data-head=L0H1]').click({ modifiers: ['Control'] });
      await expect(peek.at('unit-set')).toHaveAttribute('data-phase', 'done');
      await peek.at('attention-mode-layer').click();
      await peek.at('lens-view-positions').click();
      await peek.at('parts-open').click();
      await peek.at('label-heads').click();
      await peek.at('sets').locator('> summary').click();
      await peek.at('set-questions').click();
      await peek.at('set-run').click();
      await expect(peek.at('sets')).toHaveAttribute('data-phase', 'done');
      await expect(peek.at('parts')).toHaveAttribute('data-phase', 'done');
      await look(page, 'positions, a set, parts, many prompts', part);
    });
  });
}
