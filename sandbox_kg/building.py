"""The build: records are read, checked, joined into one graph, verified and written.

Everything is written beside its place and renamed at the end, so that a build that fails or is interrupted leaves the
last good one as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox_kg.context import Context
from sandbox_kg.coverage import coverage_page
from sandbox_kg.description import checksums, describe
from sandbox_kg.figures import Figure, compute_figures
from sandbox_kg.files import write_together
from sandbox_kg.garbage import no_cycle_search
from sandbox_kg.graph import asserted_graph, derive, serialise
from sandbox_kg.nodes import Nodes
from sandbox_kg.problems import Problem, ProblemsFoundError
from sandbox_kg.project import Project
from sandbox_kg.reconciliation import reconciliation_page
from sandbox_kg.records import Location, Records, read_records
from sandbox_kg.reference import ontology_reference
from sandbox_kg.schema import Schema, read_schema
from sandbox_kg.store.embedded import EmbeddedStore
from sandbox_kg.validation import validate

NAME = "sandbox-kg"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Checked:
    """Records that passed every check, and their graph.

    Attributes:
        schema: what records may say.
        records: the records with their places.
        store: the graph, derived triples included.
    """

    schema: Schema
    records: Records
    store: EmbeddedStore


@dataclass(frozen=True)
class Build:
    """What a build made.

    Attributes:
        files: the files written, in order.
        triples: how many triples the graph has.
        counts: language to the labels of what was counted, with how many nodes there are.
        figures: the published figures computed anew.
    """

    files: list[Path]
    triples: int
    counts: list[tuple[dict[str, str], int]]
    figures: list[Figure]


def _quiet(_: str) -> None:
    return None


@no_cycle_search()
def check(project: Project, progress: Progress = _quiet) -> Checked:
    """Reads and checks the records of a project.

    Args:
        project: the folders.
        progress: called with the message key of each step as it begins.

    Raises:
        ProblemsFoundError: with every problem of one run: of the files, of the records, then of the shapes.
    """
    progress("step-read")
    schema = read_schema(project)
    records = read_records(project, schema)
    problems = list(records.problems)
    if records.unreadable:  # what is missing would only be told again by everything that refers to it
        raise ProblemsFoundError(problems)
    store = asserted_graph(project, schema, records)
    progress("step-validate")
    shapes = project.ontology / "shapes"
    nodes = Nodes(store.lines())
    problems += validate(store, nodes, shapes / "records.ttl", records, schema.context)
    problems += _duplicates(store, project, records, schema.context)
    if problems:
        raise ProblemsFoundError(problems)
    progress("step-derive")
    nodes.add(f"{triple} ." for triple in derive(store, project))
    problems += validate(store, nodes, shapes / "derived.ttl", records, schema.context)
    problems += _facts_without_evidence(store, project, records)
    if problems:
        raise ProblemsFoundError(problems)
    return Checked(schema, records, store)


def _duplicates(store: EmbeddedStore, project: Project, records: Records, context: Context) -> list[Problem]:
    """Values that another record has already, though only one may have them."""
    problems = []
    for row in store.select(project.queries / "internal" / "duplicates.rq"):
        place, other = (records.locations[row[column]][row["property"]] for column in ("thing", "other"))
        values = (("key", context.key_of(row["property"])), ("other", f"{other.file}:{other.line}"))
        problems.append(Problem(place.file, place.line, place.field, "value-taken", (*values, ("value", row["value"]))))
    return problems


def _facts_without_evidence(store: EmbeddedStore, project: Project, records: Records) -> list[Problem]:
    problems = []
    for row in store.select(project.queries / "internal" / "facts-without-evidence.rq"):
        place = records.locations.get(row["fact"], {}).get("", Location(row["fact"], 0, ""))
        problems.append(Problem(place.file, place.line, place.field, "fact-without-evidence"))
    return problems


@no_cycle_search()
def build(project: Project, out: Path, progress: Progress = _quiet) -> Build:
    """Builds the graph and writes it.

    Args:
        project: the folders.
        out: the folder for the graph's files; made if it is missing. In a checkout the generated pages of `docs/`
            are written too.
        progress: called with the message key of each step as it begins.

    Returns:
        What was made.

    Raises:
        ProblemsFoundError: the records have problems; nothing is written.
        OSError: a file cannot be written; the last good files stay.
    """
    checked = check(project, progress)
    store, context = checked.store, checked.schema.context
    progress("step-figures")
    figures = compute_figures(store, project)
    progress("step-write")
    files = {f"{NAME}.{ending}": data for ending, data in serialise(store.lines(), context.prefixes).items()}
    files["void.ttl"] = describe(store, project, files)
    files["SHA256SUMS"] = checksums(files)
    written = {out / name: data for name, data in files.items()}
    if project.is_checkout:
        docs = project.root / "docs"
        written[docs / "ontology.md"] = ontology_reference(store, project, context).encode()
        written[docs / "coverage.md"] = coverage_page(store, project).encode()
        written[docs / "reconciliation.md"] = reconciliation_page(store, project).encode()
    write_together(written)
    counts = [
        ({"zh": row["zh"], "en": row["en"]}, int(row["count"]))
        for row in store.select(project.queries / "internal" / "summary.rq")
    ]
    return Build(list(written), len(store), counts, figures)
