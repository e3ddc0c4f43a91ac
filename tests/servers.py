"""Real SPARQL servers for tests, Oxigraph and Virtuoso: temporary folders, loopback only, ended by their process ids.

Test modules take the fixtures with `pytest_plugins = ["servers"]`; each server is started once a session.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from sandbox_kg import publishing
from sandbox_kg.building import Checked
from sandbox_kg.store import remote
from sandbox_kg.store.remote import RemoteEngine

QUERIES = Path(__file__).parent.parent / "queries"
GRAPH = "https://w3id.org/sandbox-kg/graph"
BESIDE = "https://graph.example/beside"
STARTS_WITHIN = 120.0
_VIRTUOSO_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
MaxCheckpointRemap = 2000
Striping = 0
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
MaxCheckpointRemap = 2000
Striping = 0

[Parameters]
ServerPort = localhost:{sql_port}
DisableUnixSocket = 1
ServerThreads = 20
CheckpointInterval = 0
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = {folder}
SchedulerInterval = 0

[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerRoot = {folder}
ServerThreads = 10
MaxClientConnections = 10
DavRoot = DAV
EnabledDavVSP = 0

[SPARQL]
ResultSetMaxRows = 10000
MaxQueryCostEstimationTime = 400
MaxQueryExecutionTime = 60
"""


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        base: its address, without a slash at the end.
        query: where it answers queries.
        update: where it takes updates.
        store: where it speaks the Graph Store protocol.
        user: who may write; empty if everyone may.
        password: that user's password.
        pid: its process.
    """

    base: str
    query: str
    update: str
    store: str
    user: str
    password: str
    pid: int


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def find_binary(name: str) -> str:
    """The path of a server's binary, beside this Python or on the path; without it a test skips (in CI it fails)."""
    own = Path(sysconfig.get_path("scripts"), name)
    found = str(own) if own.exists() else shutil.which(name)
    if found is None:
        reason = f"{name} is not installed: the tests against this server were NOT run"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def oxigraph_server(folder: Path, *options: str) -> Iterator[Server]:
    """A writable Oxigraph server on an own folder."""
    binary, port = find_binary("oxigraph"), free_port()
    command = [binary, "serve", "--location", str(folder / "store"), "--bind", f"127.0.0.1:{port}", *options]
    base = f"http://127.0.0.1:{port}"
    with _running(command, folder, f"{base}/query?query=ASK%7B%7D") as pid:
        yield Server(base, f"{base}/query", f"{base}/update", f"{base}/store", "", "", pid)


@contextmanager
def virtuoso_server(folder: Path) -> Iterator[Server]:
    """A Virtuoso with the limits of its distribution: 10,000 rows, 60 seconds; the user `dba` may write."""
    binary, sql_port, port = find_binary("virtuoso-t"), free_port(), free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(_VIRTUOSO_INI.format(folder=folder, sql_port=sql_port, http_port=port), encoding="utf-8")
    base = f"http://127.0.0.1:{port}"
    with _running([binary, "-f", "-c", str(ini)], folder, f"{base}/sparql?query=ASK%7B%7D") as pid:
        yield Server(base, f"{base}/sparql", f"{base}/sparql-auth", f"{base}/sparql-graph-crud-auth", "dba", "dba", pid)


@contextmanager
def _running(command: list[str], folder: Path, probe: str) -> Iterator[int]:
    """A server's process, from its first answer on; at the end it is asked to stop, then made to."""
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    try:
        _wait(process, probe, log)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(30)


def _wait(process: subprocess.Popen[bytes], probe: str, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(probe, timeout=5) as answer:
                answer.read()
                return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                break
            time.sleep(0.1)
    pytest.fail(f"the server did not start: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


@pytest.fixture(scope="session")
def graph_file(checked: Checked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of the checkout as a file of N-Triples."""
    file = tmp_path_factory.mktemp("graph") / "graph.nt"
    file.write_text("".join(f"{triple} .\n" for triple in checked.store.triples()), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A writable Oxigraph server."""
    with oxigraph_server(tmp_path_factory.mktemp("oxigraph")) as server:
        yield server


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Virtuoso that `dba` may write to."""
    with virtuoso_server(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server


@pytest.fixture(scope="session", params=["oxigraph", "virtuoso"])
def published(request: pytest.FixtureRequest, checked: Checked) -> Server:
    """Each server, with the graph under its name beside a copy in which every record has another name."""
    server: Server = request.getfixturevalue(request.param)
    triples = list(checked.store.triples())
    environment = {publishing.USER: server.user, publishing.PASSWORD: server.password}
    publishing.publish(server.base, triples, GRAPH, environment=environment)
    publishing.publish(server.base, map(renamed, triples), BESIDE, environment=environment)
    return server


def renamed(triple: ox.Triple) -> ox.Triple:
    """The triple about another pilot, institution or fact: it would be counted if the wrong graphs were asked."""

    def other(term: object) -> object:
        if isinstance(term, ox.NamedNode) and "/sandbox-kg/pilot/" in term.value:
            return ox.NamedNode(f"{term.value}-beside")
        return term

    return ox.Triple(other(triple.subject), triple.predicate, other(triple.object))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def connected(published: Server) -> RemoteEngine:
    """The graph on each server, as a user connects to it."""
    return remote.connect(published.query, queries=QUERIES)
