/* Texts in the language of the reader: elements with data-t take the text of that key, with data-t-NAME an attribute's.
   The language is that of the address (#lang=), that for which the page was made (data-lang), of an earlier visit, or of
   the browser. */
"use strict";
const Languages = (() => {
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const known = ["zh", "en"];
  const listeners = [];
  let current = "en";

  function fromAddress() {
    const given = new URLSearchParams(location.hash.slice(1)).get("lang");
    return known.includes(given) ? given : null;
  }
  function remembered() {
    try { return localStorage.getItem("sandbox-kg-lang"); } catch { return null; }
  }
  function first() {
    const kept = remembered();
    const made = document.documentElement.dataset.lang; // a page can be made for one language
    return fromAddress() || (known.includes(made) ? made : null) || (known.includes(kept) ? kept : null) || (/^zh/i.test(navigator.language) ? "zh" : "en");
  }
  /** The text of a key, with {names} filled. */
  function text(key, values = {}) {
    const found = texts[key] ? texts[key][current] : key;
    return found.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  }
  function apply(root = document) {
    for (const element of root.querySelectorAll("[data-t]")) element.textContent = text(element.dataset.t, element.dataset);
    for (const name of ["title", "placeholder", "aria-label"])
      for (const element of root.querySelectorAll(`[data-t-${name}]`))
        element.setAttribute(name, text(element.getAttribute(`data-t-${name}`), element.dataset));
  }
  function set(language) {
    if (!known.includes(language)) return;
    current = language;
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    try { localStorage.setItem("sandbox-kg-lang", language); } catch { /* a page opened from a file may have no storage */ }
    apply();
    for (const listener of listeners) listener(language);
  }
  return { text, apply, set, get current() { return current; }, onChange: (listener) => listeners.push(listener), start: () => set(first()) };
})();
