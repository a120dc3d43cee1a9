// Starts the page. The engine follows in its worker.
import init from "./peek_page.js";

init().catch((error) => {
  const place = document.getElementById("boot-state");
  if (place) {
    place.setAttribute("role", "alert");
    place.textContent = `The page could not be started (${error}). Reload it; if that does not help, use a current browser with WebAssembly.`;
  }
});
