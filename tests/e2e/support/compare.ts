// Whole panels against the terminal.
import { expect } from '@playwright/test';
import * as cli from './cli';
import type { Options, Pair } from './cli';
import { expectClose, sum } from './numbers';
import type { Peek } from './peek';

// The grid's numbers, the bars' order and the tokens. Returns what the terminal said.
export async function expectGrid(peek: Peek, pair: Pair, tolerance: number, options: Options = {}): Promise<cli.Patch> {
  const expected = await cli.patch(pair, options);
  const cells = await peek.cells();
  const names = expected.deltas.flatMap((row, layer) => row.map((_, head) => `L${layer}H${head}`));
  expect(cells.map((cell) => cell.head)).toEqual(names);
  const worst = expectClose(cells.map((cell) => cell.delta ?? NaN), expected.deltas.flat(), tolerance, 'deltas');
  console.log(`      largest difference of ${cells.length} deltas: ${worst.toExponential(1)}`);

  const bars = await peek.topHeads();
  expect(bars[0].head, 'the first bar').toBe(expected.top[0].head);
  expectClose(bars.map((bar) => bar.delta), expected.top.map((top) => top.delta), tolerance, 'bars');
  // A share is a quotient: its tolerance grows as the gap shrinks.
  const gap = Math.abs(expected.clean.metric - expected.corrupt.metric);
  const shares = (list: { normalised: number | null }[]) => list.map((one) => one.normalised ?? Infinity);
  const finite = expected.top.every((top) => top.normalised !== null);
  if (finite) expectClose(shares(bars), shares(expected.top), (3 * tolerance) / gap, 'shares of the gap');

  expect(await peek.tokens('clean'), 'tokens of the clean prompt').toEqual(expected.clean.tokens);
  expect(await peek.tokens('corrupt'), 'tokens of the corrupt prompt').toEqual(expected.corrupt.tokens);
  expect((await peek.tokens('answer'))[0].id, 'the answer').toBe(expected.answer.id);
  return expected;
}

// The heatmap of `head`, for both runs.
export async function expectHeatmap(
  peek: Peek,
  pair: Pair,
  head: string,
  tolerance: number,
  options: Options = {},
): Promise<void> {
  for (const run of ['clean', 'corrupt'] as const) {
    const expected = await cli.attention(pair[run], head, options);
    const actual = await peek.pattern(run);
    expect(actual.head).toBe(head);
    expect(actual.rows.map((row) => row.length), 'a row for each query, up to itself').toEqual(
      expected.tokens.map((_, query) => query + 1),
    );
    for (const [query, row] of actual.rows.entries()) {
      expect(Math.abs(sum(row) - 1), `row ${query} sums to 1`).toBeLessThanOrEqual(tolerance);
    }
    const seen = expected.pattern.flatMap((row, query) => row.slice(0, query + 1));
    expectClose(actual.rows.flat(), seen, tolerance, `attention of ${head}, ${run}`);
  }
}

export async function expectLens(
  peek: Peek,
  prompts: [string, string][],
  tolerance: number,
  options: Options = {},
): Promise<void> {
  const table = await peek.lensTable();
  expect(table.length, 'a curve for each prompt').toBe(prompts.length);
  for (const [i, [prompt, answer]] of prompts.entries()) {
    const { points } = await cli.lens(prompt, answer, options);
    expect(table[i].map((cell) => cell.point)).toEqual(points.map((point) => point.label));
    expectClose(table[i].map((c) => c.logit), points.map((p) => p.logit), tolerance, `${prompt} logits`);
    expectClose(table[i].map((c) => c.rawLogit), points.map((p) => p.raw_logit), tolerance, `${prompt} raw logits`);
    expectClose(table[i].map((c) => c.probability), points.map((p) => p.probability), tolerance, `${prompt} shares`);
    // Where another token's logit is within the tolerance either rank is right.
    for (const [at, point] of points.entries()) {
      expect(Math.abs(table[i][at].rank - point.rank), `${prompt} rank at ${point.label}`).toBeLessThanOrEqual(1);
    }
  }
}
