/* Brings the parts together: headline, switches, theme, keys of the whole page, and the start. */
"use strict";
const Main = (() => {
  const t = Languages.text;
  const live = document.getElementById("live");
  const VIEW_KEYS = { 1: "co-application", 2: "two-mode", 3: "matrix", 4: "coverage" };

  /** Tells a screen reader. */
  function say(text) {
    live.textContent = "";
    requestAnimationFrame(() => { live.textContent = text; });
  }

  /** The headline: a finding with numbers from the graph. */
  function headline() {
    const { level } = Store.state;
    const found = Graph.scene.findings[level];
    const names = found.top.slice(0, 3).map(Graph.brief).join(t("and"));
    const key = !found.joint ? "finding-none" : !found.top.length ? "finding-flat" : found.top.length === 1 ? "finding-one" : found.top.length <= 3 ? "finding-several" : "finding-many";
    document.getElementById("finding").textContent = t(key, { ...found, name: names, count: found.top.length });
    document.getElementById("standfirst").textContent = t("standfirst", found) + t(`level-means-${level}`);
    document.title = `${document.getElementById("finding").textContent} – ${t("site")}`;
    const left = Graph.scene.leftOut;
    const isPart = Boolean(left.institutions);
    const omitted = document.getElementById("left-out");
    omitted.hidden = !isPart;
    if (isPart) omitted.textContent = t("left-out", left);
    const { filters = {}, scope = "everything" } = Graph.scene.about;
    const given = Object.entries(scope === "everything" ? filters : { scope, ...filters });
    document.getElementById("part").textContent = given.length ? t("part-of", { filters: given.map(([key, value]) => `${t(`part-${key}`)} = ${value}`).join(t("comma")) }) : "";
  }
  /** How to read the picture, and what not to read into it. */
  function caption() {
    const { level, view } = Store.state;
    const found = Graph.scene.findings[level];
    const parts = [t(`read-${view}`)];
    if (view === "co-application") parts.push(found.repeated ? t("read-width", found) : t("read-no-width"));
    if (Store.isPicture()) parts.push(t("read-size"));
    if (view === "co-application" && found.within) parts.push(t("read-within", found));
    document.getElementById("how-to-read").textContent = parts.join(Languages.current === "zh" ? "" : " ");
    const { about } = Graph.scene;
    document.getElementById("edition").textContent = t("version", { version: about.graph_version, cutOff: about.cut_off });
    document.getElementById("cite").textContent = t("cite", { cite: about.cite });
  }
  function switches() {
    const { view, level } = Store.state;
    for (const one of document.querySelectorAll("button[data-view]")) one.setAttribute("aria-pressed", String(one.dataset.view === view));
    for (const one of document.querySelectorAll("button[data-level]")) one.setAttribute("aria-pressed", String(one.dataset.level === level));
    document.getElementById("picture").hidden = !Store.isPicture();
    document.getElementById("matrix").hidden = view !== "matrix";
    document.getElementById("coverage").hidden = view !== "coverage";
    for (const one of document.querySelectorAll("[data-take=png], [data-take=svg]")) one.disabled = view === "coverage"; // it is no picture
    document.documentElement.dataset.view = view;
  }

  /** Draws what a change asks for. */
  function show(changed) {
    const everything = changed.has("language") || changed.has("level");
    if (everything) headline();
    if (everything || changed.has("view")) { caption(); switches(); }
    if (Store.state.view === "matrix") Matrix.show();
    else if (Store.state.view === "coverage") Coverage.show();
    else Picture.redraw(changed);
    Facets.show();
    Coverage.told();
    if (everything || changed.has("node") || changed.has("edge")) Panel.show();
  }
  Store.onChange((state, changed) => {
    if (changed.has("level")) {
      const node = Graph.counterpart(state.level, state.node);
      if (node !== state.node || state.edge) { Store.set({ node, edge: "" }); }
    }
    show(changed);
    if (changed.has("node") && state.node) say(Panel.preview(state.node).join(", "));
    else if (changed.has("edge") && state.edge) say(Panel.previewLine(state.edge).join(": "));
    else if (Store.FACETS.some((facet) => changed.has(facet)) || changed.has("upTo")) say(document.getElementById("status").textContent);
    else if (changed.has("view") || changed.has("level")) say(document.getElementById("finding").textContent);
  });
  Languages.onChange(() => { Store.rewrite(); if (started) show(new Set(["language"])); });
  let started = false;

  Themes.onChange(() => { Drawing.forgetColors(); if (started) show(new Set(["theme"])); });
  document.getElementById("language").addEventListener("click", () => Languages.set(Languages.current === "zh" ? "en" : "zh"));
  for (const one of document.querySelectorAll("button[data-view]")) one.addEventListener("click", () => Store.set({ view: one.dataset.view }));
  for (const one of document.querySelectorAll("button[data-level]")) one.addEventListener("click", () => Store.set({ level: one.dataset.level }));
  document.getElementById("clear").addEventListener("click", () => Store.set({ ...Store.noFilters(), upTo: false }));
  document.getElementById("back").addEventListener("click", () => close());
  const zooms = { in: () => Picture.zoom(1.3), out: () => Picture.zoom(1 / 1.3), home: () => Picture.home(), whole: () => Picture.whole(), next: () => Picture.next() };
  for (const one of document.querySelectorAll("[data-zoom]")) one.addEventListener("click", () => zooms[one.dataset.zoom]());

  /** Takes back what is pinned; the focus returns to the picture. */
  function close() {
    const { node } = Store.state;
    Store.set({ node: "", edge: "" });
    if (node && Store.isPicture() && document.activeElement === document.body) Handles.go(node);
  }
  document.addEventListener("keydown", (event) => {
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox";
    if (event.key === "Escape") { close(); return; }
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") { event.preventDefault(); Search.focus(); }
    else if (Store.VIEWS.includes(VIEW_KEYS[event.key])) Store.set({ view: VIEW_KEYS[event.key] });
    else if (/^Arrow/.test(event.key) && event.target === document.body && Store.state.node && Store.isPicture()) { event.preventDefault(); Handles.go(Store.state.node); }
  });

  /** Everything is there: read the address, show. */
  function start() {
    Themes.start(document.getElementById("theme"));
    Store.start();
    Languages.start();
    started = true;
    const node = Graph.counterpart(Store.state.level, Store.state.node);
    if (node !== Store.state.node) Store.set({ node });
    show(new Set(["language"]));
    if (node) Picture.reveal(node);
  }
  return { say, start };
})();
Main.start();
