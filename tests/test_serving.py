"""The read-only endpoint, with a real client: what it answers, what it refuses, and how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from sandbox_kg import serving
from sandbox_kg.store.errors import QueryError

pytest_plugins = ["servers"]

GRAPH = "https://w3id.org/sandbox-kg/graph"
CHILD = """
import sys
from pathlib import Path
from sandbox_kg.serving import serve
graph_file, graph, port, timeout, folder = sys.argv[1:]
serve(Path(graph_file), graph, port=int(port), timeout_s=int(timeout), folder=Path(folder) if folder else None,
      ready=lambda url: print(url, flush=True),
      restarted=lambda words: print("restarted:", words, flush=True))
print("ended", flush=True)
"""
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


@contextmanager
def served(graph_file: Path, timeout: int = 60, folder: str = "") -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A process that serves the graph: its address and itself."""
    from servers import find_binary, free_port

    find_binary("oxigraph")
    command = [sys.executable, "-c", CHILD, str(graph_file), GRAPH, str(free_port()), str(timeout), folder]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        assert url, process.stderr.read()
        yield url, process
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def endpoint(graph_file: Path) -> Iterator[str]:
    """The address of a served graph."""
    with served(graph_file) as (url, _):
        yield url


def post(url: str, text: str, kind: str, accept: str = "*/*") -> tuple[int, str, bytes]:
    """Status, content type and body of what a server answers."""
    headers = {"Content-Type": kind, "Accept": accept}
    request = urllib.request.Request(url, text.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get_content_type(), error.read()


def asked(url: str, text: str, accept: str = "application/sparql-results+json", **more: str) -> tuple[int, str, bytes]:
    """The answer to a query."""
    body = urlencode({"query": text, **more})
    return post(f"{url}/query", body, "application/x-www-form-urlencoded", accept)


def number(body: bytes) -> int:
    """The one number of a result."""
    return int(json.loads(body)["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize(
    ("text", "accept"),
    [
        ("SELECT ?s WHERE { ?s ?p ?o } LIMIT 2", "application/sparql-results+json"),
        ("SELECT ?s WHERE { ?s ?p ?o } LIMIT 2", "application/sparql-results+xml"),
        ("SELECT ?s WHERE { ?s ?p ?o } LIMIT 2", "text/csv"),
        ("SELECT ?s WHERE { ?s ?p ?o } LIMIT 2", "text/tab-separated-values"),
        ("ASK { ?s ?p ?o }", "application/sparql-results+json"),
        ("ASK { ?s ?p ?o }", "application/sparql-results+xml"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 2", "text/turtle"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 2", "application/n-triples"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 2", "application/rdf+xml"),
    ],
)
def test_content_types(endpoint: str, text: str, accept: str) -> None:
    """SELECT, ASK and CONSTRUCT answer in the format that the client asks for."""
    status, kind, body = asked(endpoint, text, accept)
    assert (status, kind) == (200, accept)
    assert body


def test_answers_with_and_without_the_name(endpoint: str, graph_file: Path) -> None:
    """A query is answered from the whole graph whether it names the graph, by request or in its text, or not."""
    whole = len(graph_file.read_text(encoding="utf-8").splitlines())
    named = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH <" + GRAPH + "> { ?s ?p ?o } }"
    assert number(asked(endpoint, COUNT)[2]) == whole
    assert number(asked(endpoint, named)[2]) == whole
    assert number(asked(endpoint, COUNT, **{"default-graph-uri": GRAPH})[2]) == whole


def test_the_browser_gets_an_editor(endpoint: str) -> None:
    """The address opened in a browser is a page."""
    with urllib.request.urlopen(endpoint, timeout=30) as answer:
        assert answer.headers.get_content_type() == "text/html"
        assert b"yasgui" in answer.read().lower()


@pytest.mark.parametrize("path", ["update", "query", "store?default"])
def test_updates_are_refused(endpoint: str, graph_file: Path, path: str) -> None:
    """Neither an update nor an upload changes what is served."""
    sent = "<http://x.example/a> <http://x.example/b> <http://x.example/c> ."
    kind = "text/turtle" if path.startswith("store") else "application/sparql-update"
    status, _, _ = post(f"{endpoint}/{path}", sent if "store" in path else f"INSERT DATA {{ {sent} }}", kind)
    assert status in (403, 404, 405, 415)
    assert number(asked(endpoint, COUNT)[2]) == len(graph_file.read_text(encoding="utf-8").splitlines())


def test_two_hundred_at_once(endpoint: str) -> None:
    """200 concurrent requests all get the same right answer."""
    text = "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY STR(?p)"
    with ThreadPoolExecutor(200) as pool:
        answers = list(pool.map(lambda _: asked(endpoint, text), range(200)))
    assert [status for status, _, _ in answers] == [200] * 200
    assert len({body for _, _, body in answers}) == 1


def test_service_is_executed(endpoint: str) -> None:
    """What the start-up text warns of is so: SERVICE goes out. When this fails, the warning can go."""
    text = "SELECT ?n WHERE { SERVICE <" + endpoint + "/query> { " + COUNT + " } }"
    status, _, body = asked(endpoint, text)
    assert status == 200
    assert number(body) > 0


def test_a_long_query_is_ended(graph_file: Path) -> None:
    """A query that takes longer than the limit gets an error, and the server answers the next one."""
    with served(graph_file, timeout=1) as (url, _):
        endless = "SELECT (COUNT(*) AS ?n) WHERE { ?a a ?t . ?b a ?t . ?c a ?t . ?d a ?t }"
        status, _, body = asked(url, endless)
        assert status >= 400 or b"cancelled" in body  # the answer may have begun before the limit
        assert asked(url, COUNT)[0] == 200


@pytest.mark.skipif(sys.platform != "linux", reason="/proc of Linux")
def test_a_server_that_a_query_ended_is_started_again(graph_file: Path) -> None:
    """One query can end Oxigraph's process; whoever asks next is answered, and it is told."""
    with served(graph_file) as (url, process):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8").split()
        os.kill(int(children[0]), signal.SIGABRT)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("restarted: ")
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                assert number(asked(url, COUNT)[2]) > 0
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        else:
            pytest.fail("it was not started again")


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number_", [signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)])
def test_ctrl_c_ends_it_cleanly(graph_file: Path, number_: signal.Signals) -> None:
    """Ctrl-C, or a request to end, ends server and process without a word of error; the port is free again."""
    with served(graph_file) as (url, process):
        process.send_signal(number_)
        out, said = process.communicate(timeout=30)
        assert (process.returncode, out, said) == (0, "ended\n", "")
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(url, timeout=5)
        serving.check_port("127.0.0.1", int(url.rpartition(":")[2]))


def test_a_port_in_use_is_a_clear_error(endpoint: str, graph_file: Path) -> None:
    """A port that another program listens on is named, with what to do."""
    port = int(endpoint.rpartition(":")[2])
    with pytest.raises(QueryError, match=f"port {port}.*--port"):
        serving.serve(graph_file, GRAPH, port=port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "sparql.example.org"])
def test_others_reach_it_only_if_asked(graph_file: Path, host: str) -> None:
    """An address that others reach needs the flag."""
    with pytest.raises(QueryError, match="--allow-other-hosts"):
        serving.serve(graph_file, GRAPH, host=host)


def test_a_missing_server_is_a_clear_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the package the error says what to install."""
    monkeypatch.setattr(serving.sysconfig, "get_path", lambda _: str(tmp_path))
    monkeypatch.setattr(serving.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(QueryError, match="pip install oxigraph"):
        serving.find_program()


def test_the_store_is_built_anew(graph_file: Path, tmp_path: Path) -> None:
    """A store of an older graph in the folder is replaced; a folder with something else is left alone."""
    one = tmp_path / "one.nt"
    one.write_text("<http://x.example/a> <http://x.example/b> <http://x.example/c> .\n", encoding="utf-8")
    serving.build_store(graph_file, GRAPH, tmp_path / "store")
    serving.build_store(one, GRAPH, tmp_path / "store")
    with served(one, folder=str(tmp_path / "store")) as (url, _):
        assert number(asked(url, COUNT)[2]) == 1
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(QueryError, match="not overwritten"):
        serving.build_store(one, GRAPH, mine)
    assert [path.name for path in mine.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_tells_how_to_ask(language: str) -> None:
    """The text at the start names curl, SPARQLWrapper, the browser's address, the graph, and warns of SERVICE."""
    told = serving.how_to_ask("http://127.0.0.1:7878", GRAPH, language)
    for part in ("curl http://127.0.0.1:7878/query", "SPARQLWrapper(", GRAPH, "SERVICE", "docs/deploy.md"):
        assert part in told
