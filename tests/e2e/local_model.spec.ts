// A checkpoint of the user's own, through the file picker.
import { demoConfig, demoFile, withOtherPrefix } from './support/checkpoint';
import { expectGrid, expectHeatmap } from './support/compare';
import { expect, test } from './support/fixtures';
import { CPU } from './support/numbers';
import { NOTEBOOK_PAIR } from './support/presets';

test('a local checkpoint opens through the file picker and gives the same results', async ({ peek, page, watch }) => {
  await peek.open();
  const pair = { ...NOTEBOOK_PAIR, clean: 'Who wrote Emma?' };
  await peek.fillPair({ clean: pair.clean });
  await peek.settled();
  let picked: number[] = [];
  const before = watch.requests.length;

  await test.step('chosen in the menu of models', async () => {
    const chooser = page.waitForEvent('filechooser');
    await peek.at('model').focus();
    // The entry below the demo.
    await page.keyboard.press('ArrowDown');
    const dialog = await chooser;
    expect(dialog.isMultiple()).toBe(true);
    await dialog.setFiles([demoFile('model.safetensors'), demoFile('tokenizer.json'), demoFile('config.json')]);
    await expect(peek.at('model-line')).toContainText('model.safetensors');
    await expect(peek.at('model')).toHaveValue('local');
    await peek.settled();
    await expect(peek.at('clean')).toHaveValue(pair.clean);
    const { top } = await expectGrid(peek, pair, CPU);
    await expectHeatmap(peek, pair, top[0].head, CPU);
    picked = await peek.deltas();
  });

  await test.step('with the other form of key names', async () => {
    const renamed = withOtherPrefix(demoFile('model.safetensors', 'renamed.safetensors'));
    await peek.pick([renamed, demoFile('tokenizer.json'), demoFile('config.json')]);
    await expect(peek.at('model-line')).toContainText('renamed.safetensors');
    await peek.settled();
    expect(await peek.deltas(), 'the same tensors, to the last bit').toEqual(picked);
  });

  expect(watch.requests.slice(before), 'nothing of it goes anywhere').toEqual([]);

  await test.step('and back to the demo', async () => {
    await peek.at('model').selectOption('demo');
    await expect(peek.at('model-line')).toContainText('Demo');
    await peek.settled();
    expect(await peek.deltas()).toEqual(picked);
  });
});

test('weights without their tokenizer are refused with the two sizes', async ({ peek }) => {
  await peek.open();
  await peek.pick([demoFile('model.safetensors'), demoFile('config.json')]);
  const notes = peek.at('model-notes');
  await expect(notes).toContainText(/tokenizer has 50257 tokens/);
  await expect(notes).toContainText(`${demoConfig().vocab_size} rows`);
  await expect(notes).toContainText('tokenizer.json');
  await peek.settled();
  await expectGrid(peek, NOTEBOOK_PAIR, CPU);
});

test('weights alone are given heads as wide as any published GPT-2 has', async ({ peek }) => {
  await peek.open();
  await peek.page.locator('[data-testid=head-cell]').last().click();
  await expect(peek.at('attention-how')).toHaveText('pinned');
  await peek.pick([demoFile('model.safetensors'), demoFile('tokenizer.json')]);
  const { n_layer: layers, n_embd: width } = demoConfig();
  await expect(peek.at('model-line')).toContainText(`${layers} layers × ${width / 64} heads`);
  await peek.settled();
  await expect(peek.at('head-cell')).toHaveCount((layers * width) / 64);
  await expect(peek.at('unpin'), 'a head that is no more is not pinned').toHaveCount(0);
});
