"""The proxy of docs/deploy.md, as it stands there, before a real server: what it lets through and what it refuses.

The server behind it takes updates and executes SERVICE, so what is refused here is refused by the proxy alone.
"""

from __future__ import annotations

import gzip
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest

from sandbox_kg.project import Project

if TYPE_CHECKING:
    from servers import Server

pytest_plugins = ["servers"]

DOCUMENT = Path(__file__).parent.parent / "docs" / "deploy.md"
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
INSERT = "INSERT DATA { <http://x.example/a> <http://x.example/b> <http://x.example/c> }"
LIMIT = 64 * 1024  # client_max_body_size
FRAME = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """A running proxy.

    Attributes:
        port: its port.
        behind: the server that it stands before.
    """

    port: int
    behind: Server

    def send(self, head: str, body: bytes = b"", pieces: int = 1, pause: float = 0.02) -> tuple[int, bytes]:
        """Status and body of what it answers to a request, written as it is and sent in pieces."""
        raw = head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body
        size = max(1, -(-len(raw) // pieces))
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            try:
                for start in range(0, len(raw), size):
                    connection.sendall(raw[start : start + size])
                    if pieces > 1:
                        time.sleep(pause)
            except OSError:
                pass  # it has answered before all was sent
            answer = b""
            try:
                while piece := connection.recv(65536):
                    answer += piece
            except ConnectionError:
                pass
        return int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2]

    def post(self, body: bytes | str, kind: str = QUERY, path: str = "/query", more: str = "") -> tuple[int, bytes]:
        """Posts a body."""
        data = body.encode() if isinstance(body, str) else body
        return self.send(f"{self._head('POST', path)}\nContent-Type: {kind}\nContent-Length: {len(data)}{more}", data)

    def chunked(self, body: str, size: int, pieces: int = 1) -> tuple[int, bytes]:
        """Posts a query in chunks, without saying how long it is."""
        data = body.encode()
        chunks = [data[start : start + size] for start in range(0, len(data), size)]
        sent = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
        head = f"{self._head('POST', '/query')}\nContent-Type: {QUERY}\nTransfer-Encoding: chunked"
        return self.send(head, sent, pieces)

    def get(self, query: str, path: str = "/query") -> tuple[int, bytes]:
        """Asks with a query in the address."""
        return self.send(self._head("GET", f"{path}?query={query}"))

    def held(self) -> int:
        """How many triples the server behind it holds."""
        from sandbox_kg.store.http import Session

        term = Session("", "", 60).select(self.behind.query, COUNT)[0][0]
        assert term is not None
        return int(term.value)

    def calling(self) -> str:
        """A query that calls another server: the one behind the proxy, since it is at hand."""
        return f"SELECT ?n WHERE {{ SERVICE <{self.behind.query}> {{ {COUNT} }} }}"

    @staticmethod
    def _head(method: str, path: str) -> str:
        return f"{method} {path} HTTP/1.1\nHost: h.example\nConnection: close\nAccept: text/csv"


@pytest.fixture(scope="module")
def proxy(graph_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The documented configuration on ports of its own, before a writable server that holds the graph."""
    from servers import find_binary, free_port, oxigraph_server

    from sandbox_kg.publishing import publish

    binary = find_binary("nginx")
    found = re.search(r"^```nginx\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found, "docs/deploy.md has no nginx block"
    folder = tmp_path_factory.mktemp("nginx")
    with oxigraph_server(tmp_path_factory.mktemp("behind"), "--union-default-graph") as server:
        publish(server.base, graph_file, "https://graph.example/g")
        ports = {"8080": free_port(), "7879": free_port(), "7878": int(server.base.rpartition(":")[2])}
        site = found[1]
        for written, port in ports.items():
            assert f"127.0.0.1:{written}" in site
            site = site.replace(f"127.0.0.1:{written}", f"127.0.0.1:{port}")
        (folder / "site.conf").write_text(site, encoding="utf-8")
        (folder / "nginx.conf").write_text(FRAME.format(folder=folder), encoding="utf-8")
        process = subprocess.Popen([binary, "-p", str(folder), "-c", str(folder / "nginx.conf")])
        try:
            made = Proxy(ports["8080"], server)
            until = time.monotonic() + 30
            while True:
                try:
                    made.post("ASK {}")
                    break
                except OSError:
                    log = folder / "error.log"
                    said = log.read_text(encoding="utf-8") if log.exists() else ""
                    assert process.poll() is None, said
                    assert time.monotonic() < until, said
                    time.sleep(0.05)
            yield made
        finally:
            process.terminate()
            process.wait(30)


def test_the_server_behind_calls_others(proxy: Proxy) -> None:
    """Without the proxy SERVICE is executed, in a packed body too: the refusals below are the proxy's."""
    from sandbox_kg.store.http import Session

    term = Session("", "", 60).select(proxy.behind.query, proxy.calling())[0][0]
    assert term is not None
    assert int(term.value) == proxy.held() > 0
    direct = Proxy(int(proxy.behind.base.rpartition(":")[2]), proxy.behind)
    status, body = direct.post(gzip.compress(proxy.calling().encode()), more="\nContent-Encoding: gzip")
    assert status == 200
    assert str(proxy.held()).encode() in body


NAMES = (
    "PREFIX scen: <https://w3id.org/sandbox-kg/scenario/> PREFIX meas: <https://w3id.org/sandbox-kg/measure/>"
    "SELECT ?n WHERE { { SELECT (COUNT(*) AS ?n) WHERE { { ?s ?p scen:customer-service } UNION { ?s ?p meas:service-uses } } } }"
)


@pytest.mark.parametrize("path", ["/query", "/sparql"])
@pytest.mark.parametrize("text", [COUNT, NAMES, 'SELECT (COUNT(*) AS ?n) WHERE { ?s ?p "上海市"@zh }'])
def test_plain_queries_pass(proxy: Proxy, path: str, text: str) -> None:
    """GET and both kinds of POST; Chinese; names in which the word stands beside a hyphen."""
    answers = [
        proxy.get(quote(text), path),
        proxy.get(quote_plus(text), path),
        proxy.post(text, QUERY, path),
        proxy.post(text, f"{QUERY}; charset=utf-8", path),
        proxy.post(f"query={quote_plus(text)}", FORM, path),
    ]
    assert [status for status, _ in answers] == [200] * len(answers)
    assert len({body for _, body in answers}) == 1


def test_long_and_slow_queries_pass(proxy: Proxy) -> None:
    """A query just below the limit, one in chunks, one that comes in pieces."""
    assert proxy.post(COUNT + " " * (LIMIT - len(COUNT)))[0] == 200
    assert proxy.chunked(COUNT, 7)[0] == 200
    assert proxy.chunked(COUNT, 7, pieces=20)[0] == 200


def test_the_editor_passes(proxy: Proxy) -> None:
    """The page, its script, its style and its picture."""
    for path in ("/", "/yasgui.min.js", "/yasgui.min.css", "/logo.svg"):
        assert proxy.send(f"GET {path} HTTP/1.1\nHost: h.example\nConnection: close\nAccept: */*")[0] == 200, path


@pytest.mark.parametrize("word", ["SERVICE", "service", "sErViCe"])
def test_service_is_refused(proxy: Proxy, word: str) -> None:
    """In upper and lower case, in the address and in both kinds of body."""
    text = proxy.calling().replace("SERVICE", word)
    for path in ("/query", "/sparql"):
        for status, _ in (
            proxy.get(quote(text), path),
            proxy.post(text, QUERY, path),
            proxy.post(f"query={quote_plus(text)}", FORM, path),
            proxy.send(proxy._head("GET", f"http://h.example{path}?query={quote(text)}")),
        ):
            assert status == 403


@pytest.mark.parametrize(
    "hidden",
    ["%53ERVICE", "S%45RVICE", "%73%65%72%76%69%63%65", "%2dSERVICE", "%2DSERVICE", "SERVICE%2d", "%5Cu0053ERVICE",
     "%5cU00000053ERVICE", "%5C%75%30%30%35%33ERVICE", "SERVICE%0A", "%00SERVICE", "SERVICESILENT", "1SERVICE"],
)  # fmt: skip
def test_service_in_disguise_is_refused(proxy: Proxy, hidden: str) -> None:
    """Letters written as percents or as code points, and the word between other characters."""
    text = quote(proxy.calling()).replace("SERVICE", hidden)
    assert proxy.get(text)[0] == 403
    assert proxy.post(f"query={text}", FORM)[0] == 403


def test_code_points_in_a_plain_body_are_refused(proxy: Proxy) -> None:
    """SPARQL 1.1 lets a letter be written as a code point anywhere; Oxigraph 0.5 does not, another version may."""
    for letter in ("\\u0053", "\\U00000053"):
        assert proxy.post(proxy.calling().replace("SERVICE", f"{letter}ERVICE"))[0] == 403


@pytest.mark.parametrize("size", [0, 1_000, 8_000, 16_384, 32_768, LIMIT - 200, LIMIT, 2 * LIMIT, 40 * LIMIT])
def test_service_at_the_end_of_a_long_body_is_refused(proxy: Proxy, size: int) -> None:
    """Wherever nginx keeps the body: whole, in chunks, split inside of the word, in a form. Too long is 413."""
    text = " " * size + proxy.calling()
    expected = 413 if len(text) > LIMIT else 403
    assert proxy.post(text)[0] == expected
    assert proxy.post(f"query={quote(text, safe=' ')}", FORM)[0] in {expected, 413 if size + 400 > LIMIT else 403}
    assert proxy.chunked(text, 4_000)[0] == expected
    assert proxy.chunked(text, size + text[size:].index("SERVICE") + 3, pieces=3)[0] == expected


def test_service_sent_byte_by_byte_is_refused(proxy: Proxy) -> None:
    """A body that comes in many pieces is looked at as one."""
    text = proxy.calling().encode()
    head = f"{proxy._head('POST', '/query')}\nContent-Type: {QUERY}\nContent-Length: {len(text)}"
    assert proxy.send(head, text, pieces=len(text) + len(head), pause=0.001)[0] == 403
    assert proxy.chunked(text.decode(), 1, pieces=300)[0] == 403


def test_query_in_two_places_is_refused(proxy: Proxy) -> None:
    """In the address of a POST, in a second field, behind a plain one."""
    calling, plain = quote(proxy.calling()), quote(COUNT)
    assert proxy.post("", FORM, f"/query?query={calling}")[0] == 403
    assert proxy.post(f"query={plain}", FORM, f"/query?query={calling}")[0] == 403
    assert proxy.post(proxy.calling(), QUERY, f"/query?query={plain}")[0] == 403
    assert proxy.post(f"query={plain}&query={calling}", FORM)[0] == 403


@pytest.mark.parametrize("header", ["Content-Encoding: gzip", "content-encoding: GZIP", "Content-Encoding:\nContent-Encoding: gzip"])  # fmt: skip
def test_packed_bodies_are_not_unpacked(proxy: Proxy, header: str) -> None:
    """Oxigraph unpacks a body (see above), in which nobody saw the word; the proxy does not pass the header on."""
    status, body = proxy.post(gzip.compress(proxy.calling().encode()), more=f"\n{header}")
    assert status in (400, 403)
    assert str(proxy.held()).encode() not in body


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "multipart/form-data; boundary=x", "application/sparql-update", "", "application/sparql-query+x"],
)
def test_other_kinds_of_body_are_refused(proxy: Proxy, kind: str) -> None:
    """Only what was looked at in its own form goes through."""
    assert proxy.post(proxy.calling(), kind)[0] == 403
    assert proxy.post(COUNT, kind)[0] == 403


