// A graphics device that goes, refuses a shader or can do no more than it must: a message and a way on, and never a number
// that nobody computed.
import type { Page } from '@playwright/test';
import * as cli from './support/cli';
import { expectGrid } from './support/compare';
import { BREAKABLE_SHADERS, inWorker, LEAST_LIMITS, LOSABLE_GPU, trigger } from './support/faults';
import { expect, test } from './support/fixtures';
import { CPU, WEBGPU } from './support/numbers';
import { NOTEBOOK_PAIR } from './support/presets';
import { record, recorded } from './support/recorder';
import { expectStopped, needsWebGpu, openOnWebGpu, PATIENCE } from './support/webgpu';

const EMMA = { ...NOTEBOOK_PAIR, clean: 'Who wrote Emma?' };

// Whatever was shown for `pair` at any moment since `record` was its result.
async function expectNothingMadeUp(page: Page, pair: cli.Pair): Promise<void> {
  const { deltas } = await cli.patch(pair);
  const expected = new Map(deltas.flatMap((row, l) => row.map((delta, h) => [`L${l}H${h}`, delta] as const)));
  for (const state of (await recorded(page)).filter(({ typed, stale }) => typed === pair.clean && !stale)) {
    for (const [head, delta] of Object.entries(state.deltas)) {
      expect(Math.abs(delta - expected.get(head)!), `${head} while ${state.phase}: ${delta}`).toBeLessThanOrEqual(WEBGPU);
    }
  }
}

test('a device that is lost is told, and a restart or the CPU goes on', async ({ peek, page }) => {
  needsWebGpu(3 * PATIENCE);
  await inWorker(page, LOSABLE_GPU);
  await openOnWebGpu(peek);
  await peek.settled(PATIENCE);
  const good = await peek.deltas();

  await test.step('while nothing runs', async () => {
    await trigger(page, 'lose the device');
    await expectStopped(peek, /The engine has stopped \(The WebGPU device was lost: /);
    expect(await peek.deltas(), 'the last results').toEqual(good);
    await peek.at('restart-engine').click();
    await peek.settled(PATIENCE);
    await expect(peek.at('backend-line')).toHaveAttribute('data-backend', 'webgpu');
    await expectGrid(peek, NOTEBOOK_PAIR, WEBGPU);
  });

  await test.step('in the middle of a sweep', async () => {
    await record(page);
    await trigger(page, 'lose the device after 20 dispatches');
    await peek.at('clean').fill(EMMA.clean);
    await expectStopped(peek, /The WebGPU device was lost: /);
    await expectNothingMadeUp(page, EMMA);
    await expect(peek.at('clean')).toHaveValue(EMMA.clean);
    const shown = await peek.deltas();
    if (await peek.at('grid-panel').getAttribute('data-stale') === 'true') expect(shown, 'the last results').toEqual(good);
    await peek.at('backend').selectOption('cpu');
    await peek.settled();
    await expect(peek.at('engine-stopped')).toHaveCount(0);
    await expectGrid(peek, EMMA, CPU);
  });
});

test('a shader that is refused at the start means the CPU, with the reason', async ({ peek, page }) => {
  needsWebGpu(PATIENCE);
  await inWorker(page, `${BREAKABLE_SHADERS} self.breakShaders = true;`);
  await peek.goto();
  await record(page);
  await peek.fillPair({ clean: EMMA.clean });
  await peek.at('backend').selectOption('webgpu');
  const line = peek.at('backend-line');
  await expect(line).toHaveText(/Runs on the CPU, because WebGPU could not be used: .*WebGPU reported an error: /s, { timeout: PATIENCE });
  await expect(line).toHaveClass(/fallback/);
  await peek.settled();
  await expectGrid(peek, EMMA, CPU);
  await expectNothingMadeUp(page, EMMA);
});

test('a shader that is refused later is told, and none of its numbers are shown', async ({ peek, page }) => {
  needsWebGpu(2 * PATIENCE);
  await inWorker(page, BREAKABLE_SHADERS);
  await openOnWebGpu(peek);
  const good = await peek.deltas();
  await record(page);
  await trigger(page, 'break shaders');
  // More keys than any prompt before: attention needs another shader.
  const long = { ...EMMA, clean: 'Who wrote Emma? '.repeat(16) };
  await peek.at('clean').fill(long.clean);
  await expectStopped(peek, /The engine has stopped \(WebGPU reported an error: /);
  await expectNothingMadeUp(page, long);
  await expect(peek.at('clean')).toHaveValue(long.clean);
  expect(await peek.deltas(), 'the last results').toEqual(good);
  await peek.at('backend').selectOption('cpu');
  await peek.settled();
  await expectGrid(peek, long, CPU);
});

test('an adapter with the least limits gives the right numbers', async ({ peek, page }) => {
  needsWebGpu(PATIENCE);
  await inWorker(page, LEAST_LIMITS);
  await openOnWebGpu(peek);
  await expectGrid(peek, NOTEBOOK_PAIR, WEBGPU);
  const limits = await page.workers()[0].evaluate(() => (self as unknown as { limits: Record<string, [number, number]> }).limits);
  for (const [name, [given, least]] of Object.entries(limits)) expect(given, name).toBe(least);
});

test('charts whose picture was lost with the graphics are painted again', async ({ peek, page }) => {
  await peek.open();
  for (const id of ['grid-canvas', 'bars-canvas', 'heatmap', 'lens-canvas']) {
    const [before, lost, after] = await peek.at(id).evaluate((node) => {
      const canvas = node as HTMLCanvasElement;
      const pictures = [canvas.toDataURL()];
      // What the browser does with a canvas of its graphics processor: it empties it, and says so.
      canvas.getContext('2d')!.reset();
      pictures.push(canvas.toDataURL());
      canvas.dispatchEvent(new Event('contextrestored'));
      return [...pictures, canvas.toDataURL()];
    });
    expect(lost, `${id} was emptied`).not.toBe(before);
    expect(after, id).toBe(before);
  }
  await page.setViewportSize({ width: 1024, height: 900 });
  await expect(peek.at('heatmap')).not.toHaveAttribute('data-error', /.*/);
});
