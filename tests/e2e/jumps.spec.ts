// Nothing jumps: not while the page comes, not when results come, and least of all what is typed into or pointed at.
import type { Locator, Page } from '@playwright/test';
import { hold, inWorker, SLOW_ENGINE } from './support/faults';
import { expect, test } from './support/fixtures';
import type { Peek } from './support/peek';

type Shift = { value: number; recent: boolean; sources: string[] };
type WithShifts = Window & { takeShifts: () => Shift[] };

// What web.dev/cls calls good, of a whole visit. Here it is the bound of each phase.
const GOOD = 0.1;

async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    type Entry = PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
      sources: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
    };
    const shifts: Shift[] = [];
    const name = (node: Node | null) => {
      const element = node instanceof Element ? node : node?.parentElement;
      const near = element?.closest<HTMLElement>('[data-testid]');
      return `${element?.nodeName.toLowerCase()}.${element?.className} in ${near?.dataset.testid}`;
    };
    const place = ({ x, y, width, height }: DOMRectReadOnly) => [x, y, width, height].map(Math.round).join(' ');
    const take = (entries: PerformanceEntryList) =>
      shifts.push(
        ...(entries as Entry[]).map(({ value, hadRecentInput, sources }) => ({
          value,
          recent: hadRecentInput,
          sources: sources.map((s) => `${name(s.node)}: ${place(s.previousRect)} -> ${place(s.currentRect)}`),
        })),
      );
    const observer = new PerformanceObserver((list) => take(list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    const takeShifts = () => {
      take(observer.takeRecords());
      return shifts.splice(0);
    };
    Object.assign(window, { takeShifts });
  });
}

// Until what was changed last is on the screen.
const drawn = (page: Page) =>
  page.evaluate(async () => {
    for (let i = 0; i < 3; i++) await new Promise((done) => requestAnimationFrame(done));
  });

async function shifts(page: Page): Promise<Shift[]> {
  await drawn(page);
  return page.evaluate(() => (window as unknown as WithShifts).takeShifts());
}

// The sum over all that has moved since the last time, without what follows a key or a click within half a second.
async function expectCalm(page: Page, phase: string): Promise<void> {
  const all = await shifts(page);
  const counted = all.filter((shift) => !shift.recent);
  const sum = counted.reduce((sum, { value }) => sum + value, 0);
  const moved = all.map(({ value, recent, sources }) => `${value.toFixed(4)}${recent ? ' (after input)' : ''}: ${sources.join('; ')}`);
  expect.soft(sum, `${phase}:\n${moved.join('\n')}`).toBeLessThan(GOOD);
}

// Where something stands in the window. Its height is its own: a text grows with what is typed.
async function corner(what: Locator): Promise<[number, number]> {
  const { x, y } = (await what.boundingBox())!;
  return [Math.round(x), Math.round(y)];
}

const SIZES = [{ width: 1440, height: 900 }, { width: 390, height: 844 }];

for (const size of SIZES) {
  const at = `${size.width} px`;

  test(`the page opens without a jump, the first time and the second: ${at}`, async ({ peek, page }) => {
    await page.setViewportSize(size);
    await watchShifts(page);
    for (const visit of ['first', 'second']) {
      // One after the other, each with time to be painted: what a slow network shows.
      const program = await hold(page, '**/peek_page_bg.wasm');
      const rest = await hold(page, '**/peek_page_rest-*.wasm');
      const engine = await hold(page, '**/engine-cpu/**');
      const model = await hold(page, '**/demo/*');
      await page.goto('./', { waitUntil: 'commit' });
      await expect(page.locator('.layout')).toBeVisible();
      await drawn(page);
      program();
      await expect(peek.at('clean')).toBeAttached();
      await drawn(page);
      rest();
      await expect(peek.at('load-progress')).toBeVisible();
      await drawn(page);
      engine();
      await expect(peek.at('load-progress')).toContainText('Reading');
      await drawn(page);
      model();
      await peek.settled();
      await expectCalm(page, `${visit} visit, ${at}`);
      await page.unrouteAll();
      // Whoever comes back is not greeted once more.
      if (visit === 'first') await peek.at('welcome-close').click();
      else await expect(peek.at('welcome')).toHaveCount(0);
    }
  });

  test(`nothing moves under whoever types: ${at}`, async ({ peek, page }) => {
    await page.setViewportSize(size);
    await watchShifts(page);
    await inWorker(page, SLOW_ENGINE);
    await peek.open();
    await peek.unfold('fold');
    await shifts(page);
    const texts = { clean: ' And who wrote Emma, and who wrote Persuasion?', corrupt: ' Others say Anne.', answer: ' Emily', foil: ' Anne' };
    for (const [field, text] of Object.entries(texts)) {
      await peek.at(field).focus();
      await page.keyboard.press('End');
      const before = await corner(peek.at(field));
      await page.keyboard.type(text, { delay: 30 });
      expect.soft(await corner(peek.at(field)), `${field}, while it is typed into`).toEqual(before);
      await peek.settled();
      await drawn(page);
      expect.soft(await corner(peek.at(field)), `${field}, when results have come`).toEqual(before);
      await expectCalm(page, `results of ${field}, ${at}`);
    }
  });

  test(`a head stays under the pointer: ${at}`, async ({ peek, page }) => {
    await page.setViewportSize(size);
    await watchShifts(page);
    await inWorker(page, SLOW_ENGINE);
    await peek.open();
    await shifts(page);
    for (const head of ['L1H3', 'L2H6']) {
      const cell = page.locator(`[data-testid=head-cell][data-head=${head}]`);
      await cell.scrollIntoViewIfNeeded();
      const before = await corner(cell);
      await cell.hover();
      await expect(peek.at('attention')).toHaveAttribute('data-head', head);
      await peek.attended();
      await drawn(page);
      expect.soft(await corner(cell), `${head}, previewed`).toEqual(before);
      await expectCalm(page, `hover ${head}, ${at}`);
      await cell.click();
      await expect(peek.at('attention-how')).toHaveText('pinned');
      await drawn(page);
      expect.soft(await corner(cell), `${head}, pinned`).toEqual(before);
      await page.keyboard.press('Escape');
      await expect(peek.at('attention-how')).not.toHaveText('pinned');
      await peek.attended();
      await drawn(page);
      expect.soft(await corner(cell), `${head}, no longer`).toEqual(before);
      await expectCalm(page, `pin ${head}, ${at}`);
    }
  });

  test(`a preset comes without a jump: ${at}`, async ({ peek, page }) => {
    await page.setViewportSize(size);
    await watchShifts(page);
    await inWorker(page, SLOW_ENGINE);
    await peek.open();
    await shifts(page);
    for (const preset of ['indirect-object', 'capital', 'notebook-probes', 'notebook-pair']) {
      await peek.preset(preset);
      await peek.settled();
      await expectCalm(page, `preset ${preset}, ${at}`);
    }
  });
}
