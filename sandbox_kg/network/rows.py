"""What networks are made of: rows of the library's queries, from the embedded graph or a server alike.

Python knows the columns of the queries here and nothing of the schema behind them.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Protocol

import pyoxigraph as ox

from sandbox_kg.context import Context
from sandbox_kg.store.errors import QueryError
from sandbox_kg.store.results import Result, Term


class Asked(Protocol):
    """The graph, as far as networks ask it."""

    @property
    def context(self) -> Context:
        """Prefixes."""
        ...

    @property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """IRI to label in each language."""
        ...

    def query(self, name: str, **parameters: str) -> Result:
        """Answers a question of the library."""
        ...

    def count(self, name: str, **parameters: str) -> int:
        """How many rows a question of the library has."""
        ...

    @property
    def is_remote(self) -> bool:
        """Whether rows come over a network, so that fewer are better."""
        ...


@dataclass(frozen=True)
class Selection:
    """Which part of the graph a network shows; an empty text leaves a filter out.

    Attributes:
        level: what is one node: `as-filed`, `legal-person` or `group`.
        scope: `everything`, or the source that a network is limited to.
        area: an area, as users name it.
        cohort: a cohort.
        institution_kind: a kind of institution (narrower ones included), as filed; it leaves out the others.
        technology: only pilots that use it or a narrower one.
        scenario: only pilots that serve it or a narrower one.
        since: only pilots whose earliest event is of this day (ISO date) or later.
        until: only pilots whose earliest event is of this day or earlier.
        basis: on what a use of a technology may rest: `stated` or `all`.
    """

    level: str = "as-filed"
    scope: str = "everything"
    area: str = ""
    cohort: str = ""
    institution_kind: str = ""
    technology: str = ""
    scenario: str = ""
    since: str = ""
    until: str = ""
    basis: str = "stated"

    def __post_init__(self) -> None:
        for name in ("since", "until"):
            given = getattr(self, name)
            try:
                given and datetime.date.fromisoformat(given)
            except ValueError:
                raise QueryError("parameter-date", name=name, value=given) from None

    @classmethod
    def of(cls, **given: str) -> Selection:
        """A selection from names and values as a user gives them; None counts as not given.

        Raises:
            QueryError: there is no such filter, or a date is none.
        """
        known = [field.name for field in fields(cls)]
        for name in given:
            if name not in known:
                raise QueryError("network-filter", name=name, known=", ".join(known))
        return cls(**{name: str(value) for name, value in given.items() if value is not None})

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, by name."""
        wanted = [field.name for field in fields(self) if field.name not in ("level", "scope", "basis")]
        return {name: getattr(self, name) for name in wanted if getattr(self, name)}

    @property
    def pushed(self) -> dict[str, str]:
        """The filters that the query of memberships takes itself."""
        names = {"area": self.area, "cohort": self.cohort, "kind": self.institution_kind}
        return {name: given for name, given in names.items() if given}


@dataclass(frozen=True)
class Membership:
    """One institution, as filed, in one pilot; all names are prefixed names, empty where unknown."""

    institution: str
    pilot: str
    filed: str
    cohort: str
    area: str
    date: str
    partnership: str
    role: str


@dataclass(frozen=True)
class Pair:
    """Two institutions in one pilot, which has so many members."""

    one: str
    other: str
    pilot: str
    members: int
    partnership: str
    date: str


