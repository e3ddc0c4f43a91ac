/* What a query may do: it is looked at before the engine gets it, and refused if it does more than ask. The same rules
   and messages as on the command line, with the same reader of tokens. */
"use strict";
const Guard = (() => {
  const FORMS = ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"];
  const UPDATES = ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"];
  const DEEPEST = 100;
  // What a Chinese keyboard types for , . ; : ? ( ) [ ] { } < > " ' * = / # $ @
  const FULL_WIDTH = /^[\uff0c\u3002\u3001\uff0e\uff1b\uff1a\uff1f\uff08\uff09\u3010\u3011\uff3b\uff3d\uff5b\uff5d\uff1c\uff1e\u300a\u300b\u201c\u201d\u2018\u2019\uff02\uff07\uff0a\uff1d\uff0f\uff03\uff04\uff20]$/u;
  const WORD = String.raw`[\p{L}\p{N}_]`;
  const TOKEN = new RegExp([
    String.raw`(?<space>[ \t\r\n]+|#[^\r\n]*)`,
    String.raw`(?<string>"""(?:"{0,2}(?:[^"\\]|\\[^]))*"""|'''(?:'{0,2}(?:[^'\\]|\\[^]))*'''|"(?:[^"\\\r\n]|\\[^])*"|'(?:[^'\\\r\n]|\\[^])*')`,
    String.raw`(?<iri><[^<>"{}|^\x60\\\x00-\x20]*>)`,
    String.raw`(?<variable>[?$]${WORD}+)`,
    String.raw`(?<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)`,
    String.raw`(?<name>(?:${WORD}[\p{L}\p{N}_.\-]*)?:(?:[\p{L}\p{N}_:.\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=\/?#@%])*)`,
    String.raw`(?<word>[\p{L}\p{Nl}\p{No}_]${WORD}*)`,
    String.raw`(?<number>\p{Nd}+)`,
    String.raw`(?<other>[^])`,
  ].join("|"), "gu");
  const ASCII_ESCAPE = /\\u00[0-7][0-9A-Fa-f]|\\U000000[0-7][0-9A-Fa-f]/;
  const BLANKS = " ".repeat(24);
  const OPEN = { "{": "}", "(": ")", "[": "]" };

  /** The pieces of a query, each {kind, text, start, end}; white space and comments too where `all`. */
  function tokens(text, all = false) {
    const found = [];
    for (const match of text.matchAll(TOKEN)) {
      const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
      if (all || kind !== "space") found.push({ kind, text: match[0], start: match.index, end: match.index + match[0].length });
    }
    return found;
  }
  function isWord(token, ...words) { return token.kind === "word" && words.includes(token.text.toUpperCase()); }

  /** Line and column of a place, counted from 1 in characters, and what stands there. */
  function place(text, start) {
    const before = text.slice(0, start);
    const line = before.split("\n").length;
    const near = [...text.slice(start, start + 80).split("\n")[0]].slice(0, 40).join("").trim();
    return { line, column: [...before.slice(before.lastIndexOf("\n") + 1)].length + 1, near: near || "…" };
  }
  function wrong(key, text, token, values = {}) {
    const start = token ? token.start : text.length;
    return { error: { key, start, end: token ? token.end : start, ...place(text, start), ...values } };
  }

  /**
   * Looks at a query.
   * @returns {{error: Object}|{form: string, columns: string[]}} `columns` of SELECT * are in the order in which they are named
   */
  function check(text) {
    const escape = ASCII_ESCAPE.exec(text);
    if (escape) return wrong("guard-escape", text, { start: escape.index, end: escape.index + escape[0].length }, { escape: escape[0] });
    const all = tokens(text);
    let depth = 0;
    for (const token of all) {
      depth += token.text in OPEN ? 1 : Object.values(OPEN).includes(token.text) ? -1 : 0;
      if (depth > DEEPEST) return wrong("guard-deep", text, token);
    }
    const wide = all.find((token) => token.kind === "other" && FULL_WIDTH.test(token.text));
    if (wide) return wrong("guard-full-width", text, wide, { character: wide.text });
    const first = all.findIndex((token) => isWord(token, ...FORMS, ...UPDATES));
    if (first < 0) return wrong(all.length ? "guard-syntax" : "guard-empty", text, all[0]);
    const stray = all.slice(0, first).find((token) => !isWord(token, "BASE", "PREFIX") && !["name", "iri"].includes(token.kind));
    if (stray) return wrong("guard-syntax", text, stray);
    const word = all[first].text.toUpperCase();
    if (UPDATES.includes(word)) return wrong("refused-update", text, all[first], { word });
    for (const [refused, key] of [["SERVICE", "refused-service"], ["LOAD", "refused-update"], ["FROM", "refused-from"]]) {
      const token = all.find((one) => isWord(one, refused));
      if (token) return wrong(key, text, token, { word: refused });
    }
    return undeclared(text, all) || { form: word.toLowerCase(), columns: word === "SELECT" && isStar(all, first) ? named(all) : null };
  }
  function undeclared(text, all) {
    const declared = new Set(["_"]);
    for (let k = 0; k < all.length; k++) {
      const token = all[k];
      if (isWord(token, "PREFIX") && all[k + 1] && all[k + 1].kind === "name") declared.add(all[++k].text.split(":")[0]);
      else if (token.kind === "name") {
        const prefix = token.text.split(":")[0];
        if (!declared.has(prefix)) return wrong("guard-prefix", text, token, { prefix });
      }
    }
    return null;
  }
  function isStar(all, first) {
    const next = all[first + 1] && isWord(all[first + 1], "DISTINCT", "REDUCED") ? first + 2 : first + 1;
    return Boolean(all[next] && all[next].text === "*");
  }
  function named(all) { return [...new Set(all.filter((token) => token.kind === "variable").map((token) => token.text.slice(1)))]; }

  /** The bracket that is never closed, if there is one: a text may still be written. */
  function unclosed(text) {
    const open = [];
    for (const token of tokens(text)) {
      if (token.text in OPEN) open.push(token);
      else if (open.length && token.text === OPEN[open[open.length - 1].text]) open.pop();
    }
    return open.length ? wrong("ask-unclosed", text, open[open.length - 1], { bracket: open[open.length - 1].text }).error : null;
  }

  /**
   * A text for the engine's parser to find the place of a mistake in. The parser names a place some letters behind it, as
   * far as the longest keyword that it tried there; so where there is a gap, it is made wider than any keyword. At the end
   * stands what no query has: the parser stops there at the latest, and the query is never run.
   */
  function spread(text) {
    const starts = [];
    let out = "";
    const all = tokens(text);
    all.forEach((token, k) => {
      starts.push({ token, at: out.length });
      const hasGap = !all[k + 1] || all[k + 1].start > token.end || /^[{}()[\];,]$/.test(token.text) || /^[{}()[\]]$/.test(all[k + 1].text);
      out += token.text + (hasGap ? BLANKS : "");
    });
    return { text: `${out}\u0001`, starts };
  }
  /** The piece at which the parser stopped in a text that was spread; null where it came to the end. */
  function stopped({ text, starts }, message) {
    const found = /error at (\d+):(\d+)/.exec(message);
    if (!found) return null;
    const lines = text.split("\n");
    const line = Number(found[1]) - 1;
    const at = lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + [...(lines[line] || "")].slice(0, Number(found[2]) - 1).join("").length;
    if (at >= text.length - 1) return null;
    const one = starts.filter((start) => start.at <= at).pop();
    return one ? one.token : null;
  }
  /** What is wrong with a text, from what the engine said of it and what its parser said of the text when spread. */
  function said(text, message, spreadOut, parserMessage) {
    const token = stopped(spreadOut, parserMessage);
    if (token) return wrong("guard-syntax", text, token).error;
    if (!/error at \d+:\d+/.test(message)) return { key: "ask-said", said: message.slice(0, 400) };
    const reason = /\b[A-Z][a-z]+ [\w ,?]{8,}\w/.exec(message);
    if (reason) return { key: "ask-said", said: reason[0] };
    return unclosed(text) || wrong("guard-syntax", text, null).error;
  }

  return { check, tokens, unclosed, spread, stopped, said, wrong, isWord };
})();
