"""The remote engine: every row or an error that says what the server said, whatever the server does."""

from __future__ import annotations

import base64
import socket
import time
import urllib.request
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path

import pyoxigraph as ox
import pytest
from fault_server import NO, YES, Call, cutting, json_results, serving
from hypothesis import given
from hypothesis import strategies as st

from sandbox_kg.project import Project
from sandbox_kg.store import remote, transport
from sandbox_kg.store.embedded import EmbeddedStore
from sandbox_kg.store.errors import QueryError
from sandbox_kg.store.remote import RemoteEngine, connect
from sandbox_kg.store.results import Result, normalised

GRAPH = "http://example.org/graph"
ANY = "SELECT ?s WHERE { ?s ?p ?o } LIMIT 1"
ROW = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"http://a/"}}]}}'


def name(local: object) -> ox.NamedNode:
    """An IRI for tests."""
    return ox.NamedNode(f"http://example.org/{local}")


def filled(rows: int) -> ox.Store:
    """A store with so many triples in the graph, and one that is not ours in the unnamed graph."""
    store = ox.Store()
    store.extend(
        ox.Quad(name(f"s{i}"), name("p"), ox.Literal(f"第{i}", language="zh"), ox.NamedNode(GRAPH)) for i in range(rows)
    )
    store.add(ox.Quad(name("other"), name("p"), ox.Literal("not ours")))
    return store


def failure(behaviour: Callable[[Call], None], *, retries: int = 0, timeout: float = 20, text: str = ANY) -> QueryError:
    """The error that a server's behaviour leads to; nothing but a `QueryError` comes out."""
    with serving(behaviour) as server:
        engine = RemoteEngine(server.url, GRAPH, timeout, retries)
        with pytest.raises(QueryError) as caught:
            engine.query(text)
    for language in ("zh", "en"):
        assert server.url in caught.value.text(language) or not server.url
    return caught.value


def dies_in_mid_body(call: Call) -> None:
    """Resets the connection behind half a body."""
    call.begin(Content_Length="1000")
    call.write(ROW[:40])
    call.reset()


def cuts_the_body(call: Call) -> None:
    """Sends fewer bytes than it announces, though what it sends is a result that could be read."""
    call.begin(Content_Length=str(len(ROW) + 20))
    call.write(ROW)


def cuts_a_chunk(call: Call) -> None:
    """Ends a chunked body without its last chunk."""
    call.handler.protocol_version = "HTTP/1.1"
    call.begin(Transfer_Encoding="chunked")
    call.write(f"{len(ROW):x}\r\n".encode() + ROW + b"\r\n")
    call.handler.close_connection = True


def never_ends(call: Call) -> None:
    """Sends a body that is well-formed so far, for ever."""
    call.begin()
    call.write(b'{"head":{"vars":["s"]},"results":{"bindings":[')
    call.drip(b" ")


def never_ends_its_headers(call: Call) -> None:
    """Sends headers for ever, a letter at a time."""
    call.write(b"HTTP/1.0 200 OK\r\nX: ")
    call.drip(b"x")


def is_slow(call: Call) -> None:
    """Begins its answer too late."""
    time.sleep(2)
    call.reply(ROW)


