"""The tasks. Usage: python benchmarks/scale/tasks.py TASK [ARGUMENT ...]; prints one line of JSON."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[0:1] = [str(HERE.parent), str(ROOT / "tests")]

from sandbox_kg import building  # noqa: E402
from sandbox_kg.garbage import no_cycle_search  # noqa: E402
from sandbox_kg.graph import asserted_graph, derive, serialise  # noqa: E402
from sandbox_kg.knowledge_graph import KnowledgeGraph, graph_in  # noqa: E402
from sandbox_kg.nodes import Nodes  # noqa: E402
from sandbox_kg.project import Project, find_project  # noqa: E402
from sandbox_kg.records import read_records  # noqa: E402
from sandbox_kg.schema import read_schema  # noqa: E402
from sandbox_kg.store import disk  # noqa: E402
from sandbox_kg.store.embedded import EmbeddedStore  # noqa: E402
from sandbox_kg.validation import validate  # noqa: E402
from scale.kglab_peer import kglab_engine  # noqa: E402
from scale.measuring import ASKED, PATIENCE, as_term, digest, parameters, peak_megabytes, read_all, seconds  # noqa: E402
from scale.server import server  # noqa: E402


def opened(folder: str) -> KnowledgeGraph:
    """The graph in a folder, with the queries of this checkout."""
    return graph_in(Path(folder), find_project(ROOT))


def build(project: str) -> dict[str, Any]:
    """A build in its stages, the same calls as `building.build`, with the floor of those that another part sets."""
    found: dict[str, Any] = {}

    def stage(name: str, work: Callable[[], Any]) -> Any:
        found[name], made = seconds(work)
        return made

    folder = find_project(Path(project))
    with no_cycle_search():
        files = folder.record_files()
        texts = [path.read_text(encoding="utf-8") for path in files]
        found["yaml_megabytes"] = sum(path.stat().st_size for path in files) / 1e6
        schema = stage("schema", lambda: read_schema(folder))
        records = stage("records", lambda: read_records(folder, schema))
        store = stage("graph", lambda: asserted_graph(folder, schema, records))
        shapes = folder.ontology / "shapes"

        def shacl(name: str) -> None:
            problems = validate(store, nodes, shapes / name, records, schema.context)
            assert not problems, problems[:3]

        nodes = stage("shacl_index", lambda: Nodes(store.lines()))
        stage("shacl_records", lambda: shacl("records.ttl"))
        stage("duplicates", lambda: building._duplicates(store, folder, records, schema.context))
        new = stage("rules", lambda: derive(store, folder))
        stage("shacl_more_index", lambda: nodes.add(f"{triple} ." for triple in new))
        stage("shacl_derived", lambda: shacl("derived.ttl"))
        stage("evidence", lambda: building._facts_without_evidence(store, folder, records))
        stage("serialising", lambda: serialise(store.lines(), schema.context.prefixes))
        found["triples"] = len(store)
        document = {"@context": schema.context.document, "@graph": records.nodes}
        data = json.dumps(document, ensure_ascii=False).encode()
        loader = yaml.CSafeLoader
        found["floor_records"], _ = seconds(lambda: [sum(1 for _ in yaml.parse(t, Loader=loader)) for t in texts])
        found["floor_objects"], _ = seconds(lambda: [yaml.load(t, Loader=yaml.CBaseLoader) for t in texts])
        found["floor_graph"], _ = seconds(lambda: ox.Store().load(data, format=ox.RdfFormat.JSON_LD))
        found["floor_serialising"], _ = seconds(lambda: _dumped(store, ox.RdfFormat.TURTLE, ox.RdfFormat.JSON_LD))
        found["floor_sorting"], _ = seconds(lambda: sorted(store.lines()))
        found["floor_rules"], _ = seconds(lambda: _constructed(folder, store))
    return found


def _dumped(store: EmbeddedStore, *formats: ox.RdfFormat) -> int:
    """Writes the graph as Oxigraph writes it."""
    return sum(len(store._store.dump(format=kind, from_graph=ox.DefaultGraph()) or b"") for kind in formats)


def _constructed(folder: Project, store: EmbeddedStore) -> int:
    """Reads to the end what the derivation rules construct, and does nothing with it."""
    rules = sorted((folder.ontology / "rules" / "2-derived").glob("*.rq"))
    return sum(sum(1 for _ in store._store.query(rule.read_text(encoding="utf-8"))) for rule in rules)


def whole_build(project: str) -> dict[str, Any]:
    """A build as a user runs it, with its peak of memory."""
    with tempfile.TemporaryDirectory() as out:
        taken, made = seconds(lambda: building.build(find_project(Path(project)), Path(out)))
    return {"seconds": taken, "triples": made.triples, "megabytes": peak_megabytes()}


def load(folder: str, raw: str) -> dict[str, Any]:
    """Opening a graph to its first answer: ours, or Oxigraph's bulk load alone (`raw`)."""
    path = Path(folder) / "sandbox-kg.nt"
    before = peak_megabytes()
    if raw == "raw":
        store = ox.Store()
        taken, _ = seconds(lambda: store.bulk_load(path=str(path), format=ox.RdfFormat.N_TRIPLES))
        return {"seconds": taken, "triples": len(store), "megabytes": peak_megabytes() - before}
    kg = opened(folder)
    taken, triples = seconds(lambda: len(kg._asked._engine))
    return {"seconds": taken, "triples": triples, "megabytes": peak_megabytes() - before}