def test_nobody_says_that_it_was_looked_at(proxy: Proxy) -> None:
    """The header between the two halves cannot be brought along."""
    assert proxy.post(proxy.calling(), more="\nX-Checked: fit-fit")[0] == 403
    assert proxy.send(f"{proxy._head('GET', '/query?query=' + quote(proxy.calling()))}\nX-Checked: fit-fit")[0] == 403


def test_updates_are_refused(proxy: Proxy) -> None:
    """Though the server behind would take them: at their own address, as a form, in the address, as an upload."""
    before = proxy.held()
    form = f"update={quote_plus(INSERT)}"
    for path in ("/update", "/sparql", "/query", "/store?default"):
        assert proxy.post(form, FORM, path)[0] == 403
        assert proxy.post(INSERT, "application/sparql-update", path)[0] == 403
        assert proxy.post("x=1", FORM, f"{path}{'&' if '?' in path else '?'}{form}")[0] == 403
    for method in ("PUT", "DELETE", "PATCH"):
        assert proxy.send(f"{proxy._head(method, '/store?default')}\nContent-Length: 0")[0] == 403
    assert proxy.held() == before


@pytest.mark.parametrize("path", ["/store", "/update", "/query/", "/query/../update", "/%75pdate", "/x"])
def test_other_addresses_are_refused(proxy: Proxy, path: str) -> None:
    """Nothing but questions and the editor."""
    assert proxy.send(proxy._head("GET", path))[0] == 403


