// A classroom: a teacher's converted model lies in `models/` beside the page, which is served over plain http. There the
// browser has no storage but IndexedDB.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectGrid } from './support/compare';
import { expect, test } from './support/fixtures';
import { CPU } from './support/numbers';
import { refused, watchPolicy } from './support/policy';
import { NOTEBOOK_PAIR } from './support/presets';
import { DIST, serveBelow, type Site } from './support/site';
import config from './playwright.config';

const launch = config.use!.launchOptions!;
test.use({ launchOptions: { ...launch, args: [...launch.args!, '--host-resolver-rules=MAP class.test 127.0.0.1'] } });

let folder: string;
let site: Site;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'peek-class-'));
  cpSync(DIST, folder, { recursive: true, filter: (source) => !/engine-webgpu|peek\.html$/.test(source) });
  // Pieces of a megabyte, as a host that limits the size of a file has them.
  const about = ['--model', join(DIST, 'demo'), '--out', join(folder, 'models/class'), '--dtype', 'f32', '--shard-mb', '1'];
  execFileSync(process.env.PEEK_CLI ?? 'peek', ['convert', ...about, '--id', 'class', '--label', 'For the class']);
  site = await serveBelow('/', folder);
});

test.afterAll(async () => {
  await site?.close();
  if (folder) rmSync(folder, { recursive: true });
});

test('a model beside the page is listed, fetched, kept without a secure context, and opens without the server', async ({ peek, page, watch }) => {
  const address = new URL(site.address);
  address.hostname = 'class.test';
  watch.allowOrigin(address.origin);
  await watchPolicy(page);
  await page.goto(address.href);
  await peek.settled();
  const has = await page.evaluate(() => ({ secure: isSecureContext, opfs: 'storage' in navigator, caches: 'caches' in self }));
  expect(has, 'the address is what the test is about').toEqual({ secure: false, opfs: false, caches: false });

  await peek.at('models-open').click();
  const entry = page.locator('[data-testid=model-entry][data-id=class]');
  await expect(entry).toContainText('For the class');
  await expect(entry).toContainText('stored as f32');
  await expect(entry).toContainText('checked against its published SHA-256');
  const pieces = () => site.asked.filter((file) => /models\/class\/.*\.safetensors/.test(file)).length;
  expect(pieces(), 'nothing before the click').toBe(0);
  await entry.getByTestId('model-load').click();
  await expect(peek.at('model-line')).toContainText('For the class');
  await peek.settled();
  await expectGrid(peek, NOTEBOOK_PAIR, CPU);
  const asked = pieces();
  expect(asked).toBeGreaterThan(1);

  await page.reload();
  await expect(peek.at('model-line')).toContainText('For the class: 4 layers');
  await peek.settled();
  await expectGrid(peek, NOTEBOOK_PAIR, CPU);
  expect(pieces(), 'the second visit has it already').toBe(asked);
  await peek.at('models-open').click();
  await expect(peek.at('models-place')).toContainText('IndexedDB');
  await expect(page.locator('[data-testid=kept-entry][data-id=class]')).toHaveAttribute('data-stored', 'whole');
  expect(await refused(page)).toEqual([]);
});
