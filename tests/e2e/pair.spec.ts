// The main job on the notebook's pair: every number on the page is the terminal's.
import * as cli from './support/cli';
import { expectGrid, expectHeatmap, expectLens } from './support/compare';
import { expect, test } from './support/fixtures';
import { CPU, expectClose } from './support/numbers';
import { FIVE_PROBES, NOTEBOOK_PAIR } from './support/presets';

// `83 %`, as the page writes a share between 0 and 1, read back. A false zero is written `<0.1 %`.
const percent = (text: string) => Number(text.replace('<', '').replace('−', '-').replace(/\s*%$/, '')) / 100;
const ORDINALS = 'first second third fourth fifth sixth seventh eighth ninth tenth'.split(' ');
const place = (word: string) => {
  const at = ORDINALS.indexOf(word);
  return at >= 0 ? at + 1 : Number.parseInt(word.replace(',', ''), 10);
};

test('the grid, the bars and the tokens are those of the terminal', async ({ peek }) => {
  await peek.open();
  await peek.preset('indirect-object');
  await peek.scored();
  await peek.preset('notebook-pair');
  await expect(peek.at('clean')).toHaveValue(NOTEBOOK_PAIR.clean);
  await expect(peek.at('corrupt')).toHaveValue(NOTEBOOK_PAIR.corrupt);
  await expect(peek.at('answer')).toHaveValue(NOTEBOOK_PAIR.answer);
  await peek.settled();
  const { top, deltas } = await expectGrid(peek, NOTEBOOK_PAIR, CPU);

  await test.step('the largest is painted blue, the most negative red', async () => {
    const cell = (head: string) => peek.page.locator(`[data-testid=head-cell][data-head=${head}]`);
    const grid = peek.at('grid-canvas');
    await expect(grid).not.toHaveAttribute('data-error', /.*/);
    const [r, , b] = await peek.paintedAt(grid, cell(top[0].head));
    expect(b - r, `blue of ${top[0].head}`).toBeGreaterThan(40);
    const flat = deltas.flat();
    const lowest = flat.indexOf(Math.min(...flat));
    if (flat[lowest] < -top[0].delta / 3) {
      const head = `L${Math.floor(lowest / deltas[0].length)}H${lowest % deltas[0].length}`;
      const [r, , b] = await peek.paintedAt(grid, cell(head));
      expect(r - b, `red of ${head}`).toBeGreaterThan(20);
    }
  });

  await test.step('by size, the order is that of the absolute deltas', async () => {
    await peek.at('order-size').click();
    const sizes = (await peek.topHeads()).map((bar) => Math.abs(bar.delta));
    const expected = deltas.flat().map(Math.abs).sort((a, b) => b - a);
    expectClose(sizes, expected.slice(0, sizes.length), CPU, 'bars by size');
  });
});

test('clicking the first bar pins its head and shows its attention', async ({ peek, page }) => {
  await peek.open();
  const { top } = await cli.patch(NOTEBOOK_PAIR);
  const [first, second] = top.map((one) => one.head);
  await expect(peek.at('attention-how'), 'until one is pinned, the top head').toHaveText('top head');
  await expectHeatmap(peek, NOTEBOOK_PAIR, first, CPU);

  await test.step('with the mouse, on the painted bar', async () => {
    const canvas = await peek.at('bars-canvas').boundingBox();
    const bar = await peek.at('top-head').first().boundingBox();
    expect(bar!.y, 'the row lies over the canvas').toBeGreaterThanOrEqual(canvas!.y);
    await page.mouse.click(canvas!.x + canvas!.width * 0.6, bar!.y + bar!.height / 2);
    await expect(peek.at('attention-how')).toHaveText('pinned');
    await expect(peek.at('attention')).toHaveAttribute('data-head', first);
    await peek.attended();
    await expectHeatmap(peek, NOTEBOOK_PAIR, first, CPU);
    await page.mouse.click(canvas!.x + canvas!.width * 0.6, bar!.y + bar!.height / 2);
    await expect(peek.at('unpin'), 'a second click lets go').toHaveCount(0);
  });

  await test.step('with the keyboard, another one', async () => {
    const bar = page.locator(`[data-testid=top-head][data-head=${second}]`);
    await bar.focus();
    await page.keyboard.press('Enter');
    await expect(bar).toHaveAttribute('aria-pressed', 'true');
    await expect(peek.at('attention')).toHaveAttribute('data-head', second);
    await peek.attended();
    await expectHeatmap(peek, NOTEBOOK_PAIR, second, CPU);
  });

  await test.step('hovering the heatmap tells the weight that is under the pointer', async () => {
    const { rows } = await peek.pattern('clean');
    const box = (await peek.at('heatmap').boundingBox())!;
    // Somewhere in the lower left half, where every query sees its key.
    await page.mouse.move(box.x + box.width * 0.45, box.y + box.height * 0.6);
    const said = await peek.at('attention').getByTestId('tip').locator('dd').first().textContent();
    const shown = percent(said!);
    const nearest = Math.min(...rows.flat().map((weight) => Math.abs(weight - shown)));
    expect(nearest, `${said} is one of the weights`).toBeLessThanOrEqual(0.0051);
  });
});

