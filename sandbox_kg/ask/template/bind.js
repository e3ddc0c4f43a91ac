/* A question with its parameters bound: what stands in the braces of a line `VALUES ?name { … }` is replaced by terms, so
   that a value can never change the query around it. The text is the one that the command line makes, to the letter. */
"use strict";
const Bind = (() => {
  const NUMBER = /^[+-]?[0-9]{1,30}(\.[0-9]{1,30})?$/;
  const ESCAPES = { "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\" };

  /** What a parameter cannot take; `key` is a text of the page. */
  class Refused extends Error {
    constructor(key, values) { super(key); this.key = key; this.values = values; }
  }

  function lineOf(name) { return new RegExp(`^([ \\t]*)VALUES \\?${name} \\{[^}]*\\}[ \\t]*$`, "gm"); }

  /** A text with one of its lines `VALUES ?name { … }` filled with terms; without any the line is left out. */
  function filled(text, name, terms) {
    const line = terms.length ? `VALUES ?${name} { ${terms.join(" ")} }` : "";
    return text.replace(lineOf(name), (whole, indent) => indent + line);
  }

  function iri(text) { return `<${text}>`; }
  /** A literal as the engine writes it. */
  function literal(text, datatype = "") {
    const safe = text.replace(/[\u0000-\u001f"\\\u007f\ufffe\uffff]/g, (one) => ESCAPES[one] || `\\u${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`);
    return `"${safe}"${datatype && `^^<${Terms.XSD}${datatype}>`}`;
  }

  /** A day as 2020-03-16, from what Python's `date.fromisoformat` reads; "" where it is none. */
  function day(given) {
    const plain = /^(\d{4})-(\d{2})-(\d{2})$/.exec(given) || /^(\d{4})(\d{2})(\d{2})$/.exec(given);
    const week = /^(\d{4})-W(\d{2})(?:-(\d))?$/.exec(given) || /^(\d{4})W(\d{2})(\d)?$/.exec(given);
    if (plain) return checked(...plain.slice(1).map(Number));
    return week ? ofWeek(...week.slice(1).map((part) => (part === undefined ? 1 : Number(part)))) : "";
  }
  function checked(year, month, dayOfMonth) {
    const made = utc(year, month, dayOfMonth);
    return year > 0 && made.getUTCMonth() === month - 1 && made.getUTCDate() === dayOfMonth ? made.toISOString().slice(0, 10) : "";
  }
  function utc(year, month, dayOfMonth) {
    const made = new Date(0);
    made.setUTCFullYear(year, month - 1, dayOfMonth);
    return made;
  }
  /** A day of a week of a year (ISO 8601): week 1 is the one with 4 January. */
  function ofWeek(year, week, weekday) {
    const first = utc(year, 1, 4);
    first.setUTCDate(4 - ((first.getUTCDay() + 6) % 7));
    const start = utc(year, 1, 1).getUTCDay();
    const isLeap = utc(year, 2, 29).getUTCMonth() === 1;
    const weeks = start === 4 || (start === 3 && isLeap) ? 53 : 52;
    if (year < 1 || week < 1 || week > weeks || weekday < 1 || weekday > 7) return "";
    first.setUTCDate(first.getUTCDate() + (week - 1) * 7 + weekday - 1);
    return first.getUTCFullYear() >= 1 && first.getUTCFullYear() <= 9999 ? first.toISOString().slice(0, 10) : "";
  }

  /** What a value stands for, as SPARQL terms; only terms come out of here, whatever goes in. */
  function terms(parameter, given) {
    const refuse = (values = {}) => new Refused(`parameter-${parameter.type}`, { name: parameter.name, value: given, ...values });
    if (parameter.type === "choice") {
      const choices = new Map(parameter.choices);
      const named = new Map(); // a choice of one record may also be named by the record
      for (const [key, names] of choices) if (names.length === 1) named.set(names[0], key);
      for (const [name, key] of [...named]) named.set(name.slice(name.indexOf(":") + 1), key);
      const chosen = choices.get(given) || choices.get(named.get(given));
      if (!chosen) throw refuse({ choices: [...choices.keys()].join(", ") });
      return chosen.map((name) => iri(Names.expand(name)));
    }
    if (parameter.type === "record") {
      const found = Names.resolve(parameter.of, given);
      if (found.length === 1) return [iri(found[0])];
      const names = found.slice(0, 8).map(Names.short).join(", ");
      throw new Refused(found.length ? "parameter-ambiguous" : "parameter-record", { name: parameter.name, value: given, example: parameter.example, names });
    }
    if (parameter.type === "number") {
      if (!NUMBER.test(given)) throw refuse();
      return [literal(given, "decimal")];
    }
    if (parameter.type === "date") {
      const made = day(given);
      if (!made) throw refuse();
      return [literal(made, "date")];
    }
    if (/[\ud800-\udfff]/u.test(given)) throw new Refused("parameter-text", { name: parameter.name });
    return [literal(given)];
  }

  /**
   * The SPARQL of a question.
   * @param {Object} question
   * @param {Object<string, string[]>} values parameter to what a reader gave
   * @throws {Refused} a parameter that does not exist, or a value that it cannot take
   */
  function bind(question, values) {
    for (const name of Object.keys(values)) {
      if (question.parameters.some((parameter) => parameter.name === name)) continue;
      throw new Refused("parameter-unknown", { name, question: question.name, known: question.parameters.map((one) => one.name).join(", ") || "-" });
    }
    return question.parameters.reduce((text, parameter) => {
      const given = values[parameter.name] || [];
      const taken = given.length || parameter.default === null ? given : [parameter.default];
      return filled(text, parameter.name, taken.flatMap((value) => terms(parameter, value)));
    }, question.text);
  }

  return { bind, filled, iri, literal, Refused };
})();
