/* Data blocks that were written shorter (sandbox_kg/pages/squeezed.py) at their full length again. */
"use strict";
/** The text that was squeezed. */
function unsqueeze(text) {
  const NEAR = 96, FAR = 126, LEAST = 3;
  const digit = new Uint8Array(128);
  let base = 0;
  for (let code = 33; code < 127; code++) if (!'"\\<>&`~'.includes(String.fromCharCode(code))) digit[code] = base++;
  let out = new Uint16Array(text.length * 4 + 1024);
  let size = 0;
  const room = (more) => {
    if (size + more <= out.length) return;
    const larger = new Uint16Array(2 * (size + more));
    larger.set(out.subarray(0, size));
    out = larger;
  };
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    room(LEAST + base);
    if (code !== NEAR && code !== FAR) { out[size++] = code; continue; }
    const digits = code === NEAR ? 2 : 3;
    let back = 0;
    for (let k = 1; k <= digits; k++) back = back * base + digit[text.charCodeAt(at + k)];
    at += digits + 1;
    if (!back) { out[size++] = text.charCodeAt(at); continue; }
    for (let left = LEAST + digit[text.charCodeAt(at)]; left; left--, size++) out[size] = out[size - back];
  }
  return new TextDecoder("utf-16le").decode(new Uint8Array(out.buffer, 0, size * 2));
}
