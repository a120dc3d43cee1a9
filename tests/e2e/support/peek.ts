// The page as a user and a screen reader have it: what tests do and read goes through here.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Pair } from './cli';

export type Cell = { head: string; delta: number | null; normalised: number | null };
export type NextToken = { id: number; text: string; logit: number; rawLogit: number; probability: number };
export type LensCell = { point: string; logit: number; rawLogit: number; probability: number; rank: number };
export type Pattern = { head: string; run: string; rows: number[][] };

export class Peek {
  constructor(readonly page: Page) {}

  at(testid: string): Locator {
    return this.page.getByTestId(testid);
  }

  // Opens the page without waiting for the engine.
  async goto(address = './'): Promise<void> {
    await this.page.goto(address);
    // A phone has it folded away.
    await expect(this.at('clean')).toBeAttached();
  }

  // Opens the page and waits for everything that it shows of its own accord.
  async open(address = './'): Promise<void> {
    await this.goto(address);
    await this.settled();
  }

  // Waits until scores, curves and heatmap are those of what is typed.
  async settled(timeout?: number): Promise<void> {
    await expect(this.at('engine')).toHaveAttribute('data-state', 'ready', { timeout });
    await this.scored(timeout);
    await expect(this.at('lens')).toHaveAttribute('data-phase', 'done', { timeout });
    await this.attended(timeout);
  }

  async scored(timeout?: number): Promise<void> {
    const grid = this.at('grid-panel');
    await expect(grid).toHaveAttribute('data-stale', 'false', { timeout });
    await expect(grid).toHaveAttribute('data-phase', 'done', { timeout });
  }

  async attended(timeout?: number): Promise<void> {
    const panel = this.at('attention');
    await expect(panel).toHaveAttribute('data-phase', 'done', { timeout });
    await expect(panel).toHaveAttribute('data-stale', 'false', { timeout });
  }

  // On a phone: the whole header, the prompts, and one chart of several; elsewhere all of it is there.
  async unfold(...ids: string[]): Promise<void> {
    for (const id of ids) {
      const control = this.at(id);
      if ((await control.isVisible()) && (await control.getAttribute('aria-expanded')) !== 'true') await control.click();
    }
  }

  async preset(id: string): Promise<void> {
    await this.at('presets').click();
    await this.at(`preset-${id}`).click();
  }

  async fillPair(pair: Partial<Pair>): Promise<void> {
    for (const [field, text] of Object.entries(pair)) await this.at(field).fill(text);
  }

  // Gives the file picker's input files, as dropping them on the dialog would.
  async pick(files: Parameters<Locator['setInputFiles']>[0]): Promise<void> {
    await this.at('model-files').setInputFiles(files);
  }

  // Every cell, row by row.
  cells(): Promise<Cell[]> {
    return this.at('head-cell').evaluateAll((cells) => {
      const number = (text: string | undefined) => (text === undefined ? null : Number(text));
      return cells.map((cell) => {
        const { head = '', delta, normalised } = (cell as HTMLElement).dataset;
        return { head, delta: number(delta), normalised: number(normalised) };
      });
    });
  }

  async deltas(): Promise<number[]> {
    return (await this.cells()).map(({ delta }) => delta ?? NaN);
  }

  topHeads(): Promise<Cell[]> {
    return this.at('top-head').evaluateAll((bars) =>
      bars.map((bar) => {
        const { head = '', delta, normalised } = (bar as HTMLElement).dataset;
        return { head, delta: Number(delta), normalised: normalised === undefined ? null : Number(normalised) };
      }),
    );
  }

  nextTokens(run: 'clean' | 'corrupt'): Promise<NextToken[]> {
    return this.at(`next-${run}`)
      .locator('tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => {
          const of = (name: string) => Number(row.querySelector(`[data-${name}]`)?.getAttribute(`data-${name}`));
          const { token, text = '' } = (row as HTMLElement).dataset;
          const numbers = { logit: of('logit'), rawLogit: of('raw-logit'), probability: of('probability') };
          return { id: Number(token), text, ...numbers };
        }),
      );
  }

  // The lens' table: a list of points for each prompt, in the list's order.
  lensTable(): Promise<LensCell[][]> {
    return this.at('lens-table')
      .locator('tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) =>
          [...row.querySelectorAll<HTMLElement>('[data-point]')].map(({ dataset }) => ({
            point: dataset.point ?? '',
            logit: Number(dataset.logit),
            rawLogit: Number(dataset.rawLogit),
            probability: Number(dataset.probability),
            rank: Number(dataset.rank),
          })),
        ),
      );
  }

  // The heatmap's table; a row has as many weights as the query has keys before it, itself included.
  async pattern(run: 'clean' | 'corrupt' | 'patched'): Promise<Pattern> {
    await this.at(`run-${run}`).click();
    const table = this.at('attention-table');
    await expect(table).toHaveAttribute('data-run', run);
    return table.evaluate((table) => {
      const rows = [...table.querySelectorAll('tr[data-query]')].map((row) =>
        [...row.querySelectorAll('[data-weight]')].map((cell) => Number(cell.getAttribute('data-weight'))),
      );
      const { head = '', run = '' } = (table as HTMLElement).dataset;
      return { head, run, rows };
    });
  }

  tokens(strip: 'clean' | 'corrupt' | 'answer'): Promise<{ id: number; text: string }[]> {
    return this.at(`${strip}-tokens`)
      .locator('li')
      .evaluateAll((chips) =>
        chips.map((chip) => {
          const { id, text = '' } = (chip as HTMLElement).dataset;
          return { id: Number(id), text };
        }),
      );
  }

  // The colour that is painted in the middle of an element, on a canvas below it: what the user sees of it.
  async paintedAt(canvas: Locator, over: Locator): Promise<[number, number, number]> {
    const box = await over.boundingBox();
    if (!box) throw new Error('nothing to look at');
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    return canvas.evaluate((node, { x, y }) => {
      const canvas = node as HTMLCanvasElement;
      const place = canvas.getBoundingClientRect();
      // A copy: reading pixels back from the page's own canvas would slow it down, and warn of it.
      const copy = document.createElement('canvas');
      [copy.width, copy.height] = [1, 1];
      const context = copy.getContext('2d', { willReadFrequently: true })!;
      const scale = canvas.width / place.width;
      context.drawImage(canvas, -Math.floor((x - place.x) * scale), -Math.floor((y - place.y) * scale));
      const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
      return [r, g, b] as [number, number, number];
    }, middle);
  }
}
