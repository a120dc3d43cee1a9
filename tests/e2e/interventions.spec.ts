// Interventions beyond the head scores: every number is the terminal's.
import { readFile } from 'node:fs/promises';
import * as cli from './support/cli';
import { expect, test } from './support/fixtures';
import { CPU, expectClose } from './support/numbers';
import type { Peek } from './support/peek';
import { NOTEBOOK_PAIR } from './support/presets';

const PAIR = NOTEBOOK_PAIR;

async function setUp(peek: Peek, choices: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(choices)) await peek.at(`setup-${name}`).selectOption(value);
  await peek.scored();
}

// The deltas of the head grid, in order.
async function expectHeads(peek: Peek, expected: cli.Sweep, what: string): Promise<void> {
  const cells = await peek.cells();
  expect(cells.map((cell) => cell.head)).toEqual(expected.units);
  expectClose(
    cells.map((cell) => cell.delta ?? NaN),
    expected.spots[0].scores.map((score) => score.delta ?? NaN),
    CPU,
    what,
  );
}

test('layers by position: the numbers, what is undefined, and zeros before the first difference', async ({ peek }) => {
  await peek.open();
  await setUp(peek, { site: 'resid_pre', at: 'grid' });
  await expect(peek.at('grid-title')).toHaveText('Which layers and positions bring the answer back?');
  const expected = await cli.sweep(PAIR, '--site=resid_pre', '--positions=grid');
  const found = await peek.at('position-cell').evaluateAll((cells) =>
    cells.map((cell) => {
      const { unit, position, state, delta } = (cell as HTMLElement).dataset;
      return { unit, position: Number(position), state, delta: delta === undefined ? null : Number(delta) };
    }),
  );
  expect(found.length).toBe(expected.units.length * expected.spots.length);
  let undefinedCells = 0;
  for (const cell of found) {
    const { delta } = expected.spots[cell.position].scores[expected.units.indexOf(cell.unit!)];
    if (delta === null) {
      expect(cell, 'undefined in both').toMatchObject({ state: 'undefined', delta: null });
      undefinedCells += 1;
    } else {
      expectClose([cell.delta ?? NaN], [delta], CPU, `${cell.unit} at ${cell.position}`);
    }
  }
  expect(undefinedCells, 'tokens that meet none').toBeGreaterThan(0);
  expect(found.filter((cell) => cell.position === 0).map((cell) => cell.delta)).toEqual(expected.units.map(() => 0));
});

test('noising, a difference to the foil, and zero ablation', async ({ peek }) => {
  await peek.open();
  await setUp(peek, { edit: 'noise' });
  await expect(peek.at('grid-title')).toHaveText('Which heads does the answer need?');
  await expectHeads(peek, await cli.sweep(PAIR, '--edit=noise'), 'noising');

  await peek.at('foil').fill(' Emily');
  await setUp(peek, { edit: 'denoise', metric: 'logit_diff' });
  await expectHeads(peek, await cli.sweep(PAIR, '--metric=logit_diff', '--foil= Emily'), 'difference to the foil');

  await setUp(peek, { edit: 'zero', metric: 'logit' });
  await expectHeads(peek, await cli.sweep(PAIR, '--edit=zero'), 'zero ablation');
});

test('a difference without a foil is refused beside it, and the scores stay', async ({ peek }) => {
  await peek.open();
  await setUp(peek, { edit: 'noise' });
  const before = await peek.deltas();
  await peek.at('setup-metric').selectOption('logit_diff');
  await expect(peek.at('grid-panel')).toHaveAttribute('data-phase', 'refused');
  await expect(peek.at('foil-notes')).toContainText(/\w/);
  await expect(peek.at('grid-panel')).toHaveAttribute('data-stale', 'true');
  expect(await peek.deltas()).toEqual(before);
});

test('one position, chosen in the strip, and an alignment by hand', async ({ peek, page }) => {
  await peek.open();
  await setUp(peek, { site: 'resid_post', at: 'one' });
  await expect(peek.at('alignment')).toBeVisible();
  await page.locator('[data-testid=align-base][data-position="5"]').click();
  await peek.scored();
  await expect(peek.at('setup-position')).toHaveValue('5');
  const deltas = () =>
    peek.at('position-cell').evaluateAll((cells) => cells.map((cell) => Number((cell as HTMLElement).dataset.delta)));
  const of = (sweep: cli.Sweep) => sweep.spots[0].scores.map((score) => score.delta ?? NaN);
  const one = await cli.sweep(PAIR, '--site=resid_post', '--positions=5');
  expectClose(await deltas(), of(one), CPU, 'at position 5');

  // By keyboard: the position's token is picked, now it takes from another one.
  await page.locator('[data-testid=align-donor][data-position="3"]').press('Enter');
  await expect(peek.at('alignment')).toHaveAttribute('data-edited', 'true');
  await peek.scored();
  const edited = await cli.sweep(PAIR, '--site=resid_post', '--positions=5', '--pair=5:3');
  expectClose(await deltas(), of(edited), CPU, 'taking from position 3');
  expect(of(edited)).not.toEqual(of(one));

  await peek.at('suggested-alignment').click();
  await expect(peek.at('alignment')).toHaveAttribute('data-edited', 'false');
  await peek.scored();
  expectClose(await deltas(), of(one), CPU, 'as suggested again');
});

