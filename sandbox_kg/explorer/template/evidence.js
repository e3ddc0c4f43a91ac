/* Facts and their evidence: the words as printed, the source and its kind, and what a copy copies. */
"use strict";
const Evidence = (() => {
  const { element } = Matrix;
  const t = Languages.text;

  /** The records behind the page. */
  const records = () => Store.data.records;
  function about(id) { return records().things[id]; }
  const key = (number) => records().keys[number];

  /** An address that may be followed: only http and https. */
  function safe(address) {
    try {
      const url = new URL(address);
      return ["http:", "https:"].includes(url.protocol) ? url.href : "";
    } catch { return ""; }
  }
  function outside(address, text) {
    const href = safe(address);
    return href ? element("a", { href, target: "_blank", rel: "noopener noreferrer" }, text) : element("span", {}, text);
  }

  /** A value: a text, a thing by its name, or a text in the reader's language. */
  function shown(value, link) {
    if (Array.isArray(value)) {
      const name = key(value[0]);
      return link && (Graph.scene.kindOf[name] || Graph.scene.pilots[name] || Graph.isBeside(name)) ? link(name) : document.createTextNode(Graph.name(name));
    }
    if (typeof value === "string") return document.createTextNode(value);
    if (value.number) return document.createTextNode(numeral(value.number));
    return document.createTextNode(value[Languages.current] || Object.values(value)[0]);
  }
  /** A number with its groups told apart; a large one in Chinese also in 万 and 亿. */
  function numeral(text) {
    const number = Number(text);
    const plain = new Intl.NumberFormat(Languages.current, { maximumFractionDigits: 6 }).format(number);
    if (Languages.current !== "zh" || Math.abs(number) < 10000) return plain;
    return `${plain}(${new Intl.NumberFormat("zh", { notation: "compact", maximumFractionDigits: 4 }).format(number)})`;
  }
  function values(list, link) {
    return list.flatMap((value, k) => (k ? [t("comma"), shown(value, link)] : [shown(value, link)]));
  }

  /** Whether a fact rests on mirrors only. */
  function onMirrorsOnly(fact) { return fact[1].length > 0 && fact[1].every(([source]) => records().sources[source].mirror); }

  function sourceLine(number, seen = new Set()) {
    const source = records().sources[number];
    const title = source.title || Graph.name(source.name);
    const facts = [source.publisher, dated(source), source.kind && Graph.name(source.kind), source.copyKind && Graph.name(source.copyKind)].filter(Boolean);
    const line = element("div", { class: "source" }, outside(source.address || "", title), " ", element("span", { class: "soft" }, facts.join(" · ")));
    seen.add(number);
    if (source.original !== undefined && !seen.has(source.original)) line.append(element("div", { class: "original" }, `${t("copy-of")} `, sourceLine(source.original, seen)));
    return line;
  }
  /** A date as precise as it is known. */
  function dated(source) {
    if (!source.date) return "";
    const parts = source.date.split("-");
    const precision = (source.precision || "").split(":").pop();
    return parts.slice(0, { year: 1, month: 2 }[precision] || 3).join("-");
  }

  function piece([source, printed, states, where, notes]) {
    const item = element("li");
    if (printed) item.append(element("q", { class: "printed", lang: "zh" }, printed), " ");
    item.append(sourceLine(source));
    const more = [typeof states === "number" && `${t("states")}${t("colon")}${Graph.name(key(states))}`, typeof where === "number" && Graph.name(key(where)), notes && (notes[Languages.current] || "")];
    const text = more.filter(Boolean).join(" · ");
    if (text) item.append(element("div", { class: "soft" }, text));
    return item;
  }
  /** The evidence of a fact, folded: how many sources, and on what it rests. */
  function ofFact(number) {
    const fact = records().facts[number];
    const sources = new Set(fact[1].map(([source]) => source)).size;
    const printed = fact[1].find((one) => one[1]);
    const summary = element("summary", {}, printed ? element("q", { class: "printed", lang: "zh" }, printed[1]) : "", " ", element("span", { class: "count" }, Panel.counted("sources", sources)));
    if (onMirrorsOnly(fact)) summary.append(" ", element("span", { class: "mirror", title: t("mirror-only-means") }, t("mirror-only")));
    return element("details", { class: "evidence" }, summary, element("ul", {}, ...fact[1].map(piece)));
  }

  /** One fact: its leading value, the others with their names, and its evidence. */
  function ofList(number, link) {
    const [details, , address] = records().facts[number];
    const item = element("li", { "data-fact": String(number) });
    details.forEach(([property, list], k) => {
      const content = !k && address ? [outside(address, shown(list[0]).textContent)] : values(list, link);
      if (!k) item.append(element("div", { class: "lead" }, ...content));
      else item.append(element("span", { class: "detail" }, element("span", { class: "soft" }, `${Graph.name(key(property))} `), ...content));
    });
    item.append(ofFact(number));
    return item;
  }

  /** All that is recorded of a thing, in the order of the ontology: facts first, then our own description. */
  function listed(id, link) {
    const thing = about(id);
    if (!thing) return [];
    const facts = thing.facts.map(([property, numbers]) => element("section", { "data-property": key(property) },
      element("h3", {}, Graph.name(key(property)), " ", element("span", { class: "soft" }, numbers.length > 1 ? String(numbers.length) : "")),
      element("ul", { class: "facts" }, ...numbers.map((number) => ofList(number, link)))));
    const long = thing.about.filter(([, list]) => list.some((value) => typeof value === "object" && !Array.isArray(value)));
    const flat = thing.about.filter((entry) => !long.includes(entry));
    const texts = long.map(([property, list]) => element("section", {}, element("h3", {}, Graph.name(key(property))), element("p", {}, ...values(list, link))));
    const rest = element("dl", { class: "about" }, ...flat.flatMap(([property, list]) => [element("dt", {}, Graph.name(key(property))), element("dd", {}, ...values(list, link))]));
    const own = flat.length ? [element("section", {}, element("h3", {}, t("about"), " ", element("span", { class: "soft" }, t("own-words"))), rest)] : [];
    return [...texts.slice(0, 1), ...facts, ...texts.slice(1), ...own];
  }

  return { about, listed, ofFact, onMirrorsOnly, safe, records };
})();
