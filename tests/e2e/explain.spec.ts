// Every chart says what it is: a sentence below its title, and more behind a question mark.
import { axe } from './support/axe';
import { expect, test } from './support/fixtures';

// On a phone, where each of them is.
const TABS: Record<string, string> = { next: 'fold', 'top-heads': 'tab-top-heads', attention: 'tab-attention', lens: 'tab-lens', parts: 'tab-parts' };
const CHARTS = ['next', 'grid', 'positions', 'unit-set', 'top-heads', 'attention', 'lens', 'parts', 'sets'];

for (const [width, theme] of [[1440, 'light'], [1024, 'dark'], [390, 'light']] as const) {
  test(`each chart is explained on demand: ${width} px, ${theme}`, async ({ peek, page }) => {
    test.setTimeout(240_000);
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await peek.open();
    await peek.at('setup-at').selectOption('grid');
    await page.locator('[data-testid=head-cell]').first().click({ modifiers: ['Control'] });
    await peek.at('sets').locator('> summary').click();
    await expect(peek.at('about-positions')).toHaveCount(1);
    await expect(page.locator('.more'), 'each of them is looked at here').toHaveCount(CHARTS.length);
    for (const chart of CHARTS) {
      const [mark, text] = [peek.at(`about-${chart}`), peek.at(`about-${chart}-text`)];
      await peek.unfold(TABS[chart] ?? 'fold');
      await mark.focus();
      await page.keyboard.press('Enter');
      await expect(text).toBeVisible();
      expect(await text.locator('p').count(), 'words and a formula').toBeGreaterThanOrEqual(2);
      await expect(text.locator('.formula').first()).not.toBeEmpty();
      const box = (await text.boundingBox())!;
      expect(box.x, `${chart} begins in the window`).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width, `${chart} ends in the window`).toBeLessThanOrEqual(width);
      const { violations } = await axe(page).include('.more[open]').analyze();
      expect(violations.map(({ id, nodes }) => `${chart}: ${id}: ${nodes[0].target}`)).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(text).not.toBeVisible();
      await expect(mark).toBeFocused();
    }
    await expect(page.locator('.panel:has(canvas) .help').first()).toBeVisible();
  });
}
