// What the engine takes of memory, and of the GPU's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { inWorker } from './support/faults';
import { expect, test } from './support/fixtures';
import { synth } from './support/synth';
import { needsWebGpu, PATIENCE } from './support/webgpu';

// `cargo xtask test --long` makes many: a small leak shows only then.
const SWEEPS = process.env.PEEK_LONG ? 500 : 40;

// Texts after which the engine holds as many runs as it ever does.
const SETTLING = 20;

// Bytes of the engine, of its GPU buffers, of the page's program and of its scripts' objects; and nodes of the document.
interface Memory {
  wasm: number;
  gpu: number;
  page: number;
  heap: number;
  nodes: number;
}

// Keeps the memory of the page's own program, which nothing names.
const HOLD_PAGE = () => {
  for (const name of ['instantiate', 'instantiateStreaming'] as const) {
    const make = WebAssembly[name] as (...args: unknown[]) => Promise<unknown>;
    (WebAssembly as unknown as Record<string, unknown>)[name] = async (...args: unknown[]) => {
      const made = (await make(...args)) as { instance?: WebAssembly.Instance } & WebAssembly.Instance;
      const { memory } = (made.instance ?? made).exports as { memory?: WebAssembly.Memory };
      if (memory) Object.assign(self, { pageMemory: memory });
      return made;
    };
  }
};

// Bytes of the buffers that the worker holds on its GPU: neither destroyed nor collected. The engine's GPU library lets
// go of a buffer by dropping its object, so what nothing refers to any more is on its way out: it counts only if it is
// still there after a collection.
const COUNT_BUFFERS = `
  const alive = new Map();
  const create = GPUDevice.prototype.createBuffer, destroy = GPUBuffer.prototype.destroy;
  const keys = new WeakMap();
  let made = 0;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = create.call(this, descriptor);
    made += 1;
    keys.set(buffer, made);
    alive.set(made, [new WeakRef(buffer), buffer.size]);
    return buffer;
  };
  GPUBuffer.prototype.destroy = function () {
    alive.delete(keys.get(this));
    return destroy.call(this);
  };
  self.gpuBytes = () => {
    for (const [key, [buffer]] of alive) if (!buffer.deref()) alive.delete(key);
    return [...alive.values()].reduce((sum, [, size]) => sum + size, 0);
  };`;

async function memory(page: Page): Promise<Memory> {
  const engine = await page.workers()[0].evaluate(async () => {
    const worker = self as unknown as { peekMemory: () => number; gpuBytes?: () => number; gc: () => void };
    // A weak reference holds what it points to until the task ends in which it was made or read.
    for (let round = 0; round < 2; round += 1) {
      await new Promise((done) => setTimeout(done, 20));
      worker.gc();
    }
    return { wasm: worker.peekMemory(), gpu: worker.gpuBytes?.() ?? 0 };
  });
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  const metric = (name: string) => metrics.find((one) => one.name === name)!.value;
  const own = await page.evaluate(() => (window as unknown as { pageMemory: WebAssembly.Memory }).pageMemory.buffer.byteLength);
  return { ...engine, page: own, heap: metric('JSHeapUsedSize'), nodes: metric('Nodes') };
}

// Types `count` texts one after the other, each when the scores of the one before are there; in the page itself, since
// asking from outside each time takes longer than a sweep.
function type(page: Page, from: number, count: number): Promise<void> {
  return page.evaluate(
    async ([from, count]) => {
      const at = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)!;
      const field = at('corrupt') as HTMLTextAreaElement;
      const isShown = () => {
        const { stale, phase } = at('grid-panel').dataset;
        return stale === 'false' && phase === 'done';
      };
      const turn = () => new Promise((done) => setTimeout(done, 5));
      for (let round = from; round < from + count; round += 1) {
        field.value = `Who wrote Pride and Prejudice? Some say ${'abcdefghijklmnop'[(round * 7) % 16]}${round % 10}.`;
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        while (isShown()) await turn();
        while (!isShown()) {
          if (document.querySelector('[data-testid="engine-stopped"]')) throw new Error('the engine has stopped');
          await turn();
        }
      }
    },
    [from, count] as const,
  );
}

