// A prompt as long as a whole context of GPT-2's: the terminal's numbers, and a page that can still be used.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as cli from './support/cli';
import { expectGrid, expectLens } from './support/compare';
import { expect, test } from './support/fixtures';
import { CPU, expectClose } from './support/numbers';
import { synth } from './support/synth';

const demo = join(dirname(fileURLToPath(import.meta.url)), '../../assets/demo');
const CONTEXT = 1024;
const WORDS = [' the', ' of', ' and', ' to', ' in', ' is', ' that', ' was'];
// With BOS in front these fill the context, if each word is one token; whether it is, the terminal says.
const words = (first: string) => first + Array.from({ length: CONTEXT - 2 }, (_, i) => WORDS[(i * i + (i >> 3)) % WORDS.length]).join('');
const PAIR = { clean: words(' the'), corrupt: words(' of'), answer: ' Jane' };

let folder: string;

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'peek-long-'));
  synth(folder, 11, { layers: 2, heads: 2, 'd-model': 32, vocab: 2587, context: CONTEXT });
  copyFileSync(join(demo, 'tokenizer.json'), join(folder, 'tokenizer.json'));
});

test.afterAll(() => rmSync(folder, { recursive: true }));

test('a prompt of 1,024 tokens gives the numbers of the terminal in a page that can be used', async ({ peek, page }) => {
  await page.addInitScript(() => {
    const longest = { ms: 0 };
    Object.assign(window, { longest });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longest.ms = Math.max(longest.ms, duration);
    }).observe({ type: 'longtask' });
  });
  const longest = async (what: string) => {
    const ms = await page.evaluate(() => {
      const { longest } = window as unknown as { longest: { ms: number } };
      const { ms } = longest;
      longest.ms = 0;
      return ms;
    });
    console.log(`      longest task of the page, ${what}: ${ms.toFixed(0)} ms`);
  };
  await peek.open();
  await peek.pick(['model.safetensors', 'config.json', 'tokenizer.json'].map((name) => join(folder, name)));
  await expect(peek.at('model-line')).toContainText(`context ${CONTEXT}`);
  await peek.settled();
  await longest('before');
  const options = { model: folder };

  await peek.fillPair(PAIR);
  await peek.settled();
  await longest('with both prompts');
  const { clean, top } = await expectGrid(peek, PAIR, CPU, options);
  expect(clean.tokens.length).toBe(CONTEXT);

  await test.step('the heatmap, a query at a time', async () => {
    const [head] = top;
    await peek.page.locator(`[data-testid=head-cell][data-head=${head.head}]`).click();
    await peek.attended();
    await expect(peek.at('heatmap')).not.toHaveAttribute('data-error');
    await peek.at('attention-details').locator('> summary').click();
    const expected = await cli.attention(PAIR.clean, head.head, options);
    for (const query of [CONTEXT - 1, 500]) {
      await peek.at('attention-query').selectOption(String(query));
      const seen = peek.at('attention-table').locator(`tr[data-query="${query}"]`);
      await expect(seen).toBeVisible();
      const weights = await seen.locator('[data-weight]').evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-weight'))));
      expectClose(weights, expected.pattern[query].slice(0, query + 1), CPU, `attention of token ${query}`);
    }
    await expect(peek.at('attention-table')).toHaveAttribute('data-head', head.head);
    await expect(peek.at('attention-table')).toHaveAttribute('data-run', 'clean');
    await peek.at('heatmap').hover({ position: { x: 150, y: 200 } });
    await expect(peek.at('tip').first()).toBeVisible();
    await peek.at('attention-details').locator('> summary').click();
    await longest('at the heatmap');
    await peek.at('as-lines').check();
    const lines = peek.at('attention-lines');
    await expect(lines).not.toHaveAttribute('data-error');
    await longest('at the lines');
    for (const y of [100, 400, 700]) await lines.hover({ position: { x: 12, y } });
    await expect(peek.at('attention').getByTestId('tip')).toContainText('reads');
    await longest('over the lines');
    await peek.at('as-lines').uncheck();
    await peek.at('attention-mode-layer').click();
    await expect(peek.at('thumbs')).toHaveAttribute('data-stale', 'false');
    await longest('at all heads of a layer');
    await peek.at('attention-mode-one').click();
  });

  await test.step('the lens, as curves and at every position', async () => {
    await peek.at('lens-from-pair').click();
    await peek.settled();
    const rows = await peek.lensTable();
    const prompts = await peek.page.locator('[data-testid^=lens-prompt-]').evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
    const answers = await peek.page.locator('[data-testid^=lens-answer-]').evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
    expect(prompts.slice(-2)).toEqual([PAIR.clean, PAIR.corrupt]);
    expect(rows.length).toBe(prompts.length);
    await expectLens(peek, prompts.map((prompt, i) => [prompt, answers[i]]), CPU, options);
    await longest('at the curves');
    await peek.at('lens-view-positions').click();
    const panel = peek.at('lens-positions');
    await expect(panel).toHaveAttribute('data-stale', 'false');
    await expect(panel).toHaveAttribute('data-phase', 'done');
    await longest('at every position');
  });

  await test.step('typing goes on', async () => {
    const edited = { ...PAIR, clean: PAIR.clean.replace(/ \w+$/, ' in') };
    await peek.at('clean').fill(edited.clean);
    await peek.scored();
    await expectGrid(peek, edited, CPU, options);
    await longest('at another last word');
  });

  await test.step('one token more says how many there are and may be', async () => {
    const good = await peek.deltas();
    const more = `${PAIR.clean} the`;
    await peek.at('clean').fill(more);
    await expect(peek.at('clean-notes')).toContainText(`The prompt has ${CONTEXT + 1} tokens and this model reads at most ${CONTEXT}`);
    await expect(peek.at('clean')).toHaveValue(more);
    expect(await peek.deltas(), 'the last results').toEqual(good);
  });
});