def test_the_word_in_a_comment_or_text_is_refused_too(proxy: Proxy) -> None:
    """What the page says of the rule: it cannot tell a keyword from a word."""
    assert proxy.post(f"{COUNT} # service")[0] == 403
    assert proxy.post('SELECT * WHERE { ?s ?p "financial service"@en }')[0] == 403


def test_no_keyword_stands_beside_a_hyphen() -> None:
    """The exception of the rule: wherever tokens let `-SERVICE` or `SERVICE-` be parsed, it is a part of a name."""
    import pyoxigraph as ox

    prologue = "PREFIX e: <http://x.example/> PREFIX s: <http://x.example/> "
    call = "SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }"  # Oxigraph refuses to call this port: nothing goes out
    tokens = [
        "e:a", "e:", "e:a-", "e:a\\-", "?o", "$o", "?", "<http://x.example/x>", "5", "5.", "5.0", "1e5", "true", "_:b",
        "_:b-", '"x"', '"x"@en', '"x"@en-', "@en-", '"x"^^e:a', "^^", "()", "[]", "{", "}", "{}", ".", ";", ",", "|", "/",
        "^", "*", "+", "-", "--", "!", "=", "(", ")", "\\", "\\-", "#", "&&", "||", "%2d", " ", "\n", "\t",
    ]  # fmt: skip
    places = [
        "SELECT * WHERE { % }", "SELECT * WHERE { ?s ?p % }", "SELECT * WHERE { ?s % }", "SELECT * WHERE { FILTER(1) % }",
        "SELECT * WHERE { FILTER(1 % ) }", "SELECT * WHERE { BIND(1 AS ?x) % }", "SELECT * WHERE { VALUES ?x { 1 % } }",
        "SELECT * WHERE { OPTIONAL % }", "SELECT * WHERE { GRAPH ?g % }", "SELECT * WHERE { {} UNION % }",
        "SELECT * WHERE { MINUS % }", "SELECT * WHERE { { SELECT * WHERE { % } } }", "SELECT (1 % AS ?x) WHERE {}",
    ]  # fmt: skip
    store = ox.Store()

    def calls(text: str) -> bool:
        try:
            list(store.query(prologue + text))
        except OSError:
            return True
        except (SyntaxError, RuntimeError):
            return False
        return False

    assert calls(places[0].replace("%", call))
    before = ["", *tokens, *(one + two for one in tokens for two in tokens)]
    hyphened = [f"-{call}", call.replace("SERVICE ", "SERVICE-")]
    tried = 0
    for place in places:
        for some in before:
            for beside in hyphened:
                tried += 1
                text = place.replace("%", some + beside)
                assert not calls(text), text
    assert tried > 50_000


@pytest.mark.parametrize("question", ["co-applicants", "programme-coverage"])
def test_the_library_passes(proxy: Proxy, project: Project, question: str) -> None:
    """Questions of the library, one of which holds the word in a name, through the proxy and embedded: the same."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SANDBOX_KG")}
    command = [sys.executable, "-m", "sandbox_kg", "query", question, "--format", "csv"]
    there = ["--url", f"http://127.0.0.1:{proxy.port}/query", "--graph", "https://graph.example/g"]
    embedded, through = (
        subprocess.run(given, cwd=project.root, env=kept, capture_output=True, timeout=120, check=False)
        for given in (command, [*command, *there])
    )
    assert through.returncode == 0, through.stderr.decode()
    assert through.stdout == embedded.stdout
