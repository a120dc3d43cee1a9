// The first visit: what the page is, the result of a preset and the one thing to click next, all on the first screen.
import type { Locator, Page } from '@playwright/test';
import { axe } from './support/axe';
import { expect, test } from './support/fixtures';

async function expectOnScreen(page: Page, what: Locator, name: string): Promise<void> {
  await expect(what, name).toBeVisible();
  const [box, { width, height }] = [(await what.boundingBox())!, page.viewportSize()!];
  expect(box.y, `${name} begins on the first screen`).toBeGreaterThanOrEqual(0);
  expect(box.y + box.height, `${name} ends on the first screen`).toBeLessThanOrEqual(height);
  expect(box.x, `${name}, at the left`).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width, `${name}, at the right`).toBeLessThanOrEqual(width);
}

for (const [width, height, theme] of [[1366, 768, 'light'], [1440, 900, 'dark']] as const) {
  test(`a newcomer sees what it is, a result, and what to click next: ${width} x ${height}, ${theme}`, async ({ peek, page }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme });
    await peek.open();
    const cells = await peek.cells();
    const best = cells.reduce((a, b) => ((b.delta ?? 0) > (a.delta ?? 0) ? b : a));
    const cell = page.locator(`[data-testid=head-cell][data-head=${best.head}]`);
    await expect(peek.at('welcome')).toContainText('A GPT-2 runs in this tab');
    await expect(peek.at('click-me')).toHaveCount(1);
    await expect(cell, 'the head that helps most is marked').toHaveClass(/next-click/);
    await expect(cell).toHaveAccessibleName(/click this head first/);
    const parts: [Locator, string][] = [
      [peek.at('welcome'), 'what it is'], [peek.at('first-minute'), 'the lesson'], [peek.at('sentence'), 'the result'],
      [peek.at('clean'), 'the prompt'], [peek.at('next-clean').locator('tr').nth(1), 'the answer'], [cell, 'the marked head'],
      [peek.at('click-me'), 'its mark'], [peek.at('grid-help'), 'what the grid is'], [peek.at('grid-canvas'), 'the grid'],
      [peek.at('bars-canvas'), 'the top heads'], [peek.at('heatmap'), 'the attention'],
    ];
    for (const [what, name] of parts) await expectOnScreen(page, what, name);
    const { violations } = await axe(page).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);

    for (const other of await peek.at('head-cell').all()) {
      const [box, name] = [(await other.boundingBox())!, await other.getAttribute('data-head')];
      const hit = await page.evaluate(([x, y]) => document.elementFromPoint(x, y)?.getAttribute('data-head'), [box.x + box.width / 2, box.y + box.height / 2]);
      expect(hit, 'nothing lies over a cell').toBe(name);
      expect(box.y, 'the words are above every cell').toBeGreaterThan((await peek.at('click-me').boundingBox())!.y + 18);
    }
    await cell.click();
    await expect(peek.at('attention'), 'its attention is shown').toHaveAttribute('data-head', best.head);
    await expect(peek.at('attention-how')).toHaveText('pinned');
    await expect(peek.at('welcome')).toContainText(`${best.head} is pinned`);
    await expect(peek.at('click-me')).toHaveCount(0);
  });
}

test('whoever has clicked, closed or begun the lesson is not greeted again', async ({ peek, page }) => {
  await peek.open();
  await peek.at('welcome-close').press('Enter');
  await expect(peek.at('welcome')).toHaveCount(0);
  await expect(page.locator('.sentence'), 'the focus stays beside it').toBeFocused();
  await expect(peek.at('click-me')).toHaveCount(0);
  await expect(peek.at('first-minute'), 'the lesson stays within reach').toHaveText('New here?');
  await page.reload();
  await peek.settled();
  await expect(peek.at('welcome')).toHaveCount(0);

  for (const way of ['first-minute', 'click-me']) {
    await page.evaluate(() => localStorage.clear());
    await page.goto('about:blank');
    await peek.open();
    await expect(peek.at('welcome')).toBeVisible();
    await (way === 'click-me' ? page.locator('.cell.next-click') : peek.at(way)).click();
    await page.goto('about:blank');
    await peek.open();
    await expect(peek.at('welcome'), way).toHaveCount(0);
  }
});

test('on a phone the mark stays within the window, and a page that cannot remember greets nobody', async ({ peek, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await peek.open();
  await peek.at('click-me').scrollIntoViewIfNeeded();
  await expectOnScreen(page, peek.at('click-me'), 'the mark');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('no', 'SecurityError'); } });
  });
  await page.goto('about:blank');
  await peek.open();
  await expect(peek.at('welcome')).toHaveCount(0);
});
