// Where things stand: on a phone, at twice and at four times the size, and what can be hit there.
import type { Page } from '@playwright/test';
import { expectClean } from './support/axe';
import { LAYERS, deepModel, removeModels } from './support/deep';
import { expect, test } from './support/fixtures';
import { Peek } from './support/peek';

const TABS = { attention: 'heatmap', lens: 'lens-canvas', 'top-heads': 'bars-canvas', parts: 'parts-canvas' };

async function expectNoSideways(page: Page): Promise<void> {
  const [inner, wide] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  expect(wide, 'nothing runs out of the window').toBeLessThanOrEqual(inner);
}

// Controls that a pointer cannot hit well: smaller than 24 px with another target within the 24 px around their middle, as
// WCAG 2.2 counts it (2.5.8). Links in a sentence are excepted there.
const smallTargets = (page: Page) =>
  page.evaluate(() => {
    const all = [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary, [role=gridcell][tabindex]')]
      .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.matches('p .head-link, .visually-hidden, p .in-words'))
      // A box that is ticked has its label to be hit.
      .map((node) => ({ node, box: (node.closest('label.check') ?? node).getBoundingClientRect() }));
    const middle = ({ box }: { box: DOMRect }) => [box.x + box.width / 2, box.y + box.height / 2];
    const isSmall = ({ box }: { box: DOMRect }) => box.width < 23.9 || box.height < 23.9;
    const crowded = (one: (typeof all)[0]) =>
      all.some((other) => {
        if (other === one) return false;
        const [[x, y], box] = [middle(one), other.box];
        const [dx, dy] = [Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom)];
        if (!isSmall(other)) return Math.hypot(dx, dy) < 12;
        const [ox, oy] = middle(other);
        return Math.hypot(ox - x, oy - y) < 24;
      });
    return all.filter((one) => isSmall(one) && crowded(one)).map(({ node, box }) => `${node.dataset.testid ?? node.outerHTML.slice(0, 90)}: ${box.width}x${box.height}`);
  });

// Texts that their box cuts off, and that cannot be scrolled to.
const cutOff = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, summary, h1, h2, h3, p, label, li, td, th, dt, dd, select, .badge, .aside')]
      .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest('.visually-hidden, .next-table, .tip, .fold'))
      .filter((node) => {
        const style = getComputedStyle(node);
        const hides = ['hidden', 'clip'].includes(style.overflowX) && node.scrollWidth > node.clientWidth + 1;
        const box = node.getBoundingClientRect();
        const scrolls = node.closest('.scroll, .meetings, .strip, .chart, .grid-part, dialog');
        return hides || (!scrolls && box.width > 0 && (box.right > innerWidth + 1 || box.left < -1));
      })
      .map((node) => node.dataset.testid ?? node.outerHTML.slice(0, 90)),
  );

// Buttons and words of one panel that lie over each other.
const overlapping = (page: Page) =>
  page.evaluate(() => {
    const all = [...document.querySelectorAll<HTMLElement>('.header button, .header summary, .header select, .panel-head > *, .switches-line > *, .label-row > *, .setup > *')]
      .filter((node) => node.checkVisibility({ visibilityProperty: true }) && node.offsetWidth > 0);
    const found: string[] = [];
    all.forEach((a, i) => {
      for (const b of all.slice(i + 1)) {
        if (a.contains(b) || b.contains(a)) continue;
        const [p, q] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
        const across = Math.min(p.right, q.right) - Math.max(p.left, q.left);
        const down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        if (across > 2 && down > 2) found.push(`${a.outerHTML.slice(0, 60)} over ${b.outerHTML.slice(0, 60)}`);
      }
    });
    return found;
  });

async function openAll(peek: Peek): Promise<void> {
  await peek.at('header-more').click();
  await peek.at('fold').click();
}

