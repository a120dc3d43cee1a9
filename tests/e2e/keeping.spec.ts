// Sharing, saving and opening: what leaves the page has the page's numbers, and brings its state back.
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/fixtures';
import { expectClose } from './support/numbers';
import { CAPITAL, NOTEBOOK_PAIR } from './support/presets';

async function saved(page: Page, button: Locator): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return readFile(await download.path());
}

async function exported(page: Page, name: string, kind: string): Promise<Buffer> {
  await page.getByTestId(`export-${name}`).click();
  return saved(page, page.getByTestId(`export-${name}-${kind}`));
}

/** Saves a chart as SVG and as PNG, and gives back the texts of the SVG. */
async function expectPictures(page: Page, name: string): Promise<string[]> {
  const text = (await exported(page, name, 'svg')).toString();
  const said = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
    const texts = [...parsed.querySelectorAll('text')].map((t) => t.textContent?.trim() ?? '');
    return { bad: parsed.querySelector('parsererror')?.textContent ?? null, texts };
  }, text);
  expect(said.bad, name).toBeNull();
  expect(said.texts.length, `${name} has labels`).toBeGreaterThan(3);
  const png = await exported(page, name, 'png');
  expect([...png.subarray(0, 4)], name).toEqual([0x89, 0x50, 0x4e, 0x47]);
  // Three pixels for each of the SVG's, which is what makes it fit for print; and not of one colour.
  const size = (text: string) => (/ width="(\d+)" height="(\d+)"/.exec(text) ?? []).slice(1).map(Number);
  const [width, height] = size(text);
  expect([png.readUInt32BE(16), png.readUInt32BE(20)], `${name}, in pixels`).toEqual([3 * width, 3 * height]);
  const colours = await page.evaluate(async (base64) => {
    const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]));
    const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d')!;
    context.drawImage(picture, 0, 0);
    return new Set(new Uint32Array(context.getImageData(0, 0, picture.width, picture.height).data.buffer)).size;
  }, png.toString('base64'));
  expect(colours, `${name} has colours`).toBeGreaterThan(20);
  return said.texts;
}

const lines = (csv: Buffer) => csv.toString().trimEnd().split('\r\n');

test('an address brings the whole state back', async ({ peek, page }) => {
  await peek.open();
  await peek.preset('capital');
  await peek.at('answer').fill(' Rome');
  await peek.at('quantity-rank').click();
  await peek.at('scale-raw').click();
  await peek.settled();
  const [head] = await peek.topHeads();
  await page.locator(`[data-testid=top-head][data-head=${head.head}]`).click();
  const deltas = await peek.deltas();
  await peek.at('share').click();
  await expect(peek.at('keep-told')).not.toBeEmpty();
  const address = page.url();
  expect(address).toContain('#v1.c=What+is+the+capital+of+France%3F&x=');

  await page.goto('about:blank');
  await peek.open(address);
  await expect(peek.at('clean')).toHaveValue(CAPITAL.clean);
  await expect(peek.at('answer')).toHaveValue(' Rome');
  await expect(peek.at('quantity-rank')).toHaveAttribute('aria-pressed', 'true');
  await expect(peek.at('attention')).toHaveAttribute('data-head', head.head);
  await expect(peek.at('attention-how')).toHaveText('pinned');
  expectClose(await peek.deltas(), deltas, 1e-6, 'deltas');

  await test.step('and so does one that is put over it', async () => {
    await page.evaluate(() => (location.hash = '#v1.c=Who+wrote+Emma%3F&x=Who+wrote+Jane+Eyre%3F&a=+Jane&bos=1'));
    await expect(peek.at('clean')).toHaveValue('Who wrote Emma?');
    await peek.scored();
    expect((await peek.cells()).every(({ delta }) => delta !== null)).toBe(true);
  });
});

