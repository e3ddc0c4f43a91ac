/* Institutions by pilots as a table: the view that needs no picture, and the one that is printed. */
"use strict";
const Matrix = (() => {
  const MOST_CELLS = 40000;
  const place = document.getElementById("matrix");
  let made = "";

  function element(tag, attributes = {}, ...children) {
    const one = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "class") one.className = value;
      else one.setAttribute(key, value);
    }
    one.append(...children);
    return one;
  }

  /** Pilots in the order of their cohorts, each cohort with the day on which it was first public. */
  function columns(level) {
    const { pilots } = Graph.scene;
    const cohortKey = (pilot) => `${Filter.firstDay[pilots[pilot].cohort] || "9999"} ${pilots[pilot].cohort || ""}`;
    const natural = new Intl.Collator("en", { numeric: true });
    const sorted = [...Graph.at(level).members.keys()].sort((a, b) => natural.compare(cohortKey(a), cohortKey(b)) || natural.compare(a, b));
    const groups = [];
    for (const pilot of sorted) {
      const cohort = pilots[pilot].cohort || "";
      if (!groups.length || groups[groups.length - 1].cohort !== cohort) groups.push({ cohort, pilots: [] });
      groups[groups.length - 1].pilots.push(pilot);
    }
    return groups;
  }
  /** Institutions so that partners stand together: by their first joint pilot, then by their first. */
  function rows(level, groups) {
    const network = Graph.at(level);
    const order = new Map(groups.flatMap((group) => group.pilots).map((pilot, k) => [pilot, k]));
    const key = (id) => {
      const all = network.pilots.get(id);
      const joint = all.filter((pilot) => network.members.get(pilot).length > 1);
      return Math.min(...(joint.length ? joint : all).map((pilot) => order.get(pilot)));
    };
    return [...network.pilots.keys()].sort((a, b) => key(a) - key(b) || network.pilots.get(b).length - network.pilots.get(a).length || (a < b ? -1 : 1));
  }
  /** What a cell says: the roles that sources state, else that the institution applied. */
  function said(level, institution, pilot) {
    const filings = Graph.filings(level, institution, pilot);
    const roles = [...new Set(filings.flatMap((filing) => filing.roles))];
    return { filings, roles, text: roles.length ? roles.map(Graph.name).join(", ") : Languages.text("applicant") };
  }

  /** One table of some groups of columns. */
  function table(level, groups, institutions, { links }) {
    const network = Graph.at(level);
    const head = element("thead");
    const cohorts = element("tr", {}, element("td"));
    const names = element("tr", {}, element("th", { scope: "col", class: "corner" }, Languages.text("institution")));
    for (const group of groups) {
      cohorts.append(element("th", { scope: "colgroup", colspan: String(group.pilots.length), class: "cohort" }, Graph.name(group.cohort)));
      group.pilots.forEach((pilot, k) => {
        const inner = links ? button(pilot, Graph.name(pilot)) : element("span", {}, Graph.name(pilot));
        names.append(element("th", { scope: "col", class: k ? "pilot" : "pilot first", "data-id": pilot, title: Graph.name(pilot) }, inner));
      });
    }
    head.append(cohorts, names);
    const body = element("tbody");
    for (const id of institutions) {
      const node = network.nodes.get(id);
      const row = element("tr", { "data-id": id });
      const mark = Facets.swatch(node.group, 15);
      row.append(element("th", { scope: "row", title: Graph.name(id) }, element("div", {}, mark, links ? button(id, Graph.name(id)) : element("span", {}, Graph.name(id)))));
      for (const group of groups) group.pilots.forEach((pilot, k) => {
        const cell = element("td", { class: k ? "" : "first", "data-pilot": pilot });
        if (network.filings.has(`${id}|${pilot}`)) {
          const { roles, text } = said(level, id, pilot);
          cell.classList.add("on");
          cell.title = `${Graph.name(id)} – ${Graph.name(pilot)}: ${text}`;
          cell.append(element("span", { class: roles.length ? "dot stated" : "dot", "aria-hidden": "true" }), element("span", { class: "hidden-visually" }, text));
        }
        row.append(cell);
      });
      body.append(row);
    }
    const whole = element("table", { class: "matrix" }, element("caption", { class: "hidden-visually" }, Languages.text("matrix-caption")), head, body);
    return whole;
  }
  function button(id, text) {
    const one = element("button", { type: "button", class: "plain", "data-pin": id }, text);
    return one;
  }

  /** A list instead of a table, where that would have too many cells. */
  function long(level, groups) {
    const network = Graph.at(level);
    const body = element("tbody");
    for (const group of groups) for (const pilot of group.pilots)
      body.append(element("tr", { "data-id": pilot }, element("td", {}, Graph.name(group.cohort)), element("th", { scope: "row" }, button(pilot, Graph.name(pilot))),
        element("td", {}, network.members.get(pilot).map(Graph.name).join(", "))));
    const head = element("thead", {}, element("tr", {}, ...["cohort", "pilot", "applicants"].map((key) => element("th", { scope: "col" }, Languages.text(key)))));
    return element("table", { class: "long" }, element("caption", {}, Languages.text("matrix-too-large")), head, body);
  }

  /** Draws the table for the level and language, once. */
  function show() {
    const { level } = Store.state;
    const key = `${level}|${Languages.current}`;
    if (key !== made) {
      made = key;
      const groups = columns(level);
      const institutions = rows(level, groups);
      const cells = institutions.length * Graph.at(level).members.size;
      place.replaceChildren(cells > MOST_CELLS ? long(level, groups) : table(level, groups, institutions, { links: true }));
    }
    restyle();
  }
  /** Dims what the filters leave out, and marks what is pinned. */
  function restyle() {
    const on = Filter.on();
    const { node } = Store.state;
    for (const one of place.querySelectorAll("[data-id]")) {
      one.classList.toggle("dim", on.active && !on.nodes.has(one.dataset.id));
      one.classList.toggle("pinned", one.dataset.id === node);
    }
    for (const cell of place.querySelectorAll("td.on")) {
      const id = `${cell.parentNode.dataset.id}|${cell.dataset.pilot}`;
      cell.classList.toggle("dim", on.active && !on.joins.has(id));
      cell.classList.toggle("pinned", cell.dataset.pilot === node || cell.parentNode.dataset.id === node);
    }
  }

  /** Tables for paper: as many columns as fit, and only the rows that have something in them. */
  function forPaper(level, across) {
    const all = columns(level);
    const blocks = [[]];
    let count = 0;
    for (const group of all) {
      for (let start = 0; start < group.pilots.length; start += across) {
        const part = { cohort: group.cohort, pilots: group.pilots.slice(start, start + across) };
        if (count && count + part.pilots.length > across) { blocks.push([]); count = 0; }
        blocks[blocks.length - 1].push(part);
        count += part.pilots.length;
      }
    }
    return blocks.filter((block) => block.length).map((block) => {
      const pilots = new Set(block.flatMap((group) => group.pilots));
      const present = rows(level, all).filter((id) => Graph.at(level).pilots.get(id).some((pilot) => pilots.has(pilot)));
      return table(level, block, present, { links: false });
    });
  }

  place.addEventListener("click", (event) => {
    const pinned = event.target.closest("[data-pin]");
    const cell = event.target.closest("td.on");
    if (pinned) Store.set({ node: pinned.dataset.pin, edge: "" });
    else if (cell) Store.set({ node: cell.dataset.pilot, edge: "" });
  });

  return { show, restyle, forPaper, columns, rows, said, element };
})();
