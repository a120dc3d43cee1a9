// The page in every state that it can be in: axe finds nothing, no panel is blank, nothing runs out of the window.
import type { Page } from '@playwright/test';
import type { Part } from './support/axe';
import { FAILURE, failing, HELD_ENGINE, hold, inWorker, ON_TRIGGER, trigger, webgpu } from './support/faults';
import { expect, test } from './support/fixtures';
import { look, PHONE, WIDE } from './support/look';
import type { Peek } from './support/peek';

async function menu(page: Page, peek: Peek, testid: string, part: Part): Promise<void> {
  await peek.at(testid).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('details[open]', { has: peek.at(testid) })).toBeVisible();
  await look(page, `menu ${testid}`, { ...part, within: 'details.menu[open]' });
  await peek.at(testid).focus();
  await page.keyboard.press('Escape');
}

// What a panel says of its failure, with the button that goes on, beside nothing that seems to be on its way. On a phone it
// stands under its tab.
async function expectFailed(page: Page, peek: Peek, panel: string, part: Part): Promise<void> {
  const [said, again] = [peek.at(`${panel}-error`), peek.at(`${panel}-error-again`)];
  for (const size of [WIDE, PHONE]) {
    await page.setViewportSize(size);
    if (size === PHONE) await peek.at(`tab-${panel}`).click();
    await expect(said.locator('p')).toHaveText(FAILURE);
    await expect(said).toHaveCount(1);
    await expect(again).toBeVisible();
    await expect(again).toHaveText('Try again');
    expect((await again.boundingBox())!.height, 'a finger hits it').toBeGreaterThanOrEqual(24);
    await expect(peek.at(panel).locator('[class*="-waiting"]'), 'nothing is on its way').toHaveCount(0);
  }
  // The tab stays: a wide window has them all.
  await look(page, `${panel} failed`, part);
}

