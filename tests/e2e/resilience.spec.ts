// When the engine dies, cannot start, or WebGPU is not what it seems: a message, a way on, and nothing lost.
import { expectGrid } from './support/compare';
import { inWorker, ON_TRIGGER, trigger, webgpu } from './support/faults';
import { expect, test } from './support/fixtures';
import { CPU } from './support/numbers';
import type { Peek } from './support/peek';
import { NOTEBOOK_PAIR } from './support/presets';

const typed = { ...NOTEBOOK_PAIR, clean: 'Who wrote Emma?' };

// The engine has died: the last results stay, typing goes on, and a restart takes up what was typed.
async function expectRestart(peek: Peek, message: RegExp, good: number[]): Promise<void> {
  const banner = peek.at('engine-stopped');
  await expect(banner).toBeVisible();
  await expect(banner).toHaveAttribute('role', 'alert');
  await expect(banner).toContainText(message);
  await expect(peek.at('engine')).toHaveAttribute('data-state', 'stopped');
  expect(await peek.deltas(), 'the last results').toEqual(good);
  await peek.fillPair({ clean: typed.clean });
  await peek.at('restart-engine').click();
  await peek.settled();
  await expect(banner).toHaveCount(0);
  await expect(peek.at('clean')).toHaveValue(typed.clean);
  await expectGrid(peek, typed, CPU);
}

test('an exception in the worker becomes a message, and a restart keeps what was typed', async ({ peek, page }) => {
  await inWorker(page, ON_TRIGGER('boom', `throw new Error('boom');`));
  await peek.open();
  const good = await peek.deltas();
  await trigger(page, 'boom');
  await expectRestart(peek, /The engine has stopped \(.*boom.*\)/, good);
});

test('a panic of the engine is told in its own words', async ({ peek, page }) => {
  // While a message is taken in, the engine is given the same one again: its queue is in use, and Rust panics.
  await inWorker(
    page,
    ON_TRIGGER(
      'panic',
      `const queue = self.queueMicrotask.bind(self);
       const receive = self.onmessage;
       let event;
       self.onmessage = (e) => { event = e; receive(e); };
       self.queueMicrotask = (job) => {
         self.queueMicrotask = queue;
         queue(job);
         if (event) receive(event);
       };`,
    ),
  );
  await peek.open();
  const good = await peek.deltas();
  await trigger(page, 'panic');
  await expect(async () => {
    await peek.at('clean').fill('Who wrote Jane Eyre?');
    await peek.at('clean').fill(NOTEBOOK_PAIR.clean);
    await expect(peek.at('engine-stopped')).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expectRestart(peek, /internal error.*panicked at .*\.rs/s, good);
});

test('an engine that cannot be fetched is said so, and fetched on a restart', async ({ peek, page, watch }) => {
  watch.allow(/Failed to load resource.*404/);
  await page.route('**/peek_worker_bg.wasm', (route) => route.fulfill({ status: 404, body: 'gone' }));
  await peek.goto();
  await expect(peek.at('engine-stopped')).toContainText(/could not be started/);
  await peek.fillPair({ clean: typed.clean });
  await page.unroute('**/peek_worker_bg.wasm');
  await peek.at('restart-engine').click();
  await peek.settled();
  await expectGrid(peek, typed, CPU);
});

test('an engine whose program is missing is said so too', async ({ peek, page, watch }) => {
  watch.allow(/Failed to load resource.*404/);
  await page.route('**/engine-cpu/peek_worker.js', (route) => route.fulfill({ status: 404, body: 'gone' }));
  await peek.goto();
  await expect(peek.at('engine-stopped')).toContainText(/could not be started/);
  await page.unroute('**/engine-cpu/peek_worker.js');
  await page.route('**/worker.js?*', (route) => route.fulfill({ status: 404, body: 'gone' }));
  await peek.at('restart-engine').click();
  await expect(peek.at('engine-stopped')).toContainText(/its file could not be loaded/);
  await page.unroute('**/worker.js?*');
  await peek.at('restart-engine').click();
  await peek.settled();
});

test('a demo model that does not come is said so, and can be asked for again', async ({ peek, page, watch }) => {
  watch.allow(/Failed to load resource.*503/);
  await page.route('**/demo/model.safetensors', (route) => route.fulfill({ status: 503, body: 'later' }));
  await peek.goto();
  await peek.fillPair({ clean: typed.clean });
  await expect(peek.at('no-model')).toContainText(/The file demo\/model\.safetensors could not be fetched.*503/);
  await page.unroute('**/demo/model.safetensors');
  await peek.at('load-demo').click();
  await peek.settled();
  await expectGrid(peek, typed, CPU);
});

test('a download that breaks off is told from a damaged file', async ({ peek, page }) => {
  await page.route('**/demo/model.safetensors', async (route) => {
    const response = await route.fetch();
    const whole = await response.body();
    await route.fulfill({ status: 200, body: whole.subarray(0, whole.length / 2) });
  });
  await peek.goto();
  await expect(peek.at('no-model')).toContainText(/the file is incomplete/);
  await page.unroute('**/demo/model.safetensors');
  await peek.at('load-demo').click();
  await peek.settled();
});

for (const [gpu, why] of [
  ['missing', /Runs on the CPU, because this browser has no WebGPU\./],
  ['no adapter', /Runs on the CPU, because the browser found no WebGPU adapter\./],
  ['no timestamp-query', /Runs on the CPU, because Acme 9 lacks timestamp-query/],
] as const) {
  test(`WebGPU: ${gpu} means the CPU, and the page says why`, async ({ peek, page }) => {
    await webgpu(page, gpu);
    await peek.open();
    const line = peek.at('backend-line');
    await expect(line).toHaveAttribute('data-backend', 'cpu');
    await expect(line).toHaveText(why);
    await expectGrid(peek, NOTEBOOK_PAIR, CPU);

    await test.step('choosing it does not help, and is no error', async () => {
      await peek.at('backend').selectOption('webgpu');
      await expect(line).toHaveClass(/fallback/);
      await expect(line).toHaveText(why);
      await peek.settled();
    });
  });
}

test('WebGPU: a software adapter means the CPU unless it is chosen', async ({ peek, watch }) => {
  await peek.open();
  const line = peek.at('backend-line');
  await expect(line).toHaveAttribute('data-backend', 'cpu');
  await expect(line).toHaveText(/Runs on the CPU, because .*swiftshader.* is a software adapter and far slower\./i);
  expect(watch.requests.filter((url) => url.includes('engine-webgpu')), 'its engine is not fetched').toEqual([]);
});

test('WebGPU: an engine that fails to start means the CPU, with the reason', async ({ peek, page, watch }) => {
  watch.allow(/Failed to load resource.*404/);
  await page.route('**/engine-webgpu/**', (route) => route.fulfill({ status: 404, body: 'gone' }));
  await peek.open();
  await peek.fillPair({ clean: typed.clean });
  await peek.at('backend').selectOption('webgpu');
  const line = peek.at('backend-line');
  await expect(line).toHaveText(/Runs on the CPU, because WebGPU could not be used: .*could not be started/);
  await expect(line).toHaveClass(/fallback/);
  await peek.settled();
  await expectGrid(peek, typed, CPU);
});

test('WebGPU: an adapter that never answers does not hold up the page', async ({ peek, page }) => {
  await page.addInitScript(() => {
    const silent = { requestAdapter: () => new Promise(() => {}) };
    Object.defineProperty(Navigator.prototype, 'gpu', { configurable: true, get: () => silent });
  });
  await peek.open();
  await expect(peek.at('backend-line')).toHaveAttribute('data-backend', 'cpu');
});
