// The page in some state, looked at in a wide window and on a phone, and always the same way.
import { expect, type Page } from '@playwright/test';
import { expectClean, type Part } from './axe';

export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

// What stands in a panel besides its heading and its switches: words, a chart, or the shape of one.
async function expectNothingBlank(page: Page, state: string): Promise<void> {
  const blank = await page.locator('.panel').evaluateAll((panels) =>
    panels
      .filter((panel) => panel.checkVisibility({ visibilityProperty: true }))
      .filter((panel) => {
        // What is closed has nothing to show yet.
        if (panel.querySelector(':scope > details:not([open])')) return false;
        const all = [...panel.querySelectorAll<HTMLElement>('p, canvas, table, textarea, .fold, [class*="-waiting"], .strip.waiting span')];
        return !all.some((part) => part.checkVisibility() && part.offsetHeight > 0);
      })
      .map((panel) => panel.className),
  );
  expect.soft(blank, `${state}: blank panels`).toEqual([]);
}

export async function look(page: Page, state: string, part: Part = {}): Promise<void> {
  for (const size of [WIDE, PHONE]) {
    await page.setViewportSize(size);
    const name = `${state}, ${size.width} px`;
    await expectClean(page, name, part);
    if (!part.within) await expectNothingBlank(page, name);
    const [inner, wide] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
    expect.soft(wide, `${name}: nothing runs out of the window`).toBeLessThanOrEqual(inner);
  }
  await page.setViewportSize(WIDE);
}
