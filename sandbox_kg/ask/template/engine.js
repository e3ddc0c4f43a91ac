/* The engine as the page sees it: a worker that answers, can be stopped at any time, and is then started again. */
"use strict";
const Engine = (() => {
  const packed = dataBlock("engine");
  const graph = dataBlock("graph"); // squeezed Turtle by lines
  let worker = null;
  let module = null; // compiled once, kept for the next worker
  let count = 0;
  let waiting = new Map();
  let ready = null;
  let size = 0;

  /** Why there is no answer: `key` is a text of the page, `said` what the engine said. */
  class Failure extends Error {
    constructor(key, said = "") { super(said || key); this.key = key; this.said = said; }
  }

  /** Starts a worker from what the page carries; resolves when the graph is loaded. */
  function start() {
    if (typeof DecompressionStream === "undefined" || typeof WebAssembly === "undefined" || typeof Worker === "undefined")
      return (ready = Promise.reject(new Failure("browser-too-old")));
    const address = URL.createObjectURL(new Blob([packed.code], { type: "text/javascript" }));
    try { worker = new Worker(address); } catch (error) { return (ready = Promise.reject(new Failure("engine-no-worker", String(error)))); }
    worker.onmessage = ({ data }) => settle(data);
    worker.onerror = (event) => fail(new Failure("engine-broken", event.message || ""));
    ready = send("start", { engine: module ? "" : packed.wasm, module, graph }).then((made) => {
      URL.revokeObjectURL(address);
      module = made.module;
      size = made.size;
    });
    return ready;
  }

  /** `isOwn`: asked by the page for itself; after a restart it is asked once more. */
  function send(act, given, isOwn = false) {
    return new Promise((resolve, reject) => post({ act, given, isOwn, resolve, reject }));
  }
  function post(one) {
    const id = ++count;
    waiting.set(id, one);
    worker.postMessage({ id, act: one.act, ...one.given });
  }
  function settle({ id, failed, isBroken, ...answer }) {
    const one = waiting.get(id);
    if (!one) return;
    waiting.delete(id);
    if (failed === undefined) one.resolve(answer);
    else one.reject(new Failure(isBroken ? "engine-broken" : "engine-said", failed));
    if (isBroken && module) restart("engine-broken"); // one that never started is not started again
  }
  /** Ends the worker; whoever waits is told why, and gets what the page asked for itself back. */
  function fail(failure) {
    if (worker) worker.terminate();
    worker = null;
    const left = [...waiting.values()];
    waiting = new Map();
    for (const one of left) if (!one.isOwn) one.reject(failure);
    return left.filter((one) => one.isOwn);
  }
  function restart(key) {
    const own = fail(new Failure(key));
    start().then(() => own.forEach((one) => post({ ...one, isOwn: false })), () => { /* told when something is asked */ });
  }

  /**
   * Answers a query that `Guard` has let through.
   * @returns {Promise<{form, columns, rows, triples, answer, tooMany, ms}>} rejected with a Failure
   */
  async function ask(text, form = "select", most = packed.most) {
    await ready;
    return send("ask", { text: Arithmetic.mended(text), form, most });
  }
  /** What the engine's parser says of a text that `Guard.spread` has made, which it never runs. */
  async function parse(text) {
    await ready;
    return (await send("parse", { text })).error;
  }
  /** Rows of a query of our own, each a Map-like object from column to term. */
  async function rows(text) {
    await ready;
    const { columns, rows: found } = await send("ask", { text, form: "select", most: Infinity }, true);
    return found.map((row) => Object.fromEntries(columns.map((column, k) => [column, row[k]])));
  }

  return {
    start, ask, parse, rows,
    stop: () => restart("stopped"),
    get isBusy() { return waiting.size > 0; },
    get size() { return size; },
    get most() { return packed.most; },
    get limit() { return packed.limit; },
    get ready() { return ready; },
  };
})();
Engine.start().catch(() => { /* told by whoever waits for it */ });
