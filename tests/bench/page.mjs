// Typing into the page itself: from the end of the typing pause to the first rows, and to the full grid.

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
  await page.goto(process.env.PEEK_URL);
  const grid = page.getByTestId('grid-panel');
  const settled = async () => {
    await page.locator('[data-testid=engine][data-state=ready]').waitFor();
    await page.locator('[data-testid=grid-panel][data-stale=false][data-phase=done]').waitFor();
    await page.locator('[data-testid=lens][data-phase=done]').waitFor();
    await page.locator('[data-testid=attention][data-phase=done][data-stale=false]').waitFor();
  };
  await page.getByTestId('backend').selectOption('cpu');
  await settled();
  if (task.checkpoint) {
    await page.getByTestId('model-files').setInputFiles(task.checkpoint);
    await page.getByText(task.shows).first().waitFor();
    await settled();
  }
  await page.getByTestId('clean').fill(task.clean);
  await page.getByTestId('corrupt').fill(task.corrupt);
  await settled();
  await grid.evaluate(watch);
  const corrupt = page.getByTestId('corrupt');
  const first = [];
  const full = [];
  for (const word of task.words) {
    await corrupt.fill(task.corrupt);
    await page.waitForFunction(() => window.peekSeen.full !== null);
    await settled();
    await corrupt.evaluate((field, at) => field.setSelectionRange(at, at), task.after.length);
    await page.keyboard.type(word);
    await page.waitForFunction(() => window.peekSeen.full !== null);
    await settled();
    const seen = await page.evaluate(() => window.peekSeen);
    first.push(seen.first - seen.typed - task.pause);
    full.push(seen.full - seen.typed - task.pause);
    console.error(`${task.part}${word}: ${first.at(-1).toFixed(0)} and ${full.at(-1).toFixed(0)} ms`);
  }
  const tokens = await page.getByTestId('corrupt-tokens').locator('li').count();
  await page.close();
  const median = (times) => {
    times.sort((a, b) => a - b);
    const middle = times.length >> 1;
    return times.length % 2 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
  };
  const figure = (work, times) => ({ part: task.part, work, tokens, ms: median(times), runs: times.length });
  return { part: task.part, figures: [figure('first-rows', first), figure('full-grid', full)] };
}
