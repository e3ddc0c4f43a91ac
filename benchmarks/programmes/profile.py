"""What an invented programme is fitted to: counts and patterns of the real records, and nothing else of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Record = dict[str, Any]
# Facts of a pilot that are taken over as a pattern: their evidence and free texts are made anew.
_OWN_TEXT = ("evidence", "note", "of")


@dataclass(frozen=True)
class PilotPattern:
    """One real pilot without its names, institutions and evidence."""

    technologies: tuple[Record, ...]
    scenarios: tuple[Record, ...]
    projections: tuple[Record, ...]
    application_types: tuple[Record, ...]
    fields: Record
    named: bool


@dataclass(frozen=True)
class InstitutionPattern:
    """One real applicant without its names and identifiers."""

    kind: str
    is_unit: bool
    names: int
    schemes: tuple[str, ...]
    control: str


@dataclass(frozen=True)
class CohortPattern:
    """One real cohort without its pilots."""

    place: str
    pilots: int
    sizes: tuple[Record, ...]
    events: tuple[str, ...]
    date: str


@dataclass(frozen=True)
class Profile:
    """Counts and patterns of a programme.

    Attributes:
        applicants: applicants of each pilot.
        participations: how many pilots each applicant takes part in.
        discount: of the Pitman-Yor process of participation: how much weaker newcomers leave the old ones.
        strength: its other parameter.
        local: share of participations of institutions in the area of their pilot.
        pilots: pattern of each pilot.
        institutions: pattern of each applicant.
        cohorts: pattern of each cohort.
        completed: share of pilots with a recorded completion.
        evidence: key of a kind of fact to the numbers of its pieces of evidence.
        worded: share of the evidence that holds words as printed.
        sources: sources a cohort.
        places: areas that a cohort may be in.
        source_kinds: kind of each source.
        labels: name of a concept to its labels.
    """

    applicants: tuple[int, ...]
    participations: tuple[int, ...]
    discount: float
    strength: float
    local: float
    pilots: tuple[PilotPattern, ...]
    institutions: tuple[InstitutionPattern, ...]
    cohorts: tuple[CohortPattern, ...]
    completed: float
    evidence: dict[str, tuple[int, ...]]
    worded: float
    sources: float
    places: tuple[str, ...]
    source_kinds: tuple[str, ...]
    labels: dict[str, dict[str, str]]


def read_folder(folder: Path) -> list[Record]:
    """The records of every YAML file below a folder; every scalar is a text."""
    found: list[Record] = []
    for path in sorted(folder.rglob("*.yaml")):
        found += yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)) or []
    return found


def fit(root: Path) -> Profile:
    """The profile of the records in a checkout."""
    records = read_folder(root / "data")
    concepts = read_folder(root / "ontology" / "vocabularies")
    named = {record["id"]: record for record in records}
    pilots = [record for record in records if record["type"] == "Pilot" and "cohort" in record]
    cohorts = [record for record in records if record["type"] == "Cohort"]
    members = {pilot["id"]: [part["institution"] for part in _facts(pilot, "participations")] for pilot in pilots}
    count = Counter(name for names in members.values() for name in names)
    discount, strength = pitman_yor(tuple(count.values()))
    area = {cohort["id"]: cohort["place"] for cohort in cohorts}
    here = [named[n].get("place") == area[pilot["cohort"]] for pilot in pilots for n in members[pilot["id"]]]
    pieces = list(_evidence(records))
    per_cohort = Counter(pilot["cohort"] for pilot in pilots)
    return Profile(
        applicants=tuple(len(members[pilot["id"]]) for pilot in pilots),
        participations=tuple(sorted(count.values())),
        discount=discount,
        strength=strength,
        local=sum(here) / len(here),
        pilots=tuple(map(_pilot, pilots)),
        institutions=tuple(_institution(named[name]) for name in sorted(count)),
        cohorts=tuple(_cohort(cohort, per_cohort[cohort["id"]]) for cohort in cohorts),
        completed=sum(any(e["kind"] == "code:completion" for e in _facts(p, "events")) for p in pilots) / len(pilots),
        evidence={key: tuple(len(held) for k, held in pieces if k == key) for key in sorted({k for k, _ in pieces})},
        worded=_share([bool(e) for _, held in pieces for e in held.values()]),
        sources=sum(record["type"] == "Source" for record in records) / len(cohorts),
        places=tuple(record["id"] for record in records if record["type"] == "Place" and "within" in record),
        source_kinds=tuple(record["kind"] for record in records if record["type"] == "Source"),
        labels={record["id"]: record["label"] for record in [*concepts, *records] if "label" in record},
    )


def pitman_yor(counts: tuple[int, ...]) -> tuple[float, float]:
    """Discount and strength of the Pitman-Yor process under which counts are likeliest.

    Source: Pitman, Probab. Theory Relat. Fields 102, 145-158, 1995, on a grid. The strength goes to 100 only: so few
    participations hardly tell a discount of 0.4 (with a strength of 190) from one of 0.7 (60), and a programme that
    grows needs a tail.
    """
    total, kinds = sum(counts), len(counts)

    def likelihood(discount: float, strength: float) -> float:
        found = sum(math.log(strength + discount * place) for place in range(1, kinds))
        found -= math.lgamma(strength + total) - math.lgamma(strength + 1)
        return found + sum(math.lgamma(c - discount) - math.lgamma(1 - discount) for c in counts)

    grid = [(d / 50, float(s)) for d in range(50) for s in range(1, 101)]
    return max(grid, key=lambda pair: likelihood(*pair))


def gini(counts: tuple[int, ...]) -> float:
    """Gini coefficient: 0 where all counts are equal, towards 1 where one has all."""
    ordered, number = sorted(counts), len(counts)
    ranked = sum(rank * count for rank, count in enumerate(ordered, 1))
    return 2 * ranked / (number * sum(ordered)) - (number + 1) / number


def _facts(record: Record, key: str) -> list[Record]:
    return list(record.get(key, {}).values())


def _bare(record: Record, key: str) -> tuple[Record, ...]:
    return tuple({k: v for k, v in fact.items() if k not in _OWN_TEXT} for fact in _facts(record, key))


def _pilot(record: Record) -> PilotPattern:
    return PilotPattern(
        technologies=_bare(record, "technologies"),
        scenarios=_bare(record, "scenarios"),
        projections=_bare(record, "projections"),
        application_types=_bare(record, "applicationTypes"),
        fields={key: record[key] for key in ("englishName", "technologyList", "applicantList") if key in record},
        named="names" in record,
    )


def _institution(record: Record) -> InstitutionPattern:
    control = [fact["kind"] for fact in _facts(record, "control") if "until" not in fact]
    return InstitutionPattern(
        kind=record["kind"],
        is_unit="unitOf" in record,
        names=len(record["names"]),
        schemes=tuple(fact["identifierScheme"] for fact in _facts(record, "identifiers")),
        control=control[0] if control else "",
    )


def _cohort(record: Record, pilots: int) -> CohortPattern:
    events = _facts(record, "events")
    dates = sorted(date for event in events if (date := event.get("date", event.get("latest", ""))))
    sizes = {fact["measure"]: fact for fact in _bare(record, "sizes")}
    return CohortPattern(
        place=record["place"],
        pilots=pilots,
        sizes=tuple(sizes.values()),
        events=tuple(dict.fromkeys(event["kind"] for event in events)),
        date=dates[0] if dates else "",
    )


def _evidence(found: Any, key: str = "") -> Iterator[tuple[str, Record]]:
    """The evidence of each fact, with the key under which the fact stands."""
    for record in found if isinstance(found, list) else []:
        yield from _evidence(record)
    for name, value in found.items() if isinstance(found, dict) else []:
        if name == "evidence":
            yield key, value
        elif isinstance(value, dict):
            for fact in value.values():
                yield from _evidence(fact, name)


def _share(flags: list[bool]) -> float:
    return sum(flags) / len(flags)
