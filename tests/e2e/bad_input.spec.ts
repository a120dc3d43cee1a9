// Whatever is typed or opened, there is a sentence beside the field, and nothing is lost.
import { demoConfig, demoFile, textFile, truncated, type Picked } from './support/checkpoint';
import { expectGrid } from './support/compare';
import * as cli from './support/cli';
import { expect, test } from './support/fixtures';
import { CPU } from './support/numbers';
import type { Peek } from './support/peek';
import { NOTEBOOK_PAIR } from './support/presets';

// The sentence is there, belongs to the field in the eyes of a screen reader, and the text stays as typed.
async function expectRefused(peek: Peek, field: string, text: string, message: RegExp): Promise<void> {
  const input = peek.at(field);
  const notes = peek.at(`${field}-notes`);
  await expect(notes.locator('[data-level=error]')).toContainText(message);
  await expect(input).toHaveAttribute('aria-invalid', 'true');
  await expect(input).toHaveAttribute('aria-describedby', (await notes.getAttribute('id'))!);
  await expect(input).toHaveAccessibleDescription(message);
  await expect(input).toHaveValue(text);
}

// The last good grid is all there, and says that it is not that of the present texts.
async function expectKept(peek: Peek, good: number[]): Promise<void> {
  await expect(peek.at('grid-panel')).toHaveAttribute('data-phase', 'refused');
  await expect(peek.at('grid-panel')).toHaveAttribute('data-stale', 'true');
  await expect(peek.at('kept')).toBeVisible();
  expect(await peek.deltas()).toEqual(good);
}

const long = () => 'the '.repeat(demoConfig().n_positions + 1);

const REFUSED: [string, string, () => string, RegExp][] = [
  ['an empty prompt', 'clean', () => '', /Type a prompt/],
  ['a prompt over the context length', 'corrupt', long, new RegExp(`at most ${demoConfig().n_positions}`)],
  ['an empty answer', 'answer', () => '', /Type the answer/],
  ['equal prompts', 'corrupt', () => NOTEBOOK_PAIR.clean, /[Bb]oth prompts are the same/],
  ['a control character', 'clean', () => 'Who wrote\u0007 Emma?', /control character \(U\+0007\)/],
];

test('each bad text has its sentence, and what was there stays', async ({ peek }) => {
  await peek.open();
  const good = await peek.deltas();
  const strongest = (await peek.topHeads())[0].head;
  const cell = peek.page.locator(`[data-testid=head-cell][data-head=${strongest}]`);
  const color = () => peek.paintedAt(peek.at('grid-canvas'), cell);
  const [r, , b] = await color();

  for (const [name, field, text, message] of REFUSED) {
    await test.step(name, async () => {
      const typed = text();
      await peek.at(field).fill(typed);
      await expectRefused(peek, field, typed, message);
      await expectKept(peek, good);
      const dim = await color();
      expect(dim[2] - dim[0], 'dimmed, not blank').toBeLessThan(b - r);
      expect(dim[2] - dim[0]).toBeGreaterThan(0);
      await expect(peek.at('sentence')).toHaveClass(/stale/);
      await expect(peek.at('live'), 'a screen reader is told').toContainText(message);

      await peek.fillPair(NOTEBOOK_PAIR);
      await peek.scored();
      await expect(peek.at(`${field}-notes`)).toHaveCount(0);
      await expect(peek.at(field)).not.toHaveAttribute('aria-invalid', 'true');
      expect(await peek.deltas()).toEqual(good);
    });
  }

  await test.step('several at once, each beside its own field', async () => {
    await peek.fillPair({ clean: '', corrupt: long(), answer: '' });
    await expectRefused(peek, 'clean', '', /Type a prompt/);
    await expectRefused(peek, 'corrupt', long(), /at most/);
    await expectRefused(peek, 'answer', '', /Type the answer/);
    await expectKept(peek, good);
  });

  await test.step('mended, it works again', async () => {
    const pair = { ...NOTEBOOK_PAIR, clean: 'Who wrote Emma?' };
    await peek.fillPair(pair);
    await peek.settled();
    await expectGrid(peek, pair, CPU);
  });
});

test('a prompt that ends in a space says so beside its number of tokens, and runs', async ({ peek, page }) => {
  await peek.open();
  const odd = page.locator('.odd-end');
  await expect(odd).toHaveCount(0);
  const top = (await peek.at('corrupt').boundingBox())!.y;
  await peek.at('clean').fill(`${NOTEBOOK_PAIR.clean} `);
  await expect(odd).toHaveText(', ends in a space');
  await expect(page.locator('.pair .field').first()).toContainText('10 tokens, ends in a space');
  expect((await peek.at('corrupt').boundingBox())!.y, 'nothing moves under whoever types').toBe(top);
  await peek.settled();
  await peek.at('clean').fill(NOTEBOOK_PAIR.clean);
  await expect(odd).toHaveCount(0);
  await peek.settled();
});

