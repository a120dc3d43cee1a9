// What a visitor has to load, gzipped as hosts send it. The page's first file paints and takes what is typed; the rest of its
// program follows at once, beside the engine.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from './support/fixtures';
import { DIST } from './support/site';

const KB = 1024;
const REST = readdirSync(DIST).find((name) => /^peek_page_rest-[0-9a-f]+\.wasm$/.test(name)) ?? 'the rest of the page';
const BUDGETS: [string, number][] = [
  ['peek_page_bg.wasm', 100 * KB],
  [REST, 465 * KB],
  ['engine-cpu/peek_worker_bg.wasm', 1536 * KB],
  ['engine-webgpu/peek_worker_bg.wasm', 5120 * KB],
];

test('the page and its engines are no larger than they may be', async () => {
  for (const [file, budget] of BUDGETS) {
    const path = join(DIST, file);
    // A build may leave the engine with WebGPU out.
    if (!existsSync(path) && file.includes('webgpu') && process.env.PEEK_REQUIRE_WEBGPU !== '1') continue;
    const size = gzipSync(readFileSync(path), { level: 9 }).length;
    console.log(`      ${file}: ${(size / KB).toFixed(0)} of ${budget / KB} KB gzipped`);
    expect(size, file).toBeLessThanOrEqual(budget);
  }
});
