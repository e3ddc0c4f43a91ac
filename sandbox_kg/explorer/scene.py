"""The scene: networks and records as plain JSON that the page shows.

Three networks, one for each level of institution, with the places of their institutions and pilots; the filings that
they rest on; the facets of pilots; what everything is called and found by; facts with their evidence.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx

from sandbox_kg.explorer import kinds
from sandbox_kg.explorer.asked import Asked, readable
from sandbox_kg.explorer.boxes import Mark
from sandbox_kg.explorer.coverage import apart, coverage, marks
from sandbox_kg.explorer.facts import Facts
from sandbox_kg.explorer.finding import finding
from sandbox_kg.explorer.layout import Known, Packing, islands, packings
from sandbox_kg.explorer.lines import Breaker, Limits, width
from sandbox_kg.explorer.names import Names
from sandbox_kg.explorer.search import index
from sandbox_kg.network import LEVELS
from sandbox_kg.network.projection import co_application
from sandbox_kg.network.rows import compact_rows
from sandbox_kg.network.two_mode import institutions, pilots
from sandbox_kg.pages.html import texts

TEXTS = Path(__file__).parent / "template" / "texts.toml"
MOST_INSTITUTIONS = 10_000
MANY_INSTITUTIONS = 250  # from here on the picture is packed for two widths only, and once for both languages
LANGUAGES = ("zh", "en")
WIDTHS, WIDTHS_OF_MANY = (400.0, 700.0, 1016.0, 1240.0, 1600.0), (700.0, 1400.0)
# Type size in units of the picture; the page draws with the same.
TYPE = {"institution": {"zh": 13.0, "en": 12.0}, "pilot": {"zh": 12.0, "en": 12.0}}
LEADING = 1.2
LIMITS = {
    "institution": {"zh": Limits(7.4, 3), "en": Limits(8.4, 4)},
    "pilot": {"zh": Limits(8.0, 3), "en": Limits(8.2, 3)},
    "solo": {"zh": Limits(6.4, 3), "en": Limits(7.4, 3)},
}
RADIUS_OF_PILOT = 5.0
GAP = {"institution": 4.0, "pilot": 9.0}  # between a mark and its label; a pilot's clears the marks beside it
REACH = 1.2  # how far the corners of a mark reach, in radii


@dataclass(frozen=True)
class Level:
    """The picture at one level of institution.

    Attributes:
        network: the two-mode network.
        pairs: institutions that apply together.
        slots: the colour of each institution.
        labels: the lines of each label by language.
        packings: places by language, one for each width.
        finding: the numbers of the headline.
    """

    network: nx.Graph
    pairs: nx.Graph
    slots: dict[str, int]
    labels: dict[str, dict[str, list[str]]]
    packings: dict[str, list[Packing]]
    finding: dict[str, Any]

    def radius(self, name: str) -> float:
        """How large a mark is: institutions by the square root of their joint pilots."""
        return radius(self.network.nodes[name])


@dataclass(frozen=True)
class Scene:
    """All that a page shows.

    Attributes:
        levels: the pictures by level.
        data: what else the page needs, as JSON.
        details: facts with their evidence, as JSON.
    """

    levels: dict[str, Level]
    data: dict[str, Any]
    details: dict[str, Any]


def radius(node: Mapping[str, Any]) -> float:
    """The radius of the mark of a node."""
    return round(6 + 4 * math.sqrt(node["joint_pilots"]), 1) if node["mode"] == "institution" else RADIUS_OF_PILOT


def make_scene(graph: Asked, filters: Mapping[str, str]) -> Scene:
    """The scene of a graph.

    Args:
        graph: what is asked.
        filters: as for networks, such as `area` or `technology`.

    Raises:
        QueryError: a filter that does not exist, or a value that it cannot take.
    """
    networks = {level: graph.network("two-mode", level=level, **filters) for level in LEVELS}
    said = networks[LEVELS[0]].graph
    networks, left_out = _within_reach(networks)
    as_filed = networks[LEVELS[0]]
    filings = [(name, pilot) for name in institutions(as_filed) for pilot in sorted(as_filed[name])]
    kind_of = {name: data["sector"] for name, data in as_filed.nodes(data=True) if data.get("sector")}
    own = kinds.slots(filings, kind_of)
    names = Names(graph)
    breaker = Breaker(labels["zh"] for labels in graph.labels.values())
    known = Known()
    levels = {level: _level(network, kind_of, own, breaker, known) for level, network in networks.items()}
    shown = {name for network in networks.values() for name in network}
    of_pilots = _pilots(graph, as_filed, filters, names)
    covered = coverage(graph, filters, names)
    beside = apart(graph, covered, of_pilots, shown, names)
    cohorts = {row["cohort"] for row in covered.get("cohorts", ())}
    cohorts |= {facets["cohort"] for facets in of_pilots.values() if "cohort" in facets}
    things = {*shown, *beside, *cohorts}
    facts = Facts(graph, {names.used(name) for name in things}, names)
    data = {
        "kinds": [names.used(kind) for kind in own],
        "shapes": [kinds.shape(slot) for slot in range(kinds.OTHER + 1)],
        "kindOf": {name: names.used(kind) for name, kind in kind_of.items()},
        "filings": _filings(graph, as_filed, filings, facts, names),
        "holders": {level: _holders(network) for level, network in networks.items()},
        "pilots": of_pilots,
        "places": {
            n: names.used(d["place"]) for g in networks.values() for n, d in g.nodes(data=True) if d.get("place")
        },
        "findings": {level: made.finding for level, made in levels.items()},
        "leftOut": left_out,
        "type": TYPE,
        "leading": LEADING,
        "reach": REACH,
        "gap": GAP,
        "about": _about(said),
        "coverage": covered,
        "apart": beside,
        "cohorts": sorted(cohorts),
        "marks": marks(graph, things, names),
    }
    details = facts.as_json()
    data["found"] = _found(graph, things, of_pilots, names)
    data["names"], data["prefixes"] = names.all(), names.prefixes()
    return Scene(levels, data, details)


def _within_reach(networks: dict[str, nx.Graph]) -> tuple[dict[str, nx.Graph], dict[str, int]]:
    """The networks without their smallest islands, where there are more institutions than a page can show."""
    as_filed = networks[LEVELS[0]]
    kept: set[str] = set()
    count = 0
    for island in islands(as_filed):
        if count and count + len(island.institutions) > MOST_INSTITUTIONS:
            continue
        count += len(island.institutions)
        kept |= {*island.shared, *island.own}
    left_out = {"institutions": len(institutions(as_filed)) - count, "pilots": len(pilots(as_filed)) - len(kept)}
    if not left_out["institutions"]:
        return networks, {}
    return {level: _of_pilots(network, kept) for level, network in networks.items()}, left_out


def _of_pilots(network: nx.Graph, kept: set[str]) -> nx.Graph:
    """Part of a network: these pilots with their institutions."""
    part = nx.Graph(**network.graph)
    members = {name for pilot in kept if pilot in network for name in network[pilot]}
    part.add_nodes_from((name, data) for name, data in network.nodes(data=True) if name in members or name in kept)
    part.add_edges_from((one, other, data) for one, other, data in network.edges(data=True) if {one, other} & kept)
    return part


def _level(network: nx.Graph, kind_of: Mapping[str, str], own: list[str], breaker: Breaker, known: Known) -> Level:
    filed = {n: [f for p in sorted(network[n]) for f in network.edges[n, p]["filed"]] for n in institutions(network)}
    slots = {name: kinds.slot_of(names, kind_of, own) for name, names in filed.items()}
    found = finding(network)
    labels = {name: _lines(network, name, breaker) for name in network}
    many = len(filed) > MANY_INSTITUTIONS
    notes = texts(TEXTS)["in-joint"]
    places = {}
    for language in LANGUAGES[: 1 if many else None]:
        marks = {
            name: Mark(
                REACH * radius(data), _size([*labels[name][language], *note], data["mode"], language), GAP[data["mode"]]
            )
            for name, data in network.nodes(data=True)
            for note in [[notes[language].format(count=data["joint_pilots"])] if name in found["brokers"] else []]
        }
        widths = WIDTHS_OF_MANY if many else WIDTHS
        places[language] = packings(network, marks, widths, lambda name: slots[name], known)
    return Level(network, co_application(network), slots, labels, places, found)


def _lines(network: nx.Graph, name: str, breaker: Breaker) -> dict[str, list[str]]:
    """The lines of a label; those of the strip of solo applicants are short."""
    data = network.nodes[name]
    whose = [name] if data["mode"] == "institution" else list(network[name])
    is_solo = all(not network.nodes[owner]["joint_pilots"] for owner in whose)
    limits = LIMITS["solo" if is_solo else data["mode"]]
    return {
        language: breaker.broken(readable(data[f"label_{language}"]), limits[language]) or [name]
        for language in LANGUAGES
    }


def _size(lines: Sequence[str], mode: str, language: str) -> tuple[float, float]:
    size = TYPE[mode][language]
    return (round(size * max(map(width, lines)), 1), round(size * LEADING * len(lines), 1))


def _holders(network: nx.Graph) -> dict[str, str]:
    """Which institution of a level each institution as filed belongs to."""
    return {f: name for name in institutions(network) for p in network[name] for f in network.edges[name, p]["filed"]}


def _filings(
    graph: Asked, network: nx.Graph, filings: Iterable[tuple[str, str]], facts: Facts, names: Names
) -> list[list[Any]]:
    """Institution as filed, pilot, roles and the numbers of the facts behind them."""
    behind: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in graph.internal("explorer-participations"):
        number = facts.number(row["fact"])
        if number is not None:
            behind[names.short(row["filed"]), names.short(row["pilot"])].append(number)
    found = []
    for filed, pilot in filings:
        roles = [names.used(role) for role in network.edges[filed, pilot].get("role", "").split("|") if role]
        found.append([filed, pilot, roles, behind[filed, pilot]])
    return found


def _pilots(graph: Asked, network: nx.Graph, filters: Mapping[str, str], names: Names) -> dict[str, dict[str, Any]]:
    """Each pilot with what it can be filtered by."""
    found: dict[str, dict[str, Any]] = {
        name: {key: network.nodes[name][key] for key in ("cohort", "area", "date") if key in network.nodes[name]}
        for name in pilots(network)
    }
    for name, facets in found.items():
        facets |= {key: names.used(facets[key]) for key in ("cohort", "area") if key in facets}
        if "partnership" in network.nodes[name]:
            facets["partnership"] = network.nodes[name]["partnership"]
    given = {key: filters[key] for key in ("scope",) if key in filters}
    basis = {key: filters[key] for key in ("basis",) if key in filters}
    for question, column, facet, more in (
        ("pilots-by-technology", "technology", "technologies", basis),
        ("pilots-by-scenario", "scenario", "scenarios", {}),
        ("pilots-by-status", "stage", "stages", {}),
    ):
        for row in compact_rows(graph, question, **given, **more):
            values = found.get(row["pilot"], {}).setdefault(facet, [])
            if row[column] not in values:
                values.append(names.used(row[column]))
    return found


def _found(
    graph: Asked, shown: Iterable[str], of_pilots: Mapping[str, Mapping[str, Any]], names: Names
) -> dict[str, list[str]]:
    """What institutions, pilots, technologies and scenarios are found by."""
    wanted = sorted(
        {
            *shown,
            *(n for facets in of_pilots.values() for key in ("technologies", "scenarios") for n in facets.get(key, ())),
        }
    )
    others: dict[str, list[str]] = defaultdict(list)
    for row in graph.internal("other-names"):
        others[graph.context.compact(row["thing"])].append(row["name"])
    return index({name: [*names.labels(name), *others[name]] for name in wanted})


def _about(said: Mapping[str, Any]) -> dict[str, Any]:
    """Where the data come from."""
    keys = ("graph_version", "cut_off", "licence", "cite", "scope", "filters", "graph_digest")
    return {key: _readable(said[key]) for key in keys if said.get(key)}


def _readable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {readable(str(key)): _readable(one) for key, one in value.items()}
    return readable(str(value))
