// Before the first frame, so that a chosen theme does not flash. The page writes the same key.
try {
  const theme = localStorage.getItem("peek-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Site data is blocked: the system's theme it is.
}
