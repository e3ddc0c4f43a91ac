/* What a reader takes away: CSV, JSON, Turtle, a link, paper. Each says where the data come from. */
"use strict";
const Exports = (() => {
  const t = Languages.text;
  const { about } = Ask;

  // -- CSV: as `sandbox-kg query --format csv` writes it, with names and the origin beside ---------------------------------
  /** A cell; one that a spreadsheet would run as a formula gets an apostrophe (OWASP, CSV injection). */
  function harmless(text) { return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text; }
  function quoted(text) { return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text; }
  function plain(term) {
    if (!term) return "";
    const number = term.datatype === `${Terms.XSD}integer` || term.datatype === `${Terms.XSD}decimal`;
    return number ? term.value : harmless(term.value);
  }
  function csv({ columns, rows }) {
    const named = columns.map((_, k) => k).filter((k) => rows.some((row) => row[k] && row[k].type === "uri"));
    const origin = about.version ? [about.version, about.cutOff, about.licence, about.cite].map(harmless) : [];
    const header = [...columns, ...named.map((k) => `${columns[k]}_label`), ...(origin.length ? ["version", "cut_off", "licence", "cite"] : [])];
    const line = (row) => [...row.map(plain), ...named.map((k) => (row[k] && row[k].type === "uri" ? harmless(Names.label(row[k].value)) : "")), ...origin];
    return [header, ...rows.map(line)].map((cells) => cells.map(quoted).join(",") + "\r\n").join("");
  }

  // -- JSON: SPARQL 1.1 Query Results JSON; `about` is ours, readers of the format pass over it ---------------------------
  function json({ form, columns, rows, answer }) {
    const origin = { ...about, query: Editor.text() };
    if (form === "ask") return JSON.stringify({ head: {}, boolean: answer, about: origin }, null, 1) + "\n";
    const bindings = rows.map((row) => Object.fromEntries(columns.flatMap((column, k) => (row[k] ? [[column, row[k]]] : []))));
    return JSON.stringify({ head: { vars: columns }, results: { bindings }, about: origin }, null, 1) + "\n";
  }

  // -- Turtle -----------------------------------------------------------------------------------------------------------
  function turtle({ triples }) {
    const used = new Set();
    const iri = (text) => {
      const short = Names.short(text);
      if (short.startsWith("<")) return `<${text.replace(/[<>"{}|^`\\\u0000-\u0020]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)}>`;
      used.add(short.slice(0, short.indexOf(":")));
      return short;
    };
    const term = (one) => {
      if (one.type === "uri") return iri(one.value);
      if (one.type === "bnode") return `_:${one.value}`;
      return Bind.literal(one.value) + (one["xml:lang"] ? `@${one["xml:lang"]}` : one.datatype ? `^^${iri(one.datatype)}` : "");
    };
    const subjects = new Map();
    for (const [s, p, o] of triples) {
      const subject = term(s);
      if (!subjects.has(subject)) subjects.set(subject, new Map());
      const predicate = term(p);
      subjects.get(subject).set(predicate, [...(subjects.get(subject).get(predicate) || []), term(o)]);
    }
    const blocks = [...subjects].map(([subject, said]) => `${subject} ${[...said].map(([predicate, objects]) => `${predicate} ${objects.join(" , ")}`).join(" ;\n    ")} .\n`);
    const comments = [about.cite, about.licence].filter(Boolean).map((line) => `# ${line.replace(/[\r\n]/g, " ")}\n`).join("");
    const prefixes = [...used].sort().map((prefix) => `@prefix ${prefix}: <${Ask.prefixes[prefix]}> .\n`).join("");
    return `${comments}${prefixes}\n${blocks.join("\n")}`;
  }

  // -- saving -----------------------------------------------------------------------------------------------------------
  function save(ending, text, type) {
    const origin = about.version ? `sandbox-kg-${about.version}` : about.file.replace(/\.[^.]*$/, "");
    const name = `${origin}-${Address.state.query || "query"}.${ending}`;
    const address = URL.createObjectURL(new Blob([text], { type }));
    const link = element("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    Main.say(t("saved", { name }));
  }
  /** Pages opened from a file may have no clipboard of their own. */
  async function copyLink() {
    const text = location.href;
    try { await navigator.clipboard.writeText(text); } catch {
      const area = element("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    Main.say(t("link-copied"));
  }
  const actions = {
    csv: (result) => save("csv", `\ufeff${csv(result)}`, "text/csv;charset=utf-8"),
    json: (result) => save("json", json(result), "application/sparql-results+json"),
    turtle: (result) => save("ttl", turtle(result), "text/turtle;charset=utf-8"),
    link: copyLink,
    print: () => window.print(),
  };

  const menu = byId("take");
  /** Offers what the result can be taken as. */
  function offer(result) {
    const can = { csv: result && result.rows && !result.triples, json: result && result.form !== "construct" && result.form !== "describe", turtle: Boolean(result && result.triples), link: true, print: true };
    for (const button of menu.querySelectorAll("[data-take]")) button.hidden = !can[button.dataset.take];
  }
  function close() { menu.open = false; menu.querySelector("summary").focus(); }
  menu.addEventListener("click", (event) => {
    const one = event.target.closest("[data-take]");
    if (!one) return;
    close();
    actions[one.dataset.take](Main.result);
  });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape" && menu.open) { close(); event.stopPropagation(); } });
  document.addEventListener("click", (event) => { if (menu.open && !menu.contains(event.target)) menu.open = false; });

  return { csv, json, turtle, offer };
})();
