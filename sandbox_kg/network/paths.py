"""Measures over all shortest paths: through igraph where a network is large and igraph is at hand, else networkx.

Both compute the same numbers (Brandes, J. Math. Sociol. 25, 163-177, 2001); igraph's code is compiled. Small networks
always go through networkx, so that what is published does not depend on what is installed.
"""

from __future__ import annotations

from importlib.util import find_spec

import networkx as nx

LARGE = 2000  # nodes; below, networkx takes seconds at most


def betweenness(graph: nx.Graph) -> dict[str, float]:
    """Pairs of other nodes whose shortest paths run through each node, shared where there are several."""
    if not _through_igraph(graph):
        return dict(nx.betweenness_centrality(graph, normalized=False))
    return dict(zip(graph, _igraph(graph).betweenness(directed=False), strict=True))


def harmonic(graph: nx.Graph) -> dict[str, float]:
    """Sum of the inverse distances from each node to all others."""
    if not _through_igraph(graph):
        return dict(nx.harmonic_centrality(graph))
    others = len(graph) - 1
    means = _igraph(graph).harmonic_centrality(mode="all")
    return {name: mean * others for name, mean in zip(graph, means, strict=True)}


def _through_igraph(graph: nx.Graph) -> bool:
    return len(graph) >= LARGE and find_spec("igraph") is not None


def _igraph(graph: nx.Graph):  # type: ignore[no-untyped-def]  # igraph has no types
    import igraph

    number = {name: place for place, name in enumerate(graph)}
    return igraph.Graph(n=len(graph), edges=[(number[one], number[other]) for one, other in graph.edges])
