// The main job in Firefox, on the CPU: texts are typed, and every number on the page is the terminal's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, watchedPage } from './support/browser.mjs';
import { close, share } from './support/numbers.mjs';
import { Peek, headCell, of } from './support/peek.mjs';
import * as terminal from './support/terminal.mjs';

const PAIR = {
  clean: 'What is the capital of France?',
  corrupt: 'What is the capital of France? Some say Rome.',
  answer: ' Paris',
};
const CANVASES = ['grid-canvas', 'bars-canvas', 'heatmap', 'lens-canvas'];

let browser, page, seen, peek, loaded;

before(async () => {
  const address = process.env.PEEK_URL;
  if (!address) throw new Error('PEEK_URL is not set. Run `cargo xtask test --only firefox`.');
  browser = await launch();
  console.log(await browser.version());
  ({ page, seen } = await watchedPage(browser));
  peek = new Peek(page);
  await page.goto(address);
  await peek.settled();
  loaded = seen.requests.length;
});

after(() => browser?.close());

async function typePair(pair) {
  for (const [field, text] of Object.entries(pair)) await peek.type(field, text);
  await peek.settled();
}

test('it says that it runs on the CPU, and why', async () => {
  await peek.shows('backend-line', { backend: 'cpu' });
  assert.equal(await peek.text('backend-line'), 'Runs on the CPU, because this browser has no WebGPU.');
  await page.select(of('backend'), 'webgpu');
  await peek.settled();
  assert.equal(await peek.text('backend-line'), 'Runs on the CPU, because this browser has no WebGPU.');
  await page.select(of('backend'), 'auto');
  await peek.settled();
});

test('what is typed is run: grid, top heads and tokens are the terminal’s', async () => {
  await typePair(PAIR);
  for (const [field, text] of Object.entries(PAIR)) assert.equal(await peek.value(field), text);
  const { deltas, top, clean, corrupt } = await terminal.patch(PAIR);
  const cells = await peek.data(of('head-cell'), 'head', 'delta');
  const names = deltas.flatMap((row, layer) => row.map((_, head) => `L${layer}H${head}`));
  assert.deepEqual(cells.map((cell) => cell.head), names);
  close(cells.map((cell) => Number(cell.delta)), deltas.flat(), 'deltas');
  const bars = await peek.data(of('top-head'), 'head', 'delta');
  assert.equal(bars[0].head, top[0].head);
  close(bars.map((bar) => Number(bar.delta)), top.map((one) => one.delta), 'top heads');
  for (const [strip, { tokens }] of [['clean', clean], ['corrupt', corrupt]]) {
    const chips = await peek.data(`${of(`${strip}-tokens`)} li`, 'id', 'text');
    assert.deepEqual(chips.map(({ id, text }) => ({ id: Number(id), text })), tokens);
  }
});

test('the charts are painted, the strongest head blue', async () => {
  const [{ head }] = await peek.data(of('top-head'), 'head');
  const [r, g, b] = await peek.painted('grid-canvas', await peek.middle(headCell(head)));
  assert.ok(b - r > 40, `${head} is painted ${r} ${g} ${b}`);
  for (const id of CANVASES) {
    const [colors, error] = await page.$eval(of(id), (canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return [new Set(new Uint32Array(data.buffer)).size, canvas.dataset.error ?? null];
    });
    assert.ok(colors > 3, `${id} has ${colors} colours`);
    assert.equal(error, null, id);
  }
});

test('a head that is clicked shows its attention in both runs', async () => {
  const { top } = await terminal.patch(PAIR);
  const { head } = top[1];
  await page.mouse.click(...(await peek.middle(headCell(head))));
  await peek.shows('attention', { head, stale: 'false', phase: 'done' });
  assert.equal(await peek.text('attention-how'), 'pinned');
  for (const run of ['clean', 'corrupt']) {
    await peek.click(`run-${run}`);
    await peek.shows('attention-table', { run, head });
    const { pattern } = await terminal.attention(PAIR[run], head);
    const expected = pattern.flatMap((row, query) => row.slice(0, query + 1));
    close((await peek.pattern()).flat(), expected, `attention of ${head}, ${run}`);
  }
});

test('the lens’ curves are the terminal’s', async () => {
  await peek.click('lens-from-pair');
  await peek.settled();
  const numbers = ['logit', 'rawLogit', 'probability'];
  for (const prompt of [PAIR.clean, PAIR.corrupt]) {
    const { points } = await terminal.lens(prompt, PAIR.answer);
    const rows = await page.$$eval(`${of('lens-table')} tbody tr`, (rows) =>
      rows.map((row) => row.querySelector('th').textContent),
    );
    const at = rows.lastIndexOf(prompt) + 1;
    const shown = await peek.data(`${of('lens-table')} tbody tr:nth-child(${at}) [data-point]`, 'point', ...numbers);
    assert.deepEqual(shown.map(({ point }) => point), points.map(({ label }) => label));
    for (const [name, key] of [['logit', 'logit'], ['rawLogit', 'raw_logit'], ['probability', 'probability']]) {
      close(shown.map((point) => Number(point[name])), points.map((point) => point[key]), `${prompt} ${name}`);
    }
  }
});

