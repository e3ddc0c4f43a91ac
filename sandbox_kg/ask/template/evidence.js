/* Where a fact comes from: the words as printed, the source, and where it stands. */
"use strict";
const Evidence = (() => {
  const t = Languages.text;

  /** One piece: what is printed, in which source. */
  function piece(row) {
    const note = Languages.current === "zh" ? row.noteZh || row.noteEn : row.noteEn || row.noteZh;
    const more = [row.states && `${t("states")}${t("colon")}${Cells.words(row.states)}`, row.where && Cells.words(row.where), note && readable(note.value)].filter(Boolean).join(" · ");
    const facts = [row.publisher, row.date].filter(Boolean).map((term) => readable(term.value)).join(" · ");
    return element("li", {},
      row.printed ? element("q", { class: "printed", lang: "zh" }, readable(row.printed.value)) : null, row.printed ? " " : null,
      ...Cells.thing(row.source.value, false), row.address ? " " : null, row.address ? outside(row.address.value, t("open-source")) : null,
      element("div", { class: "soft" }, facts), more ? element("div", { class: "soft" }, more) : null);
  }
  /** The evidence of a fact. */
  function list(rows) {
    return rows.length ? element("ul", { class: "evidence" }, ...rows.map(piece)) : null;
  }
  return { list };
})();
