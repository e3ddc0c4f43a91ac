"""Networks: what the article's headings give by hand, at three levels, and what holds for every two-mode network.

The headings, in order of cohorts (number: applicants as filed; a star marks a name that stood before):
Beijing 1: 1 工行; 2 农行; 3 中信银行 银联 度小满 携程; 4 百信; 5 宁波银行; 6 银联* 小米 京东. 10 institutions, 6 + 3 = 9 pairs; 3 and 6 hang
together by 银联: 6 institutions.
Beijing 2: 7 工行*; 8 中行; 9 建行; 10 北京银行; 11 人寿财保 and its branch; 12 腾讯云 小微 浦发北京; 13 电信系统集成 天翼; 14 国网征信 邮储;
15 中金认证 民生; 16 应急中心 中关村银行 百信* 民生北京; 17 拉卡拉. 18 new, 1 + 3 + 1 + 1 + 1 + 6 = 13 pairs: 28 and 22.
Shanghai 1: 18 交行 中移上海 富数; 19 浦发; 20 上海银行; 21 华瑞; 22 银联* 浦发* 上海*; 23 建信金科 建行*; 24 兴业数金 兴业; 25 聚均 工行上海.
11 new, 3 + 3 + 1 + 1 + 1 = 9 pairs: 39 and 31; 22 ties 浦发 and 上海银行 to the 6 of before: 8.
Shenzhen 1: 26 百行; 27 中信卡中心 华为; 28 招商; 29 微众 中行深圳. 6 new, 2 pairs: 45 and 33.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from itertools import combinations
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networkx.algorithms import bipartite

import sandbox_kg as skg
from sandbox_kg.knowledge_graph import KnowledgeGraph
from sandbox_kg.network import KINDS, LEVELS, measures
from sandbox_kg.network.projection import co_application, co_application_of_pairs, technology_co_occurrence
from sandbox_kg.network.rows import Membership, Pair, Things
from sandbox_kg.network.two_mode import institutions, pilots, two_mode
from sandbox_kg.network.weights import WEIGHTS
from sandbox_kg.project import Project
from sandbox_kg.store.errors import QueryError

SCOPE = "upd-2020"


@pytest.fixture(scope="module")
def kg(project: Project) -> KnowledgeGraph:
    """The built graph."""
    return skg.open(project.root)


# ---- the 29 pilots, by hand -------------------------------------------------------------------------------------

# By hand, as in tests/test_counts.py: institutions, pilots, memberships, joint, pairs, components, largest, isolates.
COUNTS = {
    "as-filed": (45, 29, 52, 15, 33, 22, 8, 9),
    "legal-person": (39, 29, 51, 14, 32, 17, 11, 8),  # 11 has one legal person: a membership and a pair fewer
    "group": (34, 29, 48, 11, 29, 16, 14, 11),  # 13, 23 and 24 have one group each: three fewer
}


@pytest.mark.parametrize("level", LEVELS)
def test_counts_of_a_level(kg: KnowledgeGraph, level: str) -> None:
    """The table of the design."""
    found = measures.network_measures(kg.network("two-mode", level=level, scope=SCOPE))
    assert COUNTS[level] == (
        found.institutions,
        found.pilots,
        found.memberships,
        found.joint_pilots,
        found.pairs,
        found.components,
        found.largest,
        found.isolates,
    )
    # No pair applies together twice, so no two institutions that met meet again.
    assert (found.repeated_pairs, found.two_mode_clustering) == (0, 0)
    # Triangles: see tests/test_counts.py. Pairs inside one group: 11, 13, 23, 24; by legal person 11 is one node.
    assert (found.triangles_within, found.triangles_across) == (12, 1 if level == "group" else 0)
    assert found.within_group == {"as-filed": 4, "legal-person": 3, "group": 0}[level]


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("as-filed", {"银联": 16}),  # its partners fall into 3, 2 and 2: 3x2 + 3x2 + 2x2
        ("legal-person", {"银联": 32, "浦发": 16, "中信银行": 9, "民生": 3}),
        ("group", {"银联": 51, "中信集团": 24, "浦发": 22, "民生": 7}),
    ],
)
def test_brokerage(kg: KnowledgeGraph, level: str, expected: dict[str, float]) -> None:
    """Who stands between others: in the projection and, since no pair meets twice, equally in the two-mode network."""
    network = kg.network("two-mode", level=level, scope=SCOPE)
    found = measures.institution_measures(network)
    scores = {row.label_zh: row.brokerage for row in found if row.brokerage}
    assert len(scores) == len(expected)
    for name, score in expected.items():
        assert next(found for label, found in scores.items() if name in label) == score
    subset = measures.subset_brokerage(network)
    assert subset == pytest.approx({row.institution: row.brokerage for row in found})
    if level == "as-filed":  # what is not published as brokerage: betweenness over both modes
        both = nx.betweenness_centrality(network)
        assert sum(both[name] > 0 for name in institutions(network)) == 6


def test_growth_by_cohort(kg: KnowledgeGraph) -> None:
    """The sums at the end of each cohort in the list above."""
    found = measures.growth(kg.network("two-mode", scope=SCOPE))
    assert [(row.pilots, row.institutions, row.pairs, row.largest) for row in found] == [
        (6, 10, 9, 6),
        (17, 28, 22, 6),
        (25, 39, 31, 8),
        (29, 45, 33, 8),
    ]
    assert [row.date for row in found] == ["2020-01-14", "2020-06-02", "2020-07-21", "2020-07-31"]


# Consortia have 4, 4, 3, 3, 3, 3 and nine times 2 members. Summed over their pairs: full 6+6+4x3+9; Newman k/2 a pilot;
# fractional 1 a pilot; hyperbolic (k-1)/2 a pilot.
TOTALS = {"full": 33, "newman": (4 + 4 + 4 * 3 + 9 * 2) / 2, "fractional": 15, "hyperbolic": (3 + 3 + 4 * 2 + 9) / 2}


@pytest.mark.parametrize("weight", WEIGHTS)
def test_weights_of_the_pilots(kg: KnowledgeGraph, weight: str) -> None:
    """The sum of all weights; with Newman's, the strength of each institution is its number of joint pilots."""
    network = kg.network(weight=weight, scope=SCOPE)
    assert network.size("weight") == pytest.approx(TOTALS[weight])
    if weight == "newman":
        for name, data in network.nodes(data=True):
            assert network.degree(name, weight="weight") == pytest.approx(data["joint_pilots"])
        unionpay = network.nodes["inst:unionpay"]
        assert (unionpay["joint_pilots"], network.degree("inst:unionpay")) == (3, 7)  # 3, 6, 22; 3 + 2 + 2 partners


