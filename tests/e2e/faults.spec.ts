// Further rows of FAULTS.md: what browsers, storages, clocks and fingers do. And that every row has its test.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectGrid } from './support/compare';
import { inWorker, SLOW_ENGINE } from './support/faults';
import { expect, test } from './support/fixtures';
import { CPU } from './support/numbers';
import { NOTEBOOK_PAIR } from './support/presets';

const EMMA = { ...NOTEBOOK_PAIR, clean: 'Who wrote Emma?' };

test('every row of the table names a test that is there', async ({}, { project: { testDir } }) => {
  const specs = readdirSync(testDir).filter((file) => file.endsWith('.spec.ts'));
  const titles = specs.map((file) => [file, readFileSync(join(testDir, file), 'utf8')] as const);
  const rows = readFileSync(join(testDir, 'FAULTS.md'), 'utf8').split('\n').filter((line) => /^\| [^|-]/.test(line)).slice(1);
  expect(rows.length).toBeGreaterThan(25);
  for (const row of rows) {
    const [file, title] = row.split('|')[3].trim().split(': ');
    const text = titles.find(([name]) => name === `${file}.spec.ts`)?.[1] ?? '';
    // Tests in a loop have their title on the line, or what goes before it.
    const named = text.split('\n').filter((line) => /\btest(\.step)?\([`']/.test(line));
    expect(named.some((line) => line.includes(title.replaceAll('`', ''))), row).toBe(true);
  }
});

test('an engine that is cut off, or of another type, is told or worked around', async ({ peek, page, watch }) => {
  watch.allow(/MIME|instantiate|Response|compile/i);
  let served = 0;
  await page.route('**/peek_worker_bg.wasm', async (route) => {
    const response = await route.fetch();
    const whole = await response.body();
    served += 1;
    if (served === 1) await route.fulfill({ response, body: whole.subarray(0, whole.length / 2) });
    else await route.fulfill({ status: 200, contentType: 'text/plain', body: whole });
  });
  await peek.goto();
  await expect(peek.at('engine-stopped')).toContainText(/could not be started/);
  await peek.fillPair({ clean: EMMA.clean });
  await peek.at('restart-engine').click();
  await peek.settled();
  await expectGrid(peek, EMMA, CPU);
});

test('a page whose second part does not come, or is cut off, says so and loses nothing', async ({ peek, page, watch }) => {
  watch.allow(/Failed to load|status 503|instantiate|compile|WebAssembly|ERR_FAILED/i);
  let asked = 0;
  await page.route('**/peek_page_rest-*.wasm', async (route) => {
    asked += 1;
    const response = await route.fetch();
    const whole = await response.body();
    if (asked <= 2) await route.fulfill({ status: 503, body: 'busy' });
    else if (asked === 3) await route.fulfill({ response, body: whole.subarray(0, whole.length / 2) });
    // Not streamed then, and good all the same.
    else await route.fulfill({ status: 200, contentType: 'text/plain', body: whole });
  });
  await page.goto('./');
  await expect(peek.at('page-incomplete')).toContainText(/could not be fetched/);
  await peek.at('clean').fill(EMMA.clean);
  // A preload may have taken one of the answers.
  for (let tries = 0; tries < 4 && (await peek.at('page-incomplete').count()) > 0; tries++) {
    const before = asked;
    await peek.at('page-again').click();
    await expect.poll(() => asked).toBeGreaterThan(before);
    await expect(peek.at('page-incomplete').or(peek.at('engine'))).toBeVisible();
  }
  await expect(peek.at('clean')).toHaveValue(EMMA.clean);
  await peek.settled();
  await expectGrid(peek, EMMA, CPU);
});

test('two hundred edits in ten seconds end with the last one', async ({ peek, page }) => {
  await peek.open();
  await peek.at('clean').click();
  for (let i = 0; i < 200; i++) {
    await peek.at('clean').fill(i === 199 ? EMMA.clean : `Who wrote ${'abcdefghij'[i % 10].repeat(1 + (i % 7))}?`);
    await page.waitForTimeout(20);
  }
  await peek.settled();
  await expectGrid(peek, EMMA, CPU);
  await expect(peek.at('engine-stopped')).toHaveCount(0);
});

const ODD = {
  markup: '<img src=x onerror="document.title=\'hacked\'"><script>document.title="hacked"</script>&amp;',
  'zero width': 'Who\u200b wrote\u200d Emma\ufeff?',
  'right to left': 'من كتب \u202eEmma\u202c؟ מי כתב',
  emoji: '👩‍👩‍👧‍👦🏳️‍🌈 wrote Emma? 🤔',
  'lone accents': 'e\u0301\u0301\u0301 Z\u0351\u036b\u0343a',
};

test('odd characters and markup are texts in every field', async ({ peek, page }) => {
  await peek.open();
  const title = await page.title();
  for (const [name, text] of Object.entries(ODD)) {
    await test.step(name, async () => {
      for (const field of ['clean', 'corrupt', 'answer', 'foil']) await peek.at(field).fill(`${text} ${field}`);
      await peek.settled();
      await expect(peek.at('sentence')).not.toBeEmpty();
      for (const field of ['clean', 'corrupt', 'answer', 'foil']) await expect(peek.at(field)).toHaveValue(`${text} ${field}`);
      // The strip's chips spell the prompt.
      const spelt = (await peek.tokens('clean')).map((token) => token.text).join('');
      expect(spelt).toContain(`${text} clean`);
    });
  }
  expect(await page.locator('img, body script:not([src])').count(), 'nothing became an element').toBe(0);
  expect(await page.title()).toBe(title);
  await peek.fillPair({ ...EMMA, foil: '' });
  await peek.settled();
  await expectGrid(peek, EMMA, CPU);
});

test('a page that was hidden in the middle of a run goes on with it', async ({ peek, page, context }) => {
  await inWorker(page, SLOW_ENGINE);
  await peek.open();
  await peek.at('clean').fill(EMMA.clean);
  await expect(peek.at('grid-panel')).toHaveAttribute('data-phase', 'running');
  const session = await context.newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await new Promise((done) => setTimeout(done, 1500));
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await peek.settled();
  await expectGrid(peek, EMMA, CPU);
});

test('a clock that is set back or forth changes nothing', async ({ peek, page }) => {
  const jump = `{ const now = Date.now.bind(Date); let asked = 0;
    Date.now = () => now() + (asked++ % 2 ? 9e9 : -9e9); }`;
  await page.addInitScript(jump);
  await inWorker(page, jump);
  await peek.open();
  await peek.at('clean').fill(EMMA.clean);
  await peek.settled();
  await expectGrid(peek, EMMA, CPU);
  await expect(peek.at('elapsed')).toHaveText(/^\d+ ms$/);
});

test('a browser without any storage does the whole job', async ({ peek, page }) => {
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, { get: () => { throw new DOMException('denied', 'SecurityError'); } });
    }
  });
  await peek.open();
  await peek.fillPair({ clean: EMMA.clean });
  await peek.at('theme-dark').click();
  await peek.settled();
  await expectGrid(peek, EMMA, CPU);
  await page.reload();
  await peek.settled();
  await expect(peek.at('clean'), 'nothing could be kept').toHaveValue(NOTEBOOK_PAIR.clean);
});

test('a storage that is full, cleared or scribbled in is no trouble', async ({ peek, page }) => {
  await page.addInitScript(() => {
    sessionStorage.setItem('peek-session', '\u001d\u001e\u001f#v1.<b>');
    localStorage.setItem('peek-theme', '<script>');
    localStorage.setItem('peek-model', '../../nobody');
  });
  await peek.open();
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
    Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
  });
  await peek.fillPair({ clean: EMMA.clean });
  await peek.settled();
  await expectGrid(peek, EMMA, CPU);
});
