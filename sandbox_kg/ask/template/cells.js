/* How a term is shown: a thing by its name with its prefixed name beside it, a number in groups, a text with its language. */
"use strict";
const Cells = (() => {
  const t = Languages.text;

  /** A link that shows a thing in the panel. */
  function thing(iri, more = true) {
    const name = Names.label(iri);
    const short = readable(Names.short(iri));
    const link = element("a", { class: "thing", href: Address.link({ node: nodeKey(iri) }), "data-node": nodeKey(iri) }, name || short);
    return name && more ? [link, " ", element("span", { class: "short soft" }, short)] : [link];
  }
  /** How the address names a thing. */
  function nodeKey(iri) { return Names.short(iri); }

  /** A number in groups of three, from five digits on; digits are those of the graph. */
  function grouped(text) {
    const parts = /^([+-]?)(\d{5,})(\.\d+)?$/.exec(text);
    if (!parts) return text;
    return parts[1] + parts[2].replace(/\B(?=(\d{3})+$)/g, ",") + (parts[3] || "");
  }
  function literal(term) {
    const text = readable(term.value);
    if (Terms.isNumber(term)) return [grouped(text)];
    if (term["xml:lang"]) return [element("span", { lang: term["xml:lang"] }, text), " ", element("span", { class: "tag soft" }, `@${term["xml:lang"]}`)];
    if (term.datatype === `${Terms.XSD}anyURI`) return [outside(term.value, text)];
    return [text];
  }
  /** What stands in a cell. */
  function shown(term, more = true) {
    if (!term) return [];
    if (term.type === "uri") return thing(term.value, more);
    if (term.type === "bnode") return [element("span", { class: "soft" }, `_:${readable(term.value)}`)];
    return literal(term);
  }
  /** A term as plain words, for sorting, charts and labels. */
  function words(term) {
    if (!term) return "";
    return term.type === "uri" ? Names.called(term.value) : readable(term.value);
  }

  /** Orders two terms: nothing last, numbers by value, all else by words in the reader's language. */
  function compare(one, other, collator) {
    if (!one || !other) return one ? -1 : other ? 1 : 0;
    if (Terms.isNumber(one) && Terms.isNumber(other)) return Number(one.value) - Number(other.value);
    return collator.compare(words(one), words(other));
  }
  function collator() { return new Intl.Collator(Languages.current === "zh" ? "zh" : "en", { numeric: true }); }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.thing");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    Address.set({ node: link.dataset.node });
  });

  return { shown, thing, words, compare, collator, grouped, nodeKey, t };
})();
