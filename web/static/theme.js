// What has to be there before everything else.

// A chosen theme must not flash. The page writes the same key.
try {
  const theme = localStorage.getItem("peek-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  // Room is kept for the words that a newcomer is greeted with.
  if (localStorage.getItem("peek-visited") === null) document.documentElement.dataset.new = "";
} catch {
  // Site data is blocked: the system's theme it is.
}

// A script that does not come cannot say so itself.
addEventListener(
  "error",
  ({ target }) => {
    if (!(target instanceof HTMLScriptElement)) return;
    const tell = () => {
      const place = document.getElementById("boot-state");
      if (!place) return;
      place.setAttribute("role", "alert");
      place.textContent = "A file of the page did not come: reload it once the network is back.";
    };
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", tell);
    else tell();
  },
  true,
);
