/* Brings the parts together: what is asked, the answer, the keys of the whole page, and the start. */
"use strict";
const Main = (() => {
  const t = Languages.text;
  const live = byId("live");
  let result = null;
  let isReady = false;
  let isEdited = false;
  let turn = 0;
  let clock = 0;

  /** Tells a screen reader. */
  function say(text) {
    live.textContent = "";
    requestAnimationFrame(() => { live.textContent = text; });
  }
  function question() { return isEdited || Address.state.sparql ? null : Library.question(Address.state.query) || null; }

  // -- what is asked ------------------------------------------------------------------------------------------------------
  function headline() {
    const asked = question();
    const name = Address.state.query;
    byId("question").textContent = asked ? asked.questions[Languages.current] : t("own-query");
    byId("standfirst").replaceChildren(asked ? element("span", {}, asked.titles[Languages.current], " ", element("code", {}, asked.name)) : t("own-query-means"));
    byId("back-to-question").hidden = !(isEdited && Library.question(name));
    document.title = `${byId("question").textContent} – ${Ask.about.version ? t("site") : Ask.about.file}`;
  }
  /** The SPARQL of the address, or why there is none. */
  function wanted() {
    const { sparql, query, values } = Address.state;
    if (sparql) return { text: sparql };
    const asked = Library.question(query);
    if (!asked) return { error: { key: "question-none", name: query } };
    try { return { text: Bind.bind(asked, values) }; } catch (failure) {
      if (!(failure instanceof Bind.Refused)) throw failure;
      return { error: { key: failure.key, ...failure.values }, text: asked.text };
    }
  }
  /** Shows what the address asks, and asks it. */
  function ask() {
    isEdited = false;
    Mistakes.forget();
    const { text, error } = wanted();
    if (text) Editor.show(text);
    headline();
    Form.show(question(), Address.state.values);
    Library.mark();
    if (error) { stopClock(); clearResult(); Mistakes.tell(error); } else run(false);
  }

  // -- the answer ---------------------------------------------------------------------------------------------------------
  /** Asks what stands in the editor. `isPressed`: by the reader's own hand, without a limit of time. */
  async function run(isPressed = true) {
    const text = Editor.text();
    const checked = Guard.check(text);
    const mine = ++turn;
    if (checked.error) { stopClock(); clearResult(); Mistakes.tell(checked.error); return; }
    if (clock) Engine.stop(); // the one before is still at work
    startClock(mine, isPressed);
    Mistakes.tell(null);
    byId("stale").hidden = true;
    try {
      const found = await Engine.ask(text, checked.form);
      if (mine === turn) { stopClock(); answer(found, checked); }
    } catch (failure) {
      if (mine !== turn) return;
      stopClock();
      clearResult();
      Mistakes.tell(await Mistakes.why(text, failure, isPressed));
    }
  }
  function startClock(mine, isPressed) {
    const began = performance.now();
    byId("running").hidden = false;
    byId("run").hidden = true;
    const tick = () => {
      if (mine !== turn) return;
      const passed = performance.now() - began;
      if (!isPressed && passed > 1000 * Engine.limit) { Engine.stop(); return; }
      byId("passed").textContent = t("running", { seconds: (passed / 1000).toFixed(1) });
    };
    clearInterval(clock);
    tick();
    clock = setInterval(tick, 100);
  }
  function stopClock() {
    clearInterval(clock);
    clock = 0;
    byId("running").hidden = true;
    byId("run").hidden = false;
  }

  function titles() {
    const asked = question();
    return asked ? Object.fromEntries(Object.entries(asked.columns).map(([column, texts]) => [column, texts[Languages.current]])) : {};
  }
  function clearResult() {
    result = null;
    byId("result").dataset.shows = "nothing";
    byId("count").textContent = "";
    byId("stale").hidden = true;
    Exports.offer(null);
  }
  function answer(found, checked) {
    if (found.tooMany) { clearResult(); Mistakes.tell({ key: "too-many", count: Cells.grouped(String(found.tooMany)), most: Cells.grouped(String(Engine.most)) }); return; }
    result = found.triples ? { ...found, columns: ["subject", "predicate", "object"], rows: found.triples } : found;
    if (checked.columns && result.rows) result = inOrder(result, checked.columns);
    show(true);
    performance.mark("answer"); // benchmarks/ask.py reads it
  }
  /** The columns of `SELECT *` in the order in which the query names them: each engine has an order of its own. */
  function inOrder(found, named) {
    const columns = named.filter((name) => found.columns.includes(name));
    const places = columns.map((name) => found.columns.indexOf(name));
    return { ...found, columns, rows: found.rows.map((row) => places.map((at) => row[at])) };
  }
  /** Shows the answer; `fresh` when it has just come. */
  function show(fresh = false) {
    if (!result) return;
    Exports.offer(result);
    const ms = result.ms < 10 ? result.ms.toFixed(1) : String(Math.round(result.ms));
    if (result.form === "ask") {
      byId("count").textContent = t("answered", { ms });
      byId("answer").textContent = t(result.answer ? "yes" : "no");
      byId("result").dataset.shows = "answer";
      if (fresh) say(`${byId("answer").textContent}. ${byId("count").textContent}`);
      return;
    }
    const count = result.rows.length;
    byId("count").textContent = t(result.triples ? "triples" : count === 1 ? "rows-one" : "rows", { count: Cells.grouped(String(count)), ms });
    const canDraw = Boolean(count && Chart.columnsOf(result.columns, result.rows));
    const isChart = canDraw && Address.state.view === "chart";
    byId("views").hidden = !canDraw;
    for (const button of byId("views").querySelectorAll("button")) button.setAttribute("aria-pressed", String((button.dataset.view === "chart") === isChart));
    byId("result").dataset.shows = !count ? "empty" : isChart ? "chart" : "table";
    if (isChart) Chart.show(result.columns, titles(), result.rows, fresh);
    else if (fresh || !byId("table").firstChild) Table.show(result.columns, titles(), result.rows);
    else Table.again();
    if (fresh) say(byId("count").textContent);
  }

  // -- the start ----------------------------------------------------------------------------------------------------------
  Editor.onEdit(() => {
    const wasEdited = isEdited;
    isEdited = true;
    if (!wasEdited) { headline(); Form.show(null); byId("stale").hidden = !result; }
    if (isReady) Mistakes.look(() => !clock);
  });
  /** The reader asks what stands in the editor: it is the question's own text, or one of theirs. */
  function pressed() {
    const text = Editor.text();
    if (!isEdited) { run(); return; }
    isEdited = true;
    if (!Address.set({ query: "", sparql: text, values: {}, view: "" }).size) run();
  }
  Address.onChange((state, changed) => {
    if (changed.has("query") || changed.has("sparql") || changed.has("values")) { if (isReady) ask(); } else if (changed.has("view")) show();
    if (changed.has("node") && isReady) NodePanel.show();
  });
  Languages.onChange(() => {
    if (!isReady) return;
    Address.rewrite();
    headline();
    Form.show(question(), Address.state.values);
    show(true);
    NodePanel.write();
    edition();
  });
  /** Where the graph comes from. Of one that is not ours nothing is claimed. */
  function edition() {
    const { about } = Ask;
    const isOurs = Boolean(about.version);
    byId("edition").textContent = isOurs ? t("version", about) : t("graph-of", about);
    for (const id of ["site", "pages", "origin"]) if (byId(id)) byId(id).hidden = !isOurs; // pages only where some lie beside
    if (isOurs) byId("cite").textContent = t("cite", { cite: about[`cite-${Languages.current}`] });
  }
  byId("run").addEventListener("click", pressed);
  byId("stop").addEventListener("click", () => Engine.stop());
  byId("language").addEventListener("click", () => Languages.set(Languages.current === "zh" ? "en" : "zh"));
  byId("back").addEventListener("click", () => Address.set({ node: "" }));
  byId("back-to-question").addEventListener("click", () => ask());
  for (const button of byId("views").querySelectorAll("button")) button.addEventListener("click", () => Address.set({ view: button.dataset.view === "chart" ? "chart" : "" }, true));
  Form.onChange(() => { const asked = question(); if (asked) Address.set({ values: Form.values(asked) }, true); });
  document.addEventListener("keydown", (event) => {
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
    if (event.key === "Escape" && !event.defaultPrevented && Address.state.node && !event.target.isContentEditable) Address.set({ node: "" });
    else if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); byId("side-questions").open = true; byId("search").focus(); }
  });

  /** Everything is there: read the address, start the engine, answer. */
  async function start() {
    Themes.start(byId("theme"));
    Address.start();
    Languages.start();
    if (matchMedia("(max-width: 860px)").matches) byId("side-questions").open = false;
    Editor.start(byId("editor"), pressed);
    Library.show();
    edition();
    headline();
    const first = wanted();
    Editor.show(first.text || "");
    byId("passed").textContent = t("loading");
    byId("run").hidden = true;
    byId("running").hidden = false;
    try {
      await Engine.ready;
      await Names.start();
    } catch (failure) {
      stopClock();
      byId("run").hidden = true;
      Mistakes.tell({ key: failure.key || "engine-broken", said: failure.said || String(failure) });
      return;
    }
    isReady = true;
    ask();
    await more();
    if (Address.state.node) NodePanel.show();
    document.documentElement.dataset.ready = "";
  }
  /** What can wait until the first answer stands there. */
  async function more() {
    await Names.more();
    await NodePanel.start();
    await Completion.start();
    if (question()) Form.show(question(), Address.state.values);
    show();
  }

  return { say, run, start, get result() { return result; } };
})();
Main.start();
