/* What the reader looks at stands in the address, so that an answer can be shared as a link:
   #query=NAME&PARAMETER=VALUE… or #sparql=TEXT, with view, node (what the panel shows) and lang. */
"use strict";
const Address = (() => {
  const OWN = ["query", "sparql", "view", "node", "lang"];
  const VIEWS = ["table", "chart"];
  const listeners = [];
  let state = { query: "", sparql: "", values: {}, view: "", node: "" };

  function read() {
    const given = new URLSearchParams(location.hash.slice(1));
    const sparql = given.get("sparql") || (given.get("query") || Ask.opens ? "" : Ask.internal["ask-start"]);
    const query = sparql ? "" : given.get("query") || Ask.opens;
    const values = {};
    if (!sparql) for (const name of given.keys()) if (!OWN.includes(name)) values[name] = given.getAll(name);
    return { query, sparql, values, view: VIEWS.includes(given.get("view")) ? given.get("view") : "", node: given.get("node") || "" };
  }
  /** The address of a state. */
  function hash(of = state) {
    const parts = new URLSearchParams();
    if (of.sparql) parts.set("sparql", of.sparql);
    else parts.set("query", of.query);
    for (const [name, values] of Object.entries(of.values)) for (const value of values) parts.append(name, value);
    if (of.view) parts.set("view", of.view);
    if (of.node) parts.set("node", of.node);
    parts.set("lang", Languages.current);
    return "#" + parts.toString().replace(/%3A/g, ":").replace(/%2C/g, ",").replace(/%2F/g, "/");
  }
  /** The changes that there are. */
  function differences(next) { return new Set(Object.keys(next).filter((key) => JSON.stringify(next[key]) !== JSON.stringify(state[key]))); }

  /** Changes what is looked at; `quietly` without a step back in the history. */
  function set(changes, quietly = false) {
    const changed = differences(changes);
    if (!changed.size) return changed;
    state = { ...state, ...changes };
    write(quietly);
    for (const listener of listeners) listener(state, changed);
    return changed;
  }
  function write(quietly) {
    const next = hash();
    if (next === location.hash) return;
    if (quietly) location.replace(next);
    else location.hash = next;
  }
  window.addEventListener("hashchange", () => {
    if (location.hash === hash()) return;
    const language = new URLSearchParams(location.hash.slice(1)).get("lang");
    const next = read();
    const changed = differences(next);
    state = next;
    if (language && language !== Languages.current) Languages.set(language);
    if (changed.size) for (const listener of listeners) listener(state, changed);
  });

  return {
    OWN, set, read,
    get state() { return state; },
    onChange: (listener) => listeners.push(listener),
    /** Takes the state from the address, before anything is shown. */
    start() { state = read(); },
    /** Writes the address anew, after the language has changed. */
    rewrite: () => write(true),
    /** The address of what is shown with some changes, for a link. */
    link: (changes = {}) => hash({ ...state, ...changes }),
  };
})();
