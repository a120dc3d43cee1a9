// What the single file's worker has before `worker.js`: the engine, from the page's first message.

self.peekEngine = () =>
  new Promise((resolve) => {
    self.peekFirstMessage = resolve;
  }).then(async ({ files, base }) => {
    peekServe(files, base);
    const wasm = await peek_worker({ module_or_path: peekUnpack("engine.wasm", files["engine.wasm"]) });
    return { Engine: peek_worker.Engine, wasm };
  });

// The first message is this script's; all others go to `worker.js`.
self.addEventListener(
  "message",
  (event) => {
    event.stopImmediatePropagation();
    self.peekFirstMessage(event.data);
  },
  { once: true },
);
