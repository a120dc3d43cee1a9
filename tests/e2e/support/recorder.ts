// Notes down every state that the page shows, so that a wrong one that lasts a frame is seen too.
import type { Page } from '@playwright/test';

export type Shown = {
  typed: string;
  stale: boolean;
  phase: string;
  // By head; a head without a score is left out.
  deltas: Record<string, number>;
  sentence: string;
  // Whether what belongs to older texts is marked as such.
  dimmed: boolean;
};

// Starts noting; every change of the page is followed by a look at it.
export async function record(page: Page): Promise<void> {
  await page.evaluate(() => {
    const get = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
    const states: unknown[] = [];
    let last = '';
    const look = () => {
      const [panel, clean, sentence] = [get('grid-panel'), get('clean') as HTMLTextAreaElement | null, get('sentence')];
      if (!panel || !clean || !sentence) return;
      const deltas: Record<string, number> = {};
      for (const cell of document.querySelectorAll<HTMLElement>('[data-testid="head-cell"]')) {
        if (cell.dataset.delta !== undefined) deltas[cell.dataset.head!] = Number(cell.dataset.delta);
      }
      const state = {
        typed: clean.value,
        // The page may draw a panel and what is in it in two turns: each says of itself whether it is out of date.
        stale: panel.dataset.stale === 'true' || get('head-grid')?.dataset.stale === 'true',
        phase: panel.dataset.phase,
        deltas,
        sentence: sentence.textContent,
        dimmed: sentence.classList.contains('stale') && document.querySelector('.next-tables.stale') !== null,
      };
      const text = JSON.stringify(state);
      if (text !== last) states.push(state);
      last = text;
    };
    // Called once a batch of changes is complete, before the browser paints it.
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    Object.assign(window, { recordedStates: states });
  });
}

export function recorded(page: Page): Promise<Shown[]> {
  return page.evaluate(() => (window as unknown as { recordedStates: Shown[] }).recordedStates);
}
