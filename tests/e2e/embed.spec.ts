// A part of the page alone, in a frame of another page, with the result in words and a way back to all of it.
import { axe } from './support/axe';
import { expect, test } from './support/fixtures';

test('a part that is presented has an address, which stands in a frame', async ({ peek, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await peek.open();
  await peek.preset('capital');
  await page.locator('[data-testid=head-cell][data-head=L1H1]').click();
  await peek.settled();
  const [sentence, weights] = [await peek.at('sentence').innerText(), (await peek.pattern('clean')).rows];
  await peek.at('present').click();
  for (let i = 0; i < 3; i++) await peek.at('present-next').click();
  await expect(peek.at('present-title')).toContainText('What a head looks at');
  await peek.at('present-link').click();
  await expect(peek.at('present-told')).toHaveText('Copied');
  const address = await page.evaluate(() => navigator.clipboard.readText());
  expect(address).toContain('view=only:attention');

  await page.route('**/slide.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<!doctype html><html lang="en"><title>A slide</title><header><h1>A slide</h1></header>
      <iframe title="Peek" width="640" height="700" src="${address.replaceAll('&', '&amp;')}"></iframe>` }),
  );
  await page.goto(new URL('slide.html', address.split('#')[0]).href);
  const frame = page.frameLocator('iframe');
  const panel = frame.getByTestId('attention');
  await expect(panel).toHaveAttribute('data-phase', 'done');
  await expect(panel).toHaveAttribute('data-head', 'L1H1');
  await expect(frame.getByTestId('sentence')).toHaveAttribute('data-stale', 'false');
  expect(await frame.getByTestId('sentence').innerText()).toBe(sentence);
  for (const other of ['clean', 'grid-canvas', 'lens', 'engine', 'welcome']) {
    await expect(frame.getByTestId(other), `${other} is not there`).not.toBeVisible();
  }
  const framed = await frame.getByTestId('attention-table').locator('tr[data-query]').evaluateAll((rows) =>
    rows.map((row) => [...row.querySelectorAll('[data-weight]')].map((cell) => Number(cell.getAttribute('data-weight')))),
  );
  expect(framed).toEqual(weights);
  const { violations } = await axe(page).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);

  const [whole] = await Promise.all([context.waitForEvent('page'), frame.getByTestId('way-back').click()]);
  await expect(whole.getByTestId('clean')).toBeVisible();
  await expect(whole.getByTestId('attention')).toHaveAttribute('data-head', 'L1H1');
  expect(await whole.getByTestId('clean').inputValue()).toContain('France');
  expect(whole.url()).not.toContain('only');
  await page.locator('iframe').evaluate((frame: HTMLIFrameElement) => frame.contentWindow!.location.reload());
  await expect(frame.getByTestId('way-back'), 'loaded again it is the part still').toBeVisible();
  await expect(frame.getByTestId('clean')).not.toBeVisible();
});