@pytest.mark.parametrize(
    ("filters", "nodes", "pairs"),
    [
        ({"area": "上海"}, 13, 9),  # the 11 new ones, 银联 and 建行
        ({"cohort": "batch:beijing-1"}, 10, 9),
        ({"since": "2020-07-01"}, 19, 11),  # Shanghai and Shenzhen: 13 + 6
        ({"until": "2020-02-01"}, 10, 9),  # Beijing 1
        ({"technology": "区块链"}, 15, 12),  # 1 8 16 19 22 23 24 29: 1+1+4+1+2+2+2+2 new ones; 6+3+1+1+1 pairs
        ({"technology": "区块链", "area": "上海"}, 7, 5),  # 19 22 23 24: 浦发 银联 上海 建信 建行 兴业数金 兴业; 3+1+1
        ({"scenario": "scen:small-business-finance"}, 18, 11),  # 2 8 10 12 18 19 20 21 22 24 25 28 (docs/decisions.md)
        # Banks as filed: 工 农 中信 百信 宁波 中 建 北京 浦发北京 邮储 民生 中关村 民生北京 交 浦发 上海 华瑞 兴业 工上海 招商 微众
        # 中深圳 中信卡; in 16 three of them (3 pairs), in 22 and 29 two.
        ({"institution_kind": "code:bank"}, 23, 5),
        # By group 中信 has three of them, 工 中 浦发 民生 two each: 23 - 2 - 4.
        ({"institution_kind": "code:bank", "level": "group"}, 17, 5),
    ],
)
def test_filters(kg: KnowledgeGraph, filters: dict[str, str], nodes: int, pairs: int) -> None:
    """Each filter, counted by hand."""
    network = kg.network(scope=SCOPE, **filters)
    assert (len(network), network.number_of_edges()) == (nodes, pairs)
    assert network.graph["filters"] == {key: value for key, value in filters.items() if key != "level"}


