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
from sandbox_kg.collecting import no_cycle_search  # noqa: E402
from sandbox_kg.graph import asserted_graph, derive, serialise  # noqa: E402
from sandbox_kg.knowledge_graph import KnowledgeGraph, graph_in  # noqa: E402
from sandbox_kg.nodes import Nodes  # noqa: E402
from sandbox_kg.project import find_project  # noqa: E402
from sandbox_kg.records import read_records  # noqa: E402
from sandbox_kg.schema import read_schema  # noqa: E402
from sandbox_kg.validation import validate  # noqa: E402
from scale.task import as_term, digest, parameters, peak_megabytes, read_all, seconds  # noqa: E402

# Questions of every kind, for engines too slow to be asked all: look-ups, joins, paths, grouping, pairs.
ASKED = (
    "technology-counts",
    "scenario-counts",
    "institution-kind-counts",
    "institution-activity",
    "co-applicants",
    "joint-applications",
    "control",
    "projection-totals",
)
PATIENCE = 20


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
        stage("serialising", lambda: serialise(store.triples(), schema.context.prefixes))
        found["triples"] = len(store)
        document = {"@context": schema.context.document, "@graph": records.nodes}
        data = json.dumps(document, ensure_ascii=False).encode()
        loader = yaml.CSafeLoader
        found["floor_records"], _ = seconds(lambda: [sum(1 for _ in yaml.parse(t, Loader=loader)) for t in texts])
        found["floor_graph"], _ = seconds(lambda: ox.Store().load(data, format=ox.RdfFormat.JSON_LD))
        triples = list(store.triples())
        formats = (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.TURTLE)
        found["floor_serialising"], _ = seconds(lambda: [ox.serialize(triples, format=kind) for kind in formats])
    return found


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


def queries(folder: str, rounds: str) -> dict[str, Any]:
    """Every question of the library: raw solutions read to the end, and the rows that a user gets."""
    kg = opened(folder)
    engine = kg._asked._engine
    found = {}
    for question in kg.questions():
        text = kg.bound(question.name, **parameters(question))
        raws, ours = [], []
        for _ in range(int(rounds)):  # in turn, so that a slow moment falls on both
            raws.append(seconds(lambda text=text: read_all(engine._store.query(text)))[0])
            ours.append(seconds(lambda text=text: list(kg._asked.library_query(text)))[0])
        result = kg._asked.library_query(text)
        middle = int(rounds) // 2
        found[question.name] = {
            "raw": sorted(raws)[middle],
            "ours": sorted(ours)[middle],
            "rows": len(result),
            "digest": digest(result.rows) if question.name in ASKED else "",
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


def server(folder: str, name: str) -> dict[str, Any]:
    """The questions of ASKED on a real server, published and asked through our own client."""
    import servers

    from sandbox_kg import publishing
    from sandbox_kg.store import remote
    from sandbox_kg.store.embedded import EmbeddedStore

    start = {"oxigraph": servers.oxigraph_server, "virtuoso": servers.virtuoso_server}[name]
    triples = list(EmbeddedStore.read(Path(folder) / "sandbox-kg.nt").triples())
    kg = opened(folder)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place, start(Path(place)) as running:
        who = {publishing.USER: running.user, publishing.PASSWORD: running.password}
        found["load"], _ = seconds(lambda: publishing.publish(running.base, triples, servers.GRAPH, environment=who))
        engine = remote.connect(running.query, queries=ROOT / "queries")
        for question in ASKED:
            text = kg.bound(question, **parameters(kg.question(question)))
            taken, result = seconds(lambda text=text: engine.query(text), 3)
            found[question] = {"seconds": taken, "rows": len(result), "digest": digest(result.rows)}
    return found


def network(folder: str) -> dict[str, Any]:
    """Co-application: rows alone, finished network, what networkx's own projection takes; then the measures."""
    import networkx as nx

    from sandbox_kg.network import measures, paths
    from sandbox_kg.network.two_mode import institutions

    kg = opened(folder)
    engine = kg._asked._engine
    text = kg.bound("memberships")
    found: dict[str, Any] = {}
    found["rows"], found["memberships"] = seconds(lambda: read_all(engine._store.query(text)), 3)
    found["first_network"], _ = seconds(lambda: kg.network("co-application"))  # with the labels, which are kept
    found["network"], graph = seconds(lambda: kg.network("co-application"), 3)
    found["institutions"], found["pairs"] = len(graph), graph.number_of_edges()
    two = kg.network("two-mode")
    nodes = institutions(two)
    found["networkx_projection"], plain = seconds(
        lambda: nx.bipartite.collaboration_weighted_projected_graph(two, nodes)
    )
    same = all(abs(plain.edges[edge]["weight"] - graph.edges[edge]["weight"]) < 1e-9 for edge in plain.edges)
    found["projection_agrees"] = same and plain.number_of_edges() == graph.number_of_edges()
    found["projection"], _ = seconds(lambda: measures.co_application(two))
    begin = time.perf_counter()
    measures.institution_measures(two)
    measures.network_measures(two)
    measures.mixing(two)
    measures.growth(two)
    found["measures"] = time.perf_counter() - begin
    found["igraph_paths"], mine = seconds(lambda: paths._igraph(graph).betweenness(directed=False))
    if len(graph) < 5000:
        found["networkx_paths"], theirs = seconds(lambda: nx.betweenness_centrality(graph, normalized=False))
        found["paths_agree"] = all(abs(a - b) <= 1e-6 * max(1, b) for a, b in zip(mine, theirs.values(), strict=True))
    found["megabytes"] = peak_megabytes()
    return found


TASKS = {task.__name__: task for task in (build, whole_build, load, queries, rdflib_engine, server, network)}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))