test('the patched run’s attention: of the pinned head, of a set, and not without either', async ({ peek }) => {
  // Of one length, so that a whole pattern can be put over.
  const pair = { clean: 'What is the capital of France?', corrupt: 'What is the capital of Spain?', answer: ' Paris' };
  const [head, other] = ['L2H1', 'L0H3'];
  await peek.open();
  await peek.fillPair(pair);
  await setUp(peek, { site: 'pattern', at: 'all' });
  const button = peek.at('run-patched');
  await expect(button).toBeDisabled();
  await expect(button).toHaveAttribute('title', /pin a head/);
  const cell = (name: string) => peek.page.locator(`[data-testid=head-cell][data-head=${name}]`);
  const weights = async (run: 'clean' | 'corrupt' | 'patched') => {
    const { head, rows } = await peek.pattern(run);
    await peek.attended();
    return { head, weights: rows.flat() };
  };
  const terminal = async (prompt: string) =>
    (await cli.attention(prompt, head)).pattern.flatMap((row, query) => row.slice(0, query + 1));

  await cell(head).click();
  await expect(button).toBeEnabled();
  await button.click();
  await peek.attended();
  const own = await weights('patched');
  expect(own.head).toBe(head);
  const [clean, corrupt] = [await terminal(pair.clean), await terminal(pair.corrupt)];
  expectClose(own.weights, clean, CPU, 'the head’s own pattern is the clean run’s');
  expect(Math.max(...corrupt.map((weight, i) => Math.abs(weight - clean[i]))), 'another than the corrupt run’s').toBeGreaterThan(0.01);
  expectClose((await weights('corrupt')).weights, corrupt, CPU, 'the corrupt run is as it was');

  // An earlier head in its place: the pinned head's pattern is what becomes of that.
  await button.click();
  await cell(other).click({ modifiers: ['Control'] });
  await peek.attended();
  const set = await weights('patched');
  expect(set.head).toBe(head);
  const distance = (weights: number[]) => Math.max(...set.weights.map((weight, i) => Math.abs(weight - weights[i])));
  expect(distance(clean), 'no longer put over').toBeGreaterThan(0.01);
  expect(distance(corrupt), 'moved by the earlier head').toBeGreaterThan(1e-4);
  await expect(peek.at('attention')).toContainText(`with ${other} changed`);

  await peek.at('clear-set').click();
  await peek.at('unpin').click();
  await expect(button).toBeDisabled();
  await expect(peek.at('run-corrupt')).toHaveAttribute('aria-pressed', 'true');
});

test('a set of two heads: what they do together and one by one', async ({ peek, page }) => {
  await peek.open();
  const { top } = await cli.patch(PAIR);
  const heads = [top[0].head, top[1].head].sort();
  await page.locator(`[data-testid=head-cell][data-head=${heads[0]}]`).click({ modifiers: ['Control'] });
  await page.locator(`[data-testid=head-cell][data-head=${heads[1]}]`).focus();
  await page.keyboard.press('Space');
  const set = peek.at('unit-set');
  await expect(set).toHaveAttribute('data-phase', 'done');
  await expect(set).toHaveAttribute('data-stale', 'false');
  await expect(peek.at('set-unit')).toHaveCount(2);
  const { together } = await cli.sweep(PAIR, ...heads.map((head) => `--unit=${head}`), '--together');
  const delta = async (testid: string) => Number(await peek.at(testid).getAttribute('data-delta'));
  expectClose(
    [await delta('set-joint'), await delta('set-sum')],
    [together!.delta, together!.sum_of_single],
    CPU,
    'joint and sum',
  );
  // As a file, too.
  const [download] = await Promise.all([page.waitForEvent('download'), peek.at('export-set-effects-csv').click()]);
  const effects = (await readFile(await download.path())).toString().trimEnd().split('\r\n').map((l) => l.split(','));
  expect(effects.map(([changed]) => changed)).toEqual(['changed', ...heads, 'together']);
  expectClose([Number(effects[3][2])], [together!.delta], CPU, 'the joint effect as a file');
  // Both go one way, so that the longer bar takes the whole width.
  const bars = set.locator('.set-bars rect:not(.zero)');
  const widths = await bars.evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute('width'))));
  expect(Math.max(...widths)).toBe(100);
  // The patched run's lens ends at its logit.
  const last = peek.at('set-lens-table').locator('tr[data-run=patched] td').last();
  expectClose([Number(await last.getAttribute('data-logit'))], [together!.value], CPU, 'the patched lens');
  await peek.at('clear-set').click();
  await expect(set).toHaveCount(0);
});
