// The views of the whole method on WebGPU: each shows what it shows on the CPU, whose numbers other specs hold against the
// terminal's.
import type { Locator } from '@playwright/test';
import * as cli from './support/cli';
import { expect, test } from './support/fixtures';
import { expectClose, WEBGPU } from './support/numbers';
import type { Peek } from './support/peek';
import { needsWebGpu, PATIENCE } from './support/webgpu';

const PAIR = { clean: 'What is the capital of France?', corrupt: 'What is the capital of Spain?', answer: ' Paris' };
const SET = [
  PAIR,
  { clean: 'Who wrote Emma?', corrupt: 'Who wrote Emma? Some say Emily.', answer: ' Jane' },
];

type View = {
  what: string;
  // Opens it and waits for its numbers.
  show: (peek: Peek) => Promise<void>;
  read: (peek: Peek) => Promise<number[]>;
};

// The numbers of some attributes of every element, in order.
const numbers = (at: Locator, ...names: string[]) =>
  at.evaluateAll(
    (all, names) => all.flatMap((one) => names.map((name) => Number(one.getAttribute(name) ?? NaN))),
    names,
  );

async function ready(panel: Locator): Promise<void> {
  await expect(panel).toHaveAttribute('data-stale', 'false', { timeout: PATIENCE });
  await expect(panel).toHaveAttribute('data-phase', 'done', { timeout: PATIENCE });
}

async function opened(details: Locator): Promise<void> {
  if ((await details.getAttribute('open')) === null) await details.locator('> summary').click();
}

// What is painted, as numbers from 0 to 1: a row of dots through every eighth line.
const painted = (canvas: Locator) =>
  canvas.evaluate((node) => {
    const canvas = node as HTMLCanvasElement;
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [canvas.width, canvas.height];
    const context = copy.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(canvas, 0, 0);
    const found: number[] = [];
    for (let y = 4; y < canvas.height; y += 8) {
      const row = context.getImageData(0, y, canvas.width, 1).data;
      for (let at = 0; at < row.length; at += 1) if (at % 4 < 3) found.push(row[at] / 255);
    }
    return found;
  });

