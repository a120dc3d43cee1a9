// Starts the page. The engine follows in its worker.
import init from "./peek_page.js";
import { keepForOffline } from "./offline.js";

// The two functions that the page's program calls: the single file has others in their place.
const started = new Set();
let offline;

// Gives the worker of an engine: "cpu" or "webgpu".
self.peekStartEngine = (flavour) => {
  started.add(flavour);
  offline?.then((keep) => keep(flavour));
  return new Worker(`./worker.js?engine=${flavour}`, { type: "module" });
};

// Told once the first model is there: nothing that the page needs has to wait for the copy that is kept for offline use.
self.peekReady = () => {
  offline = keepForOffline();
  offline.then((keep) => started.forEach(keep));
};

// A server that gives WebAssembly another type is no reason to fail: what streams only with the right one is then read whole.
const streaming = WebAssembly.instantiateStreaming;
WebAssembly.instantiateStreaming = async (source, imports) => {
  const response = await source;
  if (!response.ok) throw new Error(`${response.url} was answered with status ${response.status}`);
  const typed = response.headers.get("content-type")?.startsWith("application/wasm");
  return streaming && typed
    ? streaming.call(WebAssembly, response, imports)
    : WebAssembly.instantiate(await response.arrayBuffer(), imports);
};

// The file is named here: whether the glue names it by itself depends on how it was made.
init({ module_or_path: new URL("./peek_page_bg.wasm", import.meta.url) }).catch((error) => {
  const place = document.getElementById("boot-state");
  if (place) {
    place.setAttribute("role", "alert");
    place.textContent = `The page could not be started (${error}). Reload it; if that does not help, use a current browser with WebAssembly.`;
  }
});