test('five probes share one chart, each point the terminal’s', async ({ peek }) => {
  await peek.open();
  await peek.at('remove-lens-0').click();
  await expect(peek.at('lens-row')).toHaveCount(4);
  await peek.at('five-probes').click();
  await expect(peek.at('lens-row')).toHaveCount(5);
  await peek.settled();
  await expectLens(peek, FIVE_PROBES, CPU);
  await expect(peek.at('lens-canvas')).not.toHaveAttribute('data-error', /.*/);
});

test('the next tokens are the terminal’s, and clicking one makes it the answer', async ({ peek }) => {
  await peek.open();
  for (const run of ['clean', 'corrupt'] as const) {
    const table = await peek.nextTokens(run);
    expect(table.length).toBe(10);
    // A token that is part of a character cannot be asked for by its text.
    const whole = table.map((token, i) => ({ ...token, rank: i + 1 })).filter(({ text }) => !text.includes('\ufffd'));
    expect(whole.length).toBeGreaterThanOrEqual(5);
    const readings = await Promise.all(whole.map(({ text }) => cli.reading(NOTEBOOK_PAIR[run], text)));
    const same = whole.map((token, i) => ({ token, reading: readings[i] })).filter((p) => p.token.id === p.reading.id);
    expect(same.length, 'nearly every token is what its text means').toBeGreaterThanOrEqual(whole.length - 2);
    const of = (pick: (pair: (typeof same)[0]) => number) => same.map(pick);
    expectClose(of((p) => p.token.logit), of((p) => p.reading.logit), CPU, `${run} logits`);
    expectClose(of((p) => p.token.rawLogit), of((p) => p.reading.raw_logit), CPU, `${run} raw logits`);
    expectClose(of((p) => p.token.probability), of((p) => p.reading.probability), CPU, `${run} probabilities`);
    expectClose(of((p) => p.token.rank), of((p) => p.reading.rank), 1, `${run} ranks`);
  }

  const other = (await peek.nextTokens('corrupt')).find(({ text }) => text !== NOTEBOOK_PAIR.answer && /^ \w+$/.test(text));
  const row = peek.page.locator(`[data-testid=next-corrupt] tr[data-token="${other!.id}"]`);
  await row.getByTestId('next-token').click();
  await expect(peek.at('answer')).toHaveValue(other!.text);
  await peek.settled();
  await expectGrid(peek, { ...NOTEBOOK_PAIR, answer: other!.text }, CPU);
  await expect(row).toHaveClass(/answer/);
});

test('the sentence says what the terminal says', async ({ peek }) => {
  await peek.open();
  const { top, clean, corrupt } = await cli.patch(NOTEBOOK_PAIR);
  const [inClean, inCorrupt] = await Promise.all(
    [NOTEBOOK_PAIR.clean, NOTEBOOK_PAIR.corrupt].map((prompt) => cli.reading(prompt, NOTEBOOK_PAIR.answer)),
  );
  const sentence = peek.at('sentence');
  const said = (await sentence.innerText()).replace(/\u00a0/g, ' ');
  console.log(`      ${said}`);
  await expect(sentence.locator('code').first()).toHaveText('·Jane');

  const shares = [...said.matchAll(/\((?:[^()]*?)(<?[\d.]+ %)(?: and (<?[\d.]+ %))?/g)];
  const opening = shares[0][2] ? [shares[0][1], shares[0][2]] : [shares[0][1], shares[1][1]];
  for (const [text, { probability }] of [[opening[0], inClean], [opening[1], inCorrupt]] as const) {
    expect(Math.abs(percent(text) - probability), `${text} of ${probability}`).toBeLessThanOrEqual(0.0051);
  }
  const places = /Both prompts put/.test(said)
    ? [/put \S+ (\S+) \(/.exec(said)![1], /put \S+ (\S+) \(/.exec(said)![1]]
    : [/Clean puts \S+ (\S+) \(/.exec(said)![1], /corrupt (\S+) \(/.exec(said)![1]];
  expect(places.map(place)).toEqual([inClean.rank, inCorrupt.rank]);

  const cost = Number(/costs it ([\d.]+) logits/.exec(said)![1]);
  expect(Math.abs(cost - (clean.metric - corrupt.metric))).toBeLessThanOrEqual(0.0051);
  await expect(sentence.locator('.head-link').first(), 'the head that it names').toHaveText(top[0].head);
  const back = /brings? back (?:([\d.]+ %) of it|more than all of it \(([\d.]+ %)|all of it)/.exec(said)!;
  const share = percent(back[1] ?? back[2] ?? '100 %');
  expect(Math.abs(share - top[0].normalised!)).toBeLessThanOrEqual(0.0051);

  await sentence.locator('.head-link').first().click();
  await expect(peek.at('attention-how'), 'its head can be pinned from there').toHaveText('pinned');
});

test('without BOS, and on the raw scale, the numbers are still the terminal’s', async ({ peek }) => {
  await peek.open();
  await peek.at('scale-raw').click();
  await peek.settled();
  await expectGrid(peek, NOTEBOOK_PAIR, CPU, { raw: true });

  await peek.at('bos').uncheck();
  await peek.settled();
  const bare = { noBos: true, raw: true };
  const { top } = await expectGrid(peek, NOTEBOOK_PAIR, CPU, bare);
  await expectHeatmap(peek, NOTEBOOK_PAIR, top[0].head, CPU, bare);
  await expectLens(peek, FIVE_PROBES, CPU, bare);

  await peek.at('scale-centred').click();
  await peek.settled();
  await expectGrid(peek, NOTEBOOK_PAIR, CPU, { noBos: true });
});
