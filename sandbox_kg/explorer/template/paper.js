/* Two papers to draw on with the same strokes: a canvas, for the screen and PNG, and SVG. */
"use strict";
const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", system-ui, -apple-system, "Segoe UI", sans-serif';
const SERIF = '"Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", SimSun, Georgia, "Times New Roman", serif';

/** The corners of a mark around 0,0 so that all shapes look equally heavy; null for a round one. */
function corners(shape, radius) {
  const ring = (count, size, turn) => Array.from({ length: count }, (_, k) => {
    const angle = turn + (2 * Math.PI * k) / count;
    const reach = Array.isArray(size) ? size[k % 2] : size;
    return [radius * reach * Math.cos(angle), radius * reach * Math.sin(angle)];
  });
  switch (shape) {
    case "square": return ring(4, 1.25, Math.PI / 4);
    case "diamond": return ring(4, 1.3, 0);
    case "triangle": return ring(3, 1.42, -Math.PI / 2).map(([x, y]) => [x, y + radius * 0.2]);
    case "triangleDown": return ring(3, 1.42, Math.PI / 2).map(([x, y]) => [x, y - radius * 0.2]);
    case "hexagon": return ring(6, 1.12, 0);
    case "star": return ring(10, [1.45, 0.72], -Math.PI / 2);
    default: return null;
  }
}

class CanvasPaper {
  constructor(context) { this.context = context; }

  line(x1, y1, x2, y2, { color, width = 1.6, dash = null, alpha = 1 }) {
    const c = this.context;
    c.save();
    c.globalAlpha = alpha; c.strokeStyle = color; c.lineWidth = width;
    if (dash) c.setLineDash(dash);
    c.beginPath(); c.moveTo(x1, y1); c.lineTo(x2, y2); c.stroke();
    c.restore();
  }
  mark(shape, x, y, radius, { fill = null, stroke = null, width = 1, alpha = 1 }) {
    const c = this.context;
    const points = corners(shape, radius);
    c.save();
    c.globalAlpha = alpha;
    c.beginPath();
    if (points) { points.forEach(([dx, dy], k) => (k ? c.lineTo(x + dx, y + dy) : c.moveTo(x + dx, y + dy))); c.closePath(); }
    else c.arc(x, y, radius, 0, 2 * Math.PI);
    if (fill) { c.fillStyle = fill; c.fill(); }
    if (stroke) { c.strokeStyle = stroke; c.lineWidth = width; c.lineJoin = "round"; c.stroke(); }
    c.restore();
  }
  rect(x, y, width, height, { fill = null, stroke = null, alpha = 1 }) {
    const c = this.context;
    c.save();
    c.globalAlpha = alpha;
    if (fill) { c.fillStyle = fill; c.fillRect(x, y, width, height); }
    if (stroke) { c.strokeStyle = stroke; c.strokeRect(x, y, width, height); }
    c.restore();
  }
  text(text, x, y, { size = 13, weight = 400, color, align = "left", halo = null, family = FONT, alpha = 1, turn = 0 }) {
    const c = this.context;
    c.save();
    c.globalAlpha = alpha;
    c.font = `${weight} ${size}px ${family}`;
    c.textAlign = align; c.textBaseline = "alphabetic";
    if (turn) { c.translate(x, y); c.rotate(turn); c.translate(-x, -y); }
    if (halo) { c.lineJoin = "round"; c.lineWidth = size * 0.28; c.strokeStyle = halo; c.strokeText(text, x, y); }
    c.fillStyle = color; c.fillText(text, x, y);
    c.restore();
  }
  width(text, { size = 13, weight = 400, family = FONT }) {
    this.context.font = `${weight} ${size}px ${family}`;
    return this.context.measureText(text).width;
  }
}

class SvgPaper {
  constructor(width, height) {
    this.size = [width, height];
    this.parts = [];
    this.measure = new CanvasPaper(document.createElement("canvas").getContext("2d"));
  }
  add(tag, attributes, text) {
    const written = Object.entries(attributes)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([key, value]) => ` ${key}="${SvgPaper.escape(typeof value === "number" ? SvgPaper.number(value) : value)}"`)
      .join("");
    this.parts.push(text === undefined ? `<${tag}${written}/>` : `<${tag}${written}>${SvgPaper.escape(text)}</${tag}>`);
  }
  static number(value) { return String(Math.round(value * 100) / 100); }
  /** Text for XML: what it may not hold is left out. */
  static escape(text) {
    return String(text)
      .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
      .replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
  }
  line(x1, y1, x2, y2, { color, width = 1.6, dash = null, alpha = 1 }) {
    this.add("line", { x1, y1, x2, y2, stroke: color, "stroke-width": width, "stroke-dasharray": dash && dash.join(" "), opacity: alpha < 1 ? alpha : null });
  }
  mark(shape, x, y, radius, { fill = null, stroke = null, width = 1, alpha = 1 }) {
    const points = corners(shape, radius);
    const look = { fill: fill || "none", stroke, "stroke-width": stroke ? width : null, "stroke-linejoin": "round", opacity: alpha < 1 ? alpha : null };
    if (points) this.add("polygon", { points: points.map(([dx, dy]) => `${SvgPaper.number(x + dx)},${SvgPaper.number(y + dy)}`).join(" "), ...look });
    else this.add("circle", { cx: x, cy: y, r: radius, ...look });
  }
  rect(x, y, width, height, { fill = null, stroke = null, alpha = 1 }) {
    this.add("rect", { x, y, width, height, fill: fill || "none", stroke, opacity: alpha < 1 ? alpha : null });
  }
  text(text, x, y, { size = 13, weight = 400, color, align = "left", halo = null, family = FONT, alpha = 1, turn = 0 }) {
    this.add("text", {
      x, y, fill: color, "font-size": size, "font-weight": weight === 400 ? null : weight, "font-family": family === FONT ? null : family,
      "text-anchor": { left: null, center: "middle", right: "end" }[align], opacity: alpha < 1 ? alpha : null,
      "paint-order": halo ? "stroke" : null, stroke: halo, "stroke-width": halo ? size * 0.28 : null, "stroke-linejoin": halo ? "round" : null,
      transform: turn ? `rotate(${SvgPaper.number((turn * 180) / Math.PI)} ${SvgPaper.number(x)} ${SvgPaper.number(y)})` : null,
    }, text);
  }
  width(text, look) { return this.measure.width(text, look); }
  /** The whole file. */
  toString({ title, description, background }) {
    const [width, height] = this.size.map(SvgPaper.number);
    return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"` +
      ` font-family="${SvgPaper.escape(FONT)}" role="img">\n<title>${SvgPaper.escape(title)}</title>\n<desc>${SvgPaper.escape(description)}</desc>\n` +
      `<rect width="100%" height="100%" fill="${background}"/>\n${this.parts.join("\n")}\n</svg>\n`;
  }
}
