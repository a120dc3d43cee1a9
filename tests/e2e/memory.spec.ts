// What the engine takes of memory.
import { expect, test } from './support/fixtures';

test('a hundred sweeps leave the engine as large as it was', async ({ peek, page }) => {
  await peek.open();
  const worker = page.workers()[0];
  const bytes = () => worker.evaluate(() => (self as unknown as { peekMemory: () => number }).peekMemory());
  const sweep = async (round: number) => {
    await peek.at('corrupt').fill(`Who wrote Pride and Prejudice? Some say ${'abcdefghijklmnop'[(round * 7) % 16]}${round % 10}.`);
    await peek.scored();
  };
  for (let round = 0; round < 20; round += 1) await sweep(round);
  const before = await bytes();
  for (let round = 20; round < 120; round += 1) await sweep(round);
  const after = await bytes();
  console.log(`      wasm memory after 20 sweeps ${(before / 2 ** 20).toFixed(1)} MiB, after 120 ${(after / 2 ** 20).toFixed(1)} MiB`);
  // Memory comes in pages of 64 KiB; what is freed is used again, but not always for what fits exactly.
  expect(after - before).toBeLessThanOrEqual(1 << 20);
});
