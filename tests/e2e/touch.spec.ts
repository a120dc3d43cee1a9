// A phone's finger: it does not hover, so a tap marks what it is on and says what it is, until the next tap elsewhere.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/fixtures';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

// Taps a chart at a part of its width and height.
async function tapAt(page: Page, chart: Locator, across: number, down: number): Promise<void> {
  await chart.scrollIntoViewIfNeeded();
  const box = (await chart.boundingBox())!;
  await page.touchscreen.tap(box.x + across * box.width, box.y + down * box.height);
}

// The page's name is nothing to press.
const elsewhere = (page: Page) => page.locator('h1').tap();

const tipOf = (chart: Locator) => chart.locator('xpath=..').getByTestId('tip');

test('a tap on a chart says what is there, until the next tap elsewhere', async ({ peek, page }) => {
  await peek.open();
  const heatmap = peek.at('heatmap');
  await tapAt(page, heatmap, 0.17, 0.1);
  await expect(tipOf(heatmap)).toContainText('reads');
  await expect(page.locator('[data-testid=clean-tokens] .lit'), 'its token is lit among the prompt\'s').not.toHaveCount(0);
  const first = (await tipOf(heatmap).textContent())!;
  await tapAt(page, heatmap, 0.17, 0.18);
  await expect(tipOf(heatmap), 'another cell is said').not.toHaveText(first);
  await elsewhere(page);
  await expect(tipOf(heatmap)).toHaveCount(0);
  await expect(page.locator('[data-testid=clean-tokens] .lit')).toHaveCount(0);

  await peek.at('tab-lens').tap();
  const curves = peek.at('lens-canvas');
  await tapAt(page, curves, 0.5, 0.25);
  await expect(tipOf(curves)).toContainText('probability');
  await elsewhere(page);
  await expect(tipOf(curves)).toHaveCount(0);

  await peek.at('tab-parts').tap();
  for (const id of ['parts-heads', 'scatter']) {
    const chart = peek.at(id);
    await tapAt(page, chart, 0.5, 0.5);
    await expect(tipOf(chart), id).toBeVisible();
    await elsewhere(page);
    await expect(tipOf(chart), id).toHaveCount(0);
  }
});

test('a finger that scrolls over a chart marks nothing, and lets nothing go', async ({ peek, page }) => {
  await peek.open();
  const heatmap = peek.at('heatmap');
  await tapAt(page, heatmap, 0.17, 0.1);
  await expect(tipOf(heatmap)).toBeVisible();
  const said = await tipOf(heatmap).textContent();
  const box = (await heatmap.boundingBox())!;
  const before = await page.evaluate(() => scrollY);
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: y === undefined ? [] : [{ x: box.x + 60, y }] });
  const from = box.y + 60;
  await touch('touchStart', from);
  for (let step = 1; step <= 10; step++) await touch('touchMove', from + 12 * step);
  await touch('touchEnd');
  await expect.poll(() => page.evaluate(() => scrollY), 'the page was scrolled').toBeLessThan(before);
  expect(await tipOf(heatmap).textContent()).toBe(said);
});

test('a tap on a cell of a grid says what is there, until the next tap elsewhere', async ({ peek, page }) => {
  await peek.open();
  const grid = peek.at('grid-canvas');
  for (const head of ['L0H2', 'L2H3']) {
    await page.locator(`[data-testid=head-cell][data-head=${head}]`).tap();
    await expect(tipOf(grid)).toContainText(head);
  }
  await elsewhere(page);
  await expect(tipOf(grid)).toHaveCount(0);

  await peek.at('tab-lens').tap();
  await peek.at('lens-view-positions').tap();
  const cell = peek.at('lens-cells').locator('.cell').nth(5);
  await cell.tap();
  await expect(peek.at('lens').getByTestId('tip')).toBeVisible();
  await elsewhere(page);
  await expect(peek.at('lens').getByTestId('tip')).toHaveCount(0);
});

test('the tap that a newcomer is asked for shows what comes of it', async ({ peek, page }) => {
  await peek.open();
  const marked = page.locator('.cell.next-click');
  await expect(peek.at('heatmap'), 'it is out of sight').not.toBeInViewport({ ratio: 0.5 });
  await marked.tap();
  await expect(peek.at('attention-how')).toHaveText('pinned');
  await expect(peek.at('heatmap')).toBeInViewport({ ratio: 0.9 });
});

test('sites that are layers have no tab of top heads', async ({ peek, page }) => {
  await peek.open();
  await peek.at('tab-top-heads').tap();
  await expect(peek.at('bars-canvas')).toBeVisible();
  await peek.at('setup-site').selectOption('resid_pre');
  await peek.scored();
  await expect(peek.at('tab-top-heads')).toHaveCount(0);
  await expect(peek.at('tab-attention'), 'another is open instead').toHaveAttribute('aria-selected', 'true');
  await expect(peek.at('heatmap')).toBeVisible();
  await peek.at('tab-lens').focus();
  await page.keyboard.press('ArrowRight');
  await expect(peek.at('tab-lens')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowRight');
  await expect(peek.at('tab-parts'), 'keys go past the one that is not there').toHaveAttribute('aria-selected', 'true');
  await expect(peek.at('label-heads'), 'there are no heads to label').toHaveCount(0);
});
