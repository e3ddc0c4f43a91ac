"""Communities: what Leiden finds over many seeds, and whether it says more than the components do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from math import comb
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_network_significance import JOINT, SOLO

from sandbox_kg.network.communities import _agreement, communities
from sandbox_kg.store.errors import QueryError


def consortia(groups: Iterable[Iterable[str]]) -> nx.Graph:
    """The co-application network of some pilots, each with weight 1 / (members - 1) on its pairs."""
    network = nx.Graph(kind="co-application")
    groups = [sorted(group) for group in groups]
    network.add_nodes_from(sorted({name for group in groups for name in group}), bipartite=0)
    for group in groups:
        for a, b in combinations(group, 2):
            before = network.get_edge_data(a, b, {"weight": 0.0})["weight"]
            network.add_edge(a, b, weight=before + 1 / (len(group) - 1))
    return network


@pytest.fixture(scope="module")
def article() -> nx.Graph:
    """The 29 pilots as filed."""
    return consortia(names.split() for names in (*JOINT.values(), *SOLO.values()))


def two_cliques() -> nx.Graph:
    """Two groups of five, tied by one edge: two communities in one component."""
    return consortia(["abcde", "vwxyz", "ez"])


@pytest.mark.parametrize("weight", ["weight", ""])
def test_the_29_pilots(article: nx.Graph, weight: str) -> None:
    """22 communities are the 22 components, for all of 50 seeds: they say nothing more, and the sentence says so."""
    found = communities(article, weight=weight)
    assert (len(found.partition), found.components, found.are_components) == (22, 22, True)
    assert (found.seeds, found.frequency, found.divisions, found.agreement) == (50, 50, 1, 1)
    assert len(found.partition[0]) == 8
    assert found.modularity is not None
    assert found.modularity > 0.8
    assert "22 communities are the 22 connected components, for 50 of 50 seeds" in found.conclusion("en")
    assert "22 个社团就是 22 个连通分量" in found.conclusion("zh")


def test_communities_inside_a_component() -> None:
    """Two cliques tied by one edge are two communities, which is more than their one component says.

    Weights are left out: a pilot of two ties its pair four times as strongly as one of five, and would win here.
    """
    found = communities(two_cliques(), weight="")
    assert found.partition == (("a", "b", "c", "d", "e"), ("v", "w", "x", "y", "z"))
    assert (found.components, found.are_components, found.agreement) == (1, False, 1)
    assert "communities: 2; connected components: 1" in found.conclusion("en")
    assert found.modularity == pytest.approx(nx.community.modularity(two_cliques(), found.partition, weight=None))


def test_seeds_that_disagree_are_told() -> None:
    """Without structure the seeds give many divisions, and the agreement is well below 1."""
    network = nx.relabel_nodes(nx.gnm_random_graph(60, 120, seed=1), str)
    found = communities(network, weight="", seeds=20)
    assert found.divisions > 5
    assert found.frequency < 10
    assert 0 < found.agreement < 0.9
    assert f"{found.frequency} of 20" in found.conclusion("en")


def rand(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """The adjusted Rand index, from the table of two divisions (Hubert, Arabie 1985)."""
    together = sum(comb(n, 2) for n in Counter(zip(a, b, strict=True)).values())
    of_a, of_b = (sum(comb(n, 2) for n in Counter(members).values()) for members in (a, b))
    chance = of_a * of_b / comb(len(a), 2)
    return 1.0 if a == b else (together - chance) / ((of_a + of_b) / 2 - chance)


MEMBERS = st.lists(st.integers(0, 3), min_size=6, max_size=6).map(
    lambda m: tuple(list(dict.fromkeys(m)).index(x) for x in m)
)


@given(st.lists(MEMBERS, min_size=2, max_size=6))
def test_agreement_is_the_mean_of_all_pairs(runs: list[tuple[int, ...]]) -> None:
    """The agreement is the mean adjusted Rand index of all pairs of runs, computed here from its definition."""
    expected = [rand(a, b) for a, b in combinations(runs, 2)]
    assert _agreement(Counter(runs)) == pytest.approx(sum(expected) / len(expected))


@settings(max_examples=25)
@given(st.lists(st.sets(st.sampled_from("abcdefghij"), min_size=1, max_size=4), min_size=1, max_size=8), st.randoms())
def test_the_order_of_nodes_does_not_matter(groups: list[set[str]], random: object) -> None:
    """Communities cover each node once, lie inside components, and are the same for a shuffled network."""
    network = consortia(groups)
    nodes, edges = list(network.nodes(data=True)), list(network.edges(data=True))
    random.shuffle(nodes)
    random.shuffle(edges)
    shuffled = nx.Graph(kind="co-application")
    shuffled.add_nodes_from(nodes)
    shuffled.add_edges_from((b, a, data) for a, b, data in edges)
    found = communities(network, seeds=5)
    assert found == communities(shuffled, seeds=5)
    assert sorted(name for group in found.partition for name in group) == sorted(network)
    assert all(nx.is_connected(network.subgraph(group)) for group in found.partition)
    assert found.are_components == (len(found.partition) == found.components)


def test_the_same_for_each_hash_seed(tmp_path: Path) -> None:
    """Results do not depend on the hashes of strings."""
    code = "from test_network_communities import *\nprint(communities(two_cliques(), seeds=5), communities(consortia(n.split() for n in JOINT.values())))"
    outputs = set()
    for seed in ("0", "1"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, check=True
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1


@pytest.mark.parametrize("network", [nx.Graph(), nx.empty_graph(["a", "b"])], ids=["empty", "isolates"])
def test_without_edges(network: nx.Graph) -> None:
    """Isolates are communities of their own; there is no modularity."""
    found = communities(network)
    assert found.partition == tuple((name,) for name in network)
    assert (found.are_components, found.modularity, found.agreement) == (True, None, 1)


@pytest.mark.parametrize(
    ("network", "seeds", "key"),
    [
        (nx.DiGraph([("a", "b")], kind="lead-participant"), 5, "network-communities-kind"),
        (two_cliques(), 0, "network-seeds"),
    ],
)
def test_what_cannot_be_divided_is_told(network: nx.Graph, seeds: int, key: str) -> None:
    """A directed network or no seed at all is an error in both languages."""
    with pytest.raises(QueryError) as caught:
        communities(network, seeds=seeds)
    assert caught.value.key == key
    assert caught.value.text("zh") != caught.value.text("en")


def test_a_two_mode_network_is_refused() -> None:
    """Modularity of one mode says nothing of a network of two."""
    network = nx.Graph([("a", "p")], kind="two-mode")
    network.nodes["a"]["bipartite"], network.nodes["p"]["bipartite"] = 0, 1
    with pytest.raises(QueryError, match="one mode"):
        communities(network)


@pytest.mark.parametrize("package", ["igraph", "leidenalg"])
def test_a_missing_package_is_told(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the error says what to install."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(QueryError, match=r"pip install 'sandbox-kg\[network\]'") as caught:
        communities(two_cliques())
    assert package in caught.value.text("zh")
