/* What is shown as a figure that stands alone: headline, legend, picture or table, and where it all comes from. */
"use strict";
const Figure = (() => {
  const t = Languages.text;
  const MARGIN = 28;

  /** The texts of the page that every figure carries. */
  function texts() {
    const { about } = Graph.scene;
    return {
      title: document.getElementById("finding").textContent,
      standfirst: document.getElementById("standfirst").textContent,
      notes: [document.getElementById("how-to-read").textContent, t("version", { version: about.graph_version, cutOff: about.cut_off }) + " · " + t("licence") + " · " + t("cite", { cite: about.cite }), t("report-error")],
    };
  }
  /** A text in lines of a width. */
  function wrapped(paper, text, width, look) {
    const lines = [];
    let line = "";
    for (const piece of text.match(/[\u0021-\u2e7f]+\s*|[^\u0021-\u2e7f]/gu) || []) {
      if (line && paper.width(line + piece.trimEnd(), look) > width) { lines.push(line.trimEnd()); line = ""; }
      line += piece;
    }
    if (line.trim()) lines.push(line.trimEnd());
    return lines;
  }
  function write(paper, text, x, y, width, look, leading) {
    for (const line of wrapped(paper, text, width, look)) { y += leading; paper.text(line, x, y, look); }
    return y;
  }
  function legend(paper, x, y, width) {
    const { ink, soft } = Drawing.palette();
    const start = x;
    const entries = [...Filter.counts("kind", { ...Store.state, ...Store.noFilters() })].map(([kind, count]) => ({ kind, count, slot: kind === "other" ? Graph.scene.kinds.length : Graph.scene.kinds.indexOf(kind) }));
    entries.sort((a, b) => a.slot - b.slot);
    if (Store.state.view === "two-mode") entries.push({ kind: "pilot", slot: "pilot" });
    for (const { kind, count, slot } of entries) {
      const text = kind === "pilot" ? t("pilot") : `${Facets.valueName("kind", kind)} ${count}`;
      const needed = 18 + paper.width(text, { size: 13 }) + 18;
      if (x + needed > start + width) { x = start; y += 22; }
      Drawing.mark(paper, kind === "pilot" ? { isPilot: true, shape: "square", size: 5 } : { group: slot, shape: Graph.scene.shapes[slot], size: 6 }, x + 7, y - 4.5, {});
      paper.text(text, x + 18, y, { size: 13, color: kind === "pilot" ? soft : ink });
      x += needed;
    }
    return y;
  }

  /** Draws the picture with its left upper corner at x, y. */
  function picture(paper, x, y, packing) {
    const { level, node } = Store.state;
    const network = Graph.at(level);
    const shifted = (spot) => ({ ...spot, x: spot.x + x, y: spot.y + y });
    const spots = (one) => shifted({ x: packing.x[one.index], y: packing.y[one.index], side: packing.sides[one.index] });
    if (packing.strip !== null) Drawing.strip(new Shifted(paper, x, y), level, packing, 1);
    for (const line of Picture.lines()) Drawing.edge(paper, line, spots(network.nodes.get(line.from)), spots(network.nodes.get(line.to)), { alpha: Picture.alphaOfLine(line), strong: Store.state.edge === line.id, count: true });
    for (const one of network.nodes.values()) if (Picture.shown(one)) {
      const spot = spots(one);
      Drawing.mark(paper, one, spot.x, spot.y, { alpha: Picture.alphaOf(one.id), hollow: one.isPilot && network.members.get(one.id).length === 1 });
    }
    for (const entry of Drawing.placed(level, Picture.shown, spots, 1, Picture.measure)) {
      const alpha = Picture.alphaOf(entry.node.id);
      Drawing.label(paper, entry.node, entry.spot, entry.lines, entry.extra, entry.box, { alpha: alpha < 1 ? 0.4 : 1, bold: node === entry.node.id });
    }
    const chosen = network.nodes.get(node);
    if (chosen && Picture.shown(chosen)) Drawing.ring(paper, chosen, spots(chosen).x, spots(chosen).y);
  }
  class Shifted {
    constructor(paper, x, y) { Object.assign(this, { paper, x, y }); }
    line(x1, y1, x2, y2, look) { this.paper.line(x1 + this.x, y1 + this.y, x2 + this.x, y2 + this.y, look); }
    text(text, x, y, look) { this.paper.text(text, x + this.x, y + this.y, look); }
  }

  /** Draws the table of institutions by pilots. */
  function grid(paper, x, y, { across, left, top }) {
    const { level, node } = Store.state;
    const { ink, soft, line, paper: ground } = Drawing.palette();
    const groups = Matrix.columns(level);
    const institutions = Matrix.rows(level, groups);
    const on = Filter.on();
    let column = 0;
    for (const group of groups) {
      const heading = { size: 12, weight: 700, color: ink };
      write(paper, Graph.name(group.cohort), x + left + column * across + 3, y - 2, Math.max(group.pilots.length * across, 60), heading, 14);
      for (const pilot of group.pilots) {
        const cx = x + left + (column + 0.5) * across;
        paper.text(cut(paper, Graph.name(pilot), top - 46), cx + 4, y + top - 4, { size: 11, color: soft, turn: -Math.PI / 2, alpha: on.active && !on.nodes.has(pilot) ? 0.35 : 1 });
        if (pilot === group.pilots[0]) paper.line(x + left + column * across, y, x + left + column * across, y + top + institutions.length * 18, { color: line, width: 1 });
        column += 1;
      }
    }
    institutions.forEach((id, k) => {
      const cy = y + top + k * 18 + 9;
      const alpha = on.active && !on.nodes.has(id) ? 0.35 : 1;
      const one = Graph.at(level).nodes.get(id);
      paper.line(x, cy + 9, x + left + column * across, cy + 9, { color: line, width: 0.5 });
      Drawing.mark(paper, { ...one, size: 5 }, x + 7, cy, { alpha });
      paper.text(cut(paper, Graph.name(id), left - 24), x + 18, cy + 4, { size: 12, color: ink, alpha, weight: id === node ? 700 : 400 });
      let at = 0;
      for (const group of groups) for (const pilot of group.pilots) {
        if (Graph.at(level).filings.has(`${id}|${pilot}`)) {
          const { roles } = Matrix.said(level, id, pilot);
          const dim = on.active && !on.joins.has(`${id}|${pilot}`) ? 0.25 : 1;
          paper.mark("dot", x + left + (at + 0.5) * across, cy, 4.5, roles.length ? { fill: ink, alpha: dim } : { fill: ground, stroke: ink, width: 1.6, alpha: dim });
        }
        at += 1;
      }
    });
  }
  function gridSize(paper) {
    const { level } = Store.state;
    const network = Graph.at(level);
    const longest = (ids, size) => Math.max(...ids.map((id) => paper.width(Graph.name(id).slice(0, 200), { size })));
    const left = Math.min(220, longest([...network.pilots.keys()], 12)) + 26;
    const top = Math.min(200, longest([...network.members.keys()], 11)) + 46;
    return { across: 22, left, top, width: left + network.members.size * 22, height: top + network.pilots.size * 18 + 8 };
  }
  function cut(paper, text, width) {
    let kept = text.slice(0, Math.ceil(width)); // no letter is narrower than a pixel
    if (kept === text && paper.width(text, { size: 12 }) <= width) return text;
    while (kept && paper.width(kept + "…", { size: 12 }) > width) kept = kept.slice(0, -1);
    return kept + "…";
  }

  /** Draws the whole figure on a paper of a width; returns how high it has become. */
  function compose(paper, width, inner, drawInner) {
    const { title, standfirst, notes } = texts();
    const { ink, soft } = Drawing.palette();
    let y = write(paper, title, MARGIN, MARGIN - 8, width, { size: 24, weight: 700, color: ink, family: SERIF }, 31);
    y = write(paper, standfirst, MARGIN, y + 2, width, { size: 14, color: soft }, 21);
    y = legend(paper, MARGIN, y + 30, width) + 18;
    if (drawInner) (Store.state.view === "matrix" ? grid : picture)(paper, MARGIN, y, inner);
    y += inner.height + 8;
    for (const text of notes) y = write(paper, text, MARGIN, y, width, { size: 12, color: soft }, 18);
    return y + MARGIN;
  }
  /** Draws the whole figure; `make` gives the paper for a size. Returns it. */
  function draw(make) {
    const ruler = new SvgPaper(1, 1);
    const inner = Store.state.view === "matrix" ? gridSize(ruler) : Graph.packing(Store.state.level, 1040, 11 / 12);
    const width = Math.max(680, inner.width);
    const height = compose(ruler, width, inner, false);
    const paper = make(Math.ceil(width + 2 * MARGIN), Math.ceil(height));
    paper.rect(0, 0, width + 2 * MARGIN, height, { fill: Drawing.palette().paper });
    compose(paper, width, inner, true);
    return paper;
  }

  /** The figure as an SVG file. */
  function svg() {
    const { title, standfirst, notes } = texts();
    const paper = draw((width, height) => new SvgPaper(width, height));
    return paper.toString({ title, description: [standfirst, ...notes].join(" "), background: Drawing.palette().paper });
  }
  /** The figure as a canvas, three times as fine as a screen, or as fine as a browser can. */
  function canvas() {
    const made = document.createElement("canvas");
    draw((width, height) => {
      const fine = Math.min(3, 16000 / Math.max(width, height), Math.sqrt(120e6 / (width * height)));
      made.width = Math.round(width * fine);
      made.height = Math.round(height * fine);
      const context = made.getContext("2d");
      context.scale(fine, fine);
      return new CanvasPaper(context);
    });
    return made;
  }
  return { svg, canvas };
})();
