// Faults in the engine's worker and in the browser. Init scripts do not reach workers, so its script is changed on
// its way.
import type { Page } from '@playwright/test';
import { REQUESTS, RESPONSES } from './engine';

// Runs `code` in the engine's worker before its own script.
export async function inWorker(page: Page, code: string): Promise<void> {
  await page.route('**/worker.js?*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code}\n${await response.text()}` });
  });
}

// Keeps these files back until the function that it gives is called.
export async function hold(page: Page, files: string): Promise<() => void> {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(files, async (route) => {
    await held;
    await route.fallback();
  });
  return release;
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

// A device that is lost at once, or in the middle of the work that comes next.
export const LOSABLE_GPU = `{
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...args) {
    return (self.heldDevice = await request.apply(this, args));
  };
}
  ${ON_TRIGGER('lose the device', 'self.heldDevice.destroy();')}
  ${ON_TRIGGER(
    'lose the device after 20 dispatches',
    `let left = 20;
     const dispatch = GPUComputePassEncoder.prototype.dispatchWorkgroups;
     GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...groups) {
       if (--left === 0) self.heldDevice.destroy();
       return dispatch.apply(this, groups);
     };`,
  )}`;

// From 'break shaders' on, no new shader compiles.
export const BREAKABLE_SHADERS = `{
  const create = GPUDevice.prototype.createShaderModule;
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    return create.call(this, self.breakShaders ? { ...descriptor, code: descriptor.code + '\\nno shader at all' } : descriptor);
  };
}
${ON_TRIGGER('break shaders', 'self.breakShaders = true;')}`;

// An adapter that has WebGPU's default limits, and refuses to give more. What the device was really given is noted.
export const LEAST_LIMITS = `{
  const least = {
    maxStorageBufferBindingSize: 128 << 20, maxBufferSize: 256 << 20, maxComputeWorkgroupStorageSize: 16384,
    maxComputeInvocationsPerWorkgroup: 256, maxComputeWorkgroupSizeX: 256, maxComputeWorkgroupSizeY: 256,
    maxComputeWorkgroupSizeZ: 64, maxComputeWorkgroupsPerDimension: 65535, maxStorageBuffersPerShaderStage: 8,
    maxUniformBufferBindingSize: 65536, maxBindGroups: 4,
  };
  const real = {};
  for (const [name, value] of Object.entries(least)) {
    real[name] = Object.getOwnPropertyDescriptor(GPUSupportedLimits.prototype, name).get;
    Object.defineProperty(GPUSupportedLimits.prototype, name, { get: () => value });
  }
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    for (const [name, value] of Object.entries(descriptor?.requiredLimits ?? {})) {
      if (value > least[name]) throw new DOMException(name + ' is too large', 'OperationError');
    }
    const device = await request.call(this, descriptor);
    self.limits = Object.fromEntries(Object.entries(real).map(([name, get]) => [name, [get.call(device.limits), least[name]]]));
    return device;
  };
}`;

// Keeps the engine of the CPU, so that a fault can reach into it.
const ENGINE_IN_HAND = `
  self.peekEngine = async () => {
    const { default: init, Engine } = await import('./engine-cpu/peek_worker.js');
    const wasm = await init({ module_or_path: new URL('./engine-cpu/peek_worker_bg.wasm', self.location.href) });
    return { wasm, Engine: class extends Engine { constructor() { super(); self.held = { engine: this, wasm }; } } };
  };`;

// An engine that panics in the middle of the sweep that comes next, when it has sent the first rows. It looks up after each
// layer whether it is still wanted, and finds the cells that say so (its mailbox, its files) lent out: each is an Rc,
// whose third word counts who has borrowed what is in it.
export const PANIC_AFTER_ROWS = `${ENGINE_IN_HAND}
  ${ON_TRIGGER(
    'panic after rows',
    `const post = self.postMessage.bind(self);
     self.postMessage = (message, transfer) => {
       const isRows = message.bytes[0] === ${RESPONSES.indexOf('Rows')};
       post(message, transfer);
       if (!isRows) return;
       const words = new Int32Array(self.held.wasm.memory.buffer);
       const engine = self.held.engine.__wbg_ptr / 4;
       for (const field of [1, 2]) words[words[engine + field] / 4 + 2] = -1;
     };`,
  )}`;

// An engine whose memory, from 'no more memory' on, holds nothing larger than 64 KiB more.
export const FULL_MEMORY = `${ENGINE_IN_HAND}
  ${ON_TRIGGER(
    'no more memory',
    `for (let bytes = 1 << 28; bytes >= 1 << 16; ) {
       try { self.held.wasm.__wbindgen_malloc(bytes, 8); } catch { bytes /= 2; }
     }`,
  )}`;

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

export const FAILURE = 'The run came to no numbers.';

// Engines that fail at requests of these kinds, those that run and those that are started from then on. The function that
// this gives says which kinds, and comes back when an engine has heard it.
export async function failing(page: Page): Promise<(...kinds: string[]) => Promise<void>> {
  let kinds: string[] = [];
  const numbers = () => kinds.map((kind) => REQUESTS.indexOf(kind));
  await page.route('**/worker.js?*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${FAILS_AT(numbers())}\n${await response.text()}` });
  });
  return async (...wanted) => {
    kinds = wanted;
    if (page.url() === 'about:blank') return;
    await page.evaluate(async (fail) => {
      const channel = new BroadcastChannel('failing');
      await new Promise((heard) => {
        channel.onmessage = heard;
        channel.postMessage(fail);
      });
      channel.close();
    }, numbers());
  };
}

// It answers in the engine's place, which never hears of them: Failed, the request's id, no field that it belongs to, a text.
const FAILS_AT = (kinds: number[]) => `
  { let kinds = ${JSON.stringify(kinds)};
    const channel = new BroadcastChannel('failing');
    channel.onmessage = ({ data }) => { kinds = data; channel.postMessage('heard'); };
    self.addEventListener('message', (event) => {
      const { bytes } = event.data;
      if (!kinds.includes(bytes[0])) return;
      event.stopImmediatePropagation();
      const end = bytes.findIndex((byte, at) => at > 0 && byte < 128) + 1;
      const text = new TextEncoder().encode(${JSON.stringify(FAILURE)});
      self.postMessage({ bytes: Uint8Array.of(${RESPONSES.indexOf('Failed')}, ...bytes.slice(1, end), 0, text.length, ...text) });
    }); }`;
