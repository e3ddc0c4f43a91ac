/* What stands for the canvas to a keyboard and a screen reader: a button on each mark, reached by the arrow keys along lines. */
"use strict";
const Handles = (() => {
  const list = document.getElementById("handles");
  const buttons = new Map();
  let current = "", spotOf = null, level = null, made = "";

  /** Lays a button over each mark of the view. */
  function place(packing, network, shown, spots) {
    level = network;
    spotOf = (id) => spots(network.nodes.get(id));
    const key = [Store.state.level, Store.state.view, Languages.current, packing.width].join("|");
    if (key === made) return update();
    made = key;
    buttons.clear();
    const fragment = document.createDocumentFragment();
    for (const node of Graph.ranked(Store.state.level)) {
      if (!shown(node)) continue;
      const { x, y } = spots(node);
      const button = document.createElement("button");
      button.type = "button";
      button.tabIndex = -1;
      button.dataset.id = node.id;
      const size = Math.max(node.size * 2 + 8, 24);
      button.style.left = `${x - size / 2}px`;
      button.style.top = `${y - size / 2}px`;
      button.style.width = button.style.height = `${size}px`;
      button.setAttribute("aria-label", Panel.preview(node.id).join(", "));
      buttons.set(node.id, button);
      fragment.append(button);
    }
    list.replaceChildren(fragment);
    if (!buttons.has(current)) current = buttons.keys().next().value || "";
    update();
  }
  /** Which one the tab key reaches, and which is pinned. */
  function update() {
    if (Store.state.node && buttons.has(Store.state.node)) current = Store.state.node;
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
        if (other === id || !buttons.has(other)) continue;
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
    return best(neighbours(id), 0.35) || best(buttons.keys(), 0.5);
  }
  function go(id) {
    const button = buttons.get(id);
    if (!button) return;
    current = id;
    update();
    button.focus({ preventScroll: true });
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
    else if (event.key === "Home") next = buttons.keys().next().value;
    else if (event.key === "End") next = [...buttons.keys()].pop();
    else return;
    event.preventDefault();
    if (next) {
      go(next);
      if (Store.state.node) Picture.pin(next);
    }
  });

  return { place, follow, update, go };
})();
