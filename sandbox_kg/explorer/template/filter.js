/* Which filings the reader's filters let through, and so which institutions, pilots and lines are in full colour. */
"use strict";
const Filter = (() => {
  const { scene } = Store;
  let cache = { state: null, result: null };

  /** The values of a pilot for a facet, at a level. */
  function values(facet, level, pilot) {
    const facets = scene.pilots[pilot];
    switch (facet) {
      case "area": return facets.area ? [facets.area] : [];
      case "year": return [facets.cohort && firstDay[facets.cohort] ? firstDay[facets.cohort].slice(0, 4) : "undated"];
      case "cohort": return facets.cohort ? [facets.cohort] : [];
      case "joint": return [Graph.at(level).members.get(pilot).length > 1 ? "joint" : "solo"];
      case "stage": return facets.stages || [];
      case "technology": return facets.technologies || [];
      default: return facets.scenarios || [];
    }
  }
  /** The day on which each cohort was first public; where none is known, the last possible one. */
  const firstDay = (() => {
    const days = {};
    for (const facets of Object.values(scene.pilots))
      if (facets.cohort && facets.date && (!days[facets.cohort] || facets.date < days[facets.cohort])) days[facets.cohort] = facets.date;
    for (const row of scene.coverage.cohorts || [])
      if (!days[row.cohort] && (row.day || row.latest)) days[row.cohort] = row.day || row.latest;
    return days;
  })();

  /** The values that count as chosen: of cohorts also the earlier ones, if the reader wants them added up. */
  function chosen(state, facet) {
    if (facet !== "cohort" || !state.upTo || !state.cohort.length) return new Set(state[facet]);
    const last = state.cohort.map((cohort) => firstDay[cohort] || "").sort().pop();
    return new Set(Object.keys(firstDay).filter((cohort) => firstDay[cohort] <= last).concat(state.cohort));
  }

  /** Whether a filing passes all filters but one. */
  function passes(sets, level, filing, except) {
    for (const facet of Store.FACETS) {
      const set = sets[facet];
      if (!set.size || facet === except) continue;
      if (facet === "kind") { if (!set.has(kindSlot(filing[0]))) return false; }
      else if (!values(facet, level, filing[1]).some((value) => set.has(value))) return false;
    }
    return true;
  }
  /** The kind of an institution as filed, as the legend knows it: the rarer kinds are one. */
  function kindSlot(filed) {
    const kind = scene.kindOf[filed];
    return scene.kinds.includes(kind) ? kind : "other";
  }

  /** What passes: institutions and pilots, joins and pairs by their id, filings; and whether anything is filtered at all. */
  function on(state = Store.state) {
    if (cache.state === state) return cache.result; // a state is never changed, but replaced
    const { level } = state;
    const network = Graph.at(level);
    const sets = Object.fromEntries(Store.FACETS.map((facet) => [facet, chosen(state, facet)]));
    const result = { active: Store.FACETS.some((facet) => sets[facet].size), nodes: new Set(), joins: new Set(), pairs: new Set(), filings: [] };
    for (const filing of scene.filings) {
      if (!passes(sets, level, filing)) continue;
      const institution = Graph.holder(level, filing[0]);
      result.filings.push(filing);
      result.nodes.add(institution).add(filing[1]);
      result.joins.add(`${institution}|${filing[1]}`);
    }
    for (const pair of network.pairs)
      if (pair.pilots.some((pilot) => result.joins.has(`${pair.from}|${pilot}`) && result.joins.has(`${pair.to}|${pilot}`))) result.pairs.add(pair.id);
    cache = { state, result };
    return result;
  }

  /** How many pilots (of kinds: institutions) each value of a facet has, given the other filters. */
  function counts(facet, state = Store.state) {
    const { level } = state;
    const sets = Object.fromEntries(Store.FACETS.map((one) => [one, chosen(state, one)]));
    const found = new Map();
    for (const filing of scene.filings) {
      const passed = passes(sets, level, filing, facet);
      const things = facet === "kind" ? [kindSlot(filing[0])] : values(facet, level, filing[1]);
      for (const value of things) {
        if (!found.has(value)) found.set(value, new Set());
        if (passed) found.get(value).add(facet === "kind" ? Graph.holder(level, filing[0]) : filing[1]);
      }
    }
    return new Map([...found].map(([value, set]) => [value, set.size]));
  }

  return { on, counts, chosen, kindSlot, firstDay };
})();
