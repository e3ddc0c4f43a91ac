/* Marks and lines of a very large network: drawn and found here, since vis-network keeps an object for each and draws all. */
"use strict";
const Many = (() => {
  const FROM = 8000; // marks and lines; below it vis-network has them
  const DOT = 2; // pixels: a smaller mark is a dot of its colour
  const FINEST = 0.3; // pixels: no line is finer
  const NEAR = 5; // pixels from a mark or line at which the pointer is still on it
  let marks = [], lines = [];

  /** Takes the marks and lines of a view, if they are many; else none. */
  function take(nodes, drawn, spots) {
    const isMany = nodes.length + drawn.length > FROM;
    marks = isMany ? nodes.map((node) => ({ node, ...spots(node) })) : [];
    const at = new Map(marks.map((mark) => [mark.node.id, mark]));
    lines = isMany ? drawn.map((line) => ({ line, from: at.get(line.from), to: at.get(line.to) })) : [];
    return isMany;
  }

  /** Draws what the view (left, top, right, bottom) shows: lines, then marks. */
  function draw(context, scale, view, look, alphaOf, isSolo) {
    const beyond = (low, high, start, end) => Math.max(low, high) < start || Math.min(low, high) > end;
    context.save();
    for (const { line, from, to } of lines) {
      if (beyond(from.x, to.x, view.left, view.right) || beyond(from.y, to.y, view.top, view.bottom)) continue;
      const { color, width } = look(line);
      context.globalAlpha = color.opacity; context.strokeStyle = color.color; context.lineWidth = Math.max(width, FINEST / scale);
      context.setLineDash(line.within ? [5, 4] : []);
      context.beginPath(); context.moveTo(from.x, from.y); context.lineTo(to.x, to.y); context.stroke();
    }
    context.restore();
    const { pilot, kinds } = Drawing.palette();
    const paper = new CanvasPaper(context);
    context.save();
    for (const { node, x, y } of marks) {
      const { id, size } = node;
      if (beyond(x - size, x + size, view.left, view.right) || beyond(y - size, y + size, view.top, view.bottom)) continue;
      if (size * scale >= DOT) { Drawing.mark(paper, node, x, y, { alpha: alphaOf(id), hollow: isSolo(node) }); continue; }
      context.globalAlpha = alphaOf(id);
      context.fillStyle = node.isPilot ? pilot : kinds[node.group];
      context.fillRect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8);
    }
    context.restore();
  }

  /** The mark at a point, or "". */
  function markAt({ x, y }, scale) {
    let found = "", least = Infinity;
    for (const mark of marks) {
      const away = Math.hypot(mark.x - x, mark.y - y) - mark.node.size;
      if (away < least && away <= NEAR / scale) { least = away; found = mark.node.id; }
    }
    return found;
  }
  /** The line at a point, or "". */
  function lineAt({ x, y }, scale) {
    let found = "", least = NEAR / scale;
    for (const { line, from, to } of lines) {
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const along = Math.max(0, Math.min(1, ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy || 1)));
      const away = Math.hypot(from.x + along * dx - x, from.y + along * dy - y);
      if (away < least) { least = away; found = line.id; }
    }
    return found;
  }

  return { take, draw, markAt, lineAt };
})();
