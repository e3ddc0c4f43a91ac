"""Asking from the shell, as a user does it: whole processes."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox_kg.project import Project

COUNT = "PREFIX sbx: <https://w3id.org/sandbox-kg/ontology#> SELECT (COUNT(*) AS ?n) WHERE { ?p a sbx:Pilot }"
CROSS = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"  # a thousand thousand million rows and more
ENDLESS = f"SELECT (COUNT(*) AS ?n) WHERE {CROSS}"


@pytest.fixture(autouse=True)
def built(project: Project) -> None:
    """The commands ask the built graph."""
    assert (project.root / "build" / "sandbox-kg.nt").exists(), "run make build first"


def run(project: Project, *arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Runs the command line in the checkout, with something on its standard input."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON", "SANDBOX_KG"))}
    command = [sys.executable, "-m", "sandbox_kg", *arguments]
    settings = {**kept, "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run(
        command, cwd=project.root, env=settings, input=given.encode(), capture_output=True, timeout=120, check=False
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_questions_are_listed_and_shown(project: Project, language: str) -> None:
    """`queries` lists, searches and shows in the language of the user."""
    everything = run(project, "queries", "--lang", language).stdout.decode()
    assert "co-applicants" in everything
    found = run(project, "queries", "联合申报", "--lang", language).stdout.decode()
    assert "joint-applications" in found
    assert len(found) < len(everything)
    shown = run(project, "queries", "co-applicants", "--lang", language).stdout.decode()
    for words in ("--level", "as-filed", "sandbox-kg query co-applicants", "SELECT"):
        assert words in shown


def test_a_question_with_parameters(project: Project) -> None:
    """By hand: the pairs of Shanghai's first batch by group are 7 (18 three, 22 three, 25 one; 23 and 24 lie inside one group)."""
    arguments = ("query", "co-applicants", "--area", "上海", "--level", "group", "--scope", "article")
    done = run(project, *arguments, "--format", "csv")
    assert done.returncode == 0, done.stderr.decode()
    assert len(list(csv.reader(io.StringIO(done.stdout.decode())))) == 1 + 7
    table = run(project, *arguments, "--lang", "zh").stdout.decode()
    assert "交通银行" in table
    equals = run(
        project, "query", "co-applicants", "--area=plc:shanghai", "--level=group", "--scope=article", "--format", "csv"
    )
    assert equals.stdout == done.stdout


def test_every_format(project: Project) -> None:
    """Table, CSV with its byte order mark, TSV, JSON, Markdown; a format that does not exist is told."""
    for form in ("table", "csv", "tsv", "json", "md"):
        done = run(project, "query", "completed-pilots", "--format", form)
        assert done.returncode == 0, done.stderr.decode()
        assert done.stdout
    assert run(project, "query", "completed-pilots", "--format", "csv", "--bom").stdout.startswith(b"\xef\xbb\xbf")
    rows = json.loads(run(project, "query", "completed-pilots", "--format", "json").stdout)["results"]["bindings"]
    assert len(rows) == 4
    assert run(project, "query", "completed-pilots", "--format", "xml").returncode == 2


def test_own_queries(project: Project, tmp_path: Path) -> None:
    """From a file, from standard input, ASK and CONSTRUCT."""
    file = tmp_path / "my.rq"
    file.write_text(COUNT, encoding="utf-8")
    for done in (
        run(project, "query", "--file", str(file), "--format", "csv"),
        run(project, "query", "--format", "csv", given=COUNT),
        run(project, "query", "--file", "-", "--format", "csv", given=COUNT),
    ):
        assert done.returncode == 0, done.stderr.decode()
        assert int(done.stdout.decode().splitlines()[1]) >= 29
    assert run(project, "query", given="ASK { ?s ?p ?o }").stdout.strip() == b"true"
    construct = "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 2"
    assert run(project, "query", given=construct).stdout.decode().count(" .\n") == 2


def test_explain_shows_what_would_be_asked(project: Project) -> None:
    """`--explain` prints the SPARQL with its parameters bound, and asks nothing."""
    text = run(project, "query", "co-applicants", "--level", "group", "--explain").stdout.decode()
    assert "VALUES ?level { <https://w3id.org/sandbox-kg/ontology#group> }" in text


