/* The pages that lie beside this one, as the strap names them: a page that is alone leads to none. */
"use strict";
const Beside = (() => {
  const links = [...document.querySelectorAll("#pages a")];
  const found = new Map(links.map((link) => [link.getAttribute("href").replace(/\.html$/, ""), link]));

  Languages.onChange((language) => { for (const [name, link] of found) link.href = `${name}.html#lang=${language}`; });

  return {
    /** Whether a page is there, by its name such as "explorer". */
    has: (name) => found.has(name),
    /** The address under which a page shows a thing that has a prefixed name. */
    address: (name, thing) => `${name}.html#node=${encodeURIComponent(thing).replace(/%3A/g, ":")}&lang=${Languages.current}`,
  };
})();
