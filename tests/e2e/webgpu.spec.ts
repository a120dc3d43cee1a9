// The pair on WebGPU, computed by SwiftShader: slow, and right.
import * as cli from './support/cli';
import { expectGrid, expectHeatmap } from './support/compare';
import { expect, test } from './support/fixtures';
import { WEBGPU } from './support/numbers';
import { NOTEBOOK_PAIR } from './support/presets';
import { needsWebGpu, PATIENCE } from './support/webgpu';

// A dispatch takes 10 to 20 ms there, and the first run compiles every shader.
test('on WebGPU the grid, the top head and its heatmap are those of the terminal', async ({ peek, page, watch }) => {
  needsWebGpu(2 * PATIENCE);
  await peek.goto();
  await peek.at('backend').selectOption('webgpu');
  const line = peek.at('backend-line');
  await expect(line).toHaveText(/Runs on WebGPU, as chosen, on .*swiftshader.*: a software adapter/i);
  const began = Date.now();
  await peek.settled(PATIENCE);
  console.log(`      from choosing WebGPU to all results: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  await expect(line, 'it has not fallen back').toHaveAttribute('data-backend', 'webgpu');
  expect(watch.requests.filter((url) => url.endsWith('/engine-webgpu/peek_worker_bg.wasm')).length).toBe(1);

  await expectGrid(peek, NOTEBOOK_PAIR, WEBGPU);
  const { top } = await cli.patch(NOTEBOOK_PAIR);
  await expectHeatmap(peek, NOTEBOOK_PAIR, top[0].head, WEBGPU);

  await test.step('another head, pinned', async () => {
    const second = top[1].head;
    await page.locator(`[data-testid=top-head][data-head=${second}]`).click();
    await expect(peek.at('attention')).toHaveAttribute('data-head', second, { timeout: PATIENCE });
    await peek.attended(PATIENCE);
    await expectHeatmap(peek, NOTEBOOK_PAIR, second, WEBGPU);
  });
});
