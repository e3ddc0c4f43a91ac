"""Which printed name was mapped to which institution, and why (`docs/reconciliation.md`), by public questions."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox_kg.answer_tables import Row, Section, both, cells, table
from sandbox_kg.library import find_question
from sandbox_kg.project import Project
from sandbox_kg.store.embedded import EmbeddedStore


def by_institution(rows: Iterable[Row]) -> list[Row]:
    """Printed names, those of one institution together, the institutions in the order of their names.

    Args:
        rows: of the question `reconciliation`.
    """
    return sorted(rows, key=lambda row: (row["legalPerson"], row["institution"], row["printed"]))


def reconciliation_page(store: EmbeddedStore, project: Project) -> str:
    """Markdown with each applicant's name as printed, the institution it was mapped to, and on what ground."""
    section = Section("reconciliation", "reconciliation", rows=by_institution)
    answer = store.select(project.queries / f"{section.question}.rq")
    counts = {
        "names": len({row["printed"] for row in answer}),
        "institutions": len({row["institution"] for row in answer}),
    }
    lines = ["# Reconciliation 名称归并", "", *both("reconciliation-made"), *both("reconciliation-total", **counts)]
    lines += table(section, find_question(project.queries, section.question), answer, cells(store, project, {}))
    return "\n".join(lines).rstrip("\n") + "\n"
