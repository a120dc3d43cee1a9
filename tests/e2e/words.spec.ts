// What the page says of its numbers, where they would be taken for something else.
import { expect, test } from './support/fixtures';

test('sentence, list and help are of what the grid is set up for, or say of what else', async ({ peek }) => {
  await peek.open();
  const setup = (what: string, value: string) => peek.at(`setup-${what}`).selectOption(value);
  await expect(peek.at('sentence')).toContainText('alone brings back');
  await setup('edit', 'zero');
  await peek.scored();
  await expect(peek.at('sentence')).toContainText('In the grid as it is set up');
  await expect(peek.at('sentence')).not.toContainText('alone brings back');
  await expect(peek.at('attention-how')).toHaveText('top head, standard patch');

  await setup('edit', 'denoise');
  await setup('metric', 'rank');
  await peek.scored();
  await expect(peek.at('top-heads-about')).toHaveText('No head changes the rank.');
  await expect(peek.at('top-head')).toHaveCount(0);
  await expect(peek.at('click-me')).toHaveCount(0);

  await setup('metric', 'logit');
  await setup('site', 'v');
  await peek.scored();
  await setup('site', 'pattern');
  await expect(peek.at('setup-notes')).toContainText('cannot be taken over');
  await expect(peek.at('grid-help')).toContainText('These numbers are older');
  await expect(peek.at('grid-help'), 'what they are of').toContainText("a head's values");

  await setup('site', 'z');
  await peek.at('foil').fill(' Emily');
  await expect(peek.at('foil-hint')).toContainText('not used now');
  await setup('metric', 'logit_diff');
  await expect(peek.at('foil-tokens')).toHaveText(/Emily/);
  await expect(peek.at('foil-hint')).toHaveCount(0);
});