test('an address brings the open views and the set back', async ({ peek, page }) => {
  await peek.open();
  await peek.at('setup-site').selectOption('v');
  await peek.scored();
  for (const head of ['L1H2', 'L3H0']) {
    await page.locator(`[data-testid=head-cell][data-head=${head}]`).click({ modifiers: ['Control'] });
  }
  await page.locator('[data-testid=head-cell][data-head=L2H1]').click();
  for (const button of ['run-patched', 'lens-view-positions', 'lens-run-corrupt', 'lens-color-rank', 'parts-open', 'parts-run-corrupt', 'label-heads']) {
    await peek.at(button).click();
  }
  await peek.at('lens-mid').check();
  const done = async () => {
    await peek.attended();
    for (const view of ['lens-positions', 'parts', 'unit-set']) {
      await expect(peek.at(view)).toHaveAttribute('data-phase', 'done');
      await expect(peek.at(view)).toHaveAttribute('data-stale', 'false');
    }
  };
  // What is read of each view.
  const seen = async () => {
    await done();
    const joint = Number(await peek.at('set-joint').getAttribute('data-delta'));
    const sum = Number(await peek.at('parts-sum').getAttribute('data-sum'));
    const pattern = await peek.pattern('patched');
    expect(pattern.head).toBe('L2H1');
    return [joint, sum, ...pattern.rows.flat()];
  };
  const numbers = await seen();
  await peek.at('share').click();
  await expect(peek.at('keep-told')).not.toBeEmpty();
  const address = page.url();

  await page.goto('about:blank');
  await peek.goto(address);
  await expect(peek.at('engine')).toHaveAttribute('data-state', 'ready');
  await peek.scored();
  expectClose(await seen(), numbers, 1e-6, 'the numbers of the views');
  for (const pressed of ['run-patched', 'lens-view-positions', 'lens-run-corrupt', 'lens-color-rank', 'parts-run-corrupt', 'label-heads']) {
    await expect(peek.at(pressed)).toHaveAttribute('aria-pressed', 'true');
  }
  await expect(peek.at('lens-mid')).toBeChecked();
  await expect(peek.at('set-unit')).toHaveText([/L1H2/, /L3H0/]);
  await expect(peek.at('kinds-legend')).toContainText('I induction');
});

test('an address with unknown views opens the rest of it', async ({ peek }) => {
  await peek.open('./#v1.c=Who+wrote+Emma%3F&x=Who+wrote+Jane+Eyre%3F&a=+Jane&lp=Who+wrote+Emma%3F&la=+Jane&set=L9H9,L1H1&view=lens:sideways&view=orbit:on&bos=1');
  await expect(peek.at('keep-notes')).toHaveCount(0);
  await expect(peek.at('clean')).toHaveValue('Who wrote Emma?');
  await expect(peek.at('set-unit')).toHaveText([/L1H1/]);
});

for (const fragment of ['#v1.set=nobody&bos=1', '#v1.', '#v1.c=%FF&bos=1', '#v1.c=Who', '#v9.bos=1', '#v1.pin=LxHy&bos=1', `#v1.c=${'a'.repeat(70_000)}&bos=1`, '#v1.c=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E&zz=1&bos=1']) {
  test(`a bad address opens a page that works: ${fragment.slice(0, 30)}`, async ({ peek }) => {
    await peek.open(`./${fragment}`);
    await expect(peek.at('keep-notes')).toContainText('could not be restored');
    await expect(peek.at('clean')).toHaveValue(NOTEBOOK_PAIR.clean);
    await peek.at('keep-dismiss').click();
    await expect(peek.at('keep-notes')).toHaveCount(0);
  });
}

test('an experiment is saved with its numbers and opens again', async ({ peek, page }) => {
  await peek.open();
  await peek.preset('capital');
  await peek.at('bos').uncheck();
  await peek.settled();
  const deltas = await peek.deltas();
  const file = await saved(page, peek.at('save'));
  const experiment = JSON.parse(file.toString());
  expect([experiment.format, experiment.version, experiment.model.label]).toEqual(['peek-experiment', 1, 'Demo']);
  expect(experiment.model.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(experiment.ran_on.backend).toBe('cpu');
  expectClose(experiment.results.scores.map((s: { delta: number }) => s.delta), deltas, 1e-6, 'scores');
  expect(experiment.results.lens.length).toBe(5);

  await page.goto('about:blank');
  await peek.open();
  await expect(peek.at('clean')).toHaveValue(NOTEBOOK_PAIR.clean);
  await peek.at('experiment-file').setInputFiles({ name: 'e.json', mimeType: 'application/json', buffer: file });
  await expect(peek.at('clean')).toHaveValue(CAPITAL.clean);
  await expect(peek.at('keep-told')).toHaveText('The experiment is open.');
  await expect(peek.at('bos')).not.toBeChecked();
  await peek.settled();
  expectClose(await peek.deltas(), deltas, 1e-6, 'deltas');

  await test.step('what is none says so and changes nothing', async () => {
    for (const text of ['', '[]', '{"format":"peek-experiment","version":99}', '['.repeat(200_000)]) {
      const buffer = Buffer.from(text);
      await peek.at('experiment-file').setInputFiles({ name: 'e.json', mimeType: 'application/json', buffer });
      await expect(peek.at('keep-notes')).toContainText('experiment');
      await peek.at('keep-dismiss').click();
      await expect(peek.at('clean')).toHaveValue(CAPITAL.clean);
    }
  });

  await test.step('one that is dropped opens too', async () => {
    await peek.preset('indirect-object');
    const data = await page.evaluateHandle((text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], 'e.json', { type: 'application/json' }));
      return data;
    }, file.toString());
    await page.dispatchEvent('body', 'drop', { dataTransfer: data });
    await expect(peek.at('clean')).toHaveValue(CAPITAL.clean);
  });
});