@pytest.mark.parametrize(
    ("arguments", "given", "code", "said"),
    [
        (("query", "co-aplicants"), "", 1, "co-applicants"),
        (("query", "co-applicants", "--levle", "group"), "", 1, "level"),
        (("query", "co-applicants", "--level", "grup"), "", 1, "as-filed, legal-person, group"),
        (("query", "co-applicants", "--area", "Atlantis"), "", 1, "Atlantis"),
        (("query", "co-applicants", "group"), "", 2, "--name value"),
        (("query", "co-applicants", "--file", "x.rq"), "", 2, "one of them"),
        (("query", "--file", "no-such.rq"), "", 1, "no-such.rq"),
        (("query",), "SELECT ?x WHERE {", 1, "parsed"),
        (("query",), "DELETE WHERE { ?s ?p ?o }", 1, ""),
        (("query",), "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 1, "SERVICE"),
        (("query",), "SELECT * FROM <file:///etc/hostname> WHERE { ?s ?p ?o }", 1, "FROM"),
        (("query", "--max-rows", "5"), "SELECT * WHERE { ?s ?p ?o }", 1, "--max-rows"),
        (("queries", "no-such-word-at-all"), "", 1, "no-such-word-at-all"),
    ],
)
def test_mistakes_are_told(project: Project, arguments: tuple[str, ...], given: str, code: int, said: str) -> None:
    """Each mistake: a sentence that says how to mend it, no traceback."""
    done = run(project, *arguments, given=given, LANG="en_US.UTF-8")
    words = done.stderr.decode()
    assert done.returncode == code, words
    assert said in words
    assert "Traceback" not in words


def test_a_comment_with_an_update_word_is_a_query(project: Project) -> None:
    """A SELECT that holds the word DELETE in a comment still goes out as a query."""
    done = run(project, "query", "--format", "csv", given="PREFIX a: <http://x/> # DELETE all\n" + COUNT)
    assert done.returncode == 0, done.stderr.decode()


def test_time_limit_ends_a_query(project: Project) -> None:
    """A three-way cross product with `--timeout 2` is ended, by its time or by its rows, and says how to raise the limit."""
    rows = f"SELECT * WHERE {CROSS}"
    for text, limit in ((ENDLESS, "--timeout"), (rows, "--max-rows")):
        begin = time.monotonic()
        done = run(project, "query", "--timeout", "2", "--max-rows", "1000", given=text, LANG="en_US.UTF-8")
        assert time.monotonic() - begin < 12  # the endless query would run for hours
        assert done.returncode == 1
        assert limit in done.stderr.decode()


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_ctrl_c_ends_a_query(project: Project) -> None:
    """Ctrl-C ends the query and its process; nothing runs on."""
    command = [sys.executable, "-m", "sandbox_kg", "query", "--file", "-"]
    process = subprocess.Popen(
        command,
        cwd=project.root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0,
    )
    assert process.stdin is not None
    process.stdin.write(ENDLESS.encode())
    process.stdin.close()
    process.stdin = None
    time.sleep(1.5)
    begin = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does it: to every process of the group
    _, said = process.communicate(timeout=30)
    assert time.monotonic() - begin < 12
    assert process.returncode == 130, said.decode()
    assert b"Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


@pytest.mark.parametrize(
    ("words", "offered", "not_offered"),
    [
        ("sandbox-kg ", "query", "co-applicants"),
        ("sandbox-kg query co-", "co-applicants", "pilots"),
        ("sandbox-kg queries co-", "co-applicants", "pilots"),
        ("sandbox-kg query co-applicants --", "--level", "--basis"),  # a parameter of this question, not of others
        ("sandbox-kg query co-applicants --", "--format", "--basis"),
        ("sandbox-kg query co-applicants --level ", "legal-person", "--scope"),
        ("sandbox-kg query co-applicants --level group --area sh", "shanghai", "beijing"),
        ("sandbox-kg query co-applicants --format ", "csv", "--scope"),
        ("sandbox-kg query no-such-question --", "--format", "--level"),
    ],
)
def test_a_shell_completes(project: Project, words: str, offered: str, not_offered: str) -> None:
    """TAB offers commands, questions, the parameters of the question and their values; what is wrong offers nothing."""
    settings = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    done = run(project, _SANDBOX_KG_COMPLETE="complete_bash", **settings)
    lines = done.stdout.decode().split()
    assert offered in lines
    assert not_offered not in lines
    assert done.stderr == b""
    zsh = run(project, _SANDBOX_KG_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS=words).stdout.decode()
    assert offered in zsh
