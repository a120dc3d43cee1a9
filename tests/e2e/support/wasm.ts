// The engine's wasm, changed on its way.
import type { Page } from '@playwright/test';

const MEMORY = 5;

// Where a LEB128 number ends, and its value.
function leb(bytes: Buffer, at: number): [value: number, end: number] {
  let [value, scale] = [0, 1];
  for (; ; at += 1, scale *= 128) {
    value += (bytes[at] % 128) * scale;
    if (bytes[at] < 128) return [value, at + 1];
  }
}

const asLeb = (value: number): number[] => (value < 128 ? [value] : [(value % 128) | 128, ...asLeb(Math.floor(value / 128))]);

// The same module with a memory that grows to `pages` of 64 KiB and no further.
function withMost(wasm: Buffer, pages: number): Buffer {
  // Sections follow eight bytes of magic and version: a number, a length, and as many bytes.
  for (let at = 8; at < wasm.length; ) {
    const [length, body] = leb(wasm, at + 1);
    if (wasm[at] === MEMORY) {
      // One memory: whether it has a limit, and its first size.
      const [first] = leb(wasm, body + 2);
      const section = [1, 1, ...asLeb(first), ...asLeb(pages)];
      return Buffer.concat([wasm.subarray(0, at), Buffer.from([MEMORY, section.length, ...section]), wasm.subarray(body + length)]);
    }
    at = body + length;
  }
  throw new Error('the module has no memory');
}

// Lets the engine of the CPU have so many MiB and no more.
export async function withMostMemory(page: Page, mib: number): Promise<void> {
  await page.route('**/engine-cpu/peek_worker_bg.wasm', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: withMost(await response.body(), mib * 16) });
  });
}
