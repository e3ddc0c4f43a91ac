/* The legend, which filters, and the other filters, each value with how many pilots it has. */
"use strict";
const Facets = (() => {
  const place = document.getElementById("facets");
  const { element } = Matrix;
  const t = Languages.text;
  const SHORT = 7; // values of a facet before the rest is folded away
  const unfolded = new Set();

  /** The mark of a kind as a small picture. */
  function swatch(slot, size) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "-10 -10 20 20");
    svg.setAttribute("width", size);
    svg.setAttribute("height", size);
    svg.setAttribute("aria-hidden", "true");
    svg.classList.add("swatch", `kind-${slot}`);
    const isHollow = slot === Graph.scene.shapes.length - 1;
    const points = slot === "pilot" ? corners("square", 6) : corners(Graph.scene.shapes[slot], 6.4);
    const shape = document.createElementNS("http://www.w3.org/2000/svg", points ? "polygon" : "circle");
    if (points) shape.setAttribute("points", points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(" "));
    else shape.setAttribute("r", isHollow ? "5.4" : "6.4");
    if (isHollow) shape.classList.add("hollow");
    svg.append(shape);
    return svg;
  }

  /** What a value of a facet is called. */
  function valueName(facet, value) {
    if (facet === "joint" || value === "undated") return t(value);
    if (facet === "kind" && value === "other") return t("other-kinds");
    return Graph.name(value);
  }
  /** The kinds that have no colour of their own. */
  function otherKinds() {
    const rare = new Set(Graph.scene.filings.map(([filed]) => Graph.scene.kindOf[filed]).filter((kind) => kind && !Graph.scene.kinds.includes(kind)));
    return [...rare].map(Graph.name).sort().join(t("comma"));
  }
  /** The values of a facet in order: cohorts by their day, the rest by how many they are. */
  function order(facet, counts, all) {
    const kinds = [...Graph.scene.kinds, "other"];
    return [...counts.keys()].sort((a, b) => {
      if (facet === "kind") return kinds.indexOf(a) - kinds.indexOf(b);
      if (facet === "year") return a < b ? -1 : 1;
      if (facet === "cohort") return (Filter.firstDay[a] || "9") < (Filter.firstDay[b] || "9") ? -1 : 1;
      return all.get(b) - all.get(a) || (a < b ? -1 : 1);
    });
  }

  function row(facet, value, count, most) {
    const isChosen = Store.state[facet].includes(value);
    const added = facet === "cohort" && !isChosen && Filter.chosen(Store.state, facet).has(value);
    const one = element("button", { type: "button", class: `value${added ? " added" : ""}`, "aria-pressed": String(isChosen), "data-facet": facet, "data-value": value });
    if (facet === "kind") one.append(swatch(value === "other" ? Graph.scene.shapes.length - 1 : Graph.scene.kinds.indexOf(value), 16));
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.width = `${most ? (100 * count) / most : 0}%`;
    one.append(element("span", { class: "name" }, valueName(facet, value)), element("span", { class: "count" }, String(count)), bar);
    if (value === "other") one.title = otherKinds();
    if (!count) one.classList.add("none");
    return one;
  }

  function group(facet) {
    const counts = Filter.counts(facet);
    const all = Filter.on().active ? Filter.counts(facet, { ...Store.state, ...Store.noFilters() }) : counts;
    const values = order(facet, counts, all);
    const most = Math.max(1, ...counts.values());
    const isOpen = unfolded.has(facet);
    const visible = isOpen ? values : values.filter((value, k) => k < SHORT || Store.state[facet].includes(value));
    const box = element("div", { class: "facet", role: "group", "aria-label": t(`facet-${facet}`) }, element("h3", {}, t(`facet-${facet}`)), ...visible.map((value) => row(facet, value, counts.get(value), most)));
    if (facet === "cohort") box.append(upTo());
    if (values.length > SHORT) box.append(more(facet, isOpen, values.length - SHORT));
    return box;
  }
  function upTo() {
    const input = element("input", { type: "checkbox", id: "up-to" });
    input.checked = Store.state.upTo;
    input.addEventListener("change", () => Store.set({ upTo: input.checked }));
    return element("label", { class: "up-to" }, input, " ", t("up-to"));
  }
  function more(facet, isOpen, count) {
    const one = element("button", { type: "button", class: "plain link", "aria-expanded": String(isOpen) }, isOpen ? t("fewer") : t("more", { count }));
    one.addEventListener("click", () => { isOpen ? unfolded.delete(facet) : unfolded.add(facet); show(); });
    return one;
  }

  /** Draws legend and filters anew; the focus stays where it is. */
  function show() {
    const held = document.activeElement && document.activeElement.dataset ? { ...document.activeElement.dataset } : {};
    place.replaceChildren(...Store.FACETS.map(group));
    if (held.facet) place.querySelector(`[data-facet="${held.facet}"][data-value="${CSS.escape(held.value)}"]`)?.focus();
    const on = Filter.on();
    const { level } = Store.state;
    const network = Graph.at(level);
    const pilots = [...network.members.keys()].filter((pilot) => on.nodes.has(pilot)).length;
    const institutions = [...network.pilots.keys()].filter((id) => on.nodes.has(id)).length;
    const status = document.getElementById("status");
    status.textContent = on.active ? t("status", { pilots, institutions, allPilots: network.members.size, allInstitutions: network.pilots.size }) : t("status-all", { pilots, institutions });
    document.getElementById("clear").hidden = !on.active;
  }

  place.addEventListener("click", (event) => {
    const one = event.target.closest("[data-facet]");
    if (!one) return;
    const { facet, value } = one.dataset;
    toggle(facet, value);
  });
  /** Adds a value to a filter, or takes it out. */
  function toggle(facet, value) {
    const now = Store.state[facet];
    Store.set({ [facet]: now.includes(value) ? now.filter((other) => other !== value) : [...now, value] });
  }

  return { show, swatch, toggle, valueName };
})();
