"""What the graph knows by name: concepts, institutions, pilots, cohorts, places and sources.

Read from the records as they are now, so that a synonym or an institution that a curator adds is found at the next run.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import pyoxigraph as ox

from sandbox_kg.problems import ProblemsFoundError
from sandbox_kg.project import Project
from sandbox_kg.records import Location, read_records
from sandbox_kg.schema import Schema, ontology_triples, read_schema
from sandbox_kg.store.embedded import EmbeddedStore, parse


@dataclass(frozen=True)
class Term:
    """A concept that a word stands for: its prefixed name, the word as recorded, and `label` or `synonym`."""

    what: str
    concept: str
    word: str
    is_label: bool


@dataclass
class Institution:
    """An institution of the graph: names as recorded and folded, kinds from narrow to wide, its legal person."""

    id: str
    names: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    parent: str = ""


@dataclass
class Gazetteer:
    """Names to what bears them; all keys are folded and without white space.

    Attributes:
        schema: what records may say.
        ids: the prefixed names of all records.
        places_of: record to where it is written.
        terms: folded word to the concepts that it stands for.
        broader: concept to the next wider one.
        institutions: prefixed name to institution.
        by_name: folded name to the institutions that bear it.
        pilots: folded name to pilot and cohort.
        cohorts: place to order (or None) and cohort.
        operators: place to who announces there, where all cohorts of the place say the same.
        areas: folded name of a place to its prefixed name.
        sources: source to its day (may be empty) and whether its text can be checked.
    """

    schema: Schema
    ids: set[str]
    places_of: dict[str, Location]
    terms: dict[str, list[Term]]
    broader: dict[str, str]
    institutions: dict[str, Institution]
    by_name: dict[str, list[str]]
    pilots: dict[str, tuple[str, str]]
    cohorts: dict[str, list[tuple[int | None, str]]]
    operators: dict[str, str]
    areas: dict[str, str]
    sources: dict[str, tuple[str, bool]]


def key_of(name: str, fold: Callable[[str], str]) -> str:
    """A name as it is compared: folded, without white space."""
    return "".join(fold(name).split())


def read_gazetteer(
    project: Project, fold: Callable[[str], str], area_endings: list[str], provinces: list[str]
) -> Gazetteer:
    """Reads the names of a project's records.

    Args:
        project: the folders. Nothing is derived and nothing validated: a draft may be made while records are mended.
        fold: folds a text as the announcements are folded.
        area_endings: words that the name of a place may lack, such as 市.
        provinces: words that may stand before the name of a place or not, such as 河北.

    Raises:
        ProblemsFoundError: a file of records cannot be read at all.
    """
    schema = read_schema(project)
    records = read_records(project, schema)
    if records.unreadable:
        raise ProblemsFoundError(records.problems)
    document = {"@context": schema.context.document, "@graph": records.nodes}
    store = EmbeddedStore(ontology_triples(project))
    store.add(parse(json.dumps(document, ensure_ascii=False).encode(), ox.RdfFormat.JSON_LD))
    short = schema.context.compact

    def rows(name: str) -> list[dict[str, str]]:
        return store.select(project.queries / "internal" / f"draft-{name}.rq")

    terms: dict[str, list[Term]] = defaultdict(list)
    broader: dict[str, str] = {}
    for row in rows("terms"):
        concept = short(row["concept"])
        if row.get("broader"):
            broader[concept] = short(row["broader"])
        term = Term(row["what"], concept, row["word"], row["is"] == "label")
        key = key_of(row["word"], fold)
        if all(other.concept != concept for other in terms[key]):
            terms[key].append(term)
    institutions: dict[str, Institution] = {}
    for row in rows("institutions"):
        known = institutions.setdefault(short(row["institution"]), Institution(short(row["institution"])))
        _add(known.names, row["name"])
        _add(known.keys, key_of(row["name"], fold))
        _add(known.kinds, short(row["kind"]))
        known.parent = short(row["parent"]) if row.get("parent") else ""
    by_name: dict[str, list[str]] = defaultdict(list)
    for known in institutions.values():
        for key in known.keys:
            _add(by_name[key], known.id)
    cohorts: dict[str, list[tuple[int | None, str]]] = defaultdict(list)
    operators: dict[str, set[str]] = defaultdict(set)
    for row in rows("cohorts"):
        order = int(row["order"]) if row.get("order") else None
        cohorts[short(row["place"])].append((order, short(row["cohort"])))
        if row.get("operator"):
            operators[short(row["place"])].add(short(row["operator"]))
    id_key = schema.context.keywords["@id"]
    ids = {str(node[id_key]) for node in records.nodes}
    return Gazetteer(
        schema,
        ids,
        {name: records.locations[schema.context.expand(name)][""] for name in ids},
        dict(terms),
        broader,
        institutions,
        dict(by_name),
        {key_of(row["name"], fold): (short(row["pilot"]), short(row["cohort"])) for row in rows("pilots")},
        dict(cohorts),
        {place: next(iter(found)) for place, found in operators.items() if len(found) == 1},
        _areas([(key_of(row["name"], fold), short(row["place"])) for row in rows("places")], area_endings, provinces),
        {short(row["source"]): (row.get("date", ""), bool(row.get("sha256"))) for row in rows("sources")},
    )


def _add(items: list[str], item: str) -> None:
    if item not in items:
        items.append(item)


def _areas(names: list[tuple[str, str]], endings: list[str], provinces: list[str]) -> dict[str, str]:
    """Names of places, also without 市 or 省 at their end and, of a new area, without the province before it."""
    areas: dict[str, str] = {}
    for name, place in names:
        areas.setdefault(name, place)
    for name, place in names:
        for ending in sorted(endings, key=len, reverse=True):
            if name.endswith(ending) and len(name) > len(ending) + 1:
                areas.setdefault(name.removesuffix(ending), place)
                break
    for name, place in names:
        for province in provinces:
            rest = name.removeprefix(province)
            if rest != name and len(rest) > 2:
                areas.setdefault(rest, place)
                for ending in endings:
                    if rest.endswith(ending) and len(rest) > len(ending) + 1:
                        areas.setdefault(rest.removesuffix(ending), place)
    return areas
