/* The button that switches the language of the page, and the page's title with it. */
"use strict";
(() => {
  const button = document.getElementById("switch-language");
  button.hidden = false;
  button.addEventListener("click", () => Languages.set(Languages.current === "zh" ? "en" : "zh"));
  Languages.onChange((language) => {
    document.title = Languages.text("title");
    button.lang = language === "zh" ? "en" : "zh-CN";
  });
  Languages.start();
})();
