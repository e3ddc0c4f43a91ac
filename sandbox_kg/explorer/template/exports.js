/* What a reader takes away: PNG, SVG, CSV, a link, paper. Files are made here and saved by the browser. */
"use strict";
const Exports = (() => {
  const t = Languages.text;
  const COLUMNS = ["institution", "pilot", "filed", "cohort", "area", "date", "partnership", "role"];

  function save(name, blob) {
    const link = document.createElement("a");
    const address = URL.createObjectURL(blob);
    link.href = address;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    Main.say(t("saved", { name }));
  }
  function fileName(ending) {
    const { level, view } = Store.state;
    return `sandbox-kg-${Graph.scene.about.graph_version}-${view}-${level}-${Languages.current}.${ending}`;
  }
  /** A cell of CSV; one that a spreadsheet would run as a formula gets an apostrophe. */
  function cell(text) {
    const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
  }

  /** The rows of the query `memberships` that are shown, with names, and where they come from beside each. */
  function rows() {
    const { level } = Store.state;
    const { scene } = Graph;
    const found = [];
    for (const [filed, pilot, roles] of Filter.on().filings) {
      const facets = scene.pilots[pilot];
      const institution = Graph.holder(level, filed);
      const plain = { institution, pilot, filed, cohort: facets.cohort, area: facets.area };
      const first = Object.fromEntries(Object.entries(plain).map(([key, id]) => [key, id ? iriOf(id) : ""]));
      for (const role of roles.length ? roles : [""])
        found.push({ ...first, date: facets.date || "", partnership: facets.partnership || "", role: role ? iriOf(role) : "",
          names: [institution, pilot, filed, facets.cohort, facets.area, role].map((id) => (id ? Graph.name(id) : "")) });
    }
    const key = (row) => [row.institution, row.pilot, row.filed].join("\u0000");
    return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }
  function iriOf(id) { return Graph.iri(id); }
  function csv() {
    const { about } = Graph.scene;
    const origin = [about.graph_version, about.cut_off, about.licence, about.cite];
    const header = [...COLUMNS, ...["institution", "pilot", "filed", "cohort", "area", "role"].map((key) => `${key}_label`), "version", "cut_off", "licence", "cite"];
    const lines = rows().map((row) => [...COLUMNS.map((column) => row[column]), ...row.names, ...origin].map(cell).join(","));
    return [header.join(","), ...lines].join("\r\n") + "\r\n";
  }

  const actions = {
    png: () => Figure.canvas().toBlob((blob) => save(fileName("png"), blob), "image/png"),
    svg: () => save(fileName("svg"), new Blob([Figure.svg()], { type: "image/svg+xml" })),
    csv: () => save(fileName("csv"), new Blob(["\ufeff", csv()], { type: "text/csv;charset=utf-8" })),
    print: () => window.print(),
    link: async () => {
      const address = Store.link();
      try { await navigator.clipboard.writeText(address); } catch { copyByHand(address); }
      Main.say(t("link-copied"));
    },
  };
  /** Pages opened from a file may have no clipboard of their own. */
  function copyByHand(text) {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }

  const menu = document.getElementById("take");
  menu.addEventListener("click", (event) => {
    const one = event.target.closest("[data-take]");
    if (!one) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    actions[one.dataset.take]();
  });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape" && menu.open) { menu.open = false; menu.querySelector("summary").focus(); event.stopPropagation(); } });
  document.addEventListener("click", (event) => { if (menu.open && !menu.contains(event.target)) menu.open = false; });

  /** For paper: the picture as lines, then tables that fit. */
  function forPaper() {
    const paper = document.getElementById("paper");
    const table = !Store.isPicture();
    const parts = [];
    if (!table) {
      const parsed = new DOMParser().parseFromString(Figure.svg(), "image/svg+xml").documentElement;
      const picture = document.importNode(parsed, true);
      picture.removeAttribute("width");
      picture.removeAttribute("height");
      parts.push(picture);
    }
    if (Store.state.view === "coverage") parts.push(Coverage.forPaper());
    parts.push(...Matrix.forPaper(Store.state.level, 36));
    paper.replaceChildren(...parts);
  }
  let theme;
  window.addEventListener("beforeprint", () => {
    theme = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
    document.documentElement.dataset.printing = Store.isPicture() ? "picture" : "table";
    Drawing.forgetColors();
    forPaper();
  });
  window.addEventListener("afterprint", () => {
    delete document.documentElement.dataset.printing;
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    Drawing.forgetColors();
    document.getElementById("paper").replaceChildren();
  });

  return { csv, rows, actions };
})();
