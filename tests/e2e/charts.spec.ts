// What is painted: sharp, at any width, in both themes, with tooltips that tell the numbers.
import * as cli from './support/cli';
import { expect, test } from './support/fixtures';
import type { Peek } from './support/peek';
import { NOTEBOOK_PAIR } from './support/presets';

const CHARTS = ['grid-canvas', 'bars-canvas', 'heatmap', 'lens-canvas'];

// Every chart fills its place, has a pixel for each of the screen's, and was drawn without an error.
async function expectSharp(peek: Peek, ratio: number): Promise<void> {
  for (const id of CHARTS) {
    await expect(async () => {
      const found = await peek.at(id).evaluate((node) => {
        const canvas = node as HTMLCanvasElement;
        const { width, height } = canvas.getBoundingClientRect();
        const colors = new Set(
          canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data.filter((_, i) => i % 4 < 3),
        );
        const { clientWidth: place } = canvas.parentElement!;
        return { pixels: [canvas.width, canvas.height], size: [width, height], place, colors: colors.size };
      });
      expect(found.size[0], `${id} fills its place`).toBeCloseTo(found.place, 0);
      expect(found.pixels, `${id} is sharp`).toEqual(found.size.map((side) => Math.round(side * ratio)));
      expect(found.colors, `${id} is painted`).toBeGreaterThan(3);
    }).toPass({ timeout: 5000 });
    await expect(peek.at(id)).not.toHaveAttribute('data-error', /.*/);
  }
}

test.describe('on a dense screen', () => {
  test.use({ deviceScaleFactor: 2 });

  test('charts are sharp, follow the window and the theme', async ({ peek, page, watch }) => {
    // Reading whole canvases back is what this test does, and nothing else does.
    watch.allow(/willReadFrequently/);
    await page.emulateMedia({ colorScheme: 'light' });
    await peek.open();
    const { top } = await cli.patch(NOTEBOOK_PAIR);
    const cell = page.locator(`[data-testid=head-cell][data-head=${top[0].head}]`);
    const blue = async () => {
      await cell.scrollIntoViewIfNeeded();
      const [r, g, b] = await peek.paintedAt(peek.at('grid-canvas'), cell);
      expect(b - r, `the cells lie over their colours (${r} ${g} ${b})`).toBeGreaterThan(30);
      return [r, g, b];
    };
    await expectSharp(peek, 2);
    const light = await blue();
    for (const width of [1024, 390, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await expectSharp(peek, 2);
      await blue();
    }
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect(async () => expect(await blue()).not.toEqual(light)).toPass({ timeout: 5000 });
    await peek.at('theme-light').click();
    await expect(async () => expect(await blue()).toEqual(light)).toPass({ timeout: 5000 });
  });
});

test('a tooltip tells delta, share, and the three metrics, in that order', async ({ peek, page }) => {
  await peek.open();
  const { clean, corrupt, top } = await cli.patch(NOTEBOOK_PAIR);
  for (const { head, delta, normalised } of top.slice(0, 2)) {
    await page.locator(`[data-testid=head-cell][data-head=${head}]`).hover();
    const tip = page.getByTestId('grid-panel').getByTestId('tip').first();
    await expect(tip.locator('strong')).toHaveText(head);
    await expect(tip.locator('dt')).toHaveText(['delta', 'of the gap', 'clean', 'corrupt', 'patched']);
    const said = (await tip.locator('dd').allTextContents()).map((text) => text.replace('−', '-'));
    expect(said[0]).toMatch(/^[+-]\d+\.\d\d logits$/);
    const values = said.map((text) => Number.parseFloat(text));
    const expected = [delta, normalised! * 100, clean.metric, corrupt.metric, corrupt.metric + delta];
    const rounding = [0.0051, 0.51, 0.0051, 0.0051, 0.0051];
    values.forEach((value, i) => expect(Math.abs(value - expected[i]), said[i]).toBeLessThanOrEqual(rounding[i]));
  }
  await page.mouse.move(5, 5);
  await expect(peek.at('tip')).toHaveCount(0);
});

test('the table of a long pattern is made when it is opened, a query at a time', async ({ peek }) => {
  await peek.open();
  const clean = 'When Mary and John went to the store, John gave a drink to Mary. Then, Tom and Anna met at the park, and they had a long day. Tom handed a book to';
  await peek.fillPair({ clean, corrupt: clean.replace('Tom handed', 'Anna handed') });
  await peek.settled();
  expect((await peek.tokens('clean')).length, 'longer than what is shown whole').toBeGreaterThan(32);
  const rows = peek.at('attention-table').locator('tr[data-query]');
  await expect(rows).toHaveCount(0);
  await peek.at('attention-details').locator('summary').click();
  await expect(rows).toHaveCount(1);
  const weights = () =>
    rows.locator('[data-weight]').evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-weight'))));
  const last = await weights();
  expect(last.length).toBe((await peek.tokens('clean')).length);
  expect(Math.abs(last.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-4);
  await peek.at('attention-query').selectOption('3');
  await expect(rows).toHaveAttribute('data-query', '3');
  expect((await weights()).length, 'up to itself').toBe(4);
});
