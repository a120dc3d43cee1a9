// The site without a network, after one visit; its updates; and browsers that will keep nothing.
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { axe } from './support/axe';
import { expectGrid, expectHeatmap } from './support/compare';
import { expect, test } from './support/fixtures';
import { CPU } from './support/numbers';
import { NOTEBOOK_PAIR } from './support/presets';
import { DIST, type Site, serveBelow } from './support/site';
import { needsWebGpu } from './support/webgpu';

test.use({ serviceWorkers: 'allow' });

const PREFIX = '/some/path/to/peek/';
let site: Site;
let folder: string;

// A copy of dist/, so that a test can put a new version in its place.
test.beforeEach(async ({ watch }) => {
  folder = mkdtempSync(join(tmpdir(), 'peek-offline-'));
  cpSync(DIST, folder, { recursive: true, filter: (source) => !source.endsWith('peek.html') });
  site = await serveBelow(PREFIX, folder);
  watch.allowOrigin(new URL(site.address).origin);
});

test.afterEach(async ({ page }) => {
  await page.goto('about:blank');
  await site.close();
  rmSync(folder, { recursive: true });
});

// Waits until the site is kept; gives the scope of whoever keeps it.
const kept = (page: Page) => page.evaluate(async () => (await navigator.serviceWorker.ready).scope);

// The names of the caches, and all that is in them.
const caches_ = (page: Page) =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const lists = names.map(async (name) => (await (await caches.open(name)).keys()).map((request) => request.url));
    return { names, urls: (await Promise.all(lists)).flat() };
  });

const styleOf = (page: Page) => page.evaluate(async () => (await fetch('./style/base.css')).text());

// Deploys a version whose style sheet ends in `mark`: as the build would list it.
function deploy(mark: string): void {
  const sheet = 'style/base.css';
  appendFileSync(join(folder, sheet), mark);
  const script = join(folder, 'sw.js');
  const text = readFileSync(script, 'utf8');
  const list = /^const SITE = (.*);$/m.exec(text)![1];
  const files = JSON.parse(list) as { version: string; files: Record<string, string> };
  files.files[sheet] = createHash('sha256').update(readFileSync(join(folder, sheet))).digest('hex');
  files.version += '-next';
  writeFileSync(script, text.replace(list, JSON.stringify(files)));
}

test('after one visit the site works with the network off', async ({ peek, page, context }) => {
  await peek.open(site.address);
  expect(await kept(page), 'in charge of its own path and no other').toBe(site.address);
  await site.close();
  await context.setOffline(true);

  await page.reload();
  await peek.settled();
  const { top } = await expectGrid(peek, NOTEBOOK_PAIR, CPU);
  await expectHeatmap(peek, NOTEBOOK_PAIR, top[0].head, CPU);
  const merges = await page.evaluate(async () => (await (await fetch('./gpt2/merges.txt')).text()).length);
  expect(merges, 'what a checkpoint without a tokenizer needs').toBeGreaterThan(400_000);

  await test.step('from a link with a query, and by the file’s own name', async () => {
    for (const way of ['?lesson=1', 'index.html']) {
      await peek.open(site.address + way);
      await expectGrid(peek, NOTEBOOK_PAIR, CPU);
    }
  });
});

test('once the site is kept, the whole job makes no request', async ({ peek, page, watch }) => {
  await peek.open(site.address);
  await kept(page);
  const opened = site.asked.length;
  await page.reload();
  await peek.settled();
  // Some time after it has opened a page, the browser looks by itself whether there is a new version.
  await expect.poll(() => site.asked.slice(opened), 'the look for a new version').toContain('sw.js');
  const [before, asked] = [watch.requests.length, site.asked.length];
  await peek.preset('indirect-object');
  await peek.settled();
  await peek.at('clean').fill('Who wrote Emma?');
  await peek.settled();
  await peek.at('head-cell').nth(9).click();
  await peek.attended();
  expect(watch.requests.slice(before)).toEqual([]);
  expect(site.asked.slice(asked)).toEqual([]);
});

