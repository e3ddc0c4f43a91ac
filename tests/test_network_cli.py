"""Networks from the shell and their study, as a researcher meets them: whole processes and whole pages."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import sandbox_kg as skg
from sandbox_kg.commands import networks as command
from sandbox_kg.knowledge_graph import KnowledgeGraph
from sandbox_kg.network import export
from sandbox_kg.network.study import Study
from sandbox_kg.project import Project


def run(project: Project, *arguments: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    """Runs `sandbox-kg network` in the checkout."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "SANDBOX_KG_LANG": language}
    return subprocess.run(
        [sys.executable, "-m", "sandbox_kg", "network", *arguments],
        cwd=project.root,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def table(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a byte order mark."""
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


@pytest.mark.parametrize(("language", "broker"), [("zh", "中国银联"), ("en", "China UnionPay")])
def test_it_shows_who_stands_between_others(project: Project, language: str, broker: str) -> None:
    """By group four institutions broker: UnionPay 51, CITIC 24, SPDB 22, Minsheng 7 (tests/test_counts.py)."""
    done = run(project, "--scope", "article", "--level", "group", language=language)
    assert done.returncode == 0, done.stderr
    assert re.search(rf"{broker} +51 +4 +8 ", done.stdout)
    assert re.findall(r"(?m)  (\d+) +\d+ +\d+ +\d+\.\d\d ", done.stdout) == ["51", "24", "22", "7"]
    assert "34" in done.stdout.splitlines()[0]
    assert "30" in done.stdout.splitlines()[-1]  # 34 - 4


@pytest.mark.parametrize("form", sorted(export.FORMATS))
def test_every_format_is_written(project: Project, tmp_path: Path, form: str) -> None:
    """Each format under its own ending; what is printed is what was written."""
    done = run(project, "--scope", "article", "-o", str(tmp_path / f"n{export.FORMATS[form]}"))
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.split()) == sorted(str(path) for path in tmp_path.iterdir())
    assert all(path.stat().st_size for path in tmp_path.iterdir())


def test_the_formats_of_the_command_are_those_of_exports() -> None:
    """The command names them itself, since its help must not load networkx."""
    assert tuple(export.FORMATS) == command.FORMATS


def test_tables(project: Project, tmp_path: Path) -> None:
    """33 edges, 45 nodes, 52 memberships, and one row of measures an institution."""
    assert run(project, "--scope", "article", "-o", str(tmp_path / "n.csv")).returncode == 0
    counts = {name: len(table(tmp_path / f"n-{name}.csv")) for name in ("edges", "nodes", "memberships")}
    assert counts == {"edges": 33, "nodes": 45, "memberships": 52}
    done = run(project, "--scope", "article", "--level", "legal-person", "--measures", str(tmp_path / "m.csv"))
    assert done.returncode == 0, done.stderr
    rows = table(tmp_path / "m.csv")
    assert len(rows) == 39
    assert {row["label_en"]: float(row["brokerage"]) for row in rows}["China UnionPay"] == 32


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--level", "grup"), 1, "legal-person"),
        (("--kind", "grup"), 1, "two-mode"),
        (("--area", "Atlantis"), 1, "Atlantis"),
        (("--since", "2020"), 1, "2020"),
        (("-o", "n.xyz"), 1, ".graphml"),
        (("-o", "n.csv", "--format", "xyz"), 2, "graphml"),
        (("--report", "n.pdf"), 2, ".html"),
        (("--url", "http://127.0.0.1:9/"), 1, "127.0.0.1"),
        (("--colour", "red"), 2, "colour"),
    ],
)
def test_mistakes_are_told(project: Project, arguments: tuple[str, ...], code: int, said: str) -> None:
    """A wrong word: a sentence that says how to mend it, no traceback, nothing written."""
    done = run(project, *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert said in done.stderr
    assert not (project.root / "n.csv").exists()


# ---- the study --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kg(project: Project) -> KnowledgeGraph:
    """The built graph."""
    return skg.open(project.root)


@pytest.fixture(scope="module")
def study(kg: KnowledgeGraph) -> Study:
    """The study of the article's 29 pilots."""
    return kg.study(scope="article")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_study_says_what_the_design_counts(study: Study, language: str) -> None:
    """The table at three levels, the brokers by name, and that no link survives correction."""
    text = study.to_markdown(language)
    rows = [re.findall(r"(?<=\| )[^|]+(?= \|)", line)[1:] for line in text.splitlines() if line.startswith("| ")]
    for wanted in (["45", "39", "34"], ["15", "14", "11"], ["33", "32", "29"], ["22", "17", "16"], ["8", "11", "14"]):
        assert wanted in [[cell.strip() for cell in row] for row in rows]
    assert [at.brokers[0].brokerage for at in study.levels] == [16, 32, 51]
    assert [len(at.brokers) for at in study.levels] == [1, 4, 4]
    for at, links in zip(study.levels, (33, 32, 29), strict=True):
        assert len(at.links.links) == links
        assert at.links.surviving == ()
        assert at.links.conclusion(language) in text
    # 6 leads and 5 participants are stated (tests/test_counts.py).
    assert study.levels[0].roles == 11


def test_the_study_is_the_same_again(kg: KnowledgeGraph, study: Study) -> None:
    """The same seed gives the same page."""
    again = kg.study(scope="article")
    assert [again.to_markdown(language) for language in ("zh", "en")] == [
        study.to_markdown(language) for language in ("zh", "en")
    ]


def test_the_page_is_harmless(study: Study) -> None:
    """A hostile name stays text in Markdown and HTML; the page asks for nothing."""
    hostile = "</td><script>alert(1)</script><img src=x onerror=alert(1)> | [x](javascript:alert(1)) `"
    worst = replace(study.levels[0].institutions[0], label_zh=hostile, label_en=hostile)
    spoilt = replace(study, levels=(replace(study.levels[0], institutions=[worst]), *study.levels[1:]))
    page = spoilt.to_html("zh")
    assert "<script" not in page
    assert "<img" not in page
    assert not re.search(r"""(?:src|href)=["'](?!https://creativecommons\.org/)""", page)
    assert "default-src 'none'" in page
    assert page.count("<table>") == study.to_html("zh").count("<table>")


@pytest.mark.parametrize("ending", [".md", ".html"])
def test_the_study_is_written(project: Project, tmp_path: Path, ending: str) -> None:
    """`--report` writes one page, in the language of the user, of the part that the filters leave."""
    file = tmp_path / f"study{ending}"
    done = run(project, "--scope", "article", "--area", "上海", "--report", str(file), language="zh")
    assert done.returncode == 0, done.stderr
    text = file.read_text(encoding="utf-8")
    assert "上海" in text
    assert "8 项试点中有 5 项为联合申报" in text  # 18, 22, 23, 24, 25
