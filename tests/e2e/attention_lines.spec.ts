// One head's attention as lines between two columns of tokens: what is said of a token, and which lines stay, against the
// numbers of the table.
import type { Locator, Page } from '@playwright/test';
import { axe } from './support/axe';
import { expect, test } from './support/fixtures';
import type { Peek } from './support/peek';

type Side = 'reads' | 'is read';

const lines = (peek: Peek) => peek.at('attention-lines');
const tip = (peek: Peek) => peek.at('attention').getByTestId('tip');

// Where a token's row is in one of the two columns: rows lie evenly between the headings and the legend.
async function place(chart: Locator, token: number, count: number, side: Side): Promise<[number, number]> {
  await chart.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await chart.boundingBox())!;
  const row = Math.min(20, (height - 22 - 40) / count);
  return [x + (side === 'reads' ? 20 : width - 20), y + 22 + (token + 0.5) * row];
}

// Pixels that are no ground, in a band across the middle of the chart: only lines are there.
function inked(page: Page, testid: string): Promise<number> {
  return page.evaluate((id) => {
    const below = document.querySelector<HTMLCanvasElement>(`canvas[data-testid=${id}]`)!;
    const canvases = [...below.parentElement!.querySelectorAll('canvas')];
    const { width, height } = below;
    const both = new OffscreenCanvas(width, height).getContext('2d')!;
    for (const canvas of canvases) both.drawImage(canvas, 0, 0);
    const { data } = both.getImageData(Math.round(width * 0.48), 0, 4, Math.round(height * 0.78));
    let found = 0;
    for (let i = 0; i < data.length; i += 4) {
      if ([0, 1, 2].some((channel) => Math.abs(data[i + channel]! - data[channel]!) > 12)) found += 1;
    }
    return found;
  }, testid);
}

const percents = (text: string) => [...text.matchAll(/(<?[\d.]+)\s%/g)].map(([, number]) => number!);
const written = (share: number) => (share < 0.001 && share > 0 ? '<0.1' : (share * 100).toFixed(share < 0.0995 ? 1 : 0));

test('a token of the lines tells what it reads and what reads it, and a click keeps it', async ({ peek, page }) => {
  await peek.open();
  await peek.settled();
  await peek.at('as-lines').check();
  await expect(lines(peek)).toBeVisible();
  await expect(peek.at('heatmap')).toHaveCount(0);
  const { rows } = await peek.pattern('clean');
  const count = rows.length;
  const all = await inked(page, 'attention-lines');
  expect(all, 'lines are drawn').toBeGreaterThan(20);

  // What the last token reads, and below what reads the fourth.
  const query = count - 1;
  await page.mouse.move(...(await place(lines(peek), query, count, 'reads')));
  await expect(tip(peek).locator('dt').first()).toHaveText('reads');
  const read = [...rows[query]!].sort((a, b) => b - a).slice(0, 3);
  expect(percents((await tip(peek).textContent())!)).toEqual(read.map(written));
  await expect(peek.at('clean-tokens').locator('li').nth(query)).toHaveClass(/lit/);
  const one = await inked(page, 'attention-lines');
  expect(one, 'its lines alone').toBeGreaterThan(0);
  expect(one).toBeLessThan(all);

  const key = 3;
  await page.mouse.move(...(await place(lines(peek), key, count, 'is read')));
  await expect(tip(peek).locator('dt').first()).toHaveText('is read by');
  const readers = rows.slice(key).map((row) => row[key]!).sort((a, b) => b - a).slice(0, 3);
  expect(percents((await tip(peek).textContent())!)).toEqual(readers.map(written));

  await page.mouse.down();
  await page.mouse.up();
  await expect(peek.at('locked')).toHaveAttribute('data-position', String(key));
  await page.mouse.move(2, 2);
  await expect(tip(peek)).toHaveCount(0);
  const kept = await inked(page, 'attention-lines');
  expect(kept).toBeGreaterThan(0);
  expect(kept, 'without the pointer its lines are there still, and no others').toBeLessThan(all);
  const { violations } = await axe(page).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(peek.at('locked')).toHaveCount(0);
  await expect.poll(() => inked(page, 'attention-lines')).toBe(all);

  // From the keyboard: the token of the prompt that has the focus is the one whose lines are drawn.
  await peek.at('clean-tokens').getByRole('button').first().focus();
  for (let i = 0; i < key; i++) await page.keyboard.press('ArrowRight');
  await expect.poll(() => inked(page, 'attention-lines')).toBe(kept);
  await page.keyboard.press('Enter');
  await expect(peek.at('locked')).toHaveAttribute('data-position', String(key));
});

test('lines and map are one choice, which undo, a reload and an address keep', async ({ peek, page }) => {
  await peek.open();
  await peek.settled();
  await peek.at('as-lines').check();
  await expect(lines(peek)).toBeVisible();
  await peek.at('undo').click();
  await expect(peek.at('heatmap')).toBeVisible();
  await expect(lines(peek)).toHaveCount(0);
  await peek.at('redo').click();
  await expect(lines(peek)).toBeVisible();

  await page.reload();
  await expect(lines(peek)).toBeVisible();
  await expect(peek.at('as-lines')).toBeChecked();

  await peek.at('share').click();
  const other = await page.context().newPage();
  await other.goto(page.url());
  await expect(other.getByTestId('attention-lines')).toBeVisible();
  await other.close();

  // What is drawn follows what is shown: the corrupt run has more tokens, and other weights.
  await peek.settled();
  const before = (await lines(peek).boundingBox())!.height;
  const { rows } = await peek.pattern('corrupt');
  await expect.poll(async () => (await lines(peek).boundingBox())!.height).toBe(22 + 20 * rows.length + 40);
  expect(22 + 20 * rows.length + 40).toBeGreaterThan(before);
  await peek.at('weighted').check();
  await expect(peek.at('attention').locator('.help')).toContainText('norm');
  await expect(lines(peek)).toBeVisible();
  await expect(page.locator('canvas[data-error]')).toHaveCount(0);
});

test('over the lines the pointer leaves the drawing below alone, and a phone has room for them', async ({ peek, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await peek.open();
  await peek.at('as-lines').check();
  const { rows } = await peek.pattern('clean');
  const below = () => lines(peek).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const still = await below();
  for (let token = 0; token < rows.length; token++) {
    await page.mouse.move(...(await place(lines(peek), token, rows.length, 'reads')));
    await expect(tip(peek)).toBeVisible();
    expect(await below(), 'the drawing below is left alone').toBe(still);
  }
  // Nor is it drawn again for a token of the prompt.
  const tokens = peek.at('clean-tokens').getByRole('button');
  await peek.unfold('fold');
  for (let token = 0; token < rows.length; token++) await tokens.nth(token).hover();
  await expect(peek.at('clean-tokens').locator('.lit')).toHaveCount(1);
  expect(await below()).toBe(still);
  // The drawing is changed while the pointer rests on it: nothing of what it was on is left.
  await lines(peek).scrollIntoViewIfNeeded();
  await page.mouse.move(...(await place(lines(peek), 2, rows.length, 'reads')));
  await expect(tip(peek)).toBeVisible();
  await peek.at('as-lines').focus();
  await page.keyboard.press('Space');
  await expect(peek.at('heatmap')).toBeVisible();
  await page.keyboard.press('Space');
  await expect(lines(peek)).toBeVisible();
  await expect(tip(peek)).toHaveCount(0);
  await expect(page.locator('.strip .lit')).toHaveCount(0);
  const [, wide] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  expect(wide).toBeLessThanOrEqual(390);
});
