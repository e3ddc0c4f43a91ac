"""Two real servers as peers: what our client adds to them, and how publishing compares with their own bulk loaders."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import servers

from sandbox_kg import publishing
from sandbox_kg.knowledge_graph import graph_in
from sandbox_kg.project import find_project
from sandbox_kg.store import remote
from sandbox_kg.store.embedded import EmbeddedStore
from scale.measuring import ASKED, ROOT, digest, parameters, read_all, seconds

_START = {"oxigraph": servers.oxigraph_server, "virtuoso": servers.virtuoso_server}
_RESULTS = "application/sparql-results+json"


def server(folder: str, name: str) -> dict[str, Any]:
    """Publishing, the server's own loader, and each question of ASKED: our client beside the bare protocol."""
    file = Path(folder) / "sandbox-kg.nt"
    triples = list(EmbeddedStore.read(file).triples())
    kg = graph_in(Path(folder), find_project(ROOT))
    found: dict[str, Any] = {"triples": len(triples)}
    with tempfile.TemporaryDirectory() as place, _START[name](Path(place)) as running:
        who = {publishing.USER: running.user, publishing.PASSWORD: running.password}
        found["published"], _ = seconds(
            lambda: publishing.publish(running.base, triples, servers.GRAPH, method="graph-store", environment=who)
        )
        engine = remote.connect(running.query, queries=ROOT / "queries")
        for question in ASKED:
            text = kg.bound(question, **parameters(kg.question(question)))
            ours, result = seconds(lambda text=text: engine.query(text), 3)
            raw, rows = seconds(lambda text=text: _raw(running.query, text), 3)
            same = rows == len(result)
            found[question] = {"ours": ours, "raw": raw, "rows": len(result), "digest": digest(result.rows)}
            found[question] |= {"seconds": ours, "raw_has_all_rows": same}
    with tempfile.TemporaryDirectory() as place:
        loader = _oxigraph_loads if name == "oxigraph" else _virtuoso_loads
        found["bulk"] = loader(file, Path(place))
    return found


def _raw(url: str, text: str) -> int:
    """A question by the bare protocol, each value read; how many rows there are."""
    body = urlencode({"query": text, "default-graph-uri": servers.GRAPH}).encode()
    asked = urllib.request.Request(url, body, {"Accept": _RESULTS})
    with urllib.request.urlopen(asked, timeout=120) as answer:
        return read_all(ox.parse_query_results(answer.read(), format=ox.QueryResultsFormat.JSON))


def _oxigraph_loads(file: Path, place: Path) -> float | None:
    """Seconds that `oxigraph load` takes."""
    command = [servers.find_binary("oxigraph"), "load", "--location", str(place / "store"), "--file", str(file)]
    return seconds(lambda: subprocess.run(command, check=True, capture_output=True, timeout=600))[0]


def _virtuoso_loads(file: Path, place: Path) -> float | None:
    """Seconds that `ld_dir` and `rdf_loader_run` take; None without the client that sends them."""
    isql = shutil.which("isql-vt")
    if isql is None:
        return None
    with servers.virtuoso_server(place) as running:
        ini = (place / "virtuoso.ini").read_text(encoding="utf-8")
        port = next(line for line in ini.splitlines() if line.startswith("ServerPort")).split(":")[-1]
        (place / "load").mkdir()
        shutil.copy(file, place / "load" / "graph.nt")
        orders = f"ld_dir('{place / 'load'}', '*.nt', '{servers.GRAPH}'); rdf_loader_run(); checkpoint;"
        command = [isql, f"localhost:{port}", running.user, running.password, f"exec={orders}"]
        taken, _ = seconds(lambda: subprocess.run(command, check=True, capture_output=True, timeout=600))
        count = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{servers.GRAPH}> {{ ?s ?p ?o }} }}"
        asked = urllib.request.Request(running.query, urlencode({"query": count}).encode(), {"Accept": _RESULTS})
        with urllib.request.urlopen(asked, timeout=60) as answer:
            solutions = ox.parse_query_results(answer.read(), format=ox.QueryResultsFormat.JSON)
        assert int(next(iter(solutions))[0].value) == len(EmbeddedStore.read(file))
    return taken
