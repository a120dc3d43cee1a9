// Debian's Firefox over WebDriver BiDi, and a page whose console, requests and policy are watched from its first moment.
import puppeteer from 'puppeteer-core';

export function launch() {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.PEEK_FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    defaultViewport: { width: 1440, height: 900 },
    extraPrefsFirefox: {
      // Whatever this machine has for a graphics card, the way without one is what is tested.
      'dom.webgpu.enabled': false,
      // It fetches the site's files once more to keep them, and answers in place of the network.
      'dom.serviceWorkers.enabled': false,
    },
  });
}

// Opens an empty page and takes down what it does from then on.
export async function watchedPage(browser) {
  const page = await browser.newPage();
  // Errors and warnings of the console, exceptions that nobody caught; every address that is asked, by page or worker.
  const seen = { complaints: [], requests: [] };
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) seen.complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => seen.complaints.push(`uncaught: ${error.message}`));
  page.on('request', (request) => seen.requests.push(request.url()));
  await page.evaluateOnNewDocument(() => {
    window.refused = [];
    addEventListener('securitypolicyviolation', (event) =>
      window.refused.push(`${event.effectiveDirective} ${event.blockedURI}`),
    );
  });
  return { page, seen };
}
