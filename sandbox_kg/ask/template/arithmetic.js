/* What the engine computes otherwise than SPARQL says. Oxigraph before 0.5.12, and there is no later one for browsers yet,
   reads 10 - 3 - 2 from the right, as 10 - (3 - 2), and gives no value to some products of decimals, such as 1.5 * 0. So
   chains get the brackets that SPARQL means, and a product is computed with floating point where it has no value
   otherwise. A test tells when all this can go. */
"use strict";
const Arithmetic = (() => {
  const SUMS = new Set(["+", "-"]);
  const PRODUCTS = new Set(["*", "/"]);
  const ENDS = new Set([",", ";", "=", "<", ">", "!", "|", "&"]); // between comparisons, arguments and conditions
  const END_WORDS = ["AS", "IN", "NOT", "DISTINCT", "SEPARATOR"];
  const NUMBER = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/;
  const CLOSES = { "(": ")", "{": "}", "[": "]" };
  const MOST = 20; // times as long as the query: beyond that products stay as they are
  const cast = (kind, text) => `<http://www.w3.org/2001/XMLSchema#${kind}>(${text})`;

  /** The pieces of a text, a number being one. */
  function pieces(text) {
    const found = [];
    let end = 0;
    for (const token of Guard.tokens(text)) {
      if (token.start < end) continue; // a part of the number before
      const number = token.kind === "number" || token.text === "." ? NUMBER.exec(text.slice(token.start)) : null;
      const one = number ? { kind: "number", text: number[0], start: token.start, end: token.start + number[0].length } : token;
      end = one.end;
      found.push(one);
    }
    return found;
  }

  /**
   * A query that the engine answers as SPARQL says.
   * @returns {string} the text itself where nothing needs help, or where its brackets do not fit
   */
  function mended(text) {
    const all = pieces(text);
    if (!all.some(({ text: one }, k) => one === "-" || one === "/" || (one === "*" && k > 0))) return text;
    const groups = grouped(all);
    if (!groups) return text;
    const made = written(text, all, groups, true);
    return made.length <= MOST * (text.length + 100) ? made : written(text, all, groups, false);
  }

  /** For each opening bracket where it closes and whether it holds an expression; null where brackets do not fit. */
  function grouped(all) {
    const groups = new Map();
    const open = [];
    let isModifier = false; // in SELECT …, GROUP BY … or ORDER BY …, where every bracket holds an expression
    let isData = false; // behind VALUES
    for (let k = 0; k < all.length; k++) {
      const { text } = all[k];
      if (Guard.isWord(all[k], "SELECT", "GROUP", "ORDER", "HAVING")) isModifier = true;
      else if (Guard.isWord(all[k], "WHERE", "VALUES", "LIMIT", "OFFSET")) { isModifier = false; isData = Guard.isWord(all[k], "VALUES"); }
      if (text in CLOSES) {
        open.push({ at: k, sort: sortOf(all, k, open.length ? open[open.length - 1].sort : "pattern", isModifier, isData) });
        if (text === "{") isModifier = false;
      } else if (Object.values(CLOSES).includes(text)) {
        const one = open.pop();
        if (!one || CLOSES[all[one.at].text] !== text) return null;
        groups.set(one.at, { end: k, isExpression: one.sort === "expression" });
        if (text === "}") { isModifier = false; if (one.sort === "data") isData = false; }
      }
    }
    return open.length ? null : groups;
  }
  /** What a bracket holds: an expression behind FILTER, BIND and functions, and wherever an expression stands around it. */
  function sortOf(all, k, inside, isModifier, isData) {
    const before = all[k - 1];
    if (isData || inside === "data") return "data";
    if (all[k].text === "{") return "pattern";
    if (all[k].text === "[" || !before) return "path";
    if (inside === "expression" || isModifier) return "expression";
    if (before.kind === "word") return Guard.isWord(before, "A", "TRUE", "FALSE") ? "path" : "expression";
    const isFunction = ["name", "iri"].includes(before.kind) && all[k - 2] && Guard.isWord(all[k - 2], "FILTER");
    return isFunction ? "expression" : "path";
  }

  /** Writes a query anew, group by group. */
  function written(text, all, groups, withProducts) {
    const gap = (k) => text.slice(k ? all[k - 1].end : 0, all[k].start);
    const group = (k) => {
      const { end, isExpression } = groups.get(k);
      return all[k].text + (isExpression ? expression : plain)(k + 1, end) + gap(end) + all[end].text;
    };
    const plain = (from, to) => {
      let out = "";
      for (let k = from; k < to; k++) {
        out += gap(k) + (groups.has(k) ? group(k) : all[k].text);
        if (groups.has(k)) k = groups.get(k).end;
      }
      return out;
    };
    const expression = (from, to) => {
      let out = "";
      let chain = []; // operands and signs in turn
      let operand = "";
      let isBare = true; // nothing or only a sign so far, as in -1 or in COUNT(*)
      const close = () => { out += isBare && !chain.length ? operand : chained([...chain, operand], withProducts); chain = []; operand = ""; isBare = true; };
      for (let k = from; k < to; k++) {
        const token = all[k];
        if (ENDS.has(token.text) || Guard.isWord(token, ...END_WORDS)) { close(); out += gap(k) + token.text; continue; }
        const isSign = SUMS.has(token.text) || PRODUCTS.has(token.text);
        if (isSign && !isBare) { chain.push(operand, token.text); operand = ""; isBare = true; continue; }
        operand += gap(k) + (groups.has(k) ? group(k) : token.text);
        isBare &&= isSign;
        if (groups.has(k)) k = groups.get(k).end;
      }
      close();
      return out;
    };
    return plain(0, all.length) + text.slice(all.length ? all[all.length - 1].end : 0);
  }

  /** A chain of operands and signs: products first, then sums, each from the left. */
  function chained(chain, withProducts) {
    const terms = [[]];
    chain.forEach((one, k) => {
      if (k % 2 && SUMS.has(one)) terms.push(one, []);
      else terms[terms.length - 1].push(one);
    });
    return fromTheLeft(terms.map((term) => (Array.isArray(term) ? fromTheLeft(term, withProducts) : term)), withProducts);
  }
  function fromTheLeft([first, ...rest], withProducts) {
    let made = first;
    for (let k = 0; k < rest.length; k += 2) {
      const [sign, next] = [rest[k], rest[k + 1]];
      const whole = sign === "*" && withProducts ? product(made, next) : `${made} ${sign} ${next}`;
      made = k + 2 < rest.length ? `(${whole})` : whole;
    }
    return made;
  }
  /** Only numbers have a sum with 0, so what is no number stays without a value. */
  function product(one, other) {
    return `COALESCE(${one} * ${other}, ${cast("decimal", `${cast("double", `${one} + 0`)} * ${cast("double", `${other} + 0`)}`)})`;
  }

  return { mended };
})();