def on_disk(folder: str) -> dict[str, Any]:
    """A graph kept on disk: making it, opening it again, and the questions of ASKED there."""
    file = Path(folder) / "sandbox-kg.nt"
    found: dict[str, Any] = {}
    found["keeping"], place = seconds(lambda: disk.keep(file))
    found["megabytes_on_disk"] = sum(path.stat().st_size for path in place.rglob("*") if path.is_file()) / 1e6
    found["keeping_megabytes"] = peak_megabytes()
    found["opening"], _ = seconds(lambda: EmbeddedStore.open(file).query("ASK { ?s ?p ?o }"), 5)
    return found


def on_disk_questions(folder: str) -> dict[str, Any]:
    """The questions of ASKED to a graph on disk, in a process that did not make it."""
    kg = opened(folder)
    assert disk.kept(Path(folder) / "sandbox-kg.nt")
    found: dict[str, Any] = {}
    for name in ASKED:
        text = kg.bound(name, **parameters(kg.question(name)))
        found[name], _ = seconds(lambda text=text: kg._asked.library_query(text))
    found["megabytes"] = peak_megabytes()
    return found


def _ask_nothing(kg: KnowledgeGraph) -> float:
    return seconds(lambda: kg.select("ASK {}", timeout=600))[0]


def own_queries(folder: str) -> dict[str, Any]:
    """A query of one's own that asks nothing: the first, which opens the graph in a process, and those after it."""
    kg = opened(folder)
    return {"first": _ask_nothing(kg), "next": seconds(lambda: _ask_nothing(kg), 9)[0]}


def queries(folder: str, rounds: str) -> dict[str, Any]:
    """Every question of the library: raw solutions read to the end, and the rows that a user gets."""
    kg = opened(folder)
    engine = kg._asked._engine
    _ask_nothing(kg)  # the process of `select` opens the graph with its first query
    found = {}
    for question in kg.questions():
        text = kg.bound(question.name, **parameters(question))
        raws, ours, streamed, selected = [], [], [], []
        for _ in range(int(rounds)):  # in turn, so that a slow moment falls on both
            raws.append(seconds(lambda text=text: read_all(engine._store.query(text)))[0])
            taken, rows = seconds(lambda text=text: list(kg._asked.library_query(text)))
            ours.append(taken)
            streamed.append(seconds(lambda text=text: list(kg._asked.rows(text)))[0])
            selected.append(seconds(lambda text=text: list(kg.select(text, timeout=600, max_rows=10**8)))[0])
        middle = int(rounds) // 2
        found[question.name] = {
            "raw": sorted(raws)[middle],
            "ours": sorted(ours)[middle],
            "streamed": sorted(streamed)[middle],
            "selected": sorted(selected)[middle],
            "rows": len(rows),
            "digest": digest(kg._asked.library_query(text).rows) if question.name in ASKED else "",
        }
    return found


def rdflib_engine(folder: str, store: str) -> dict[str, Any]:
    """The questions of ASKED through rdflib: its own engine, or `oxrdflib`'s."""
    import rdflib

    graph = rdflib.Graph(store="Oxigraph" if store == "oxrdflib" else "default")
    path = str(Path(folder) / "sandbox-kg.nt")
    loading, _ = seconds(lambda: graph.parse(path, format="ox-nt" if store == "oxrdflib" else "nt"))
    found: dict[str, Any] = {"load": loading, "megabytes": peak_megabytes()}
    kg = opened(folder)
    for name in ASKED:
        text = kg.bound(name, **parameters(kg.question(name)))
        try:
            with _at_most(PATIENCE):
                taken, rows = seconds(lambda text=text: list(graph.query(text)))
        except TimeoutError:
            found[name] = {"seconds": PATIENCE, "digest": "", "rows": -1}
            continue
        except Exception as error:  # an engine that cannot answer is told so in the table
            found[name] = {"seconds": 0, "digest": "", "rows": -2, "error": type(error).__name__}
            continue
        found[name] = {"seconds": taken, "rows": len(rows), "digest": digest([as_term(t) for t in r] for r in rows)}
    return found


