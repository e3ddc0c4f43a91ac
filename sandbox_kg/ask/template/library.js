/* The library: a list of questions that can be searched, in the reader's language. */
"use strict";
const Library = (() => {
  const t = Languages.text;
  const list = byId("questions");
  const field = byId("search");
  const byName = new Map(Ask.questions.map((question) => [question.name, question]));

  /** The questions that hold every word in their name, titles, questions or keywords; as the command line finds them. */
  function found(words) {
    const wanted = Names.folded(words).split(/\s+/).filter(Boolean);
    return Ask.questions.filter((question) => {
      const texts = [question.name, ...Object.values(question.titles), ...Object.values(question.questions), ...question.keywords].map(Names.folded);
      return wanted.every((word) => texts.some((text) => text.includes(word)));
    });
  }
  function item(question) {
    const link = element("a", { href: `#query=${question.name}`, "data-query": question.name, "aria-current": question.name === Address.state.query ? "true" : false,
      onclick: (event) => { event.preventDefault(); choose(question.name); } },
    element("span", { class: "name" }, question.titles[Languages.current]), element("span", { class: "soft" }, question.questions[Languages.current]));
    return element("li", {}, link);
  }
  /** Asks a question with what its parameters are when nothing is said. */
  function choose(name) {
    byId("side-questions").open = !matchMedia("(max-width: 860px)").matches;
    const isSame = !Address.set({ query: name, sparql: "", values: {}, view: "" }).size;
    if (isSame) Main.run();
  }
  /** Writes the list; the question that is asked stays in sight. */
  function show() {
    const shown = found(field.value);
    list.replaceChildren(...shown.map(item));
    const key = !Ask.questions.length ? "no-library" : field.value.trim() ? "found" : "all-questions";
    byId("found").textContent = t(key, { count: shown.length });
  }
  function mark() {
    for (const link of list.querySelectorAll("a")) {
      if (link.dataset.query === Address.state.query) { link.setAttribute("aria-current", "true"); inSight(link); }
      else link.removeAttribute("aria-current");
    }
  }
  /** Scrolls the list, and nothing else, so that a question is seen. */
  function inSight(link) {
    const [box, own] = [list.getBoundingClientRect(), link.getBoundingClientRect()];
    if (own.top < box.top) list.scrollTop += own.top - box.top;
    else if (own.bottom > box.bottom) list.scrollTop += own.bottom - box.bottom;
  }
  /** Up and down walk the list; Enter in the field asks the first. */
  function walk(event) {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && event.target === field && links.length) { event.preventDefault(); choose(links[0].dataset.query); return; }
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    (at + step < 0 ? field : links[Math.min(at + step, links.length - 1)] || field).focus();
  }
  field.addEventListener("input", show);
  byId("side-questions").addEventListener("keydown", walk);
  Languages.onChange(show);

  return { show, mark, found, choose, question: (name) => byName.get(name) };
})();