test('what is kept is the site, without the large engine and without anything that is no part of it', async ({ peek, page }) => {
  await peek.open(site.address);
  await kept(page);
  const { names, urls } = await caches_(page);
  expect(names.length).toBe(1);
  const paths = urls.map((url) => url.slice(site.address.length).split('?')[0]);
  for (const file of ['index.html', 'boot.js', 'peek_page_bg.wasm', 'engine-cpu/peek_worker_bg.wasm', 'demo/model.safetensors']) {
    expect(paths).toContain(file);
  }
  expect(paths.filter((path) => path.startsWith('engine-webgpu/') || !existsSync(join(folder, path)))).toEqual([]);

  await test.step('another file beside the page is the host’s own matter', async () => {
    writeFileSync(join(folder, 'mine.txt'), 'one');
    const mine = () => page.evaluate(async () => (await fetch('./mine.txt', { cache: 'no-store' })).text());
    await page.reload();
    expect(await mine()).toBe('one');
    writeFileSync(join(folder, 'mine.txt'), 'two');
    expect(await mine()).toBe('two');
  });
});

test('the engine with WebGPU is kept once it is used', async ({ peek, page }) => {
  needsWebGpu();
  await peek.open(site.address);
  await kept(page);
  await peek.at('backend').selectOption('webgpu');
  const engine = async () => (await caches_(page)).urls.filter((url) => url.includes('/engine-webgpu/')).length;
  await expect.poll(engine).toBe(2);
});

test('a new version is announced, waits for a click, and fetches only what is new', async ({ peek, page, watch }) => {
  await peek.open(site.address);
  await kept(page);
  await expect(peek.at('update'), 'a first version is no news').toBeEmpty();
  await page.reload();
  await peek.settled();
  const old = (await caches_(page)).names;
  deploy('/* second */');
  const asked = site.asked.length;

  const banner = peek.at('update');
  await page.reload();
  await peek.settled();
  await expect(banner).toContainText('A new version of Peek is here: reload to use it.');
  await expect(banner).toHaveAttribute('role', 'status');
  for (const theme of ['light', 'dark']) {
    await peek.at(`theme-${theme}`).click();
    const { violations } = await axe(page).include('[data-testid=update]').analyze();
    expect(violations.map(({ id, help }) => `${theme} ${id}: ${help}`)).toEqual([]);
    await expect(banner).toBeInViewport({ ratio: 1 });
  }
  await peek.at('clean').fill('Who wrote Emma?');
  await peek.settled();
  expect(await styleOf(page), 'the session goes on with its version').not.toContain('second');
  const fetched = new Set(site.asked.slice(asked));
  // Lists that a host may change are looked at anew on each visit.
  for (const list of ['models.json', 'models/models.json']) fetched.delete(list);
  expect([...fetched].sort(), 'the list and what has changed').toEqual(['style/base.css', 'sw.js']);

  await test.step('a reload by the browser’s own button changes nothing', async () => {
    await page.reload();
    await expect(banner).toContainText('A new version');
    expect(await styleOf(page)).not.toContain('second');
  });

  await test.step('a click does', async () => {
    await Promise.all([page.waitForEvent('load'), peek.at('update-reload').click()]);
    await peek.settled();
    expect(await styleOf(page)).toContain('second');
    await expect(banner).toBeEmpty();
    await expect.poll(async () => (await caches_(page)).names.length, { message: 'the old one is gone' }).toBe(1);
    expect((await caches_(page)).names).not.toEqual(old);
    // What was typed outlives the old version.
    await expectGrid(peek, { ...NOTEBOOK_PAIR, clean: 'Who wrote Emma?' }, CPU);
  });
  expect(watch.complaintsLeft()).toEqual([]);
});

