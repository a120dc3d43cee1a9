// Models from addresses: downloads that fail in every way, and what the browser keeps. The engine's worker is driven
// directly; its storages, its `fetch` and its servers are real.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cancel, EngineAlone, forget, load, type RemoteFile, type Said } from './support/engine';
import { expect, test } from './support/fixtures';
import { Hub } from './support/hub';

const PIECE = 8 << 20;
let checkpoint: Buffer;
let hub: Hub;
let file: RemoteFile;

test.beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'peek-hub-'));
  // 27 MB: four pieces. Its tokens are GPT-2's own.
  const shape = ['--layers=2', '--heads=2', '--d-model=128', '--vocab=50257', '--context=64'];
  execFileSync(process.env.PEEK_CLI ?? 'peek', ['synth', '--seed=7', `--out=${folder}`, ...shape]);
  checkpoint = readFileSync(join(folder, 'model.safetensors'));
  rmSync(folder, { recursive: true });
});

test.beforeEach(async ({ watch }) => {
  hub = await Hub.serving(checkpoint);
  hub.origins.forEach((origin) => watch.allowOrigin(origin));
  // The browser logs every failed request by itself.
  watch.allow(/Failed to load resource/, /CORS/);
  const sha256 = createHash('sha256').update(checkpoint).digest('hex');
  file = { role: 'weights', address: hub.address, bytes: checkpoint.length, sha256 };
});

test.afterEach(() => hub.close());

const delivering = (said: Said): said is Extract<Said, { kind: 'delivering' }> => said.kind === 'delivering';
const words = (engine: EngineAlone) => engine.said.filter(delivering);

test('a first download tells how far it is and is kept; the next visit needs no network', async ({ page }) => {
  const engine = await EngineAlone.start(page);
  hub.pauseMs = 10;
  await engine.ask(load(1, 'm', [file]));
  expect((await engine.ended(1)).kind).toBe('loaded');
  const told = words(engine);
  expect(told.length).toBeGreaterThan(3);
  expect(told.every(({ source }) => source === 'network')).toBe(true);
  expect(told.map(({ done }) => done)).toEqual([...told.map(({ done }) => done)].sort((a, b) => a - b));
  expect(told[told.length - 1]).toMatchObject({ done: checkpoint.length, total: checkpoint.length });
  expect(told.some(({ rate }) => (rate ?? 0) > 0)).toBe(true);
  expect(hub.asked).toEqual(['']);

  await engine.restart();
  const shelf = await engine.shelf(2);
  expect(shelf.place).toBe('opfs');
  expect(shelf.models).toEqual([{ id: 'm', bytes: checkpoint.length, whole: true }]);
  await hub.close();
  await engine.ask(load(3, 'm', [file]));
  expect((await engine.ended(3)).kind).toBe('loaded');
  expect(words(engine).every(({ source }) => source === 'kept')).toBe(true);
});

test('a cancelled download ends at once and keeps its pieces; the next one goes on from there', async ({ page }) => {
  const engine = await EngineAlone.start(page);
  hub.pauseMs = 30;
  await engine.ask(load(1, 'm', [file]));
  await engine.until((said) => delivering(said) && said.done > PIECE + (1 << 20));
  await engine.ask(cancel(1));
  expect((await engine.ended(1)).kind).toBe('cancelled');
  expect((await engine.shelf(2)).models).toEqual([{ id: 'm', bytes: PIECE, whole: false }]);
  hub.pauseMs = 0;
  await engine.restart();
  await engine.ask(load(3, 'm', [file]));
  expect((await engine.ended(3)).kind).toBe('loaded');
  expect(hub.asked).toEqual(['', `bytes=${PIECE}-`]);
});

test('a cut is mended, also by a server that sends the whole to a range', async ({ page }) => {
  const engine = await EngineAlone.start(page);
  for (const [id, ranges] of [[1, true], [2, false]] as const) {
    hub.ranges = ranges;
    hub.faults.push({ cutAt: 10_000_000 });
    await engine.ask(load(id, `m${id}`, [{ ...file, sha256: file.sha256 }]));
    expect((await engine.ended(id)).kind).toBe('loaded');
    expect(engine.said.some((said) => delivering(said) && said.id === id && said.source === 'waiting')).toBe(true);
    await engine.ask(forget(id + 10, `m${id}`));
    await engine.until((said) => said.kind === 'stored' && said.id === id + 10 && said.models.length === 0);
  }
  expect(hub.asked.filter((range) => range !== '')).toHaveLength(2);
});

