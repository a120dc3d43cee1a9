// What is pinned within a view: a cell of the lens and the token that it follows, a token's row and column of attention; and a
// text that is continued with what comes next.
import { axe } from './support/axe';
import * as cli from './support/cli';
import { expect, test } from './support/fixtures';
import { CPU, expectClose } from './support/numbers';
import type { Peek } from './support/peek';
import { NOTEBOOK_PAIR } from './support/presets';

async function openLens(peek: Peek): Promise<void> {
  await peek.at('lens-view-positions').click();
  await read(peek);
}

async function read(peek: Peek): Promise<void> {
  await expect(peek.at('lens-positions')).toHaveAttribute('data-phase', 'done');
  await expect(peek.at('lens-positions')).toHaveAttribute('data-stale', 'false');
}

test('a cell of the lens is pinned with its ten tokens, and the grid follows one of them', async ({ peek, page }) => {
  await peek.open();
  await openLens(peek);
  const expected = await cli.lensGrid(NOTEBOOK_PAIR.clean, NOTEBOOK_PAIR.answer);
  const depths = [...expected.depths].reverse();
  const [row, position] = [2, 4];
  const wanted = depths[row].cells[position];
  const cell = peek.at('lens-cells').locator(`[data-at="${row},${position}"]`);
  await cell.click();
  await expect(cell).toHaveAttribute('aria-selected', 'true');
  const list = peek.at('lens-cell');
  await expect(list).toHaveAttribute('data-depth', depths[row].depth);
  await expect(list).toHaveAttribute('data-position', String(position));
  const shown = () => list.locator('li').evaluateAll((items) => items.map((item) => ({ ...(item as HTMLElement).dataset })));
  const tokens = await shown();
  expect(tokens.length).toBe(10);
  expect(tokens[0].token).toBe(String(wanted.top[0].token.id));
  const top = wanted.top.map((one) => one.probability);
  expectClose(tokens.slice(0, top.length).map((one) => Number(one.probability)), top, CPU, 'probabilities');
  const followed = peek.at('lens-cell-followed');
  expectClose([Number(await followed.getAttribute('data-probability'))], [wanted.followed.probability], CPU, 'the answer here');

  await test.step('its second token is followed everywhere', async () => {
    const second = tokens.find((token, i) => i > 0 && /^ \w+$/.test(token.text ?? ''))!;
    await list.locator(`li[data-token="${second.token}"] button`).click();
    await read(peek);
    await expect(peek.at('lens-followed')).toContainText(`follows ·${second.text!.trim()} instead of the answer`);
    await expect(list.locator(`li[data-token="${second.token}"]`)).toHaveClass(/answer/);
    const other = await cli.lensGrid(NOTEBOOK_PAIR.clean, second.text!);
    await peek.at('lens-positions-details').locator('summary').click();
    await expect(peek.at('lens-positions-table')).toBeVisible();
    const cells = await peek.at('lens-positions-table').locator('[data-position]').evaluateAll((cells) =>
      cells.map((cell) => ({ ...(cell as HTMLElement).dataset })),
    );
    const all = [...other.depths].reverse().flatMap((depth) => depth.cells.map((cell) => cell.followed));
    expectClose(cells.map((cell) => Number(cell.probability)), all.map((one) => one.probability), CPU, 'probabilities');
    expectClose(cells.map((cell) => Number(cell.rank)), all.map((one) => one.rank), 1, 'ranks');
    await expect(peek.at('answer'), 'the answer stays').toHaveValue(NOTEBOOK_PAIR.answer);

    const link = await peek.at('share').click().then(() => page.evaluate(() => location.href));
    await page.goto('about:blank');
    await peek.open(link);
    await read(peek);
    await expect(peek.at('lens-followed')).toContainText(second.text!.trim());
    await expect(peek.at('lens-cell')).toHaveAttribute('data-position', String(position));
    await peek.at('lens-follow-answer').click();
    await read(peek);
    await expect(peek.at('lens-followed')).toHaveCount(0);
    await page.keyboard.press('Control+z');
    await expect(peek.at('lens-followed')).toBeVisible();
  });
  const { violations } = await axe(page).include('.lens').analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
});

