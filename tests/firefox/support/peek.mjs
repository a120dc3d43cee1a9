// The page as a user and a screen reader have it.
import { PATIENCE } from './numbers.mjs';

export const of = (testid) => `[data-testid="${testid}"]`;
export const headCell = (head) => `${of('head-cell')}[data-head="${head}"]`;

export class Peek {
  constructor(page) {
    this.page = page;
  }

  // Waits until a part of the page has these values in its `data-` attributes.
  async shows(testid, data) {
    await this.page.waitForFunction(
      (selector, data) => {
        const part = document.querySelector(selector);
        return part !== null && Object.entries(data).every(([name, value]) => part.dataset[name] === value);
      },
      { timeout: PATIENCE },
      of(testid),
      data,
    );
  }

  // Waits until scores, curves and heatmap are those of what is typed.
  async settled() {
    await this.shows('engine', { state: 'ready' });
    await this.shows('grid-panel', { stale: 'false', phase: 'done' });
    await this.shows('lens', { phase: 'done' });
    await this.shows('attention', { stale: 'false', phase: 'done' });
  }

  // Puts a text into a field key by key, in place of the one that is there.
  async type(testid, text) {
    await this.page.focus(of(testid));
    await this.page.$eval(of(testid), (field) => field.select());
    await this.page.keyboard.type(text);
  }

  async click(testid) {
    await this.page.click(of(testid));
  }

  text(testid) {
    return this.page.$eval(of(testid), (part) => part.textContent.trim());
  }

  value(testid) {
    return this.page.$eval(of(testid), (field) => field.value);
  }

  // A `data-` attribute of each such part, in the page's order.
  data(selector, ...names) {
    return this.page.$$eval(
      selector,
      (parts, names) => parts.map((part) => Object.fromEntries(names.map((name) => [name, part.dataset[name]]))),
      names,
    );
  }

  // The heatmap's table, a row a query.
  pattern() {
    return this.page.$$eval(`${of('attention-table')} tr[data-query]`, (rows) =>
      rows.map((row) => [...row.querySelectorAll('[data-weight]')].map((cell) => Number(cell.dataset.weight))),
    );
  }

  // The middle of the first such part, in pixels of the window.
  async middle(selector) {
    return this.page.$eval(selector, (part) => {
      part.scrollIntoView({ block: 'center' });
      const { x, y, width, height } = part.getBoundingClientRect();
      return [x + width / 2, y + height / 2];
    });
  }

  // Red, green and blue that are painted there on a canvas.
  painted(canvas, [x, y]) {
    return this.page.$eval(
      of(canvas),
      (canvas, x, y) => {
        const place = canvas.getBoundingClientRect();
        const scale = canvas.width / place.width;
        const at = [(x - place.x) * scale, (y - place.y) * scale].map(Math.floor);
        return [...canvas.getContext('2d').getImageData(...at, 1, 1).data].slice(0, 3);
      },
      x,
      y,
    );
  }
}
