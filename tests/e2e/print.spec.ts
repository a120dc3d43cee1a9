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
    // Light lines need the ground that they were painted for.
    expect(sheet.ground).toBe(theme === 'dark' ? 'rgb(20, 23, 28)' : 'rgba(0, 0, 0, 0)');
  });
}
