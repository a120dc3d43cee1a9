// The page in one file, opened from a disk with the network off.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expectGrid, expectHeatmap, expectLens } from './support/compare';
import { expect, test } from './support/fixtures';
import { CPU, WEBGPU } from './support/numbers';
import { ATTACKED, attack, refused, watchPolicy } from './support/policy';
import { FIVE_PROBES, NOTEBOOK_PAIR } from './support/presets';
import { DIST } from './support/site';
import { needsWebGpu, PATIENCE } from './support/webgpu';

// A dispatch takes 10 to 20 ms on SwiftShader, and the first run compiles every shader.
test.use({ offline: true });

let folder: string;
let address: string;

test.beforeAll(() => {
  // Alone in a folder: nothing beside it can help.
  folder = mkdtempSync(join(tmpdir(), 'peek-single-'));
  copyFileSync(join(DIST, 'peek.html'), join(folder, 'peek.html'));
  address = pathToFileURL(join(folder, 'peek.html')).href;
});

test.afterAll(() => rmSync(folder, { recursive: true }));

test.beforeEach(async ({ page, watch }) => {
  // Of a file, which has no origin.
  watch.allowOrigin('null');
  await watchPolicy(page);
});

test('it runs the pair by itself, with the terminal’s numbers', async ({ peek, page, watch }) => {
  const megabytes = statSync(join(folder, 'peek.html')).size / 1e6;
  expect(megabytes).toBeLessThanOrEqual(20);
  const began = Date.now();
  await peek.open(address);
  console.log(`      ${megabytes.toFixed(1)} MB; from opening to all results: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  const { top } = await expectGrid(peek, NOTEBOOK_PAIR, CPU);
  await expectHeatmap(peek, NOTEBOOK_PAIR, top[0].head, CPU);
  await expectLens(peek, FIVE_PROBES, CPU);
  expect(watch.requests.filter((url) => !url.startsWith('blob:') && !url.startsWith('data:'))).toEqual([address]);
  expect(await refused(page)).toEqual([]);
});

test('an engine that is started again is still inside', async ({ peek, page }) => {
  const engines: string[] = [];
  page.on('worker', (worker) => engines.push(worker.url()));
  await peek.open(address);
  // Each choice ends the engine that runs.
  await peek.at('backend').selectOption('webgpu');
  await expect.poll(() => engines.length).toBeGreaterThanOrEqual(2);
  await peek.at('backend').selectOption('cpu');
  await expect.poll(() => engines.length).toBeGreaterThanOrEqual(3);
  await peek.settled();
  await expectGrid(peek, NOTEBOOK_PAIR, CPU);

  await peek.at('theme-dark').click();
  await page.reload();
  await peek.settled();
  await expectGrid(peek, NOTEBOOK_PAIR, CPU);
  await expect(page.locator('html'), 'the theme is remembered').toHaveAttribute('data-theme', 'dark');
});

test('it takes a checkpoint through the file picker, with GPT-2’s own vocabulary', async ({ peek }) => {
  const model = join(folder, 'model');
  const shape = { layers: 2, heads: 2, 'd-model': 32, vocab: 50257, context: 64 };
  const sizes = Object.entries(shape).flatMap(([name, size]) => [`--${name}`, String(size)]);
  execFileSync(process.env.PEEK_CLI ?? 'peek', ['synth', '--seed', '5', '--out', model, ...sizes]);
  await peek.open(address);
  await peek.pick([join(model, 'model.safetensors'), join(model, 'config.json')]);
  await expect(peek.at('model-line')).toContainText('2 layers × 2 heads, width 32');
  await peek.settled();
  const { top } = await expectGrid(peek, NOTEBOOK_PAIR, CPU, { model });
  await expectHeatmap(peek, NOTEBOOK_PAIR, top[0].head, CPU, { model });
});

test('its policy allows what is inside, and nothing else', async ({ peek, page, watch }) => {
  watch.allow(/Content Security Policy|violates the following|Refused to/i);
  await peek.open(address);
  const attacks = await attack(page);
  expect(Object.entries(attacks).filter(([, succeeded]) => succeeded)).toEqual([]);
  const directives = (await refused(page)).map((line) => line.split(' ')[0]);
  expect([...new Set(directives)].sort()).toEqual(ATTACKED);
});

test('it computes on WebGPU', async ({ peek }) => {
  needsWebGpu(2 * PATIENCE);
  await peek.goto(address);
  await peek.at('backend').selectOption('webgpu');
  const line = peek.at('backend-line');
  await expect(line).toHaveText(/Runs on WebGPU, as chosen, on .*swiftshader.*: a software adapter/i);
  await peek.settled(PATIENCE);
  await expect(line, 'it has not fallen back').toHaveAttribute('data-backend', 'webgpu');
  await expectGrid(peek, NOTEBOOK_PAIR, WEBGPU);
});
