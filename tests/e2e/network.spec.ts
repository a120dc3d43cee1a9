// The network goes: while the page comes, while its engine comes, while a model comes, and when all is there. Without the
// service worker, which a first visit does not have yet.
import type { Page } from '@playwright/test';
import { expectGrid } from './support/compare';
import { inWorker, SLOW_ENGINE } from './support/faults';
import { expect, test } from './support/fixtures';
import { CPU } from './support/numbers';
import { NOTEBOOK_PAIR } from './support/presets';

const EMMA = { ...NOTEBOOK_PAIR, clean: 'Who wrote Emma?' };

test.beforeEach(({ watch }) => {
  // The browser logs every failed request by itself.
  watch.allow(/net::ERR_INTERNET_DISCONNECTED|Failed to fetch/);
});

// Until the function that this gives is called, nothing comes from these addresses.
async function cut(page: Page, pattern: string): Promise<() => Promise<void>> {
  await page.route(pattern, (route) => route.abort('internetdisconnected'));
  return () => page.unroute(pattern);
}

for (const file of ['boot.js', 'peek_page.js', 'peek_page_bg.wasm']) {
  test(`while the page comes: ${file}`, async ({ peek, page }) => {
    const mend = await cut(page, `**/${file}`);
    await page.goto('./');
    const said = page.locator('#boot-state');
    await expect(said).toContainText(/did not come|could not be started/);
    await expect(said).toContainText(/reload it/i);
    await expect(said).toHaveAttribute('role', 'alert');
    await mend();
    await page.reload();
    await peek.settled();
  });
}

test('while the engine comes', async ({ peek, page }) => {
  const mend = await cut(page, '**/engine-cpu/*');
  await peek.goto();
  await expect(peek.at('engine-stopped')).toContainText(/could not be started/);
  await peek.fillPair({ clean: EMMA.clean });
  await mend();
  await peek.at('restart-engine').click();
  await peek.settled();
  await expectGrid(peek, EMMA, CPU);
});

test('while the demo model comes', async ({ peek, page }) => {
  const mend = await cut(page, '**/demo/*');
  await peek.goto();
  await peek.fillPair({ clean: EMMA.clean });
  await expect(peek.at('no-model')).toContainText(/The file demo\/model\.safetensors could not be fetched/);
  await mend();
  await peek.at('load-demo').click();
  await peek.settled();
  await expectGrid(peek, EMMA, CPU);
});

test('while a model of a typed address comes', async ({ peek, page }) => {
  await peek.open();
  const good = await peek.deltas();
  const mend = await cut(page, '**/demo/model.safetensors');
  await peek.at('models-open').click();
  await peek.at('model-address').fill(new URL('demo/model.safetensors', page.url()).href);
  await peek.at('model-address-load').click();
  await expect(peek.at('load-progress')).toHaveAttribute('data-source', 'waiting');
  expect(await peek.deltas(), 'the last results stay on the screen').toEqual(good);
  await peek.fillPair({ clean: EMMA.clean });
  await mend();
  await expect(peek.at('model')).toHaveValue('remote');
  await expect(peek.at('load-progress')).toHaveCount(0);
  await peek.settled();
  await expectGrid(peek, EMMA, CPU);
});

test('when all is there, and in the middle of a sweep', async ({ peek, page, context, watch }) => {
  await inWorker(page, SLOW_ENGINE);
  await peek.open();

  await test.step('in the middle of a sweep', async () => {
    await peek.at('clean').fill(EMMA.clean);
    await expect(peek.at('grid-panel')).toHaveAttribute('data-phase', 'running');
    await context.setOffline(true);
    await peek.settled();
    await expectGrid(peek, EMMA, CPU);
  });

  await test.step('what follows needs no network', async () => {
    const asked = watch.requests.length;
    await peek.preset('capital');
    await peek.settled();
    await peek.at('lens-view-positions').click();
    await expect(peek.at('lens-positions')).toHaveAttribute('data-phase', 'done');
    expect(watch.requests.slice(asked)).toEqual([]);
  });

  await test.step('another engine cannot come: the page goes on when the network does', async () => {
    await peek.fillPair(EMMA);
    await peek.at('backend').selectOption('webgpu');
    // Whichever engine it is: the browser keeps nothing here.
    await expect(peek.at('engine-stopped')).toContainText('What you typed and the last results are kept.');
    await context.setOffline(false);
    await peek.at('restart-engine').click();
    await peek.scored();
    await expect(peek.at('clean')).toHaveValue(EMMA.clean);
    await expectGrid(peek, EMMA, CPU);
  });
});
