/* What is wrong with a query: said with line and column, marked in the editor, and mended where one press can. */
"use strict";
const Mistakes = (() => {
  const t = Languages.text;
  const box = byId("wrong");
  let timer = 0;

  /** Says what is wrong and where, or takes it back. `isHint`: told while the reader still writes. */
  function tell(error, isHint = false) {
    Editor.mark(error && error.line ? error : null);
    box.hidden = !error;
    box.setAttribute("role", isHint ? "note" : "alert");
    box.replaceChildren();
    if (!error) return;
    box.append(element("span", {}, readable(t(error.key, error))));
    if (error.line) box.append(" ", press(t("go-there"), () => Editor.goTo(error.start)));
    if (error.key === "guard-prefix" && Editor.declaration(Editor.text(), error.prefix))
      box.append(" · ", press(t("declare", error), () => { Editor.declare(error.prefix); Main.run(); }));
  }
  function press(text, onclick) { return element("button", { type: "button", class: "plain link", onclick }, text); }

  /** Why there is no answer: from what the engine said, or because it was stopped. */
  async function why(text, failure, isPressed) {
    if (failure.key === "engine-said") {
      const spread = Guard.spread(text);
      return Guard.said(text, failure.said, spread, await Engine.parse(spread.text).catch(() => ""));
    }
    const key = failure.key === "stopped" && !isPressed ? "stopped-limit" : failure.key || "engine-broken";
    return { key, said: failure.said || String(failure), seconds: Engine.limit };
  }

  /** Looks, when the reader pauses, at a query that is being written, as far as can be said without asking it. */
  function look(mayAsk) {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const text = Editor.text();
      if (!text.trim() || !mayAsk()) return;
      if (Editor.isOffering) { look(mayAsk); return; }
      let { error } = Guard.check(text);
      if (!error) {
        const spread = Guard.spread(text);
        const token = Guard.stopped(spread, await Engine.parse(spread.text).catch(() => ""));
        error = token ? Guard.wrong("guard-syntax", text, token).error : Guard.unclosed(text);
      }
      if (text === Editor.text()) tell(error, true);
    }, 500);
  }

  return { tell, why, look, forget: () => clearTimeout(timer) };
})();
