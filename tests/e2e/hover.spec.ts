// The pointer over a large chart: only what it changes is drawn again.
import type { Locator, Page } from '@playwright/test';
import { LAYERS, deepModel, removeModels } from './support/deep';
import { expect, test } from './support/fixtures';

const HEADS = 16;
// Of the model whose runs are many: one for each layer or head, and token.
const [FEW_HEADS, TOKENS] = [2, 30];

test.afterAll(removeModels);

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
  await peek.pick(deepModel(HEADS));
  await expect(peek.at('model-line')).toContainText(`${LAYERS} layers × ${HEADS} heads`);
  await peek.settled();
  await drawn(page);

  await peek.at('shares-share').click();
  const whole = await drawn(page);
  expect(whole['grid-canvas'], 'other values: every cell is drawn').toBeGreaterThanOrEqual(LAYERS * HEADS);
  await headCell(page, 'L5H5').click();
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
    await headCell(page, head).hover();
    await expect(tip).toHaveText(head);
    for (const [on, count] of Object.entries(await drawn(page))) most[on] = Math.max(most[on] ?? 0, count);
    if (await ringed(page, headCell(page, head), 'grid-canvas')) lit += 1;
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
  expect(await ringed(page, headCell(page, 'L5H6'), 'grid-canvas'), 'and nothing is left of it').toBe(false);
});

test('over scores by position, the lens at every position and attention the pointer draws no cell again', async ({ peek, page }) => {
  await countDrawing(page);
  await peek.open();
  await peek.pick(deepModel(FEW_HEADS));
  await expect(peek.at('model-line')).toContainText(`${LAYERS} layers × ${FEW_HEADS} heads`);
  // BOS is in front.
  const words = (first: string) => first + ' and the of to'.repeat(TOKENS).split(' ').slice(0, TOKENS - 1).join(' ');
  await peek.fillPair({ clean: words(' the'), corrupt: words(' of'), answer: ' Jane' });
  await peek.settled();

  await test.step('attention', async () => {
    const heatmap = peek.at('heatmap');
    const whole = await wholly(page, 'heatmap', async () => {
      await headCell(page, 'L3H1').click();
      await peek.attended();
    });
    expect(whole, 'rows, their ends, and names on two sides').toBeGreaterThan(4 * TOKENS);
    await heatmap.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await heatmap.boundingBox())!;
    const [left, top, side] = [x + width * 0.4, y + height * 0.5, width * 0.05];
    const spots = [0, 1, 2, 3].map((i) => [left - i * side, top + i * side]);
    await over(page, 'heatmap', whole, spots, async ([x, y]) => {
      await page.mouse.move(x, y);
      return { x: x - 12, y: y - 12, width: 24, height: 24 };
    });
  });

  await test.step('the lens at every position', async () => {
    await peek.at('lens-view-positions').click();
    await expect(peek.at('lens-positions')).toHaveAttribute('data-phase', 'done');
    const whole = await wholly(page, 'lens-grid-canvas', () => peek.at('lens-color-rank').click());
    const cells = peek.at('lens-cells').locator('[data-at]');
    const count = await cells.count();
    expect(whole, 'a ground and a token each').toBeGreaterThanOrEqual(2 * count);
    expect(count).toBeGreaterThan(200);
    await over(page, 'lens-grid-canvas', whole, some(cells, count), underRing);
  });

  await test.step('layers by position', async () => {
    await peek.at('setup-site').selectOption('resid_mid');
    await peek.at('setup-at').selectOption('grid');
    await peek.scored();
    const cells = peek.at('layer-grid').getByTestId('position-cell');
    await expect(cells).toHaveCount(LAYERS * TOKENS);
    // A row that is marked stays below what the pointer adds.
    await cells.nth(2 * TOKENS).click();
    await expect(cells.nth(2 * TOKENS)).toHaveAttribute('aria-selected', 'true');
    const whole = await wholly(page, 'layers-canvas', () => peek.at('shares-share').click());
    expect(whole).toBeGreaterThanOrEqual(LAYERS * TOKENS);
    await over(page, 'layers-canvas', whole, some(cells, LAYERS * TOKENS), underRing);
  });

  await test.step('a head by position', async () => {
    await peek.at('setup-site').selectOption('v');
    await peek.scored();
    const cells = peek.at('head-row').getByTestId('position-cell');
    await expect(cells).toHaveCount(TOKENS);
    const whole = await wholly(page, 'head-row-canvas', () => peek.at('shares-change').click());
    expect(whole, 'a ground and a name each').toBeGreaterThanOrEqual(2 * TOKENS);
    await over(page, 'head-row-canvas', whole, some(cells, TOKENS), underRing);
  });
});

