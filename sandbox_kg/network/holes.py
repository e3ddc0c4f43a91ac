"""Structural holes (Burt 1992): what networkx computes too, without its copy of the surroundings of each node."""

from __future__ import annotations

import networkx as nx


def effective_size(graph: nx.Graph) -> dict[str, float]:
    """Partners less twice the links among them over their number (Borgatti 1997), of each node with a partner."""
    links = nx.triangles(graph)
    return {name: partners - 2 * links[name] / partners for name, partners in graph.degree if partners}


def constraint(graph: nx.Graph) -> dict[str, float]:
    """How far the links of each node with a partner lead to one group of partners; all links weigh the same.

    The sum over partners of (p + the sum of p times q over partners of both) squared, where p is the share of a
    partner among the node's own links and q the share of the other partner among the partner's.
    """
    near = {name: set(graph[name]) for name in graph}
    found = {}
    for name, partners in near.items():
        if partners:
            share = 1 / len(partners)
            ways = (share * (1 + sum(1 / len(near[q]) for q in sorted(partners & near[other]))) for other in partners)
            found[name] = sum(sorted(way * way for way in ways))
    return found
