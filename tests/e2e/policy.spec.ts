// The page's own content policy: it is in force, and a whole session never meets it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoFile } from './support/checkpoint';
import { expect, test } from './support/fixtures';
import { ATTACKED, attack, refused, watchPolicy } from './support/policy';
import { DIST } from './support/site';

for (const theme of ['light', 'dark'] as const) {
  test(`a session in ${theme} meets no policy and no other address`, async ({ peek, page, watch }) => {
    await watchPolicy(page);
    await peek.open();
    await peek.at(`theme-${theme}`).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    await peek.preset('indirect-object');
    await peek.settled();
    await peek.at('clean').click();
    await page.keyboard.type(' Really and truly, on more than one line of the field', { delay: 5 });
    await peek.settled();
    await peek.at('head-cell').nth(3).hover();
    await expect(peek.at('tip').first()).toBeVisible();
    await peek.at('top-head').first().hover();
    await peek.at('head-cell').nth(9).click();
    await peek.attended();
    for (const id of ['order-size', 'run-corrupt', 'quantity-rank', 'lens-from-pair']) await peek.at(id).click();
    await peek.settled();
    await peek.pick([demoFile('model.safetensors'), demoFile('tokenizer.json'), demoFile('config.json')]);
    await expect(peek.at('model-line')).toContainText('model.safetensors');
    await peek.settled();
    expect(await refused(page)).toEqual([]);
    const own = new URL(page.url()).origin;
    expect(watch.outside(own), 'nothing but the own origin is asked').toEqual([]);
    // The fixture looks at the console when the test ends.
  });
}

test('the policy refuses what it is there to refuse', async ({ peek, page, watch }) => {
  watch.allow(/Content Security Policy|violates the following|Refused to/i);
  await watchPolicy(page);
  await peek.open();
  const attacks = await attack(page);
  expect(Object.entries(attacks).filter(([, succeeded]) => succeeded)).toEqual([]);
  const directives = (await refused(page)).map((line) => line.split(' ')[0]);
  expect([...new Set(directives)].sort()).toEqual(ATTACKED);
  expect(watch.outside(new URL(page.url()).origin)).toEqual([]);
});

test('the policy is the first thing that could matter in the page, and as strict as it says', () => {
  const served = readFileSync(join(DIST, 'index.html'), 'utf8');
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(served);
  expect(policy).not.toBeNull();
  const before = served.slice(0, policy!.index);
  expect(before, 'nothing is fetched or run before it').not.toMatch(/<(script|link|style|img|base)/i);
  expect(policy![1]).not.toMatch(/'unsafe-inline'|'unsafe-eval'|\*(?!;|\s|$)/);
  expect(policy![1]).toContain("default-src 'none'");
  expect(served).not.toMatch(/\sstyle=|<style|\son\w+=/i);
  expect(served).not.toMatch(/<script(?![^>]*\ssrc=)/i);
});
