/* The panel: all that is recorded of an institution, a pilot or a pair, and where each fact comes from. */
"use strict";
const Panel = (() => {
  const place = document.getElementById("details");
  const { element } = Matrix;
  const t = Languages.text;
  const KNOWN_MARKS = new Set(["chineseName", "applicantList", "cohortBasis", "grouping", "possibleCohort", "hasName", "hasSize"].map((mark) => `mark-${mark}`));

  /** A name that leads to its node. */
  function link(id, text = Graph.name(id)) {
    const target = Graph.counterpart(Store.state.level, id);
    if (!target) return document.createTextNode(text);
    const one = element("button", { type: "button", class: "plain link" }, text);
    one.addEventListener("click", () => { Store.set({ node: target, edge: "" }); });
    return one;
  }
  function section(title, ...children) {
    return element("section", {}, element("h3", {}, title), ...children);
  }

  /** A text with a number, in the singular for one. */
  function counted(key, count, more = {}) { return t(count === 1 ? `${key}-one` : key, { count, ...more }); }

  /** Why something stands apart from the networks, or nothing. */
  function aside(id) {
    const { reason } = Graph.scene.apart[id] || {};
    return reason ? t(`apart-${reason}`) : "";
  }
  /** What the editors have marked: a label of ours, a list with gaps, an inferred cohort. */
  function marksOf(id) {
    const said = (Graph.scene.marks[id] || []).map(([mark, value]) => [`mark-${mark.split(":").pop()}`, value]);
    const list = [...new Set(said.map(([key, value]) => (KNOWN_MARKS.has(key) ? t(key) : Graph.name(value))))];
    return list.length ? [element("p", { class: "marks" }, ...list.map((text) => element("span", { class: "mark" }, text)))] : [];
  }

  /** What is said of a node while the pointer is on it: its name, and a line. */
  function preview(id) {
    const network = Graph.at(Store.state.level);
    if (Graph.isBeside(id)) return [Graph.name(id), aside(id) || t("cohort")];
    if (!network.nodes.has(id)) return [Graph.name(id), ""];
    if (network.members.has(id)) {
      const facets = Graph.scene.pilots[id];
      return [Graph.name(id), [facets.cohort && Graph.name(facets.cohort), counted("applicants-count", network.members.get(id).length)].filter(Boolean).join(" · ")];
    }
    const joint = network.pilots.get(id).filter((pilot) => network.members.get(pilot).length > 1).length;
    return [Graph.name(id), [legendOf(network.nodes.get(id).group, id), counted("pilots-joint", network.pilots.get(id).length, { joint }), counted("partners-count", network.partners.get(id).size)].join(" · ")];
  }
  /** The kind that the colour of a mark stands for; of the rarer ones, which have one colour together, its own. */
  function legendOf(slot, id) {
    if (Graph.scene.kinds[slot]) return Graph.name(Graph.scene.kinds[slot]);
    return Graph.scene.kindOf[id] ? Graph.name(Graph.scene.kindOf[id]) : t("other-kinds");
  }
  /** The same of a line: both ends, and the joint pilots. */
  function previewLine(id) {
    const [one, other] = id.split("|");
    const network = Graph.at(Store.state.level);
    if (network.members.has(other)) return [`${Graph.name(one)} – ${Graph.name(other)}`, Matrix.said(Store.state.level, one, other).text];
    return [`${Graph.name(one)} – ${Graph.name(other)}`, (network.partners.get(one).get(other) || []).map(Graph.name).join("; ")];
  }

  /** Where more is told of a node: all that the graph says of it, where the page to ask in lies beside this one. */
  function ways(id) {
    return Beside.has("ask") ? [element("p", { class: "ways" }, element("a", { href: Beside.address("ask", id) }, t("in-ask")))] : [];
  }
  function heading(kind, title, more) {
    return element("header", {}, element("p", { class: "eyebrow" }, ...[kind].flat()), element("h2", { id: "details-title", tabindex: "-1" }, title), ...more);
  }

  function institution(id) {
    const { level } = Store.state;
    const network = Graph.at(level);
    const members = [...new Set(network.pilots.get(id).flatMap((pilot) => Graph.filings(level, id, pilot).map((filing) => filing.filed)))];
    const parts = [heading(t("institution"), Graph.name(id), [element("p", { class: "soft" }, Graph.otherName(id)), ...ways(id)])];
    parts.push(element("p", { class: "sum" }, Facets.swatch(network.nodes.get(id).group, 16), " ", preview(id)[1]));
    if (members.length > 1 || members[0] !== id) parts.push(element("p", {}, `${t("filed-as")} `, ...joined(members.map((member) => Graph.name(member)))));
    parts.push(...marksOf(id));
    parts.push(section(t("pilots"), element("ul", { class: "pilots" }, ...network.pilots.get(id).map((pilot) => ofPilot(level, id, pilot)))));
    parts.push(...Evidence.listed(id, link));
    for (const member of members) if (member !== id) parts.push(element("details", { class: "member" }, element("summary", {}, Graph.name(member)), ...Evidence.listed(member, link)));
    return parts;
  }
  /** One pilot of an institution: its role, its partners, and the evidence that it took part. */
  function ofPilot(level, id, pilot) {
    const network = Graph.at(level);
    const partners = network.members.get(pilot).filter((member) => member !== id);
    const { roles, filings } = Matrix.said(level, id, pilot);
    const facets = Graph.scene.pilots[pilot];
    const line = [facets.cohort && Graph.name(facets.cohort), ...roles.map(Graph.name)].filter(Boolean).join(" · ");
    const item = element("li", {}, link(pilot), element("div", { class: "soft" }, line));
    if (partners.length) item.append(element("div", {}, `${t("with")} `, ...joined(partners.map((one) => link(one)))));
    item.append(...filings.flatMap((filing) => filing.facts).map((fact) => Evidence.ofFact(fact)));
    return item;
  }
  function joined(parts) {
    return parts.flatMap((part, k) => (k ? [t("comma"), part] : [part]));
  }

  function pilot(id) {
    const network = Graph.at(Store.state.level);
    const facets = Graph.scene.pilots[id];
    return [
      heading(facets.cohort ? [`${t("pilot")} · `, link(facets.cohort)] : [t("pilot")], Graph.name(id), [element("p", { class: "soft" }, Graph.otherName(id)), ...ways(id)]),
      element("p", { class: "sum" }, counted("applicants-count", network.members.get(id).length), t("colon"), ...joined(network.members.get(id).map((one) => link(one)))),
      ...marksOf(id),
      ...Evidence.listed(id, link),
    ];
  }

  /** What no network holds: a doubtful pilot, one without known applicants, an institution that only contributes. */
  function beside(id) {
    const { cohort } = Graph.scene.apart[id];
    const kind = cohort ? [`${t("pilot")} · `, link(cohort)] : [t("institution")];
    return [
      heading(kind, Graph.name(id), [element("p", { class: "soft" }, Graph.otherName(id)), ...ways(id)]),
      element("p", { class: "sum" }, element("span", { class: "mark" }, aside(id))),
      ...marksOf(id),
      ...Evidence.listed(id, link),
    ];
  }
  /** A cohort: how much of it is recorded, its pilots, and all facts of it. */
  function cohort(id) {
    const row = (Graph.scene.coverage.cohorts || []).find((one) => one.cohort === id);
    const pilots = [...Object.entries(Graph.scene.pilots), ...Object.entries(Graph.scene.apart)].filter(([, facets]) => facets.cohort === id).map(([pilot]) => pilot).sort();
    const item = (pilot) => element("li", {}, link(pilot), aside(pilot) ? element("div", {}, element("span", { class: "mark" }, aside(pilot))) : "");
    const parts = [heading(t("cohort"), Graph.name(id), [element("p", { class: "soft" }, Graph.otherName(id))])];
    if (row) parts.push(element("p", { class: "sum" }, Coverage.inWords(row)));
    parts.push(...marksOf(id));
    if (pilots.length) parts.push(section(t("pilots"), element("ul", { class: "pilots" }, ...pilots.map(item))));
    return [...parts, ...Evidence.listed(id, link)];
  }

  function pair(id) {
    const { level } = Store.state;
    const pairs = Graph.at(level).pairs.find((one) => one.id === id);
    const [one, other] = id.split("|");
    const title = element("span", {}, link(one), " – ", link(other));
    const item = (name) => {
      const facts = [one, other].flatMap((end) => Graph.filings(level, end, name).flatMap((filing) => filing.facts.map((fact) => [end, fact])));
      return element("li", {}, link(name), element("div", { class: "soft" }, Graph.scene.pilots[name].cohort ? Graph.name(Graph.scene.pilots[name].cohort) : ""),
        ...facts.map(([end, fact]) => element("div", {}, `${Graph.name(end)}${t("colon")}`, Evidence.ofFact(fact))));
    };
    const parts = [element("header", {}, element("p", { class: "eyebrow" }, t("pair")), element("h2", { id: "details-title", tabindex: "-1" }, title))];
    if (pairs.within) parts.push(element("p", { class: "soft" }, t("within-group")));
    return [...parts, section(t("joint-pilots"), element("ul", { class: "pilots" }, ...pairs.pilots.map(item)))];
  }

  /** Shows what is pinned; without anything the filters come back. */
  function show() {
    const { node, edge, level } = Store.state;
    const network = Graph.at(level);
    const isPair = edge && network.pairs.some((one) => one.id === edge);
    const parts = isPair ? pair(edge) : network.members.has(node) ? pilot(node) : network.pilots.has(node) ? institution(node) : Graph.scene.apart[node] ? beside(node) : Graph.isBeside(node) ? cohort(node) : null;
    place.replaceChildren(...(parts || []));
    document.getElementById("side").classList.toggle("has-details", Boolean(parts));
    document.getElementById("details-box").hidden = !parts;
    document.getElementById("facets-box").hidden = Boolean(parts);
    if (parts) document.getElementById("side").scrollTop = 0;
  }
  return { show, preview, previewLine, link, legendOf, counted, aside };
})();
