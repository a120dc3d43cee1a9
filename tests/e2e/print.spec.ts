// On paper: what was asked and what came of it, and nothing to press.
import { expect, test } from './support/fixtures';

for (const theme of ['light', 'dark'] as const) {
  test(`a sheet that can be read: ${theme}`, async ({ peek, page }) => {
    // As wide as a sheet of A4 without its margins.
    await page.setViewportSize({ width: 720, height: 1000 });
    await page.emulateMedia({ colorScheme: theme });
    await peek.open('./#lesson=heads&step=1');
    await peek.settled();
    await page.emulateMedia({ media: 'print', colorScheme: theme });
    for (const id of ['clean', 'clean-tokens', 'sentence', 'next-clean', 'grid-canvas', 'bars-canvas', 'lens-canvas', 'heatmap', 'lesson-text']) {
      await expect(peek.at(id), id).toBeVisible();
    }
    for (const id of ['model', 'lessons', 'share', 'bos', 'lesson-next', 'lesson-check', 'about-grid', 'sets']) {
      await expect(peek.at(id), id).not.toBeVisible();
    }
    const sheet = await page.evaluate(() => {
      const canvases = [...document.querySelectorAll('canvas')].map((canvas) => canvas.getBoundingClientRect());
      const { backgroundColor } = getComputedStyle(document.querySelector('canvas')!);
      return { right: Math.max(...canvases.map(({ right }) => right)), ground: backgroundColor, ink: getComputedStyle(document.body).color };
    });
    expect(sheet.right).toBeLessThanOrEqual(720);
    expect(sheet.ink, 'dark on white, whatever the screen').toBe('rgb(23, 26, 31)');
    expect(sheet.ground).toBe('rgba(0, 0, 0, 0)');
    for (const layer of await page.locator('canvas.layer').all()) await expect(layer, 'nothing lies over a chart').not.toBeVisible();
  });
}

test('a dark screen is printed light, and stays dark', async ({ peek, page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await peek.open();
  await page.evaluate(() => {
    // The brightest and the darkest grey of the heads' names, which stand on no cell.
    const names = () => {
      const canvas = document.querySelector<HTMLCanvasElement>('[data-testid=grid-canvas]')!;
      const copy = new OffscreenCanvas(canvas.width, Math.round(canvas.height / 20)).getContext('2d', { willReadFrequently: true })!;
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, copy.canvas.width, copy.canvas.height);
      const greys = Array.from({ length: data.length / 4 }, (_, i) => i * 4).filter((i) => data[i + 3] > 200).map((i) => data[i]);
      return [Math.min(...greys), Math.max(...greys)];
    };
    const seen = { names, printed: [] as number[] };
    Object.assign(window, { seen });
    addEventListener('afterprint', () => Object.assign(seen, { printed: names() }));
  });
  const names = () => page.evaluate(() => (window as unknown as { seen: { names: () => number[] } }).seen.names());
  const dark = await names();
  await page.pdf();
  const { printed } = await page.evaluate(() => (window as unknown as { seen: { printed: number[] } }).seen);
  console.log(`greys on the screen ${dark}, on paper ${printed}, on the screen again ${await names()}`);
  expect(dark[0], 'a dark ground').toBeLessThan(40);
  expect(dark[1], 'light letters').toBeGreaterThan(140);
  expect(printed[0], 'dark letters').toBeLessThan(110);
  expect(printed[1], 'a light ground').toBeGreaterThan(240);
  expect(await names(), 'the screen is as it was').toEqual(dark);
});
