// Tests in the system's Chromium. `cargo xtask test --only e2e` builds and serves the site and sets both variables.
import { defineConfig } from '@playwright/test';

const url = process.env.PEEK_URL;
if (!url) {
  throw new Error('PEEK_URL is not set. Run `cargo xtask test --only e2e`, or set it to the address of a served dist/.');
}

export default defineConfig({
  testDir: '.',
  // The engine uses every core it is given, so tests beside each other would only slow each other down.
  workers: 1,
  fullyParallel: false,
  // A test that fails now and then is a fault to find, not one to try again.
  retries: 0,
  forbidOnly: true,
  reporter: [['list']],
  outputDir: '../../test-results',
  timeout: 120_000,
  expect: { timeout: 30_000 },
  use: {
    baseURL: url,
    // It would answer in place of the network, whose faults most tests play. offline.spec.ts has it.
    serviceWorkers: 'block',
    viewport: { width: 1440, height: 900 },
    // What is never there is found missing long before a patient test's own time is over.
    actionTimeout: 120_000,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.PEEK_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--headless=new',
        '--no-sandbox',
        // WebGPU computed on the CPU: it proves that results are right, and takes a hundred times as long.
        '--enable-unsafe-webgpu',
        '--use-webgpu-adapter=swiftshader',
        // A script that a test has changed on its way comes from nowhere for Chromium, which then keeps it from this machine.
        '--disable-features=LocalNetworkAccessChecks',
        // A browser that asks for nothing on its own, so that every request seen is the page's.
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
