// A fast engine says more than can be drawn one by one.
import { expect, test } from './support/fixtures';

type Held = { hold: boolean; held: MessageEvent[]; release: () => void };
type WithHeld = Window & { engine: Held };

test('what the engine says in one go is drawn in one go, and all of it is said', async ({ peek, page }) => {
  await page.addInitScript(() => {
    const engine: Held = { hold: false, held: [], release: () => {} };
    Object.assign(window, { engine });
    window.Worker = class extends Worker {
      set onmessage(heard: ((event: MessageEvent) => void) | null) {
        super.onmessage = heard && ((event) => (engine.hold ? engine.held.push(event) : heard.call(this, event)));
        // A task for each, all of them waiting at once, as they do while the page is busy.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => heard?.call(this, engine.held.shift()!);
        engine.release = () => {
          engine.hold = false;
          for (const _ of engine.held) port2.postMessage(null);
        };
      }
    };
  });
  await peek.open();
  const before = await peek.deltas();
  await page.evaluate(() => {
    (window as unknown as WithHeld).engine.hold = true;
  });
  await peek.fillPair({ corrupt: 'Who wrote Pride and Prejudice? Some say Jane Eyre.' });
  // The pair's message, its end and a row for each of four layers, at the least.
  await expect.poll(() => page.evaluate(() => (window as unknown as WithHeld).engine.held.length)).toBeGreaterThan(5);
  const seen = await page.evaluate(async () => {
    const { engine } = window as unknown as WithHeld;
    const grid = document.querySelector<HTMLElement>('[data-testid=grid-panel]')!;
    const live = document.querySelector('[data-testid=live]')!;
    const said: string[] = [];
    const rows: number[] = [];
    const watch = new MutationObserver(() => {
      said.push(live.textContent ?? '');
      rows.push(grid.querySelectorAll('[data-testid=head-cell][data-delta]').length);
    });
    watch.observe(grid, { attributes: true, childList: true, subtree: true });
    watch.observe(live, { characterData: true, childList: true, subtree: true });
    const messages = engine.held.length;
    engine.release();
    while (grid.dataset.phase !== 'done') await new Promise((done) => setTimeout(done, 20));
    await new Promise((done) => setTimeout(done, 100));
    return { messages, said, rows };
  });
  const deltas = await peek.deltas();
  expect(deltas).toHaveLength(32);
  expect(deltas, 'other scores than before').not.toEqual(before);
  console.log(`${seen.messages} messages, shown in ${seen.rows.length} steps: ${seen.rows} cells`);
  expect(seen.rows.length, 'drawn seldom').toBeLessThan(seen.messages);
  expect(seen.rows.filter((cells) => cells > 0 && cells < 32), 'no row is drawn by itself').toEqual([]);
  expect(seen.said.join(' '), 'a listener hears of the scores').toContain('corrupt');
});
