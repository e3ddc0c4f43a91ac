"""Pages from the shell, and the committed ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sandbox_kg as skg
from sandbox_kg.project import Project
from sandbox_kg.visualizing import make_pages, write_pages


def run(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line in the checkout."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "SANDBOX_KG_LANG": "en"}
    return subprocess.run(
        [sys.executable, "-m", "sandbox_kg", *arguments],
        cwd=project.root,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_the_committed_pages_are_those_of_the_graph(project: Project) -> None:
    """Every page that a build makes stands in `visualizations/`, byte for byte."""
    folder = project.root / "visualizations"
    made = make_pages(skg.open(project.root))
    assert {"index.html", "explorer.html", "report.html"} <= set(made)
    assert [name for name, data in made.items() if (folder / name).read_bytes() != data] == []


def test_pages_are_small_enough_to_send(project: Project) -> None:
    """The explorer stays below 1 MB (a budget of its issue), and no page names an address that it would fetch."""
    assert (project.root / "visualizations" / "explorer.html").stat().st_size <= 1_000_000


def test_explore_makes_a_page_of_a_part(project: Project, tmp_path: Path) -> None:
    """A filtered page holds what the filter leaves: pilots of Shanghai, and none of Shenzhen."""
    file = tmp_path / "shanghai.html"
    done = run(project, "explore", "--area", "上海", "--level", "group", "-o", str(file))
    assert done.returncode == 0, done.stderr
    text = file.read_text(encoding="utf-8")
    assert "pilot:shanghai-1-8" in text
    assert "pilot:shenzhen-1-1" not in text


def test_ask_makes_a_page_of_any_graph(project: Project, tmp_path: Path) -> None:
    """Of the built graph, or of a file; alone it leads to no other page."""
    own, other = tmp_path / "own.html", tmp_path / "other.html"
    (tmp_path / "other.ttl").write_text("<a:a> <a:b> 'c' .", encoding="utf-8")
    assert run(project, "ask", "-o", str(own)).returncode == 0
    done = run(project, "ask", "--graph", str(tmp_path / "other.ttl"), "-o", str(other))
    assert (done.returncode, done.stdout.strip()) == (0, str(other)), done.stderr
    assert "technology-counts" in own.read_text(encoding="utf-8")
    assert "technology-counts" not in other.read_text(encoding="utf-8")
    for file in (own, other):
        assert 'href="explorer.html' not in file.read_text(encoding="utf-8")


def test_report_makes_a_folder(project: Project, tmp_path: Path) -> None:
    """The report of the article's pilots, with its figures and tables."""
    done = run(project, "report", "--scope", "article", "-o", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "report.html").exists()
    assert list((tmp_path / "out" / "figures").glob("*.svg"))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("explore", "--level", "grup"), 1, "legal-person"),
        (("explore", "--area", "Atlantis"), 1, "Atlantis"),
        (("explore", "--endpoint", "http://127.0.0.1:9/"), 1, "127.0.0.1"),
        (("ask", "--graph", "missing.ttl"), 1, "missing.ttl"),
        (("ask", "--graph", "README.md"), 1, ".ttl"),
        (("report", "--scope", "2019"), 1, "article"),
        (("explore", "--colour", "red"), 2, "colour"),
    ],
)
def test_mistakes_are_told(project: Project, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    """A wrong word: a sentence that says how to mend it, no traceback, nothing written."""
    done = run(project, *arguments, "-o", str(tmp_path / "page.html"))
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_old_figures_go(project: Project, tmp_path: Path) -> None:
    """What an earlier build left in the folders of the report is not kept beside the new files; other files are."""
    for name in ("figures/old.svg", "tables/old.csv", "mine.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    written = write_pages(skg.open(project.root), tmp_path)
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted([*written, tmp_path / "mine.txt"])


def test_a_scope_may_be_called_by_its_record(project: Project, tmp_path: Path) -> None:
    """The article of 2020 is a scope by either of its names, and pages of both are the same bytes."""
    for scope in ("article", "upd-2020"):
        for command, out in (("explore", f"{scope}.html"), ("report", scope)):
            done = run(project, command, "--scope", scope, "--output", str(tmp_path / out))
            assert done.returncode == 0, done.stderr
    assert (tmp_path / "article.html").read_bytes() == (tmp_path / "upd-2020.html").read_bytes()
    files = sorted(file.relative_to(tmp_path / "article") for file in (tmp_path / "article").rglob("*.*"))
    assert len(files) > 10
    for file in files:
        assert (tmp_path / "article" / file).read_bytes() == (tmp_path / "upd-2020" / file).read_bytes(), file
    refused = run(project, "report", "--scope", "nowhere", "--output", str(tmp_path / "none"))
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