@pytest.mark.parametrize(
    ("behaviour", "key", "words"),
    [
        (lambda call: call.reset(), "remote-broken", []),
        (dies_in_mid_body, "remote-broken", []),
        (cuts_the_body, "remote-broken", ["20"]),
        (cuts_a_chunk, "remote-broken", []),
        (lambda call: call.reply(ROW[:-3]), "remote-malformed", []),
        (lambda call: call.reply(b""), "remote-malformed", []),
        (lambda call: call.reply(ROW + ROW), "remote-malformed", []),
        (lambda call: call.reply(ROW.replace(b'"vars":["s"]', b'"vars":["t"]')), "remote-malformed", []),
        (lambda call: call.reply(YES), "remote-malformed", []),
        (lambda call: call.reply(b"\xff\xfe"), "remote-malformed", []),
        (
            lambda call: call.reply("<html><style>x{}</style><h1>请先登录</h1>&amp;</html>".encode(), kind="text/html"),
            "remote-not-results",
            ["text/html", "请先登录 &"],
        ),
        (lambda call: call.reply(b"<sparql/>", kind="application/sparql-results+xml"), "remote-not-results", ["xml"]),
        (
            lambda call: call.reply("第 3 行有语法错误".encode(), 400, "text/plain; charset=utf-8"),
            "remote-status",
            ["400", "第 3 行有语法错误"],
        ),
        (lambda call: call.reply("语法错误".encode("gb18030"), 400, "text/plain"), "remote-status", ["语法错误"]),
        (lambda call: call.reply(b"\x1b[31mwho\x07?", 401, "text/plain"), "remote-denied", ["401", "[31mwho ?"]),
        (lambda call: call.reply(b"not you", 403, "text/plain"), "remote-denied", ["403", "not you"]),
        (lambda call: call.reply(b"nothing here", 404, "text/plain"), "remote-not-found", ["404", "nothing here"]),
        (lambda call: call.reply(b"Virtuoso 42000 Error", 500, "text/plain"), "remote-status", ["500", "Virtuoso"]),
        (lambda call: call.reply(b"full", 503, "text/plain"), "remote-busy", ["503", "full"]),
        (lambda call: call.reply(b"slowly", 429, "text/plain", Retry_After="7"), "remote-busy", ["429", "7"]),
        (lambda call: call.reply(ROW, 206), "remote-status", ["206"]),
        (lambda call: call.reply(ROW, X_SQL_State="S1TAT", X_SQL_Message="timed out"), "remote-partial", ["timed out"]),
        (lambda call: call.reply(b"", 302, Location="http://example.org/sparql"), "remote-redirect", ["example.org"]),
        (lambda call: call.reply(b"", 307, Location="file:///etc/hostname"), "remote-redirect", ["file:"]),
        (lambda call: call.reply(b"", 301, Location="http://127.0.0.1:1/sparql"), "remote-redirect", [":1/"]),
        (lambda call: call.reply(b"", 303, Location="/sparql"), "remote-redirect", ["/sparql"]),
        (lambda call: call.reply(b"", 307, Location="/sparql"), "remote-redirect", ["/sparql"]),
        (lambda call: call.reply(b"", 304), "remote-status", ["304"]),
    ],
)
def test_a_server_that_misbehaves_is_an_error(behaviour: Callable[[Call], None], key: str, words: list[str]) -> None:
    """Each fault ends in one clear error with the server's words, never in a short result or a traceback."""
    error = failure(behaviour)
    assert error.key == key
    for word in words:
        assert word in error.text("zh")
        assert word in error.text("en")
    assert error.text("en").isprintable()


@pytest.mark.parametrize("behaviour", [never_ends, never_ends_its_headers, is_slow])
def test_the_timeout_bounds_the_whole_answer(behaviour: Callable[[Call], None]) -> None:
    """An answer that never ends, though each read of it succeeds, and one that is slow to begin, are given up."""
    error = failure(behaviour, timeout=0.4)
    assert error.key == "remote-timeout"
    assert "0.4" in error.text("zh")


