// Lessons: taken with the keyboard alone, opened at any step by an address, and left with everything as it was.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { axe } from './support/axe';
import { expect, test } from './support/fixtures';
import type { Peek } from './support/peek';
import { DIST, serveBelow } from './support/site';

type Step = { title: string; points_at?: string; question?: { kind: string; rule?: string; right?: string; choices?: string[] } };
type Lesson = { id: string; title: string; steps: Step[] };

const folder = join(DIST, 'lessons');
const LESSONS: Lesson[] = readdirSync(folder)
  .filter((file) => file !== 'index.json')
  .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));

const lesson = (id: string) => LESSONS.find((lesson) => lesson.id === id)!;
const focused = (page: Page) => page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.testid ?? '');

async function tabTo(page: Page, testid: string, key = 'Tab'): Promise<void> {
  for (let i = 0; i < 20; i++) {
    if ((await focused(page)) === testid) return;
    await page.keyboard.press(key);
  }
  throw new Error(`Tab does not reach ${testid}`);
}

async function opened(peek: Peek, id: string, step: number): Promise<void> {
  await expect(peek.at('lesson')).toHaveAttribute('data-lesson', id);
  await expect(peek.at('lesson')).toHaveAttribute('data-step', String(step));
  await expect(peek.at('lesson-heading')).toContainText(lesson(id).steps[step - 1].title);
  await expect(peek.at('lesson-heading')).toBeFocused();
}

async function expectNothing(page: Page, ...within: string[]): Promise<void> {
  const builder = within.reduce((builder, part) => builder.include(part), axe(page));
  const { violations } = await builder.analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n').at(-1)?.trim()}`),
  );
  expect(found).toEqual([]);
}

test('a whole lesson with the keyboard alone', async ({ peek, page, watch }) => {
  await peek.open();
  await peek.at('clean').fill('My own prompt?');
  await peek.settled();
  const requests = watch.requests.length;
  const verdict = peek.at('verdict');

  await page.keyboard.press('Shift+Tab');
  await peek.at('lessons').focus();
  await page.keyboard.press('Enter');
  await tabTo(page, 'lesson-pair');
  await page.keyboard.press('Enter');
  await opened(peek, 'pair', 1);
  await expect(peek.at('clean')).toHaveValue(/^When Mary/);
  await peek.settled();

  await test.step('a number: a wrong one, then what the sentence says', async () => {
    const cost = /costs it ([\d.]+) logits/.exec((await peek.at('sentence').textContent())!)![1];
    await tabTo(page, 'lesson-answer');
    await page.keyboard.type('100');
    await page.keyboard.press('Enter');
    await expect(verdict).toHaveAttribute('data-verdict', 'wrong');
    await expect(peek.at('live')).toContainText('Not yet. The sentence says it');
    await page.keyboard.press('Control+a');
    await page.keyboard.type(cost);
    // Within the field the arrows are the field's.
    await page.keyboard.press('ArrowRight');
    await tabTo(page, 'lesson-check');
    await page.keyboard.press('Enter');
    await expect(verdict).toHaveAttribute('data-verdict', 'right');
    await expect(peek.at('live')).toContainText('Right.');
  });

  await test.step('a token, with the arrow to the next step', async () => {
    await page.keyboard.press('ArrowRight');
    await opened(peek, 'pair', 2);
    await tabTo(page, 'lesson-answer');
    const [top] = await peek.nextTokens('corrupt');
    await page.keyboard.type(top.text.trim());
    await page.keyboard.press('Enter');
    await expect(verdict).toHaveAttribute('data-verdict', 'right');
  });

  for (const step of [3, 4]) {
    await test.step(`a choice: step ${step}`, async () => {
      await tabTo(page, 'lesson-onward');
      await page.keyboard.press('Enter');
      await opened(peek, 'pair', step);
      await tabTo(page, 'choice-0');
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowDown');
      await expect(peek.at('choice-1')).toBeChecked();
      await page.keyboard.press('Enter');
      await expect(verdict).toHaveAttribute('data-verdict', 'wrong');
      await tabTo(page, 'lesson-reveal');
      await page.keyboard.press('Enter');
      await expect(verdict).toContainText(`The answer is ${lesson('pair').steps[step - 1].question!.right}`);
      await expect(peek.at('lesson-check'), 'the focus goes to what stays').toBeFocused();
    });
  }

  await page.keyboard.press('Shift+Tab');
  await peek.at('lesson-heading').focus();
  await page.keyboard.press('ArrowLeft');
  await opened(peek, 'pair', 3);
  await page.keyboard.press('ArrowRight');
  await opened(peek, 'pair', 4);
  await page.keyboard.press('ArrowRight');
  await expect(peek.at('lesson'), 'an arrow too many does not end it').toHaveAttribute('data-step', '4');
  await tabTo(page, 'lesson-next');
  await page.keyboard.press('Enter');
  await expect(peek.at('lesson')).toHaveCount(0);
  await expect(peek.at('clean')).toHaveValue('My own prompt?');
  await expect(peek.at('lessons'), 'the focus is where it came from').toBeFocused();
  await peek.settled();
  expect(watch.requests.slice(requests).filter((url) => !url.endsWith('icon.svg')), 'nothing is fetched for a lesson').toEqual([]);
});

