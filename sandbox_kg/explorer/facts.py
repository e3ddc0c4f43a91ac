"""What the panel of the page shows of an institution or pilot: its facts, each with its evidence.

Properties are not known here: whatever a thing has is listed, in the order that the ontology gives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sandbox_kg.explorer.asked import Asked, readable
from sandbox_kg.explorer.names import Names

Rows = Iterable[Mapping[str, str]]


class Facts:
    """The facts of the things on a page, as plain JSON.

    Names stand once, in `keys`; elsewhere their numbers do. A value is a text, `[number]` of a thing it refers to, or
    `{"zh": …, "en": …}` for a text in two languages. A fact is its values by property, its evidence and, where what it
    names stands under an address, that address. A piece of evidence is the number of its source, the words as printed,
    what it states, where it stands, and notes.
    """

    def __init__(self, graph: Asked, things: Collection[str], names: Names) -> None:
        self._names = names
        self._order = {names.short(row["property"]): int(row["order"]) for row in graph.internal("explorer-order")}
        self._wanted = set(things)
        self._keys: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._facts: list[list[Any]] = []
        self._source_numbers: dict[str, int] = {}
        self._of: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._about: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        self._sources = {row["source"]: row for row in graph.internal("explorer-sources")}
        self._read_facts(graph.internal("explorer-facts"))
        self._read_details(graph.internal("explorer-details"))
        self._read_evidence(graph.internal("explorer-evidence"))
        self._read_links(graph.internal("explorer-links"))
        self._read_descriptions(graph.internal("explorer-descriptions"))

    def number(self, iri: str) -> int | None:
        """The number of a fact, if it is of a thing on the page."""
        return self._numbers.get(iri)

    def as_json(self) -> dict[str, Any]:
        """Things, facts and sources."""
        things = {
            thing: {
                "about": self._sorted(self._about.get(thing, {})),
                "facts": self._sorted(self._of.get(thing, {})),
            }
            for thing in sorted(self._wanted)
            if thing in self._about or thing in self._of
        }
        return {"things": things, "facts": self._facts, "sources": self._cited(), "keys": list(self._keys)}

    def _sorted(self, values: Mapping[str, Any]) -> list[list[Any]]:
        in_order = sorted(values, key=lambda key: (self._order.get(key, 10**6), key))
        return [[self._key(key), values[key]] for key in in_order]

    def _key(self, name: str) -> int:
        return self._keys.setdefault(name, len(self._keys))

    def _read_facts(self, rows: Rows) -> None:
        for row in rows:
            thing = self._names.short(row["thing"])
            if thing in self._wanted:
                number = self._numbers.setdefault(row["fact"], len(self._numbers))
                self._of[thing][self._names.short(row["property"])].append(number)

    def _read_details(self, rows: Rows) -> None:
        details: list[dict[str, list[Any]]] = [defaultdict(list) for _ in self._numbers]
        for row in rows:
            number = self._numbers.get(row["fact"])
            if number is not None:
                self._add(details[number][self._names.short(row["detail"])], row)
        self._facts = [[self._sorted(found), []] for found in details]

    def _add(self, values: list[Any], row: Mapping[str, str]) -> None:
        """Adds a value; the texts of both languages become one."""
        value = self._value(row)
        if isinstance(value, dict) and values:
            values[0].update(value)
        else:
            values.append(value)

    def _read_evidence(self, rows: Rows) -> None:
        for row in rows:
            number = self._numbers.get(row["fact"])
            if number is None:
                continue
            notes = {language: readable(row[key]) for language, key in (("zh", "noteZh"), ("en", "noteEn")) if row[key]}
            found: list[Any] = [
                self._source(row["source"]),
                readable(row["printed"]),
                *(self._key(self._names.short(row[key])) if row[key] else "" for key in ("states", "where")),
                notes,
            ]
            while len(found) > 1 and found[-1] in ("", {}):  # nothing is written of what is not known
                found.pop()
            self._facts[number][1].append(found)

    def _read_links(self, rows: Rows) -> None:
        for row in rows:
            number = self._numbers.get(row["fact"])
            if number is not None and len(self._facts[number]) == 2:
                self._facts[number].append(readable(row["address"]))

    def _read_descriptions(self, rows: Rows) -> None:
        for row in rows:
            thing = self._names.short(row["thing"])
            if thing not in self._wanted:
                continue
            self._add(self._about[thing][self._names.short(row["property"])], row)

    def _value(self, row: Mapping[str, str]) -> Any:
        if row["sort"] == "reference":
            return [self._key(self._names.short(row["content"]))]
        text = readable(row["content"])
        return text if row["sort"] == "text" else {row["sort"]: text}

    def _source(self, iri: str) -> int:
        if iri not in self._source_numbers:
            self._source_numbers[iri] = len(self._source_numbers)
            original = self._sources.get(iri, {}).get("original", "")
            if original:
                self._source(original)  # a copy is shown with what it copies
        return self._source_numbers[iri]

    def _cited(self) -> list[dict[str, Any]]:
        found = []
        for iri in self._source_numbers:
            row = self._sources.get(iri, {})
            source: dict[str, Any] = {
                key: readable(row.get(key, "")) for key in ("title", "publisher", "date", "address")
            }
            source |= {key: self._names.short(row.get(key, "")) for key in ("precision", "kind", "copyKind")}
            source["name"] = self._names.short(iri)
            source["mirror"] = 1 if row.get("mirror") == "yes" else 0
            if row.get("original"):
                source["original"] = self._source_numbers[row["original"]]
            found.append({key: value for key, value in source.items() if value not in ("", 0) or key == "original"})
        return found
