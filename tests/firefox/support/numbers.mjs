// Comparing what the page holds with what the terminal says.
import assert from 'node:assert/strict';

// How long anything may take to appear, in ms: a limit for what hangs.
export const PATIENCE = 30_000;
// Largest difference allowed: both compute in f32 on the CPU.
const TOLERANCE = 1e-4;

// Anything that is not a number is not close to anything.
export function close(actual, expected, what, tolerance = TOLERANCE) {
  assert.equal(actual.length, expected.length, `${what}: how many numbers`);
  assert.ok(expected.length > 0, `${what}: something to compare`);
  actual.forEach((value, i) => {
    const is = Math.abs(value - expected[i]) <= tolerance;
    assert.ok(is, `${what}: at ${i} the page has ${value}, the terminal ${expected[i]}`);
  });
}

// `83 %` as a share of 1; a false zero is written `<0.1 %`.
export const share = (text) => Number(text.replace('<', '').replace('−', '-').replace(/\s*%$/, '')) / 100;
