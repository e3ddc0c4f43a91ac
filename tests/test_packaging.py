"""The wheel and the sdist, installed into an empty environment and used from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from sandbox_kg.project import Project

KEPT = ("ontology/sandbox.ttl", "ontology/context.jsonld", "data/sources.yaml", "queries/pilots.rq")


def call(*command: object, cwd: Path) -> str:
    """Runs a command and returns what it printed."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    arguments = [str(part) for part in command]
    done = subprocess.run(arguments, cwd=cwd, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def distributions(project: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel made from it."""
    out = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", "--outdir", out, project.root, cwd=out)
    (wheel,) = out.glob("*.whl")
    (sdist,) = out.glob("*.tar.gz")
    return sdist, wheel


def test_wheel_carries_everything(distributions: tuple[Path, Path]) -> None:
    """Ontology, data, queries, mappings and the built graph are in the wheel; tests are not."""
    names = set(zipfile.ZipFile(distributions[1]).namelist())
    for name in (
        *KEPT,
        "mappings/identities.sssom.tsv",
        "build/sandbox-kg.nt",
        "build/sandbox-kg.ttl",
        "build/void.ttl",
    ):
        assert f"sandbox_kg/resources/{name}" in names
    assert not [name for name in names if name.startswith("tests/")]
    assert "sandbox_kg/py.typed" in names


@pytest.mark.parametrize("which", ["sdist", "wheel"])
def test_installed_package_works_from_any_folder(
    distributions: tuple[Path, Path], project: Project, tmp_path: Path, which: str
) -> None:
    """In an empty environment: the commands run on the copy inside the package and build the same graph."""
    venv.create(tmp_path / "venv", with_pip=True)
    binaries = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    here = tmp_path / "elsewhere"
    here.mkdir()
    call(binaries / "python", "-m", "pip", "install", "--quiet", distributions[which == "wheel"], cwd=here)
    assert "build" in call(binaries / "sandbox-kg", "--help", cwd=here)
    assert "No problems" in call(binaries / "sandbox-kg", "validate", "--lang", "en", cwd=here)
    # 9 pilots use artificial intelligence (tests/golden/technology-counts.json); UnionPay brokers 51 by group.
    asked = ("query", "technology-counts", "--scope", "article", "--format", "csv")
    assert ",9\n" in call(binaries / "sandbox-kg", *asked, cwd=here)
    shown = call(binaries / "sandbox-kg", "network", "--scope", "article", "--level", "group", "--lang", "en", cwd=here)
    assert "China UnionPay 51 4 8" in " ".join(shown.split())
    call(binaries / "sandbox-kg", "network", "-o", "n.gexf", "--report", "study.html", "--lang", "zh", cwd=here)
    assert {"n.gexf", "study.html"} <= {path.name for path in here.iterdir()}
    call(binaries / "sandbox-kg", "build", "--lang", "en", cwd=here)
    inside = zipfile.ZipFile(distributions[1]).read("sandbox_kg/resources/build/sandbox-kg.nt")
    assert (here / "build" / "sandbox-kg.nt").read_bytes() == inside
    assert not (here / "docs").exists()