// Of a theme nothing is its own but its colours.
for (const [theme, part] of [['light', {}], ['dark', { rules: ['color-contrast'] }]] as const satisfies [string, Part][]) {
  test(`every state is clean under axe, and none is blank: ${theme}`, async ({ peek, page }) => {
    test.setTimeout(300_000);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await inWorker(page, HELD_ENGINE + ON_TRIGGER('boom', `throw new Error('boom');`));
    const program = await hold(page, '**/peek_page_bg.wasm');
    const engine = await hold(page, '**/engine-cpu/**');
    await page.goto('./', { waitUntil: 'commit' });
    await expect(page.locator('#boot-state')).toBeVisible();
    await look(page, 'before the program', part);
    program();
    await expect(peek.at('load-progress')).toBeVisible();
    await look(page, 'loading', part);
    engine();
    await peek.settled();

    await test.step('running over an older result, and partial', async () => {
      await trigger(page, 'hold');
      await peek.at('clean').fill('Who wrote Emma, then?');
      await expect(peek.at('grid-panel')).toHaveAttribute('data-phase', 'running');
      await look(page, 'running', part);
      await peek.at('cancel').click();
      await trigger(page, 'release');
      await expect(peek.at('run-again')).toBeVisible();
      await look(page, 'partial', part);
      await peek.at('run-again').click();
      await peek.settled();
    });

    await test.step('refused, and an engine that has stopped', async () => {
      await peek.at('answer').fill('');
      await expect(peek.at('answer-notes')).toBeVisible();
      await expect(peek.at('sentence'), 'the last result is stale, and stays').toHaveAttribute('data-stale', 'true');
      await look(page, 'refused', part);
      await trigger(page, 'boom');
      await expect(peek.at('engine-stopped')).toBeVisible();
      await look(page, 'engine stopped', part);
      await peek.at('answer').fill(' Jane');
      await peek.at('restart-engine').click();
      await peek.settled();
    });

    await test.step('menus and dialogs', async () => {
      for (const testid of ['presets', 'lessons', 'export-head-scores']) await menu(page, peek, testid, part);
      await peek.at('self-test-open').click();
      await look(page, 'self-test', { ...part, within: '[data-testid=self-test]' });
      await page.keyboard.press('Escape');
    });

    await test.step('further views', async () => {
      await peek.at('setup-at').selectOption('grid');
      await peek.at('alignment-toggle').click();
      await page.locator('[data-testid=head-cell][data-head=L1H1]').click({ modifiers: ['Control'] });
      await page.locator('[data-testid=head-cell][data-head=L0H1]').click({ modifiers: ['Control'] });
      await expect(peek.at('unit-set')).toHaveAttribute('data-phase', 'done');
      await peek.at('attention-mode-layer').click();
      await peek.at('lens-view-positions').click();
      await peek.at('parts-open').click();
      await peek.at('label-heads').click();
      await peek.at('sets').locator('> summary').click();
      await peek.at('set-questions').click();
      await peek.at('set-run').click();
      await expect(peek.at('sets')).toHaveAttribute('data-phase', 'done');
      await expect(peek.at('parts')).toHaveAttribute('data-phase', 'done');
      await look(page, 'positions, a set, parts, many prompts', part);
    });
  });

  test(`a panel that failed says why, and goes on when it is told to: ${theme}`, async ({ peek, page }) => {
    test.setTimeout(300_000);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const fail = await failing(page);
    const phases = async (phase: string) => {
      for (const panel of ['attention', 'lens', 'parts']) await expect(peek.at(panel), panel).toHaveAttribute('data-phase', phase);
    };

    await test.step('with nothing there yet', async () => {
      await fail('Attention', 'Lens', 'Attribute');
      await peek.goto();
      await peek.scored();
      await expect(peek.at('live'), 'a listener hears of it').toContainText(FAILURE);
      await peek.at('parts-open').click();
      await phases('failed');
      for (const panel of ['attention', 'lens', 'parts']) await expectFailed(page, peek, panel, part);
      await fail();
      await peek.at('attention-error-again').click();
      await phases('done');
      await expect(page.locator('.note.failed'), 'one button asks for all that failed').toHaveCount(0);
    });

    await test.step('over an older result', async () => {
      const [head, curves] = [await peek.at('attention').getAttribute('data-head'), await peek.lensTable()];
      await fail('Attention', 'Lens', 'Attribute');
      await peek.at('clean').fill('Who wrote Emma, then?');
      await peek.at('lens-answer-0').fill(' Emily');
      await peek.scored();
      await phases('failed');
      for (const panel of ['attention', 'parts']) await expect(peek.at(panel), panel).toHaveAttribute('data-stale', 'true');
      await expect(peek.at('attention')).toHaveAttribute('data-head', head!);
      await expect(peek.at('heatmap'), 'the older one stays').toBeVisible();
      expect(await peek.lensTable()).toEqual(curves);
      for (const panel of ['attention', 'lens', 'parts']) await expectFailed(page, peek, panel, part);
      await fail();
      await peek.at('lens-error-again').click();
      await phases('done');
      await peek.settled();
    });

    await test.step('in their other views', async () => {
      await fail('Patterns', 'LensGrid', 'Attribute');
      await peek.at('attention-mode-layer').click();
      await peek.at('lens-view-positions').click();
      await peek.at('parts-by-clean').click();
      await expect(peek.at('lens-positions-error').locator('p')).toHaveText(FAILURE);
      for (const panel of ['attention', 'parts']) await expectFailed(page, peek, panel, part);
      await peek.at('attention-mode-one').click();
      await peek.at('weighted').click();
      await expectFailed(page, peek, 'attention', part);
      await fail();
      await peek.at('parts-error-again').click();
      await expect(page.locator('.note.failed')).toHaveCount(0);
      await phases('done');
      await expect(peek.at('lens-positions')).toHaveAttribute('data-phase', 'done');
    });
  });

  test(`a page without any model says why, and loads the demo when it is told to: ${theme}`, async ({ peek, page, watch }) => {
    watch.allow(/Failed to load|status of 503/);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.route('**/demo/*', (route) => route.fulfill({ status: 503, body: 'busy' }));
    await peek.goto();
    for (const size of [WIDE, PHONE]) {
      await page.setViewportSize(size);
      await expect(peek.at('no-model').locator('p')).toHaveText(/^The file demo\/model\.safetensors could not be fetched.*503/);
      await expect(peek.at('load-demo')).toBeVisible();
      await expect(peek.at('load-demo')).toHaveText('Load the demo model');
      await expect(peek.at('model-line'), 'no name of a model that is not there').toHaveText('No model');
      await expect(peek.at('sentence')).toHaveText('What a model says of the two prompts will be summed up here once one is loaded.');
      await expect(page.locator('.banner, .notes').filter({ hasText: 'could not be fetched', visible: true }), 'once').toHaveCount(1);
      await expect(peek.at('welcome'), 'nothing is said to run').toHaveCount(0);
      await expect(peek.at('load-progress'), 'nothing is on its way').toHaveCount(0);
      expect.soft((await peek.at('no-model').boundingBox())!.width, 'within the page').toBeLessThanOrEqual(size.width - 16);
    }
    await look(page, 'no model', part);
    await page.unroute('**/demo/*');
    await peek.at('load-demo').click();
    await peek.settled();
    await expect(peek.at('no-model')).toHaveCount(0);
    await expect(peek.at('model-line')).toContainText('Demo');
  });

  test(`the check of the device says where it is and what it found: ${theme}`, async ({ peek, page }) => {
    test.setTimeout(60_000);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await webgpu(page, 'no adapter');
    const fail = await failing(page);
    await peek.open();
    await peek.at('self-test-open').click();
    const [check, run, cancel, said] = ['', '-run', '-cancel', '-state'].map((part) => peek.at(`device-check${part}`));
    const expectState = async (state: string, ready: boolean) => {
      for (const size of [WIDE, PHONE]) {
        await page.setViewportSize(size);
        await run!.scrollIntoViewIfNeeded();
        await expect(run!).toBeInViewport();
        await expect(run!).toHaveText('Check this device');
        await expect(run!).toBeEnabled({ enabled: ready });
        await expect(cancel!).toHaveCount(ready ? 0 : 1);
      }
      await look(page, `device check, ${state}`, { ...part, within: '[data-testid=self-test]' });
    };

    await test.step('running, and cancelled', async () => {
      const release = await hold(page, '**/engine-cpu/**');
      await run!.click();
      await expect(said!).toHaveText('Checking the demo model on CPU…');
      await expect(cancel!).toHaveText('Cancel');
      await expectState('running', false);
      await cancel!.click();
      await expect(said!).toHaveText('Cancelled.');
      await expect(peek.at('device-report')).toHaveCount(0);
      await expectState('cancelled', true);
      release();
      await page.unroute('**/engine-cpu/**');
    });

    await test.step('failed', async () => {
      await fail('Benchmark');
      await run!.click();
      await expect(check!).toHaveAttribute('data-phase', 'done');
      await expect(said!).toHaveCount(0);
      await expect(peek.at('device-check-result')).toHaveText([`Demo, CPU: it could not be used: ${FAILURE}`]);
      expect(JSON.parse(await peek.at('device-report').inputValue()).results, 'the report says so too').toMatchObject([{ times: null, error: FAILURE }]);
      await expectState('failed', true);
    });

    await test.step('done', async () => {
      await fail();
      await run!.click();
      await expect(peek.at('device-check-result')).toHaveText([
        /^Demo, CPU: a run of \d+ tokens [\d.]+\sms, all head scores [\d.]+\sms; all \d+ numbers are the published ones, at most \de-?\d+ off\.$/,
      ]);
      await expect(check!).toHaveAttribute('data-phase', 'done');
      await expect(peek.at('device-report-copy')).toHaveText('Copy the report');
      await expect(peek.at('device-report-download')).toHaveText('Download it');
      await expectState('done', true);
    });
  });
}
