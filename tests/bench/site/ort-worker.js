// Times onnxruntime-web on the same GPT-2, exported with the logits of the last position alone.
import { adapter, time } from './timing.js';

self.onmessage = async ({ data: plan }) => {
  try {
    const ort = await import(`./ort/ort.${plan.backend === 'webgpu' ? 'webgpu' : 'wasm'}.min.mjs`);
    // Without cross-origin isolation there is one thread anyway; with it, the comparison is with one.
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmPaths = new URL('./ort/', self.location.href).href;
    const session = await ort.InferenceSession.create(`./onnx/${plan.model}`, {
      executionProviders: [plan.backend],
      graphOptimizationLevel: 'all',
    });
    const figures = [];
    for (const tokens of plan.tokens) {
      const ids = BigInt64Array.from({ length: tokens }, (_, at) => (at === 0 ? 50256n : BigInt((at * 11 * 577) % 50257)));
      const input = new ort.Tensor('int64', ids, [1, tokens]);
      const forward = async () => {
        const { logits } = await session.run({ input_ids: input });
        if (!Number.isFinite((await logits.getData())[0])) throw new Error('no finite logits');
        logits.dispose();
      };
      const figure = { part: plan.part, work: 'forward', tokens, ...(await time(forward, plan)) };
      figures.push(figure);
      postMessage({ log: `${plan.part} T = ${tokens} forward: ${figure.ms.toFixed(1)} ms (${figure.runs} runs)` });
    }
    postMessage({ done: { figures, adapter: plan.backend === 'webgpu' ? await adapter() : null } });
  } catch (error) {
    postMessage({ failed: String(error?.stack ?? error) });
  }
};