for (const [width, theme] of [[1440, 'light'], [390, 'light'], [1440, 'dark'], [390, 'dark']] as const) {
  test(`steps of every look are clean under axe, each shows what it points at: ${width} px, ${theme}`, async ({ peek, page }) => {
    test.setTimeout(300_000);
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await peek.open();
    // Steps that point at the same part and ask in the same way differ in words alone.
    const looks = new Set<string>();
    for (const { id, steps } of LESSONS) {
      for (const [i, { points_at, question }] of steps.entries()) {
        await page.evaluate((hash) => (location.hash = hash), `lesson=${id}&step=${i + 1}`);
        await opened(peek, id, i + 1);
        await peek.settled();
        if (looks.size === 0) await expectNothing(page);
        const look = [`points at ${points_at}`, `asks for ${question?.kind}`].filter((look) => !looks.has(look));
        if (look.length > 0) await expectNothing(page, '.lesson', ...(points_at ? ['[data-pointed]'] : []));
        for (const seen of look) looks.add(seen);
        const seen = await page.evaluate(() => {
          const part = document.querySelector('[data-pointed]')?.getBoundingClientRect();
          const sheet = document.querySelector('.lesson')!.getBoundingClientRect();
          const over = part ? Math.min(part.bottom, sheet.top) - Math.max(part.top, 0) : 0;
          return { over, share: part ? over / Math.min(part.height, sheet.top) : 0, sheet: sheet.height, inner: innerWidth, wide: document.documentElement.scrollWidth };
        });
        expect(seen.sheet, 'the sheet leaves more than half of the window').toBeLessThan(450);
        expect(seen.wide, 'nothing runs out of the window').toBeLessThanOrEqual(seen.inner);
        if (points_at) expect(seen.share, `${id}, step ${i + 1}: ${points_at} is in sight`).toBeGreaterThan(0.5);
      }
    }
  });
}

test('what a step points at is seen whole on a small laptop, with the heading of its panel where there is room', async ({ peek, page }) => {
  await page.setViewportSize({ width: 1366, height: 768 });
  for (const [i, { points_at }] of lesson('heads').steps.entries()) {
    await page.goto('about:blank');
    await peek.open(`./#lesson=heads&step=${i + 1}`);
    await opened(peek, 'heads', i + 1);
    await peek.settled();
    const seen = () => page.evaluate(() => {
      const part = document.querySelector('[data-pointed]')!;
      const [{ top, bottom }, panel] = [part.getBoundingClientRect(), part.closest('.panel')!.getBoundingClientRect()];
      const room = document.querySelector('.lesson')!.getBoundingClientRect().top;
      return { top, below: bottom - room, heading: panel.height + 12 <= room ? panel.top : 0 };
    });
    await expect.poll(async () => (await seen()).top, `step ${i + 1}: ${points_at} begins in the window`).toBeGreaterThanOrEqual(0);
    const { below, heading } = await seen();
    expect(below, `step ${i + 1}: ${points_at} ends above the sheet`).toBeLessThanOrEqual(0);
    expect(heading, `step ${i + 1}: the panel's heading is seen`).toBeGreaterThanOrEqual(0);
  }
});

test('whoever is new here is walked around in a minute', async ({ peek }) => {
  await peek.open();
  await peek.at('first-minute').click();
  await opened(peek, 'start', 1);
  await expect(peek.at('first-minute')).toHaveCount(0);
  await peek.at('lesson-leave').click();
  await expect(peek.at('first-minute')).toBeVisible();
  await peek.settled();
});

