"""`serve`, `publish` and `query --url` from the shell, as a user runs them: whole processes and real servers."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from sandbox_kg import serving
from sandbox_kg.project import Project

if TYPE_CHECKING:
    from servers import Server

pytest_plugins = ["servers"]

SECRET = "s3cr3t-of-the-test"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
PAIRS = ("query", "co-applicants", "--level", "group", "--format", "csv")
posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture(autouse=True)
def built(project: Project) -> None:
    """The commands serve and publish the built graph."""
    assert (project.root / "build" / "sandbox-kg.nt").exists(), "run make build first"


def settings(environment: dict[str, str]) -> dict[str, str]:
    """The environment of a command: English, and nobody's account but what is given."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON", "SANDBOX_KG"))}
    return {**kept, "PYTHONIOENCODING": "utf-8", "SANDBOX_KG_LANG": "en", **environment}


def account(server: Server) -> dict[str, str]:
    """The environment of one who may write to a server."""
    return {"SANDBOX_KG_USER": server.user, "SANDBOX_KG_PASSWORD": server.password}


def run(
    folder: Path, *arguments: str, given: str = "", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs the command line in a folder, with something on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "sandbox_kg", *arguments],
        cwd=folder, env=settings(environment or {}), input=given, capture_output=True, text=True, encoding="utf-8",
        timeout=120, check=False,
    )  # fmt: skip


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Starts the command line in a process group of its own, as a shell does."""
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox_kg", *arguments],
        cwd=folder, env=settings(environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, encoding="utf-8", **({} if os.name == "nt" else {"process_group": 0}),
    )  # fmt: skip


@contextmanager
def served(project: Project, *arguments: str, **environment: str) -> Iterator[tuple[str, str, subprocess.Popen[str]]]:
    """A `sandbox-kg serve`: its address, the text at its start and its process."""
    from servers import find_binary, free_port

    find_binary("oxigraph")
    port = free_port()
    process = start(project.root, "serve", "--port", str(port), *arguments, **environment)
    try:
        assert process.stdout is not None
        told = ""
        while "docs/deploy.md" not in told:  # the last line of the text
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            told += line
        yield f"http://127.0.0.1:{port}", told, process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def asked(url: str, text: str) -> int:
    """The one number that a served graph answers."""
    request = urllib.request.Request(f"{url}/query", urlencode({"query": text}).encode())
    request.add_header("Accept", "application/sparql-results+json")
    with urllib.request.urlopen(request, timeout=60) as answer:
        ((binding,),) = (row.values() for row in json.load(answer)["results"]["bindings"])
    return int(binding["value"])


def triples(project: Project) -> int:
    """How many triples the built graph holds."""
    return len((project.root / "build" / "sandbox-kg.nt").read_text(encoding="utf-8").splitlines())


def held(server: Server, graph: str) -> int:
    """How many triples a server holds in a graph."""
    from sandbox_kg.store.http import Session

    text = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    term = Session(server.user, server.password, 60).select(server.query, text)[0][0]
    assert term is not None
    return int(term.value)


def is_free(url: str) -> bool:
    """Whether nothing listens at an address any more."""
    serving.check_port("127.0.0.1", int(url.rpartition(":")[2]))
    return True


# ---- serve -------------------------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("language", ["zh", "en"])
def test_serve_tells_answers_and_ends_with_ctrl_c(project: Project, tmp_path: Path, language: str) -> None:
    """The text at the start holds the address; Ctrl-C ends all with exit code 0, leaving no port, process or file."""
    with served(project, "--lang", language, TMPDIR=str(tmp_path)) as (url, told, process):
        for part in (f"{url}/query", "curl ", "SPARQLWrapper", "SERVICE"):
            assert part in told
        assert ("只读" in told) is (language == "zh")
        assert asked(url, COUNT) == triples(project)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does it: to every process of the group
        out, said = process.communicate(timeout=30)
        assert (process.returncode, out, said) == (0, "", "")
        assert is_free(url)
        assert list(tmp_path.iterdir()) == []
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)


@posix
def test_serve_again_in_the_same_folder(project: Project, tmp_path: Path) -> None:
    """With `--folder` the store stays there, and the next start puts a new one in its place."""
    for _ in range(2):
        with served(project, "--folder", str(tmp_path / "store")) as (url, _, process):
            assert asked(url, COUNT) == triples(project)
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_a_sort_over_kinds_of_terms_ends_the_server_and_it_is_started_again(project: Project) -> None:
    """`ORDER BY ?o` over texts and numbers ends Oxigraph 0.5 (docs/deploy.md, 4). When this fails, that can go."""
    # As text "2" stands between 10 and 9, as numbers 9 stands before 10: an order that goes in a circle.
    values = " ".join(f'{n} "{n}"' for n in range(0, 1000, 7))
    with served(project) as (url, _, process):
        ended = False
        for turn in range(20):  # whether a sort notices depends on where the values stand
            words = values.split(" ")
            text = f"SELECT (COUNT(*) AS ?n) WHERE {{ SELECT ?o WHERE {{ VALUES ?o {{ {' '.join(words[turn:])} }} }} ORDER BY ?o }}"
            try:
                asked(url, text)
            except (urllib.error.URLError, ConnectionError):
                ended = True
                break
        assert ended
        assert process.stderr is not None
        assert "started again" in process.stderr.readline()
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                assert asked(url, COUNT) == triples(project)
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
    pytest.fail("it was not started again")


def test_serve_in_use(project: Project) -> None:
    """A second server on the same port is told which port, and what to do; the first goes on."""
    with served(project) as (url, _, _process):
        done = run(project.root, "serve", "--port", url.rpartition(":")[2])
        assert (done.returncode, done.stdout) == (1, "")
        assert "--port" in done.stderr
        assert asked(url, COUNT) == triples(project)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--prot", "1"), 2, "--port"),
        (("--port", "0"), 2, "--port"),
        (("--port", "99999"), 2, "--port"),
        (("--timeout", "0"), 2, "--timeout"),
        (("7878",), 2, "7878"),
        (("--host", "0.0.0.0"), 1, "--allow-other-hosts"),
        (("--host", "192.0.2.1", "--allow-other-hosts"), 1, "192.0.2.1"),
        (("--folder", "docs"), 1, "not overwritten"),
        (("--folder", "README.md"), 1, "README.md"),
        (("--lang", "de"), 2, "de"),
    ],
)
def test_mistakes_of_serve(project: Project, arguments: tuple[str, ...], code: int, said: str) -> None:
    """Each mistake: a sentence, an exit code, no traceback; nothing is started."""
    from servers import free_port

    port = () if "--port" in arguments or code == 2 else ("--port", str(free_port()))
    done = run(project.root, "serve", *port, *arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("serve",), ("publish", "http://127.0.0.1:1")])
def test_without_a_build(small_project: Project, arguments: Sequence[str]) -> None:
    """In a project that was never built the error names the command that builds it."""
    done = run(small_project.root, *arguments)
    assert done.returncode == 1
    assert "sandbox-kg build" in done.stderr
    assert "Traceback" not in done.stderr


# ---- publish, and asking what was published ----------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["oxigraph", "virtuoso"])
def test_publish_then_ask(request: pytest.FixtureRequest, project: Project, tmp_path: Path, engine: str) -> None:
    """From a folder of one's own: published, verified, and asked with the answers of the embedded graph, byte for byte."""
    server: Server = request.getfixturevalue(engine)
    done = run(tmp_path, "publish", server.base, environment=account(server))
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert f"{triples(project):,}" in done.stdout
    digest = re.search(r"\b[0-9a-f]{64}\b", done.stdout)
    assert digest
    if server.password:
        assert server.password not in done.stdout.replace(digest[0], "")

    embedded = run(tmp_path, *PAIRS)
    remote = run(tmp_path, *PAIRS, "--url", server.query)
    assert (remote.returncode, remote.stderr) == (0, "")
    assert remote.stdout == embedded.stdout
    assert len(embedded.stdout.splitlines()) > 20
    typed = run(tmp_path, "query", "--format", "csv", "--url", server.query, given=COUNT)
    assert typed.stdout.splitlines()[1:] == [str(triples(project))], typed.stderr
    table = run(tmp_path, "query", "completed-pilots", "--url", server.query, "--lang", "zh")
    assert table.stdout == run(tmp_path, "query", "completed-pilots", "--lang", "zh").stdout


