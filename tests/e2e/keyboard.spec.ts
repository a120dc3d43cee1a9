// Without a mouse and without sight: the grid's roles and keys, the tab order, axe.
import { axe } from './support/axe';
import { expect, test } from './support/fixtures';

test('the head grid is an ARIA grid that the keyboard moves in', async ({ peek, page }) => {
  await peek.open();
  const grid = page.getByRole('grid', { name: /Head scores/ });
  const rows = await grid.getByRole('row').count();
  const columns = await grid.getByRole('row').first().getByRole('gridcell').count();
  await expect(grid).toHaveAttribute('aria-rowcount', String(rows));
  await expect(grid).toHaveAttribute('aria-colcount', String(columns));
  await expect(grid.locator('[tabindex="0"]'), 'one stop in the tab order').toHaveCount(1);

  const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.head);
  await grid.locator('[tabindex="0"]').focus();
  await page.keyboard.press('Control+Home');
  expect(await focused()).toBe('L0H0');
  const keys: [string, string][] = [
    ['ArrowRight', 'L0H1'],
    ['ArrowDown', 'L1H1'],
    ['ArrowLeft', 'L1H0'],
    ['ArrowLeft', 'L1H0'],
    ['ArrowUp', 'L0H0'],
    ['ArrowUp', 'L0H0'],
    ['End', `L0H${columns - 1}`],
    ['Control+End', `L${rows - 1}H${columns - 1}`],
    ['ArrowRight', `L${rows - 1}H${columns - 1}`],
    ['Home', `L${rows - 1}H0`],
    ['PageUp', 'L0H0'],
    ['ArrowDown', 'L1H0'],
    ['ArrowRight', 'L1H1'],
  ];
  for (const [key, head] of keys) {
    await page.keyboard.press(key);
    expect(await focused(), key).toBe(head);
  }
  const cell = grid.locator('[data-head=L1H1]');
  await expect(cell, 'its name has the number with its sign and unit').toHaveAccessibleName(
    /^L1H1, [+−]?\d+\.\d\d logits, [−\d]+\s%? of the gap$|^L1H1, [+−]?\d+\.\d\d logits/,
  );

  await page.keyboard.press('Enter');
  await expect(cell).toHaveAttribute('aria-selected', 'true');
  await expect(grid.locator('[aria-selected=true]')).toHaveCount(1);
  await expect(peek.at('attention')).toHaveAttribute('data-head', 'L1H1');
  await expect(peek.at('attention-how')).toHaveText('pinned');
  await expect(peek.at('live')).toHaveText('L1H1 pinned.');

  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(peek.at('attention')).toHaveAttribute('data-head', 'L1H2');
  await page.keyboard.press('Escape');
  await expect(grid.locator('[aria-selected=true]')).toHaveCount(0);
  await expect(peek.at('unpin')).toHaveCount(0);
  await expect(grid.locator('[tabindex="0"]')).toHaveCount(1);
});

test('the first stop leads past the header, and menus are walked by arrow keys', async ({ peek, page }) => {
  await peek.open();
  const skip = peek.at('skip');
  await expect(skip).not.toBeInViewport();
  await page.keyboard.press('Tab');
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.locator('.sentence')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.locator('.sentence :focus'), 'what stands there comes next').toHaveCount(1);

  const presets = peek.at('presets');
  await presets.focus();
  await page.keyboard.press('ArrowDown');
  const items = page.locator('.menu[open] .menu-list button');
  const count = await items.count();
  await expect(items.first()).toBeFocused();
  for (const [key, place] of [['ArrowDown', 1], ['ArrowUp', 0], ['ArrowUp', count - 1], ['ArrowDown', 0], ['End', count - 1], ['Home', 0], ['ArrowDown', 1]] as const) {
    await page.keyboard.press(key);
    await expect(items.nth(place), key).toBeFocused();
  }
  await page.keyboard.press('Escape');
  await expect(presets).toBeFocused();
  await expect(items).toHaveCount(0);
});

test('menus of the header lie within the window at any width', async ({ peek, page }) => {
  await peek.open();
  for (const width of [1440, 1366, 1340, 1300, 1260, 1241, 1240, 1024, 768, 390]) {
    await page.setViewportSize({ width, height: 800 });
    for (const menu of ['presets', 'lessons']) {
      await peek.at(menu).click();
      const { x, width: wide } = (await page.locator('.controls .menu[open] .menu-list').boundingBox())!;
      expect(x, `${menu}, ${width} px`).toBeGreaterThanOrEqual(0);
      expect(x + wide, `${menu}, ${width} px`).toBeLessThanOrEqual(width);
      await page.keyboard.press('Escape');
    }
  }
});

test('every control is reached by Tab, and none holds the focus', async ({ peek, page }) => {
  await peek.open();
  // Numbers each control that a mouse could use, those inside of closed menus excepted.
  const controls = await page.evaluate(() => {
    const all = document.querySelectorAll<HTMLElement>(
      'a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary, [tabindex="0"]',
    );
    const usable = [...all].filter((node) => node.tabIndex >= 0 && node.checkVisibility({ visibilityProperty: true }));
    usable.forEach((node, i) => (node.dataset.control = String(i)));
    return usable.map((node) => node.dataset.testid ?? node.id ?? node.outerHTML.slice(0, 80));
  });
  expect(controls.length).toBeGreaterThan(40);
  const reached = new Set<number>();
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  // Once around, and the browser's own stops besides.
  for (let i = 0; i < controls.length + 5; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => (document.activeElement as HTMLElement).dataset.control);
    if (at !== undefined) reached.add(Number(at));
  }
  expect(controls.filter((_, i) => !reached.has(i)), 'controls that Tab does not reach').toEqual([]);
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`axe finds nothing at ${width} px in ${theme}`, async ({ peek, page }) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await peek.open();
      await peek.unfold('fold', 'tab-top-heads');
      await peek.at('top-head').first().click();
      await peek.attended();
      // Sentences beside a field have colours of their own.
      await peek.unfold('tab-lens');
      await peek.at('lens-prompt-1').fill('');
      await expect(peek.at('lens-prompt-1-notes')).toBeVisible();
      const { violations } = await axe(page).analyze();
      const found = violations.flatMap(({ id, help, nodes }) =>
        nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n').at(-1)?.trim()}`),
      );
      expect(found).toEqual([]);
      const [inner, scrolled] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
      expect(scrolled, 'nothing runs out of the window').toBeLessThanOrEqual(inner);
    });
  }
}
