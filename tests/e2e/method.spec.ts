// The whole method by the page's own choices: every edit, site, place and metric, each with each of the others at least once,
// against the terminal.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cli from './support/cli';
import { expect, test } from './support/fixtures';
import { CPU, expectClose } from './support/numbers';
import type { Peek } from './support/peek';

// Of one length, so that a mean at each position is defined; they part at the country, which is the chosen position.
const PAIR = { clean: 'What is the capital of France?', corrupt: 'What is the capital of Spain?', answer: ' Paris' };
const FOIL = ' Madrid';
const COUNTRY = 6;

const CHOICES = {
  site: ['z', 'q', 'k', 'v', 'pattern', 'resid_pre', 'resid_mid', 'resid_post', 'attn_out', 'mlp_out'],
  metric: ['logit', 'raw_logit', 'logit_diff', 'probability', 'log_probability', 'rank', 'kl'],
  edit: ['denoise', 'noise', 'zero', 'mean', 'mean-position'],
  at: ['last', 'all', 'one'],
};
type Name = keyof typeof CHOICES;
type Case = Record<Name, string>;
const NAMES = Object.keys(CHOICES) as Name[];

// All sites with all metrics; edits and places go round. A pattern has no mean but position by position.
const isRefused = (site: string, edit: string) => site === 'pattern' && edit === 'mean';
const CASES: Case[] = CHOICES.site.flatMap((site, s) =>
  CHOICES.metric.map((metric, m) => {
    const edit = CHOICES.edit[(s + m) % CHOICES.edit.length];
    const at = CHOICES.at[(s + 2 * m) % CHOICES.at.length];
    return { site, metric, edit: isRefused(site, edit) ? 'mean-position' : edit, at };
  }),
);

const isOfHeads = ({ site }: Case) => CHOICES.site.indexOf(site) < 5;

// What a screen reader says of a change: `+1.31 logits`.
const UNITS: Record<string, string> = {
  logit: 'logits',
  raw_logit: 'logits',
  logit_diff: 'logits',
  probability: 'percentage points',
  log_probability: 'nats',
  rank: 'places',
  kl: 'nats',
};

test('the page offers these choices and no other', async ({ peek }) => {
  await peek.open();
  for (const name of NAMES) {
    const offered = await peek.at(`setup-${name}`).locator('option').evaluateAll((options) => options.map((o) => (o as HTMLOptionElement).value));
    // A grid over positions has specs of its own.
    expect(offered.filter((value) => value !== 'grid').sort(), name).toEqual([...CHOICES[name]].sort());
  }
});

async function choose(peek: Peek, one: Case): Promise<void> {
  for (const name of NAMES) await peek.at(`setup-${name}`).selectOption(one[name]);
  if (one.at === 'one') await peek.at('setup-position').selectOption(String(COUNTRY));
  await peek.scored();
}

function asked(one: Case, prompts: string): Promise<cli.Sweep> {
  const isMean = one.edit.startsWith('mean');
  return cli.sweep(
    PAIR,
    `--foil=${FOIL}`,
    `--site=${one.site}`,
    `--metric=${one.metric}`,
    `--edit=${isMean ? 'mean' : one.edit}`,
    `--positions=${one.at === 'one' ? COUNTRY : one.at}`,
    ...(isMean ? [`--mean-prompts=${prompts}`] : []),
    ...(one.edit === 'mean-position' ? ['--mean-per-position'] : []),
  );
}

// Every cell's name, number and words.
const cells = (peek: Peek, one: Case) =>
  peek.at(isOfHeads(one) ? 'head-cell' : 'position-cell').evaluateAll((cells) =>
    cells.map((cell) => {
      const { head, unit, delta } = (cell as HTMLElement).dataset;
      return { unit: head ?? unit, delta: delta === undefined ? NaN : Number(delta), label: cell.ariaLabel ?? '' };
    }),
  );

test('the table has every two choices together', () => {
  for (const [i, a] of NAMES.entries()) {
    for (const b of NAMES.slice(i + 1)) {
      const met = new Set(CASES.map((one) => `${one[a]} ${one[b]}`));
      const refused = a === 'site' && b === 'edit' ? 1 : 0;
      expect(met.size, `${a} with ${b}`).toBe(CHOICES[a].length * CHOICES[b].length - refused);
    }
  }
});

test('a mean of patterns over positions is refused in words, and the scores stay', async ({ peek }) => {
  await peek.open();
  await peek.fillPair(PAIR);
  await peek.at('setup-site').selectOption('pattern');
  await peek.scored();
  const before = await peek.deltas();
  await peek.at('setup-edit').selectOption('mean');
  await expect(peek.at('grid-panel')).toHaveAttribute('data-phase', 'refused');
  await expect(peek.at('setup-notes')).toContainText('position by position');
  expect(await peek.deltas()).toEqual(before);
});

