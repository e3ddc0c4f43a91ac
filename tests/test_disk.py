"""A graph kept on disk: it answers as the one in memory does, and never for another file than its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from sandbox_kg.building import Checked
from sandbox_kg.knowledge_graph import graph_in
from sandbox_kg.limits import LimitedStore
from sandbox_kg.project import Project
from sandbox_kg.store import disk
from sandbox_kg.store.embedded import EmbeddedStore

NODE = ox.NamedNode("urn:x")
ALL = "SELECT ?o WHERE { ?s ?p ?o } ORDER BY ?o"


def graph(path: Path, *texts: str) -> Path:
    """A file of N-Triples with some texts."""
    path.write_text("".join(f"{ox.Triple(NODE, NODE, ox.Literal(text))} .\n" for text in texts), encoding="utf-8")
    return path


def test_it_answers_as_in_memory(checked: Checked, project: Project, tmp_path: Path) -> None:
    """Every question gives the same rows, and so does a query of one's own."""
    for name in ("memory", "disk"):
        (tmp_path / name).mkdir()
        lines = "".join(sorted(f"{triple} .\n" for triple in checked.store.triples()))
        (tmp_path / name / "sandbox-kg.nt").write_text(lines, encoding="utf-8", newline="\n")
    disk.keep(tmp_path / "disk" / "sandbox-kg.nt")
    kg, kept = (graph_in(tmp_path / name, project) for name in ("memory", "disk"))
    for question in kg.questions():
        values = {parameter.name: parameter.example for parameter in question.parameters}
        assert kept.query(question.name, **values) == kg.query(question.name, **values), question.name
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    assert kept.select(count) == kg.select(count)


def test_it_is_asked_where_it_stands(tmp_path: Path) -> None:
    """The store is opened and not the file; two processes open it at a time."""
    file = graph(tmp_path / "a.nt", "one")
    disk.keep(file)
    stat = file.stat()
    graph(file, "two")  # as long, and said to be as old: only the store still holds the other text
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    here, there = EmbeddedStore.open(file), LimitedStore(file)
    assert here.query(ALL).texts() == there.query(ALL).texts() == [("one",)]


def test_a_store_of_another_file_is_not_asked(tmp_path: Path) -> None:
    """After a change of the file the file is read; a broken store counts as none."""
    file = graph(tmp_path / "a.nt", "one")
    disk.keep(file)
    graph(file, "another")
    assert disk.kept(file) is None
    assert EmbeddedStore.open(file).query(ALL).texts() == [("another",)]
    disk.keep(file)
    (disk.place_of(file) / "made-from.json").write_text("{", encoding="utf-8")
    assert disk.kept(file) is None


def test_an_older_store_stays_if_a_new_one_cannot_be_made(tmp_path: Path) -> None:
    """A file without triples leaves the store as it was, and nothing else behind."""
    file = graph(tmp_path / "a.nt", "one")
    place = disk.keep(file)
    file.write_text("no triples", encoding="utf-8")
    with pytest.raises(SyntaxError):
        disk.keep(file)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.nt", place.name]


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    """The next run removes it, and leaves alone what another run is writing."""
    file = graph(tmp_path / "a.nt", "one")
    killed, busy = tmp_path / ".a.store.killed", tmp_path / ".a.store.busy"
    killed.mkdir()
    busy.mkdir()
    ox.Store(killed / "oxigraph")
    open_still = ox.Store(busy / "oxigraph")
    disk.keep(file)
    assert not killed.exists()
    assert busy.exists()
    del open_still


def test_build_on_disk(small_project: Project) -> None:
    """`build --on-disk` writes the store and says so; a build without it takes the old one away."""
    command = [sys.executable, "-m", "sandbox_kg", "build"]
    file = small_project.root / "build" / "sandbox-kg.nt"
    done = subprocess.run([*command, "--on-disk"], cwd=small_project.root, capture_output=True, text=True, check=True)
    assert "sandbox-kg.store" in done.stdout
    assert disk.kept(file) is not None
    subprocess.run(command, cwd=small_project.root, capture_output=True, check=True)
    assert not disk.place_of(file).exists()