class Rows:
    """The rows of a selection."""

    def __init__(self, graph: Asked, selection: Selection) -> None:
        self._graph, self._selection = graph, selection

    def memberships(self) -> list[Membership]:
        """Every institution of every pilot."""
        selection = self._selection
        found = [Membership(**row) for row in self._rows("memberships", level=selection.level, **selection.pushed)]
        allowed = self._allowed_pilots()
        return [
            row
            for row in found
            if (allowed is None or row.pilot in allowed)
            and (not selection.since or (row.date and row.date >= selection.since))
            and (not selection.until or (row.date and row.date <= selection.until))
        ]

    def pairs(self) -> list[Pair]:
        """Every pair of every pilot, made by the engine; only where `can_be_pairs`."""
        rows = self._rows("joint-pairs", level=self._selection.level, **self._selection.pushed)
        return [Pair(**{**row, "members": int(row["members"])}) for row in rows]  # type: ignore[arg-type]

    def activity(self) -> list[dict[str, str]]:
        """Each institution with its number of pilots and its first and last date, made by the engine."""
        return self._rows("institution-activity", level=self._selection.level, **self._selection.pushed)

    @property
    def can_be_pairs(self) -> bool:
        """Whether the engine can apply every filter, and each keeps or drops a pilot with all its members."""
        return set(self._selection.filters) <= {"area", "cohort"}

    def pairs_are_fewer(self) -> bool:
        """Whether rows come from a server, and pairs and institutions are fewer than memberships (three counts)."""
        if not (self._graph.is_remote and self.can_be_pairs):
            return False
        given = {"level": self._selection.level, "scope": self._selection.scope, **self._selection.pushed}
        pairs = self._graph.count("joint-pairs", **given) + self._graph.count("institution-activity", **given)
        return pairs < self._graph.count("memberships", **given)

    def technology_uses(self) -> list[tuple[str, str]]:
        """Pilot and technology, for the pilots of the selection."""
        pilots = {row.pilot for row in self.memberships()}
        every = self._selection.basis != "stated"
        rows = self._rows("technology-uses")
        found = {(row["pilot"], row["technology"]) for row in rows if every or row["counted"] == "yes"}
        return sorted((pilot, technology) for pilot, technology in found if pilot in pilots)

    def lead_partners(self) -> list[tuple[str, str, str]]:
        """Lead, participant and pilot, where sources state both roles, for the pilots of the selection."""
        pilots = {row.pilot for row in self.memberships()}
        rows = self._rows("lead-partners", level=self._selection.level)
        return [(row["lead"], row["participant"], row["pilot"]) for row in rows if row["pilot"] in pilots]

    def _allowed_pilots(self) -> set[str] | None:
        """The pilots that use the technology and serve the scenario; None where neither is asked for."""
        allowed: set[str] | None = None
        wanted = self._selection
        for name, given in (("technology", wanted.technology), ("scenario", wanted.scenario)):
            if given:
                more = {"basis": wanted.basis} if name == "technology" else {}
                found = {row["pilot"] for row in self._rows(f"pilots-by-{name}", **{name: given}, **more)}
                allowed = found if allowed is None else allowed & found
        return allowed

    def _rows(self, name: str, **parameters: str) -> list[dict[str, str]]:
        return compact_rows(self._graph, name, scope=self._selection.scope, **parameters)


class Things:
    """Names and properties of institutions, pilots, technologies and places, as attributes of nodes."""

    def __init__(self, graph: Asked) -> None:
        self._graph = graph

    def named(self, name: str) -> dict[str, str]:
        """IRI and labels of a prefixed name."""
        iri = self._graph.context.expand(name)
        labels = self._graph.labels.get(iri, {})
        return {"iri": iri, **{f"label_{language}": labels.get(language, name) for language in ("zh", "en")}}

    def linked(self, key: str, name: str) -> dict[str, str]:
        """An attribute that names another thing, with its labels: `key`, `key_zh`, `key_en`; nothing if unknown."""
        if not name:
            return {}
        labels = self._graph.labels.get(self._graph.context.expand(name), {})
        return {key: name, **{f"{key}_{language}": labels.get(language, name) for language in ("zh", "en")}}

    def institution(self, name: str) -> dict[str, str]:
        """Kind, sector (the broadest kind), place and group of an institution."""
        kind, place, group = self._institutions.get(name, ("", "", ""))
        found = {"kind": kind, "sector": self._top(kind), "place": place, "group": group}
        attributes: dict[str, str] = {}
        for key, value in found.items():
            attributes |= self.linked(key, value)
        return attributes

    def _top(self, kind: str) -> str:
        seen = {kind}
        while (wider := self._broader.get(kind, "")) and wider not in seen:
            seen.add(wider)
            kind = wider
        return kind

    @cached_property
    def _institutions(self) -> dict[str, tuple[str, str, str]]:
        rows = compact_rows(self._graph, "institutions")
        return {row["institution"]: (row["exact"], row["place"], row["group"]) for row in rows}

    @cached_property
    def _broader(self) -> dict[str, str]:
        return {row["concept"]: row["broader"] for row in compact_rows(self._graph, "concepts") if row["broader"]}


def compact_rows(graph: Asked, question: str, **parameters: str) -> list[dict[str, str]]:
    """The rows of a question as text, IRIs as prefixed names, the empty string where unbound."""
    result = graph.query(question, **parameters)
    compact = cache(graph.context.compact)

    def text(term: Term | None) -> str:
        if term is None:
            return ""
        return str(term.value) if isinstance(term, ox.Literal) else compact(term.value)

    return [dict(zip(result.columns, map(text, row), strict=True)) for row in result.rows]
