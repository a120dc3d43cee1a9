// How the page behaves towards the browser, the network and whoever serves it.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expectGrid } from './support/compare';
import { hold } from './support/faults';
import { expect, test } from './support/fixtures';
import { CPU } from './support/numbers';
import { NOTEBOOK_PAIR } from './support/presets';
import { DIST, serveBelow } from './support/site';

test('the whole job makes no request and no complaint', async ({ peek, page, watch }) => {
  await peek.open();
  // The icon of the tab is fetched when the browser feels like it.
  const loaded = new Set(watch.requests.filter((url) => !url.endsWith('icon.svg')));
  expect([...loaded].filter((url) => url.endsWith('.wasm')).length, 'the two files of the page and one engine').toBe(3);
  await peek.preset('indirect-object');
  await peek.settled();
  await peek.at('clean').click();
  await page.keyboard.type(' Really', { delay: 20 });
  await peek.settled();
  await peek.at('head-cell').nth(3).hover();
  await peek.at('head-cell').nth(9).click();
  await peek.attended();
  for (const id of ['order-size', 'run-corrupt', 'quantity-rank', 'quantity-probability', 'theme-dark', 'theme-light']) {
    await peek.at(id).click();
  }
  await peek.at('next-token').nth(4).click();
  await peek.at('lens-from-pair').click();
  await peek.at('bos').uncheck();
  await peek.settled();
  expect(watch.requests.filter((url) => !loaded.has(url) && !url.endsWith('icon.svg'))).toEqual([]);
  // The fixture looks at the console when the test ends.
  await expect(page.locator('canvas[data-error]')).toHaveCount(0);
});

test('typing works before the engine is there, and is what runs first', async ({ peek, page }) => {
  const release = await hold(page, '**/engine-cpu/**');
  await peek.goto();
  const pair = { ...NOTEBOOK_PAIR, clean: 'Who wrote Emma?' };
  await peek.at('clean').fill('');
  await peek.at('clean').pressSequentially(pair.clean);
  await expect(peek.at('clean')).toHaveValue(pair.clean);
  await expect(peek.at('load-progress')).toBeVisible();
  release();
  await peek.settled();
  await expect(peek.at('clean')).toHaveValue(pair.clean);
  await expectGrid(peek, pair, CPU);
});

test('the page paints before its own program is there', async ({ page }) => {
  const release = await hold(page, '**/peek_page_bg.wasm');
  await page.goto('./', { waitUntil: 'commit' });
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Peek');
  await expect(page.locator('#boot-state')).toBeVisible();
  release();
  await expect(page.getByTestId('clean')).toBeVisible();
  await expect(page.locator('#boot-state'), 'what was painted first makes way').toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
});

test('what is typed before the rest of the page has come is kept and run', async ({ peek, page }) => {
  const release = await hold(page, '**/peek_page_rest-*.wasm');
  await page.goto('./', { waitUntil: 'commit' });
  const pair = { ...NOTEBOOK_PAIR, clean: 'Who wrote Emma?' };
  await peek.at('clean').fill('');
  await peek.at('clean').pressSequentially('Who wrote Em');
  await expect(page.locator('main')).toHaveAttribute('aria-busy', 'true');
  await expect(peek.at('engine')).toHaveCount(0);
  // In the middle of a word: the caret and the letters stay where they are.
  release();
  await expect(peek.at('engine')).toBeVisible();
  await expect(peek.at('clean')).toBeFocused();
  await page.keyboard.type('ma?');
  await expect(peek.at('clean')).toHaveValue(pair.clean);
  await peek.settled();
  await expectGrid(peek, pair, CPU);
});

// The functions that a program of dist/ gives to whoever has started it.
const functionsOf = (file: string) =>
  WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(join(DIST, file)))).map(({ name }) => name);