def test_publish_under_another_name(oxigraph: Server, tmp_path: Path) -> None:
    """`--graph` names the graph when publishing and when asking; a wrong one is told, with those that are there."""
    graph = "https://graph.example/cli-other-name"
    done = run(tmp_path, "publish", oxigraph.base, "--graph", graph)
    assert done.returncode == 0, done.stderr
    asked_there = run(tmp_path, *PAIRS, "--url", oxigraph.query, "--graph", graph)
    assert asked_there.stdout == run(tmp_path, *PAIRS).stdout
    wrong = run(tmp_path, *PAIRS, "--url", oxigraph.query, "--graph", f"{graph}-that-is-not")
    assert wrong.returncode == 1
    assert graph in wrong.stderr


@pytest.mark.parametrize("login", [{"SANDBOX_KG_USER": "dba", "SANDBOX_KG_PASSWORD": SECRET}, {}])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_wrong_password(virtuoso: Server, tmp_path: Path, login: dict[str, str], language: str) -> None:
    """A wrong or missing password: the variables are named, the password is not shown."""
    done = run(tmp_path, "publish", virtuoso.base, "--lang", language, environment=login)
    assert (done.returncode, done.stdout) == (1, "")
    assert "SANDBOX_KG_PASSWORD" in done.stderr
    assert "401" in done.stderr
    assert SECRET not in done.stderr
    assert "Traceback" not in done.stderr


