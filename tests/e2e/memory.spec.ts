// What the engine takes of memory, and of the GPU's.
import type { Page } from '@playwright/test';
import { inWorker } from './support/faults';
import { expect, test } from './support/fixtures';
import type { Peek } from './support/peek';
import { needsWebGpu } from './support/webgpu';

const SWEEPS = 100;

interface Memory {
  wasm: number;
  gpu: number;
}

// Bytes of the buffers that the worker holds on its GPU: made and not destroyed.
const COUNT_BUFFERS = `
  self.gpuBytes = 0;
  const create = GPUDevice.prototype.createBuffer, destroy = GPUBuffer.prototype.destroy;
  const alive = new WeakSet();
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = create.call(this, descriptor);
    alive.add(buffer);
    self.gpuBytes += buffer.size;
    return buffer;
  };
  GPUBuffer.prototype.destroy = function () {
    if (alive.delete(this)) self.gpuBytes -= this.size;
    return destroy.call(this);
  };`;

function memory(page: Page): Promise<Memory> {
  return page.workers()[0].evaluate(() => {
    const worker = self as unknown as { peekMemory: () => number; gpuBytes?: number };
    return { wasm: worker.peekMemory(), gpu: worker.gpuBytes ?? 0 };
  });
}

// Sweeps until memory has settled, and a hundred more.
async function sweeps(peek: Peek, page: Page): Promise<void> {
  const sweep = async (round: number) => {
    await peek.at('corrupt').fill(`Who wrote Pride and Prejudice? Some say ${'abcdefghijklmnop'[(round * 7) % 16]}${round % 10}.`);
    await peek.scored();
  };
  for (let round = 0; round < 20; round += 1) await sweep(round);
  const before = await memory(page);
  for (let round = 20; round < 20 + SWEEPS; round += 1) await sweep(round);
  const after = await memory(page);
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  console.log(`      wasm ${mib(before.wasm)} MiB, then ${mib(after.wasm)}; GPU ${mib(before.gpu)} MiB, then ${mib(after.gpu)}`);
  // Memory comes in pages of 64 KiB; what is freed is used again, but not always for what fits exactly.
  expect(after.wasm - before.wasm).toBeLessThanOrEqual(1 << 20);
  expect(after.gpu - before.gpu).toBeLessThanOrEqual(1 << 20);
}

test('a hundred sweeps leave the engine as large as it was', async ({ peek, page }) => {
  await peek.open();
  await sweeps(peek, page);
});

test('a hundred sweeps on WebGPU leave the engine and the GPU as full as they were', async ({ peek, page }) => {
  needsWebGpu(600_000);
  await inWorker(page, COUNT_BUFFERS);
  await peek.open();
  await peek.at('backend').selectOption('webgpu');
  await expect(peek.at('backend-line')).toHaveAttribute('data-backend', 'webgpu', { timeout: 120_000 });
  await peek.scored();
  expect((await memory(page)).gpu, 'the model lies on the GPU').toBeGreaterThan(1 << 20);
  await sweeps(peek, page);
  await expect(peek.at('backend-line'), 'it has not fallen back').toHaveAttribute('data-backend', 'webgpu');
});
