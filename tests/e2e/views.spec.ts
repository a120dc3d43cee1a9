// The further views, each against the terminal: the lens at every position, the parts of the logit, thumbnails of
// patterns, labelled heads.
import type { Page } from '@playwright/test';
import { axe } from './support/axe';
import * as cli from './support/cli';
import { expect, test } from './support/fixtures';
import { CPU, expectClose, sum } from './support/numbers';
import { NOTEBOOK_PAIR } from './support/presets';

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await axe(page).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

test('the lens at every position is that of the terminal', async ({ peek, page }) => {
  await peek.open();
  await peek.at('lens-view-positions').click();
  const view = peek.at('lens-positions');
  const cases: [string, string, string[]][] = [
    ['clean', NOTEBOOK_PAIR.clean, []],
    ['clean', NOTEBOOK_PAIR.clean, ['--mid']],
    ['corrupt', NOTEBOOK_PAIR.corrupt, ['--mid', '--final-scale']],
  ];
  for (const [run, prompt, flags] of cases) {
    await peek.at(`lens-run-${run}`).click();
    await peek.at('lens-mid').setChecked(flags.includes('--mid'));
    await peek.at('lens-final').setChecked(flags.includes('--final-scale'));
    await expect(view).toHaveAttribute('data-phase', 'done');
    await expect(view).toHaveAttribute('data-stale', 'false');
    const details = peek.at('lens-positions-details');
    if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
    const expected = await cli.lensGrid(prompt, NOTEBOOK_PAIR.answer, ...flags);
    const rows = await peek.at('lens-positions-table').locator('tbody tr').evaluateAll((rows) =>
      rows.map((row) => ({
        depth: (row as HTMLElement).dataset.depth,
        cells: [...row.querySelectorAll<HTMLElement>('[data-position]')].map(({ dataset }) => ({ ...dataset })),
      })),
    );
    // The output is on top.
    const depths = [...expected.depths].reverse();
    expect(rows.map((row) => row.depth)).toEqual(depths.map((row) => row.depth));
    const cells = rows.flatMap((row) => row.cells);
    const wanted = depths.flatMap((row) => row.cells);
    const of = (name: string) => cells.map((cell) => Number(cell[name]));
    expectClose(of('probability'), wanted.map((cell) => cell.followed.probability), CPU, 'probabilities');
    expectClose(of('rank'), wanted.map((cell) => cell.followed.rank), 1, 'ranks');
    expectClose(of('entropy'), wanted.map((cell) => cell.entropy), 1e-3, 'entropies');
    const same = cells.filter((cell, i) => Number(cell.topId) === wanted[i].top[0].token.id).length;
    expect(same, 'the same token first, but for ties').toBeGreaterThanOrEqual(cells.length - 1);
  }
  // Of the corrupt prompt, which is longer than there is room for, the last positions are shown first.
  const at = (column: number) => peek.at('lens-cells').locator(`[data-at="0,${column}"]`);
  const last = (await peek.tokens('corrupt')).length - 1;
  await expect(at(last)).toBeInViewport();
  await expect(at(0)).toHaveCount(0);
  await peek.at('lens-first').fill('0');
  await expect(at(0)).toBeInViewport();
  await at(0).focus();
  const tip = peek.at('lens').getByTestId('tip');
  await expect(tip.locator('dt')).toContainText(['followed', 'entropy', '1', '10']);
  await page.keyboard.press('ArrowRight');
  await expect(at(1)).toBeFocused();
  await expectAccessible(page);
});

test('the parts sum to the logit, and effects are those of the terminal', async ({ peek, page }) => {
  await peek.open();
  await peek.at('parts-open').click();
  const panel = peek.at('parts');
  await expect(panel).toHaveAttribute('data-phase', 'done');
  const expected = await cli.attribute(NOTEBOOK_PAIR);
  const said = peek.at('parts-sum');
  const [total, logit] = [Number(await said.getAttribute('data-sum')), Number(await said.getAttribute('data-logit'))];
  expectClose([total, logit], [expected.sum, expected.logit], 1e-3, 'sum and logit');
  expectClose([total], [logit], 1e-3, 'the sum is the logit');
  const tables = panel.locator('.table-of > summary');
  await tables.focus();
  await page.keyboard.press('Enter');
  await expect(peek.at('effects-table')).toBeVisible();
  await expect(tables, 'what was made leaves the focus').toBeFocused();
  const parts = await peek.at('parts-table').locator('[data-part]').evaluateAll((rows) =>
    rows.map((row) => [row.getAttribute('data-part')!, Number(row.getAttribute('data-share'))] as const),
  );
  const shares = new Map(parts);
  expectClose(expected.parts.map((part) => shares.get(part.name) ?? NaN), expected.parts.map((part) => part.share), CPU, 'parts');
  const effects = await peek.at('effects-table').locator('[data-head]').evaluateAll((rows) =>
    rows.map((row) => ['data-head', 'data-direct', 'data-patching'].map((name) => row.getAttribute(name)!)),
  );
  expect(effects.map(([head]) => head)).toEqual(expected.effects.map((effect) => effect.head));
  expectClose(effects.map(([, direct]) => Number(direct)), expected.effects.map((e) => e.direct), CPU, 'direct effects');
  expectClose(effects.map(([, , patch]) => Number(patch)), expected.effects.map((e) => e.patching), CPU, 'patching effects');

  // The grid of heads: pointing at its middle tells of a head, and a click pins that one.
  const grid = peek.at('parts-heads');
  const box = (await grid.boundingBox())!;
  const middle = { x: box.width * 0.5, y: box.height * 0.4 };
  await grid.hover({ position: middle });
  const tip = panel.getByTestId('tip').first();
  const head = (await tip.locator('strong').first().textContent())!;
  const writes = expected.parts.find((part) => part.name === head)!.share;
  const text = (await tip.textContent())!.replace('−', '-');
  const shown = Number(/writes([+-]?\d+\.\d\d)/.exec(text)?.[1]);
  expectClose([shown], [writes], 0.005 + CPU, `what ${head} writes`);
  await grid.click({ position: middle });
  await expect(peek.at('attention')).toHaveAttribute('data-head', head);
  await expectAccessible(page);
});