CLOSED = "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("publish",), 2, "url"),
        (("publish", CLOSED, "--metod", "update"), 2, "--method"),
        (("publish", "nonsense"), 1, "http"),
        (("publish", "ftp://h.example/"), 1, "ftp://h.example/"),
        (("publish", f"http://me:{SECRET}@127.0.0.1/"), 1, "SANDBOX_KG_PASSWORD"),
        (("publish", CLOSED), 1, CLOSED),
        (("publish", f"{CLOSED}/sparql", "--lang", "zh"), 1, CLOSED),
        (("publish", "http://nobody.invalid/update"), 1, "nobody.invalid"),
        ((*PAIRS, "--url", f"{CLOSED}/query"), 1, CLOSED),
        ((*PAIRS, "--url", f"http://me:{SECRET}@127.0.0.1/query"), 1, "SANDBOX_KG_PASSWORD"),
        ((*PAIRS, "--url", "file:///etc/hostname"), 1, "http"),
        ((*PAIRS, "--url"), 2, "--url"),
    ],
)
def test_mistakes_with_addresses(tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    """Each mistake: a sentence, an exit code, no traceback, and no password."""
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert SECRET not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("publish", "{base}", "--method", "graph"), "graph-store"),
        (("publish", "{base}", "--graph", "a b"), "IRI"),
        (("publish", "{base}/sparkle"), "--query-url"),
        ((*PAIRS, "--url", "{base}"), "404"),
        ((*PAIRS, "--url", "{base}/query", "--graph", "x"), "IRI"),
        (("query", "--url", "{base}/query", "--file", "no-such.rq"), "no-such.rq"),
    ],
)
def test_mistakes_with_a_server(oxigraph: Server, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    """Mistakes that show only once a server is asked."""
    run(tmp_path, "publish", oxigraph.base)
    done = run(tmp_path, *(argument.format(base=oxigraph.base) for argument in arguments))
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_publishing_to_what_serve_serves(project: Project, tmp_path: Path) -> None:
    """The read-only server refuses, and the error says so in its words."""
    with served(project) as (url, _, _process):
        done = run(tmp_path, "publish", url)
        assert (done.returncode, done.stdout) == (1, "")
        assert "read-only" in done.stderr
        assert asked(url, COUNT) == triples(project)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_while_publishing(project: Project, tmp_path: Path) -> None:
    """Ctrl-C while a server keeps us waiting: exit code 130, no traceback, the old graph in place; run again, done."""
    from servers import oxigraph_server

    folder = tmp_path / "server"
    folder.mkdir()
    graph = "https://graph.example/g"
    with oxigraph_server(folder) as server:
        update = f"INSERT DATA {{ GRAPH <{graph}> {{ <http://x.example/a> <http://x.example/b> 1 }} }}"
        body = urlencode({"update": update}).encode()
        urllib.request.urlopen(urllib.request.Request(server.update, body), timeout=30).close()
        os.kill(server.pid, signal.SIGSTOP)  # the server is reached and does not answer
        try:
            process = start(tmp_path, "publish", server.base, "--graph", graph)
            time.sleep(2)
            assert process.poll() is None
            os.killpg(process.pid, signal.SIGINT)
            out, said = process.communicate(timeout=30)
        finally:
            os.kill(server.pid, signal.SIGCONT)
        assert (process.returncode, out) == (130, ""), said
        assert "Traceback" not in said
        assert held(server, graph) == 1
        assert run(tmp_path, "publish", server.base, "--graph", graph).returncode == 0
        assert held(server, graph) == triples(project)