const VIEWS: View[] = [
  {
    what: 'a grid of layers and positions',
    show: async (peek) => {
      await peek.at('setup-site').selectOption('resid_mid');
      await peek.at('setup-at').selectOption('grid');
      await peek.scored(PATIENCE);
    },
    read: (peek) => numbers(peek.at('position-cell'), 'data-delta'),
  },
  {
    what: 'the lens at every position',
    show: async (peek) => {
      await peek.at('lens-view-positions').click();
      await ready(peek.at('lens-positions'));
      await opened(peek.at('lens-positions-details'));
      await expect(peek.at('lens-positions-table')).toBeVisible();
    },
    read: (peek) =>
      numbers(peek.at('lens-positions-table').locator('[data-position]'), 'data-probability', 'data-entropy'),
  },
  {
    what: 'the parts of the logit, and effects',
    show: async (peek) => {
      if ((await peek.at('parts-open').getAttribute('aria-expanded')) === 'false') await peek.at('parts-open').click();
      await ready(peek.at('parts'));
      await opened(peek.at('parts').locator('details.table-of'));
      await expect(peek.at('effects-table')).toBeVisible();
    },
    read: async (peek) => {
      const parts = await peek.at('parts-table').locator('[data-part]').evaluateAll((rows) =>
        rows.map((row) => [row.getAttribute('data-part')!, Number(row.getAttribute('data-share'))] as const),
      );
      // By name: the order is by size, and of two that are all but equal either may be first.
      const shares = [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, share]) => share);
      return [...shares, ...(await numbers(peek.at('effects-table').locator('[data-head]'), 'data-direct', 'data-patching'))];
    },
  },
  {
    what: 'one head’s weights times the norms of what it reads',
    show: async (peek) => {
      await peek.page.locator('[data-testid=effects-table] [data-head=L2H3] button').click();
      await peek.at('weighted').check();
      await ready(peek.at('attention'));
      await expect(peek.at('attention-table')).toHaveAttribute('data-head', 'L2H3', { timeout: PATIENCE });
    },
    read: async (peek) => [
      ...(await peek.pattern('clean')).rows.flat(),
      ...(await peek.pattern('corrupt')).rows.flat(),
    ],
  },
  {
    what: 'all heads of a layer, as they are painted',
    show: async (peek) => {
      await peek.at('weighted').uncheck();
      await peek.at('run-clean').click();
      await peek.at('attention-mode-layer').click();
      await expect(peek.at('thumbs')).toHaveAttribute('data-stale', 'false', { timeout: PATIENCE });
      await peek.page.mouse.move(0, 0);
    },
    read: (peek) => painted(peek.at('thumbnails-canvas')),
  },
  {
    what: 'kinds of heads',
    show: async (peek) => {
      await peek.at('setup-site').selectOption('z');
      await peek.at('setup-at').selectOption('last');
      await peek.scored(PATIENCE);
      const button = peek.at('label-heads');
      if ((await button.getAttribute('aria-pressed')) === 'false') await button.click();
      await expect(peek.at('kinds-legend')).toContainText('I induction', { timeout: PATIENCE });
    },
    // Which kind, and how much of one.
    read: (peek) =>
      peek.at('head-cell').evaluateAll((cells) =>
        cells.flatMap((cell) => {
          const [, kind, score] = /, (induction|previous token|duplicate token) head \((\d\.\d\d)\)/.exec(cell.ariaLabel ?? '') ?? [];
          return [['induction', 'previous token', 'duplicate token'].indexOf(kind), Number(score ?? 0)];
        }),
      ),
  },
  {
    what: 'the means of a set',
    show: async (peek) => {
      await opened(peek.at('sets'));
      const csv = ['clean,corrupt,answer', ...SET.map((p) => `"${p.clean}","${p.corrupt}","${p.answer}"`)].join('\n');
      if ((await peek.at('set-row').count()) === 0) {
        await peek.at('set-file').setInputFiles({ name: 'set.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
      }
      await expect(peek.at('set-row')).toHaveCount(SET.length);
      await peek.at('set-run').click();
      await expect(peek.at('sets')).toHaveAttribute('data-phase', 'done', { timeout: PATIENCE });
      await expect(peek.at('set-result')).toHaveAttribute('data-done', String(SET.length));
      await expect(peek.at('set-failures').locator('li')).toHaveCount(0);
      if ((await peek.at('set-means').count()) === 0) await peek.at('set-means-open').click();
      await expect(peek.at('set-means')).toBeVisible();
    },
    read: (peek) =>
      peek.at('set-means').locator('tbody td:nth-child(2)').evaluateAll((cells) =>
        cells.map((cell) => Number((cell as HTMLElement).dataset.value)),
      ),
  },
];

test('every view on WebGPU shows the numbers of the CPU', async ({ peek }) => {
  needsWebGpu(4 * PATIENCE);
  await peek.open();
  await peek.fillPair(PAIR);
  await peek.settled();
  const onCpu: number[][] = [];
  for (const view of VIEWS) {
    await view.show(peek);
    onCpu.push(await view.read(peek));
  }
  const { effects } = await cli.attribute(PAIR);
  const direct = await numbers(peek.at('effects-table').locator('[data-head]'), 'data-direct');
  expectClose(direct, effects.map((effect) => effect.direct), WEBGPU, 'the views are of the pair that was typed');

  // A page that was never on the CPU: nothing that is shown can be left over from there.
  await peek.goto();
  await peek.at('backend').selectOption('webgpu');
  await peek.settled(PATIENCE);
  await peek.fillPair(PAIR);
  await peek.settled(PATIENCE);
  for (const [i, view] of VIEWS.entries()) {
    await test.step(view.what, async () => {
      const began = Date.now();
      await view.show(peek);
      const found = await view.read(peek);
      // A colour has 256 steps, and half a step may round either way; two decimals likewise.
      const tolerance = view.what.includes('painted') ? 2.5 / 255 : view.what.includes('kinds') ? 0.0101 : WEBGPU;
      const worst = expectClose(found, onCpu[i], tolerance, view.what);
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      console.log(`      ${view.what}: ${found.length} numbers, largest difference ${worst.toExponential(1)}, ${seconds} s`);
      expect(new Set(found).size, `${view.what}: not one number over and over`).toBeGreaterThan(3);
    });
  }
  await expect(peek.at('backend-line'), 'it has not fallen back').toHaveAttribute('data-backend', 'webgpu');
});
