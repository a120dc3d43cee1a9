// The engine's worker: starts the engine, hands it every message, and lets faults that Rust cannot see reach the page as
// an error event.

// The first fault ends this engine. What it would still say could be made of numbers that nobody computed, so the page
// never hears it. Thrown outside any promise, so that the page's `worker.onerror` gets it.
let ended = false;
function fail(message) {
  if (ended) return;
  ended = true;
  self.postMessage = () => {};
  setTimeout(() => { throw new Error(message); });
}

// A panic of Rust's tells its story before it traps, and the page takes the first story. A trap without one is how Rust
// ends where it is given no more memory.
function trapped(event, error) {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  event.preventDefault();
  const has = Math.round((self.peekMemory?.() ?? 0) / 2 ** 20);
  fail(/unreachable/i.test(error.message)
    ? `the browser gave it no more memory than the ${has} MiB it has: close other tabs, or use a smaller model or shorter prompts`
    : `its program failed: ${error.message}`);
}
self.addEventListener("error", (event) => trapped(event, event.error));
self.addEventListener("unhandledrejection", (event) => trapped(event, event.reason));

// Messages may arrive while the engine is still on its way.
const early = [];
let receive = (data) => early.push(data);
self.onmessage = (event) => receive(event.data);

// wgpu only logs shader and validation errors, and a lost device answers nothing at all: both end this engine.
if (self.GPUAdapter) {
  const KINDS = ["validation", "out-of-memory", "internal"];
  // The first line says what is wrong, the others where.
  const reported = (error) => fail(`WebGPU reported an error: ${error.message.split("\n")[0]}`);
  let device;
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    device = await request.call(this, descriptor);
    device.addEventListener("uncapturederror", (event) => reported(event.error));
    // Nothing here ever destroys its device.
    device.lost.then((info) => fail(`The WebGPU device was lost: ${info.message || "no reason was given"}`));
    KINDS.forEach((kind) => device.pushErrorScope(kind));
    return device;
  };
  // The event of an error may come after the numbers that it spoils. What its scope says cannot: nothing is read before it
  // is known that nothing went wrong until then.
  const map = GPUBuffer.prototype.mapAsync;
  GPUBuffer.prototype.mapAsync = async function (...range) {
    const mapped = map.apply(this, range);
    const scopes = KINDS.map(() => device.popErrorScope().catch(() => null));
    KINDS.forEach((kind) => device.pushErrorScope(kind));
    const [, ...errors] = await Promise.all([mapped.catch(() => null), ...scopes]);
    const error = errors.find((error) => error);
    if (error) {
      reported(error);
      // Whoever waits for these numbers never gets them.
      await new Promise(() => {});
    }
    return mapped;
  };
  // Counted for whoever times the engine.
  self.peekDispatches = 0;
  const dispatch = GPUComputePassEncoder.prototype.dispatchWorkgroups;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...groups) {
    self.peekDispatches += 1;
    return dispatch.apply(this, groups);
  };
}

// The engine that the page asked for (`?engine=cpu` or `?engine=webgpu`), from the files beside this one.
async function beside() {
  const flavour = new URL(self.location.href).searchParams.get("engine") === "webgpu" ? "webgpu" : "cpu";
  const { default: init, Engine } = await import(`./engine-${flavour}/peek_worker.js`);
  // The file is named here: whether the glue names it by itself depends on how it was made.
  const wasm = await init({ module_or_path: new URL(`./engine-${flavour}/peek_worker_bg.wasm`, self.location.href) });
  return { Engine, wasm };
}

async function start() {
  // The single file, which has nothing beside it, brings its own way (web/single-file).
  const { Engine, wasm } = await (self.peekEngine ?? beside)();
  // Bytes that the engine has taken, for whoever looks with the browser's tools; they are never given back.
  self.peekMemory = () => wasm.memory.buffer.byteLength;
  const engine = new Engine();
  receive = (data) => engine.receive(data.bytes, data.files ?? []);
  early.splice(0).forEach(receive);
}

start().catch((error) => fail(`The engine could not be started: ${error.message ?? error}`));
