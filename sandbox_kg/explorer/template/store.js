/* What the reader has chosen: view, level, what is pinned, filters. It stands in the address, so that a link shows the same. */
"use strict";
const Store = (() => {
  /** The data of the page: scene, pictures, records and the networks on which it does not open. */
  const data = JSON.parse(unsqueeze(JSON.parse(document.getElementById("squeezed").textContent)));
  const { scene } = data;
  /** The facets in the order in which they are shown; each is a key of the address too. */
  const FACETS = ["kind", "area", "year", "cohort", "joint", "stage", "technology", "scenario"];
  const VIEWS = ["co-application", "two-mode", "matrix", ...(scene.coverage.cohorts ? ["coverage"] : [])];
  /** The views that are no picture but tables. */
  const TABLES = ["matrix", "coverage"];
  const LEVELS = Object.keys(scene.findings).sort((a, b) => order(a) - order(b));
  const listeners = [];
  let state = { view: VIEWS[0], level: scene.opens, node: "", edge: "", upTo: false, ...noFilters() };

  function order(level) { return ["as-filed", "legal-person", "group"].indexOf(level); }
  function noFilters() { return Object.fromEntries(FACETS.map((facet) => [facet, []])); }

  /** Reads the address; what is not known there is as at the start. */
  function read() {
    const given = new URLSearchParams(location.hash.slice(1));
    const pick = (key, known, otherwise) => (known.includes(given.get(key)) ? given.get(key) : otherwise);
    const next = {
      view: pick("view", VIEWS, VIEWS[0]),
      level: pick("level", LEVELS, scene.opens),
      node: given.get("node") || "",
      edge: given.get("edge") || "",
      upTo: given.get("upTo") === "1",
    };
    for (const facet of FACETS) next[facet] = (given.get(facet) || "").split("|").filter(Boolean);
    return next;
  }

  /** The address of a state, without what is as at the start. */
  function hash() {
    const parts = new URLSearchParams();
    const kept = new URLSearchParams(location.hash.slice(1));
    if (state.node) parts.set("node", state.node);
    if (state.edge) parts.set("edge", state.edge);
    parts.set("view", state.view);
    parts.set("level", state.level);
    parts.set("lang", Languages.current);
    for (const facet of FACETS) if (state[facet].length) parts.set(facet, state[facet].join("|"));
    if (state.upTo && state.cohort.length) parts.set("upTo", "1");
    for (const [key, value] of kept) if (!parts.has(key) && key.startsWith("x-")) parts.set(key, value);
    return "#" + parts.toString().replace(/%3A/g, ":").replace(/%7C/g, "|");
  }

  /** Changes the state. Whoever looks at other things can go back; filters and language only replace the address. */
  function set(changes) {
    const changed = Object.keys(changes).filter((key) => String(changes[key]) !== String(state[key]));
    if (!changed.length) return;
    state = { ...state, ...changes };
    const next = hash();
    if (next !== location.hash) {
      if (changed.some((key) => ["node", "edge", "view", "level"].includes(key))) location.hash = next;
      else location.replace(next);
    }
    tell(changed);
  }
  function tell(changed) { for (const listener of listeners) listener(state, new Set(changed)); }

  window.addEventListener("hashchange", () => {
    const language = new URLSearchParams(location.hash.slice(1)).get("lang");
    if (language && language !== Languages.current) Languages.set(language);
    const next = read();
    const changed = Object.keys(next).filter((key) => String(next[key]) !== String(state[key]));
    if (!changed.length) return;
    state = { ...state, ...next };
    tell(changed);
  });

  return {
    data, scene, FACETS, VIEWS, LEVELS, set, noFilters,
    isPicture: () => !TABLES.includes(state.view),
    get state() { return state; },
    onChange: (listener) => listeners.push(listener),
    /** Takes the state from the address, before anything is drawn. */
    start() { state = { ...state, ...read() }; },
    /** Writes the address anew, after the language has changed. */
    rewrite() { const next = hash(); if (next !== location.hash) location.replace(next); },
    link: () => location.href.split("#")[0] + hash(),
  };
})();
