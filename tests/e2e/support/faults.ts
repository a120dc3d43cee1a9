// Faults in the engine's worker and in the browser. Init scripts do not reach workers, so its script is changed on
// its way.
import type { Page } from '@playwright/test';

// Runs `code` in the engine's worker before its own script.
export async function inWorker(page: Page, code: string): Promise<void> {
  await page.route('**/worker.js?*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code}\n${await response.text()}` });
  });
}

// An engine that hands its turn over whenever it may, and waits for it: runs on the demo then last long enough to be
// watched and to be cancelled.
export const SLOW_ENGINE = `
  const now = performance.now.bind(performance);
  let asked = 0;
  performance.now = () => now() + 10 * asked++;
  const post = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (message) { setTimeout(() => post.call(this, message), 60); };`;

// Lets a test start the faults that the worker's added code listens for.
export async function trigger(page: Page, fault: string): Promise<void> {
  await page.evaluate((fault) => {
    const channel = new BroadcastChannel('faults');
    channel.postMessage(fault);
    channel.close();
  }, fault);
}

export const ON_TRIGGER = (fault: string, code: string) => `
  new BroadcastChannel('faults').addEventListener('message', ({ data }) => {
    if (data === ${JSON.stringify(fault)}) { ${code} }
  });`;

// What the page is to believe about WebGPU; to be called before it is opened.
export async function webgpu(page: Page, gpu: 'missing' | 'no adapter' | 'no timestamp-query'): Promise<void> {
  await page.addInitScript((gpu) => {
    const adapter = { info: { description: 'Acme 9' }, features: new Set(['shader-f16']), limits: {} };
    const fake = { requestAdapter: async () => (gpu === 'no adapter' ? null : adapter) };
    Object.defineProperty(Navigator.prototype, 'gpu', {
      configurable: true,
      get: () => (gpu === 'missing' ? undefined : fake),
    });
  }, gpu);
}

// An engine that stops in the middle of its work: on `hold` after three more turns, until `release`. Its clock makes it hand
// its turn over whenever it may, so that a turn is a layer at most.
export const HELD_ENGINE = `
  { const now = performance.now.bind(performance);
    let [asked, left] = [0, Infinity];
    performance.now = () => now() + 10 * asked++;
    const post = MessagePort.prototype.postMessage;
    const held = [];
    MessagePort.prototype.postMessage = function (message) {
      if (left > 0) { left -= 1; post.call(this, message); } else held.push(() => post.call(this, message));
    };
    new BroadcastChannel('faults').addEventListener('message', ({ data }) => {
      if (data === 'hold') left = 3;
      if (data === 'release') { left = Infinity; held.splice(0).forEach((turn) => turn()); }
    }); }`;
