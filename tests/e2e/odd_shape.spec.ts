// A checkpoint whose sizes no tile, panel or power of two divides, on both backends.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { synth } from './support/synth';
import { expectGrid, expectHeatmap, expectLens } from './support/compare';
import { expect, test } from './support/fixtures';
import { CPU, WEBGPU } from './support/numbers';
import { FIVE_PROBES } from './support/presets';
import { needsWebGpu, PATIENCE } from './support/webgpu';

const demo = join(dirname(fileURLToPath(import.meta.url)), '../../assets/demo');
const PAIR = {
  clean: 'When Mary and John went to the store, John gave a drink to',
  corrupt: 'When Mary and John went to the store, Mary gave a drink to the other one. Then, Tom and Mary went to',
  answer: ' Mary',
};
let folder: string;

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'peek-odd-'));
  synth(folder, 5, { layers: 3, heads: 3, 'd-model': 21, vocab: 2587, context: 64 });
  // A vocabulary of as many tokens as the demo's.
  copyFileSync(join(demo, 'tokenizer.json'), join(folder, 'tokenizer.json'));
});

test.afterAll(() => rmSync(folder, { recursive: true }));

const files = () => ['model.safetensors', 'config.json', 'tokenizer.json'].map((name) => join(folder, name));

test('on the CPU', async ({ peek }) => {
  await peek.open();
  await peek.pick(files());
  await expect(peek.at('model-line')).toContainText('3 layers × 3 heads, width 21');
  await peek.fillPair(PAIR);
  await peek.settled();
  const { top } = await expectGrid(peek, PAIR, CPU, { model: folder });
  await expectHeatmap(peek, PAIR, top[0].head, CPU, { model: folder });
  await peek.at('lens-from-pair').click();
  await peek.settled();
  const pair: [string, string][] = [[PAIR.clean, PAIR.answer], [PAIR.corrupt, PAIR.answer]];
  await expectLens(peek, [...FIVE_PROBES, ...pair], CPU, { model: folder });
});

test('on WebGPU', async ({ peek }) => {
  needsWebGpu(2 * PATIENCE);
  await peek.goto();
  await peek.at('backend').selectOption('webgpu');
  await peek.settled(PATIENCE);
  await peek.pick(files());
  await expect(peek.at('model-line')).toContainText('3 layers × 3 heads, width 21', { timeout: PATIENCE });
  await peek.fillPair(PAIR);
  await peek.settled(PATIENCE);
  const { top } = await expectGrid(peek, PAIR, WEBGPU, { model: folder });
  await expectHeatmap(peek, PAIR, top[0].head, WEBGPU, { model: folder });
  await expect(peek.at('backend-line'), 'it has not fallen back').toHaveAttribute('data-backend', 'webgpu');
});

test('on WebGPU, with a vocabulary in several pieces', async ({ peek }) => {
  needsWebGpu(2 * PATIENCE);
  const large = join(folder, 'large');
  // 77 MB of token embedding: more than one upload, and more than one buffer. Its tokens are GPT-2's own.
  synth(large, 5, { layers: 1, heads: 6, 'd-model': 384, vocab: 50257, context: 64 });
  await peek.goto();
  await peek.at('backend').selectOption('webgpu');
  await peek.settled(PATIENCE);
  await peek.pick([join(large, 'model.safetensors'), join(large, 'config.json')]);
  await expect(peek.at('model-line')).toContainText('1 layers × 6 heads, width 384', { timeout: PATIENCE });
  // The last token's id is beyond the first buffer.
  const pair = { clean: 'Who wrote it?', corrupt: 'Who wrote it? Some say Emily 日本語', answer: ' Jane' };
  await peek.fillPair(pair);
  await peek.settled(PATIENCE);
  await expectGrid(peek, pair, WEBGPU, { model: large });
  await expect(peek.at('backend-line'), 'it has not fallen back').toHaveAttribute('data-backend', 'webgpu');
});
