"""Measures of large networks: the compiled path gives what networkx gives."""

from __future__ import annotations

import networkx as nx
import pytest

from sandbox_kg.network import holes, paths

NETWORKS = {
    "star": nx.star_graph(6),
    "two parts and a lone node": nx.disjoint_union_all([nx.path_graph(5), nx.cycle_graph(4), nx.empty_graph(1)]),
    "random": nx.gnm_random_graph(120, 200, seed=3),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_igraph_gives_what_networkx_gives(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Betweenness and harmonic centrality agree node by node, whichever library computes them."""
    graph = NETWORKS[name]
    small = paths.betweenness(graph), paths.harmonic(graph)
    asked = []
    igraph = paths._igraph
    monkeypatch.setattr(paths, "LARGE", 0)
    monkeypatch.setattr(paths, "_igraph", lambda graph: asked.append(1) or igraph(graph))
    for measure, expected in zip((paths.betweenness, paths.harmonic), small, strict=True):
        assert measure(graph) == pytest.approx(expected)
    assert len(asked) == 2


def test_numbers_of_a_star() -> None:
    """The centre of a star of six lies between its 15 pairs of leaves; a leaf has 1 + 5/2 (counted by hand)."""
    graph = NETWORKS["star"]
    assert paths.betweenness(graph)[0] == 15
    assert paths.harmonic(graph)[1] == 3.5


def test_without_igraph_networkx_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large network is measured without igraph too."""
    monkeypatch.setattr(paths, "LARGE", 0)
    monkeypatch.setattr(paths, "find_spec", lambda _: None)
    monkeypatch.setattr(paths, "_igraph", None)
    assert paths.betweenness(NETWORKS["star"])[0] == 15


@pytest.mark.parametrize("name", [*NETWORKS, "dense"])
def test_structural_holes_are_those_of_networkx(name: str) -> None:
    """Effective size and constraint agree with networkx on every node that has a partner; others have none."""
    graph = nx.gnm_random_graph(30, 150, seed=5) if name == "dense" else NETWORKS[name]
    for ours, theirs in ((holes.effective_size, nx.effective_size), (holes.constraint, nx.constraint)):
        found, expected = ours(graph), theirs(graph, nodes=graph)
        assert set(found) == {node for node in graph if graph.degree(node)}
        assert found == pytest.approx({node: expected[node] for node in found})
