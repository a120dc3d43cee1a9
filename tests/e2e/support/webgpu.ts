// What tests on WebGPU have in common.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import type { Peek } from './peek';
import { DIST } from './site';

// How long one step may take where the adapter computes on the CPU, in ms.
export const PATIENCE = 180_000;

// Skips the test where no engine with WebGPU was built, unless that is forbidden. Gives it `timeout` ms, where that is said.
export function needsWebGpu(timeout?: number): void {
  const isBuilt = existsSync(join(DIST, 'engine-webgpu'));
  test.skip(!isBuilt && !process.env.PEEK_REQUIRE_WEBGPU, 'NOT TESTED: dist/ has no WebGPU engine (built with --no-webgpu)');
  if (timeout !== undefined) test.setTimeout(timeout);
}

// Opens the page and has it run on WebGPU; the scores are there then, not yet all else.
export async function openOnWebGpu(peek: Peek): Promise<void> {
  await peek.goto();
  await peek.at('backend').selectOption('webgpu');
  await expect(peek.at('engine')).toHaveAttribute('data-state', 'ready', { timeout: PATIENCE });
  await peek.scored(PATIENCE);
  await expect(peek.at('backend-line')).toHaveAttribute('data-backend', 'webgpu');
}

// The engine on WebGPU has ended, and the page says why and what to do.
export async function expectStopped(peek: Peek, why: RegExp): Promise<void> {
  const banner = peek.at('engine-stopped');
  await expect(banner).toBeVisible();
  await expect(banner).toContainText(why);
  await expect(banner).toContainText('What you typed and the last results are kept. If it happens again after a restart, choose the CPU.');
}