test('a phone shows one chart at a time, prompts as a line, and cells that a finger hits', async ({ peek, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await peek.open();
  const fold = peek.at('fold');
  expect((await fold.boundingBox())!.y, 'the header takes a line or two').toBeLessThanOrEqual(96 + 13);
  await expect(fold).toHaveAttribute('aria-expanded', 'false');
  await expect(peek.at('clean')).not.toBeVisible();
  expect((await page.locator('.pair').boundingBox())!.height).toBeLessThan(60);
  const cell = (await peek.at('head-cell').first().boundingBox())!;
  expect(Math.min(cell.width, cell.height)).toBeGreaterThanOrEqual(24);

  await test.step('tabs', async () => {
    const tablist = page.getByRole('tablist', { name: 'Charts' });
    await expect(tablist.locator('[tabindex="0"]'), 'one stop in the tab order').toHaveCount(1);
    await peek.at('tab-attention').focus();
    for (const [name, chart] of Object.entries(TABS)) {
      await expect(peek.at(`tab-${name}`)).toBeFocused();
      await expect(peek.at(`tab-${name}`)).toHaveAttribute('aria-selected', 'true');
      await expect(page.locator(`#${await peek.at(`tab-${name}`).getAttribute('aria-controls')}`)).toBeVisible();
      await expect(peek.at(chart)).toBeVisible();
      const others = Object.values(TABS).filter((other) => other !== chart);
      for (const other of others) await expect(peek.at(other), `${other} beside ${chart}`).not.toBeVisible();
      const [bar, panel] = [(await tablist.boundingBox())!, (await peek.at(chart).boundingBox())!];
      expect(panel.y, 'below the tabs').toBeGreaterThan(bar.y);
      await expectClean(page, `tab ${name}`);
      await page.keyboard.press('ArrowRight');
    }
    await expect(peek.at('tab-attention'), 'around').toBeFocused();
    await page.keyboard.press('End');
    await expect(peek.at('tab-parts')).toBeFocused();
    await page.keyboard.press('Home');
    await expect(peek.at('heatmap')).toBeVisible();
  });

  await test.step('prompts unfold, and fold again', async () => {
    await fold.click();
    await expect(peek.at('clean')).toBeVisible();
    await expect(peek.at('next-clean'), 'what comes next belongs to them').toBeVisible();
    await peek.at('clean').fill('');
    await fold.click();
    await expect(peek.at('clean'), 'a prompt that is missing is not folded away').toBeVisible();
    await peek.preset('capital');
    await peek.settled();
    await expect(peek.at('clean')).not.toBeVisible();
    await expect(fold).toContainText('capital of');
  });

  await test.step('the rest of the header', async () => {
    await expect(peek.at('theme-dark')).not.toBeVisible();
    await peek.at('header-more').click();
    for (const id of ['model', 'models-open', 'backend', 'theme-dark', 'share', 'save', 'open', 'copy-code', 'present', 'keys-open', 'self-test-open']) {
      await expect(peek.at(id), id).toBeVisible();
    }
    await expectClean(page, 'the whole header');
    await expectNoSideways(page);
    await peek.at('header-more').click();
    await expect(peek.at('theme-dark')).not.toBeVisible();
  });

  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(page.getByRole('tablist')).toHaveCount(0);
  await expect(fold).not.toBeVisible();
  for (const chart of Object.values(TABS)) await expect(peek.at(chart), chart).toBeVisible();
  await expect(peek.at('clean')).toBeVisible();
});

test('sixteen heads a layer are scrolled on a phone rather than too small to hit', async ({ peek, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await peek.open();
  await peek.pick(deepModel(16));
  await expect(peek.at('model-line')).toContainText(`${LAYERS} layers × 16 heads`);
  await peek.settled();
  const cell = (head: string) => page.locator(`[data-testid=head-cell][data-head=${head}]`);
  const { width, height } = (await cell('L3H7').boundingBox())!;
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
  await expectNoSideways(page);
  const room = (await page.locator('.chart-room.scrolled').boundingBox())!;
  expect(room.x + room.width, 'the grid stays in its panel').toBeLessThanOrEqual(390);
  // The keyboard brings what it goes to into sight; what is drawn there is what the cell says.
  await expect(cell('L2H15')).not.toBeInViewport({ ratio: 1 });
  await cell('L2H0').focus();
  await page.keyboard.press('End');
  await expect(cell('L2H15')).toBeFocused();
  await expect(cell('L2H15')).toBeInViewport({ ratio: 1 });
  const tip = peek.at('grid-panel').getByTestId('tip');
  await expect(tip.locator('strong')).toHaveText('L2H15');
  const said = (await tip.boundingBox())!;
  expect([said.x >= room.x, said.x + said.width <= room.x + room.width + 1], 'the tooltip is seen whole').toEqual([true, true]);
  await page.keyboard.press('Enter');
  await peek.attended();
  await expect(peek.at('attention')).toHaveAttribute('data-head', 'L2H15');
  await expectClean(page, 'a grid that is scrolled');
  expect(await smallTargets(page)).toEqual([]);

  for (const width of [768, 1024, 1241, 1280, 1440, 1661]) {
    await page.setViewportSize({ width, height: 900 });
    await expect(page.locator('.chart-room.scrolled'), `${width} px`).toHaveCount(0);
    expect((await cell('L3H7').boundingBox())!.width, `${width} px`).toBeGreaterThanOrEqual(24);
    await expectNoSideways(page);
  }

  // As many as GPT-2 small has stand beside the bars.
  await peek.pick(deepModel(12));
  await expect(peek.at('model-line')).toContainText(`${LAYERS} layers × 12 heads`);
  await peek.settled();
  for (const width of [1241, 1280, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await expect(page.locator('.chart-room.scrolled'), `${width} px`).toHaveCount(0);
    expect((await cell('L3H7').boundingBox())!.width, `${width} px`).toBeGreaterThanOrEqual(24);
    const [grid, bars] = [(await peek.at('grid-canvas').boundingBox())!, (await peek.at('bars-canvas').boundingBox())!];
    expect(bars.x, `${width} px`).toBeGreaterThan(grid.x + grid.width);
  }
});

test.afterAll(removeModels);

test('whatever can be pressed can be hit', async ({ peek, page }) => {
  await peek.open();
  await peek.at('parts-open').click();
  await peek.at('alignment-toggle').click();
  await page.locator('[data-testid=head-cell][data-head=L1H1]').click({ modifiers: ['Control'] });
  await peek.at('sets').locator('> summary').click();
  await expect(peek.at('parts')).toHaveAttribute('data-phase', 'done');
  for (const width of [1440, 1024, 768, 390]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await smallTargets(page), `${width} px`).toEqual([]);
  }
});

// A window of 1280 by 720 at 200 %, and 320 px (1280 at 400 %: WCAG 2.2, 1.4.10).
for (const [name, width, height] of [['200 %', 640, 360], ['400 %', 320, 256]] as const) {
  test(`nothing is lost at ${name}`, async ({ browser, baseURL, peek: wide }) => {
    await wide.open();
    const ids = (page: Page) =>
      page.locator('[data-testid]').evaluateAll((all) =>
        all.filter((node) => node.matches('button, select, input, textarea, summary') && node.checkVisibility()).map((node) => (node as HTMLElement).dataset.testid!),
      );
    const wanted = new Set(await ids(wide.page));
    const context = await browser.newContext({ baseURL, viewport: { width, height }, deviceScaleFactor: 2, serviceWorkers: 'block' });
    const page = await context.newPage();
    const peek = new Peek(page);
    await peek.open();
    await openAll(peek);
    const seen = new Set<string>();
    for (const tab of Object.keys(TABS)) {
      await peek.at(`tab-${tab}`).click();
      for (const id of await ids(page)) seen.add(id);
      await expectNoSideways(page);
      expect(await cutOff(page), `${tab}: cut off`).toEqual([]);
      expect(await overlapping(page), `${tab}: overlapping`).toEqual([]);
    }
    expect([...wanted].filter((id) => !seen.has(id)), 'controls that are not there').toEqual([]);
    // Whatever has the focus comes into sight: nothing that sticks to the window hides it.
    await peek.at('set-run').or(peek.at('sets').locator('> summary')).first().focus();
    await expect(peek.at('sets').locator('> summary')).toBeInViewport();
    await context.close();
  });
}

test('nothing moves for whoever wants no motion', async ({ peek, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await peek.open();
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter((node) => {
        const { transitionDuration, animationName } = getComputedStyle(node);
        return animationName !== 'none' || transitionDuration.split(',').some((time) => parseFloat(time) > 0);
      })
      .map((node) => node.outerHTML.slice(0, 80)),
  );
  expect(moving).toEqual([]);
});
