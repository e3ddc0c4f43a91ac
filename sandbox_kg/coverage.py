"""What is recorded of the programme and what is missing (`docs/coverage.md`), by public questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sandbox_kg.library import Question, find_question
from sandbox_kg.messages import LANGUAGES, message
from sandbox_kg.project import Project
from sandbox_kg.store.embedded import EmbeddedStore

Row = Mapping[str, str]
_DATED = ("day", "latest")
_TOTALS = ("cohort", *_DATED, "stated", "basis", "recorded", "missing")
# What an empty cell of these columns means; of others it means that nothing is known.
_EMPTY = {"year": "coverage-undated", "copy": "coverage-original"}
_MARKS = {"yes": "✓", "no": ""}


@dataclass(frozen=True)
class _Section:
    """A table of the page.

    Attributes:
        key: of the message that is its heading; the message `KEY-about` says how to read it.
        question: the question of the library that it shows.
        columns: of the question, in order; all without them.
        rows: which rows, in which order; all as they come without it.
    """

    key: str
    question: str
    columns: Sequence[str] = ()
    rows: Callable[[list[dict[str, str]]], Iterable[Row]] = list


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
    _Section(
        "coverage-gaps",
        "cohort-coverage",
        _TOTALS,
        largest_gaps,
    ),
    _Section("coverage-unsized", "cohort-coverage", ("cohort", "day", "latest", "recorded"), of_unknown_size),
    _Section("coverage-matters", "field-coverage", ("matterZh", "matterEn", "known", "missing", "pilots")),
    _Section("coverage-years", "year-coverage"),
    _Section("coverage-kinds", "source-kind-pilots"),
    _Section("coverage-copies", "copy-kind-facts"),
    _Section(
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
    _Section("coverage-applicants", "batch-applicants"),
    _Section("coverage-doubtful", "doubtful-pilots"),
)


def coverage_page(store: EmbeddedStore, project: Project) -> str:
    """Markdown with what is recorded of each cohort, year and matter, in both languages; the largest gaps lead."""
    labels = {
        row["thing"]: f"{row['zh']} / {row['en']}" for row in store.select(project.queries / "internal" / "labels.rq")
    }

    def shown(column: str, value: str) -> str:
        if not value:
            return _both(_EMPTY[column]) if column in _EMPTY else "–"
        if value in _MARKS:
            return _MARKS[value]
        return (labels.get(value) or value).replace("|", "\\|")

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
    lines = ["# Coverage 收录程度", ""]
    for key in ("coverage-made", "coverage-total", "coverage-invitation"):
        lines += [part for language in reversed(LANGUAGES) for part in (message(key, language, **totals), "")]
    for section in _SECTIONS:
        lines += _section(section, find_question(project.queries, section.question), answers[section.question], shown)
    return "\n".join(lines).rstrip("\n") + "\n"


def _section(
    section: _Section, question: Question, answer: list[dict[str, str]], shown: Callable[[str, str], str]
) -> list[str]:
    columns = section.columns or list(question.columns)
    heads = [" / ".join(question.columns[column][language] for language in LANGUAGES) for column in columns]
    lines = [f"## {message(section.key, 'en')} {message(section.key, 'zh')}", ""]
    for language in reversed(LANGUAGES):
        lines += [message(f"{section.key}-about", language), ""]
    lines += [f"`sandbox-kg query {question.name}`", ""]
    lines += [_line(heads), _line("---" for _ in columns)]
    lines += [_line(shown(column, row[column]) for column in columns) for row in section.rows(answer)]
    return [*lines, ""]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _both(key: str) -> str:
    return " / ".join(message(key, language) for language in LANGUAGES)
