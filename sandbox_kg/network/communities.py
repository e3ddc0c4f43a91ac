"""Communities of a one-mode network by the Leiden algorithm, and whether they say more than its components do.

Leiden finds communities that are connected in themselves, which Louvain does not promise (Traag, Waltman, van Eck 2019,
doi:10.1038/s41598-019-41695-z). It is random, so it runs with many seeds and the agreement between them is told. On a
sparse network of small consortia the communities are often just the connected components; then `conclusion` says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx

from sandbox_kg.messages import message
from sandbox_kg.store.errors import QueryError

if TYPE_CHECKING:
    import igraph

Partition = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Communities:
    """What Leiden finds over many seeds.

    Attributes:
        seeds: how many seeds were tried: 0, 1, ...
        weight: the edge attribute that was used; empty for none.
        partition: the most frequent division, the largest community first.
        frequency: how many seeds gave it.
        divisions: how many different divisions the seeds gave.
        agreement: the mean adjusted Rand index of all pairs of seeds (Hubert, Arabie 1985): 1 where all agree, about 0
            where they agree by chance only.
        modularity: of the partition; None for a network without edges. It is high for any network that falls into
            many components, so it is no evidence of communities by itself.
        components: how many connected components the network has.
        are_components: whether the partition is that into connected components.
    """

    seeds: int
    weight: str
    partition: Partition
    frequency: int
    divisions: int
    agreement: float
    modularity: float | None
    components: int
    are_components: bool

    def conclusion(self, language: str) -> str:
        """What follows, in a plain sentence (`zh` or `en`)."""
        return message(
            "network-communities-components" if self.are_components else "network-communities-divided",
            language,
            communities=len(self.partition),
            components=self.components,
            frequency=self.frequency,
            seeds=self.seeds,
            agreement=f"{self.agreement:.2f}",
        )


def communities(network: nx.Graph, *, seeds: int = 50, weight: str = "weight") -> Communities:
    """Runs Leiden on modularity with seeds 0, 1, ... until no step improves, and compares what the seeds give.

    Args:
        network: an undirected network of one mode, such as co-application; isolates are communities of their own.
        seeds: how many seeds.
        weight: the edge attribute that weighs an edge; the empty string weighs all alike.

    Returns:
        The most frequent division (of equally frequent ones that of greater modularity), its frequency, the agreement
        between seeds and a comparison with the connected components. The same for each order of nodes and edges.

    Raises:
        QueryError: igraph or leidenalg is not installed, the network is directed or two-mode, or there is no seed.
    """
    if network.is_directed() or len(set(nx.get_node_attributes(network, "bipartite").values())) > 1:
        raise QueryError("network-communities-kind", kind=network.graph.get("kind", "?"))
    if seeds < 1:
        raise QueryError("network-seeds", seeds=seeds)
    nodes = sorted(network)
    components = _groups(nodes, _memberships_of_components(network, nodes))
    if not network.number_of_edges():
        return Communities(seeds, weight, components, seeds, 1, 1.0, None, len(components), True)
    graph, weights = _igraph(network, nodes, weight)
    found = Counter(_leiden(graph, weights, seed) for seed in range(seeds))
    quality = {members: float(graph.modularity(members, weights=weights)) for members in found}
    best = min(found, key=lambda members: (-found[members], -quality[members], members))
    partition = _groups(nodes, best)
    return Communities(
        seeds=seeds,
        weight=weight,
        partition=partition,
        frequency=found[best],
        divisions=len(found),
        agreement=_agreement(found),
        modularity=quality[best],
        components=len(components),
        are_components=partition == components,
    )


def _memberships_of_components(network: nx.Graph, nodes: Sequence[str]) -> tuple[int, ...]:
    """The number of each node's connected component."""
    number = {node: k for k, component in enumerate(nx.connected_components(network)) for node in component}
    return tuple(number[node] for node in nodes)


def _groups(nodes: Sequence[str], members: Sequence[int]) -> Partition:
    """Communities as node names, the largest first, then by their first name."""
    groups: dict[int, list[str]] = {}
    for node, group in zip(nodes, members, strict=True):
        groups.setdefault(group, []).append(node)
    return tuple(sorted((tuple(group) for group in groups.values()), key=lambda group: (-len(group), group)))


def _igraph(network: nx.Graph, nodes: Sequence[str], weight: str) -> tuple[igraph.Graph, list[float] | None]:
    """The network for igraph, nodes and edges sorted: the order decides what a seed gives."""
    try:
        import igraph
    except ImportError as error:
        raise QueryError("network-extra", package="igraph") from error
    place = {node: number for number, node in enumerate(nodes)}
    edges = sorted(
        (*sorted((place[a], place[b])), data) for a, b, data in network.edges(data=weight or None, default=1)
    )
    weights = [float(value) for _, _, value in edges] if weight else None
    return igraph.Graph(n=len(nodes), edges=[(a, b) for a, b, _ in edges]), weights


def _leiden(graph: igraph.Graph, weights: list[float] | None, seed: int) -> tuple[int, ...]:
    """One run; communities are numbered by their first node, so that equal divisions are equal."""
    try:
        import leidenalg
    except ImportError as error:
        raise QueryError("network-extra", package="leidenalg") from error
    kind = leidenalg.ModularityVertexPartition
    found = leidenalg.find_partition(graph, kind, weights=weights, n_iterations=-1, seed=seed).membership
    number: dict[int, int] = {}
    return tuple(number.setdefault(group, len(number)) for group in found)


def _agreement(found: Counter[tuple[int, ...]]) -> float:
    """The mean adjusted Rand index of all pairs of runs; equal runs count 1."""
    import igraph

    runs = found.total()
    if runs == 1:
        return 1.0
    total = float(sum(times * (times - 1) // 2 for times in found.values()))
    for a, b in combinations(found, 2):
        total += found[a] * found[b] * igraph.compare_communities(list(a), list(b), method="adjusted_rand")
    return total / (runs * (runs - 1) // 2)
