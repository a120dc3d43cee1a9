// Starts the page. The engine follows in its worker.
import init from "./peek_page.js";

// The file is named here: whether the glue names it by itself depends on how it was made.
init({ module_or_path: new URL("./peek_page_bg.wasm", import.meta.url) }).catch((error) => {
  const place = document.getElementById("boot-state");
  if (place) {
    place.setAttribute("role", "alert");
    place.textContent = `The page could not be started (${error}). Reload it; if that does not help, use a current browser with WebAssembly.`;
  }
});
