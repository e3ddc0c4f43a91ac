"""Invented programmes on disk: a project that `sandbox-kg` can build, or the N-Triples of its graph."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from programmes.derived import Derived
from programmes.pilots import programme
from programmes.profile import Profile, Record, fit, read_folder
from programmes.triples import Asserted
from programmes.yaml_text import yaml_text
from sandbox_kg.building import check
from sandbox_kg.context import read_context
from sandbox_kg.project import Project, find_project
from sandbox_kg.schema import ontology_triples, read_schema
from sandbox_kg.store.embedded import EmbeddedStore

ROOT = Path(__file__).parent.parent.parent
_ROOTS = ("Dataset", "Programme")  # what a programme needs beside its pilots, with all that it refers to
_OF_PILOTS = ("passages", "scope")  # of a source: they name pilots and cohorts that are not there
_SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
_COHORTS_A_FILE = 100


def write_project(folder: Path, number: int, seed: int, profile: Profile | None = None) -> Project:
    """Writes a project with an invented programme as records.

    Args:
        folder: where; it must not exist.
        number: how many pilots.
        seed: of all chance.
        profile: what it is fitted to; the records of this checkout without it.
    """
    project = _base_project(folder)
    context = read_context(project.ontology / "context.jsonld")
    data = project.data
    (data / "cohorts").mkdir()
    (data / "institutions").mkdir()
    held: list[Record] = []
    cohorts = 0
    for cohorts, records in enumerate(programme(profile or fit(ROOT), number, seed), 1):
        held += records
        if cohorts % _COHORTS_A_FILE == 0:
            _write(data, held, cohorts, context)
            held = []
    _write(data, held, cohorts, context)
    return project


def write_triples(path: Path, number: int, seed: int, profile: Profile | None = None) -> int:
    """Writes the graph of the same programme as N-Triples, in bounded memory: of earlier records it keeps who is who.

    Returns:
        How many triples there are.
    """
    lines = 0
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for line in triple_lines(number, seed, profile):
            out.write(line + "\n")
            lines += 1
    return lines


def triple_lines(number: int, seed: int, profile: Profile | None = None) -> Iterator[str]:
    """The triples of an invented programme, those of the ontology and of what every programme shares first."""
    with tempfile.TemporaryDirectory() as folder:
        project = _base_project(Path(folder) / "base")
        for triple in check(project).store.triples():
            yield f"{triple} ."
        schema = read_schema(project)
        (root,) = [record for record in read_folder(project.data) if record["type"] == "Programme"]
        concepts = read_folder(project.ontology / "vocabularies")
        facts = _fact_classes(project)
    asserted = Asserted(schema, facts)
    steps = {fact["stage"]: int(fact["order"]) for fact in root["stages"].values()}
    templates = {concept["id"]: concept["uriTemplate"] for concept in concepts if "uriTemplate" in concept}
    derived = Derived(asserted, steps, templates)
    for records in programme(profile or fit(ROOT), number, seed):
        for record in records:
            yield from asserted.lines(record)
            yield from derived.lines(record)


def _base_project(folder: Path) -> Project:
    """A project with the ontology, the queries and what a programme needs beside its pilots."""
    folder.mkdir(parents=True)
    for name in ("ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    records = {record["id"]: record for record in read_folder(ROOT / "data")}
    for record in records.values():
        if record["type"] == "Source":
            for key in _OF_PILOTS:
                record.pop(key, None)
    needed = {name for name, record in records.items() if record["type"] in (*_ROOTS, "Place")}
    waiting = sorted(needed)
    while waiting:
        found = {name for name in _named(records[waiting.pop()]) if name in records} - needed
        needed |= found
        waiting += sorted(found)
    (folder / "data").mkdir()
    context = read_context(folder / "ontology" / "context.jsonld")
    kept = [record for name, record in sorted(records.items()) if name in needed]
    (folder / "data" / "base.yaml").write_text(yaml_text(kept, context), encoding="utf-8")
    return find_project(folder)


def _named(found: Any) -> Iterator[str]:
    """Every name that a record may refer to: its values, and the sources that stand as keys of evidence."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key == "evidence":
                yield from (f"src:{slug}" for slug in value)
            yield from _named(value)
    elif isinstance(found, list):
        for value in found:
            yield from _named(value)
    else:
        yield str(found)


def _fact_classes(project: Project) -> set[str]:
    triples = EmbeddedStore(ontology_triples(project)).triples()
    return {
        triple.subject.value
        for triple in triples
        if triple.predicate == _SUBCLASS
        and isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value.endswith("#Fact")
    }


def _write(data: Path, records: list[Record], number: int, context: Any) -> None:
    """One file of institutions, one of sources and one of cohorts with their pilots."""
    parts = {
        "institutions/i": [record for record in records if record["type"] == "Institution"],
        "sources-": [record for record in records if record["type"] == "Source"],
        "cohorts/c": [record for record in records if record["type"] in ("Cohort", "Pilot")],
    }
    for name, part in parts.items():
        if part:
            (data / f"{name}{number:05}.yaml").write_text(yaml_text(part, context), encoding="utf-8")
