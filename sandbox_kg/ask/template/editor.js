/* The editor: CodeMirror with colours from our own reader of tokens, our completion, and marks where something is wrong. */
"use strict";
const Editor = (() => {
  const C = CodeMirror;
  const t = Languages.text;
  const language = new C.Compartment();
  const setMark = C.StateEffect.define();
  const listeners = [];
  let isOurs = false; // whether a change comes from the page, not from the reader
  let view = null;

  // -- colours ---------------------------------------------------------------------------------------------------------
  const WORDS = new Set(["TRUE", "FALSE", "A"]);
  function look({ kind, text }) {
    if (kind === "space") return text.startsWith("#") ? "comment" : "";
    if (kind === "word") return WORDS.has(text.toUpperCase()) ? "literal" : "keyword";
    return { string: "string", iri: "iri", variable: "variable", tag: "literal", name: "name", number: "literal" }[kind] || "";
  }
  const marks = new Map();
  function colours(state) {
    const builder = new C.RangeSetBuilder();
    for (const token of Guard.tokens(state.doc.toString(), true)) {
      const name = look(token);
      if (!name) continue;
      if (!marks.has(name)) marks.set(name, C.Decoration.mark({ class: `sparql-${name}` }));
      builder.add(token.start, token.end, marks.get(name));
    }
    return builder.finish();
  }
  const colouring = C.StateField.define({
    create: colours,
    update: (value, change) => (change.docChanged ? colours(change.state) : value),
    provide: (field) => C.EditorView.decorations.from(field),
  });
  /** Where something is wrong: the piece is underlined, its line has a bar. */
  const marking = C.StateField.define({
    create: () => C.Decoration.none,
    update(value, change) {
      for (const effect of change.effects) if (effect.is(setMark)) return marked(change.state, effect.value);
      return change.docChanged ? C.Decoration.none : value;
    },
    provide: (field) => C.EditorView.decorations.from(field),
  });
  function marked(state, error) {
    if (!error) return C.Decoration.none;
    const from = Math.min(error.start, state.doc.length);
    const to = Math.min(Math.max(error.end, from), state.doc.length);
    const ranges = [C.Decoration.line({ class: "wrong-line" }).range(state.doc.lineAt(from).from)];
    if (to > from) ranges.push(C.Decoration.mark({ class: "wrong" }).range(from, to));
    return C.Decoration.set(ranges, true);
  }

  // -- completion ------------------------------------------------------------------------------------------------------
  function source(context) {
    const found = Completion.offers(context.state.doc.toString(), context.pos, context.explicit);
    if (!found || !found.options.length) return null;
    return { from: found.from, filter: false, options: found.options.map((one) => ({ label: one.name, detail: Completion.detail(one), sort: one.sort, apply })) };
  }
  /** Puts a name in, and declares its prefix where that is not done yet. */
  function apply(target, { label, sort }, from, to) {
    const changes = [{ from, to, insert: label }];
    const prefix = sort === "keyword" || sort === "variable" || label.includes("<") ? "" : label.split(":")[0];
    const before = prefix ? declaration(target.state.doc.toString(), prefix) : "";
    if (before) changes.unshift({ from: 0, insert: before });
    target.dispatch({ changes, selection: { anchor: from + label.length + before.length }, userEvent: "input.complete", scrollIntoView: true });
  }
  /** The line that declares a prefix; "" where it is declared or not known. */
  function declaration(text, prefix) {
    if (!Object.hasOwn(Ask.prefixes, prefix)) return "";
    const all = Guard.tokens(text);
    const isThere = all.some((token, k) => Guard.isWord(token, "PREFIX") && all[k + 1] && all[k + 1].text === `${prefix}:`);
    return isThere ? "" : `PREFIX ${prefix}: <${Ask.prefixes[prefix]}>\n`;
  }
  function sortLabel({ sort }) {
    return sort === "keyword" ? null : element("span", { class: "sort" }, t(`sort-${sort}`));
  }

  /**
   * Writes over what is selected, or deletes it, before the browser does: Chromium keeps the look of what it deletes in a
   * style attribute, which the policy of the page refuses.
   */
  function overSelection(event, target) {
    const { from, to, empty } = target.state.selection.main;
    const isTyped = event.inputType === "insertText" && event.data !== null;
    if (empty || event.isComposing || !(isTyped || event.inputType.startsWith("delete"))) return false;
    event.preventDefault();
    const text = isTyped ? event.data : "";
    const change = () => target.state.update({ changes: { from, to, insert: text }, selection: { anchor: from + text.length }, userEvent: isTyped ? "input.type" : "delete", scrollIntoView: true });
    const isDone = isTyped && target.state.facet(C.EditorView.inputHandler).some((handler) => handler(target, from, to, text, change));
    if (!isDone) target.dispatch(change());
    return true;
  }

  // -- the whole -------------------------------------------------------------------------------------------------------
  function worded() {
    return [
      C.EditorView.contentAttributes.of({ "aria-label": t("editor-label"), "aria-describedby": "editor-hint", tabindex: "0", spellcheck: "false", autocapitalize: "off", autocorrect: "off" }),
      C.placeholder(t("editor-empty")),
      C.EditorState.phrases.of({ Completions: t("completions") }),
    ];
  }
  /** Makes the editor in an element; `run` is called for Ctrl-Enter. */
  function start(parent, run) {
    const keys = [{ key: "Mod-Enter", run: () => { run(); return true; } }, { key: "Tab", run: C.acceptCompletion }];
    view = new C.EditorView({
      parent,
      state: C.EditorState.create({
        extensions: [
          C.lineNumbers(), C.history(), C.bracketMatching(), C.closeBrackets(), C.EditorView.lineWrapping, colouring, marking,
          C.autocompletion({ override: [source], icons: false, activateOnTypingDelay: 60, addToOptions: [{ render: sortLabel, position: 90 }] }),
          C.Prec.highest(C.keymap.of(keys)), C.EditorView.domEventHandlers({ beforeinput: overSelection }),
          C.keymap.of([...C.closeBracketsKeymap, ...C.completionKeymap, ...C.historyKeymap, ...C.defaultKeymap]),
          language.of(worded()),
          C.EditorView.updateListener.of((update) => { if (update.docChanged && !isOurs) for (const listener of listeners) listener(); }),
        ],
      }),
    });
    Languages.onChange(() => view.dispatch({ effects: language.reconfigure(worded()) }));
  }
  function text() { return view.state.doc.toString(); }
  /** Shows a query; the reader is not told to have changed it. */
  function show(query) {
    if (query === text()) return;
    isOurs = true;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: query } });
    isOurs = false;
    const first = Guard.tokens(query).find((token) => ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"].some((word) => Guard.isWord(token, word)));
    // Past the prefixes; only the editor scrolls, not the page.
    view.requestMeasure({ read: () => (first ? view.lineBlockAt(first.start).top + view.documentPadding.top - 2 : 0), write: (top) => { view.scrollDOM.scrollTop = top; } });
  }
  function declare(prefix) {
    const line = declaration(text(), prefix);
    if (line) view.dispatch({ changes: { from: 0, insert: line } });
  }
  function goTo(place) {
    view.dispatch({ selection: { anchor: Math.min(place, view.state.doc.length) }, scrollIntoView: true });
    view.focus();
  }

  return {
    start, text, show, declare, goTo, declaration,
    mark: (error) => view.dispatch({ effects: setMark.of(error) }),
    onEdit: (listener) => listeners.push(listener),
    get isOffering() { return C.completionStatus(view.state) !== null; },
    get view() { return view; },
  };
})();
