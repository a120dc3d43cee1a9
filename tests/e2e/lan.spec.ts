// A classroom's address without TLS: no secure context, so no WebGPU, no service worker, no hashing by the browser.
import { expectGrid, expectHeatmap } from './support/compare';
import { demoFile } from './support/checkpoint';
import { expect, test } from './support/fixtures';
import { CPU } from './support/numbers';
import { refused, watchPolicy } from './support/policy';
import { NOTEBOOK_PAIR } from './support/presets';
import config from './playwright.config';

const launch = config.use!.launchOptions!;
const address = new URL(process.env.PEEK_URL!);
address.hostname = 'class.test';

test.use({
  baseURL: address.href,
  serviceWorkers: 'allow',
  launchOptions: { ...launch, args: [...launch.args!, '--host-resolver-rules=MAP class.test 127.0.0.1'] },
});

test('on a plain http address of the local network the page works on the CPU', async ({ peek, page }) => {
  await watchPolicy(page);
  await peek.open();
  expect(page.url()).toBe(address.href);
  const has = await page.evaluate(() => ({
    secure: isSecureContext,
    serviceWorker: 'serviceWorker' in navigator,
    gpu: 'gpu' in navigator,
    subtle: crypto.subtle !== undefined,
  }));
  expect(has, 'the address is what the test is about').toEqual({
    secure: false,
    serviceWorker: false,
    gpu: false,
    subtle: false,
  });
  await expect(peek.at('backend-line')).toHaveAttribute('data-backend', 'cpu');
  const { top } = await expectGrid(peek, NOTEBOOK_PAIR, CPU);
  await expectHeatmap(peek, NOTEBOOK_PAIR, top[0].head, CPU);

  await peek.pick([demoFile('model.safetensors'), demoFile('tokenizer.json'), demoFile('config.json')]);
  await expect(peek.at('model-line')).toContainText('model.safetensors');
  await peek.settled();
  await expectGrid(peek, NOTEBOOK_PAIR, CPU);
  expect(await refused(page)).toEqual([]);
});
