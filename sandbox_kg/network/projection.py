"""One-mode networks: what is left of the pilots once only institutions, or only technologies, are nodes.

Every edge carries the pilots that made it, so that no link is more than what it rests on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations

import networkx as nx

from sandbox_kg.network.rows import Pair, Things
from sandbox_kg.network.two_mode import institutions, members, pilots
from sandbox_kg.network.weights import WEIGHTS

_OF_A_PILOT = ("bipartite",)  # what a node of a projection does not keep of the two-mode network


def co_application(network: nx.Graph, weight: str = "newman") -> nx.Graph:
    """Institutions that apply together.

    Args:
        network: a two-mode network.
        weight: how a pilot counts; one of `weights.WEIGHTS`.

    Returns:
        A graph of all institutions, those without a partner included, with their attributes. Edges carry `weight`,
        `count` and `pilots` (the pilots of both), `partnerships` (IRIs), `within_group` (whether both belong to one
        group), and `first` and `last` where dates are known.
    """
    of_pilot = {
        pilot: (
            members(network, pilot),
            network.nodes[pilot].get("partnership", ""),
            network.nodes[pilot].get("date", ""),
        )
        for pilot in pilots(network)
    }
    triples = (
        Pair(one, other, pilot, len(names), partnership, date)
        for pilot, (names, partnership, date) in of_pilot.items()
        for one, other in combinations(names, 2)
    )
    nodes = {name: dict(network.nodes[name]) for name in institutions(network)}
    return _of_pairs(nodes, triples, weight)


def co_application_of_pairs(
    pairs: Iterable[Pair], activity: Iterable[Mapping[str, str]], things: Things, weight: str = "newman"
) -> nx.Graph:
    """The same network as `co_application` gives, from pairs and institutions that the engine has put together.

    Args:
        pairs: pairs of institutions of each pilot; partnerships are prefixed names.
        activity: each institution with `pilots`, `first` and `last`.
        things: names and properties of institutions.
        weight: how a pilot counts.
    """
    found = [
        Pair(p.one, p.other, p.pilot, p.members, things.named(p.partnership)["iri"] if p.partnership else "", p.date)
        for p in pairs
    ]
    joint: Counter[str] = Counter()
    for name, _ in {(end, pair.pilot) for pair in found for end in (pair.one, pair.other)}:
        joint[name] += 1
    nodes: dict[str, dict[str, object]] = {}
    for row in sorted(activity, key=lambda row: row["institution"]):
        name = row["institution"]
        nodes[name] = {"mode": "institution", **things.named(name), **things.institution(name)}
        nodes[name] |= {"pilots": int(row["pilots"]), "joint_pilots": joint[name]}
        nodes[name] |= {key: row[key] for key in ("first", "last") if row[key]}
    return _of_pairs(nodes, found, weight)


def _of_pairs(nodes: Mapping[str, dict[str, object]], pairs: Iterable[Pair], weight: str) -> nx.Graph:
    links: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        links.setdefault((pair.one, pair.other), []).append(pair)
    graph = nx.Graph()
    for name, attributes in nodes.items():
        graph.add_node(name, **{key: value for key, value in attributes.items() if key not in _OF_A_PILOT})
    for (one, other), made_by in sorted(links.items()):
        made_by = sorted(made_by, key=lambda pair: pair.pilot)
        dates = sorted(pair.date for pair in made_by if pair.date)
        groups = [graph.nodes[name].get("group") for name in (one, other)]
        graph.add_edge(
            one,
            other,
            weight=_sum(WEIGHTS[weight](pair.members) for pair in made_by),
            count=len(made_by),
            pilots=tuple(pair.pilot for pair in made_by),
            partnerships=tuple(pair.partnership for pair in made_by if pair.partnership),
            within_group=groups[0] is not None and groups[0] == groups[1],
            **({"first": dates[0], "last": dates[-1]} if dates else {}),
        )
    return graph


def technology_co_occurrence(uses: Iterable[tuple[str, str]], things: Things, weight: str = "newman") -> nx.Graph:
    """Technologies that are used in one pilot.

    Args:
        uses: pilot and technology.
        things: names of technologies.
        weight: how a pilot with k technologies counts.

    Returns:
        A graph of technologies with `pilots` (how many use it); edges carry `weight`, `count`, `pilots`.
    """
    of_pilot = _grouped(uses)
    counts = Counter(technology for names in of_pilot.values() for technology in names)
    graph = nx.Graph()
    for name, count in sorted(counts.items()):
        graph.add_node(name, mode="technology", **things.named(name), pilots=count)
    links: dict[tuple[str, str], list[str]] = {}
    for pilot, names in sorted(of_pilot.items()):
        for pair in combinations(sorted(names), 2):
            links.setdefault(pair, []).append(pilot)
    for (one, other), made_by in sorted(links.items()):
        total = _sum(WEIGHTS[weight](len(of_pilot[pilot])) for pilot in made_by)
        graph.add_edge(one, other, weight=total, count=len(made_by), pilots=tuple(made_by))
    return graph


def institution_technology(network: nx.Graph, uses: Iterable[tuple[str, str]], things: Things) -> nx.Graph:
    """Institutions and the technologies of their pilots, a two-mode network.

    A pilot's technologies are those of all its members: which of them brought one in is not known.

    Returns:
        A graph; edges carry `count` and `pilots`.
    """
    of_pilot = _grouped(uses)
    links: dict[tuple[str, str], list[str]] = {}
    for pilot in pilots(network):
        for name in members(network, pilot):
            for technology in sorted(of_pilot.get(pilot, ())):
                links.setdefault((name, technology), []).append(pilot)
    graph = nx.Graph()
    for name in institutions(network):
        graph.add_node(name, **network.nodes[name])
    counts = Counter(technology for names in of_pilot.values() for technology in names)
    for name in sorted({technology for _, technology in links}):
        graph.add_node(name, bipartite=1, mode="technology", **things.named(name), pilots=counts[name])
    for (name, technology), made_by in sorted(links.items()):
        graph.add_edge(name, technology, count=len(made_by), pilots=tuple(made_by))
    return graph


def lead_participant(network: nx.Graph, leads: Iterable[tuple[str, str, str]]) -> nx.DiGraph:
    """From each lead to its participants, in the pilots of which sources state both roles; none is inferred.

    Args:
        network: a two-mode network, for the attributes of its institutions.
        leads: lead, participant and pilot.

    Returns:
        A directed graph of the institutions with a stated role of this kind; edges carry `count` and `pilots`.
    """
    links: dict[tuple[str, str], set[str]] = {}
    for lead, participant, pilot in leads:
        links.setdefault((lead, participant), set()).add(pilot)
    graph = nx.DiGraph()
    for name in sorted({name for pair in links for name in pair}):
        graph.add_node(name, **{key: value for key, value in network.nodes[name].items() if key not in _OF_A_PILOT})
    for (lead, participant), made_by in sorted(links.items()):
        graph.add_edge(lead, participant, count=len(made_by), pilots=tuple(sorted(made_by)))
    return graph


def _grouped(uses: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    of_pilot: dict[str, set[str]] = {}
    for pilot, technology in uses:
        of_pilot.setdefault(pilot, set()).add(technology)
    return of_pilot


def _sum(values: Iterable[float]) -> float:
    """A sum without the noise of adding thirds, the same in every order."""
    return round(sum(sorted(values)), 12)