test('a head that is clicked is the answer, and Escape gives back what was there', async ({ peek, page }) => {
  await peek.open();
  await peek.at('answer').fill(' Emily');
  await peek.at('quantity-rank').click();
  await peek.settled();
  await peek.at('lessons').click();
  await peek.at('lesson-heads').click();
  await opened(peek, 'heads', 1);
  await peek.settled();
  const cells = await peek.cells();
  const weakest = cells.reduce((a, b) => (Math.abs(a.delta!) < Math.abs(b.delta!) ? a : b));
  await page.locator(`[data-testid=head-cell][data-head=${weakest.head}]`).click();
  await expect(peek.at('lesson-answer')).toHaveValue(weakest.head);
  await peek.at('lesson-check').click();
  await expect(peek.at('verdict')).toHaveAttribute('data-verdict', 'wrong');
  const [best] = await peek.topHeads();
  await page.locator(`[data-testid=top-head][data-head=${best.head}]`).click();
  await expect(peek.at('lesson-answer')).toHaveValue(best.head);
  await peek.at('lesson-check').click();
  await expect(peek.at('verdict')).toHaveAttribute('data-verdict', 'right');

  // Wherever the focus is: the pinned head first, then the lesson.
  await peek.at('clean').focus();
  await page.keyboard.press('Escape');
  await expect(peek.at('unpin')).toHaveCount(0);
  await expect(peek.at('lesson')).toHaveCount(1);
  await peek.at('models-open').click();
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog[open]'), 'a dialog takes it').toHaveCount(0);
  await expect(peek.at('lesson')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(peek.at('lesson')).toHaveCount(0);
  await expect(page.locator('[data-pointed]')).toHaveCount(0);
  await expect(peek.at('answer')).toHaveValue(' Emily');
  await expect(peek.at('quantity-rank')).toHaveAttribute('aria-pressed', 'true');
  await peek.settled();
});

test('an address opens a lesson at a step, below any path, and is gone after it', async ({ peek, page, watch, context }) => {
  const site = await serveBelow('/some/path/');
  watch.allowOrigin(new URL(site.address).origin);
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(site.address).origin });
  try {
    await peek.open(`${site.address}#lesson=induction&step=3`);
    await opened(peek, 'induction', 3);
    await expect(peek.at('attention-how')).toHaveText('pinned');
    await peek.at('lesson-back').click();
    await opened(peek, 'induction', 2);
    await peek.at('lesson-link').click();
    await expect(peek.at('lesson-link')).toHaveText('Link copied');
    const link = `${site.address}#lesson=induction&step=2`;
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
    expect(page.url()).toBe(link);
    await page.reload();
    await opened(peek, 'induction', 2);
    // The address of a whole state takes its place.
    await page.evaluate(() => (location.hash = '#v1.c=Who+wrote+Emma%3F&x=Who+wrote+Jane+Eyre%3F&a=+Jane&bos=1'));
    await expect(peek.at('lesson')).toHaveCount(0);
    await expect(peek.at('clean')).toHaveValue('Who wrote Emma?');
    await page.evaluate(() => (location.hash = 'lesson=tokens'));
    await opened(peek, 'tokens', 1);
    await peek.at('lesson-leave').click();
    await expect(peek.at('clean')).toHaveValue('Who wrote Emma?');
    expect(page.url(), 'loading it again would open no lesson').toBe(site.address);
    // That address has no prompts for the lens.
    await peek.scored();
    await peek.attended();
  } finally {
    await page.goto('about:blank');
    await site.close();
  }
});

for (const fragment of ['#lesson=', '#lesson=nobody&step=2', '#lesson=%3Cscript%3Ealert(1)%3C/script%3E', `#lesson=${'a'.repeat(9000)}`, '#lesson=../index&step=1']) {
  test(`an address of no lesson opens a page that works: ${fragment.slice(0, 30)}`, async ({ peek }) => {
    await peek.open(`./${fragment}`);
    await expect(peek.at('keep-notes')).toContainText('There is no lesson of that name');
    await expect(peek.at('lesson')).toHaveCount(0);
    await peek.at('keep-dismiss').click();
  });
}

test('a lesson that somebody wrote opens from its file; a fault is named', async ({ peek, page }) => {
  await peek.open();
  const own = {
    format: 'peek-lesson',
    version: 1,
    id: 'own',
    title: 'My own <b>lesson</b>',
    minutes: 1,
    intro: 'I',
    steps: [{ title: 'One', text: '<img src=x onerror=alert(1)>', points_at: 'grid', setup: { clean: 'Who wrote Emma?', corrupt: 'Who wrote it?', answer: ' Jane' } }],
  };
  const give = (content: string) => peek.at('lesson-file').setInputFiles({ name: 'own.json', mimeType: 'application/json', buffer: Buffer.from(content) });
  await give(JSON.stringify({ ...own, steps: [{ ...own.steps[0], points_at: 'moon' }] }));
  await expect(peek.at('keep-notes')).toContainText('Lesson “own”, step 1: `points_at` cannot be `moon`; it can be prompts');
  await give('{');
  await expect(peek.at('keep-notes')).toContainText('this is no JSON');
  await give(JSON.stringify(own));
  await expect(peek.at('lesson')).toHaveAttribute('data-lesson', 'own');
  await expect(peek.at('keep-notes')).toHaveCount(0);
  await expect(peek.at('lesson-text'), 'markup is text').toContainText('<img src=x onerror=alert(1)>');
  await expect(page.locator('.lesson img, .lesson b')).toHaveCount(0);
  await expect(peek.at('clean')).toHaveValue('Who wrote Emma?');
  await peek.settled();
});