test('charts and their numbers are files', async ({ peek, page }) => {
  await peek.open();
  const cells = await peek.cells();
  const grid = lines(await exported(page, 'head-scores', 'csv'));
  expect(grid[0]).toBe('layer,head,position,value,delta');
  expectClose(grid.slice(1).map((l) => Number(l.split(',')[4])), cells.map((c) => c.delta ?? NaN), 1e-7, 'scores');
  const top = lines(await exported(page, 'top-heads', 'csv')).slice(1).map((l) => l.split(','));
  expect(top.map(([layer, head]) => `L${layer}H${head}`)).toEqual((await peek.topHeads()).map((t) => t.head));
  const lens = lines(await exported(page, 'logit-lens', 'csv'));
  const table = (await peek.lensTable()).flat();
  expectClose(lens.slice(1).map((l) => Number(l.split(',').at(-4))), table.map((c) => c.logit), 1e-6, 'lens');
  const next = lines(await saved(page, peek.at('export-next-tokens-csv'))).slice(1).map((l) => l.split(','));
  const tokens = [...(await peek.nextTokens('clean')), ...(await peek.nextTokens('corrupt'))];
  expectClose(next.map((l) => Number(l.at(-1))), tokens.map((t) => t.probability), 1e-6, 'next tokens');
  const { rows } = await peek.pattern('clean');
  const weights = lines(await exported(page, 'attention', 'csv')).filter((l) => l.startsWith('clean,'));
  expectClose(weights.map((l) => Number(l.split(',').at(-1))), rows.flat(), 1e-6, 'attention');

  for (const name of ['head-scores', 'top-heads', 'logit-lens', 'attention']) {
    const said = await expectPictures(page, name);
    if (name === 'top-heads') expect(said).toContain((await peek.topHeads())[0].head);
  }
});

test('every other view is a file too', async ({ peek, page }) => {
  await peek.open();
  await peek.at('lens-view-positions').click();
  await expect(peek.at('lens-positions')).toHaveAttribute('data-phase', 'done');
  const positions = lines(await exported(page, 'lens-positions', 'csv'));
  expect(positions[0]).toBe('depth,position,token,followed_probability,followed_rank,entropy,top,top_probability');
  const shown = peek.at('lens-positions-table').locator('[data-position]');
  const details = peek.at('lens-positions-details');
  await details.locator('summary').click();
  await expect(shown).toHaveCount(positions.length - 1);

  await peek.at('parts-open').click();
  await expect(peek.at('parts')).toHaveAttribute('data-phase', 'done');
  const parts = lines(await exported(page, 'parts', 'csv')).slice(1).map((l) => Number(l.split(',')[1]));
  const logit = Number(await peek.at('parts-sum').getAttribute('data-logit'));
  expect(Math.abs(parts.reduce((a, b) => a + b, 0) - logit)).toBeLessThan(1e-3);
  const effects = lines(await exported(page, 'effects', 'csv')).slice(1).map((l) => l.split(','));
  const cells = await peek.cells();
  expect(effects.map(([head]) => head)).toEqual(cells.map(({ head }) => head));
  expectClose(effects.map(([, patching]) => Number(patching)), cells.map((c) => c.delta ?? NaN), 1e-7, 'effects');

  await peek.at('attention-mode-layer').click();
  await expect(peek.at('thumbs')).toHaveAttribute('data-layers', '1');
  const patterns = lines(await exported(page, 'patterns', 'csv')).slice(1).map((l) => l.split(','));
  const rows = new Map<string, number>();
  for (const [run, head, query, , weight] of patterns) {
    const row = `${run} ${head} ${query}`;
    rows.set(row, (rows.get(row) ?? 0) + Number(weight));
  }
  for (const [row, sum] of rows) expect(Math.abs(sum - 1), row).toBeLessThan(1e-4);

  for (const name of ['lens-positions', 'parts', 'effects', 'patterns']) await expectPictures(page, name);
});

test('the analysis is copied as code', async ({ peek, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await peek.open();
  await peek.at('copy-code').click();
  await expect(peek.at('keep-told')).toContainText('copied');
  const code = await page.evaluate(() => navigator.clipboard.readText());
  expect(code).toContain('HookedTransformer.from_pretrained("gpt2")');
  expect(code).toContain(`clean = model.to_tokens("${NOTEBOOK_PAIR.clean}", prepend_bos=True)`);
});
