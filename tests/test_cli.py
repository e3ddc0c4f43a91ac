"""The command line as its users run it: whole processes, on consoles of several encodings."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox_kg.project import Project

COMMANDS = ("build", "validate", "figures", "evidence")


def run(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Runs the command line in a process of its own, with a locale that is not the machine's."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON", "SANDBOX_KG"))}
    command = [sys.executable, "-m", "sandbox_kg", *arguments]
    return subprocess.run(command, cwd=cwd, env={**kept, **environment}, capture_output=True, timeout=120, check=False)


@pytest.fixture
def copy(project: Project, tmp_path: Path) -> Path:
    """A copy of the checkout's records, to spoil."""
    root = tmp_path / "copy"
    for folder in ("ontology", "data", "queries"):
        shutil.copytree(project.root / folder, root / folder)
    return root


@pytest.mark.parametrize("language", ["zh", "en"])
def test_help_reads_in_the_language_asked_for(language: str) -> None:
    """`--help` lists every command in one language; `--lang` may stand before or after the command."""
    for arguments in (["--help", "--lang", language], [f"--lang={language}", "--help"]):
        out = run(*arguments, LC_ALL="C.UTF-8").stdout.decode()
        assert all(command in out for command in COMMANDS)
        assert ("监管沙盒" in out) == (language == "zh")
    for command in COMMANDS:
        done = run(command, "--help", "--lang", language, LC_ALL="C.UTF-8")
        assert done.returncode == 0
        assert ("文件夹" in done.stdout.decode()) == (language == "zh")


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8", "PYTHONIOENCODING": "utf-8"}, True),
        ({"LANG": "en_US.UTF-8", "PYTHONIOENCODING": "utf-8"}, False),
        ({"SANDBOX_KG_LANG": "zh", "LANG": "en_US.UTF-8", "PYTHONIOENCODING": "utf-8"}, True),
        ({"LANG": "zh_CN.UTF-8", "PYTHONIOENCODING": "ascii"}, False),  # escapes would help nobody
    ],
)
def test_language_follows_the_locale(environment: dict[str, str], chinese: bool) -> None:
    """Without `--lang` the locale decides, except on a console that has no Chinese."""
    out = run("--help", **environment).stdout.decode()
    assert ("监管沙盒" in out) == chinese


