/* The networks: what pyvis wrote, with ways to go from an institution to its pilots and partners and back. */
"use strict";
const Graph = (() => {
  const { scene, pictures } = Store.data;
  const levels = {};
  const language = () => (Languages.current === "zh" ? 0 : 1);

  /** The label of anything that has a name, in the language of the reader. */
  function name(id) {
    return Object.hasOwn(scene.names, id) ? scene.names[id][language()] : id;
  }
  /** A label that a headline has room for. */
  function brief(id) { const text = name(id); return text.length > 60 ? `${text.slice(0, 59)}…` : text; }
  /** The label in the other language. */
  function otherName(id) { return Object.hasOwn(scene.names, id) ? scene.names[id][1 - language()] : ""; }
  /** The IRI of a prefixed name. */
  function iri(id) {
    const at = id.indexOf(":");
    return (scene.prefixes[id.slice(0, at)] || id.slice(0, at + 1)) + id.slice(at + 1);
  }
  /** Which institution of a level an institution as filed belongs to. */
  function holder(level, filed) { return Object.hasOwn(scene.holders[level], filed) ? scene.holders[level][filed] : ""; }

  /** The network of a level; made when it is first asked for. */
  function at(level) {
    if (!levels[level]) levels[level] = build(level);
    return levels[level];
  }

  function build(level) {
    const data = Store.data.networks[level] || JSON.parse(document.getElementById(`network-${level}`).textContent);
    const made = { nodes: new Map(), joins: [], pairs: [], members: new Map(), pilots: new Map(), partners: new Map(), filings: new Map() };
    data.nodes.forEach((node, index) => {
      const isPilot = node.group === "pilot";
      made.nodes.set(node.id, { ...node, index, isPilot });
      (isPilot ? made.members : made.pilots).set(node.id, []);
      if (!isPilot) made.partners.set(node.id, new Map());
    });
    data.edges.forEach((edge, index) => {
      const entry = { ...edge, id: `${edge.from}|${edge.to}`, index, count: edge.pilots ? edge.pilots.length : 1, isJoin: !edge.pilots };
      if (entry.isJoin) {
        made.joins.push(entry);
        made.pilots.get(edge.from).push(edge.to);
        made.members.get(edge.to).push(edge.from);
      } else {
        made.pairs.push(entry);
        made.partners.get(edge.from).set(edge.to, edge.pilots);
        made.partners.get(edge.to).set(edge.from, edge.pilots);
      }
    });
    for (const filing of scene.filings) {
      const key = `${holder(level, filing[0])}|${filing[1]}`;
      if (!made.filings.has(key)) made.filings.set(key, []);
      made.filings.get(key).push({ filed: filing[0], pilot: filing[1], roles: filing[2], facts: filing[3] });
    }
    return made;
  }

  /** What was filed for an institution of a level in a pilot: the institutions as filed, with roles and facts. */
  function filings(level, institution, pilot) { return at(level).filings.get(`${institution}|${pilot}`) || []; }

  /** Whether something is on record though no network holds it: a cohort, or what stands apart. */
  function isBeside(id) { return Object.hasOwn(scene.apart, id) || cohorts.has(id); }
  const cohorts = new Set(scene.cohorts);

  /** The node that stands for another level's node: itself, or who holds it there, or one of those that it holds. */
  function counterpart(level, id) {
    const nodes = at(level).nodes;
    if (!id || nodes.has(id) || isBeside(id)) return id;
    if (holder(level, id)) return holder(level, id);
    for (const other of Object.keys(scene.holders))
      for (const [filed, holds] of Object.entries(scene.holders[other])) if (holds === id) return holder(level, filed) || "";
    return "";
  }

  /** The picture of a level in the language of the reader, for a width of the page. */
  function packing(level, width, smallest) {
    const all = pictures[level].packings[Languages.current] || Object.values(pictures[level].packings)[0];
    const fitting = all.filter((one) => width / one.width >= smallest);
    return fitting.length ? fitting[fitting.length - 1] : all[0];
  }
  /** The lines of a node's label. */
  function lines(level, node) { return (Languages.current === "zh" ? node.label : pictures[level].english[node.index]).split("\n"); }

  /** Institutions before pilots, those of most joint pilots first, then by name; sorted once. */
  function ranked(level) {
    const network = at(level);
    if (network.ranked) return network.ranked;
    const rank = (node) => (node.isPilot ? 1e6 : 0) - network.pilots.get(node.id)?.length * 10 - (network.partners.get(node.id)?.size || 0);
    network.ranked = [...network.nodes.values()].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
    return network.ranked;
  }

  return { scene, at, name, brief, otherName, iri, holder, filings, isBeside, counterpart, packing, lines, ranked };
})();
