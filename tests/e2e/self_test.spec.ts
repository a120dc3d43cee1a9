// The self-test: the loaded model's numbers beside published ones, as the user sees them.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { axe } from './support/axe';
import { damaged, demoFile } from './support/checkpoint';
import { hold } from './support/faults';
import { expect, test } from './support/fixtures';
import type { Peek } from './support/peek';
import { DIST } from './support/site';
import { PATIENCE } from './support/webgpu';

type Row = { name: string; ours: number; expected: number; difference: number; verdict: string };

function rows(peek: Peek): Promise<Row[]> {
  return peek.at('self-test-row').evaluateAll((all) =>
    all.map((row) => {
      const { name = '', ours, expected, difference, verdict = '' } = (row as HTMLElement).dataset;
      return { name, ours: Number(ours), expected: Number(expected), difference: Number(difference), verdict };
    }),
  );
}

const fixtures = JSON.parse(
  readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../parity/fixtures/demo.json'), 'utf8'),
) as { prompts: unknown[]; pairs: { deltas: number[][] }[] };

test('the demo model gives every published number, and the page asks for them only then', async ({ peek, page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await peek.open();
  await peek.at('self-test-open').click();
  await expect(peek.at('self-test-offer')).toContainText('the demo model');
  expect(asked.filter((url) => url.includes('/selftest/'))).toEqual([]);
  await peek.at('self-test-run').click();
  await expect(peek.at('self-test-verdict')).toHaveAttribute('data-result', 'passed');
  expect(asked.filter((url) => url.includes('/selftest/'))).toHaveLength(1);

  const all = await rows(peek);
  await expect(peek.at('self-test-verdict')).toContainText(`all ${all.length} published numbers`);
  expect(all).toHaveLength(fixtures.prompts.length * 7 + fixtures.pairs.length * 34);
  for (const row of all) {
    expect(row.verdict, row.name).toBe('ok');
    expect(Math.abs(row.ours - row.expected), row.name).toBeLessThan(1e-3);
    expect(row.difference, row.name).toBeCloseTo(Math.abs(row.ours - row.expected), 9);
  }
  // What is shown as published is what TransformerLens gave, not what the model gives.
  const heads = all.filter((row) => /^L\d+H\d+: /.test(row.name)).map((row) => row.expected);
  expect(heads).toEqual(fixtures.pairs.flatMap((pair) => pair.deltas.flat()));

  const checked = await axe(page).include('[data-testid=self-test]').analyze();
  expect(checked.violations).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(peek.at('self-test')).toBeHidden();
  await expect(peek.at('self-test-open')).toBeFocused();
});

test('a checkpoint with one damaged weight fails, once the user compares it anyway', async ({ peek }) => {
  await peek.open();
  await peek.pick([damaged(demoFile('model.safetensors')), demoFile('config.json'), demoFile('tokenizer.json')]);
  await expect(peek.at('model-line')).toContainText('not verified');
  await peek.settled();
  await peek.at('self-test-open').click();
  await expect(peek.at('self-test-offer')).toContainText('No numbers are published for');
  await expect(peek.at('self-test-run')).toContainText('anyway');
  await peek.at('self-test-run').click();
  await expect(peek.at('self-test-verdict')).toHaveAttribute('data-result', 'failed');
  const all = await rows(peek);
  const failed = all.filter((row) => row.verdict === 'failed');
  await expect(peek.at('self-test-verdict')).toContainText(`${failed.length} of ${all.length} numbers`);
  // Tokens do not come from the weights; the embedding lies below the damage, and so does the first block's residual.
  const below = all.filter((row) => row.name.startsWith('token of') || /^lens at [01]_pre/.test(row.name));
  expect(below).toHaveLength(fixtures.prompts.length * 3);
  expect(below.every((row) => row.verdict === 'ok')).toBe(true);
  const final = all.filter((row) => row.name.startsWith('lens at final'));
  expect(final.some((row) => row.verdict === 'failed')).toBe(true);

  // Another model: what is on the screen is not of it.
  await peek.page.keyboard.press('Escape');
  await peek.at('model').selectOption('demo');
  await peek.settled();
  await peek.at('self-test-open').click();
  await expect(peek.at('self-test-stale')).toBeVisible();
  await expect(peek.at('self-test-run')).not.toContainText('anyway');
});

test('it can be cancelled, and says so when its numbers cannot be had', async ({ peek, page, watch }) => {
  watch.allow(/404/);
  await page.route('**/selftest/demo.json', (route) => route.fulfill({ status: 404, body: '' }));
  await peek.open();
  await peek.at('self-test-open').click();
  await peek.at('self-test-run').click();
  await expect(peek.at('self-test-verdict')).toContainText('could not be read (it is not there)');

  // The file is held back: cancelling then ends it at once, and what comes late is nobody's.
  await page.unroute('**/selftest/demo.json');
  const release = await hold(page, '**/selftest/demo.json');
  await peek.at('self-test-run').click();
  await peek.at('self-test-cancel').click();
  await expect(peek.at('self-test')).toHaveAttribute('data-phase', 'cancelled');
  const late = page.waitForResponse('**/selftest/demo.json');
  release();
  await late;
  await expect(peek.at('self-test-run')).toBeEnabled();
  await expect(peek.at('self-test-row')).toHaveCount(0);
});

test('a phone has all of it', async ({ peek, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await peek.open();
  await peek.unfold('header-more');
  await peek.at('self-test-open').click();
  await peek.at('self-test-run').click();
  await expect(peek.at('self-test-verdict')).toHaveAttribute('data-result', 'passed');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(wide).toBe(false);
});

type Times = {
  forward_ms: number[];
  sweep_ms: number[];
  forward_median_ms: number;
  sweep_median_ms: number;
  forward_dispatches: number | null;
};
type Result = {
  backend: string;
  model: { label: string; layers: number; heads: number };
  numbers_compared: number;
  numbers_failed: number;
  largest_difference: number;
  times: Times | null;
  error: string | null;
};

test('checking the device compares, times, and makes a report that can be copied and kept', async ({ peek, page, context }) => {
  test.setTimeout(2 * PATIENCE);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await peek.open();
  await peek.at('self-test-open').click();
  await expect(peek.at('device-report')).toHaveCount(0);
  await peek.at('device-check-run').click();
  await expect(peek.at('device-check')).toHaveAttribute('data-phase', 'done', { timeout: PATIENCE });

  const text = await peek.at('device-report').inputValue();
  const report = JSON.parse(text) as {
    peek: string;
    device: { user_agent: string; adapter: Record<string, string>; limits: Record<string, number>; features: string[] };
    results: Result[];
  };
  expect(report.device.user_agent).toBe(await page.evaluate(() => navigator.userAgent));
  if (Object.keys(report.device.limits).length > 0) {
    const limits = await page.evaluate(async () => {
      type Gpu = { requestAdapter(): Promise<{ limits: { maxBufferSize: number } } | null> };
      return (await (navigator as unknown as { gpu: Gpu }).gpu.requestAdapter())?.limits.maxBufferSize;
    });
    expect(report.device.limits['maxBufferSize']).toBe(limits);
  }
  const [cpu, webgpu] = report.results;
  expectGood(cpu, 'cpu');
  expect(cpu?.times?.forward_dispatches).toBeNull();
  expect(report.results).toHaveLength(Object.keys(report.device.limits).length > 0 ? 2 : 1);
  if (webgpu && existsSync(join(DIST, 'engine-webgpu'))) {
    expectGood(webgpu, 'webgpu');
    // Seven a layer, and a few for the embedding and the last logits.
    expect(webgpu.times?.forward_dispatches).toBeGreaterThanOrEqual(4 * 7);
    expect(webgpu.times?.forward_dispatches).toBeLessThan(4 * 7 + 20);
  } else if (webgpu) {
    expect(webgpu).toMatchObject({ backend: 'webgpu', times: null });
    expect(webgpu.error).toContain('could not be started');
  }
  await expect(peek.at('backend-line'), 'the page itself runs where it ran').toHaveAttribute('data-backend', 'cpu');

  await peek.at('device-report-copy').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  const download = page.waitForEvent('download');
  await peek.at('device-report-download').click();
  const saved = await (await download).path();
  expect(readFileSync(saved, 'utf8')).toBe(text);
  const checked = await axe(page).include('[data-testid=self-test]').analyze();
  expect(checked.violations).toEqual([]);
});

function expectGood(result: Result | undefined, backend: string): void {
  expect(result).toMatchObject({ backend, model: { label: 'Demo', layers: 4, heads: 8 }, numbers_failed: 0, error: null });
  expect(result?.numbers_compared).toBe(fixtures.prompts.length * 7 + fixtures.pairs.length * 34);
  expect(result?.largest_difference).toBeLessThan(1e-3);
  for (const what of ['forward', 'sweep'] as const) {
    const times = result?.times?.[`${what}_ms`] ?? [];
    expect(times).toHaveLength(7);
    expect(Math.min(...times)).toBeGreaterThan(0);
    expect(result?.times?.[`${what}_median_ms`]).toBe([...times].sort((a, b) => a - b)[3]);
  }
}