@pytest.mark.parametrize(
    ("encoding", "environment"),
    [
        ("gbk", {"PYTHONIOENCODING": "cp936"}),
        ("ascii", {"PYTHONIOENCODING": "ascii"}),
        ("utf-8", {"LC_ALL": "C"}),
        ("utf-8", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    ],
)
@pytest.mark.parametrize("command", [("--help",), ("figures",), ("validate",)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_output_never_fails(
    project: Project, encoding: str, environment: dict[str, str], command: tuple[str, ...], language: str
) -> None:
    """On a GBK or ASCII console, piped, every command prints in both languages and ends well."""
    done = run(*command, "--lang", language, cwd=project.root, **environment)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    text = done.stdout.decode(encoding)
    assert text.strip()
    if encoding == "gbk" and command == ("figures",) and language == "zh":
        assert "证实" in text


def test_build_prints_a_summary_and_writes(project: Project, tmp_path: Path) -> None:
    """`build` says what was built, how many of what, the verdicts and where the files are."""
    done = run("build", "--root", str(project.root), "--out", str(tmp_path / "out"), "--lang", "en")
    text = done.stdout.decode()
    assert done.returncode == 0
    assert done.stderr == b""  # progress is for terminals
    # participations: the article's 52 and 115 of later pilots, the one that is doubtful included
    for words in ("The graph is built", "participation", "167", "not reached", "confirmed", "sandbox-kg.ttl"):
        assert words in text
    assert {p.name for p in (tmp_path / "out").iterdir()} >= {"sandbox-kg.ttl", "void.ttl", "SHA256SUMS"}


def test_figures_as_json(project: Project) -> None:
    """`figures --json` is for programs."""
    done = run("figures", "--json", "--root", str(project.root))
    figures = {figure["id"].rpartition("/")[2]: figure for figure in json.loads(done.stdout)}
    assert figures["banks"]["own"] == 24
    assert figures["big-data"]["verdict"] == "not-reached"


@pytest.mark.parametrize("command", COMMANDS)
def test_problems_are_told_and_exit_1(copy: Path, command: str) -> None:
    """Every command refuses records with problems: file, line, field, what and how; all of them; no traceback."""
    path = copy / "data" / "cohorts" / "beijing-1.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("  number: 1\n", "  numbr: 1\n").replace("  order: 2\n", "  order: zwei\n"), encoding="utf-8"
    )
    lines = path.read_text(encoding="utf-8").splitlines()
    done = run(command, "--root", str(copy), "--lang", "en", PYTHONIOENCODING="utf-8")
    said = done.stderr.decode()
    assert done.returncode == 1
    assert "Traceback" not in said
    number, order = lines.index("  numbr: 1") + 1, lines.index("  order: zwei") + 1
    assert f"data/cohorts/beijing-1.yaml:{number}: numbr: Pilot has no key" in said
    assert 'is "number" meant?' in said
    assert f"data/cohorts/beijing-1.yaml:{order}: order: " in said
    assert "problems: 2;" in said
    assert not (copy / "build").exists()
    chinese = run(command, "--root", str(copy), "--lang", "zh", PYTHONIOENCODING="utf-8").stderr.decode()
    assert f"data/cohorts/beijing-1.yaml:{number}: numbr: Pilot 没有键“numbr”" in chinese


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("buidl",), 2, "buidl"),
        (("build", "--nonsense"), 2, "--nonsense"),
        (("--lang", "fr", "build"), 2, "fr"),
        (("build", "--lang"), 2, "--lang"),
        (("validate", "--root", "no-such-folder"), 2, "no-such-folder"),
        (("evidence", "src:upd-2020"), 2, "FILE"),
        (("evidence", "src:no-such-source", "pyproject.toml"), 1, "src:no-such-source"),
        (("evidence", "src:upd-2020", "no-such-file.txt"), 1, "no-such-file.txt"),
        (("evidence", "src:upd-2020", "pyproject.toml"), 1, "SHA-256"),
    ],
)
def test_wrong_usage(project: Project, arguments: tuple[str, ...], code: int, words: str) -> None:
    """A wrong command, flag, folder or file is told in words."""
    done = run(*arguments, cwd=project.root, PYTHONIOENCODING="utf-8", LANG="en_US.UTF-8")
    said = done.stderr.decode()
    assert done.returncode == code, said
    assert words in said
    assert "Traceback" not in said


def test_unwritable_output_is_told(project: Project, tmp_path: Path) -> None:
    """A file where the output folder should be: a sentence, not a traceback."""
    (tmp_path / "out").write_text("in the way", encoding="utf-8")
    done = run("build", "--root", str(project.root), "--out", str(tmp_path / "out"), "--lang", "en")
    assert done.returncode == 1
    assert "cannot read or write" in done.stderr.decode()
    assert (tmp_path / "out").read_text(encoding="utf-8") == "in the way"


def test_version() -> None:
    """`--version` names the package and its version."""
    assert run("--version").stdout.decode().startswith("sandbox-kg 0.")


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_interrupt_leaves_the_last_good_graph(copy: Path) -> None:
    """Ctrl-C ends a build with a sentence and exit code 130; what was there stays."""
    out = copy / "build"
    out.mkdir()
    (out / "sandbox-kg.nt").write_text("the last good one", encoding="utf-8")
    gate = copy / "data" / "gate.yaml"  # reading it blocks until it is written to: the build is in its midst for sure
    os.mkfifo(gate)
    command = [sys.executable, "-m", "sandbox_kg", "build", "--root", str(copy), "--out", str(out), "--lang", "en"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with gate.open("wb"):
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said.decode()
    assert b"Traceback" not in said
    assert (out / "sandbox-kg.nt").read_text(encoding="utf-8") == "the last good one"
    assert [path.name for path in out.iterdir()] == ["sandbox-kg.nt"]