test('with a foil the parts are of the difference', async ({ peek }) => {
  await peek.open();
  await peek.at('parts-open').click();
  await peek.at('foil').fill(' Emily');
  await peek.at('setup-metric').selectOption('logit_diff');
  await peek.scored();
  const panel = peek.at('parts');
  await expect(panel).toHaveAttribute('data-phase', 'done');
  await expect(panel).toHaveAttribute('data-stale', 'false');
  const expected = await cli.attribute(NOTEBOOK_PAIR, ' Emily');
  const said = peek.at('parts-sum');
  await expect(said).toContainText('minus the foil');
  await expect(peek.at('scatter')).toBeVisible();
  const numbers = ['data-sum', 'data-logit'].map(async (name) => Number(await said.getAttribute(name)));
  expectClose(await Promise.all(numbers), [expected.sum, expected.logit], 1e-3, 'sum and difference');
  await panel.locator('.table-of > summary').click();
  await expect(peek.at('effects-table')).toBeVisible();
  const effects = await peek.at('effects-table').locator('[data-head]').evaluateAll((rows) =>
    rows.flatMap((row) => ['data-direct', 'data-patching'].map((name) => Number(row.getAttribute(name)))),
  );
  expectClose(effects, expected.effects.flatMap((effect) => [effect.direct, effect.patching]), CPU, 'effects');
  // Scores of something else are no patching effects: no point is drawn of them.
  await peek.at('setup-site').selectOption('v');
  await peek.scored();
  await expect(peek.at('scatter')).toHaveCount(0);
  await expect(peek.at('effects-table').locator('[data-patching]')).toHaveCount(0);
  await expect(peek.at('effects-table').locator('[data-direct]')).toHaveCount(expected.effects.length);
});

test('thumbnails pick a head, by click and by keyboard', async ({ peek, page }) => {
  await peek.open();
  await peek.at('attention-mode-all').click();
  await expect(peek.at('thumbs')).toHaveAttribute('data-stale', 'false');
  const cell = (name: string) => peek.at('thumbnails').locator(`[data-name=${name}]`);
  await cell('L1H2').click();
  await expect(cell('L1H2')).toHaveAttribute('aria-selected', 'true');
  await cell('L1H2').focus();
  await page.keyboard.press('ArrowDown');
  await expect(cell('L2H2')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(cell('L2H2')).toHaveAttribute('aria-selected', 'true');
  await expectAccessible(page);
  await peek.at('attention-mode-layer').click();
  await expect(cell('L2H0')).toBeVisible();
  await expect(peek.at('attention-title')).toHaveText('What the heads of layer 2 do');
  await expect(peek.at('thumbs-range')).toHaveText('Colours go from 0 to 1.00.');
  await peek.at('attention-mode-one').click();
  await peek.attended();
  const { head, rows } = await peek.pattern('clean');
  expect(head).toBe('L2H2');
  for (const row of rows) expect(Math.abs(sum(row) - 1)).toBeLessThanOrEqual(CPU);
  const biggest = Math.max(...rows.flat());
  await peek.at('weighted').check();
  await expect(async () => {
    expect(Math.max(...(await peek.pattern('clean')).rows.flat())).not.toBeCloseTo(biggest, 4);
  }).toPass();
  await expect(page.locator('canvas[data-error]')).toHaveCount(0);
});

test('heads are labelled as the terminal labels them', async ({ peek, page }) => {
  await peek.open();
  await peek.at('label-heads').click();
  await expect(peek.at('kinds-legend')).toContainText('I induction');
  const expected = (await cli.heads()).heads.filter(({ label }) => label !== null);
  expect(expected.length, 'the demo has some').toBeGreaterThan(0);
  for (const { head, label } of expected.slice(0, 3)) {
    await page.locator(`[data-testid=head-cell][data-head=${head}]`).hover();
    const tip = peek.at('grid-panel').getByTestId('tip').first();
    await expect(tip).toContainText(`kind${label!.replace('-', ' ')}`);
    await expect(page.locator(`[data-testid=head-cell][data-head=${head}]`)).toHaveAttribute(
      'aria-label',
      new RegExp(`, ${label!.replace('-', ' ')} head \\(\\d\\.\\d\\d\\)`),
    );
  }
  await expectAccessible(page);
});
