"""What is recorded of the programme and what is missing (`docs/coverage.md`), by public questions."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox_kg.answer_tables import Row, Section, both, cells, table
from sandbox_kg.library import find_question
from sandbox_kg.project import Project
from sandbox_kg.store.embedded import EmbeddedStore

_DATED = ("day", "latest")
_TOTALS = ("cohort", *_DATED, "stated", "basis", "recorded", "missing")
# What an empty cell of these columns means; of others it means that nothing is known.
_EMPTY = {"year": "coverage-undated", "copy": "coverage-original"}


def largest_gaps(rows: Iterable[Row]) -> list[Row]:
    """Cohorts of which pilots are missing, those that miss most first.

    Args:
        rows: of the question `cohort-coverage`.
    """
    found = [row for row in rows if row["missing"] and float(row["missing"]) > 0]
    return sorted(found, key=lambda row: (-float(row["missing"]), row["cohort"]))


def of_unknown_size(rows: Iterable[Row]) -> list[Row]:
    """Cohorts of which nobody says how many pilots they have, the earliest first, those without any day last.

    Args:
        rows: of the question `cohort-coverage`.
    """
    found = [row for row in rows if not row["stated"]]
    return sorted(found, key=lambda row: (next((row[key] for key in _DATED if row[key]), "9"), row["cohort"]))


_SECTIONS = (
    Section(
        "coverage-gaps",
        "cohort-coverage",
        _TOTALS,
        largest_gaps,
    ),
    Section("coverage-unsized", "cohort-coverage", ("cohort", "day", "latest", "recorded"), of_unknown_size),
    Section("coverage-matters", "field-coverage", ("matterZh", "matterEn", "known", "missing", "pilots")),
    Section("coverage-years", "year-coverage"),
    Section("coverage-kinds", "source-kind-pilots"),
    Section("coverage-copies", "copy-kind-facts"),
    Section(
        "coverage-cohorts",
        "cohort-coverage",
        (
            "cohort",
            "day",
            "latest",
            "stated",
            "basis",
            "recorded",
            "missing",
            "named",
            "applied",
            "technical",
            "complete",
        ),
    ),
    Section("coverage-applicants", "batch-applicants"),
    Section("coverage-doubtful", "doubtful-pilots"),
)


def coverage_page(store: EmbeddedStore, project: Project) -> str:
    """Markdown with what is recorded of each cohort, year and matter, in both languages; the largest gaps lead."""
    shown = cells(store, project, _EMPTY)
    answers = {name: store.select(project.queries / f"{name}.rq") for name in sorted({s.question for s in _SECTIONS})}
    cohorts = answers["cohort-coverage"]
    sized = [row for row in cohorts if row["stated"]]
    totals = {
        "cohorts": len(cohorts),
        "pilots": sum(int(row["recorded"]) for row in cohorts),
        "sized": len(sized),
        "stated": sum(int(row["stated"]) for row in sized),
        "found": sum(int(row["recorded"]) for row in sized),
        "doubtful": len({row["pilot"] for row in answers["doubtful-pilots"]}),
    }
    lines = ["# Coverage 收录程度", "", *both("coverage-made"), *both("coverage-total", **totals)]
    lines += both("coverage-invitation")
    for section in _SECTIONS:
        lines += table(section, find_question(project.queries, section.question), answers[section.question], shown)
    return "\n".join(lines).rstrip("\n") + "\n"
