// The page itself: typing, from the end of the typing pause to the first rows and to the full grid; and the tasks of its main
// thread.
import { traced } from './tasks.mjs';

// Watches the grid from within the page: polling from outside would cost a message each time.
function watch() {
  const panel = document.querySelector('[data-testid=grid-panel]');
  const seen = { typed: null, first: null, full: null };
  const look = () => {
    if (seen.typed === null || seen.full !== null) return;
    if (panel.dataset.stale !== 'false') return;
    // Scores that are not stale are those of what was typed last.
    if (seen.first === null && panel.querySelector('[data-testid=head-cell][data-delta]')) seen.first = performance.now();
    if (panel.dataset.phase === 'done') seen.full = performance.now();
  };
  new MutationObserver(look).observe(panel, { attributes: true, childList: true, subtree: true });
  document.addEventListener('input', () => Object.assign(seen, { typed: performance.now(), first: null, full: null }));
  window.peekSeen = seen;
}

export async function typeInto(browser, task) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(600_000);
  const grid = page.getByTestId('grid-panel');
  const corrupt = page.getByTestId('corrupt');
  const settled = async () => {
    await page.locator('[data-testid=engine][data-state=ready]').waitFor();
    await page.locator('[data-testid=grid-panel][data-stale=false][data-phase=done]').waitFor();
    await page.locator('[data-testid=lens][data-phase=done]').waitFor();
    await page.locator('[data-testid=attention][data-phase=done][data-stale=false]').waitFor();
  };
  const tasks = [];
  const trace = async (during, work) => tasks.push(await traced(page, during, work));

  await trace('opening', async () => {
    await page.goto(process.env.PEEK_URL);
    await settled();
  });
  await page.getByTestId('backend').selectOption('cpu');
  await settled();
  if (task.checkpoint) {
    await trace('loading the checkpoint', async () => {
      await page.getByTestId('model-files').setInputFiles(task.checkpoint);
      await page.getByText(task.shows).first().waitFor();
      await settled();
    });
  }
  await trace('sweep', async () => {
    await page.getByTestId('clean').fill(task.clean);
    await page.getByTestId('corrupt').fill(task.corrupt);
    await settled();
  });
  await grid.evaluate(watch);
  const cursorAfter = (text) => corrupt.evaluate((field, at) => field.setSelectionRange(at, at), text.length);
  const first = [];
  const full = [];
  for (const word of task.words) {
    await corrupt.fill(task.corrupt);
    await page.waitForFunction(() => window.peekSeen.full !== null);
    await settled();
    await cursorAfter(task.after);
    await page.keyboard.type(word);
    await page.waitForFunction(() => window.peekSeen.full !== null);
    await settled();
    const seen = await page.evaluate(() => window.peekSeen);
    first.push(seen.first - seen.typed - task.pause);
    full.push(seen.full - seen.typed - task.pause);
    console.error(`${task.part}${word}: ${first.at(-1).toFixed(0)} and ${full.at(-1).toFixed(0)} ms`);
  }
  const tokens = await page.getByTestId('corrupt-tokens').locator('li').count();
  // By themselves: a trace would slow down what is timed.
  await trace('typing', async () => {
    await cursorAfter(task.after);
    await page.keyboard.type(' and so it goes on', { delay: 60 });
    await settled();
  });
  await trace('hover', () => hoverAll(page));
  await page.close();
  const median = (times) => {
    times.sort((a, b) => a - b);
    const middle = times.length >> 1;
    return times.length % 2 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
  };
  const figure = (work, times) => ({ part: task.part, work, tokens, ms: median(times), runs: times.length });
  return { part: task.part, figures: [figure('first-rows', first), figure('full-grid', full)], tasks };
}

// Moves the pointer over every head's cell, and over the heatmap from corner to corner, a frame at each place.
async function hoverAll(page) {
  const frame = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const middles = await page.getByTestId('head-cell').evaluateAll((cells) =>
    cells.map((cell) => {
      const { x, y, width, height } = cell.getBoundingClientRect();
      return [x + width / 2, y + height / 2];
    }),
  );
  const { x, y, width, height } = await page.getByTestId('heatmap').boundingBox();
  const across = Array.from({ length: 20 }, (_, i) => [x + (width * i) / 20, y + (height * i) / 20]);
  for (const [left, top] of [...middles, ...across]) {
    await page.mouse.move(left, top);
    await frame();
  }
}
