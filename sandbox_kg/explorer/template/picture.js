/* The picture on the screen: vis-network keeps the camera and finds what the pointer is on; how things look is ours. */
"use strict";
const Picture = (() => {
  const holder = document.getElementById("canvas");
  const frame = document.getElementById("picture");
  const tip = document.getElementById("tip");
  const SMALLEST = 11 / 12; // of the type that the picture is computed for: 11 px
  const TALL = 3.2; // windows; a higher picture is a map that is moved inside its frame
  const SPARSE = 0.6; // below it the whole picture is an overview to come closer to
  const FAINT = 0.16, AWAY = 0.28;
  const options = JSON.parse(document.getElementById("network-options").textContent);
  let network = null, nodes = null, edges = null, packing = null, base = 1, isMap = false, isMany = false;
  let island = 0, hovered = "", labels = [], labelsFor = "", firstDrawn = false;
  const measured = new Map(), ruler = document.createElement("canvas").getContext("2d");

  const state = () => Store.state;
  const level = () => Graph.at(state().level);
  const isTwoMode = () => state().view === "two-mode";
  const shown = (node) => !node.isPilot || isTwoMode();
  const spots = (node) => ({ x: packing.x[node.index], y: packing.y[node.index], side: packing.sides[node.index] });
  const lines = () => (isTwoMode() ? level().joins : level().pairs);

  /** The width of a text at a size of type. */
  function measure(text, size, weight = 400) {
    const key = `${weight} ${text}`;
    if (!measured.has(key)) {
      ruler.font = `${weight} 100px ${FONT}`;
      measured.set(key, ruler.measureText(text).width / 100);
    }
    return measured.get(key) * size;
  }

  /** Whether a node is in full colour: by the filters, and by what is pinned. */
  function alphaOf(id) {
    const on = Filter.on();
    if (on.active && !on.nodes.has(id)) return FAINT;
    const near = neighbourhood();
    return near && !near.has(id) ? AWAY : 1;
  }
  function alphaOfLine(line) {
    const on = Filter.on();
    if (on.active && !(line.isJoin ? on.joins : on.pairs).has(line.id)) return FAINT;
    const near = neighbourhood();
    if (!near) return 1;
    return near.lines.has(line.id) ? 1 : AWAY;
  }

  let nearCache = { state: null, near: null };
  /** What stays in colour around what is pinned: it, those with whom it shares a pilot, these pilots, and their lines. */
  function neighbourhood() {
    if (nearCache.state !== state()) nearCache = { state: state(), near: around(state().node, state().edge) };
    return nearCache.near;
  }
  function around(node, edge) {
    const network = level();
    const near = new Set();
    near.lines = new Set();
    if (edge) {
      const ends = edge.split("|");
      const pair = network.pairs.find((one) => one.id === edge);
      if (!pair) return null;
      near.lines.add(edge);
      for (const end of ends) near.add(end);
      for (const pilot of pair.pilots) { near.add(pilot); for (const end of ends) near.lines.add(`${end}|${pilot}`); }
      return near;
    }
    if (!network.nodes.has(node)) return null;
    const isPilot = network.members.has(node);
    near.add(node);
    for (const pilot of isPilot ? [node] : network.pilots.get(node)) {
      near.add(pilot);
      for (const member of network.members.get(pilot)) { near.add(member); near.lines.add(`${member}|${pilot}`); }
    }
    for (const pair of network.pairs)
      if (isPilot ? pair.pilots.includes(node) : pair.from === node || pair.to === node) near.lines.add(pair.id);
    return near;
  }

  function isSolo(node) { return node.isPilot && level().members.get(node.id).length === 1; }
  /** Draws one mark where vis-network wants it. */
  function draw({ ctx, id, x, y }) {
    const node = level().nodes.get(id);
    return {
      drawNode() {
        Drawing.mark(new CanvasPaper(ctx), node, x, y, { alpha: alphaOf(id), hollow: isSolo(node) });
      },
      nodeDimensions: { width: 2 * node.size + 4, height: 2 * node.size + 4 },
    };
  }
  function look(line) {
    const color = Drawing.palette().edge;
    const strong = [state().edge, hovered].includes(line.id) || [line.from, line.to].includes(hovered);
    return { id: line.id, color: { color: strong ? Drawing.palette().ink : color, hover: color, highlight: color, opacity: alphaOfLine(line) }, width: (strong ? 2.4 : 1.6) + ((line.count || 1) - 1) * 1.2 };
  }

  /** Chooses the packing for the room there is and sets the height of the frame. */
  function fit() {
    const room = frame.clientWidth;
    if (!room) return false;
    const next = Graph.packing(state().level, room, SMALLEST);
    const changed = next !== packing;
    packing = next;
    base = Math.min(room / packing.width, 1.3);
    const full = Math.ceil(packing.height * base) + 8;
    isMap = full > TALL * window.innerHeight || base < SPARSE;
    if (isMap && base >= SPARSE) base = Math.max(base, SMALLEST);
    frame.classList.toggle("is-map", isMap);
    const share = room < 500 ? 0.62 : 0.8; // room is left around it to scroll the page by
    const height = isMap ? Math.round(window.innerHeight * share) : full;
    if (holder.clientHeight !== height) holder.style.height = `${height}px`;
    return changed;
  }

  /** Puts institutions, pilots and lines of the view into vis-network; of very many it has none. */
  function fill() {
    const visible = [...level().nodes.values()].filter(shown);
    isMany = Many.take(visible, lines(), spots);
    const list = isMany ? [] : visible.map((node) => ({ id: node.id, size: node.size, shape: "custom", ctxRenderer: draw, ...position(node) }));
    const drawn = isMany ? [] : lines().map((line) => ({ from: line.from, to: line.to, dashes: line.within ? [5, 4] : false, ...look(line) }));
    nodes = new vis.DataSet(list);
    edges = new vis.DataSet(drawn);
    labelsFor = "";
    if (network) network.setData({ nodes, edges });
    else network = new vis.Network(holder, { nodes, edges }, { ...options, autoResize: false, interaction: { ...options.interaction, tooltipDelay: 80 } });
    for (const one of holder.querySelectorAll("[tabindex]")) one.tabIndex = -1; // the handles are what the tab key reaches
  }
  function position(node) { const { x, y } = spots(node); return { x, y }; }

  /** The camera at the start: the whole width from the top, or of a map in a narrow frame the largest island. */
  function home() {
    network.setSize("100%", `${holder.clientHeight}px`);
    island = 0;
    if (isMap && base > SPARSE && packing.islands.length) return lookAtIsland(0);
    lookAt(packing.width / 2, holder.clientHeight / base / 2 - 4 / base, base);
  }
  /** A map's camera on an island: its width fits, and its top is seen. */
  function lookAtIsland(number) {
    const [left, top, right, bottom] = packing.islands[number];
    const scale = Math.max(SPARSE, Math.min(1.2, (holder.clientWidth - 16) / (right - left)));
    lookAt((left + right) / 2, Math.min((top + bottom) / 2, top + (holder.clientHeight / 2 - 12) / scale), scale);
  }
  function lookAt(x, y, scale) {
    network.moveTo({ position: { x, y }, scale, animation: false });
  }
  /** The whole picture at once, however small. */
  function whole() {
    const scale = Math.min(holder.clientWidth / packing.width, holder.clientHeight / packing.height);
    lookAt(packing.width / 2, packing.height / 2, scale);
  }

  /** Brings the picture up to date after a change of what is shown. */
  function redraw(changed) {
    if (!Store.isPicture()) return;
    const anew = fit() || !network || ["view", "level", "language"].some((key) => changed.has(key));
    if (anew) { fill(); home(); wire(); }
    else restyle();
    Handles.place(packing, level(), shown, spots);
  }
  /** Lines that changed their colour; marks and labels take theirs when drawn. */
  function restyle() {
    const updates = (isMany ? [] : lines()).map(look).filter((next) => {
      const now = edges.get(next.id);
      return now.color.opacity !== next.color.opacity || now.width !== next.width || now.color.color !== next.color.color;
    });
    if (updates.length) edges.update(updates);
    network.redraw();
  }

  function drawUnder(context) {
    const paper = new CanvasPaper(context);
    Drawing.strip(paper, state().level, packing, network.getScale());
    if (isMany) Many.draw(context, network.getScale(), view(), look, alphaOf, isSolo);
  }
  /** What the frame shows, in units of the picture. */
  function view() {
    const start = network.DOMtoCanvas({ x: 0, y: 0 }), end = network.DOMtoCanvas({ x: holder.clientWidth, y: holder.clientHeight });
    return { left: start.x, top: start.y, right: end.x, bottom: end.y };
  }
  function drawOver(context) {
    const scale = network.getScale();
    const key = [state().level, state().view, Languages.current, scale.toFixed(3), packing.width].join("|");
    if (key !== labelsFor) { labels = Drawing.placed(state().level, shown, spots, scale, measure); labelsFor = key; }
    const paper = new CanvasPaper(context);
    const inkOf = (entry) => alphaOf(entry.node.id);
    for (const line of lines()) if (line.count > 1)
      Drawing.edge(paper, { ...line, count: line.count }, position(level().nodes.get(line.from)), position(level().nodes.get(line.to)), { alpha: 0.001 + alphaOfLine(line) * 0.999, count: true });
    const { left, top, right, bottom } = view();
    const seen = labels.filter(({ box }) => box.right + box.size > left && box.left - box.size < right && box.bottom + box.size > top && box.top - box.size < bottom);
    for (const entry of seen) {
      const alpha = inkOf(entry);
      if (alpha < 1) Drawing.label(paper, entry.node, entry.spot, entry.lines, entry.extra, entry.box, { alpha: alpha === FAINT ? 0.3 : 0.45 });
    }
    for (const entry of seen) if (inkOf(entry) === 1)
      Drawing.label(paper, entry.node, entry.spot, entry.lines, entry.extra, entry.box, { bold: state().node === entry.node.id || hovered === entry.node.id });
    const late = [hovered, state().node].filter((id) => id && level().nodes.has(id) && shown(level().nodes.get(id)) && !labels.some((entry) => entry.node.id === id));
    for (const id of late) { // a label that had no room is shown while its mark is looked at
      const node = level().nodes.get(id);
      const factor = Math.max(1, Drawing.NARROW / (12 * scale));
      const [rows, extra] = [Graph.lines(state().level, node), Drawing.note(state().level, node)];
      Drawing.label(paper, node, spots(node), rows, extra, Drawing.labelBox(node, spots(node), rows, extra, factor, measure), { bold: true });
    }
    for (const [id, alpha] of [[hovered, 0.45], [state().node, 1]]) {
      const node = level().nodes.get(id);
      if (node && shown(node)) Drawing.ring(paper, node, spots(node).x, spots(node).y, alpha);
    }
    if (!firstDrawn) { firstDrawn = true; performance.mark("picture"); document.documentElement.dataset.drawn = "1"; }
    Handles.follow(network);
  }

  /** What the pointer is on: a mark, its label, or a line. */
  function under(pointer) {
    const at = network.DOMtoCanvas(pointer);
    const node = isMany ? Many.markAt(at, network.getScale()) : network.getNodeAt(pointer);
    if (node) return { node };
    const label = labels.find(({ box }) => at.x >= box.left && at.x <= box.right && at.y >= box.top && at.y <= box.bottom);
    if (label) return { node: label.node.id };
    const edge = isMany ? Many.lineAt(at, network.getScale()) : network.getEdgeAt(pointer);
    return edge ? { edge } : {};
  }

  let wired = false;
  function wire() {
    if (wired) return;
    wired = true;
    network.on("beforeDrawing", drawUnder);
    network.on("afterDrawing", drawOver);
    network.on("click", ({ pointer }) => {
      const { node, edge } = under(pointer.DOM);
      network.unselectAll();
      if (node) pin(node);
      else if (edge && !isTwoMode()) Store.set({ edge, node: "" });
      else if (edge) pin(edge.split("|")[1]);
      else Store.set({ node: "", edge: "" });
    });
    network.on("dragStart", () => { hide(); holder.classList.add("dragged"); });
    network.on("dragEnd", () => holder.classList.remove("dragged"));
    holder.addEventListener("mousemove", (event) => {
      const place = holder.getBoundingClientRect();
      hover(under({ x: event.clientX - place.left, y: event.clientY - place.top }), event);
    });
    holder.addEventListener("mouseleave", () => hover({}, null));
    holder.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the wheel alone moves the page
      event.preventDefault();
      const place = holder.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY * 0.004), { x: event.clientX - place.left, y: event.clientY - place.top });
    }, { passive: false });
    let waiting = 0;
    const resized = () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => { if (Store.isPicture() && frame.clientWidth) redraw(new Set(["view"])); });
    };
    let width = frame.clientWidth;
    new ResizeObserver(() => { if (frame.clientWidth !== width) { width = frame.clientWidth; resized(); } }).observe(frame);
  }
  function pin(id) { Store.set({ node: id, edge: "" }); }

  function hover({ node = "", edge = "" }, event) {
    const next = node || edge;
    holder.classList.toggle("on-something", Boolean(next));
    if (event && next) showTip(node, edge, event);
    else hide();
    if (next === hovered) return;
    hovered = next;
    restyle();
  }
  function hide() { tip.hidden = true; }
  function showTip(node, edge, event) {
    const [title, detail] = node ? Panel.preview(node) : Panel.previewLine(edge);
    tip.replaceChildren(Object.assign(document.createElement("strong"), { textContent: title }), document.createElement("br"), document.createTextNode(detail));
    tip.hidden = false;
    const place = frame.getBoundingClientRect();
    const left = Math.min(event.clientX - place.left + 14, frame.clientWidth - tip.offsetWidth - 4);
    tip.style.left = `${Math.max(4, left)}px`;
    const below = event.clientY - place.top + 18;
    tip.style.top = `${below + tip.offsetHeight > frame.clientHeight ? event.clientY - place.top - tip.offsetHeight - 12 : below}px`;
  }

  /** Zooms by a factor around a point of the frame. */
  function zoom(factor, around = { x: holder.clientWidth / 2, y: holder.clientHeight / 2 }) {
    const before = network.DOMtoCanvas(around);
    const scale = Math.min(8, Math.max(0.03, network.getScale() * factor));
    const view = network.getViewPosition();
    const ratio = network.getScale() / scale;
    lookAt(before.x + (view.x - before.x) * ratio, before.y + (view.y - before.y) * ratio, scale);
  }
  /** Goes to the next island, the largest first. */
  function next() {
    if (!packing.islands.length) return;
    const following = (island + 1) % packing.islands.length;
    if (isMap) lookAtIsland(following);
    else {
      home();
      window.scrollTo({ top: window.scrollY + holder.getBoundingClientRect().top + packing.islands[following][1] * base - 90, behavior: "auto" });
    }
    island = following;
    Main.say(Languages.text("island-of", { number: island + 1, count: packing.islands.length }));
  }
  /** Makes sure that a node can be seen. */
  function reveal(id) {
    let node = level().nodes.get(id);
    if (node && !shown(node)) node = level().nodes.get(level().members.get(id)[0]); // a pilot where only institutions are
    if (!node || !network || !Store.isPicture()) return;
    const { x, y } = spots(node);
    const at = network.canvasToDOM({ x, y });
    const outside = at.x < 2 || at.y < 2 || at.x > holder.clientWidth - 2 || at.y > holder.clientHeight - 2;
    if (outside) lookAt(x, y, Math.max(network.getScale(), base * 0.9));
    const place = holder.getBoundingClientRect();
    const seen = place.top + network.canvasToDOM({ x, y }).y;
    const sheet = document.getElementById("side");
    const bottom = getComputedStyle(sheet).position === "fixed" ? sheet.getBoundingClientRect().top : window.innerHeight;
    if (seen < 60 || seen > bottom - 60) window.scrollBy({ top: seen - bottom / 2, behavior: "auto" });
  }

  return {
    redraw, zoom, home, whole, next, reveal, pin, shown, spots, alphaOf, alphaOfLine, lines, measure, restyle,
    hoverOn(id) { if (hovered !== id) { hovered = id; restyle(); } },
    get packing() { return packing; },
    get labels() { return labels; },
    get network() { return network; },
    get base() { return base; },
  };
})();
