"""The tables: every pilot with what is known of it, how complete the cohorts are, the sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sandbox_kg.messages import LANGUAGES
from sandbox_kg.report.asking import Answer, Asking, Row, csv_of
from sandbox_kg.report.days import bounds, by_day, covered, is_span, last_of
from sandbox_kg.report.words import Both, all_texts, both, say

_GAPS = ("cohort-coverage", "year-coverage", "field-coverage", "source-kind-pilots")


@dataclass(frozen=True)
class Basis:
    """Technologies of a pilot that stand on one basis."""

    label: Both
    technologies: Sequence[Both]


@dataclass(frozen=True)
class Pilot:
    """A row of the table of pilots.

    Attributes:
        number: its number in the article; empty for later ones.
        iri: of the pilot.
        node: the prefixed name by which other pages know it.
        name: language to its name.
        cohort: language to its cohort.
        area: language to its area.
        applicants: each applicant with its role, where a source states it.
        counted: technologies that count by default.
        apart: technologies on weaker bases.
        types: application types, each with how it is known.
        events: what it underwent, each with the date as exact as it is known.
        sources: numbers in the table of sources.
        latest: the last possible day, where no event has a day; empty otherwise.
        marks: what the editors have marked: a label of ours, applicants that may be incomplete.
    """

    number: str
    iri: str
    node: str
    name: Both
    cohort: Both
    area: Both
    applicants: Sequence[tuple[Both, Both | None]]
    counted: Sequence[Basis]
    apart: Sequence[Basis]
    types: Sequence[tuple[Both, Both]]
    events: Sequence[tuple[Both, str]]
    sources: Sequence[int]
    latest: str = ""
    marks: Sequence[Both] = ()


@dataclass(frozen=True)
class Source:
    """A row of the table of sources; `copy` is what kind of copy it is and of what, where that is known."""

    number: int
    iri: str
    label: Both
    when: str
    kind: Both
    copy: Both | None
    original: Both | None
    address: str
    pilots: int


@dataclass(frozen=True)
class Tables:
    """The tables and the rows behind them.

    Attributes:
        pilots: Table 1, in the order of the article, then of the identifiers.
        sources: the sources that Table 1 cites, those of most pilots first.
        coverage: stated totals beside recorded ones.
        gaps: coverage of cohorts, years, matters and kinds of source, where anything is missing.
        behind: the answers that Table 1 is made of, pilots first.
        every_source: the answer that lists all sources.
    """

    pilots: Sequence[Pilot]
    sources: Sequence[Source]
    coverage: Answer
    gaps: Sequence[Answer]
    behind: Sequence[Answer]
    every_source: Answer

    def files(self) -> dict[str, bytes]:
        """File name to CSV."""
        made = {"pilots.csv": _pilots_csv(self.pilots, self.sources)}
        made |= {f"pilots.{answer.name}.csv": answer.csv() for answer in self.behind}
        made |= {f"{answer.name}.csv": answer.csv() for answer in self.gaps}
        return made | {"coverage.csv": self.coverage.csv(), "sources.csv": self.every_source.csv()}


def tables(asking: Asking) -> Tables:
    """Asks for the tables and puts them together."""
    names = ("pilots", "memberships", "technology-uses", "application-types", "timeline", "pilot-sources")
    behind = [asking(name) for name in names]
    every_source = asking("sources")
    cited = _cited(asking, behind[-1], every_source)
    numbers = {source.iri: source.number for source in cited}
    by_pilot = [_by_pilot(answer.rows) for answer in behind]
    marks = _by_thing(asking("editorial-marks").rows)
    latest = bounds(asking)
    cohorts = by_day(asking, dict.fromkeys(row["cohort"] for row in behind[0].rows))
    in_order = sorted(behind[0].rows, key=lambda row: cohorts.index(row["cohort"]))
    rows = [
        replace(
            _pilot(asking, row, [found.get(row["pilot"], []) for found in by_pilot[1:]], numbers),
            latest=latest.get(row["cohort"], ""),
            marks=[_mark(asking, *said) for said in marks.get(row["pilot"], [])],
        )
        for row in in_order
    ]
    rows.sort(key=lambda pilot: (not pilot.number, int(pilot.number or 0)))  # stable: the others stand by their day
    has_gaps = any(row["complete"] != "yes" for row in covered(asking))
    gaps = [asking(name) for name in _GAPS] if has_gaps else []
    return Tables(rows, cited, asking("programme-coverage"), gaps, behind, every_source)


def _by_thing(rows: Iterable[Row]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault(row["thing"], []).append((row["mark"], row["value"]))
    return found


def _mark(asking: Asking, mark: str, value: str) -> Both:
    """What a mark of the editors says; one that the page has no words for is called as the ontology calls its value."""
    key = f"mark-{mark.rpartition('#')[2]}"
    return all_texts()[key] if key in all_texts() else _both(asking, value)


def _by_pilot(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["pilot"], []).append(row)
    return found


def _cited(asking: Asking, cites: Answer, every: Answer) -> list[Source]:
    pilots: dict[str, int] = {}
    for row in cites.rows:
        pilots[row["source"]] = pilots.get(row["source"], 0) + 1
    found = {row["source"]: row for row in every.rows}
    sources = []
    for place, iri in enumerate(sorted(pilots, key=lambda iri: (-pilots[iri], iri))):
        row = found[iri]
        sources.append(
            Source(
                number=place + 1,
                iri=iri,
                label=_both(asking, iri),
                when=row["when"] or "",
                kind=_both(asking, row["kind"]),
                copy=_both(asking, row["copyKind"]) if row["copyKind"] else None,
                original=_both(asking, row["original"]) if row["original"] else None,
                address=row["address"] or "",
                pilots=pilots[iri],
            )
        )
    return sources


def _written(when: str) -> str:
    return f"≤ {last_of(when)}" if is_span(when) else when


def _both(asking: Asking, iri: str) -> Both:
    return both(lambda language: asking.label(iri, language))


def _pilot(asking: Asking, row: Row, rows: Sequence[Sequence[Row]], numbers: Mapping[str, int]) -> Pilot:
    members, uses, types, events, cites = rows
    return Pilot(
        number="" if row["number"] is None else str(row["number"]),
        iri=row["pilot"],
        node=asking.kg.context.compact(row["pilot"]),
        name=_both(asking, row["pilot"]),
        cohort=_both(asking, row["cohort"]),
        area=_both(asking, members[0]["area"]) if members else dict.fromkeys(LANGUAGES, ""),
        applicants=[
            (_both(asking, member["filed"]), _both(asking, member["role"]) if member["role"] else None)
            for member in members
        ],
        counted=_bases(asking, [use for use in uses if use["counted"] == "yes"]),
        apart=_bases(asking, [use for use in uses if use["counted"] != "yes"]),
        types=[(_both(asking, kind["type"]), _both(asking, kind["basis"])) for kind in types],
        events=[(_both(asking, event["kind"]), _written(event["when"])) for event in events],
        sources=sorted(numbers[cite["source"]] for cite in cites),
    )


def _bases(asking: Asking, uses: Sequence[Row]) -> list[Basis]:
    found: dict[str, list[Both]] = {}
    for use in uses:
        found.setdefault(use["basis"], []).append(_both(asking, use["technology"]))
    return [Basis(_both(asking, basis), names) for basis, names in sorted(found.items())]


def _pilots_csv(pilots: Sequence[Pilot], sources: Sequence[Source]) -> bytes:
    """Table 1 as one row a pilot: names, lists with `; ` between their items, sources by their address."""
    addresses = {source.number: source.address or source.iri for source in sources}
    lists = ("name", "cohort", "area", "applicants", "technologies", "technologies_apart", "type", "dates")
    columns = ["number", "pilot", *(f"{name}_{language}" for name in lists for language in LANGUAGES), "sources"]
    rows = []
    for pilot in pilots:
        cells: list[object] = [pilot.number, pilot.iri]
        for name in lists:
            cells += [_cell(pilot, name, language) for language in LANGUAGES]
        rows.append([*cells, "; ".join(addresses[number] for number in pilot.sources)])
    return csv_of(columns, rows)


def _cell(pilot: Pilot, name: str, language: str) -> str:
    def with_more(text: str, more: str) -> str:
        return say("with-role", language, name=text, role=more)

    if name in ("name", "cohort", "area"):
        words: Both = getattr(pilot, name)
        return words[language]
    if name == "applicants":
        items = [with_more(one[language], role[language]) if role else one[language] for one, role in pilot.applicants]
    elif name == "type":
        items = [with_more(kind[language], basis[language]) for kind, basis in pilot.types]
    elif name == "dates":
        items = [f"{kind[language]} {when}" for kind, when in pilot.events]
    else:
        bases = pilot.counted if name == "technologies" else pilot.apart
        items = [with_more(one[language], basis.label[language]) for basis in bases for one in basis.technologies]
    return "; ".join(items)
