// What both workers share: counting what is asked of WebGPU, and timing.

const counts = { dispatches: 0, submits: 0, buffers: 0, reads: 0, writes: 0 };

// Counts calls of a method on its prototype, whoever makes them.
function count(type, method, name) {
  if (!type) return;
  const call = type.prototype[method];
  type.prototype[method] = function (...values) {
    counts[name] += 1;
    return call.apply(this, values);
  };
}
count(self.GPUComputePassEncoder, 'dispatchWorkgroups', 'dispatches');
count(self.GPUComputePassEncoder, 'dispatchWorkgroupsIndirect', 'dispatches');
count(self.GPUQueue, 'submit', 'submits');
count(self.GPUQueue, 'writeBuffer', 'writes');
count(self.GPUDevice, 'createBuffer', 'buffers');
count(self.GPUBuffer, 'mapAsync', 'reads');

// The adapter's name, as the browser gives it.
export async function adapter() {
  const info = (await navigator.gpu?.requestAdapter())?.info;
  return info ? [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(' ') : null;
}

// Times a piece of work: once to warm up, then at least `least` times and until `seconds` have passed, ten times at most.
// Gives the median in ms, how many runs it is of, and what the last run asked of WebGPU.
export async function time(work, { least, seconds }) {
  await work();
  const times = [];
  let asked = {};
  const began = performance.now();
  while (times.length < least || (performance.now() - began < 1000 * seconds && times.length < 10)) {
    const before = { ...counts };
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
    asked = Object.fromEntries(Object.keys(counts).map((name) => [name, counts[name] - before[name]]));
  }
  times.sort((a, b) => a - b);
  const middle = times.length >> 1;
  const ms = times.length % 2 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
  return { ms, runs: times.length, counts: asked };
}