test('a wrong content is refused, removed, and told', async ({ page }) => {
  const engine = await EngineAlone.start(page);
  hub.content = Buffer.from(checkpoint);
  hub.content[hub.content.length - 1000] ^= 1;
  await engine.ask(load(1, 'm', [file]));
  const end = await engine.ended(1);
  expect(end.kind).toBe('failed');
  expect(end.text).toContain(file.sha256!);
  expect(end.text).toContain('refused and removed');
  expect((await engine.shelf(2)).models).toEqual([]);
  hub.content = checkpoint;
  await engine.ask(load(3, 'm', [file]));
  expect((await engine.ended(3)).kind).toBe('loaded');
});

test('busy servers are asked again; a file that is not there is said so at once', async ({ page }) => {
  const engine = await EngineAlone.start(page);
  hub.faults.push({ status: 429, retryAfter: 2 }, { status: 500 });
  await engine.ask(load(1, 'm', [file]));
  expect((await engine.ended(1)).kind).toBe('loaded');
  expect(hub.asked).toHaveLength(3);
  hub.faults.push({ status: 404 });
  await engine.ask(load(2, 'n', [{ ...file, sha256: undefined }]));
  const end = await engine.ended(2);
  expect(end.text).toContain(`no file at ${hub.address}`.slice(1));
  expect(hub.asked).toHaveLength(4);
});

test('a storage without room does not fail the load', async ({ page }) => {
  const full = `
    FileSystemSyncAccessHandle.prototype.write = new Proxy(FileSystemSyncAccessHandle.prototype.write, {
      apply(write, handle, [bytes, ...rest]) {
        if (bytes.byteLength > 1e6) throw new DOMException('no room', 'QuotaExceededError');
        return Reflect.apply(write, handle, [bytes, ...rest]);
      },
    });`;
  const engine = await EngineAlone.start(page, full);
  await engine.ask(load(1, 'm', [file]));
  const end = await engine.ended(1);
  expect(end.kind).toBe('loaded');
  expect(end.text).toContain('could not be kept');
});

for (const [place, without] of [
  ['cache', `StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('no', 'SecurityError'));`],
  ['indexeddb', `delete StorageManager.prototype.getDirectory; CacheStorage.prototype.open = () => Promise.reject(new Error('no'));`],
  ['memory', `delete StorageManager.prototype.getDirectory; CacheStorage.prototype.open = () => Promise.reject(new Error('no'));
    IDBFactory.prototype.open = () => { throw new Error('no'); };`],
] as const) {
  test(`where the better storages fail, it is kept in: ${place}`, async ({ page }) => {
    const engine = await EngineAlone.start(page, without);
    await engine.ask(load(1, 'm', [file]));
    expect((await engine.ended(1)).kind).toBe('loaded');
    const shelf = await engine.shelf(2);
    expect(shelf.place).toBe(place);
    expect(shelf.models).toEqual([{ id: 'm', bytes: checkpoint.length, whole: true }]);
    if (place !== 'memory') await engine.restart();
    await engine.ask(load(3, 'm', [file]));
    expect((await engine.ended(3)).kind).toBe('loaded');
    expect(hub.asked).toHaveLength(1);
    await engine.ask(forget(4, 'm'));
    await engine.until((said) => said.kind === 'stored' && said.id === 4 && said.models.length === 0);
  });
}

test('two tabs at once load the same model and leave it whole', async ({ page, context }) => {
  const other = await context.newPage();
  const engines = [await EngineAlone.start(page), await EngineAlone.start(other)];
  hub.pauseMs = 10;
  await Promise.all(engines.map((engine) => engine.ask(load(1, 'm', [file]))));
  for (const engine of engines) expect((await engine.ended(1)).kind).toBe('loaded');
  const asked = hub.asked.length;
  await engines[0].restart();
  expect((await engines[0].shelf(2)).models).toEqual([{ id: 'm', bytes: checkpoint.length, whole: true }]);
  await engines[0].ask(load(3, 'm', [file]));
  expect((await engines[0].ended(3)).kind).toBe('loaded');
  expect(hub.asked).toHaveLength(asked);
});

test('without a hash it runs and says that nothing verified it', async ({ page }) => {
  const engine = await EngineAlone.start(page);
  await engine.ask(load(1, 'typed', [{ role: 'weights', address: hub.address }]));
  const end = await engine.ended(1);
  expect(end.kind).toBe('loaded');
  expect(end.text).toContain('Not verified');
  hub.cors = false;
  await engine.ask(forget(2, 'typed'));
  await engine.ask(load(3, 'typed', [{ role: 'weights', address: hub.address }]));
  expect((await engine.ended(3)).text).toContain('does not allow other sites');
});