test('the tooltip tells a head’s numbers, and goes with the pointer', async () => {
  const { top, clean, corrupt } = await terminal.patch(PAIR);
  const { head, delta, normalised } = top[0];
  const tip = `${of('grid-panel')} ${of('tip')}`;
  await page.mouse.move(...(await peek.middle(headCell(head))));
  await page.waitForSelector(tip);
  assert.equal(await page.$eval(`${tip} strong`, (name) => name.textContent), head);
  const said = await page.$$eval(`${tip} dd`, (values) => values.map((value) => value.textContent.replace('−', '-')));
  const expected = [delta, normalised * 100, clean.metric, corrupt.metric, corrupt.metric + delta];
  said.forEach((text, i) => close([Number.parseFloat(text)], [expected[i]], text, i === 1 ? 0.51 : 0.0051));
  assert.equal(said.length, expected.length);
  await page.mouse.move(2, 2);
  await page.waitForSelector(of('tip'), { hidden: true });
});

test('the keyboard moves in the grid, pins and lets go', async () => {
  const { deltas } = await terminal.patch(PAIR);
  const [layers, heads] = [deltas.length, deltas[0].length];
  const focused = () => page.evaluate(() => document.activeElement.dataset.head);
  await page.focus(`${of('head-grid')} [tabindex="0"]`);
  const press = async (key, head) => {
    await page.keyboard.press(key);
    assert.equal(await focused(), head, key);
  };
  await page.keyboard.down('Control');
  await press('End', `L${layers - 1}H${heads - 1}`);
  await press('Home', 'L0H0');
  await page.keyboard.up('Control');
  await press('ArrowRight', 'L0H1');
  await press('ArrowDown', 'L1H1');
  await press('Enter', 'L1H1');
  await peek.shows('attention', { head: 'L1H1', phase: 'done', stale: 'false' });
  assert.equal(await peek.text('attention-how'), 'pinned');
  await page.keyboard.press('Escape');
  await page.waitForSelector(of('unpin'), { hidden: true });
});

test('the sentence says in words what the terminal says', async () => {
  const { top, clean, corrupt } = await terminal.patch(PAIR);
  const last = async (prompt) => (await terminal.lens(prompt, PAIR.answer)).points.at(-1);
  const [inClean, inCorrupt] = [await last(PAIR.clean), await last(PAIR.corrupt)];
  const said = (await peek.text('sentence')).replaceAll('\u00a0', ' ');
  console.log(said);
  assert.ok(said.includes('·Paris'), said);
  const shares = [...said.matchAll(/<?[\d.]+ %/g)].map(([text]) => share(text));
  close(shares.slice(0, 2), [inClean.probability, inCorrupt.probability], 'shares', 0.0051);
  close([Number(/costs it ([\d.]+) logits/.exec(said)[1])], [clean.metric - corrupt.metric], 'cost', 0.0051);
  assert.equal(await page.$eval(`${of('sentence')} .head-link`, (link) => link.textContent), top[0].head);
});

test('a preset runs like what is typed', async () => {
  await peek.click('presets');
  await peek.click('preset-indirect-object');
  await page.waitForFunction((field) => /Mary/.test(document.querySelector(field).value), {}, of('clean'));
  await peek.settled();
  const pair = { clean: await peek.value('clean'), corrupt: await peek.value('corrupt'), answer: await peek.value('answer') };
  const { deltas } = await terminal.patch(pair);
  const cells = await peek.data(of('head-cell'), 'delta');
  close(cells.map((cell) => Number(cell.delta)), deltas.flat(), 'deltas');
});

test('nothing was asked for after loading, nothing was complained of or refused', async () => {
  const { origin } = new URL(page.url());
  // A font that the browser draws its own parts with has no address outside of it.
  const asked = seen.requests.slice(loaded).filter((url) => !url.startsWith('data:'));
  assert.deepEqual(asked, []);
  // The worker's requests are among those that are seen.
  assert.ok(seen.requests.some((url) => url.endsWith('/engine-cpu/peek_worker_bg.wasm')), seen.requests.join(' '));
  assert.deepEqual(seen.requests.filter((url) => !url.startsWith('data:') && new URL(url).origin !== origin), []);
  assert.deepEqual(seen.complaints, []);
  assert.deepEqual(await page.evaluate(() => window.refused), []);
});
