/* The table of a result: sorted by any column, written in parts so that the page never stands still, in pages where it
   is long. */
"use strict";
const Table = (() => {
  const t = Languages.text;
  const PAGE = 10000; // rows of one page
  const AT_ONCE = 200; // rows written before the reader sees the table
  const place = byId("table");
  let shown = null; // {columns, titles, rows}
  let sorted = null; // {column, isDown}
  let rows = [];
  let page = 0;
  let more = () => false; // writes so many rows more; whether any are left

  /** Shows rows under columns; `titles` say what a column means. */
  function show(columns, titles, all) {
    shown = { columns, titles, all };
    sorted = null;
    page = 0;
    arrange();
  }
  function arrange() {
    rows = shown.all;
    if (sorted) {
      const collator = Cells.collator();
      const sign = sorted.isDown ? -1 : 1;
      rows = [...rows].sort((one, other) => {
        const [a, b] = [one[sorted.column], other[sorted.column]];
        return a && b ? sign * Cells.compare(a, b, collator) : Cells.compare(a, b, collator);
      });
    }
    write();
  }
  function header(column, k) {
    const title = shown.titles[column];
    const order = sorted && sorted.column === k ? (sorted.isDown ? "descending" : "ascending") : "none";
    const button = element("button", { type: "button", class: "plain", title: t("sort-by") }, element("span", { class: title ? "title" : null }, title || `?${column}`),
      title ? element("span", { class: "short soft" }, `?${column}`) : null, order === "none" ? null : element("span", { class: "arrow", "aria-hidden": "true" }, order === "ascending" ? "▲" : "▼"));
    button.addEventListener("click", () => sortBy(k));
    return element("th", { scope: "col", "aria-sort": order, class: isNumeric(k) ? "number" : null }, button);
  }
  /** Once upwards, once downwards, then as the engine gave them. */
  function sortBy(k) {
    sorted = !sorted || sorted.column !== k ? { column: k, isDown: false } : sorted.isDown ? null : { column: k, isDown: true };
    page = 0;
    arrange();
    place.querySelectorAll("thead th button")[k].focus();
    Main.say(t(sorted ? (sorted.isDown ? "sorted-down" : "sorted-up") : "sorted-not", { column: shown.titles[shown.columns[k]] || shown.columns[k] }));
  }
  function isNumeric(k) { return shown.all.some((row) => row[k]) && shown.all.slice(0, 50).every((row) => !row[k] || Terms.isNumber(row[k])); }

  /** A column of sentences is kept wide enough to be read. */
  function isLong(k) { return shown.all.slice(0, 50).some((row) => row[k] && row[k].type === "literal" && row[k].value.length > 60); }

  function line(row, sorts) {
    return element("tr", {}, ...row.map((term, k) => element("td", { class: sorts[k] }, ...Cells.shown(term))));
  }
  /** Writes the page of rows that is looked at: a first part now, the rest as the reader comes near its end, or prints. */
  function write() {
    const sorts = shown.columns.map((_, k) => (isNumeric(k) ? "number" : isLong(k) ? "long" : null));
    const body = element("tbody");
    const part = rows.slice(page * PAGE, (page + 1) * PAGE);
    const caption = element("caption", { class: "hidden-visually" }, byId("question").textContent);
    const made = element("table", { "aria-rowcount": rows.length + 1, class: shown.columns.length > 8 ? "wide" : null }, caption, element("thead", {}, element("tr", {}, ...shown.columns.map(header))), body);
    place.replaceChildren(made);
    pages();
    let at = 0;
    more = (count) => { body.append(...part.slice(at, at + count).map((row) => line(row, sorts))); at += count; return at < part.length; };
    if (more(AT_ONCE)) watch();
    else near.disconnect();
  }
  /** Looks whether the end of what is written comes near; each look tells once. */
  function watch() {
    near.disconnect();
    near.observe(byId("table-end"));
  }
  const near = new IntersectionObserver((seen) => {
    if (seen.some((one) => one.isIntersecting) && more(AT_ONCE * 2)) watch();
  }, { rootMargin: "1500px" });
  window.addEventListener("beforeprint", () => more(PAGE));

  /** Says which rows of how many are shown, where they are not all. */
  function pages() {
    const count = Math.ceil(rows.length / PAGE);
    const bars = document.querySelectorAll(".pages");
    for (const bar of bars) bar.hidden = count < 2;
    if (count < 2) return;
    const turnTo = (next) => { page = next; write(); byId("result").scrollIntoView({ block: "start" }); };
    const button = (key, next, isOff) => element("button", { type: "button", disabled: isOff, onclick: () => turnTo(next) }, t(key));
    const values = { from: Cells.grouped(String(page * PAGE + 1)), to: Cells.grouped(String(Math.min(rows.length, (page + 1) * PAGE))), count: Cells.grouped(String(rows.length)), page: page + 1, pages: count };
    for (const bar of bars) bar.replaceChildren(element("span", {}, t("page-of", values)), button("page-before", page - 1, page === 0), button("page-after", page + 1, page === count - 1));
  }

  return { show, again: () => { if (shown) arrange(); }, get rows() { return rows; }, get page() { return page; } };
})();