test('the lens is pinned by keyboard; Escape lets the cell go before the head', async ({ peek, page }) => {
  await peek.open();
  await page.locator('[data-testid=head-cell][data-head=L1H1]').click();
  await openLens(peek);
  await peek.at('lens-cells').locator('[data-at="0,0"]').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const cell = peek.at('lens-cells').locator('[data-at="1,0"]');
  await expect(cell).toHaveAttribute('aria-selected', 'true');
  await expect(peek.at('lens-cell')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(peek.at('lens-cell')).toHaveCount(0);
  await expect(cell, 'the focus stays in the grid').toBeFocused();
  await expect(peek.at('unpin')).toBeVisible();
  await page.keyboard.press(' ');
  await expect(peek.at('lens-cell')).toBeVisible();
  await page.keyboard.press(' ');
  await expect(peek.at('lens-cell'), 'a second time lets go').toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(peek.at('unpin')).toHaveCount(0);
});

test('a text is continued token by token, and taken back', async ({ peek, page }) => {
  await peek.open();
  const clean = peek.at('clean');
  await peek.at('next-click').selectOption('continue');
  let text = NOTEBOOK_PAIR.clean;
  for (let i = 0; i < 2; i++) {
    const first = (await peek.nextTokens('clean')).find((token) => !token.text.includes('\ufffd'))!;
    const button = page.locator(`[data-testid=next-clean] tr[data-token="${first.id}"]`).getByTestId('next-token');
    await expect(button).toHaveAccessibleName(/^Continue the clean prompt with /);
    await button.click();
    text += first.text;
    await expect(clean).toHaveValue(text);
    await peek.settled();
    expect((await peek.tokens('clean')).map((token) => token.text).join('')).toContain(text);
    const reading = await cli.reading(text, NOTEBOOK_PAIR.answer);
    const shown = Number(await peek.at('next-clean').getAttribute('data-answer-probability'));
    expectClose([shown], [reading.probability], CPU, 'the answer after it');
  }
  await expect(peek.at('corrupt'), 'the other prompt stays').toHaveValue(NOTEBOOK_PAIR.corrupt);
  await expect(peek.at('answer')).toHaveValue(NOTEBOOK_PAIR.answer);
  await peek.at('undo').click();
  await peek.at('undo').click();
  await expect(clean).toHaveValue(NOTEBOOK_PAIR.clean);
});

test('a locked token has its row and its column in numbers, until Escape', async ({ peek, page }) => {
  await peek.open();
  const { rows } = await peek.pattern('clean');
  const chips = peek.at('clean-tokens').getByRole('button');
  await chips.nth(3).click();
  const numbers = (id: string) =>
    peek.at(id).locator('li').evaluateAll((items) => items.map((item) => {
      const { position, weight } = (item as HTMLElement).dataset;
      return [Number(position), Number(weight)];
    }));
  const expectLocked = async (token: number, pattern: number[][]) => {
    await expect(peek.at('locked')).toHaveAttribute('data-position', String(token));
    const most = (all: number[][]) => all.sort((a, b) => b[1] - a[1]).slice(0, 8);
    const reads = most(pattern[token].map((weight, key) => [key, weight]));
    const readBy = most(pattern.slice(token).map((row, i) => [token + i, row[token]]));
    expect(await numbers('locked-reads')).toEqual(reads);
    expect(await numbers('locked-read-by')).toEqual(readBy);
  };
  await expectLocked(3, rows);
  await expect(chips.nth(3)).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('.attention .mark-place'), 'its row and its column stay outlined').toHaveCount(2);

  await test.step('by keyboard, and another head with it', async () => {
    await chips.nth(3).focus();
    await page.keyboard.press('ArrowRight');
    await expect(chips.nth(4)).toBeFocused();
    await page.keyboard.press('Enter');
    await expectLocked(4, rows);
    await page.locator('[data-testid=head-cell][data-head=L0H2]').click();
    await peek.attended();
    await expectLocked(4, (await peek.pattern('clean')).rows);
  });

  await test.step('a token of the other prompt brings that prompt’s run', async () => {
    await peek.at('corrupt-tokens').getByRole('button').nth(10).click();
    await expect(peek.at('run-corrupt')).toHaveAttribute('aria-pressed', 'true');
    await expectLocked(10, (await peek.pattern('corrupt')).rows);
  });
  const { violations } = await axe(page).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(peek.at('locked')).toHaveCount(0);
  await expect(peek.at('unpin'), 'the head stays pinned').toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(peek.at('locked')).toBeVisible();
});

test('a token is lit in the prompt that the pointer and the focus go to, and in no other', async ({ peek, page }) => {
  await peek.open();
  await peek.at('run-corrupt').click();
  const chip = (run: string, at: number) => peek.at(`${run}-tokens`).locator(`[data-at="${at}"]`);
  const lit = (run: string) =>
    peek.at(`${run}-tokens`).locator('.lit:not(:has([aria-pressed="true"]))').evaluateAll((chips) =>
      chips.map((one) => (one as HTMLElement).dataset.at),
    );
  await chip('clean', 3).locator('button').focus();
  await expect.poll(() => lit('clean')).toEqual(['3']);
  // By keyboard within the row, then from one row to the other.
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => lit('clean')).toEqual(['4']);
  await chip('corrupt', 5).locator('button').focus();
  await expect.poll(() => lit('corrupt')).toEqual(['5']);
  expect(await lit('clean')).toEqual([]);
  // The pointer comes back to a chip after something else has put its light out.
  await page.mouse.move(0, 0);
  await chip('clean', 5).hover();
  await expect.poll(() => lit('clean')).toEqual(['5']);
  await chip('clean', 6).hover();
  await expect.poll(() => lit('clean')).toEqual(['6']);
  await page.mouse.move(0, 0);
  await expect.poll(() => lit('clean')).toEqual([]);
});
