// Comparing what the page holds with what the terminal says.
import { expect } from '@playwright/test';

// Largest difference allowed between page and terminal: both compute in f32, on WebGPU in another order.
export const CPU = 1e-4;
export const WEBGPU = 1e-3;

// Fails with the place and size of the largest difference. Anything that is not a number differs infinitely.
export function expectClose(actual: number[], expected: number[], tolerance: number, what: string): number {
  expect(actual.length, `${what}: how many numbers`).toBe(expected.length);
  expect(expected.length, `${what}: something to compare`).toBeGreaterThan(0);
  let [worst, at] = [0, 0];
  actual.forEach((value, i) => {
    const difference = Math.abs(value - expected[i]);
    // `!(a <= b)` is true of NaN too.
    if (!(difference <= worst)) [worst, at] = [Number.isNaN(difference) ? Infinity : difference, i];
  });
  expect(worst, `${what}: at ${at} the page has ${actual[at]}, the terminal ${expected[at]}`).toBeLessThanOrEqual(
    tolerance,
  );
  return worst;
}

export const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
