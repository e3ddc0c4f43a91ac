"""When cohorts were first public, as far as it is known."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox_kg.report.asking import Asking, Row

_LATE = "9"  # after every year


def last_of(when: str) -> str:
    """The last day of a span (`2021-04-01/2021-07-15`, `../2021-02-26`) that a date lies in; any other date itself."""
    return when.rpartition("/")[2]


def is_span(when: str) -> bool:
    """Whether a date is known only as a span that it lies in."""
    return "/" in when


def by_day(asking: Asking, cohorts: Iterable[str]) -> list[str]:
    """Cohorts by their earliest day, or by the last possible one where no day is known; those without either last.

    Cohorts of one day keep their order.
    """
    days = {row["cohort"]: _text(row["day"]) or _text(row["latest"]) or _LATE for row in covered(asking)}
    return sorted(cohorts, key=lambda cohort: days.get(cohort, _LATE))


def bounds(asking: Asking) -> dict[str, str]:
    """The last possible day of each cohort of which no day is known, and of which pilots are recorded."""
    return {row["cohort"]: _text(row["latest"]) for row in covered(asking) if row["latest"] and row["recorded"]}


def dayless(asking: Asking) -> list[Row]:
    """The cohorts with recorded pilots of which neither a day nor a last possible one is known."""
    return [row for row in covered(asking) if row["recorded"] and not row["day"] and not row["latest"]]


def covered(asking: Asking) -> list[Row]:
    """The coverage of each cohort."""
    return asking("cohort-coverage").rows


def _text(value: object) -> str:
    return "" if value is None else str(value)