def test_leads_and_participants(kg: KnowledgeGraph) -> None:
    """The notice of 2020-03-16 names leads and participants of 3 and 6; nothing is inferred for others."""
    network = kg.network("lead-participant", scope=SCOPE)
    lead = {"inst:citic-bank": 3, "inst:unionpay": 2}
    assert isinstance(network, nx.DiGraph)
    assert {name: network.out_degree(name) for name in network if network.out_degree(name)} == lead
    assert network.has_edge("inst:citic-bank", "inst:unionpay")


def test_an_edge_says_what_made_it(kg: KnowledgeGraph) -> None:
    """By hand: 22 unites UnionPay and SPDB; 11 is one insurer with its own branch, in one group."""
    network = kg.network(scope=SCOPE)
    edge = network.edges["inst:unionpay", "inst:spdb"]
    assert edge["pilots"] == ("pilot:shanghai-1-5",)
    assert edge["partnerships"][0].endswith("/pilot/shanghai-1-5_partnership")
    assert (edge["count"], edge["weight"], edge["within_group"], edge["first"]) == (1, 0.5, False, "2020-07-21")
    assert sum(inside for *_, inside in network.edges(data="within_group")) == 4
    node = network.nodes["inst:unionpay"]
    assert (node["label_zh"], node["first"], node["last"]) == ("中国银联", "2020-01-14", "2020-07-21")


def test_technologies_of_a_pilot_are_those_of_its_members(kg: KnowledgeGraph) -> None:
    """22 declares its list; each of its three members has every technology of it, and each pair of them co-occurs."""
    uses = kg.query("technology-uses", pilot="pilot:shanghai-1-5")
    names = sorted({kg.context.compact(row["technology"]) for row in uses if row["counted"] == "yes"})
    both = kg.network("institution-technology", scope=SCOPE)
    for member in ("inst:unionpay", "inst:spdb", "inst:bosc"):
        assert set(names) <= set(both[member])
    together = kg.network("technology-co-occurrence", scope=SCOPE)
    for pair in combinations(names, 2):
        assert "pilot:shanghai-1-5" in together.edges[pair]["pilots"]
    assert together.graph["filters"] == {"basis": "stated"}


def test_mixing_says_how_sure_it_is(kg: KnowledgeGraph) -> None:
    """Kinds mix as chance would have it: the coefficient lies inside the interval; the same seed gives the same."""
    network = kg.network("two-mode", scope=SCOPE)
    found = measures.mixing(network)
    assert found.coefficient is not None
    assert found.low < found.coefficient < found.high
    assert found.p > 0.05
    assert measures.mixing(network) == found
    assert measures.mixing(network, permutations=200, seed=2) != found


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "three-mode"}, "two-mode"),
        ({"weight": "heavy"}, "newman"),
        ({"way": "by-hand"}, "memberships"),
        ({"level": "grup"}, "legal-person"),
        ({"scope": "2019"}, "article"),
        ({"area": "Atlantis"}, "Atlantis"),
        ({"since": "last year"}, "last year"),
        ({"colour": "red"}, "institution_kind"),
        ({"way": "pairs", "technology": "区块链"}, "memberships"),
    ],
)
def test_what_cannot_be_is_told(kg: KnowledgeGraph, given: dict[str, Any], said: str) -> None:
    """A wrong word is an error that names the right ones."""
    with pytest.raises(QueryError, match=said):
        kg.network(**given)


@pytest.mark.parametrize("kind", KINDS)
def test_attributes_are_plain_and_sorted(kg: KnowledgeGraph, kind: str) -> None:
    """Nodes and edges come sorted, with plain values of one type each; nothing is None."""
    network = kg.network(kind, level="group")
    sides = [network.nodes[name].get("bipartite", 0) for name in network]
    assert list(network) == [name for _, name in sorted(zip(sides, network, strict=True))]
    types: dict[tuple[str, str], set[type]] = {}
    found = [("node", data) for _, data in network.nodes(data=True)]
    found += [("edge", data) for *_, data in network.edges(data=True)]
    for what, data in found:
        for key, value in data.items():
            types.setdefault((what, key), set()).add(type(value))
    assert {key for key, kinds in types.items() if len(kinds) > 1} == set()
    assert {kind for kinds in types.values() for kind in kinds} <= {str, int, float, bool, tuple}