// Sweeps until memory has settled, and as many more as are to be measured.
async function sweeps(page: Page): Promise<void> {
  await type(page, 0, SETTLING);
  const before = await memory(page);
  const began = Date.now();
  await type(page, SETTLING, SWEEPS);
  const after = await memory(page);
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(2);
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  console.log(`      ${SWEEPS} sweeps in ${seconds} s: wasm ${mib(before.wasm)} MiB, then ${mib(after.wasm)}; GPU ${mib(before.gpu)} MiB, then ${mib(after.gpu)}; the page ${mib(before.page)} MiB, then ${mib(after.page)}; its scripts' objects ${mib(before.heap)} MiB, then ${mib(after.heap)}; nodes ${before.nodes}, then ${after.nodes}`);
  // Memory comes in pages of 64 KiB; what is freed is used again, but not always for what fits exactly.
  for (const kind of ['wasm', 'gpu', 'page', 'heap'] as const) {
    expect(after[kind] - before[kind], kind).toBeLessThanOrEqual(1 << 20);
  }
  expect(after.nodes - before.nodes, 'nodes').toBeLessThanOrEqual(200);
}

// A worker's garbage can be collected at will by its own scripts alone.
test.use({
  launchOptions: async ({ launchOptions }, use) =>
    use({ ...launchOptions, args: [...(launchOptions.args ?? []), '--js-flags=--expose-gc'] }),
});

test.beforeEach(async ({ page }) => {
  test.setTimeout(process.env.PEEK_LONG ? 3_600_000 : 600_000);
  await page.addInitScript(HOLD_PAGE);
});

test('sweeps leave the engine and the page as large as they were', async ({ peek, page }) => {
  await peek.open();
  await sweeps(page);
});

test('sweeps on WebGPU leave the engine and the GPU as full as they were', async ({ peek, page }) => {
  needsWebGpu();
  await inWorker(page, COUNT_BUFFERS);
  await peek.goto();
  await peek.at('backend').selectOption('webgpu');
  await expect(peek.at('backend-line')).toHaveAttribute('data-backend', 'webgpu', { timeout: PATIENCE });
  await peek.scored(PATIENCE);
  expect((await memory(page)).gpu, 'the model lies on the GPU').toBeGreaterThan(1 << 20);
  await sweeps(page);
  await expect(peek.at('backend-line'), 'it has not fallen back').toHaveAttribute('data-backend', 'webgpu');
});

test('a model that another replaces leaves the GPU', async ({ peek, page }) => {
  needsWebGpu(2 * PATIENCE);
  await inWorker(page, COUNT_BUFFERS);
  await peek.goto();
  await peek.at('backend').selectOption('webgpu');
  await peek.scored(PATIENCE);
  const before = await memory(page);

  const folder = mkdtempSync(join(tmpdir(), 'peek-large-'));
  synth(folder, 5, { layers: 1, heads: 6, 'd-model': 384, vocab: 50257, context: 64 });
  await peek.pick(['model.safetensors', 'config.json'].map((name) => join(folder, name)));
  await expect(peek.at('model-line')).toContainText('1 layers × 6 heads, width 384', { timeout: PATIENCE });
  await peek.scored(PATIENCE);
  const large = await memory(page);
  rmSync(folder, { recursive: true });
  expect(large.gpu, 'its embedding alone').toBeGreaterThan(50257 * 384 * 4);

  await peek.at('model').selectOption('demo');
  await expect(peek.at('model-line')).not.toContainText('width 384', { timeout: PATIENCE });
  await peek.scored(PATIENCE);
  const after = await memory(page);
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  console.log(`      GPU ${mib(before.gpu)} MiB, with the large model ${mib(large.gpu)}, without it ${mib(after.gpu)}`);
  expect(after.gpu).toBeLessThanOrEqual(before.gpu + (2 << 20));
  await expect(peek.at('backend-line'), 'it has not fallen back').toHaveAttribute('data-backend', 'webgpu');
});