def test_a_large_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that is larger than any result of ours is not read to its end."""
    monkeypatch.setattr(transport.send, "__defaults__", (1024,))
    assert failure(lambda call: call.reply(b" " * 100_000)).key == "remote-too-large"


def test_nobody_listens() -> None:
    """A refused connection and an unknown host say which address it was."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/sparql"
    with pytest.raises(QueryError, match="cannot be reached") as caught:
        connect(url)
    assert url in caught.value.text("zh")


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("after", ["0", "1", "a date", "soon", "-5", None])
def test_a_busy_server_is_asked_again(status: int, after: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says it is busy is asked again after the time that it names, in seconds or as a date."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    said = formatdate(usegmt=True) if after == "a date" else after

    def behave(call: Call) -> None:
        if call.number < 3:
            call.reply(b"busy", status, "text/plain", **({"Retry_After": said} if said else {}))
        else:
            call.reply(ROW)

    with serving(behave) as server:
        assert RemoteEngine(server.url, GRAPH, retries=3).query(ANY).texts() == [("http://a/",)]
        assert len(server.calls) == 3
    assert all(0 <= wait <= 2 for wait in waited)
    assert after != "1" or waited == [1.0, 1.0]


def test_retries_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that stays busy is asked so often and no more, and not at all past the timeout."""
    monkeypatch.setattr(time, "sleep", [].append)
    calls: list[int] = []

    def behave(call: Call) -> None:
        calls.append(call.number)
        call.reply("稍后再试".encode(), 503, "text/plain", Retry_After="1" if len(calls) < 5 else "3600")

    error = failure(behave, retries=3)
    assert (error.key, len(calls), error.values["tries"]) == ("remote-busy", 4, 4)
    error = failure(behave, retries=3)
    assert (len(calls), error.values["wait"]) == (5, "3600")
    assert "稍后再试" in error.text("en")


def test_a_redirect_within_the_server_is_followed_as_a_post() -> None:
    """The same request goes to another path of the same server."""

    def behave(call: Call) -> None:
        if call.handler.path == "/sparql":
            call.reply(b"", 308, Location="/query")
        else:
            call.reply(ROW)

    with serving(behave) as server:
        assert RemoteEngine(server.url, GRAPH).query(ANY).texts() == [("http://a/",)]
        assert [call.handler.command for call in server.calls] == ["POST", "POST"]
        assert server.calls[1].query == ANY


def test_what_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A query goes out as a POST that names its graph, with content negotiation and no parameter of a server's own."""
    monkeypatch.setattr(urllib.request, "_opener", None)  # another test may have used urllib in this process
    text = "PREFIX a: <http://x/> # DELETE all\nSELECT ?s WHERE { ?s ?p ?o } LIMIT 1"
    with serving(lambda call: call.reply(ROW)) as server:
        RemoteEngine(server.url, GRAPH).query(text)
        (call,) = server.calls
    assert call.handler.command == "POST"
    assert call.parameters == {"query": [text], "default-graph-uri": [GRAPH]}
    assert call.headers["Accept"].startswith("application/sparql-results+json")
    assert "Authorization" not in call.headers
    assert urllib.request._opener is None  # type: ignore[attr-defined]


def test_the_graph_is_not_named_twice() -> None:
    """A query that may name its graphs itself is sent without ours, which would take their place."""
    with serving(cutting(filled(3), None)) as server:
        text = f"SELECT ?s FROM <{GRAPH}> WHERE {{ ?s ?p ?o }}"
        with pytest.raises(QueryError) as caught:
            RemoteEngine(server.url, "http://example.org/none").query(text)
        assert caught.value.key == "guard-from"
        assert server.calls == []
        assert len(RemoteEngine(server.url, "http://example.org/none").query(text, allow_from=True)) == 3
        assert all("default-graph-uri" not in call.parameters for call in server.calls)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("DROP ALL", "guard-update"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "guard-service"),
        ("DESCRIBE <http://x/>", "remote-describe"),
        ("SELECT", "guard-syntax"),
    ],
)
def test_what_is_refused_is_not_sent(text: str, key: str) -> None:
    """The guard stands before the network."""
    with serving(lambda call: call.reply()) as server:
        with pytest.raises(QueryError) as caught:
            RemoteEngine(server.url, GRAPH).query(text)
        assert (caught.value.key, server.calls) == (key, [])


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hostname",
        "ftp://x/",
        "/sparql",
        "http:///x",
        "http://u:secret@x/",
        "http://x:0/",
        "http://x/ y",
        "",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    """Only http and https, and no password in the address; it is not printed either."""
    with pytest.raises(QueryError) as caught:
        connect(url)
    assert caught.value.key in ("url-wrong", "url-userinfo")
    assert "secret" not in str(caught.value)


def test_credentials_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """User and password are sent to a server on this machine or over https, and never over an open network."""
    monkeypatch.setenv(remote.USER, "用户")
    monkeypatch.setenv(remote.PASSWORD, "pass:word")
    with serving(lambda call: call.reply(ROW)) as server:
        RemoteEngine(server.url, GRAPH).query(ANY)
        sent = server.calls[0].headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent).decode() == "用户:pass:word"
    RemoteEngine("https://example.org/sparql", GRAPH)
    with pytest.raises(QueryError) as caught:
        RemoteEngine("http://example.org/sparql", GRAPH)
    assert caught.value.key == "remote-credentials"


def test_a_closed_engine_answers_no_more() -> None:
    """After close() a query is an error."""
    with serving(lambda call: call.reply(ROW)) as server:
        with RemoteEngine(server.url, GRAPH) as engine:
            engine.query(ANY)
        with pytest.raises(QueryError, match="closed"):
            engine.query(ANY)


