// Presenting: one part of the page, large, turned over with the arrow keys.
import { axe } from './support/axe';
import { expect, test } from './support/fixtures';

test('parts are turned over by key and button, stay live, and Escape gives the page back', async ({ peek, page }) => {
  await peek.open();
  const small = (await peek.at('sentence').boundingBox())!;
  await peek.at('present').click();
  await expect(peek.at('present-title')).toContainText('The prompts 1 of 6');
  await expect(peek.at('present-next')).toBeFocused();
  for (let i = 0; i < 2; i++) await page.keyboard.press('PageDown');
  await expect(peek.at('present-title')).toContainText('Which heads 3 of 6');
  expect(await page.evaluate(() => scrollY), 'the key that turns over scrolls nothing').toBe(0);
  await expect(peek.at('grid-canvas')).toBeVisible();
  await expect(peek.at('sentence'), 'the result in words stays').toBeVisible();
  for (const id of ['model', 'clean', 'heatmap', 'lens-canvas', 'next-clean', 'sets']) await expect(peek.at(id), id).not.toBeVisible();
  expect((await peek.at('sentence').boundingBox())!.height, 'in large type').toBeGreaterThan(small.height);
  const { violations } = await axe(page).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].target}`)).toEqual([]);

  await page.keyboard.press('ArrowRight');
  await expect(peek.at('heatmap')).toBeVisible();
  await expect(peek.at('grid-canvas')).not.toBeVisible();
  // The pointer finds the cell that it is on, though everything is larger: upwards along the first column the first cell is
  // what the last token reads from BOS, and its tooltip is beside it.
  const tip = peek.at('tip').first();
  const heatmap = (await peek.at('heatmap').boundingBox())!;
  let pointer: [number, number] | undefined;
  for (let x = 4; x < heatmap.width && !pointer; x += 12) {
    for (let y = heatmap.height - 4; y > 0 && !pointer; y -= 12) {
      await page.mouse.move(heatmap.x + x, heatmap.y + y);
      if (await tip.isVisible()) pointer = [heatmap.x + x, heatmap.y + y];
    }
  }
  await expect(tip).toContainText('fromBOS');
  await expect(tip.locator('strong')).toHaveText('?');
  const [painted] = await peek.at('heatmap').evaluateAll(([canvas]: HTMLCanvasElement[], [x, y]) => {
    const place = canvas.getBoundingClientRect();
    return [document.elementFromPoint(x, y) === canvas && (y - place.y) / place.height];
  }, pointer!);
  expect(painted, 'the last row is below the middle of the picture').toBeGreaterThan(0.5);
  const box = (await tip.boundingBox())!;
  expect(Math.abs(box.y + box.height / 2 - pointer![1]), 'the tooltip is beside the cell').toBeLessThan(150);
  const ratio = await peek.at('heatmap').evaluate((canvas: HTMLCanvasElement) => canvas.width / canvas.getBoundingClientRect().width);
  expect(ratio, 'sharp: a device pixel to a pixel').toBeCloseTo(await page.evaluate(() => devicePixelRatio), 1);

  await peek.at('present-next').click();
  await expect(peek.at('lens-canvas')).toBeVisible();
  await page.keyboard.press('PageDown');
  await expect(peek.at('parts-canvas')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(peek.at('present-title')).toContainText('6 of 6');
  await page.keyboard.press('Escape');
  await expect(peek.at('parts-canvas'), 'opened only to be presented').toHaveCount(0);
  await peek.at('present').click();
  await expect(peek.at('present-title'), 'it goes on where it ended').toContainText('6 of 6');
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft');
  await expect(peek.at('clean')).toBeVisible();
  // In a field the arrows are the field's.
  await peek.at('clean').focus();
  await page.keyboard.press('ArrowRight');
  await expect(peek.at('present-title')).toContainText('1 of 6');
  const [inner, wide] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  expect(wide).toBeLessThanOrEqual(inner);
  await page.keyboard.press('Escape');
  await expect(peek.at('present-bar')).toHaveCount(0);
  await expect(peek.at('model')).toBeVisible();
  await expect(peek.at('present')).toBeFocused();
});

test('the heatmap takes what height the window has, also when it comes late', async ({ peek, page }) => {
  await page.setViewportSize({ width: 1440, height: 1400 });
  await peek.open();
  const height = async () => (await peek.at('heatmap').boundingBox())!.height;
  const small = await height();
  await peek.at('present').click();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  await expect.poll(height).toBeGreaterThan(2 * small);
  const bottom = async () => { const { y, height } = (await peek.at('heatmap').boundingBox())!; return y + height; };
  expect(await bottom(), 'and no more').toBeLessThanOrEqual(1400);

  // While the norms of what a head reads are fetched there is no heatmap.
  await peek.at('attention-mode-layer').click();
  await peek.at('weighted').check();
  await peek.at('attention-mode-one').click();
  await expect(peek.at('attention-table')).toBeAttached();
  await expect.poll(height).toBeGreaterThan(2 * small);
  expect(await bottom()).toBeLessThanOrEqual(1400);

  await page.keyboard.press('Escape');
  await expect.poll(height).toBeLessThan(1.2 * small);
});

// A projector, a small one, a laptop: whatever is presented is there without scrolling, and never smaller than on the page.
for (const [width, height] of [[1280, 720], [1024, 768], [1920, 1080], [1280, 1024]]) {
  test(`every part is seen whole at ${width} x ${height}`, async ({ peek, page }) => {
    await page.setViewportSize({ width, height });
    await peek.open();
    await peek.at('present').click();
    const zooms: number[] = [];
    for (let place = 1; place <= 6; place++) {
      await expect(peek.at('present-title')).toContainText(`${place} of 6`);
      const ends = () => page.locator('.layout :is(canvas, .switches, .next-table)').evaluateAll((all) =>
        Math.max(...all.map((element) => element.getBoundingClientRect().bottom)));
      await expect.poll(ends, `part ${place}`).toBeGreaterThan(height / 3);
      const bar = (await peek.at('present-bar').boundingBox())!;
      await expect.poll(ends, `part ${place} ends above the bar`).toBeLessThanOrEqual(bar.y + 1);
      zooms.push(Number(await page.locator('.layout').evaluate((layout: HTMLElement) => layout.style.zoom)));
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.keyboard.press('PageDown');
    }
    console.log(`presented at ${width} x ${height}: ${zooms.join(', ')} times as large`);
    expect(Math.min(...zooms)).toBeGreaterThanOrEqual(1);
    expect(zooms.filter((zoom) => zoom >= 1.2).length, 'large type').toBeGreaterThanOrEqual(5);
    // Another window, another size: smaller, larger again.
    await page.keyboard.press('PageUp');
    const zoom = () => page.locator('.layout').evaluate((layout: HTMLElement) => Number(layout.style.zoom));
    await expect.poll(zoom).toBe(zooms[4]);
    await page.setViewportSize({ width, height: height - 160 });
    await expect.poll(zoom, 'lower').toBeLessThan(zooms[4]);
    await page.setViewportSize({ width, height });
    await expect.poll(zoom, 'as before').toBe(zooms[4]);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.layout').evaluate((layout: HTMLElement) => layout.style.zoom)).toBe('');
  });
}

test('it goes by itself, waits for whoever does something, and an address begins it', async ({ peek, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.clock.install();
  await peek.open();
  const [clean, title, play] = [await peek.at('clean').inputValue(), peek.at('present-title'), peek.at('present-play')];
  await peek.at('present').click();
  await expect(play).toHaveText('Play');
  await play.click();
  await expect(play).toHaveText('Pause');
  for (let place = 2; place <= 6; place++) {
    await page.clock.fastForward(12_000);
    await expect(title).toContainText(`${place} of 6`);
  }
  await page.clock.fastForward(12_000);
  await expect(title).toContainText('1 of 6');
  await expect(peek.at('clean'), 'the next preset').toHaveValue('When Mary and John went to the store, John gave a drink to');
  await peek.scored();

  // Somebody points: it stays while they do.
  await page.clock.fastForward(8_000);
  await page.mouse.move(200, 200);
  await page.clock.fastForward(8_000);
  await expect(title, 'still').toContainText('1 of 6');

  // Somebody types: the page is theirs for a minute, then it is as it was and goes on.
  await peek.at('clean').fill('Who wrote Dune?');
  await peek.scored();
  await page.clock.fastForward(30_000);
  await expect(title).toContainText('1 of 6');
  await expect(peek.at('clean')).toHaveValue('Who wrote Dune?');
  await page.clock.fastForward(30_000);
  await expect(peek.at('clean')).not.toHaveValue('Who wrote Dune?');
  await peek.scored();
  await page.clock.fastForward(12_000);
  await expect(title).toContainText('2 of 6');

  await peek.at('present-link').click();
  await expect(peek.at('present-told')).toHaveText('Copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain('view=kiosk:on');
  await play.click();
  await expect(play).toHaveText('Play');
  await page.clock.fastForward(300_000);
  await expect(title, 'held').toContainText('2 of 6');
  await page.keyboard.press('Escape');
  await expect(peek.at('clean'), 'what was there before it').toHaveValue(clean);

  await page.goto('about:blank');
  await page.goto(link);
  await expect(title).toContainText('1 of 6');
  await expect(play).toHaveText('Pause');
  await page.reload();
  await expect(play, 'and goes on after a reload').toHaveText('Pause');
  await expect(title).toContainText('1 of 6');
  await peek.scored();
  await page.clock.fastForward(12_000);
  await expect(title).toContainText('2 of 6');
  const { violations } = await axe(page).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].target}`)).toEqual([]);
});

test('whoever leaves what goes by itself has left it, also after a reload', async ({ peek, page }) => {
  await page.goto('./#v1.c=Who+wrote+Emma%3F&x=Who+wrote+Dune%3F&a=+Jane&view=kiosk:on&bos=1');
  await expect(peek.at('present-play')).toHaveText('Pause');
  await expect(peek.at('clean')).toHaveValue('Who wrote Emma?');
  await peek.scored();
  await page.keyboard.press('Escape');
  await expect(peek.at('present-bar')).toHaveCount(0);
  expect(page.url()).not.toContain('kiosk');
  await page.reload();
  await peek.scored();
  await expect(peek.at('clean'), 'what the address had').toHaveValue('Who wrote Emma?');
  await peek.at('clean').fill('Who wrote Persuasion?');
  await peek.scored();
  await page.reload();
  await peek.scored();
  await expect(peek.at('clean'), 'what was typed since').toHaveValue('Who wrote Persuasion?');
  await expect(peek.at('present-bar')).toHaveCount(0);
});
