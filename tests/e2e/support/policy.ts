// What the page's content policy had to refuse.
import type { Page } from '@playwright/test';

// To be called before the page is opened.
export async function watchPolicy(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const refused: string[] = [];
    addEventListener('securitypolicyviolation', (event) =>
      refused.push(`${event.effectiveDirective} ${event.blockedURI}`),
    );
    Object.assign(window, { refused });
  });
}

export function refused(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { refused: string[] }).refused);
}

// Tries everything that the policy is there to refuse, and returns what happened.
export function attack(page: Page): Promise<Record<string, boolean>> {
  return page.evaluate(async () => {
    const window_ = window as unknown as { ran?: boolean };
    const done: Record<string, boolean> = {};
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    done['an inline script'] = window_.ran === true;
    // In a task of the page's own: what the test itself runs may use `eval` whatever the policy says.
    done.eval = await new Promise<boolean>((resolve) =>
      setTimeout(() => {
        try {
          resolve((0, eval)('1 + 1') === 2);
        } catch {
          resolve(false);
        }
      }),
    );
    const box = document.createElement('div');
    box.innerHTML = '<p style="margin-left: 77px">x</p>';
    document.body.append(box);
    done['a style attribute'] = getComputedStyle(box.firstElementChild!).marginLeft === '77px';
    const sheet = document.createElement('style');
    sheet.textContent = '#attack { margin-left: 77px }';
    box.id = 'attack';
    document.head.append(sheet);
    done['an inline style sheet'] = getComputedStyle(box).marginLeft === '77px';
    done['a plain http address'] = await fetch('http://192.0.2.1/').then(() => true, () => false);
    const base = document.createElement('base');
    base.href = 'https://example.org/';
    document.head.append(base);
    done['another base'] = document.baseURI.startsWith('https://example.org');
    for (const added of [script, box, sheet, base]) added.remove();
    return done;
  });
}

// The directives that must have spoken up against `attack`.
export const ATTACKED = ['base-uri', 'connect-src', 'script-src', 'script-src-elem', 'style-src-attr', 'style-src-elem'];