CHILD = """
import json, sys
import sandbox_kg as skg
from sandbox_kg.network import measures
kg = skg.open(sys.argv[1])
for kind in ("two-mode", "co-application", "technology-co-occurrence"):
    network = kg.network(kind, level="group")
    print(list(network.nodes(data=True)), list(network.edges(data=True)), network.graph)
network = kg.network("two-mode", level="group")
print(measures.institution_measures(network), measures.network_measures(network), measures.mixing(network))
"""


def test_the_same_in_every_process(project: Project) -> None:
    """Networks and measures do not depend on the order in which Python hashes."""
    outputs = set()
    for seed in ("0", "1", "2"):
        command = [sys.executable, "-c", CHILD, str(project.root)]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
        outputs.add(subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120).stdout)
    assert len(outputs) == 1


# ---- any two-mode network ---------------------------------------------------------------------------------------


class Nameless(Things):
    """Things without a graph behind them; the group of an institution is its first letter."""

    def __init__(self) -> None:
        """Nothing is asked."""

    def named(self, name: str) -> dict[str, str]:
        """Its name."""
        return {"iri": f"http://x.example/{name}", "label_zh": name, "label_en": name}

    def linked(self, key: str, name: str) -> dict[str, str]:
        """Its name."""
        return {key: name, f"{key}_zh": name, f"{key}_en": name} if name else {}

    def institution(self, name: str) -> dict[str, str]:
        """Its group."""
        return {"group": name[:1], "sector": name[-1:]}


def row(institution: int, pilot: int, level: int = 3) -> Membership:
    """A membership of one of 27 institutions, at a level: aaa to ccc; two letters are a legal person, one a group."""
    name = "".join("abc"[institution // 3**place % 3] for place in (2, 1, 0))
    date = f"2020-01-{1 + pilot:02d}"
    return Membership(name[:level], f"p{pilot:02d}", name, f"c{pilot % 3}", f"a{pilot % 2}", date, f"j{pilot}", "")


PLACES = st.lists(st.tuples(st.integers(0, 26), st.integers(0, 11)), max_size=60)


@given(PLACES)
def test_projections_agree_with_networkx(places: list[tuple[int, int]]) -> None:
    """Newman's and full weights are those of `networkx.algorithms.bipartite`."""
    network = two_mode([row(*place) for place in [*places, (0, 0)]], Nameless())  # networkx projects no empty network
    names = institutions(network)
    for weight, reference in (
        ("newman", bipartite.collaboration_weighted_projected_graph(network, names)),
        ("full", bipartite.weighted_projected_graph(network, names)),
    ):
        ours = co_application(network, weight)
        assert set(ours) == set(reference)
        assert {frozenset(edge) for edge in ours.edges} == {frozenset(edge) for edge in reference.edges}
        for one, other, value in ours.edges(data="weight"):
            assert value == pytest.approx(reference.edges[one, other]["weight"])


@given(PLACES)
def test_weights_sum_as_their_formulas_say(places: list[tuple[int, int]]) -> None:
    """Summed over all pairs, a pilot of k gives k/2, k(k-1)/2, 1 and (k-1)/2; strength is the number of joint pilots."""
    network = two_mode([row(*place) for place in places], Nameless())
    sizes = [size for pilot in pilots(network) if (size := network.degree(pilot)) > 1]
    totals = {
        "newman": sum(k / 2 for k in sizes),
        "full": sum(k * (k - 1) / 2 for k in sizes),
        "fractional": len(sizes),
        "hyperbolic": sum((k - 1) / 2 for k in sizes),
    }
    for weight, total in totals.items():
        assert co_application(network, weight).size("weight") == pytest.approx(total)
    strengths = co_application(network).degree(weight="weight")
    for name, strength in strengths:
        assert strength == pytest.approx(sum(network.degree(pilot) > 1 for pilot in network[name]))


@given(PLACES)
def test_rolling_up_never_invents_a_pair(places: list[tuple[int, int]]) -> None:
    """Whoever is a pair at a higher level has members below that are one, in the same pilot."""
    networks = [
        co_application(two_mode([row(*place, level=level) for place in places], Nameless())) for level in (3, 2)
    ]
    below, above = networks
    lifted = {
        (frozenset((one[:2], other[:2])), pilot)
        for one, other, data in below.edges(data=True)
        for pilot in data["pilots"]
        if one[:2] != other[:2]
    }
    found = {
        (frozenset((one, other)), pilot) for one, other, data in above.edges(data=True) for pilot in data["pilots"]
    }
    assert found == lifted


@given(PLACES, st.sampled_from(sorted(WEIGHTS)))
def test_pairs_of_an_engine_give_the_same_network(places: list[tuple[int, int]], weight: str) -> None:
    """Pairs put together elsewhere, and institutions with their counts, make the network that memberships make."""
    rows = [row(*place) for place in places]
    network = two_mode(rows, Nameless())
    expected = co_application(network, weight)
    pairs = [
        Pair(one, other, pilot, network.degree(pilot), network.nodes[pilot]["partnership"].rpartition("/")[2], date)
        for pilot, date in network.nodes(data="date")
        if network.nodes[pilot]["mode"] == "pilot"
        for one, other in combinations(sorted(network[pilot]), 2)
    ]
    activity = [
        {"institution": name, **{key: str(network.nodes[name][key]) for key in ("pilots", "first", "last")}}
        for name in institutions(network)
    ]
    made = co_application_of_pairs(reversed(pairs), reversed(activity), Nameless(), weight)
    assert nx.utils.graphs_equal(made, expected)
    assert list(made.edges) == list(expected.edges)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=25))
