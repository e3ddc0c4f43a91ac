"""What the page tells of coverage: recorded and known of each cohort and year, and what no network holds.

Everything is asked of the library's public questions, whose columns alone are known here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sandbox_kg.explorer.asked import Asked, readable
from sandbox_kg.explorer.names import Names
from sandbox_kg.network.rows import compact_rows

ARTICLE, EVERYTHING = "article", "everything"
_QUESTIONS = {
    "cohorts": "cohort-coverage",
    "years": "year-coverage",
    "matters": "field-coverage",
    "kinds": "source-kind-pilots",
}


def coverage(graph: Asked, filters: Mapping[str, str], names: Names) -> dict[str, Any]:
    """The rows that the view of coverage shows; nothing where a page shows a part that is no scope.

    Returns:
        cohorts, years, matters and kinds (of source): rows of the questions; copies: facts by kind of copy, of the
        whole graph alone; article: the cohorts of the article of 2020, where the page has others too.
    """
    if not set(filters) <= {"scope"}:
        return {}
    scope = filters.get("scope", EVERYTHING)
    found: dict[str, Any] = {
        key: [_named(row, names) for row in compact_rows(graph, question, scope=scope)]
        for key, question in _QUESTIONS.items()
    }
    if not found["cohorts"]:
        return {}
    if scope != EVERYTHING:
        return found
    found["copies"] = [_named(row, names) for row in compact_rows(graph, "copy-kind-facts")]
    article = [row["cohort"] for row in compact_rows(graph, "cohort-coverage", scope=ARTICLE)]
    return found | {"article": article}


def apart(
    graph: Asked, covered: Mapping[str, Any], pilots: Collection[str], shown: Collection[str], names: Names
) -> dict[str, dict[str, str]]:
    """Things on record that no network holds, though a reader may look for them.

    Args:
        graph: what is asked.
        covered: what `coverage` gave.
        pilots: the pilots of the networks.
        shown: all institutions and pilots of the networks.
        names: names that the page uses.

    Returns:
        For each thing why it is apart, and its cohort if it is a pilot. The reasons: `doubtful` (perhaps no pilot of
        its own), `unapplied` (a pilot of which no applicant is known), `batch` (an institution that applied in a
        cohort, nobody says for which pilot), `contributor` (one that works on a pilot without applying).
    """
    cohorts = {row["cohort"] for row in covered.get("cohorts", ())}
    found: dict[str, dict[str, str]] = {}
    for row in compact_rows(graph, "doubtful-pilots") if cohorts else ():
        if row["cohort"] in cohorts:
            found[row["pilot"]] = {"reason": "doubtful", "cohort": names.used(row["cohort"])}
    for row in compact_rows(graph, "missing-matters", matter="applicants") if cohorts else ():
        if row["cohort"] in cohorts:
            found[row["pilot"]] = {"reason": "unapplied", "cohort": names.used(row["cohort"])}
    here = {*pilots, *found}
    institutions = [(row["institution"], "batch") for row in _of(graph, "batch-applicants", "cohort", cohorts)]
    institutions += [(row["institution"], "contributor") for row in _of(graph, "contributions", "pilot", here)]
    institutions += [(row["institution"], "doubtful") for row in _of(graph, "doubtful-pilots", "cohort", cohorts)]
    for name, reason in institutions:
        if name and name not in shown:
            found.setdefault(name, {"reason": reason})
    return {names.used(name): found[name] for name in sorted(found)}


def marks(graph: Asked, things: Collection[str], names: Names) -> dict[str, list[list[str]]]:
    """The marks of the editors on the things of the page: for each thing pairs of the mark and what it says."""
    found: dict[str, list[list[str]]] = {}
    for row in compact_rows(graph, "editorial-marks"):
        if row["thing"] in things:
            found.setdefault(row["thing"], []).append([names.used(row["mark"]), names.used(row["value"])])
    return {name: found[name] for name in sorted(found)}


def _of(graph: Asked, question: str, column: str, wanted: Collection[str]) -> Iterable[Mapping[str, str]]:
    return [row for row in compact_rows(graph, question) if row[column] in wanted] if wanted else []


def _named(row: Mapping[str, str], names: Names) -> dict[str, str]:
    """A row without its empty cells; what it names is used, an IRI is shortened."""
    found = {}
    for column, value in row.items():
        if value:
            name = names.short(value) if "://" in value else value
            found[column] = readable(names.used(name) if ":" in name else name)
    return found
