/* What things are called: labels in both languages, prefixed names, and what a reader may type for them. */
"use strict";
const Names = (() => {
  const prefixes = Object.entries(Ask.prefixes);
  const both = new Map(); // IRI to {zh, en}: what the command line knows by label, too
  const other = new Map(); // IRI to {language: label} of the rest
  const owners = new Map(); // part to [owner, property]
  const groups = new Map(); // thing to [heading, …]
  const aliases = []; // [IRI, folded name]

  /** Letters without their case, as Python folds them. */
  function folded(text) {
    return text.split("ı").map((part) => part.toUpperCase().toLowerCase().replace(/ς/g, "σ")).join("ı");
  }

  function expand(name) {
    const at = name.indexOf(":");
    const namespace = Ask.prefixes[name.slice(0, at)];
    return namespace === undefined ? null : namespace + name.slice(at + 1);
  }
  /** A prefixed name where one fits and reads as such, else the IRI in angle brackets. */
  function short(iri) {
    let best = null;
    for (const [prefix, namespace] of prefixes)
      if (iri.startsWith(namespace) && (!best || namespace.length > best[1].length)) best = [prefix, namespace];
    if (best && /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.\-]*[\p{L}\p{N}_\-])?$/u.test(iri.slice(best[1].length))) return `${best[0]}:${iri.slice(best[1].length)}`;
    return `<${iri}>`;
  }
  /** An IRI from a prefixed name or one in angle brackets; null where it is neither. */
  function read(text) {
    const bracketed = /^<([^<>"{}|^`\\\u0000-\u0020]*)>$/.exec(text);
    return bracketed ? bracketed[1] : text.includes(":") ? expand(text) : null;
  }

  /** A label in the reader's language, else in another; "" where there is none. */
  function label(iri, language = Languages.current) {
    const found = both.get(iri) || other.get(iri);
    if (!found) return part(iri, language);
    return readable(found[language] ?? found[""] ?? found.en ?? found.zh ?? Object.values(found)[0]);
  }
  /** Facts and evidence have no label: they are called after what owns them. */
  function part(iri, language, seen = 0) {
    const owner = owners.get(iri);
    if (!owner || seen > 4) return "";
    const named = both.has(owner[0]) || other.has(owner[0]) ? label(owner[0], language) : part(owner[0], language, seen + 1);
    const own = iri.startsWith(owner[0]) ? iri.slice(iri.lastIndexOf("_") + 1) : "";
    return named && `${named} · ${label(owner[1], language)}${own ? ` (${own})` : ""}`;
  }
  /** What to call a thing: its label, or its prefixed name. */
  function called(iri) { return label(iri) || readable(short(iri)); }

  /** The records under a prefix that a reader means: by prefixed name, slug, label or another name; as the command line. */
  function resolve(prefix, given) {
    const namespace = Ask.prefixes[prefix] ?? "";
    const exact = namespace + (given.startsWith(`${prefix}:`) ? given.slice(prefix.length + 1) : given);
    if (both.has(exact)) return [exact];
    const wanted = folded(given).replace(/^[\s\u001c-\u001f\u0085]+|[\s\u001c-\u001f\u0085]+$/g, "");
    const own = namespace ? [...both].filter(([iri]) => iri.startsWith(namespace)) : [];
    const isLabel = (test) => own.filter(([, texts]) => [texts.zh, texts.en].some((text) => test(folded(text)))).map(([iri]) => iri);
    let found = isLabel((text) => text === wanted);
    if (!found.length) {
      const ours = new Set(own.map(([iri]) => iri));
      found = [...new Set(aliases.filter(([iri, name]) => ours.has(iri) && name === wanted).map(([iri]) => iri))].sort();
    }
    if (!found.length && wanted) found = isLabel((text) => text.startsWith(wanted));
    return found;
  }
  /** The things under a prefix that have labels, by their names in the reader's language. */
  function under(prefix) {
    const namespace = Ask.prefixes[prefix];
    return namespace ? [...both.keys()].filter((iri) => iri.startsWith(namespace)) : [];
  }

  /** Asks for the labels: without them nothing can be named. */
  async function start() {
    const [labels, names] = await Promise.all(["labels", "other-names"].map((name) => Engine.rows(Ask.internal[name])));
    for (const { thing, zh, en } of labels) both.set(thing.value, { zh: zh.value, en: en.value });
    for (const { thing, name } of names) aliases.push([thing.value, folded(name.value)]);
  }
  /** Asks for what makes names better, after the first answer. */
  async function more() {
    const [labels, parts, headings] = await Promise.all(["ask-labels", "ask-owners", "ask-groups"].map((name) => Engine.rows(Ask.internal[name])));
    for (const { thing, label: text } of labels) {
      if (both.has(thing.value)) continue;
      const texts = other.get(thing.value) || {};
      texts[text["xml:lang"] || ""] ??= text.value;
      other.set(thing.value, texts);
    }
    for (const { part: iri, owner, property } of parts) owners.set(iri.value, [owner.value, property.value]);
    for (const { thing, group } of headings) groups.set(thing.value, [...(groups.get(thing.value) || []), group.value]);
  }

  return {
    start, more, label, called, short, expand, read, resolve, under, folded,
    ownerOf: (iri) => owners.get(iri),
    groupOf: (iri) => (groups.get(iri) || [""])[0],
    isKnown: (iri) => both.has(iri) || other.has(iri) || owners.has(iri),
    labelled: () => [...both.entries()],
  };
})();
