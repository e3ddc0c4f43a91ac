/* What stands for the canvas to a keyboard and a screen reader: a button on each mark, reached by the arrow keys along lines.
   Of very many marks only those have one that the keys have reached; who reads without seeing has the list of the third view. */
"use strict";
const Handles = (() => {
  const list = document.getElementById("handles");
  const MOST = 4000; // buttons: with more of them the browser lays out nothing else
  const buttons = new Map();
  let marked = new Set();
  let current = "", spotOf = null, level = null, made = "";

  /** Lays a button over each mark of the view. */
  function place(packing, network, shown, spots) {
    level = network;
    spotOf = (id) => spots(network.nodes.get(id));
    const key = [Store.state.level, Store.state.view, Languages.current, packing.width].join("|");
    if (key === made) return update();
    made = key;
    buttons.clear();
    const nodes = Graph.ranked(Store.state.level).filter(shown);
    marked = new Set(nodes.map((node) => node.id));
    if (!marked.has(current)) current = nodes.length ? nodes[0].id : "";
    const fragment = document.createDocumentFragment();
    for (const node of nodes.length > MOST ? [] : nodes) fragment.append(buttonOf(node.id));
    list.replaceChildren(fragment);
    update();
  }
  /** Makes the button of a mark. */
  function buttonOf(id) {
    const node = level.nodes.get(id);
    const { x, y } = spotOf(id);
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.dataset.id = id;
    const size = Math.max(node.size * 2 + 8, 24);
    button.style.left = `${x - size / 2}px`;
    button.style.top = `${y - size / 2}px`;
    button.style.width = button.style.height = `${size}px`;
    button.setAttribute("aria-label", Panel.preview(id).join(", "));
    buttons.set(id, button);
    return button;
  }
  /** Which one the tab key reaches, and which is pinned. */
  function update() {
    if (Store.state.node && marked.has(Store.state.node)) current = Store.state.node;
    if (current && !buttons.has(current)) list.append(buttonOf(current));
    for (const [id, button] of buttons) {
      button.tabIndex = id === current ? 0 : -1;
      button.setAttribute("aria-pressed", String(id === Store.state.node));
    }
  }
  /** Keeps the buttons over the marks while the camera moves. */
  function follow(network) {
    const origin = network.canvasToDOM({ x: 0, y: 0 });
    list.style.transform = `translate(${origin.x}px, ${origin.y}px) scale(${network.getScale()})`;
  }

  function neighbours(id) {
    if (Store.state.view === "two-mode") return level.members.get(id) || level.pilots.get(id);
    return [...level.partners.get(id).keys()];
  }
  /** The next node in a direction: along a line if one leads there, else the nearest mark that way. */
  function towards(id, [dx, dy]) {
    const here = spotOf(id);
    const best = (ids, widest) => {
      let found = "", least = Infinity;
      for (const other of ids) {
        if (other === id || !marked.has(other)) continue;
        const there = spotOf(other);
        const [x, y] = [there.x - here.x, there.y - here.y];
        const length = Math.hypot(x, y) || 1;
        const cosine = (x * dx + y * dy) / length;
        if (cosine < widest) continue;
        const cost = length * (2 - cosine);
        if (cost < least) { least = cost; found = other; }
      }
      return found;
    };
    return best(neighbours(id), 0.35) || best(marked, 0.5);
  }
  function go(id) {
    if (!marked.has(id)) return;
    current = id;
    update();
    buttons.get(id).focus({ preventScroll: true });
    Picture.reveal(id);
  }

  list.addEventListener("focusin", (event) => { const { id } = event.target.dataset; if (id) { current = id; Picture.hoverOn(id); Picture.reveal(id); } });
  list.addEventListener("focusout", () => Picture.hoverOn(""));
  list.addEventListener("click", (event) => { const { id } = event.target.dataset; if (id) Picture.pin(id); });
  list.addEventListener("keydown", (event) => {
    const ways = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    const { id } = event.target.dataset;
    if (!id || event.ctrlKey || event.metaKey || event.altKey) return;
    let next = "";
    if (ways[event.key]) next = towards(id, ways[event.key]);
    else if (event.key === "Home") next = marked.values().next().value;
    else if (event.key === "End") next = [...marked].pop();
    else return;
    event.preventDefault();
    if (next) {
      go(next);
      if (Store.state.node) Picture.pin(next);
    }
  });

  return { place, follow, update, go };
})();
