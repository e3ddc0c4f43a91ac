/* How the picture looks: marks, lines and labels, on whichever paper. Nothing here knows of clicks or of vis-network. */
"use strict";
const Drawing = (() => {
  const { scene } = Store;
  const NARROW = 11; // pixels: no label is smaller, those without room are left out
  let colors = null;

  /** The colours of the theme, from the style sheet; `paper` of the light theme for exports that are printed. */
  function palette() {
    if (colors) return colors;
    const style = getComputedStyle(document.documentElement);
    const get = (name) => style.getPropertyValue(name).trim();
    colors = { paper: get("--paper"), ink: get("--ink"), soft: get("--soft"), line: get("--line"), edge: get("--edge"), accent: get("--accent"), pilot: get("--pilot") };
    colors.kinds = scene.shapes.map((_, slot) => get(`--kind-${slot}`));
    return colors;
  }
  function forgetColors() { colors = null; }

  function type(node) { return scene.type[node.isPilot ? "pilot" : "institution"][Languages.current]; }

  /** The note beside a broker's label: in how many joint applications it is. */
  function note(level, node) {
    if (node.isPilot || !scene.findings[level].brokers.includes(node.id)) return "";
    const joint = Graph.at(level).pilots.get(node.id).filter((pilot) => Graph.at(level).members.get(pilot).length > 1).length;
    return Languages.text("in-joint", { count: joint });
  }

  /** One mark; `alpha` dims it. */
  function mark(paper, node, x, y, { alpha = 1, hollow = false }) {
    const { paper: ground, pilot, kinds } = palette();
    const color = node.isPilot ? pilot : kinds[node.group];
    const isHollow = hollow || (!node.isPilot && node.group === scene.shapes.length - 1);
    // what is dimmed still covers the lines that end in it
    paper.mark(node.shape, x, y, node.size, { fill: ground });
    paper.mark(node.shape, x, y, node.size - (isHollow ? 1 : 0), { fill: isHollow ? ground : color, stroke: isHollow ? color : ground, width: isHollow ? 2 : 1, alpha });
  }

  /** The ring around what is chosen. */
  function ring(paper, node, x, y, alpha = 1) {
    const { ink, paper: ground } = palette();
    const radius = node.size * scene.reach + 4;
    paper.mark("dot", x, y, radius, { stroke: ground, width: 5, alpha });
    paper.mark("dot", x, y, radius, { stroke: ink, width: 2, alpha });
  }

  /** The box of a label in units of the picture, for type enlarged by `factor`. */
  function labelBox(node, spot, lines, extra, factor, measure) {
    const size = type(node) * factor;
    const leading = size * scene.leading;
    const width = Math.max(...lines.map((line) => measure(line, size, extra ? 700 : 400)), extra ? measure(extra, size) : 0);
    const height = leading * (lines.length + (extra ? 1 : 0));
    const reach = node.size * scene.reach + scene.gap[node.isPilot ? "pilot" : "institution"];
    const [dx, dy] = { S: [0, 1], N: [0, -1], E: [1, 0], W: [-1, 0] }[spot.side];
    const x = spot.x + dx * (reach + width / 2);
    const y = spot.y + dy * (reach + height / 2);
    return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2, size, leading };
  }

  /** A point that is inside the box of a label however wide it is, as a box. */
  function middle(node, spot, lines, extra, factor) {
    const { left, top, right, bottom } = labelBox(node, spot, lines, extra, factor, () => 0);
    return { left: Math.min(left, right), top: (top + bottom) / 2, right: Math.max(left, right), bottom: (top + bottom) / 2 };
  }

  /** Writes a label into its box. */
  function label(paper, node, spot, lines, extra, box, { alpha = 1, bold = false }) {
    const { paper: ground, ink, soft, accent } = palette();
    const align = { S: "center", N: "center", E: "left", W: "right" }[spot.side];
    const x = { center: (box.left + box.right) / 2, left: box.left, right: box.right }[align];
    const all = extra ? [...lines, extra] : lines;
    all.forEach((line, k) => {
      const isNote = extra && k === all.length - 1;
      paper.text(line, x, box.top + box.leading * k + box.size * 0.96, {
        size: box.size, align, halo: ground, alpha,
        color: isNote ? accent : node.isPilot ? soft : ink,
        weight: !isNote && (bold || extra) ? 700 : 400,
      });
    });
  }

  /**
   * The labels that have room, the most important first; labels are at least 11 px high on a screen of this scale.
   * @returns a list of {node, spot, lines, extra, box}
   */
  function placed(level, shown, spots, scale, measure) {
    const found = [];
    const grid = new Map();
    const CELL = 120;
    const cells = (box, visit) => {
      for (let a = Math.floor(box.left / CELL); a <= Math.floor(box.right / CELL); a++)
        for (let b = Math.floor(box.top / CELL); b <= Math.floor(box.bottom / CELL); b++) if (visit(`${a},${b}`)) return true;
      return false;
    };
    const meets = (box) => cells(box, (cell) => (grid.get(cell) || []).some((o) => o.left < box.right && o.right > box.left && o.top < box.bottom && o.bottom > box.top));
    const take = (box) => cells(box, (cell) => { grid.has(cell) ? grid.get(cell).push(box) : grid.set(cell, [box]); return false; });
    for (const node of Graph.ranked(level)) {
      if (!shown(node)) continue;
      const spot = spots(node);
      const factor = Math.max(1, NARROW / (type(node) * scale));
      const lines = Graph.lines(level, node);
      const extra = note(level, node);
      if (meets(middle(node, spot, lines, extra, factor))) continue; // of thousands most have no room: their texts are not measured
      const box = labelBox(node, spot, lines, extra, factor, measure);
      if (meets(box)) continue;
      take(box);
      found.push({ node, spot, lines, extra, box });
    }
    return found;
  }

  /** A line between two institutions, or between an institution and its pilot. */
  function edge(paper, edge, from, to, { alpha = 1, strong = false, count = false }) {
    const { edge: color, ink, paper: ground } = palette();
    const times = edge.count || 1;
    paper.line(from.x, from.y, to.x, to.y, { color: strong ? ink : color, width: (strong ? 2.2 : 1.6) + (times - 1) * 1.2, dash: edge.within ? [5, 4] : null, alpha });
    if (count && times > 1) paper.text(String(times), (from.x + to.x) / 2, (from.y + to.y) / 2 + 4, { size: 12, weight: 700, align: "center", color: ink, halo: ground, alpha });
  }

  /** The line above the strip of solo applicants. */
  function strip(paper, level, packing, scale) {
    if (packing.strip === null) return;
    const { line, soft } = palette();
    const size = Math.max(12, NARROW / scale);
    paper.line(4, packing.strip + 2, packing.width - 4, packing.strip + 2, { color: line, width: 1 });
    paper.text(Languages.text("solo-strip", { count: scene.findings[level].solo }), 4, packing.strip + 4 + size * 1.1, { size, color: soft });
  }

  return { palette, forgetColors, mark, ring, label, labelBox, placed, edge, strip, note, NARROW };
})();