# ---- our graph --------------------------------------------------------------------------------------------------


def ours(project: Project, graph: str) -> ox.Store:
    """A store that holds our ontology under a name, beside another graph."""
    store = filled(2)
    for quad in ox.parse((project.ontology / "sandbox.ttl").read_bytes(), format=ox.RdfFormat.TURTLE):
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph)))
    return store


def published_name(project: Project) -> str:
    """The name under which the graph is published."""
    text = (project.queries / "internal" / "graph-name.rq").read_text(encoding="utf-8")
    return EmbeddedStore().query(text).texts()[0][0]


def test_connect_finds_our_graph(project: Project) -> None:
    """Without a name the published graph is asked, beside others; another name must be given."""
    published = published_name(project)
    with serving(cutting(ours(project, published), None)) as server:
        assert connect(server.url).graph == published
        assert connect(server.url).query("ASK { <http://example.org/s0> ?p ?o }").answer is False
    with serving(cutting(ours(project, "urn:x:our-copy"), None)) as server:
        assert connect(server.url, graph="urn:x:our-copy").query("ASK { ?s ?p ?o }").answer is True


def test_a_server_without_our_graph_lists_what_it_has(project: Project) -> None:
    """The error names the graph that was asked for and the graphs that are there."""
    with serving(cutting(ours(project, "urn:x:our-copy"), None)) as server:
        with pytest.raises(QueryError) as caught:
            connect(server.url)
        assert server.calls[-1].parameters.keys() == {"query"}  # a named graph would hide the others
    assert caught.value.key == "remote-no-graph"
    for text in (caught.value.text("zh"), caught.value.text("en")):
        assert published_name(project) in text
        assert f"{GRAPH}, urn:x:our-copy" in text


def test_graphs_that_cannot_be_listed_do_not_hide_what_is_wrong() -> None:
    """A server that does not list its graphs still gets the error that ours is missing."""

    def behave(call: Call) -> None:
        if call.number == 1:
            call.reply(NO)
        else:
            call.reply(b"no", 500)

    with serving(behave) as server, pytest.raises(QueryError) as caught:
        connect(server.url)
    assert caught.value.key == "remote-no-graph"


def rows_for_an_ask(call: Call) -> None:
    """Answers an ASK with rows, and none for no, as Virtuoso 7.2 does."""
    text = (
        call.query.replace("ASK", "SELECT (1 AS ?__ASK_RETVAL) WHERE") if call.query.startswith("ASK") else call.query
    )
    call.reply(json_results(filled(3), text, [GRAPH], 1))


def test_an_answer_in_rows_is_counted() -> None:
    """Rows are no answer to an ASK, and none might be a cut: the server counts instead."""
    with serving(rows_for_an_ask) as server:
        engine = RemoteEngine(server.url, GRAPH)
        assert engine.query("ASK { <http://example.org/s0> ?p ?o }").answer is True
        assert engine.query("ASK { <http://example.org/none> ?p ?o }").answer is False
        assert engine.query("ASK { FILTER(1 = 1) }").answer is True
    assert failure(lambda call: call.reply(ROW), text="ASK {}").key == "remote-malformed"


@pytest.mark.parametrize("graph", ["", "graph", "http://x/ y", "http://x/>", "http://x/{}"])
def test_a_graph_has_an_iri(graph: str) -> None:
    """What is no IRI is refused before anything is asked."""
    with pytest.raises(QueryError) as caught:
        connect("http://127.0.0.1:1/", graph=graph)
    assert caught.value.key == "remote-graph-name"


# ---- results that are cut ---------------------------------------------------------------------------------------

MANY = 23_456


@pytest.fixture(scope="module")
def large() -> ox.Store:
    """More rows than a server sends."""
    return filled(MANY)


