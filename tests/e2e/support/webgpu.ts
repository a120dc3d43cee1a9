// What tests on WebGPU have in common.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from './fixtures';
import { DIST } from './site';

// How long one step may take where the adapter computes on the CPU, in ms.
export const PATIENCE = 180_000;

// Skips the test where no engine with WebGPU was built, unless that is forbidden. Gives it `timeout` ms, where that is said.
export function needsWebGpu(timeout?: number): void {
  const isBuilt = existsSync(join(DIST, 'engine-webgpu'));
  test.skip(!isBuilt && !process.env.PEEK_REQUIRE_WEBGPU, 'NOT TESTED: dist/ has no WebGPU engine (built with --no-webgpu)');
  if (timeout !== undefined) test.setTimeout(timeout);
}
