/* The form of a question's parameters: drop-downs filled from the graph, and fields for words, numbers and days. */
"use strict";
const Form = (() => {
  const t = Languages.text;
  const place = byId("parameters");

  /** What a choice is called: its own name, and what it stands for. */
  function choiceName(name, terms) {
    const labels = terms.map((term) => Names.label(Names.expand(term) || "")).filter(Boolean);
    return labels.length ? labels.join(t("comma")) : name;
  }
  /** The options of a drop-down, [value, name, heading]. */
  function options(parameter) {
    if (parameter.type === "choice") return parameter.choices.map(([name, terms]) => [name, choiceName(name, terms), ""]);
    const order = new Intl.Collator(Languages.current === "zh" ? "zh" : "en", { numeric: true });
    const found = Names.under(parameter.of).map((iri) => [Names.short(iri), Names.label(iri), Names.label(Names.groupOf(iri) || "")]);
    return found.sort((a, b) => order.compare(a[2], b[2]) || order.compare(a[1], b[1]));
  }
  function dropDown(parameter, value, attributes) {
    const all = options(parameter);
    const select = element("select", attributes);
    if (parameter.default === null) select.append(element("option", { value: "" }, t("any")));
    const canonical = parameter.type === "record" ? resolved(parameter, value) : value;
    const headings = new Map();
    for (const [given, name, heading] of all) {
      const option = element("option", { value: given, selected: given === canonical }, name);
      if (!heading) select.append(option);
      else {
        if (!headings.has(heading)) headings.set(heading, select.appendChild(element("optgroup", { label: heading })));
        headings.get(heading).append(option);
      }
    }
    // A value of the address that is none of these stays to be seen, and is refused when it is asked.
    if (value && !all.some(([given]) => given === canonical)) select.append(element("option", { value, selected: true }, value));
    return select;
  }
  /** A record as its prefixed name, from whatever the address calls it. */
  function resolved(parameter, value) {
    const found = value ? Names.resolve(parameter.of, value) : [];
    return found.length === 1 ? Names.short(found[0]) : value;
  }
  function input(parameter, value, attributes) {
    const kind = { number: "text", date: "date" }[parameter.type] || "search";
    const mode = parameter.type === "number" ? "decimal" : null;
    return element("input", { ...attributes, type: kind, value, inputmode: mode, placeholder: kind === "date" ? null : t("such-as", { example: parameter.example }) });
  }
  function control(parameter, value, k) {
    const attributes = { id: `p-${parameter.name}-${k}`, "data-parameter": parameter.name, autocomplete: "off" };
    return parameter.type === "choice" || parameter.type === "record" ? dropDown(parameter, value, attributes) : input(parameter, value, attributes);
  }
  function row(parameter, given) {
    const values = given.length ? given : [parameter.default ?? ""];
    const label = element("label", { for: `p-${parameter.name}-0` }, parameter.labels[Languages.current]);
    return element("div", { class: "parameter" }, label, ...values.map((value, k) => control(parameter, value, k)), adder(parameter, values));
  }
  /** A second value of a record: what is asked holds for either. */
  function adder(parameter, values) {
    if (parameter.type !== "record" || !values[values.length - 1]) return null;
    const more = element("button", { type: "button", class: "plain more", "aria-label": t("one-more", { label: parameter.labels[Languages.current] }), title: t("one-more", { label: parameter.labels[Languages.current] }) }, "+");
    more.addEventListener("click", () => {
      const next = control(parameter, "", values.length);
      if (parameter.default !== null) next.prepend(element("option", { value: "", selected: true }, "–"));
      next.setAttribute("aria-label", parameter.labels[Languages.current]);
      more.replaceWith(next);
      next.focus();
    });
    return more;
  }

  /** Shows the form of a question with the values of the address; of a query of one's own, none. */
  function show(question, values) {
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    place.hidden = !question || !question.parameters.length;
    place.replaceChildren(...(question ? question.parameters.map((parameter) => row(parameter, values[parameter.name] || [])) : []));
    if (focused && byId(focused)) byId(focused).focus();
  }
  /** What the form says: values that are not the default, by parameter. */
  function values(question) {
    const found = {};
    for (const parameter of question.parameters) {
      const given = [...place.querySelectorAll(`[data-parameter="${parameter.name}"]`)].map((one) => one.value).filter((value) => value !== "");
      const distinct = [...new Set(given)];
      if (distinct.length && !(distinct.length === 1 && distinct[0] === parameter.default)) found[parameter.name] = distinct;
    }
    return found;
  }
  /** Calls when the reader has chosen or stopped typing. */
  function onChange(listener) {
    let timer = 0;
    place.addEventListener("change", () => { clearTimeout(timer); listener(); });
    place.addEventListener("input", (event) => {
      if (event.target.tagName !== "INPUT" || event.target.type === "date") return;
      clearTimeout(timer);
      timer = setTimeout(listener, 400);
    });
    place.addEventListener("submit", (event) => event.preventDefault());
  }

  return { show, values, onChange };
})();
