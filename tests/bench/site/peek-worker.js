// Times Peek's pieces of work on one backend. Gets a plan, answers figures.
import { adapter, time } from './timing.js';

self.onmessage = async ({ data: plan }) => {
  try {
    const { default: init, Bench } = await import(`./${plan.engine}/peek_bench_web.js`);
    const wasm = await init({ module_or_path: new URL(`./${plan.engine}/peek_bench_web_bg.wasm`, self.location.href) });
    const began = performance.now();
    const bench = await Bench.open(plan.backend, plan.layers);
    postMessage({ log: `${plan.backend}: ${plan.layers} layers after ${Math.round(performance.now() - began)} ms` });
    const figures = [];
    for (const { tokens, works } of plan.lengths) {
      await bench.prepare(tokens);
      for (const work of works) {
        const figure = { part: plan.part, work, tokens, ...(await time(() => bench.once(work), plan)) };
        figures.push(figure);
        postMessage({ log: `${plan.part} T = ${tokens} ${work}: ${figure.ms.toFixed(1)} ms (${figure.runs} runs)` });
      }
    }
    const memory = wasm.memory.buffer.byteLength;
    postMessage({ done: { figures, memory, adapter: plan.backend === 'webgpu' ? await adapter() : null } });
  } catch (error) {
    postMessage({ failed: String(error?.stack ?? error) });
  }
};