function headCell(page: Page, head: string): Locator {
  return page.locator(`[data-testid=head-cell][data-head=${head}]`);
}

// A few of many cells, all over the chart.
function some(cells: Locator, count: number): Locator[] {
  return Array.from({ length: 7 }, (_, i) => cells.nth(Math.floor(((i + 0.5) / 7) * count)));
}

// What is drawn of a chart when all of it changes.
async function wholly(page: Page, canvas: string, change: () => Promise<void>): Promise<number> {
  await page.mouse.move(2, 2);
  await drawn(page);
  await change();
  await page.mouse.move(2, 2);
  return (await drawn(page))[canvas] ?? 0;
}

type Place = { x: number; y: number; width: number; height: number };

// Puts the pointer on a cell, and gives where its ring has an edge.
async function underRing(cell: Locator): Promise<Place> {
  await cell.hover();
  return upperEdge(cell);
}

// Puts the pointer on one spot after the other: none draws the chart itself again, each has its mark on the layer above,
// and that takes a small part of what the chart takes.
async function over<Spot>(
  page: Page,
  canvas: string,
  whole: number,
  spots: Spot[],
  point: (spot: Spot) => Promise<Place>,
): Promise<void> {
  const most: Drawn = {};
  for (const spot of spots) {
    const place = await point(spot);
    for (const [on, count] of Object.entries(await drawn(page))) most[on] = Math.max(most[on] ?? 0, count);
    expect(most[canvas] ?? 0, `${canvas}: drawn again`).toBe(0);
    expect(await painted(page, canvas, place), `${canvas}: what is under the pointer has its ring`).toBe(true);
  }
  console.log(`      ${canvas}: drawn at most for one cell: ${JSON.stringify(most)}; for the whole chart: ${whole}`);
  const all = Object.values(most).reduce((a, b) => a + b, 0);
  expect(all, `${canvas}: the marks of one cell`).toBeGreaterThan(0);
  expect(all, `${canvas}: what is drawn on all charts`).toBeLessThan(whole / 8);

  await page.mouse.move(2, 2);
  await drawn(page);
  const everything = (await page.getByTestId(canvas).boundingBox())!;
  expect(await painted(page, canvas, everything), `${canvas}: nothing is left of it`).toBe(false);
}

// Whether the layer over a chart has something painted on the upper edge of a cell.
async function ringed(page: Page, cell: Locator, canvas: string): Promise<boolean> {
  return painted(page, canvas, await upperEdge(cell));
}

async function upperEdge(cell: Locator): Promise<Place> {
  const { x, y, width } = (await cell.boundingBox())!;
  return { x: x + width / 2, y: y - 1, width: 1, height: 3 };
}

// Whether the layer over a chart has something painted within a place of the page.
async function painted(page: Page, canvas: string, place: Place): Promise<boolean> {
  return page.evaluate(([canvas, place]) => {
    const layer = document.querySelector<HTMLCanvasElement>(`[data-testid=${canvas}] + .layer`)!;
    const { x, y, width } = layer.getBoundingClientRect();
    const scale = layer.width / width;
    // A copy: reading pixels back from the page's own canvas would slow it down, and warn of it.
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [Math.ceil(place.width * scale), Math.ceil(place.height * scale)];
    const context = copy.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(layer, -Math.floor((place.x - x) * scale), -Math.floor((place.y - y) * scale));
    return context.getImageData(0, 0, copy.width, copy.height).data.some((value) => value > 0);
  }, [canvas, place] as const);
}
