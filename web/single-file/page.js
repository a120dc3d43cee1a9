// Starts the page in the single file: what `boot.js` fetches is here in elements of the page.

(async () => {
  const files = {};
  for (const element of document.querySelectorAll("script[data-file]")) {
    files[element.dataset.file] = { base64: element.textContent.trim(), bytes: Number(element.dataset.bytes) };
    element.remove();
  }
  const { "page.wasm": page, "worker.js": worker, ...shared } = files;
  const base = new URL("./", document.baseURI).href;
  peekServe(shared, base);

  // A classic worker: a page opened from a disk may start no module worker.
  const script = new Blob([await peekUnpack("worker.js", worker).text()], { type: "text/javascript" });
  const address = URL.createObjectURL(script);
  // One engine is inside, which does what it can of what it is asked for.
  self.peekStartEngine = () => {
    const engine = new Worker(address);
    engine.postMessage({ files: shared, base });
    return engine;
  };
  await peek_page({ module_or_path: peekUnpack("page.wasm", page) });
})().catch((error) => {
  const place = document.getElementById("boot-state");
  if (place) {
    place.setAttribute("role", "alert");
    place.textContent = `The page could not be started (${error}). Open it in a current browser with WebAssembly.`;
  }
});
