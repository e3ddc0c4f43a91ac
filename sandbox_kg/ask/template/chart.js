/* Bars, where a result gives labels and a number: one bar a row, as wide as its number. */
"use strict";
const Chart = (() => {
  const t = Languages.text;
  const MOST = 60;
  const place = byId("chart");

  /** What can be drawn: the columns of numbers, and those of labels; null where either is missing. */
  function columnsOf(columns, rows) {
    const isNumber = (k) => rows.some((row) => row[k]) && rows.every((row) => !row[k] || Terms.isNumber(row[k]));
    const firstLabel = columns.findIndex((_, k) => !isNumber(k));
    const numbers = columns.map((_, k) => k).filter((k) => isNumber(k) && k > firstLabel); // one before all labels counts the rows
    const labels = columns.map((_, k) => k).filter((k) => !isNumber(k) && rows.some((row) => row[k]));
    return numbers.length && labels.length && labels.length <= 3 && rows.length > 1 ? { numbers, labels } : null;
  }
  let chosen = null;
  /** The column that is drawn when nothing is said: the one by which the rows fall, else the last, where counts stand. */
  function leading(numbers, rows) {
    const value = (row, k) => (row[k] ? Number(row[k].value) : -Infinity);
    const falls = (k) => rows.every((row, at) => !at || value(rows[at - 1], k) >= value(row, k));
    return numbers.find(falls) ?? numbers[numbers.length - 1];
  }

  /** Draws the rows; `titles` say what a column means. */
  function show(columns, titles, rows, fresh = false) {
    const found = columnsOf(columns, rows);
    if (!found) { place.replaceChildren(); return; }
    if (fresh || !found.numbers.includes(chosen)) chosen = leading(found.numbers, rows);
    const drawn = rows.filter((row) => row[chosen]).slice(0, MOST);
    const largest = Math.max(...drawn.map((row) => Math.abs(Number(row[chosen].value))), 0) || 1;
    const named = (k) => titles[columns[k]] || `?${columns[k]}`;
    const caption = element("figcaption", {}, t("chart-of", { number: named(chosen), label: found.labels.map(named).join(" · ") }),
      drawn.length < rows.length ? ` ${t("chart-first", { shown: drawn.length, count: Cells.grouped(String(rows.length)) })}` : "");
    const bars = element("table", { class: "bars" }, element("caption", { class: "hidden-visually" }, byId("question").textContent),
      element("tbody", {}, ...drawn.map((row) => bar(row, found.labels, largest))));
    place.replaceChildren(element("figure", {}, caption, chooser(columns, titles, rows, found, named), bars));
  }
  function bar(row, labels, largest) {
    const name = labels.flatMap((k, at) => (row[k] ? [at ? " · " : "", ...Cells.shown(row[k], false)] : []));
    const value = Number(row[chosen].value);
    const track = element("span", { class: value < 0 ? "bar below" : "bar", "aria-hidden": "true" });
    track.style.width = `calc((100% - 7em) * ${Math.abs(value) / largest})`; // by the script, which the policy lets do that
    return element("tr", {}, element("th", { scope: "row" }, ...name), element("td", {}, track, element("span", { class: "value" }, Cells.grouped(row[chosen].value))));
  }
  function chooser(columns, titles, rows, found, named) {
    if (found.numbers.length < 2) return null;
    const select = element("select", { id: "chart-number" }, ...found.numbers.map((k) => element("option", { value: k, selected: k === chosen }, named(k))));
    select.addEventListener("change", () => { chosen = Number(select.value); show(columns, titles, rows); byId("chart-number").focus(); });
    return element("label", {}, t("chart-number"), " ", select);
  }

  return { show, columnsOf };
})();
