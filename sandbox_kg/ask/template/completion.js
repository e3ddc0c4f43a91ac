/* What the editor offers while one types: prefixes, classes, properties, concepts and records of this graph with their
   names in both languages, variables of the query, and SPARQL's words. Found by name, by label in Chinese or English. */
"use strict";
const Completion = (() => {
  const MOST = 60;
  const ORDER = { variable: 0, prefix: 1, property: 2, class: 2, concept: 3, record: 4, keyword: 5 };
  const KEYWORDS = ["SELECT", "DISTINCT", "WHERE", "OPTIONAL", "UNION", "MINUS", "FILTER", "FILTER NOT EXISTS", "BIND", "VALUES", "GROUP BY",
    "ORDER BY", "HAVING", "LIMIT", "OFFSET", "CONSTRUCT", "ASK", "DESCRIBE", "PREFIX", "COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE",
    "GROUP_CONCAT", "STR", "LANG", "DATATYPE", "BOUND", "COALESCE", "CONTAINS", "STRSTARTS", "STRENDS", "LCASE", "UCASE", "REGEX", "REPLACE",
    "SUBSTR", "STRLEN", "CONCAT", "YEAR", "MONTH", "ISIRI", "ISLITERAL", "LANGMATCHES"];
  let known = [];

  /** Takes what the graph has; called when its names are there. */
  async function start() {
    const sorts = new Map();
    for (const { term, sort } of await Engine.rows(Ask.internal["ask-terms"])) if (!sorts.has(term.value)) sorts.set(term.value, sort.value);
    for (const [iri] of Names.labelled()) if (!sorts.has(iri)) sorts.set(iri, "record");
    known = [...sorts].map(([iri, sort]) => option(iri, sort)).filter((one) => !one.name.startsWith("<"));
  }
  function option(iri, sort) {
    const zh = Names.label(iri, "zh");
    const en = Names.label(iri, "en");
    const name = Names.short(iri);
    return { name, sort, zh, en, folded: [name, name.slice(name.indexOf(":") + 1), zh, en].map(Names.folded) };
  }

  /** How well what is typed fits: 0 the best, null not at all. */
  function fit(one, typed) {
    const [name, local, zh, en] = one.folded;
    if (name.startsWith(typed) || local.startsWith(typed)) return 0;
    if (zh.startsWith(typed) || en.startsWith(typed)) return 1;
    return name.includes(typed) || zh.includes(typed) || en.includes(typed) ? 2 : null;
  }
  function detail(one) { return one.zh && one.en && one.zh !== one.en ? `${one.zh} · ${one.en}` : one.zh || one.en; }

  /** The offers for a text that ends where the caret is; `from` is where what was typed begins. */
  function offers(text, position, asked) {
    const before = text.slice(0, position);
    const inside = Guard.tokens(before, true).pop();
    const isComment = inside && inside.kind === "space" && inside.text.startsWith("#");
    const isString = inside && inside.kind === "other" && /["']/.test(inside.text); // not yet closed
    if (isComment || isString) return null;
    const variable = /[?$][\p{L}\p{N}_]*$/u.exec(before);
    if (variable) return offer(variable, variables(text, position).filter((name) => name.startsWith(variable[0].slice(1))).map((name) => ({ name: variable[0][0] + name, sort: "variable" })));
    const declaring = /\bPREFIX\s+([\p{L}\p{N}_.\-]*:?)$/iu.exec(before);
    if (declaring) {
      const found = Object.entries(Ask.prefixes).filter(([prefix]) => `${prefix}:`.startsWith(declaring[1]));
      return { from: position - declaring[1].length, options: found.map(([prefix, iri]) => ({ name: `${prefix}: <${iri}>`, sort: "prefix" })) };
    }
    const word = /(?:[\p{L}\p{N}_.\-]*:)?[\p{L}\p{N}_.\-]*$/u.exec(before);
    if (!word[0] && !asked) return null;
    return offer(word, matching(word[0]));
  }
  function offer(match, options) { return { from: match.index, options: options.slice(0, MOST) }; }
  function variables(text, position) {
    const found = Guard.tokens(text).filter((token) => token.kind === "variable" && token.end !== position).map((token) => token.text.slice(1));
    return [...new Set(found)].filter(Boolean).sort();
  }
  function matching(typed) {
    const wanted = Names.folded(typed);
    const ranked = known.map((one) => [fit(one, wanted), one]).filter(([rank]) => rank !== null);
    if (!typed.includes(":")) {
      for (const [prefix, iri] of Object.entries(Ask.prefixes)) if (typed && `${prefix}:`.startsWith(wanted)) ranked.push([0, { name: `${prefix}:`, sort: "prefix", en: iri, zh: "" }]);
      for (const word of KEYWORDS) if (typed && Names.folded(word).startsWith(wanted)) ranked.push([0, { name: word, sort: "keyword" }]);
    }
    ranked.sort(([a, one], [b, two]) => a - b || ORDER[one.sort] - ORDER[two.sort] || (one.name < two.name ? -1 : 1));
    return ranked.map(([, one]) => one);
  }

  return { start, offers, detail };
})();
