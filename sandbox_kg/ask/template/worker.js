/* The worker's own part: it unpacks the engine and the graph, and answers. It stands after the engine's glue and the
   readers of squeezed texts and of terms in one script, and inherits the policy of the page: nothing can be fetched from
   here either. */
"use strict";
let store = null;
let blank = null;

/** What is packed, as a stream. */
function unpacked(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let k = 0; k < raw.length; k++) bytes[k] = raw.charCodeAt(k);
  return new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
}

const acts = {
  /** Starts the engine, compiled from what the page carries or already compiled, and loads the graph. */
  async start({ engine, module, graph }) {
    const packed = () => new Response(unpacked(engine), { headers: { "Content-Type": "application/wasm" } });
    const compiled = module || await WebAssembly.compileStreaming(packed());
    await oxigraph.init({ module_or_path: compiled });
    store = new oxigraph.Store();
    blank = new oxigraph.Store();
    store.load(unsqueeze(graph.join("\n")), { format: "text/turtle", lenient: true, no_transaction: true });
    return { module: compiled, size: store.size };
  },

  /** Answers a query; `most` rows are sent, or none with how many there are. */
  ask({ text, form, most }) {
    const began = performance.now();
    if (form === "ask") return { form, answer: store.query(text), ms: performance.now() - began };
    const isTable = form === "select";
    const found = store.query(text, { results_format: isTable ? "text/tab-separated-values" : "application/n-triples" });
    const ms = performance.now() - began;
    const count = lines(found) - (isTable ? 1 : 0);
    if (count > most) return { form, tooMany: count, ms };
    return isTable ? { form, ms, ...Terms.table(found) } : { form, ms, triples: Terms.triples(found) };
  },

  /** What the parser says of a text that ends in something no query has, so that it is never run (`Guard.spread`). */
  parse({ text }) {
    try { blank.query(text); } catch (error) { return { error: String(error.message || error) }; }
    return { error: "" };
  },
};

function lines(text) {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

onmessage = async ({ data: { id, act, ...given } }) => {
  try {
    const answer = { id, ...(await acts[act](given)) };
    try { postMessage(answer); } catch (error) {
      if (!answer.module) throw error;
      postMessage({ ...answer, module: null }); // a browser that hands no modules on compiles anew after each stop
    }
  } catch (error) {
    // After a trap or an overflow the engine's memory cannot be trusted: the page starts another.
    const isBroken = error instanceof WebAssembly.RuntimeError || error instanceof RangeError || act === "start";
    postMessage({ id, failed: String((error && error.message) || error), isBroken });
  }
};