@pytest.mark.parametrize(("most", "says_so"), [(10_000, False), (10_000, True), (1_000, False), (7_001, True)])
def test_every_row_comes_from_a_server_that_cuts(large: ox.Store, most: int, says_so: bool) -> None:
    """However few rows a server sends at a time, and whether it says so or not, all of them arrive, in order."""
    with serving(cutting(large, most, says_so)) as server:
        engine = RemoteEngine(server.url, GRAPH)
        result = engine.query("SELECT ?s ?o WHERE { ?s ?p ?o } ORDER BY DESC(STR(?s))  # all of them")
        assert len(result) == MANY
        assert len(set(result.rows)) == MANY
        subjects = [row[0] for row in result.texts()]
        assert subjects == sorted(subjects, reverse=True)
        assert result.columns == ["s", "o"]
        window = engine.query("SELECT ?s { ?s ?p ?o } ORDER BY STR(?s) LIMIT 12000 OFFSET 11000")
        assert [row[0] for row in window.texts()] == sorted(subjects)[11_000:23_000]
        everything = engine.query("SELECT * WHERE { ?s ?p ?o }")
        assert len(set(everything.rows)) == MANY


@pytest.mark.parametrize("most", [10_000, 3_000])
def test_every_triple_comes_from_a_server_that_cuts(large: ox.Store, most: int) -> None:
    """A CONSTRUCT is read as rows and built here: no graph that a server sends is trusted."""
    with serving(cutting(large, most)) as server:
        engine = RemoteEngine(server.url, GRAPH)
        result = engine.query("PREFIX e: <http://example.org/> CONSTRUCT { ?s e:q ?o ; e:q2 'x' } WHERE { ?s e:p ?o }")
        assert result.form == "construct"
        assert len(set(result.triples)) == len(result.triples) == 2 * MANY
        assert len(engine.query("CONSTRUCT WHERE { ?s ?p ?o }").triples) == MANY
        assert len(engine.query("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 20000").triples) == 20_000
        assert all("CONSTRUCT" not in call.query for call in server.calls)


def test_a_result_that_fits_is_sent_as_it_stands(large: ox.Store) -> None:
    """A small result keeps its own text and order; only its number of rows is asked for besides."""
    text = "SELECT ?s WHERE { ?s ?p ?o . FILTER(STRSTARTS(STR(?o), '第99')) } ORDER BY DESC(STR(?o))"
    with serving(cutting(large, 10_000)) as server:
        result = RemoteEngine(server.url, GRAPH).query(text)
        assert len(server.calls) == 2
        assert server.calls[1].query == text
        assert result.texts()[0] == ("http://example.org/s9999",)
        assert len(RemoteEngine(server.url, GRAPH).query("SELECT ?s { ?s ?p ?o } LIMIT 5")) == 5
        assert len(server.calls) == 3


def test_a_server_that_gives_no_more_is_an_error(large: ox.Store) -> None:
    """Where pages do not help either, the error says how many rows are missing."""

    def behave(call: Call) -> None:
        offset = "OFFSET" in call.query and not call.query.endswith("OFFSET 0")
        call.reply(json_results(large, call.query, [GRAPH], 0 if offset else 10_000))

    error = failure(behave, text="SELECT ?s WHERE { ?s ?p ?o }")
    assert (error.key, error.values["got"], error.values["expected"]) == ("remote-cut", 10_000, MANY)


def test_a_small_result_that_is_short_is_an_error() -> None:
    """A server that has counted more rows than it gives is not believed, with or without a LIMIT."""
    store = filled(50)

    def behave(call: Call) -> None:
        call.reply(json_results(store, call.query, [GRAPH], None if "COUNT" in call.query else 0))

    for text in ("SELECT ?s WHERE { ?s ?p ?o }", "SELECT ?s WHERE { ?s ?p ?o } LIMIT 40"):
        assert failure(behave, text=text).key == "remote-cut"


def test_pages_that_overlap_are_an_error(large: ox.Store) -> None:
    """A server whose order changes from page to page gives as many rows, but not every row."""

    def behave(call: Call) -> None:
        rows = json_results(large, call.query.replace("ORDER BY ?s", ""), [GRAPH], None, 0)
        if "OFFSET 10000" in call.query:
            rows = json_results(large, call.query.replace("OFFSET 10000", "OFFSET 9999"), [GRAPH], None)
        call.reply(rows)

    assert failure(behave, text="SELECT ?s WHERE { ?s ?p ?o }").key == "remote-changed"


