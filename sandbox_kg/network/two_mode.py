"""The two-mode network of institutions and pilots: the primary object, from which the others are derived.

Keeping it, and not only a projection, is what Borgatti & Everett (Social Networks 19, 243-269, 1997) and Latapy,
Magnien & Del Vecchio (Social Networks 30, 31-48, 2008) advise: a projection loses which pilot made which link.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import networkx as nx

from sandbox_kg.network.rows import Membership, Things

INSTITUTIONS, PILOTS = 0, 1  # the values of `bipartite`, networkx's name for the side of a node


def two_mode(memberships: Iterable[Membership], things: Things) -> nx.Graph:
    """Institutions and the pilots that they take part in.

    Args:
        memberships: one row for each institution as filed and pilot; rows of one node and pilot are one edge.
        things: names and properties of institutions and pilots.

    Returns:
        A graph whose nodes are prefixed names, institutions first, sorted. Nodes carry `bipartite`, `mode`, `iri` and
        labels; institutions also kind, sector, place, group, `pilots`, `joint_pilots`, `first`, `last`; pilots cohort,
        area, `date`, `members`, `partnership`. Edges carry `filed` (institutions as filed) and `role` where a source
        states one. What is unknown is absent.
    """
    rows = sorted(set(memberships), key=lambda row: (row.institution, row.pilot, row.filed, row.role))
    filed: dict[tuple[str, str], set[str]] = {}
    roles: dict[tuple[str, str], set[str]] = {}
    pilots: dict[str, Membership] = {}
    for row in rows:
        pilots[row.pilot] = row
        filed.setdefault((row.institution, row.pilot), set()).add(row.filed)
        roles.setdefault((row.institution, row.pilot), set()).update({row.role} if row.role else ())
    sizes = Counter(pilot for _, pilot in filed)
    graph = nx.Graph()
    for name in sorted({institution for institution, _ in filed}):
        graph.add_node(
            name, bipartite=INSTITUTIONS, mode="institution", **things.named(name), **things.institution(name)
        )
    for name, row in sorted(pilots.items()):
        graph.add_node(name, bipartite=PILOTS, mode="pilot", **things.named(name))
        graph.nodes[name].update(things.linked("cohort", row.cohort) | things.linked("area", row.area))
        graph.nodes[name].update({"date": row.date} if row.date else {}, members=sizes[name])
        if row.partnership:
            graph.nodes[name]["partnership"] = things.named(row.partnership)["iri"]
    for (institution, pilot), names in sorted(filed.items()):
        graph.add_edge(institution, pilot, filed=tuple(sorted(names)))
        if stated := roles[institution, pilot]:
            graph.edges[institution, pilot]["role"] = "|".join(sorted(stated))
    for name in institutions(graph):
        dates = sorted(date for pilot in graph[name] if (date := graph.nodes[pilot].get("date")))
        joint = sum(graph.nodes[pilot]["members"] > 1 for pilot in graph[name])
        graph.nodes[name].update(pilots=len(graph[name]), joint_pilots=joint)
        graph.nodes[name].update({"first": dates[0], "last": dates[-1]} if dates else {})
    return graph


def institutions(graph: nx.Graph) -> list[str]:
    """The nodes of the first side of a two-mode network, in order."""
    return [name for name, side in graph.nodes(data="bipartite") if side == INSTITUTIONS]


def pilots(graph: nx.Graph) -> list[str]:
    """The nodes of the second side of a two-mode network, in order."""
    return [name for name, side in graph.nodes(data="bipartite") if side == PILOTS]


def members(graph: nx.Graph, pilot: str) -> list[str]:
    """The institutions of a pilot, sorted."""
    return sorted(graph[pilot])
