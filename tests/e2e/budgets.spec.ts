// What a visitor has to load, gzipped as hosts send it. The page's figure only keeps it from growing: 300 KB is what it should
// come to.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from './support/fixtures';
import { DIST } from './support/site';

const KB = 1024;
const BUDGETS: [string, number][] = [
  ['peek_page_bg.wasm', 525 * KB],
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