def test_a_server_that_ignores_the_limit_is_an_error(large: ox.Store) -> None:
    """A page with more rows than were asked for is not taken."""

    def behave(call: Call) -> None:
        call.reply(json_results(large, call.query.partition("LIMIT")[0], [GRAPH], None))

    assert failure(behave, text="SELECT ?s WHERE { ?s ?p ?o }").key == "remote-changed"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("SELECT ?s (RAND() AS ?r) WHERE { ?s ?p ?o }", "remote-unstable"),
        ("SELECT ?s (BNODE() AS ?b) WHERE { ?s ?p ?o } LIMIT 20000", "remote-unstable"),
    ],
)
def test_what_differs_each_time_cannot_be_paged(large: ox.Store, text: str, key: str) -> None:
    """Rows that are new each time cannot be read in pages."""
    with serving(cutting(large, 10_000)) as server:
        with pytest.raises(QueryError) as caught:
            RemoteEngine(server.url, GRAPH).query(text)
        assert caught.value.key == key


def test_blank_nodes_cannot_be_paged() -> None:
    """The name of a blank node holds for one answer only, so an answer in pages must have none."""
    store = ox.Store()
    store.extend(ox.Quad(ox.BlankNode(), name("p"), ox.Literal(i), ox.NamedNode(GRAPH)) for i in range(10_001))
    with serving(cutting(store, None)) as server:
        engine = RemoteEngine(server.url, GRAPH)
        with pytest.raises(QueryError) as caught:
            engine.query("SELECT ?s ?o WHERE { ?s ?p ?o }")
        assert caught.value.key == "remote-blank"
        assert len(engine.query("SELECT ?s ?o WHERE { ?s ?p ?o } LIMIT 10000")) == 10_000


def test_too_many_rows_are_refused_before_they_are_sent(large: ox.Store) -> None:
    """The limit of a user's query is compared with the count."""
    with serving(cutting(large, 10_000)) as server:
        engine = RemoteEngine(server.url, GRAPH)
        with pytest.raises(QueryError, match="max_rows"):
            engine.query("SELECT ?s WHERE { ?s ?p ?o }", max_rows=20_000)
        assert len(server.calls) == 1
        assert len(engine.query("SELECT ?s WHERE { ?s ?p ?o }", max_rows=MANY)) == MANY


# ---- any query, any server --------------------------------------------------------------------------------------


class InProcess(RemoteEngine):
    """A remote engine over a store that sends a few rows at a time."""

    def __init__(self, store: ox.Store, most: int) -> None:
        super().__init__("http://127.0.0.1/", GRAPH)
        self.store, self.most = store, most

    def ask(self, text: str, form: str, graph: str | None, deadline: transport.Deadline) -> object:
        """Answers as `json_results` does."""
        body = json_results(self.store, text, [graph] if graph else [], self.most)
        return ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)


TERMS = [name("a"), name("b"), ox.Literal("x", language="zh"), ox.Literal("x", language="en"), ox.Literal("x")]
TERMS += [ox.Literal(1), ox.Literal("1.5", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))]
QUADS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["p", "q"]), st.sampled_from(TERMS)), max_size=40)
SELECTS = [
    "SELECT ?s ?o WHERE {{ ?s e:p ?o }} {}",
    "SELECT ?o WHERE {{ ?s ?p ?o }} {}",
    "SELECT DISTINCT ?o WHERE {{ ?s ?p ?o }} {}",
    "SELECT REDUCED ?p {{ ?s ?p ?o }} {}",
    "SELECT * {{ ?s e:p ?o OPTIONAL {{ ?s e:q ?x }} }} {}",
    "SELECT ?x (COUNT(*) AS ?n) {{ ?s ?x ?o }} GROUP BY ?x HAVING (COUNT(*) > 1) {}",
    "SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} {}",
    "SELECT ?s (EXISTS {{ ?s e:q ?z }} AS ?e) WHERE {{ {{ SELECT DISTINCT ?s {{ ?s ?p ?o }} LIMIT 99 }} }} {}",
    "SELECT ?s ?v {{ ?s ?p ?o }} {} VALUES (?s ?v) {{ (e:s1 1) (e:s2 UNDEF) (UNDEF 'LIMIT 3') }}",
    "SELECT ?o ?s {{ ?s ?p ?o . FILTER(?o = 1.5 || STR(?o) != 'a#b' && STRLEN(STR(?o)) <= 99) }} {}",
]
CONSTRUCTS = [
    "CONSTRUCT {{ ?s e:r ?o . ?o e:r ?s }} WHERE {{ ?s ?p ?o }} {}",
    "CONSTRUCT {{ ?s e:r [ e:v ?o ; e:w (1 ?o) ] }} WHERE {{ ?s e:p ?o }} {}",
    "CONSTRUCT {{ e:a e:b 'x'@zh , 1.50 }} WHERE {{ ?s e:q ?o }} {}",
    "CONSTRUCT {{ [] e:b 'x' }} WHERE {{ ?s e:q ?o }} {}",
    "CONSTRUCT WHERE {{ ?s e:p ?o }} {}",
    "CONSTRUCT {{ }} WHERE {{ ?s e:p ?o }} {}",
]
ORDERS = ["", "ORDER BY ?s", "ORDER BY DESC(STR(?o)) ?p", "ORDER BY EXISTS { ?s e:q ?o }"]


