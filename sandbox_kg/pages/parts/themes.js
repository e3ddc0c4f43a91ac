/* Light or dark: as the system has it, until the reader chooses; for all pages at once. */
"use strict";
const Themes = (() => {
  const KEY = "sandbox-kg-theme";
  const root = document.documentElement;
  const listeners = [];

  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }
  function choose(theme) {
    root.dataset.theme = theme;
    try { localStorage.setItem(KEY, theme); } catch { /* a page opened from a file may have no storage */ }
    tell();
  }
  function tell() { for (const listener of listeners) listener(); }
  /** Takes what was chosen before, and listens to the button. */
  function start(button) {
    try {
      const kept = localStorage.getItem(KEY);
      if (["light", "dark"].includes(kept)) root.dataset.theme = kept;
    } catch { /* no storage */ }
    button.addEventListener("click", () => choose(isDark() ? "light" : "dark"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
  }
  return { start, onChange: (listener) => listeners.push(listener) };
})();