test('a text too long for a file is not saved, and is still there', async ({ peek }) => {
  await peek.open();
  const text = 'a'.repeat(200_001);
  await peek.at('foil').fill(text);
  await peek.at('save').click();
  await expect(peek.at('keep-notes')).toContainText('no more than 200000 are taken');
  await expect(peek.at('keep-notes')).toContainText('Nothing is saved');
  await expect(peek.at('foil')).toHaveValue(text);
});

test('an answer of several tokens runs on its first, and says so', async ({ peek }) => {
  await peek.open();
  const pair = { ...NOTEBOOK_PAIR, answer: ' Jane Austen' };
  await peek.at('answer').fill(pair.answer);
  await peek.settled();
  const notes = peek.at('answer-notes').locator('[data-level=warning]');
  await expect(notes).toContainText(/\d+ tokens; the first one, “ Jane”, is followed/);
  await expect(peek.at('answer')).toHaveAccessibleDescription(/the first one/);
  await expect(peek.at('answer'), 'a warning is no fault').not.toHaveAttribute('aria-invalid', 'true');
  await expectGrid(peek, pair, CPU);
  await expectGrid(peek, NOTEBOOK_PAIR, CPU).catch((error) => {
    throw new Error(`the first token decides: ${error}`);
  });

  await test.step('so does one without a space in front', async () => {
    await peek.at('answer').fill('Jane');
    await peek.settled();
    await expect(peek.at('answer-notes')).toContainText('No space in front');
    await expectGrid(peek, { ...NOTEBOOK_PAIR, answer: 'Jane' }, CPU);
  });
});

test('a bad lens prompt stops none of the others', async ({ peek }) => {
  await peek.open();
  const before = await peek.lensTable();
  await peek.at('lens-prompt-1').fill('');
  await expectRefused(peek, 'lens-prompt-1', '', /Type a prompt/);
  await peek.at('lens-answer-2').fill('');
  await expectRefused(peek, 'lens-answer-2', '', /Type the answer/);
  await peek.at('lens-prompt-3').fill('Who wrote Emma?');
  await peek.at('lens-answer-3').fill(' Jane');
  await expect(peek.at('lens')).toHaveAttribute('data-phase', 'done');
  const after = await peek.lensTable();
  expect(after[0]).toEqual(before[0]);
  expect(after[2], 'the last good curve of a row that is now bad').toEqual(before[2]);
  const { points } = await cli.lens('Who wrote Emma?', ' Jane');
  expect(after[3].at(-1)!.logit).toBeCloseTo(points.at(-1)!.logit, 3);
  await peek.at('lens-prompt-1').fill('Who wrote Jane Eyre?');
  await peek.at('lens-answer-2').fill(' Jane');
  await expect(peek.at('lens')).toHaveAttribute('data-phase', 'done');
  await expect(peek.at('lens-rows').locator('[data-level=error]')).toHaveCount(0);
});

const header = (length: bigint) => {
  const bytes = Buffer.alloc(64);
  bytes.writeBigUInt64LE(length);
  return bytes;
};
const weights = () => demoFile('model.safetensors');
const rest = (): Picked[] => [demoFile('config.json'), demoFile('tokenizer.json')];

const FILES: [string, () => Picked[], RegExp][] = [
  ['a text file', () => [textFile('x.safetensors', 'These are not the weights.\n'.repeat(20))], /no safetensors checkpoint/],
  ['an empty file', () => [textFile('x.safetensors', '')], /no safetensors checkpoint/],
  ['a checkpoint cut in half', () => [truncated(weights()), ...rest()], /tensor `[\w.]+`/i],
  ['a header larger than the file', () => [{ ...weights(), buffer: header(1n << 60n) }], /no safetensors checkpoint/],
  ['no weights at all', rest, /None of these files is a checkpoint/],
  ['a tokenizer that is none', () => [weights(), demoFile('config.json'), textFile('tokenizer.json', '{}')], /tokenizer/],
  ['a config that is none', () => [weights(), textFile('config.json', '{]'), demoFile('tokenizer.json')], /config\.json/],
];

test('a file that is no checkpoint has its sentence, and the model that was there stays', async ({ peek }) => {
  await peek.open();
  const pair = { ...NOTEBOOK_PAIR, clean: 'Who wrote Emma?' };
  await peek.fillPair({ clean: pair.clean });
  await peek.settled();
  const good = await peek.deltas();
  for (const [name, files, message] of FILES) {
    await test.step(name, async () => {
      await peek.pick(files());
      const notes = peek.at('model-notes').locator('[data-level=error]');
      await expect(notes).toContainText(message);
      await expect(peek.at('model')).toHaveAccessibleDescription(message);
      await expect(peek.at('model')).toHaveAttribute('aria-invalid', 'true');
      await expect(peek.at('model')).toHaveValue('demo');
      await expect(peek.at('clean')).toHaveValue(pair.clean);
      await peek.settled();
      expect(await peek.deltas()).toEqual(good);
    });
  }

  await test.step('the right files still open', async () => {
    await peek.pick([weights(), ...rest()]);
    await expect(peek.at('model-line')).toContainText('model.safetensors');
    await peek.settled();
    await expect(peek.at('model-notes')).toHaveCount(0);
    await expectGrid(peek, pair, CPU);
  });
});
