/* Search: Chinese names in full or in short, English, pinyin and initials; institutions, pilots, technologies, scenarios. */
"use strict";
const Search = (() => {
  const input = document.getElementById("search");
  const list = document.getElementById("results");
  const { element } = Matrix;
  const t = Languages.text;
  const MOST = 9;
  let results = [], active = -1;

  const entries = Object.entries(Graph.scene.found).map(([id, [names, readings]]) => ({ id, names: names.split("\n"), readings: readings ? readings.split("\n") : [] }));
  /** In which order kinds of things are offered, and what a choice does. */
  const technologies = new Set(Object.values(Graph.scene.pilots).flatMap((facets) => facets.technologies || []));
  const cohorts = new Set(Graph.scene.cohorts);
  const scenarios = new Set(Object.values(Graph.scene.pilots).flatMap((facets) => facets.scenarios || []));

  function sort(id) {
    if (technologies.has(id)) return "technology";
    if (scenarios.has(id)) return "scenario";
    if (cohorts.has(id)) return "cohort";
    return Graph.scene.pilots[id] || (Graph.scene.apart[id] || {}).cohort ? "pilot" : "institution";
  }
  /** How well a thing fits: 0 best; null not at all. */
  function fits(entry, words, letters) {
    let worst = 0;
    for (const word of words) {
      let best = Infinity;
      for (const name of entry.names) {
        if (name === word) best = Math.min(best, 0);
        else if (name.startsWith(word)) best = Math.min(best, 1);
        else if (name.includes(` ${word}`) || name.includes(`(${word}`)) best = Math.min(best, 2);
        else if (name.includes(word)) best = Math.min(best, 3);
      }
      if (best === Infinity) { worst = Infinity; break; }
      worst = Math.max(worst, best);
    }
    if (letters) for (const reading of entry.readings) {
      if (reading === letters) worst = Math.min(worst, 0.5);
      else if (reading.startsWith(letters)) worst = Math.min(worst, 1.5);
      else if (letters.length > 2 && reading.includes(letters)) worst = Math.min(worst, 3.5);
    }
    return worst === Infinity ? null : worst;
  }
  /** What a text finds, best first. */
  function find(text) {
    const words = text.toLocaleLowerCase("en").trim().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const joined = words.join("");
    const letters = /^[a-z0-9]+$/.test(joined) ? joined : "";
    const { level } = Store.state;
    const rank = { institution: 0, pilot: 0.2, technology: 0.1, scenario: 0.15, cohort: 0.25 };
    const found = [];
    for (const entry of entries) {
      const score = fits(entry, words, letters);
      if (score === null) continue;
      const kind = sort(entry.id);
      const here = Graph.at(level).nodes.has(entry.id);
      found.push({ id: entry.id, kind, score: score + rank[kind] + (kind === "institution" && !here ? 0.05 : 0) });
    }
    found.sort((a, b) => a.score - b.score || Graph.name(a.id).length - Graph.name(b.id).length || (a.id < b.id ? -1 : 1));
    const seen = new Set();
    return found.filter((one) => {
      const target = ["institution", "pilot", "cohort"].includes(one.kind) ? Graph.counterpart(level, one.id) : one.id;
      if (!target || seen.has(target)) return false;
      seen.add(target);
      one.target = target;
      return true;
    });
  }

  function show() {
    const all = find(input.value);
    results = all.slice(0, MOST);
    active = results.length ? 0 : -1;
    list.replaceChildren(...results.map((one, k) => {
      const option = element("li", { role: "option", id: `result-${k}`, "aria-selected": String(k === active) }, element("span", { class: "name" }, Graph.name(one.id)), element("span", { class: "soft" }, [t(one.kind), Panel.aside(one.id), Graph.otherName(one.id)].filter(Boolean).join(" · ")));
      option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(k); });
      return option;
    }));
    if (input.value.trim() && !results.length) list.replaceChildren(element("li", { class: "soft", role: "option", "aria-disabled": "true", "aria-selected": "false" }, t("nothing-found")));
    const isOpen = Boolean(input.value.trim());
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    mark();
    if (isOpen) Main.say(t("found", { count: all.length }));
  }
  function mark() {
    [...list.children].forEach((option, k) => option.setAttribute("aria-selected", String(k === active)));
    if (active >= 0) { input.setAttribute("aria-activedescendant", `result-${active}`); list.children[active].scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  }
  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  /** Pins an institution or pilot; of a technology or scenario shows the pilots that have it. */
  function choose(k) {
    const one = results[k];
    if (!one) return;
    close();
    input.value = "";
    if (one.kind === "technology" || one.kind === "scenario") {
      if (!Store.state[one.kind].includes(one.id)) Facets.toggle(one.kind, one.id);
      Store.set({ node: "", edge: "" });
      return;
    }
    Store.set({ node: one.target, edge: "" });
    Picture.reveal(one.target);
    document.getElementById("details-title")?.focus({ preventScroll: true });
  }

  input.addEventListener("input", show);
  input.addEventListener("focus", () => { if (input.value.trim()) show(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && results.length) { active = (active + step + results.length) % results.length; mark(); event.preventDefault(); }
    else if (event.key === "Enter") { choose(active); event.preventDefault(); }
    else if (event.key === "Escape") { input.value = ""; close(); input.blur(); event.stopPropagation(); }
  });

  return { find, focus: () => input.focus() };
})();
