/* Elements of the page, made without any markup: texts are texts, whatever stands in them. */
"use strict";
/**
 * Makes an element.
 * @param {string} tag
 * @param {Object} attributes `on…` are listeners, true and false set and leave out, all others are attributes.
 * @param {...(Node|string|null)} children what is null or "" is left out.
 */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

/** The element of an id. */
function byId(id) { return document.getElementById(id); }

/** Control characters, and those that turn the direction of writing: a name with them could look like another name. */
const HARMFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
/** A text in which nothing hides. */
function readable(text) { return text.replace(HARMFUL, "\ufffd"); }

/** An address that may be followed, only http and https; else "". */
function safeAddress(text) {
  try {
    const address = new URL(text);
    return ["http:", "https:"].includes(address.protocol) ? address.href : "";
  } catch { return ""; }
}
/** A link out of the page, or just its text where the address may not be followed. */
function outside(address, text) {
  const href = safeAddress(address);
  return href ? element("a", { href, target: "_blank", rel: "noopener noreferrer" }, text) : element("span", {}, text);
}

/** A data block of the page. */
function dataBlock(id) { return JSON.parse(byId(id).textContent); }

/** What the page is made of: where the data come from, prefixes, the library, and queries of our own. */
const Ask = dataBlock("ask");
