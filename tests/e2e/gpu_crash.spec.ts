// The browser's graphics process crashes, as on a driver's fault. In a browser of its own, since another set of arguments is
// another browser: this one has lost its graphics when the test is over.
import { expectGrid } from './support/compare';
import { expect, test } from './support/fixtures';
import { WEBGPU } from './support/numbers';
import { NOTEBOOK_PAIR } from './support/presets';
import { expectStopped, needsWebGpu, openOnWebGpu, PATIENCE } from './support/webgpu';
import config from './playwright.config';

const launch = config.use!.launchOptions!;
test.use({ launchOptions: { ...launch, args: [...launch.args!, '--disable-domain-blocking-for-3d-apis'] } });

test('graphics that crash take no result and no text with them', async ({ peek, browser }) => {
  needsWebGpu(2 * PATIENCE);
  await openOnWebGpu(peek);
  const good = await peek.deltas();
  const session = await browser.newBrowserCDPSession();
  await session.send('Browser.crashGpuProcess');
  await expectStopped(peek, /The WebGPU device was lost: /);
  expect(await peek.deltas(), 'the last results').toEqual(good);
  const typed = { ...NOTEBOOK_PAIR, clean: 'Who wrote Emma?' };
  await peek.fillPair({ clean: typed.clean });
  await peek.at('restart-engine').click();
  // On WebGPU again, or on the CPU where the browser has no adapter any more.
  await expect(peek.at('engine-stopped')).toHaveCount(0);
  await peek.scored(PATIENCE);
  console.log(`      afterwards: ${await peek.at('backend-line').textContent()}`);
  await expectGrid(peek, typed, WEBGPU);
});
