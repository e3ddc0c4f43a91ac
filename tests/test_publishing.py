"""Publishing to real servers: whole, replaced in one step, proved, and mended by running again."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from sandbox_kg import publishing
from sandbox_kg.building import Checked
from sandbox_kg.publishing import Endpoints, digest, find_endpoints, publish, verify
from sandbox_kg.store.errors import QueryError
from sandbox_kg.store.http import Session

if TYPE_CHECKING:
    from servers import Server

pytest_plugins = ["servers"]

CHILD = """
import sys
from pathlib import Path
from sandbox_kg.publishing import publish
url, file, graph, step, at = sys.argv[1:]
def progress(name, done, total):
    if name == step and done >= int(at):
        print("there", flush=True)
        sys.stdin.read()
publish(url, Path(file), graph, progress=progress)
"""


@pytest.fixture(params=["oxigraph", "virtuoso"])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Each server in turn, with its user and password in the environment."""
    made: Server = request.getfixturevalue(request.param)
    monkeypatch.setenv(publishing.USER, made.user)
    monkeypatch.setenv(publishing.PASSWORD, made.password)
    return made


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A graph of the test's own, since servers are shared."""
    return "https://graph.example/" + re.sub(r"\W+", "-", request.node.name)


@pytest.fixture(scope="module")
def triples(checked: Checked) -> list[ox.Triple]:
    """The built graph."""
    return list(checked.store.triples())


def some(count: int, word: str = "a") -> list[ox.Triple]:
    """Invented triples."""
    prop = ox.NamedNode("http://x.example/p")
    return [
        ox.Triple(ox.NamedNode(f"http://x.example/{word}{n}"), prop, ox.Literal(f"{word} {n}")) for n in range(count)
    ]


def session(server: Server) -> Session:
    """A session of one who may write."""
    return Session(server.user, server.password, 60)


def held(server: Server, graph: str) -> int:
    """How many triples a server holds in a graph."""
    count = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    term = session(server).select(server.query, count)[0][0]
    assert term is not None
    return int(term.value)


def staging_graphs(server: Server, graph: str) -> list[str]:
    """The staging graphs of a name that a server holds."""
    text = f'SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{graph}-staging")) }}'
    return [term.value for (term,) in session(server).select(server.query, text) if term is not None]


def update(server: Server, text: str) -> None:
    """Changes a server behind our back."""
    session(server).send(server.update, text.encode(), "application/sparql-update", "*/*")


@pytest.mark.parametrize("method", publishing.METHODS)
def test_the_built_graph_arrives_whole(server: Server, name: str, triples: list[ox.Triple], method: str) -> None:
    """Both methods put every triple (beyond Virtuoso's cut at 10,000) under the name and leave nothing else."""
    assert len(triples) > 10_000
    done = publish(server.base, triples, name, method=method)
    assert done.triples == held(server, name) == len(triples)
    assert staging_graphs(server, name) == []


def test_a_smaller_graph_replaces_a_larger_one(server: Server, name: str) -> None:
    """What the graph held before is gone, and graphs beside it are untouched."""
    publish(server.base, some(10, "beside"), f"{name}-beside")
    publish(server.base, some(1_200, "old"), name)
    publish(server.base, some(7, "new"), name)
    assert held(server, name) == 7
    assert held(server, f"{name}-beside") == 10


def test_hostile_literals_arrive(server: Server, name: str) -> None:
    """Quotes, breaks, backslashes, rare characters, languages and numbers come back as they were."""
    texts = [
        '"',
        "'",
        "\\",
        "\\n",
        "a\nb\r\n\tc",
        "\u2028\u0085",
        "𠮷😀",
        "} } ; DROP ALL #",
        "'''\"\"\"",
        "",
        " ",
        "。,“”",
        "%41&amp;<b>",
    ]
    xsd = "http://www.w3.org/2001/XMLSchema#"
    typed = [
        ("1.50", "decimal"),
        ("100000000000", "decimal"),
        ("-0.5", "decimal"),
        ("007", "integer"),
        ("2020-12-31", "date"),
    ]
    objects = [ox.Literal(text) for text in texts] + [ox.Literal(text, language="zh") for text in texts if text]
    objects += [ox.Literal(text, datatype=ox.NamedNode(xsd + kind)) for text, kind in typed]
    prop = ox.NamedNode("http://x.example/p")
    graph = [ox.Triple(ox.NamedNode(f"http://x.example/{n}"), prop, term) for n, term in enumerate(objects)]
    assert publish(server.base, graph, name).triples == len(objects)


