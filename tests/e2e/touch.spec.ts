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

// Moves a finger that began at a place down by 120 pixels, with which the page scrolls.
async function scrollFrom(page: Page, place: Locator): Promise<void> {
  const { x, y } = (await place.boundingBox())!;
  const before = await page.evaluate(() => scrollY);
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', by?: number) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: by === undefined ? [] : [{ x: x + 20, y: y + 8 + by }] });
  await touch('touchStart', 0);
  for (let step = 1; step <= 10; step++) await touch('touchMove', 12 * step);
  await touch('touchEnd');
  await session.detach();
  await expect.poll(() => page.evaluate(() => scrollY), 'the page was scrolled').toBeLessThan(before);
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
  await scrollFrom(page, heatmap);
  expect(await tipOf(heatmap).textContent()).toBe(said);

  await test.step('nor does one over the bars of the top heads', async () => {
    await peek.at('tab-top-heads').tap();
    await page.locator('[data-testid=head-cell][data-head=L2H3]').tap();
    const grid = peek.at('grid-canvas');
    await expect(tipOf(grid)).toContainText('L2H3');
    await peek.at('top-head').last().scrollIntoViewIfNeeded();
    await scrollFrom(page, peek.at('top-head').nth(2));
    await expect(tipOf(grid)).toContainText('L2H3');
  });

  await test.step('nor does one over the tokens of a prompt', async () => {
    await peek.at('tab-attention').tap();
    await peek.unfold('fold');
    await tapAt(page, heatmap, 0.17, 0.1);
    const lit = page.locator('[data-testid=clean-tokens] .lit');
    const texts = await lit.allTextContents();
    expect(texts.length).toBeGreaterThan(0);
    // Half of the prompt's tokens above the window's upper edge, so that there is something to scroll to.
    await page.evaluate(() => {
      const { top } = document.querySelector('[data-testid=clean-tokens]')!.getBoundingClientRect();
      scrollBy({ top: top - 8, behavior: 'instant' });
    });
    await scrollFrom(page, peek.at('clean-tokens').locator('li').last());
    expect(await lit.allTextContents()).toEqual(texts);
  });
});

test('a tap says what is there again after an undo has let it go', async ({ peek, page }) => {
  await peek.open();
  const cell = page.locator('[data-testid=head-cell][data-head=L2H3]');
  const grid = peek.at('grid-canvas');
  await cell.tap();
  await expect(tipOf(grid)).toContainText('L2H3');
  await page.keyboard.press('Control+z');
  await expect(tipOf(grid)).toHaveCount(0);
  await cell.tap();
  await expect(tipOf(grid)).toContainText('L2H3');

  await peek.at('tab-parts').tap();
  const scatter = peek.at('scatter');
  await tapAt(page, scatter, 0.5, 0.5);
  await expect(tipOf(scatter)).toBeVisible();
  const said = (await tipOf(scatter).textContent())!;
  await page.keyboard.press('Control+z');
  await expect(tipOf(scatter)).toHaveCount(0);
  await tapAt(page, scatter, 0.5, 0.5);
  await expect(tipOf(scatter)).toHaveText(said);
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

test('that tap shows the attention, whatever chart is open', async ({ peek, page }) => {
  await peek.open();
  await peek.at('tab-lens').tap();
  await expect(peek.at('heatmap')).not.toBeInViewport();
  await page.locator('.cell.next-click').tap();
  await expect(peek.at('tab-attention')).toHaveAttribute('aria-selected', 'true');
  await expect(peek.at('heatmap')).toBeVisible();
  await expect(peek.at('heatmap')).toBeInViewport({ ratio: 0.5 });
});

test('a head that is taken into a set scrolls nothing, then or later', async ({ peek, page }) => {
  await peek.open();
  await peek.at('select-heads').tap();
  const marked = page.locator('.cell.next-click');
  const name = (await marked.getAttribute('data-head'))!;
  await marked.tap();
  await expect(page.locator(`[data-testid=head-cell][data-head=${name}]`)).toHaveAttribute('data-in-set', 'true');
  await peek.at('select-heads').tap();
  const other = page.locator('[data-testid=head-cell][data-head=L0H2]');
  await other.focus();
  const before = await page.evaluate(() => scrollY);
  await page.keyboard.press('Enter');
  await expect(peek.at('attention-how')).toHaveText('pinned');
  // A smooth scroll would have begun by then.
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => scrollY)).toBe(before);
});

test('what is changed in a panel leaves the page where it is scrolled to', async ({ peek, page }) => {
  await peek.open();
  await peek.settled();
  const panel = peek.at('attention');
  const top = async () => Math.round((await panel.boundingBox())!.y);
  for (const id of ['attention-mode-all', 'attention-mode-one', 'as-lines', 'as-lines', 'weighted', 'attention-mode-layer', 'attention-mode-one', 'weighted', 'run-corrupt']) {
    await panel.evaluate((node) => scrollTo(0, node.getBoundingClientRect().top + scrollY - 200));
    const before = await top();
    await peek.at(id).tap();
    await expect(peek.at('attention').locator('canvas[width]').first()).toBeVisible();
    await page.waitForTimeout(200);
    // A shorter panel may end above the window's edge: the page then ends there too.
    const end = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight - scrollY);
    if (end > 1) expect(await top(), id).toBe(before);
    else expect(await top(), id).toBeLessThan(650);
  }
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
