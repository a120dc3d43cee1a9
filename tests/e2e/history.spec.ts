// Undo and redo of what a user changes, and the list of keys.
import { axe } from './support/axe';
import { expect, test } from './support/fixtures';
import { CPU, expectClose } from './support/numbers';
import { NOTEBOOK_PAIR } from './support/presets';

test('changes are taken back and done again, with their numbers', async ({ peek, page }) => {
  await peek.open();
  const [undo, redo] = [peek.at('undo'), peek.at('redo')];
  await expect(undo).toHaveAttribute('aria-disabled', 'true');
  const first = await peek.deltas();

  await peek.at('answer').fill(' Emily');
  await peek.settled();
  const second = await peek.deltas();
  expect(second).not.toEqual(first);
  await peek.preset('capital');
  await peek.settled();
  const third = await peek.deltas();

  await expect(undo).toHaveAccessibleName('Undo: the preset');
  await undo.click();
  await peek.settled();
  await expect(peek.at('clean')).toHaveValue(NOTEBOOK_PAIR.clean);
  await expect(peek.at('answer')).toHaveValue(' Emily');
  expectClose(await peek.deltas(), second, CPU, 'the second');
  await expect(undo, 'the focus stays').toBeFocused();
  await page.keyboard.press('Control+z');
  await peek.settled();
  await expect(peek.at('answer')).toHaveValue(NOTEBOOK_PAIR.answer);
  expectClose(await peek.deltas(), first, CPU, 'the first');
  await expect(undo).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Control+z');
  await expect(peek.at('answer')).toHaveValue(NOTEBOOK_PAIR.answer);

  await page.keyboard.press('Control+Shift+z');
  await page.keyboard.press('Control+y');
  await peek.settled();
  expectClose(await peek.deltas(), third, CPU, 'the third');
  await expect(redo).toHaveAttribute('aria-disabled', 'true');
});

test('prompts change places with one click, and tokens are marked where they differ', async ({ peek, page }) => {
  await peek.open();
  await peek.preset('indirect-object');
  await peek.settled();
  const marked = (strip: string) => peek.at(strip).locator('.changed').evaluateAll((all) => all.map((chip) => (chip as HTMLElement).dataset.text));
  expect([await marked('clean-tokens'), await marked('corrupt-tokens')]).toEqual([[' John'], [' Mary']]);
  const [clean, corrupt] = [await peek.at('clean').inputValue(), await peek.at('corrupt').inputValue()];
  await peek.at('swap').click();
  await expect(peek.at('clean')).toHaveValue(corrupt);
  await expect(peek.at('corrupt')).toHaveValue(clean);
  await peek.settled();
  expect([await marked('clean-tokens'), await marked('corrupt-tokens')]).toEqual([[' Mary'], [' John']]);
  await expect(peek.at('undo')).toHaveAccessibleName('Undo: swapping the prompts');
  // Two names that change places: what lies between them is the same.
  await peek.at('clean').fill('Mary had a dog and John had a cat. The dog of');
  await peek.at('corrupt').fill('John had a dog and Mary had a cat. The dog of');
  await peek.settled();
  expect([await marked('clean-tokens'), await marked('corrupt-tokens')]).toEqual([['Mary', ' John'], ['John', ' Mary']]);
  await expect(page.locator('.changed')).toHaveCount(4);
});

test('the lens has a way to show the two prompts, while it does not', async ({ peek }) => {
  await peek.open();
  await peek.at('clean').fill('Who wrote Persuasion?');
  await peek.settled();
  await peek.at('lens-add-pair').click();
  await peek.settled();
  await expect(peek.at('lens-prompt-5')).toHaveValue('Who wrote Persuasion?');
  await expect(peek.at('lens-prompt-6')).toHaveValue(NOTEBOOK_PAIR.corrupt);
  await expect(peek.at('lens-add-pair')).not.toBeVisible();
  await peek.at('undo').click();
  await expect(peek.at('lens-row')).toHaveCount(5);
  await expect(peek.at('lens-add-pair')).toBeVisible();
  await peek.settled();
});

test('a text that has the focus takes back its own letters', async ({ peek, page }) => {
  await peek.open();
  const cell = peek.page.locator('[data-testid=head-cell][data-head=L1H1]');
  await cell.click();
  await expect(peek.at('unpin')).toBeVisible();
  await peek.at('answer').click();
  await page.keyboard.type('s');
  await page.keyboard.press('Control+z');
  await expect(peek.at('answer')).toHaveValue(NOTEBOOK_PAIR.answer);
  await expect(peek.at('unpin'), 'what was changed before stays').toBeVisible();
});

test('a question mark lists the keys, and Escape leaves the list alone', async ({ peek, page }) => {
  await peek.open();
  await peek.page.locator('[data-testid=head-cell][data-head=L1H1]').click();
  await peek.at('answer').click();
  await page.keyboard.type('?');
  await expect(peek.at('keys'), 'a question mark in a text is one').not.toBeVisible();
  await page.keyboard.press('Backspace');
  await peek.at('undo').focus();
  await page.keyboard.press('?');
  await expect(peek.at('keys')).toBeVisible();
  await expect(peek.at('keys')).toContainText('Takes the head into a set');
  const { violations } = await axe(page).include('#keys').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(peek.at('keys')).not.toBeVisible();
  await expect(peek.at('unpin'), 'the head stays pinned').toBeVisible();
});

test('a reload, and the way back to the page, lose nothing', async ({ peek, page }) => {
  await peek.open();
  await peek.preset('capital');
  await peek.at('answer').fill(' Rome');
  await peek.at('quantity-rank').click();
  await peek.page.locator('[data-testid=head-cell][data-head=L1H1]').click();
  await peek.settled();
  const [clean, before] = [await peek.at('clean').inputValue(), await peek.deltas()];
  const expectAll = async () => {
    await peek.settled();
    await expect(peek.at('clean')).toHaveValue(clean);
    await expect(peek.at('answer')).toHaveValue(' Rome');
    await expect(peek.at('quantity-rank')).toHaveAttribute('aria-pressed', 'true');
    await expect(peek.at('unpin')).toHaveAccessibleName('Unpin L1H1');
    expectClose(await peek.deltas(), before, CPU, 'the scores');
  };
  await page.reload();
  await expectAll();
  await page.goto('about:blank');
  await page.goBack();
  await expectAll();

  // Opened by its bare address it begins anew; the way forward to it keeps what was changed since.
  await page.goto('about:blank');
  await peek.open('./');
  await peek.at('clean').fill('Who wrote Persuasion?');
  await peek.settled();
  await page.goBack();
  expect(page.url()).toBe('about:blank');
  await page.goForward();
  await peek.settled();
  await expect(peek.at('clean')).toHaveValue('Who wrote Persuasion?');

  // An address that was opened is older than what was changed since.
  await page.goto('about:blank');
  await peek.open('./#v1.c=Who+wrote+Emma%3F&x=Who+wrote+Jane+Eyre%3F&a=+Jane&lp=Who+wrote+Emma%3F&la=+Jane&bos=1');
  await expect(peek.at('clean'), 'opened anew, the address counts').toHaveValue('Who wrote Emma?');
  await peek.at('clean').fill('Who wrote Ivanhoe?');
  await page.reload();
  await peek.settled();
  await expect(peek.at('clean')).toHaveValue('Who wrote Ivanhoe?');
});