def test_a_batch_that_is_too_long_is_halved(server: Server, name: str) -> None:
    """A statement beyond a server's limit is sent in parts."""
    assert publish(server.base, some(6_000), name, batch=6_000).triples == 6_000


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("step", "at"), [("publish-send", 4_000), ("publish-compare", 0), ("publish-verify", 0)])
def test_killed_in_the_middle_then_run_again(server: Server, name: str, tmp_path: Path, step: str, at: int) -> None:
    """A killed run leaves the old graph or the new one; run again, the content is that of an unbroken run."""
    file = tmp_path / "graph.nt"
    file.write_text("".join(f"{triple} .\n" for triple in some(9_000, "new")), encoding="utf-8")
    publish(server.base, some(50, "old"), name)
    command = [sys.executable, "-c", CHILD, server.base, str(file), name, step, str(at)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "there\n"
        child.send_signal(signal.SIGKILL)
        child.wait(30)
    assert held(server, name) == (9_000 if step == "publish-verify" else 50)
    done = publish(server.base, file, name)
    assert held(server, name) == 9_000
    # A killed run cannot tidy up: docs/deploy.md says what it leaves, and another run neither needs nor touches it.
    assert len(staging_graphs(server, name)) == (0 if step == "publish-verify" else 1)
    assert done.digest == publish(server.base, some(9_000, "new"), f"{name}-unbroken").digest


def test_a_planted_difference_is_found(server: Server, name: str) -> None:
    """One triple more, one less or one changed on the server is an error that shows it."""
    ours = some(300)
    publish(server.base, ours, name)
    assert verify(server.base, ours, name).digest == publish(server.base, ours, name).digest
    plants = {
        "1 too many": f'INSERT DATA {{ GRAPH <{name}> {{ <http://x.example/a0> <http://x.example/p> "planted" }} }}',
        "1 missing, 0": f'DELETE DATA {{ GRAPH <{name}> {{ <http://x.example/a1> <http://x.example/p> "a 1" }} }}',
        "1 missing, 1": f'DELETE DATA {{ GRAPH <{name}> {{ <http://x.example/a2> <http://x.example/p> "a 2" }} }} ; '
        f'INSERT DATA {{ GRAPH <{name}> {{ <http://x.example/a2> <http://x.example/p> "a 2"@zh }} }}',
    }
    for said, text in plants.items():
        publish(server.base, ours, name)
        update(server, text)
        with pytest.raises(QueryError, match=said):
            verify(server.base, ours, name)


def test_a_subject_with_more_triples_than_an_answer_holds(server: Server, name: str) -> None:
    """Beyond the 10,000 rows of Virtuoso, a subject is compared page by page, and a difference in it is found."""
    node = ox.NamedNode("http://x.example/hub")
    ours = [ox.Triple(node, node, ox.Literal(str(number))) for number in range(11_000)]
    assert publish(server.base, ours, name).triples == held(server, name) == 11_000
    swap = f'DELETE DATA {{ GRAPH <{name}> {{ {node} {node} "5" }} }} ; INSERT DATA {{ GRAPH <{name}> {{ {node} {node} "x" }} }}'
    update(server, swap)
    with pytest.raises(QueryError, match="1 missing, 1"):
        verify(server.base, ours, name)


def test_answers_that_are_cut_are_no_difference(virtuoso: Server, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for more than it gives in one answer, Virtuoso gives 10,000 rows and no sign: the rest is asked for again."""
    monkeypatch.setenv(publishing.USER, virtuoso.user)
    monkeypatch.setenv(publishing.PASSWORD, virtuoso.password)
    monkeypatch.setattr(publishing, "_PAGE", 20_000)
    monkeypatch.setattr(publishing, "_SUBJECTS", 20_000)
    read = []
    monkeypatch.setattr(publishing, "_pages", lambda *given: read.append(given) or iter(()))
    nodes = [ox.NamedNode(f"http://x.example/n{number}") for number in range(40)]
    ours = [ox.Triple(node, nodes[0], ox.Literal(str(number))) for node in nodes for number in range(300)]
    assert publish(virtuoso.base, ours, name).triples == held(virtuoso, name) == 12_000
    assert not read  # the whole graph is read only where something differs


def test_a_difference_in_staging_leaves_the_old_graph(server: Server, name: str) -> None:
    """What arrived is compared before it replaces anything: readers never see what was not proved."""
    publish(server.base, some(20, "old"), name)

    def plant(step: str, done: int, total: int) -> None:
        if step == "publish-send" and done == total:
            update(
                server,
                f'INSERT DATA {{ GRAPH <{name}-staging-one> {{ <http://x.example/z> <http://x.example/p> "z" }} }}',
            )

    with pytest.raises(QueryError, match="1 too many"):
        publish(server.base, some(300, "new"), name, progress=plant, run="one")
    assert held(server, name) == 20
    assert staging_graphs(server, name) == []


def test_two_runs_at_once_leave_the_whole_graph(server: Server, name: str) -> None:
    """Each run has a staging graph of its own: whoever moves last, the graph is whole."""

    def run(_: int) -> None:
        with contextlib.suppress(QueryError):  # a store may refuse one that meets another, or be read in mid-move
            publish(server.base, some(1_500), name)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))
    assert held(server, name) == 1_500
    assert staging_graphs(server, name) == []


def test_a_reader_of_oxigraph_sees_the_old_or_the_new(oxigraph: Server, name: str) -> None:
    """While a graph is replaced, each query sees the old graph or the new one, whole (Virtuoso: see docs/deploy.md)."""
    publish(oxigraph.base, some(3_000, "old"), name)
    seen: set[int] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.add(held(oxigraph, name))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        publish(oxigraph.base, some(4_000, "new"), name)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert seen <= {3_000, 4_000}


def test_the_move_of_a_large_graph_may_take_longer(server: Server, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Oxigraph took 13 s for 139,000 triples: ten times as many would not be moved in the time of one request."""
    waited: dict[str, float] = {}
    send = Session.send

    def noted(self: Session, url: str, body: bytes, kind: str, accept: str) -> bytes:
        waited[body[:4].decode(errors="replace")] = self._timeout
        return send(self, url, body, kind, accept)

    monkeypatch.setattr(Session, "send", noted)
    publishing.publish(server.base, some(3000), name, timeout=30)
    assert waited["INSE"] == 30
    assert waited["MOVE"] == 33  # a second for each 1,000 triples


def test_progress_tells_every_step(server: Server, name: str) -> None:
    """Each step is told from its start to its end, in order."""
    told: list[tuple[str, int, int]] = []
    publish(server.base, some(1_100), name, progress=lambda *step: told.append(step))
    assert list(dict.fromkeys(step for step, _, _ in told)) == list(publishing.STEPS)
    assert [(done, total) for step, done, total in told if step == "publish-send"] == [
        (0, 1_100), (500, 1_100), (1_000, 1_100), (1_100, 1_100),
    ]  # fmt: skip
    assert all(done <= total for _, done, total in told)


@pytest.mark.parametrize("login", [{}, {publishing.USER: "dba", publishing.PASSWORD: "wrong"}])
def test_virtuoso_without_the_password(virtuoso: Server, name: str, login: dict[str, str]) -> None:
    """A refused login names the variables to set, and the password is not in the message."""
    with pytest.raises(QueryError, match=publishing.PASSWORD) as caught:
        publish(virtuoso.base, some(1), name, environment=login)
    assert "wrong" not in str(caught.value)


def test_addresses_of_known_servers(oxigraph: Server, virtuoso: Server) -> None:
    """Each address of the two servers leads to the same endpoints."""
    for one in (oxigraph, virtuoso):
        for url in (one.base, f"{one.base}/", one.query, one.update, one.store):
            assert find_endpoints(url, session(one)) == Endpoints(one.query, one.update, one.store), url


@pytest.mark.parametrize(
    ("url", "query"),
    [
        ("http://h.example/ds/update", "http://h.example/ds/query"),
        ("http://h.example/repositories/kg/statements", "http://h.example/repositories/kg"),
        ("https://h.example:8182/sparql", "https://h.example:8182/sparql"),
    ],
)
def test_addresses_of_other_servers(monkeypatch: pytest.MonkeyPatch, url: str, query: str) -> None:
    """From the update endpoint of Fuseki, Stardog, GraphDB or Neptune the query endpoint is told."""
    monkeypatch.setattr(Session, "server", lambda *_: "")
    ends = find_endpoints(url, Session("", "", 5))
    assert (ends.query, ends.update) == (query, url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("file:///etc/hostname", "no http"),
        ("ftp://h.example/", "no http"),
        ("http://", "no http"),
        ("http://127.0.0.1:99999/", "no http"),
        ("nonsense", "no http"),
        ("http://me:secret@127.0.0.1/", "SANDBOX_KG_PASSWORD"),
    ],
)
def test_wrong_addresses(url: str, said: str) -> None:
    """What is no address, or holds a password, is refused before anything is sent; the password is not shown."""
    with pytest.raises(QueryError, match=said) as caught:
        publish(url, some(1), "https://graph.example/g")
    assert "secret" not in str(caught.value)


def test_nobody_listens() -> None:
    """A refused connection is told with the address."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with pytest.raises(QueryError, match=str(port)):
            publish(f"http://127.0.0.1:{port}", some(1), "https://graph.example/g")


def test_graph_names_and_blank_nodes(oxigraph: Server) -> None:
    """A name that is no IRI never becomes part of an update; a blank node, not comparable, is refused."""
    with pytest.raises(QueryError, match="whole IRI"):
        publish(oxigraph.base, some(1), "http://x.example/> {} } ; DROP ALL #")
    blank = ox.Triple(ox.BlankNode(), ox.NamedNode("http://x.example/p"), ox.Literal("x"))
    with pytest.raises(QueryError, match="blank node"):
        publish(oxigraph.base, [blank], "https://graph.example/g")


@pytest.mark.parametrize(
    ("challenge", "sent"),
    [('Basic realm="x"', True), ('Digest realm="x", nonce="n", qop="auth"', True), ("Bearer", False)],
)
def test_who_we_are_is_told_as_asked(serve_once: Callable[[str], Seen], challenge: str, sent: bool) -> None:
    """Over loopback a password goes out as the server asks; an unknown way of asking gets none."""
    seen = serve_once(challenge)
    with pytest.raises(QueryError):
        Session("me", "secret", 5).send(seen.url, b"x", "text/plain", "*/*")
    assert any(seen.logins) is sent


def test_no_clear_password_over_an_open_connection() -> None:
    """Basic login over http to another host is refused before the password leaves."""
    one = Session("me", "secret", 5)
    url = "http://sparql.example.org/update"
    one._challenges[url] = 'Basic realm="x"'
    with pytest.raises(QueryError, match="https"):
        one.send(url, b"x", "text/plain", "*/*")


def test_no_redirect_is_followed(serve_once: Callable[[str], Seen], oxigraph: Server) -> None:
    """A redirect is an error: graph and password go nowhere else."""
    seen = serve_once(f"-> {oxigraph.update}")
    with pytest.raises(QueryError, match="307"):
        Session("", "", 5).send(seen.url, b"DROP ALL", "application/sparql-update", "*/*")


def test_the_digest_depends_on_content_alone() -> None:
    """Order and doubles do not change the digest; 1.50 and 1.5 are one number; a language is part of a text."""

    def of(*terms: ox.Literal) -> str:
        subject = ox.NamedNode("http://x.example/s")
        return digest(publishing._lines([ox.Triple(subject, subject, term) for term in terms]))

    decimal = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    a, b = ox.Literal("a"), ox.Literal("b")
    assert of(a, b) == of(b, a, a)
    assert of(ox.Literal("1.50", datatype=decimal)) == of(ox.Literal("1.5", datatype=decimal))
    assert of(a) != of(ox.Literal("a", language="zh"))


class Seen:
    """A loopback server's address, and the logins that reached it."""

    def __init__(self, url: str, logins: list[str | None]) -> None:
        self.url, self.logins = url, logins


@pytest.fixture
def serve_once(request: pytest.FixtureRequest) -> Callable[[str], Seen]:
    """Starts a loopback server that answers 401 with a challenge, or 307 with a place (`-> URL`)."""
    from http.server import BaseHTTPRequestHandler, HTTPServer

    def start(says: str) -> Seen:
        logins: list[str | None] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                logins.append(self.headers.get("Authorization"))
                away = says.startswith("-> ")
                self.send_response(307 if away else 401)
                self.send_header("Location" if away else "WWW-Authenticate", says.removeprefix("-> "))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Says nothing."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()

        def stop() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        request.addfinalizer(stop)
        return Seen(f"http://127.0.0.1:{server.server_port}/update", logins)

    return start
