/* Coverage: how much of each year, matter and cohort is recorded, on what sources it rests, and what no network holds. */
"use strict";
const Coverage = (() => {
  const place = document.getElementById("coverage");
  const reach = document.getElementById("reach");
  const { element } = Matrix;
  const t = Languages.text;
  const rows = Graph.scene.coverage;
  const count = (row, key) => Number(row[key] || 0);
  let made = "";

  /** A bar of parts, each with its sort and its number; the longest bar of a table is `most` long. */
  function bar(most, ...parts) {
    const whole = element("span", { class: "measure", "aria-hidden": "true" });
    for (const [sort, number] of parts) if (number > 0) {
      const part = element("span", { class: sort });
      part.style.width = `${(100 * number) / most}%`;
      whole.append(part);
    }
    return whole;
  }
  function table(title, about, heads, lines) {
    const head = element("thead", {}, element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text))));
    const body = element("tbody", {}, ...lines.map((cells) => element("tr", {}, ...cells.map((cell, k) => element(k ? "td" : "th", k ? {} : { scope: "row" }, cell)))));
    return element("section", {}, element("h2", {}, title), element("p", { class: "soft" }, about), element("table", {}, head, body));
  }

  function years() {
    const most = Math.max(1, ...rows.years.map((row) => Math.max(count(row, "stated") + count(row, "recorded") - count(row, "found"), 1)));
    const lines = rows.years.map((row) => [row.year || t("undated"),
      bar(most, ["full", count(row, "found")], ["gap", count(row, "missing")], ["more", count(row, "recorded") - count(row, "found")]),
      count(row, "sized") ? `${count(row, "found")} / ${count(row, "stated")}` : "–", String(count(row, "recorded"))]);
    return table(t("cover-years"), t("cover-years-about"), [t("facet-year"), "", t("cover-of-known"), t("cover-recorded")], lines);
  }
  function matters() {
    const name = Languages.current === "zh" ? "matterZh" : "matterEn";
    const lines = rows.matters.map((row) => [row[name], bar(count(row, "pilots"), ["full", count(row, "known")], ["gap", count(row, "missing")]), `${count(row, "known")} / ${count(row, "pilots")}`]);
    return table(t("cover-matters"), t("cover-matters-about"), [t("cover-matter"), "", t("pilots")], lines);
  }
  function kinds() {
    const most = Math.max(1, ...rows.kinds.map((row) => count(row, "pilots")));
    const lines = rows.kinds.map((row) => [Graph.name(row.kind), bar(most, ["full", count(row, "alone")], ["more", count(row, "pilots") - count(row, "alone")]), String(count(row, "pilots")), String(count(row, "alone"))]);
    return table(t("cover-kinds"), t("cover-kinds-about"), [t("cover-kind"), "", t("pilots"), t("cover-alone")], lines);
  }
  function copies() {
    const most = Math.max(1, ...rows.copies.map((row) => count(row, "facts")));
    const lines = rows.copies.map((row) => [row.copy ? Graph.name(row.copy) : t("cover-original"), bar(most, ["full", count(row, "alone")], ["more", count(row, "facts") - count(row, "alone")]), String(count(row, "facts")), String(count(row, "alone"))]);
    return table(t("cover-copies"), t("cover-copies-about"), [t("cover-copy"), "", t("cover-facts"), t("cover-alone")], lines);
  }

  /** A cohort in squares: a full one for each recorded pilot, an empty one for each missing. */
  function squares(row) {
    const one = (sort) => element("span", { class: `square ${sort}` });
    const gaps = row.stated ? count(row, "missing") : 0;
    const all = [...Array.from({ length: count(row, "recorded") }, () => one("full")), ...Array.from({ length: gaps }, () => one("gap"))];
    if (!row.stated) all.push(element("span", { class: "unknown" }, "?"));
    return element("span", { class: "squares", "aria-hidden": "true" }, ...all);
  }
  function ofTotal(row) { return `${count(row, "recorded")} / ${row.stated || "?"}`; }
  /** When a cohort was first public: a day as exact as it is known, or the last possible one. */
  function when(row) { return row.day || (row.latest ? t("cover-until", { day: row.latest }) : t("undated")); }
  function cohorts() {
    const key = (row) => `${row.day || row.latest || "9"} ${row.cohort}`;
    const lines = [...rows.cohorts].sort((a, b) => (key(a) < key(b) ? -1 : 1)).map((row) => [
      Panel.link(row.cohort), when(row), squares(row), ofTotal(row),
      ...["named", "applied", "technical"].map((column) => (count(row, "recorded") ? String(count(row, column)) : "")), row.complete === "yes" ? "✓" : ""]);
    const heads = ["cohort", "cover-day", "", "cover-of-known", "cover-named", "cover-applied", "cover-technical", "cover-complete"].map((one) => (one ? t(one) : ""));
    const made_ = table(t("cover-cohorts"), t("cover-cohorts-about"), heads, lines);
    made_.classList.add("cohorts");
    return made_;
  }
  /** What stands apart from every network. */
  function beside() {
    const entries = Object.entries(Graph.scene.apart);
    if (!entries.length) return "";
    const items = entries.map(([id, { cohort }]) => element("li", {}, Panel.link(id), " ", element("span", { class: "mark" }, Panel.aside(id)), cohort ? element("span", { class: "soft" }, ` ${Graph.name(cohort)}`) : ""));
    return element("section", {}, element("h2", {}, t("cover-apart")), element("p", { class: "soft" }, t("cover-apart-about")), element("ul", {}, ...items));
  }

  /** A cohort's coverage in words. */
  function inWords(row) {
    return [row.stated ? t("cover-words", { recorded: count(row, "recorded"), stated: row.stated }) : t("cover-words-unsized", { recorded: count(row, "recorded") }), when(row)].join(" · ");
  }
  function totals() {
    const sized = rows.cohorts.filter((row) => row.stated);
    const sum = (list, key) => list.reduce((total, row) => total + count(row, key), 0);
    return { cohorts: rows.cohorts.length, recorded: sum(rows.cohorts, "recorded"), sized: sized.length, stated: sum(sized, "stated"), found: sum(sized, "recorded") };
  }

  function show() {
    if (made === Languages.current) return;
    made = Languages.current;
    const key = element("p", { class: "key" }, ...[["full", t("cover-key-full")], ["gap", t("cover-key-gap")], ["more", t("cover-key-more")]].map(([sort, text]) => element("span", {}, element("span", { class: `square ${sort}` }), " ", text)));
    const charts = [years(), matters(), kinds(), ...(rows.copies ? [copies()] : [])];
    place.replaceChildren(element("p", { class: "total" }, t("cover-total", totals())), key, element("div", { class: "charts" }, ...charts), cohorts(), beside());
  }

  /** The line below the headline: how much is recorded, the way to this view, and the switch to the article of 2020. */
  function told() {
    if (!rows.cohorts) return;
    const button = (text, action, pressed) => {
      const one = element("button", { type: "button", class: "plain link", ...(pressed === undefined ? {} : { "aria-pressed": String(pressed) }) }, text);
      one.addEventListener("click", action);
      return one;
    };
    const parts = [t("reach", totals()), " ", button(t("reach-more"), () => Store.set({ view: "coverage" }))];
    if (rows.article) {
      const isOn = String([...Store.state.cohort].sort()) === String([...rows.article].sort());
      parts.push(" · ", button(t(isOn ? "reach-all" : "reach-article"), () => Store.set({ cohort: isOn ? [] : [...rows.article], upTo: false })));
    }
    const held = reach.contains(document.activeElement) ? [...reach.querySelectorAll("button")].indexOf(document.activeElement) : -1;
    reach.hidden = false;
    reach.replaceChildren(...parts);
    if (held >= 0) reach.querySelectorAll("button")[held]?.focus();
  }
  /** For paper: the whole view. */
  function forPaper() { show(); return place.cloneNode(true); }

  return { show, told, inWords, forPaper };
})();