test('an update that one tab asked for is told in the other, whose session goes on', async ({ peek, page, context }) => {
  await peek.open(site.address);
  await kept(page);
  await page.reload();
  await peek.settled();
  const other = await context.newPage();
  await other.goto(site.address);
  deploy('/* second */');
  await other.reload();
  await other.getByTestId('update-reload').click();
  await expect(peek.at('update')).toContainText('Peek was updated in another tab');
  await peek.at('clean').fill('Who wrote Emma?');
  await peek.settled();
  await expectGrid(peek, { ...NOTEBOOK_PAIR, clean: 'Who wrote Emma?' }, CPU);
  await Promise.all([page.waitForEvent('load'), peek.at('update-reload').click()]);
  expect(await styleOf(page)).toContain('second');
  await other.close();
});

test('a version that is not whole is not kept', async ({ peek, page, watch }) => {
  watch.allow(/is not the one of this version/);
  // As while a host is half-way through copying: the list is of another style sheet.
  appendFileSync(join(folder, 'style/base.css'), '/* half-way */');
  await peek.open(site.address);
  await expect.poll(() => site.asked.filter((file) => file === 'style/base.css').length, 'it was tried').toBe(2);
  await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await expectGrid(peek, NOTEBOOK_PAIR, CPU);
});

test('a version that is half-way copied over a kept one leaves it alone, and comes once it is whole', async ({ peek, page, watch }) => {
  watch.allow(/is not the one of this version/);
  await peek.open(site.address);
  await kept(page);
  const before = await caches_(page);
  deploy('/* second */');
  const second = readFileSync(join(folder, 'style/base.css'));
  appendFileSync(join(folder, 'style/base.css'), '/* half-way */');
  const tried = () => site.asked.filter((file) => file === 'style/base.css').length;
  const asked = tried();
  await page.reload();
  await peek.settled();
  await expect.poll(tried, 'the new version was tried').toBeGreaterThan(asked);
  await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.ready).installing)).toBeNull();
  await expect(peek.at('update'), 'nothing to announce').toBeEmpty();
  expect(await styleOf(page)).not.toContain('second');
  expect((await caches_(page)).urls, 'the kept version is as it was').toEqual(expect.arrayContaining(before.urls));
  await peek.at('clean').fill('Who wrote Emma?');
  await peek.settled();
  await expectGrid(peek, { ...NOTEBOOK_PAIR, clean: 'Who wrote Emma?' }, CPU);

  writeFileSync(join(folder, 'style/base.css'), second);
  await page.reload();
  await expect(peek.at('update')).toContainText('A new version of Peek is here');
  await Promise.all([page.waitForEvent('load'), peek.at('update-reload').click()]);
  await peek.settled();
  expect(await styleOf(page)).toContain('second');
  expect(await styleOf(page)).not.toContain('half-way');
  await expectGrid(peek, { ...NOTEBOOK_PAIR, clean: 'Who wrote Emma?' }, CPU);
});

test('a browser that refuses to keep anything is no trouble', async ({ peek, page }) => {
  await page.addInitScript(() => {
    const refuse = () => Promise.reject(new DOMException('not here', 'SecurityError'));
    // The blank page before it has no such thing at all.
    if ('serviceWorker' in navigator) navigator.serviceWorker.register = refuse;
  });
  await peek.open(site.address);
  await expectGrid(peek, NOTEBOOK_PAIR, CPU);
  await expect(peek.at('update')).toHaveCount(0);
});

test('the page can be installed', async ({ peek, page }) => {
  await peek.open(site.address);
  await kept(page);
  const browser = await page.context().newCDPSession(page);
  const { installabilityErrors } = await browser.send('Page.getInstallabilityErrors');
  // Playwright's contexts are like private windows, which install nothing.
  expect(installabilityErrors.map((error) => error.errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
  const { errors, url } = await browser.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  expect(url).toBe(`${site.address}manifest.webmanifest`);
  const manifest = JSON.parse(readFileSync(join(DIST, 'manifest.webmanifest'), 'utf8')) as {
    icons: { src: string; sizes: string; type: string }[];
  };
  for (const { src, sizes, type } of manifest.icons.filter((icon) => icon.type === 'image/png')) {
    const bytes = readFileSync(join(DIST, src));
    expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, src).toBe(sizes);
    expect(statSync(join(DIST, src)).size, `${src} is small (${type})`).toBeLessThan(20_000);
  }
});
