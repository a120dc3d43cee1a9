// Live: the last text's results and no others, however fast the typing and however late the answers.
import * as cli from './support/cli';
import { expectGrid } from './support/compare';
import { inWorker, SLOW_ENGINE } from './support/faults';
import { expect, test } from './support/fixtures';
import { CPU } from './support/numbers';
import type { Peek } from './support/peek';
import { CAPITAL, NOTEBOOK_PAIR } from './support/presets';
import { record, recorded, type Shown } from './support/recorder';

// What is shown as the result of `pair` must be its result: all of it, or the rows that have finished.
async function expectNoOthers(states: Shown[], pair: cli.Pair): Promise<void> {
  const { deltas } = await cli.patch(pair);
  const expected = new Map(deltas.flatMap((row, l) => row.map((delta, h) => [`L${l}H${h}`, delta] as const)));
  const shown = states.filter((state) => state.typed === pair.clean && !state.stale);
  expect(shown.length, 'the result was seen').toBeGreaterThan(0);
  for (const { deltas, phase } of shown) {
    for (const [head, delta] of Object.entries(deltas)) {
      const off = Math.abs(delta - expected.get(head)!);
      expect(off, `${head} while ${phase}: ${delta}, not ${expected.get(head)}`).toBeLessThanOrEqual(CPU);
    }
  }
}

test('typing fast leaves the results of the last text', async ({ peek, page }) => {
  await peek.open();
  const before = await peek.deltas();
  await record(page);
  const last = { ...NOTEBOOK_PAIR, clean: 'Who wrote Jane Eyre? Some say Jane Austen.' };
  await peek.at('clean').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type(last.clean, { delay: 30 });
  await peek.settled();
  await expectGrid(peek, last, CPU);

  const states = await recorded(page);
  await expectNoOthers(states, last);
  const stale = states.filter((state) => state.stale);
  expect(stale.length).toBeGreaterThan(0);
  for (const state of stale) {
    expect(state.dimmed, 'what is out of date is marked').toBe(true);
    expect(state.sentence!.length, 'and not blank').toBeGreaterThan(10);
  }
  // Until something newer has come, all of the last good grid stays.
  expect(Object.values(stale[0].deltas)).toEqual(before);
});

test('answers that come late are not shown', async ({ peek, page }) => {
  // Every message of the engine comes when its text has long been replaced.
  await inWorker(
    page,
    `const send = self.postMessage.bind(self);
     self.postMessage = (message) => setTimeout(() => send(message), 700);`,
  );
  await peek.open();
  await record(page);
  const texts = ['Who wrote Emma?', 'What is 2+2?', 'What is the capital of France?'];
  for (const clean of texts.slice(0, -1)) {
    await peek.at('clean').fill(clean);
    // The request is on its way; its answers are not.
    await expect(peek.at('grid-panel')).toHaveAttribute('data-phase', 'running');
  }
  const last = { ...NOTEBOOK_PAIR, clean: texts[texts.length - 1] };
  await peek.at('clean').fill(last.clean);
  await peek.settled();
  await expectGrid(peek, last, CPU);
  const states = await recorded(page);
  await expectNoOthers(states, last);
  const early = states.filter((state) => state.typed !== last.clean && !state.stale);
  expect(early, 'no text that was replaced showed a result').toEqual([]);
});

test('the grid fills as rows finish', async ({ peek, page }) => {
  await inWorker(page, SLOW_ENGINE);
  await peek.open();
  await record(page);
  await peek.preset('capital');
  await expect(peek.at('run-progress')).toBeVisible();
  await peek.settled();
  const total = (await peek.cells()).length;
  const states = (await recorded(page)).filter((state) => state.typed === CAPITAL.clean && !state.stale);
  const steps = states.map((state) => Object.keys(state.deltas).length);
  expect(new Set(steps).size, `the grid filled in steps: ${steps}`).toBeGreaterThan(2);
  expect(Math.max(...steps)).toBe(total);
  expect(steps, 'and only ever filled').toEqual([...steps].sort((a, b) => a - b));
});

test('a run can be cancelled, keeps what is there, and can be gone on with', async ({ peek, page }) => {
  await inWorker(page, SLOW_ENGINE);
  await peek.open();
  await peek.preset('capital');
  const scored = peek.page.locator('[data-testid=head-cell][data-delta]');
  await expect(peek.at('grid-panel')).toHaveAttribute('data-stale', 'false');
  await peek.at('cancel').click();
  await expect(peek.at('partial')).toBeVisible();
  await expect(peek.at('grid-panel')).toHaveAttribute('data-phase', 'cancelled');
  const kept = await scored.count();
  expect(kept, 'not all of it').toBeLessThan((await peek.cells()).length);
  await expect(peek.at('partial')).toContainText(`${kept / (await columns(peek))} of`);
  await peek.at('run-again').click();
  await peek.settled();
  await expectGrid(peek, CAPITAL, CPU);
});

const columns = async (peek: Peek) => Number(await peek.at('head-grid').getAttribute('aria-colcount'));
