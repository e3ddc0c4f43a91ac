/* RDF terms as the engine writes them, read into the form of SPARQL's JSON results: {type, value, xml:lang, datatype}. */
"use strict";
const Terms = (() => {
  const XSD = "http://www.w3.org/2001/XMLSchema#";
  const ESCAPES = { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f", '"': '"', "'": "'", "\\": "\\" };

  function unescaped(text) {
    if (!text.includes("\\")) return text;
    return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/gs, (whole, short, long, one) =>
      short || long ? String.fromCodePoint(parseInt(short || long, 16)) : ESCAPES[one] ?? whole);
  }

  /** A term of N-Triples or TSV; null where nothing stands. */
  function read(text) {
    if (text === "") return null;
    const first = text[0];
    if (first === "<" && text.endsWith(">") && text[1] !== "<") return { type: "uri", value: unescaped(text.slice(1, -1)) };
    if (first === "_") return { type: "bnode", value: text.slice(2) };
    if (first === '"') {
      const end = text.lastIndexOf('"');
      const term = { type: "literal", value: unescaped(text.slice(1, end)) };
      const rest = text.slice(end + 1);
      if (rest.startsWith("@")) term["xml:lang"] = rest.slice(1);
      else if (rest.startsWith("^^<")) term.datatype = unescaped(rest.slice(3, -1));
      return term;
    }
    if (text === "true" || text === "false") return { type: "literal", value: text, datatype: `${XSD}boolean` };
    if (/^[+-]?[0-9.]/.test(text)) {
      const kind = /e/i.test(text) ? "double" : text.includes(".") ? "decimal" : "integer";
      return { type: "literal", value: text, datatype: XSD + kind };
    }
    return { type: "literal", value: text }; // triples as terms, which SPARQL 1.1 does not have
  }

  /** The columns and rows of TSV results (W3C, SPARQL 1.1 Query Results CSV and TSV Formats). */
  function table(text) {
    const lines = text.split("\n");
    if (lines[lines.length - 1] === "") lines.pop();
    const header = lines.shift() || "";
    const columns = header ? header.split("\t").map((name) => name.slice(1)) : [];
    return { columns, rows: lines.map((line) => (columns.length ? line.split("\t").map(read) : [])) };
  }

  /** The triples of N-Triples. */
  function triples(text) {
    return text.split("\n").filter(Boolean).map((line) => {
      const [, subject, predicate, object] = /^(\S+) (\S+) (.*) \.$/s.exec(line);
      return [read(subject), read(predicate), read(object)];
    });
  }

  /** Whether a term is a number. */
  function isNumber(term) {
    return Boolean(term && term.datatype && term.datatype.startsWith(XSD) && NUMBERS.has(term.datatype.slice(XSD.length)));
  }
  const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long", "short", "byte", "nonNegativeInteger",
    "positiveInteger", "nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong"]);

  return { read, table, triples, isNumber, unescaped, XSD };
})();