def test_technologies_that_occur_together(places: list[tuple[int, int]]) -> None:
    """A pair of technologies counts the pilots that use both."""
    uses = [(f"p{pilot}", f"t{technology}") for pilot, technology in places]
    network = technology_co_occurrence(uses, Nameless(), "full")
    expected: Counter[tuple[str, str]] = Counter()
    for pilot in {pilot for pilot, _ in uses}:
        expected.update(combinations(sorted({technology for other, technology in uses if other == pilot}), 2))
    assert {(one, other): count for one, other, count in network.edges(data="count")} == dict(expected)


@given(PLACES)
def test_measures_of_any_network(places: list[tuple[int, int]]) -> None:
    """Counts agree with networkx; triangles are split without loss; brokerage adds up to the paths between others."""
    network = two_mode([row(*place) for place in places], Nameless())
    graph = co_application(network)
    whole = measures.network_measures(network)
    assert whole.pairs == graph.number_of_edges()
    assert whole.triangles_within + whole.triangles_across == sum(nx.triangles(graph).values()) // 3
    assert whole.components == nx.number_connected_components(graph)
    single = measures.institution_measures(network)
    # Each pair of institutions at distance d puts d - 1 on those between them.
    distances = [
        distance
        for one, reached in nx.all_pairs_shortest_path_length(graph)
        for other, distance in reached.items()
        if one < other
    ]
    assert sum(row.brokerage for row in single) == pytest.approx(sum(distance - 1 for distance in distances))
    assert sum(row.harmonic for row in single) == pytest.approx(2 * sum(1 / distance for distance in distances))
    if whole.repeated_pairs == 0:
        assert measures.subset_brokerage(network) == pytest.approx({row.institution: row.brokerage for row in single})


def test_why_some_measures_are_left_out(kg: KnowledgeGraph) -> None:
    """What docs/method.md says of measures that mislead: closeness of two-mode packages, transitivity."""
    network = kg.network("two-mode", scope=SCOPE)
    names = institutions(network)
    closeness = bipartite.closeness_centrality(network, names)
    ranks = sorted(names, key=lambda name: -closeness[name])
    assert sum(closeness[name] > closeness["inst:unionpay"] for name in ranks) + 1 == 34
    assert nx.transitivity(co_application(network)) == pytest.approx(0.69, abs=0.005)