test.describe('against the terminal', () => {
  let folder = '';
  test.beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'peek-'));
    writeFileSync(join(folder, 'mean.txt'), `${PAIR.clean}\n${PAIR.corrupt}\n`);
  });
  test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('every site, edit, place and metric shows the terminal’s numbers', async ({ peek }) => {
    const prompts = join(folder, 'mean.txt');
    await peek.open();
    await peek.fillPair(PAIR);
    await peek.at('foil').fill(FOIL);
    await peek.scored();
    let moved = 0;
    for (const one of CASES) {
      const what = Object.values(one).join(' ');
      const expected = await asked(one, prompts);
      await choose(peek, one);
      const found = await cells(peek, one);
      expect(found.map((cell) => cell.unit), what).toEqual(expected.units);
      const deltas = expected.spots[0].scores.map((score) => score.delta ?? NaN);
      expect(deltas.some(Number.isNaN), `${what}: all are defined`).toBe(false);
      // A rank is a count: two tokens whose logits all but agree may change places.
      expectClose(found.map((cell) => cell.delta), deltas, one.metric === 'rank' ? 1 : CPU, what);

      // The cell that says most, as it is read out.
      const largest = deltas.reduce((best, delta, i) => (Math.abs(delta) > Math.abs(deltas[best]) ? i : best), 0);
      const scale = one.metric === 'probability' ? 100 : 1;
      const said = /, ([+−]?)(\d+(?:\.\d\d)?) ([a-z ]+)/.exec(found[largest].label);
      expect(said, `${what}: ${found[largest].label}`).not.toBeNull();
      const [, sign, digits, unit] = said!;
      expect(unit, what).toBe(UNITS[one.metric]);
      const half = one.metric === 'rank' ? 1 : 0.005;
      const shown = Number(digits) * (sign === '−' ? -1 : 1);
      expectClose([shown], [scale * deltas[largest]], half + scale * CPU, `${what}: ${found[largest].label}`);
      if (Math.abs(scale * deltas[largest]) > 0.01) moved += 1;
    }
    console.log(`      ${moved} of ${CASES.length} cases move their metric by what can be seen`);
    expect(moved, 'numbers that are not all zero').toBeGreaterThan(0.8 * CASES.length);
  });

  test('a mean over the prompts of the set', async ({ peek }) => {
    const set = [
      { clean: 'Who wrote Emma?', corrupt: 'Who wrote Jane Eyre?', answer: ' Jane' },
      { clean: 'What is the capital of Italy?', corrupt: 'What is 2+2?', answer: ' Rome' },
    ];
    const prompts = join(folder, 'set.txt');
    writeFileSync(prompts, set.flatMap(({ clean, corrupt }) => [clean, corrupt]).join('\n') + '\n');
    await peek.open();
    await peek.fillPair(PAIR);
    await peek.at('setup-edit').selectOption('mean');
    await peek.scored();
    await expect(peek.at('setup')).toContainText('mean over these two prompts');
    const csv = ['clean,corrupt,answer', ...set.map((p) => `"${p.clean}","${p.corrupt}","${p.answer}"`)].join('\n');
    await peek.at('sets').locator('> summary').click();
    await peek.at('set-file').setInputFiles({ name: 'set.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    const over = peek.at('setup-mean');
    const deltas = async () => (await peek.cells()).map((cell) => cell.delta ?? NaN);
    const expected = async (file: string) =>
      (await cli.sweep(PAIR, '--edit=mean', `--mean-prompts=${file}`)).spots[0].scores.map((score) => score.delta ?? NaN);
    const [ofSet, ofPair] = [await expected(prompts), await expected(join(folder, 'mean.txt'))];
    expect(Math.max(...ofSet.map((delta, i) => Math.abs(delta - ofPair[i]))), 'two means').toBeGreaterThan(0.01);
    await expect(over).toHaveValue('pair');
    expectClose(await deltas(), ofPair, CPU, 'over the pair');
    await over.selectOption('set');
    await peek.scored();
    expectClose(await deltas(), ofSet, CPU, 'over the set');
    // The set goes; what was chosen stays until the user chooses again.
    await peek.at('set-clear').click();
    await expect(over).toHaveValue('others');
    await expect(over.locator('option')).toHaveText(['these two prompts', '4 other prompts']);
    expectClose(await deltas(), ofSet, CPU, 'still over the set');
    await over.selectOption('pair');
    await peek.scored();
    expectClose(await deltas(), ofPair, CPU, 'over the pair again');
  });
});
