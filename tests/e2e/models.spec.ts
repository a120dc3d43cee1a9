// The dialog of models: what is offered at which price, from where a model may come, and how a load is watched and ended.
import type { Page } from '@playwright/test';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { axe } from './support/axe';
import { demoFile } from './support/checkpoint';
import { expectGrid } from './support/compare';
import { expect, test } from './support/fixtures';
import { CPU } from './support/numbers';
import type { Peek } from './support/peek';
import { NOTEBOOK_PAIR } from './support/presets';

const assets = join(dirname(fileURLToPath(import.meta.url)), '../../assets');
const demo = join(assets, 'demo');

// A server on another origin that gives the demo's files, the first bytes of the weights at once and the others when it is told to.
async function slowServer() {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  let goes = false;
  const weights = demoFile('model.safetensors').buffer;
  const server = createServer((request, response: ServerResponse) => {
    const name = (request.url ?? '').split('/').pop() ?? '';
    asked.push(name);
    response.setHeader('access-control-allow-origin', '*');
    if (name === 'config.json' || name === 'tokenizer.json') {
      response.writeHead(200).end(demoFile(name).buffer);
    } else if (name === 'model.safetensors') {
      response.writeHead(200, { 'content-length': weights.length });
      response.write(weights.subarray(0, weights.length / 2));
      const rest = () => response.end(weights.subarray(weights.length / 2));
      if (goes) rest();
      else waiting.push(rest);
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    asked,
    size: weights.length,
    // From now on nothing is held back.
    goOn: () => {
      goes = true;
      waiting.splice(0).forEach((go) => go());
    },
    close: () =>
      new Promise<void>((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

// Puts `models` into the list that a host may lay beside the models.
async function listed(page: Page, body: unknown): Promise<void> {
  await page.route('**/models/models.json', (route) =>
    route.fulfill({ contentType: 'application/json', body: typeof body === 'string' ? body : JSON.stringify(body) }),
  );
}

const entry = (peek: Peek, id: string) => peek.page.locator(`[data-testid=model-entry][data-id="${id}"]`);

test('every model is listed with its size and what is known of it, and none is fetched before it is asked for', async ({ peek, watch }) => {
  await peek.open();
  await peek.at('models-open').click();
  await expect(peek.at('models')).toBeVisible();
  // As the list has them, all files together.
  type Listed = { id: string; files: { bytes: number | null }[] };
  const { models } = JSON.parse(readFileSync(join(assets, 'models.json'), 'utf8')) as { models: Listed[] };
  const size = (id: string) => {
    const bytes = models.find((model) => model.id === id)!.files.reduce((sum, file) => sum + file.bytes!, 0);
    return new RegExp(`^Download ${Math.round(bytes / 1e6)}\\sMB$`);
  };
  const small = entry(peek, 'gpt2');
  await expect(small).toContainText('12 layers × 12 heads, width 768');
  await expect(small).toContainText('stored as f32');
  await expect(small).toContainText('licence MIT');
  await expect(small).toContainText('checked against its published SHA-256');
  await expect(small.getByTestId('model-download')).toHaveText(size('gpt2'));
  await expect(small).toHaveAttribute('data-stored', 'none');
  const medium = entry(peek, 'gpt2-medium');
  await expect(medium).toContainText('not verified');
  await expect(medium.getByTestId('model-download')).toHaveText('Download, size unknown');
  await expect(entry(peek, 'distilgpt2').getByTestId('model-download')).toHaveText(size('distilgpt2'));
  await entry(peek, 'demo').getByTestId('model-load').click();
  await expect(peek.at('models')).toBeHidden();
  await peek.settled();
  expect(watch.requests.filter((url) => /huggingface|hf\.co/.test(url))).toEqual([]);
});

test('a broken list is a note in the dialog and stops nothing', async ({ peek, page }) => {
  await listed(page, '<html>not found, says the host</html>');
  await peek.open();
  await expectGrid(peek, NOTEBOOK_PAIR, CPU);
  await peek.at('models-open').click();
  await expect(peek.at('models-list-notes')).toContainText('/models/models.json cannot be used');
  await expect(entry(peek, 'gpt2')).toBeVisible();
});

test('markup and odd addresses in a list stay text and are left out', async ({ peek, page }) => {
  const weights = [{ role: 'weights', address: 'x.safetensors', bytes: 9_000_000 }];
  const about = '<img src=x onerror="document.title=1">';
  await listed(page, {
    models: [
      { id: 'odd', label: '<b>Odd</b>', about, files: weights },
      { id: 'script', label: 'Script', files: [{ role: 'weights', address: 'javascript:alert(1)' }] },
    ],
  });
  await peek.open();
  await peek.at('models-open').click();
  await expect(entry(peek, 'odd')).toContainText(about);
  await expect(entry(peek, 'odd').getByTestId('model-download')).toHaveText(/^Download 9\.0\sMB$/);
  await expect(entry(peek, 'odd').locator('img')).toHaveCount(0);
  await expect(entry(peek, 'script')).toHaveCount(0);
  await expect(peek.at('models-list-notes')).toContainText('Script is left out of the list');
});

test('a model of the list is fetched on a click, with progress, and gives the right numbers', async ({ peek, page, watch }) => {
  const hub = await slowServer();
  try {
    watch.allowOrigin(hub.origin);
    const roles = { config: 'config.json', tokenizer: 'tokenizer.json', weights: 'model.safetensors' };
    // A size as a list may have it; what arrives decides.
    const files = Object.entries(roles).map(([role, name]) => ({ role, address: `${hub.origin}/m/${name}` }));
    await listed(page, { models: [{ id: 'class', label: 'Class model', dtype: 'f16', licence: 'MIT', files }] });
    await peek.open();
    const before = await peek.deltas();
    await peek.at('models-open').click();
    await expect(entry(peek, 'class').getByTestId('model-download')).toHaveText('Download, size unknown');
    expect(hub.asked, 'not a byte before the click').toEqual([]);
    await entry(peek, 'class').getByTestId('model-download').click();
    await expect(peek.at('models')).toBeHidden();
    const progress = peek.at('load-progress');
    await expect(progress).toHaveAttribute('data-done', /^[1-9]/);
    const done = Number(await progress.getAttribute('data-done'));
    expect(done).toBeLessThanOrEqual(hub.size);
    expect(await peek.deltas(), 'the last results stay on the screen').toEqual(before);
    hub.goOn();
    await expect(peek.at('model-line')).toContainText('Class model');
    await expect(peek.at('model-line')).toContainText('stored as f16, computed in f32');
    await expect(peek.at('model-line')).toContainText(/not verified|by its SHA-256 it is Demo/);
    await expect(peek.at('model')).toHaveValue('remote');
    await peek.settled();
    await expectGrid(peek, NOTEBOOK_PAIR, CPU);
    expect(hub.asked.sort()).toEqual(Object.values(roles).sort());
  } finally {
    await page.goto('about:blank');
    await hub.close();
  }
});

test('what was downloaded is kept, opens the next visit without a request, and is deleted in two steps', async ({ peek, page, watch }) => {
  const hub = await slowServer();
  try {
    watch.allowOrigin(hub.origin);
    const roles = { config: 'config.json', tokenizer: 'tokenizer.json', weights: 'model.safetensors' };
    const files = Object.entries(roles).map(([role, name]) => ({ role, address: `${hub.origin}/m/${name}` }));
    await listed(page, { models: [{ id: 'class', label: 'Class model', files }] });
    await peek.open();
    await peek.at('models-open').click();
    await entry(peek, 'class').getByTestId('model-download').click();
    await expect(peek.at('load-progress')).toHaveAttribute('data-source', 'network');
    hub.goOn();
    await expect(peek.at('model-line')).toContainText('Class model');
    await peek.settled();
    await expect.poll(() => page.evaluate(() => localStorage.getItem('peek-model'))).toBe('class');
    const asked = hub.asked.length;

    await page.reload();
    await expect(peek.at('model-line')).toContainText('Class model: 4 layers');
    await peek.settled();
    await expectGrid(peek, NOTEBOOK_PAIR, CPU);
    expect(hub.asked.slice(asked), 'the second visit asks the hub for nothing').toEqual([]);

    await peek.at('models-open').click();
    const kept = page.locator('[data-testid=kept-entry][data-id=class]');
    await expect(kept).toHaveAttribute('data-stored', 'whole');
    await expect(kept).toContainText(/2\.4\sMB, whole/);
    await expect(entry(peek, 'class')).toHaveAttribute('data-stored', 'whole');
    await kept.getByTestId('model-delete').click();
    await expect(kept.getByTestId('model-delete')).toHaveText('Really delete');
    await kept.getByTestId('model-keep').click();
    await expect(kept.getByTestId('model-delete')).toHaveText('Delete');
    await kept.getByTestId('model-delete').click();
    await kept.getByTestId('model-delete').click();
    await expect(kept).toHaveCount(0);
    await expect(entry(peek, 'class')).toHaveAttribute('data-stored', 'none');
    await expect(entry(peek, 'class').getByTestId('model-download')).toBeVisible();

    await page.evaluate(() => localStorage.setItem('peek-model', 'class'));
    await page.reload();
    await expect(peek.at('model-notes')).toContainText('no longer kept in this browser');
    await expect(peek.at('model')).toHaveValue('demo');
    await peek.settled();
    expect(hub.asked.slice(asked)).toEqual([]);
  } finally {
    await page.goto('about:blank');
    await hub.close();
  }
});

test('a load is cancelled by its button and the earlier model goes on', async ({ peek, page, watch }) => {
  const hub = await slowServer();
  try {
    watch.allowOrigin(hub.origin);
    await peek.open();
    const before = await peek.deltas();
    await peek.at('models-open').click();
    await peek.at('model-address').fill(`${hub.origin}/m/model.safetensors`);
    await peek.at('model-address-load').click();
    await expect(peek.at('load-progress')).toHaveAttribute('data-done', /^[1-9]/);
    await peek.at('load-cancel').click();
    // The engine looks up between two pieces.
    hub.goOn();
    await expect(peek.at('model-notes')).toContainText('was cancelled');
    await expect(peek.at('model')).toHaveValue('demo');
    await peek.settled();
    expect(await peek.deltas()).toEqual(before);
  } finally {
    await page.goto('about:blank');
    await hub.close();
  }
});

test('an address that is none is refused beside its field, with an example', async ({ peek, page, watch }) => {
  await peek.open();
  const before = watch.requests.length;
  await peek.at('models-open').click();
  const field = peek.at('model-address');
  for (const typed of ['gpt2', 'ftp://a.test/model.safetensors', 'javascript:alert(1)//.safetensors', 'https://a.test/model.bin']) {
    await field.fill(typed);
    await page.keyboard.press('Enter');
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(/https:\/\/huggingface\.co\/openai-community\/gpt2.*address/is);
    await expect(peek.at('model-address-error')).toContainText('.safetensors');
    await expect(field, 'what was typed stays').toHaveValue(typed);
  }
  await expect(peek.at('models')).toBeVisible();
  expect(watch.requests.slice(before).filter((url) => !url.endsWith('icon.svg'))).toEqual([]);
});

test('a folder opens as a model, and one without a checkpoint is refused', async ({ peek }) => {
  const folder = mkdtempSync(join(tmpdir(), 'peek-folder-'));
  try {
    cpSync(demo, join(folder, 'mine'), { recursive: true });
    await peek.open();
    await peek.at('models-open').click();
    const chooser = peek.page.waitForEvent('filechooser');
    await peek.at('models-open-folder').click();
    await (await chooser).setFiles(join(folder, 'mine'));
    await expect(peek.at('models')).toBeHidden();
    await expect(peek.at('model')).toHaveValue('local');
    await peek.settled();
    await expectGrid(peek, NOTEBOOK_PAIR, CPU);
    rmSync(join(folder, 'mine', 'model.safetensors'));
    await peek.at('models-folder').setInputFiles(join(folder, 'mine'));
    await expect(peek.at('model-notes')).toContainText('.safetensors');
    await expect(peek.at('model')).toHaveValue('local');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('files can be dropped anywhere on the page', async ({ peek, page }) => {
  await peek.open();
  const parts = (['model.safetensors', 'config.json', 'tokenizer.json'] as const).map((name) => ({
    name: name === 'model.safetensors' ? 'dropped.safetensors' : name,
    text: demoFile(name).buffer.toString('base64'),
  }));
  const data = await page.evaluateHandle((parts) => {
    const data = new DataTransfer();
    for (const { name, text } of parts) {
      data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
    }
    return data;
  }, parts);
  await page.dispatchEvent('main', 'dragover', { dataTransfer: data });
  await expect(peek.at('drop-target')).toBeVisible();
  await page.dispatchEvent('main', 'dragleave', { dataTransfer: data });
  await expect(peek.at('drop-target')).toHaveCount(0);
  await page.dispatchEvent('main', 'dragover', { dataTransfer: data });
  await page.dispatchEvent('main', 'drop', { dataTransfer: data });
  await expect(peek.at('drop-target')).toHaveCount(0);
  await expect(peek.at('model-line')).toContainText('dropped.safetensors');
  await peek.settled();
  await expectGrid(peek, NOTEBOOK_PAIR, CPU);
});

test('the charts are not drawn again while a model arrives', async ({ peek, page, watch }) => {
  const hub = await slowServer();
  try {
    watch.allowOrigin(hub.origin);
    await page.addInitScript(() => {
      const counts = { drawn: 0 };
      for (const name of ['fillRect', 'clearRect', 'fillText'] as const) {
        const draw = CanvasRenderingContext2D.prototype[name] as (...args: unknown[]) => void;
        (CanvasRenderingContext2D.prototype as unknown as Record<string, unknown>)[name] = function (...args: unknown[]) {
          counts.drawn += 1;
          return draw.apply(this, args);
        };
      }
      Object.assign(window, { counts });
    });
    const drawn = () => page.evaluate(() => (window as unknown as { counts: { drawn: number } }).counts.drawn);
    await peek.open();
    expect(await drawn(), 'the count counts').toBeGreaterThan(0);
    await peek.at('models-open').click();
    await peek.at('model-address').fill(`${hub.origin}/m/model.safetensors`);
    await peek.at('model-address-load').click();
    await expect(peek.at('load-progress')).toBeVisible();
    const before = await drawn();
    await expect(peek.at('load-progress')).toHaveAttribute('data-done', /^[1-9]/);
    expect(await drawn()).toBe(before);
    hub.goOn();
    await peek.settled();
  } finally {
    await page.goto('about:blank');
    await hub.close();
  }
});

test('the dialog is used by keyboard alone and gives the focus back', async ({ peek, page }) => {
  await peek.open();
  await page.locator('[data-testid=head-cell]').first().click();
  await peek.at('models-open').focus();
  await page.keyboard.press('Enter');
  await expect(peek.at('models')).toBeVisible();
  const inside = () => page.evaluate(() => document.activeElement?.closest('dialog') !== null);
  expect(await inside()).toBe(true);
  const seen = new Set<string>();
  for (let i = 0; i < 12; i += 1) {
    await page.keyboard.press('Tab');
    seen.add(await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.testid ?? ''));
  }
  for (const id of ['model-load', 'model-download', 'models-open-files', 'models-open-folder', 'model-address', 'model-address-load']) {
    expect([...seen]).toContain(id);
  }
  await page.keyboard.press('Escape');
  await expect(peek.at('models')).toBeHidden();
  await expect(peek.at('models-open')).toBeFocused();
  await expect(peek.at('attention-how'), 'Escape was for the dialog').toHaveText('pinned');
  await peek.at('model').selectOption('more');
  await expect(peek.at('models')).toBeVisible();
  await expect(peek.at('model')).toHaveValue('demo');
});

for (const theme of ['light', 'dark']) {
  for (const width of [1440, 390]) {
    test(`axe finds nothing in the dialog at ${width} px in ${theme}`, async ({ peek, page }) => {
      await page.setViewportSize({ width, height: 844 });
      await peek.open();
      await peek.unfold('header-more');
      await peek.at(`theme-${theme}`).click();
      await peek.at('models-open').click();
      await peek.at('model-address').fill('nothing');
      await page.keyboard.press('Enter');
      await expect(peek.at('model-address-error')).toContainText('.safetensors');
      const { violations } = await axe(page).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
      const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(scrolls, 'nothing scrolls sideways').toBe(false);
    });
  }
}
