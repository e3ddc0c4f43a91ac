/* The panel: all that the graph says of one thing. First the facts that sources state, each with its evidence, then what
   the editors say or what follows by rules, then where the thing is named. */
"use strict";
const NodePanel = (() => {
  const t = Languages.text;
  const MOST = 25; // of one property, before the reader asks for more
  const place = byId("details");
  const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
  const order = new Map();
  const pictured = new Set();
  let turn = 0;
  let data = null;

  /** Asks for the order of properties and for what the explorer shows. */
  async function start() {
    for (const { property, order: at } of await Engine.rows(Ask.internal["explorer-order"])) order.set(property.value, Number(at.value));
    for (const { thing } of await Engine.rows(Ask.internal["ask-pictured"])) pictured.add(thing.value);
  }

  function byOrder(one, other) {
    const at = (iri) => order.get(iri) ?? 100000;
    return at(one) - at(other) || Cells.collator().compare(Names.called(one), Names.called(other));
  }
  function grouped(rows, key) {
    const groups = new Map();
    for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) || []), row]);
    return groups;
  }

  /** A heading with its items; many are folded. */
  function section(title, items, attributes = {}) {
    const list = element("ul", { class: "facts" }, ...items.slice(0, MOST).map((make) => make()));
    const box = element("section", attributes, element("h3", {}, ...title, " ", element("span", { class: "soft" }, items.length > 1 ? Cells.grouped(String(items.length)) : "")), list);
    if (items.length > MOST) {
      const more = element("button", { type: "button", class: "plain link" }, t("show-all", { count: Cells.grouped(String(items.length)) }));
      more.addEventListener("click", () => { list.append(...items.slice(MOST).map((make) => make())); more.remove(); });
      box.append(more);
    }
    return box;
  }
  /** A fact: what it is about, its other details with their names, and its evidence. */
  function fact(iri, lead, skipped) {
    const rows = (data.facts.get(iri) || []).filter((row) => row.detail.value !== skipped);
    const details = [...grouped(rows, (row) => row.detail.value)].sort(([one], [other]) => byOrder(one, other));
    if (!lead.length && details.length) lead = [element("div", { class: "lead" }, ...joined(details.shift()[1].map((row) => row.content)))];
    const shown = details.map(([property, values]) => element("div", { class: "detail" }, element("span", { class: "soft" }, `${Names.called(property)} `), ...joined(values.map((row) => row.content))));
    return element("li", {}, ...lead, ...shown, Evidence.list(data.evidence.get(iri) || []));
  }
  /** Values in the reader's language where there are several languages of one text. */
  function joined(terms) {
    const inLanguage = terms.filter((term) => term["xml:lang"] === Languages.current);
    const chosen = inLanguage.length && terms.every((term) => term["xml:lang"]) ? inLanguage : terms;
    return chosen.flatMap((term, k) => [k ? t("comma") : "", ...Cells.shown(term, false)]);
  }
  /** The things that own a part, from the nearest outwards, as links. */
  function ownerLinks(iri) {
    const owner = Names.ownerOf(iri);
    if (!owner) return Cells.thing(iri, false);
    return [...Cells.thing(owner[0], false), " ", element("span", { class: "soft" }, "· "), element("a", { class: "thing soft", href: Address.link({ node: Cells.nodeKey(iri) }), "data-node": Cells.nodeKey(iri) }, Names.label(owner[1]) || Names.short(owner[1]))];
  }

  function outgoing(rows) {
    const groups = [...grouped(rows, (row) => row.property.value)].sort(([one], [other]) => byOrder(one, other));
    const isFact = ([, values]) => values.some((row) => data.evidence.has(row.other.value) || data.facts.has(row.other.value));
    const facts = groups.filter(isFact).map(([property, values]) => section([Names.called(property)], values.map((row) => () => fact(row.other.value, [])), { "data-property": Names.short(property) }));
    const flat = groups.filter((group) => !isFact(group) && group[0] !== TYPE);
    const list = element("dl", { class: "about" }, ...flat.flatMap(([property, values]) => [element("dt", {}, Names.called(property)), element("dd", {}, ...folded(values))]));
    return [...facts, flat.length ? element("section", {}, element("h3", {}, t("about"), " ", element("span", { class: "soft" }, facts.length ? t("own-words") : "")), list) : null];
  }
  function folded(unsorted) {
    const isOwn = (row) => row.other["xml:lang"] === Languages.current;
    const values = [...unsorted.filter(isOwn), ...unsorted.filter((row) => !isOwn(row))];
    const made = values.slice(0, MOST).map((row) => element("div", {}, ...Cells.shown(row.other, false)));
    if (values.length <= MOST) return made;
    const more = element("button", { type: "button", class: "plain link" }, t("show-all", { count: values.length }));
    more.addEventListener("click", () => more.replaceWith(...values.slice(MOST).map((row) => element("div", {}, ...Cells.shown(row.other, false)))));
    return [...made, more];
  }
  function incoming(rows) {
    const groups = [...grouped(rows, (row) => row.property.value)].sort(([one], [other]) => byOrder(one, other));
    if (!groups.length) return [];
    const one = ([property, values]) => section([element("span", { class: "soft", "aria-hidden": "true" }, "← "), Names.called(property)],
      values.map((row) => () => (data.facts.has(row.other.value) ? fact(row.other.value, [element("div", { class: "lead" }, ...ownerLinks(row.other.value))], property) : element("li", {}, ...(row.other.type === "uri" ? ownerLinks(row.other.value) : Cells.shown(row.other))))),
      { "data-property": Names.short(property), class: "incoming" });
    return [element("h3", { class: "part" }, t("named-by")), ...groups.map(one)];
  }

  function heading(iri, out) {
    const types = out.filter((row) => row.property.value === TYPE).map((row) => Names.called(row.other.value));
    const name = Names.called(iri);
    const otherName = Names.label(iri, Languages.current === "zh" ? "en" : "zh");
    const parts = [element("p", { class: "eyebrow" }, types.join(" · ")), element("h2", { id: "details-title", tabindex: "-1" }, name)];
    if (otherName && otherName !== name) parts.push(element("p", { class: "soft" }, otherName));
    const short = Names.short(iri);
    if (short !== name && !short.startsWith("<")) parts.push(element("p", {}, element("code", {}, short)));
    parts.push(element("p", {}, element("code", { class: "soft" }, readable(iri))));
    const ways = [];
    if (pictured.has(iri) && Beside.has("explorer")) ways.push(element("a", { href: Beside.address("explorer", short) }, t("in-explorer")));
    if (!out.length && safeAddress(iri)) ways.push(outside(iri, t("open-address")));
    if (ways.length) parts.push(element("p", { class: "ways" }, ...ways.flatMap((way, k) => [k ? " · " : "", way])));
    return element("header", {}, ...parts);
  }

  /** Shows what the address names; without anything the library comes back. */
  async function show() {
    const mine = ++turn;
    const { node } = Address.state;
    const iri = node ? Names.read(node) : null;
    const isShown = Boolean(iri);
    byId("side").classList.toggle("has-details", isShown);
    byId("details-box").hidden = !isShown;
    byId("side-questions").hidden = isShown;
    if (!isShown) { place.replaceChildren(); data = null; return; }
    let found;
    try { found = await asked(iri); } catch (failure) { place.replaceChildren(element("p", { class: "warning" }, t(failure.key || "engine-broken", { said: failure.said || "" }))); return; }
    if (mine !== turn) return;
    data = found;
    write();
    byId("side").scrollTop = 0;
    byId("details-title").focus({ preventScroll: true });
  }
  async function asked(iri) {
    const rows = (name) => Engine.rows(Bind.filled(Ask.internal[name], "thing", [Bind.iri(iri)]));
    const [around, facts, evidence] = await Promise.all([rows("ask-node"), rows("ask-facts"), rows("ask-evidence")]);
    return { iri, around, facts: grouped(facts, (row) => row.fact.value), evidence: grouped(evidence, (row) => row.fact.value) };
  }
  function write() {
    if (!data) return;
    const out = data.around.filter((row) => row.way.value === "out");
    const back = data.around.filter((row) => row.way.value === "in");
    const own = data.evidence.get(data.iri);
    const parts = [heading(data.iri, out)];
    if (!data.around.length) parts.push(element("p", { class: "warning" }, t("node-unknown")));
    const owner = Names.ownerOf(data.iri);
    if (owner) parts.push(element("p", {}, element("span", { class: "soft" }, `${t("part-of")} `), ...Cells.thing(owner[0], false)));
    if (own) parts.push(element("section", {}, element("h3", {}, t("evidence")), Evidence.list(own)));
    parts.push(...outgoing(out).filter(Boolean), ...incoming(back));
    place.replaceChildren(...parts);
  }

  return { start, show, write, get pictured() { return pictured; } };
})();