def in_store(quads: list[tuple[int, str, ox.Literal]]) -> ox.Store:
    """The quads in the graph."""
    store = ox.Store()
    store.extend(ox.Quad(name(f"s{s}"), name(p), o, ox.NamedNode(GRAPH)) for s, p, o in quads)
    return store


def whole(store: ox.Store, text: str) -> Result:
    """What an engine that cuts nothing answers."""
    return EmbeddedStore(quad.triple for quad in store).query(text)


@given(QUADS, st.sampled_from(SELECTS), st.sampled_from(ORDERS), st.integers(1, 12))
def test_any_select_comes_whole(quads: list[tuple[int, str, ox.Literal]], text: str, order: str, most: int) -> None:
    """However small the pages and the server's limit, the rows are those of an engine that cuts nothing."""
    store, text = in_store(quads), "PREFIX e: <http://example.org/>\n" + text.format(order)
    expected = whole(store, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remote, "PAGE", 5)
        got = InProcess(store, most).query(text)
    assert sorted(got.columns) == sorted(expected.columns)
    places = [list(got.columns).index(column) for column in expected.columns]
    rows = [[normalised(row[place]) for place in places] for row in got.rows]
    if "REDUCED" in text:
        assert {str(row) for row in rows} == {str([normalised(term) for term in row]) for row in expected.rows}
    else:
        assert sorted(rows) == sorted([normalised(term) for term in row] for row in expected.rows)


@given(QUADS, st.sampled_from(SELECTS[:2]), st.integers(0, 15), st.integers(0, 15), st.integers(1, 12))
def test_any_window_comes_whole(
    quads: list[tuple[int, str, ox.Literal]], text: str, limit: int, offset: int, most: int
) -> None:
    """A LIMIT and an OFFSET give as many rows as they should, none twice that is there once."""
    store = in_store(quads)
    for window in (f"LIMIT {limit} OFFSET {offset}", f"OFFSET {offset} LIMIT {limit}", f"OFFSET {offset}"):
        asked = f"PREFIX e: <http://example.org/> {text.format(f'ORDER BY STR(?s) STR(?o) {window}')}"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(remote, "PAGE", 5)
            got = InProcess(store, most).query(asked)
        assert len(got) == len(whole(store, asked))


@given(QUADS, st.sampled_from(CONSTRUCTS), st.integers(1, 12))
def test_any_construct_comes_whole(quads: list[tuple[int, str, ox.Literal]], text: str, most: int) -> None:
    """The triples built here are those that an engine builds, blank nodes apart."""
    store, text = in_store(quads), "PREFIX e: <http://example.org/>\n" + text.format("")

    def shape(result: Result) -> list[tuple[tuple[str, str, str], ...]]:
        return sorted((normalised(t.subject), normalised(t.predicate), normalised(t.object)) for t in result.triples)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remote, "PAGE", 5)
        assert shape(InProcess(store, most).query(text)) == shape(whole(store, text))


def test_terms_keep_language_and_datatype(tmp_path: Path) -> None:
    """What comes over the wire is what is stored."""
    store = in_store([(i, "p", term) for i, term in enumerate(TERMS)])
    with serving(cutting(store, 10_000)) as server:
        result = RemoteEngine(server.url, GRAPH).query("SELECT ?o WHERE { ?s ?p ?o } ORDER BY ?s")
    assert [row[0] for row in result.rows] == TERMS
