// Many prompts: a set is typed, pasted, read and made; its means are those of its pairs.
import { readFile } from 'node:fs/promises';
import * as cli from './support/cli';
import { expect, test } from './support/fixtures';
import { CPU, expectClose } from './support/numbers';
import type { Peek } from './support/peek';

const PAIRS = [
  { clean: 'What is the capital of France?', corrupt: 'What is the capital of Spain?', answer: ' Paris' },
  { clean: 'Who wrote Emma?', corrupt: 'Who wrote Emma? Some say Emily.', answer: ' Jane' },
  { clean: 'Who wrote Jane Eyre?', corrupt: 'Who wrote Emma?', answer: ' Charlotte' },
];
const CSV = ['clean,corrupt,answer', ...PAIRS.map((p) => `"${p.clean}","${p.corrupt}","${p.answer}"`)].join('\n');

async function open(peek: Peek): Promise<void> {
  await peek.open();
  await peek.at('sets').locator('> summary').click();
}

const read = (peek: Peek, text: string) =>
  peek.at('set-file').setInputFiles({ name: 'set.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });

test('means and spreads are those of the terminal’s numbers', async ({ peek, page }) => {
  await open(peek);
  await read(peek, `${CSV}\n"${'word '.repeat(300)}","b"," c"\n`);
  await expect(peek.at('set-row')).toHaveCount(4);
  await peek.at('set-run').click();
  await expect(peek.at('sets')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await expect(peek.at('set-failures').locator('li')).toHaveCount(1);
  await expect(peek.at('set-failures')).toContainText('Pair 4');

  const all = (await Promise.all(PAIRS.map((pair) => cli.patch(pair)))).map((one) => one.deltas.flat());
  const mean = all[0].map((_, i) => all.reduce((sum, one) => sum + one[i], 0) / all.length);
  const spread = all[0].map((_, i) =>
    Math.sqrt(all.reduce((sum, one) => sum + (one[i] - mean[i]) ** 2, 0) / (all.length - 1)),
  );
  await peek.at('set-means-open').focus();
  await page.keyboard.press('Enter');
  await expect(peek.at('set-means')).toBeVisible();
  await expect(peek.at('set-means-open'), 'what was made leaves the focus').toBeFocused();
  const column = (n: number) =>
    peek.at('set-means').locator(`tbody td:nth-child(${n})`).evaluateAll((cells) =>
      cells.map((cell) => ({ value: Number((cell as HTMLElement).dataset.value), shown: cell.textContent! })),
    );
  for (const [n, expected, what] of [[2, mean, 'means'], [3, spread, 'spreads']] as const) {
    const cells = await column(n);
    expectClose(cells.map(({ value }) => value), expected, CPU, what);
    for (const { value, shown } of cells) {
      expect(Number(shown.replace('−', '-')), `${value}, to two decimals`).toBe(Number(value.toFixed(2)) + 0);
    }
  }
  await expect(peek.at('set-canvas')).not.toHaveAttribute('data-error', /.*/);

  const [download] = await Promise.all([page.waitForEvent('download'), peek.at('set-csv').click()]);
  const lines = (await readFile(await download.path())).toString().trimEnd().split('\r\n');
  expect(lines.length).toBe(5);
  const own = lines[2].split(',').slice(-all[1].length).map(Number);
  expectClose(own, all[1], CPU, 'the second pair');
  expect(lines[4]).toMatch(/,+$/);
});

test('a result says when the list has changed since, and a file keeps the list, which an address does not', async ({ peek, page }) => {
  await open(peek);
  await read(peek, CSV);
  await peek.at('set-run').click();
  await expect(peek.at('sets')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  const paint = () => peek.at('set-canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const fresh = await paint();
  await expect(peek.at('set-stale')).toHaveCount(0);
  await peek.at('set-answer-1').fill(' Charlotte');
  await expect(peek.at('set-stale')).toContainText('run the set again');
  await expect.poll(paint, 'paler').not.toBe(fresh);
  await peek.at('set-answer-1').fill(PAIRS[1].answer);
  await expect(peek.at('set-stale')).toHaveCount(0);
  await expect.poll(paint).toBe(fresh);

  await peek.at('share').click();
  await expect(peek.at('keep-told')).toContainText('without the many prompts');
  const [download] = await Promise.all([page.waitForEvent('download'), peek.at('save').click()]);
  const buffer = await readFile(await download.path());
  await peek.at('set-clear').click();
  await expect(peek.at('set-row')).toHaveCount(0);
  await peek.at('experiment-file').setInputFiles({ name: 'e.json', mimeType: 'application/json', buffer });
  await expect(peek.at('keep-told')).toHaveText('The experiment is open, its list of prompts under “Many prompts”.');
  await expect(peek.at('set-row')).toHaveCount(PAIRS.length);
  for (const [at, { clean, corrupt, answer }] of PAIRS.entries()) {
    await expect(peek.at(`set-clean-${at}`)).toHaveValue(clean);
    await expect(peek.at(`set-corrupt-${at}`)).toHaveValue(corrupt);
    await expect(peek.at(`set-answer-${at}`)).toHaveValue(answer);
  }
});

test('rows are pasted, edited, made and faults are named by line', async ({ peek, page }) => {
  await open(peek);
  await peek.at('set-add').click();
  await peek.at('set-clean-0').fill('Who?');
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'A?\tB?\t x\t y\nC?\tD?\t z\n');
    const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector('[data-testid=set-clean-0]')!.dispatchEvent(event);
  });
  await expect(peek.at('set-row')).toHaveCount(3);
  await expect(peek.at('set-foil-1')).toHaveValue(' y');
  await read(peek, `${CSV}\nonly one\n`);
  await expect(peek.at('set-messages')).toContainText('Line 5');
  await expect(peek.at('set-row')).toHaveCount(6);
  await peek.at('set-clear').click();

  await peek.at('set-count').fill('0');
  await peek.at('set-indirect').click();
  await expect(peek.at('set-messages')).toContainText('from 1 to 500');
  await peek.at('set-count').fill('7');
  await peek.at('set-indirect').click();
  await expect(peek.at('set-row')).toHaveCount(7);
  await peek.at('set-clear').click();
  await peek.at('set-templates').click();
  await peek.at('template-clean').fill('{a} saw {b}. {a} waved to');
  await peek.at('template-corrupt').fill('{a} saw {b}. {b} waved to');
  await peek.at('template-answer').fill(' {b}');
  await peek.at('set-fill').click();
  await expect(peek.at('set-messages')).toContainText('{a}');
  await peek.at('template-lists').fill('a, b: Mary, John, Anna');
  await peek.at('set-fill').click();
  await expect(peek.at('set-row')).toHaveCount(6);
  await expect(peek.at('set-answer-0')).toHaveValue(' John');
});

test('what was typed for the making of pairs stays, whatever else happens', async ({ peek }) => {
  await open(peek);
  await peek.at('set-count').fill('5');
  await peek.at('set-seed').fill('7');
  await peek.at('set-templates').click();
  await peek.at('template-clean').fill('{a} met {b}.');
  await peek.at('answer').fill(' Emily');
  await peek.settled();
  const summary = peek.at('sets').locator('> summary');
  await summary.click();
  await expect(peek.at('set-count')).not.toBeVisible();
  await summary.click();
  await expect(peek.at('set-count')).toHaveValue('5');
  await expect(peek.at('set-seed')).toHaveValue('7');
  await expect(peek.at('template-clean')).toHaveValue('{a} met {b}.');
  await peek.at('set-indirect').click();
  await expect(peek.at('set-row')).toHaveCount(5);
  await peek.at('set-run').focus();
  await peek.page.keyboard.press('Enter');
  await expect(peek.at('sets')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await expect(peek.at('set-run'), 'the focus has not been lost on the way').toBeFocused();
  await expect(peek.at('set-caption')).toContainText('Mean over 5 of 5 pairs');
});

test('lens and direct effects run too, and a run can be cancelled', async ({ peek, page }) => {
  await open(peek);
  await read(peek, CSV);
  for (const kind of ['lens', 'direct']) {
    await peek.at(`set-kind-${kind}`).click();
    await peek.at('set-run').click();
    await expect(peek.at('sets')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
    await expect(peek.at('set-result')).toHaveAttribute('data-done', '3');
    await expect(peek.at('set-canvas')).toBeVisible();
    // The chart says the same of what the pointer is on as the table.
    if ((await peek.at('set-means').count()) === 0) await peek.at('set-means-open').click();
    await peek.at('set-canvas').scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await peek.at('set-canvas').boundingBox())!;
    const tip = peek.at('set-result').getByTestId('tip').first();
    await expect(async () => {
      for (let share = 0.2; share < 0.8 && (await tip.count()) === 0; share += 0.05) {
        await page.mouse.move(x + width / 2, y + height * share);
      }
      await expect(tip).toBeVisible({ timeout: 500 });
    }).toPass();
    const name = await tip.locator('strong').textContent();
    const row = peek.at('set-means').locator(`tr[data-cell="${name}"]`);
    await expect(row.locator('td').first()).toHaveText((await tip.locator('dd').first().textContent())!);
    await page.mouse.move(0, 0);
  }
  await peek.at('set-kind-setup').click();
  await peek.at('set-count').fill('400');
  await peek.at('set-indirect').click();
  await peek.at('set-run').click();
  await peek.at('set-cancel').click();
  await expect(peek.at('set-partial')).toContainText('of 403 pairs');
});

test('positions have a chart of their means, of layers or of the heads that matter most, and made pairs fit it', async ({ peek, page }) => {
  await open(peek);
  await peek.at('set-count').fill('4');
  await peek.at('set-indirect').click();
  await peek.at('setup-site').selectOption('resid_pre');
  await peek.at('setup-at').selectOption('grid');
  await peek.at('setup-metric').selectOption('logit_diff');
  await peek.at('set-run').click();
  await expect(peek.at('sets')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await expect(peek.at('set-failures').locator('li'), 'all are of one length').toHaveCount(0);
  const pairs = await Promise.all(
    [0, 1, 2, 3].map(async (at) => {
      const [clean, corrupt, answer, foil] = await Promise.all(
        ['clean', 'corrupt', 'answer', 'foil'].map((name) => peek.at(`set-${name}-${at}`).inputValue()),
      );
      return { clean, corrupt, answer, foil };
    }),
  );
  const sweeps = await Promise.all(
    pairs.map(({ foil, ...pair }) =>
      cli.sweep(pair, '--site=resid_pre', '--positions=grid', '--metric=logit_diff', `--foil=${foil}`),
    ),
  );
  const expected = sweeps[0].units.flatMap((_, unit) =>
    sweeps[0].spots.map((_, spot) =>
      sweeps.reduce((sum, one) => sum + (one.spots[spot].scores[unit].delta ?? NaN), 0) / sweeps.length,
    ),
  );
  await peek.at('set-means-open').click();
  await expect(peek.at('set-means')).toBeVisible();
  const row = peek.at('set-means').locator('tbody tr');
  const found = await row.evaluateAll((rows) =>
    rows.map((of) => [(of as HTMLElement).dataset.cell!, of.querySelector<HTMLElement>('[data-value]')!.dataset.value!]),
  );
  expect(found.map(([name]) => name)).toEqual(
    sweeps[0].units.flatMap((unit) => sweeps[0].spots.map((_, spot) => `${unit}@${spot}`)),
  );
  expectClose(found.map(([, value]) => Number(value)), expected, CPU, 'means by position');

  // The chart says the same of the cell that the pointer is on.
  const canvas = peek.at('set-canvas');
  await canvas.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await canvas.boundingBox())!;
  await page.mouse.move(x + width / 2, y + height / 4);
  const tip = page.getByTestId('set-result').getByTestId('tip').first();
  const [unit, position] = (await tip.locator('strong').textContent())!.split(' at ');
  const mean = Number(found.find(([name]) => name === `${unit}@${position}`)![1]);
  expect(Number((await tip.locator('dd').first().textContent())!.replace('−', '-'))).toBeCloseTo(mean, 2);
  await expect(tip.locator('dd').last()).toHaveText('4');

  // Of sixteen heads at fifteen positions those that matter most.
  await peek.at('setup-site').selectOption('z');
  await peek.at('set-run').click();
  await expect(peek.at('sets')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await expect(peek.at('set-result')).toHaveAttribute('data-stale', 'false');
  const names = await row.evaluateAll((rows) => rows.map((of) => (of as HTMLElement).dataset.cell!));
  const values = await row.evaluateAll((rows) =>
    rows.map((of) => Math.abs(Number(of.querySelector<HTMLElement>('[data-value]')!.dataset.value))),
  );
  const strongest = names[values.indexOf(Math.max(...values))].split('@')[0];
  await canvas.scrollIntoViewIfNeeded();
  const head = (await canvas.boundingBox())!;
  await page.mouse.move(head.x + head.width / 2, head.y + 8);
  await expect(tip.locator('strong')).toHaveText(new RegExp(`^${strongest} at `));
});
