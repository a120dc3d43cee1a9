// The pointer over a large grid: only what it changes is drawn again.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, test } from './support/fixtures';
import { synth } from './support/synth';

const demo = join(dirname(fileURLToPath(import.meta.url)), '../../assets/demo');
const [LAYERS, HEADS] = [24, 16];
let folder: string;

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'peek-many-heads-'));
  synth(folder, 3, { layers: LAYERS, heads: HEADS, 'd-model': 2 * HEADS, vocab: 2587, context: 64 });
  copyFileSync(join(demo, 'tokenizer.json'), join(folder, 'tokenizer.json'));
});

test.afterAll(() => rmSync(folder, { recursive: true }));

type Drawn = Record<string, number>;

// Counts what is drawn on each canvas, by its test id; layers above one have none, and are counted together.
async function countDrawing(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const drawn: Drawn = {};
    Object.assign(window, { drawn });
    const canvas = CanvasRenderingContext2D.prototype as unknown as Record<string, (...given: unknown[]) => unknown>;
    for (const name of ['fillRect', 'strokeRect', 'fill', 'stroke', 'fillText', 'drawImage', 'putImageData', 'clearRect']) {
      const draw = canvas[name];
      canvas[name] = function (this: unknown, ...given) {
        const { dataset, className, isConnected } = (this as CanvasRenderingContext2D).canvas;
        const on = dataset.testid ?? className;
        // Canvases outside of the page are this test's own.
        if (isConnected) drawn[on] = (drawn[on] ?? 0) + 1;
        return draw.apply(this, given);
      };
    }
  });
}

// What has been drawn since the last time, once the page has come to rest.
async function drawn(page: Page): Promise<Drawn> {
  return page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    for (let i = 0; i < 3; i++) await frame();
    const counted = (window as unknown as { drawn: Drawn }).drawn;
    const copy = { ...counted };
    for (const name of Object.keys(counted)) delete counted[name];
    return copy;
  });
}

test(`over ${LAYERS} × ${HEADS} heads the pointer draws no cell again`, async ({ peek, page }) => {
  await countDrawing(page);
  await peek.open();
  await peek.pick(['model.safetensors', 'config.json', 'tokenizer.json'].map((name) => join(folder, name)));
  await expect(peek.at('model-line')).toContainText(`${LAYERS} layers × ${HEADS} heads`);
  await peek.settled();
  await drawn(page);

  await peek.at('shares-share').click();
  const whole = await drawn(page);
  expect(whole['grid-canvas'], 'other values: every cell is drawn').toBeGreaterThanOrEqual(LAYERS * HEADS);
  await page.locator('[data-testid=head-cell][data-head=L5H5]').click();
  await peek.attended();
  await page.mouse.move(2, 2);
  await expect(peek.at('tip')).toHaveCount(0);
  await drawn(page);

  // What of the page is written anew meanwhile, beside the tooltip.
  await peek.at('head-grid').evaluate((grid) => {
    const rewritten: string[] = [];
    new MutationObserver((changes) => rewritten.push(...changes.map(({ target }) => (target as HTMLElement).outerHTML))).observe(
      grid,
      { attributes: true, childList: true, characterData: true, subtree: true },
    );
    Object.assign(window, { rewritten });
  });
  const tip = page.getByTestId('grid-panel').getByTestId('tip').locator('strong');
  const most: Drawn = {};
  let lit = 0;
  for (let i = 0; i < LAYERS * HEADS; i += 13) {
    const head = `L${Math.floor(i / HEADS)}H${i % HEADS}`;
    await page.locator(`[data-testid=head-cell][data-head=${head}]`).hover();
    await expect(tip).toHaveText(head);
    for (const [on, count] of Object.entries(await drawn(page))) most[on] = Math.max(most[on] ?? 0, count);
    if (await ringed(page, head)) lit += 1;
  }
  console.log(`      drawn at most for one cell: ${JSON.stringify(most)}; for the whole grid: ${whole['grid-canvas']}`);
  expect(lit, 'the cell under the pointer has its ring').toBe(Math.ceil((LAYERS * HEADS) / 13));
  expect(most['grid-canvas'] ?? 0, 'cells that are drawn again').toBe(0);
  const all = Object.values(most).reduce((a, b) => a + b, 0);
  expect(all, 'what is drawn on all charts').toBeLessThan(LAYERS * HEADS / 2);
  for (const id of ['heatmap', 'lens-canvas']) expect(most[id] ?? 0, `${id} does not follow the pointer here`).toBe(0);
  expect(await page.evaluate(() => (window as unknown as { rewritten: string[] }).rewritten)).toEqual([]);

  await page.mouse.move(2, 2);
  await expect(tip).toHaveCount(0);
  expect(await ringed(page, 'L5H6'), 'and nothing is left of it').toBe(false);
});

// Whether the layer over the grid has something painted on the upper edge of a head's cell.
function ringed(page: Page, head: string): Promise<boolean> {
  return page.evaluate((head) => {
    const cell = document.querySelector(`[data-testid=head-cell][data-head=${head}]`)!.getBoundingClientRect();
    const layer = document.querySelector<HTMLCanvasElement>('[data-testid=grid-canvas] + .layer')!;
    const place = layer.getBoundingClientRect();
    const scale = layer.width / place.width;
    // A copy: reading pixels back from the page's own canvas would slow it down, and warn of it.
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [1, 3];
    const context = copy.getContext('2d', { willReadFrequently: true })!;
    const x = (cell.x + cell.width / 2 - place.x) * scale;
    const y = (cell.y - place.y) * scale - 1;
    context.drawImage(layer, -Math.floor(x), -Math.floor(y));
    return context.getImageData(0, 0, 1, 3).data.some((value) => value > 0);
  }, head);
}