test('the model runs in the worker, none of it in the page', async ({ peek, page }, info) => {
  await page.addInitScript(() => {
    const tasks: number[] = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((e) => e.duration))).observe({
      type: 'longtask',
    });
    Object.assign(window, { longTasks: tasks });
  });
  await noteInstances(page);
  const longTasks = () => page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks.map(Math.round));
  await peek.open();
  const files = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name));
  const wasm = files.filter((name) => new URL(name).pathname.endsWith('.wasm'));
  const programs = new Set(wasm.map((name) => new URL(name).pathname.split('/').pop()?.replace(/-[0-9a-f]+/, '')));
  expect([...programs].sort()).toEqual(['peek_page_bg.wasm', 'peek_page_rest.wasm']);
  expect(page.workers().map((worker) => new URL(worker.url()).pathname.split('/').pop())).toEqual(['worker.js']);

  const opening = (await longTasks()).length;
  await peek.preset('indirect-object');
  await peek.settled();
  await peek.at('clean').click();
  await page.keyboard.type(' and on it goes', { delay: 30 });
  await peek.settled();
  // How long they last depends on what else the machine does: told, not judged.
  const all = await longTasks();
  const ofEngine = functionsOf('engine-cpu/peek_worker_bg.wasm').filter((name) => name.startsWith('engine_'));
  expect(ofEngine, 'what the worker calls for each message').toContain('engine_receive');
  const inPage = await instances(page);
  expect(inPage.flat(), 'the page has its own program').toContain('main');
  expect(inPage.flat().filter((name) => ofEngine.includes(name)), 'and no engine that it could call').toEqual([]);
  const memory = await page.workers()[0].evaluate(() => (self as unknown as { peekMemory(): number }).peekMemory());
  expect(memory, 'the engine has the model, in the worker').toBeGreaterThan(statSync(join(DIST, 'demo/model.safetensors')).size);
  const said = `while opening: ${all.slice(0, opening).join(', ') || 'none'}; after: ${all.slice(opening).join(', ') || 'none'}`;
  info.annotations.push({ type: 'tasks over 50 ms', description: said });
  console.log(`      tasks over 50 ms ${said}`);
});

// Notes of every wasm program that the page's own thread starts, in whichever way, what can be called in it.
async function noteInstances(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const exported: string[][] = [];
    Object.assign(window, { exported });
    const note = (instance: WebAssembly.Instance) => exported.push(Object.keys(instance.exports));
    const { instantiate, instantiateStreaming, Instance } = WebAssembly;
    type Made = WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource;
    const noted = async (made: Promise<Made>) => {
      const result = await made;
      note('instance' in result ? result.instance : result);
      return result;
    };
    Object.assign(WebAssembly, {
      instantiate: (...given: Parameters<typeof instantiate>) => noted(instantiate(...given)),
      instantiateStreaming: (...given: Parameters<typeof instantiateStreaming>) => noted(instantiateStreaming(...given)),
      Instance: new Proxy(Instance, {
        construct(target, given) {
          const instance = new target(...(given as ConstructorParameters<typeof Instance>));
          note(instance);
          return instance;
        },
      }),
    });
  });
}

const instances = (page: Page) => page.evaluate(() => (window as unknown as { exported: string[][] }).exported);

test('the site works below any path', async ({ page, peek, watch }) => {
  const prefix = '/some/path/to/peek/';
  const site = await serveBelow(prefix);
  try {
    await peek.open(site.address);
    await expectGrid(peek, NOTEBOOK_PAIR, CPU);
    expect(watch.requests.filter((url) => !url.startsWith(site.address))).toEqual([]);
    watch.allowOrigin(new URL(site.address).origin);
  } finally {
    await page.goto('about:blank');
    await site.close();
  }
});

test('nothing needs a style attribute or an inline script', async ({ peek, page }) => {
  const served = readFileSync(join(DIST, 'index.html'), 'utf8');
  expect(served).not.toMatch(/\sstyle=|<style|\son\w+=/i);
  expect(served).not.toMatch(/<script(?![^>]*\ssrc=)/i);
  // The strictest policy that WebAssembly allows; the browser then says what it had to refuse.
  await page.route('**/*', async (route) => {
    if (route.request().resourceType() !== 'document') return route.fallback();
    const response = await route.fetch();
    const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; object-src 'none'; base-uri 'none'";
    await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': policy } });
  });
  await page.addInitScript(() => {
    const refused: string[] = [];
    addEventListener('securitypolicyviolation', (event) => refused.push(`${event.violatedDirective} ${event.blockedURI}`));
    Object.assign(window, { refused });
  });
  await peek.open();
  await peek.at('top-head').first().hover();
  await expect(peek.at('tip').first()).toBeVisible();
  await peek.at('presets').click();
  expect(await page.evaluate(() => (window as unknown as { refused: string[] }).refused)).toEqual([]);
});
