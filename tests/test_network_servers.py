"""A network of a server is that of the embedded graph, however its rows come."""

from __future__ import annotations

import networkx as nx
import pytest

import sandbox_kg as skg
from sandbox_kg.knowledge_graph import KnowledgeGraph
from sandbox_kg.network import KINDS, LEVELS, WAYS
from sandbox_kg.project import Project

pytest_plugins = ["servers"]

FILTERS = [{}, {"area": "上海"}, {"technology": "区块链", "since": "2020-02-01"}, {"institution_kind": "code:bank"}]


@pytest.fixture(scope="module")
def embedded(project: Project) -> KnowledgeGraph:
    """The built graph."""
    return skg.open(project.root)


@pytest.fixture(scope="module")
def remote_kg(published: object) -> KnowledgeGraph:
    """The same graph on a server."""
    return skg.connect(published.query)  # type: ignore[attr-defined]


def same(one: nx.Graph, other: nx.Graph) -> bool:
    """Whether nodes, edges, their order and what is said of them are equal; a server's graph has no digest of a file."""
    said = [{key: value for key, value in graph.graph.items() if key != "graph_digest"} for graph in (one, other)]
    return (
        list(one.nodes(data=True)) == list(other.nodes(data=True))
        and list(one.edges(data=True)) == list(other.edges(data=True))
        and said[0] == said[1]
    )


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", KINDS)
def test_networks_of_a_server(embedded: KnowledgeGraph, remote_kg: KnowledgeGraph, kind: str, level: str) -> None:
    """Each kind at each level."""
    assert same(remote_kg.network(kind, level=level), embedded.network(kind, level=level))


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_filtered_networks_of_a_server(
    embedded: KnowledgeGraph, remote_kg: KnowledgeGraph, filters: dict[str, str]
) -> None:
    """Filters that the server applies, and filters that are applied here."""
    assert same(remote_kg.network(level="group", **filters), embedded.network(level="group", **filters))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("weight", ["newman", "full"])
def test_pairs_made_by_the_server(embedded: KnowledgeGraph, remote_kg: KnowledgeGraph, way: str, weight: str) -> None:
    """Whether pairs are put together by the engine or here, the network is one."""
    made = remote_kg.network(way=way, weight=weight, cohort="batch:beijing-2")
    assert same(made, embedded.network(way="memberships", weight=weight, cohort="batch:beijing-2"))
    assert made.number_of_edges() == 13  # tests/test_network.py
