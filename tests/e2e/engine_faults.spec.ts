// An engine that dies while it works, or is given no more memory: a message, what was finished, and a restart.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoFile } from './support/checkpoint';
import * as cli from './support/cli';
import { expectGrid } from './support/compare';
import { FULL_MEMORY, inWorker, PANIC_AFTER_ROWS, trigger } from './support/faults';
import { expect, test } from './support/fixtures';
import { CPU } from './support/numbers';
import type { Peek } from './support/peek';
import { NOTEBOOK_PAIR } from './support/presets';
import { synth } from './support/synth';
import { withMostMemory } from './support/wasm';

const EMMA = { ...NOTEBOOK_PAIR, clean: 'Who wrote Emma?' };
const NO_MEMORY = /The engine has stopped \(the browser gave it no more memory than the \d+ MiB it has: close other tabs, or use a smaller model or shorter prompts\)\. What you typed and the last results are kept\./;

async function expectRestart(peek: Peek, typed: cli.Pair): Promise<void> {
  await expect(peek.at('clean')).toHaveValue(typed.clean);
  await peek.at('restart-engine').click();
  await peek.settled();
  await expect(peek.at('engine-stopped')).toHaveCount(0);
  await expectGrid(peek, typed, CPU);
}

test('a panic in the middle of a sweep leaves the rows that were finished', async ({ peek, page }) => {
  await inWorker(page, PANIC_AFTER_ROWS);
  await peek.open();
  await trigger(page, 'panic after rows');
  await peek.at('clean').fill(EMMA.clean);
  await expect(peek.at('engine-stopped')).toContainText(/internal error.*panicked at .*\.rs/s);

  const { deltas } = await cli.patch(EMMA);
  const finished = (await peek.cells()).filter(({ delta }) => delta !== null);
  const layers = finished.length / deltas[0].length;
  expect(layers).toBeGreaterThan(0);
  expect(layers, 'not all of them').toBeLessThan(deltas.length);
  await expect(peek.at('grid-panel')).toHaveAttribute('data-stale', 'false');
  await expect(peek.at('partial')).toHaveText(`Partial: ${layers} of ${deltas.length} layers`);
  for (const { head, delta } of finished) {
    const [, layer, number] = /^L(\d+)H(\d+)$/.exec(head)!.map(Number);
    expect(Math.abs(delta! - deltas[layer][number]), head).toBeLessThanOrEqual(CPU);
  }
  await expectRestart(peek, EMMA);
});

test('a run for which there is no memory is told, and loses nothing', async ({ peek, page }) => {
  await inWorker(page, FULL_MEMORY);
  await peek.open();
  const good = await peek.deltas();
  await trigger(page, 'no more memory');
  const long = { ...EMMA, clean: 'Who wrote Emma? '.repeat(16) };
  await peek.at('clean').fill(long.clean);
  await expect(peek.at('engine-stopped')).toHaveText(NO_MEMORY);
  expect(await peek.deltas(), 'the last results').toEqual(good);
  await expectRestart(peek, long);
});

test('a model that is larger than the memory there is leaves the one before it', async ({ peek, page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'peek-large-'));
  try {
    // 39 MB: its tokens are GPT-2's own.
    synth(folder, 3, { layers: 1, heads: 2, 'd-model': 192, vocab: 50257, context: 64 });
    await withMostMemory(page, 64);
    await peek.open();
    const good = await peek.deltas();
    await peek.fillPair({ clean: EMMA.clean });
    await peek.scored();
    await peek.pick([join(folder, 'model.safetensors'), join(folder, 'config.json')]);
    await expect(peek.at('engine-stopped')).toHaveText(NO_MEMORY);
    expect(await peek.deltas(), 'results stay').not.toEqual(good);
    await expectRestart(peek, EMMA);
    await expect(peek.at('model-line'), 'the model that fits').toContainText('Demo');
    await test.step('and one that fits is loaded', async () => {
      await peek.pick([demoFile('model.safetensors'), demoFile('config.json'), demoFile('tokenizer.json')]);
      await expect(peek.at('model-line')).toContainText('model.safetensors');
      await peek.settled();
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