@contextmanager
def _at_most(limit: int) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(limit)
    try:
        yield
    finally:
        signal.alarm(0)


def network(folder: str) -> dict[str, Any]:
    """Co-application: rows alone, finished network, other projections; then the measures, where they end in time."""
    import igraph  # noqa: F401  # before any time is taken, as SciPy
    import networkx as nx
    import scipy.sparse  # noqa: F401

    from sandbox_kg.network import measures, paths
    from sandbox_kg.network.two_mode import institutions, members, pilots

    kg = opened(folder)
    engine = kg._asked._engine
    text = kg.bound("memberships")
    found: dict[str, Any] = {}
    found["rows"], found["memberships"] = seconds(lambda: read_all(engine._store.query(text)))
    rounds = 3 if found["memberships"] < 50_000 else 1
    found["rows"], _ = seconds(lambda: read_all(engine._store.query(text)), rounds)
    found["first_network"], _ = seconds(lambda: kg.network("co-application"))  # with the labels, which are kept
    found["network"], graph = seconds(lambda: kg.network("co-application"), rounds)
    found["institutions"], found["pairs"] = len(graph), graph.number_of_edges()
    two = kg.network("two-mode")
    nodes = institutions(two)
    found["networkx_projection"], plain = seconds(
        lambda: nx.bipartite.collaboration_weighted_projected_graph(two, nodes)
    )
    same = all(abs(plain.edges[edge]["weight"] - graph.edges[edge]["weight"]) < 1e-9 for edge in plain.edges)
    found["projection"], _ = seconds(lambda: measures.co_application(two))
    found["sparse_projection"], total = seconds(lambda: _sparse(nodes, [members(two, name) for name in pilots(two)]))
    weights = sum(weight for _, _, weight in graph.edges(data="weight"))
    found["projection_agrees"] = (
        same and plain.number_of_edges() == graph.number_of_edges() and abs(total - weights) < 1e-6 * weights
    )
    if found["memberships"] < 50_000:
        begin = time.perf_counter()
        measures.institution_measures(two)
        measures.network_measures(two)
        measures.mixing(two)
        measures.growth(two)
        found["measures"] = time.perf_counter() - begin
        found["igraph_paths"], mine = seconds(lambda: paths._igraph(graph).betweenness(directed=False))
        if len(graph) < 2000:  # where it takes seconds and not minutes
            found["networkx_paths"], theirs = seconds(lambda: nx.betweenness_centrality(graph, normalized=False))
            pairs = zip(mine, theirs.values(), strict=True)
            found["paths_agree"] = all(abs(a - b) <= 1e-6 * max(1, b) for a, b in pairs)
    found["megabytes"] = peak_megabytes()
    return found


def _sparse(nodes: list[str], consortia: list[list[str]]) -> float:
    """Newman's weights as the product of sparse matrices, without which pilots made a link; the sum of all weights."""
    import numpy as np
    from scipy.sparse import csr_matrix, triu

    number = {name: place for place, name in enumerate(nodes)}
    columns = np.array([number[name] for names in consortia for name in names])
    lengths = np.array([len(names) for names in consortia])
    rows = np.repeat(np.arange(len(consortia)), lengths)
    shares = np.repeat(1 / np.maximum(lengths - 1, 1), lengths)
    two_mode = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(consortia), len(nodes)))
    weighted = csr_matrix((shares, (rows, columns)), shape=two_mode.shape)
    return float(triu(two_mode.T @ weighted, k=1).sum())


def pair_columns(folder: str) -> dict[str, Any]:
    """Who applies with whom as columns of numbers, beside reading the same rows alone."""
    from sandbox_kg.network import large

    kg = opened(folder)
    found: dict[str, Any] = {"is_on_disk": disk.kept(Path(folder) / "sandbox-kg.nt") is not None}
    found["opening"], _ = seconds(lambda: kg._asked._engine.query("ASK { ?s ?p ?o }"))
    text = kg.bound("memberships")
    found["rows"], found["memberships"] = seconds(lambda: read_all(kg._asked._engine._store.query(text)))
    found["pairs"], columns = seconds(lambda: large.pair_columns(kg))
    return found | {
        "institutions": len(columns.names),
        "links": len(columns),
        "weight": sum(columns.weight),
        "megabytes": peak_megabytes(),
    }


TASKS = {
    task.__name__: task
    for task in (
        build, whole_build, load, on_disk, on_disk_questions, own_queries, queries, rdflib_engine, kglab_engine,
        server, network, pair_columns,
    )
}  # fmt: skip

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))
