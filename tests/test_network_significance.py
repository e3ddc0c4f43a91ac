"""The test of links: its sampler, its p-values, its corrections, and what it says of the 29 pilots.

The network of the 29 is made by hand from the headings in test_counts.py. Six institutions are in more than one pilot
as filed: UnionPay in 3, 6 and 22; ICBC in 1 and 7; AiBank in 4 and 16; CCB in 9 and 23; SPDB in 19 and 22; Bank of
Shanghai in 20 and 22. Pilots 1 to 17 are Beijing's, 18 to 25 Shanghai's, 26 to 29 Shenzhen's.
"""

from __future__ import annotations

import importlib.util
import itertools
import math
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox_kg.network import null_model
from sandbox_kg.network.analytic import bicm, upper_tail
from sandbox_kg.network.null_model import random_networks
from sandbox_kg.network.significance import LinkTest, benjamini_hochberg, link_test, null_statistics
from sandbox_kg.store.errors import QueryError

JOINT = {
    3: "citic-bank unionpay duxiaoman ctrip", 6: "unionpay xiaomi-digital jd-digits", 11: "clpc clpc-beijing",
    12: "tencent-cloud bj-sme-fin spdb-beijing", 13: "ctsi bestpay", 14: "sg-credit psbc", 15: "cfca cmbc",
    16: "cncert zgc-bank aibank cmbc-beijing", 18: "bocom cmsh fudata", 22: "unionpay spdb bosc", 23: "ccb-fintech ccb",
    24: "cib-fintech cib", 25: "jujun icbc-shanghai", 27: "citic-card-center huawei", 29: "webank boc-shenzhen",
}  # fmt: skip
SOLO = {1: "icbc", 2: "abc", 4: "aibank", 5: "bon", 7: "icbc", 8: "boc", 9: "ccb", 10: "bob", 17: "lakala", 19: "spdb",
        20: "bosc", 21: "huarui", 26: "baihang", 28: "cmb"}  # fmt: skip


def two_mode(pilots: dict[str, tuple[str, Sequence[str]]]) -> nx.Graph:
    """A two-mode network: pilot to its area and members."""
    network = nx.Graph(kind="two-mode")
    names = sorted({name for _, members in pilots.values() for name in members})
    network.add_nodes_from(names, bipartite=0, mode="institution")
    for pilot, (area, members) in sorted(pilots.items()):
        network.add_node(pilot, bipartite=1, mode="pilot", area=area, members=len(members))
        network.add_edges_from((name, pilot) for name in sorted(members))
    for name in names:
        joint = sum(len(pilots[pilot][1]) > 1 for pilot in network[name])
        network.nodes[name].update(pilots=network.degree(name), joint_pilots=joint, first="2020-01-14")
    return network


def area_of(number: int) -> str:
    """The area of one of the 29 pilots."""
    return "beijing" if number <= 17 else "shanghai" if number <= 25 else "shenzhen"


@pytest.fixture(scope="module")
def article() -> nx.Graph:
    """The 29 pilots as filed."""
    return two_mode({f"p{n:02}": (area_of(n), names.split()) for n, names in (JOINT | SOLO).items()})


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    """The simulations of benchmarks/significance.py."""
    path = Path(__file__).parent.parent / "benchmarks" / "significance.py"
    spec = importlib.util.spec_from_file_location("benchmark_significance", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def edges(network: nx.Graph) -> frozenset[tuple[str, str]]:
    """The memberships, as (institution, pilot)."""
    return frozenset((a, b) if network.nodes[a]["bipartite"] == 0 else (b, a) for a, b in network.edges)


def degrees(network: nx.Graph) -> tuple[dict[str, int], Counter[tuple[str, str]]]:
    """Each node's degree, and each institution's number of pilots in each area."""
    return dict(network.degree), Counter((name, network.nodes[pilot].get("area", "")) for name, pilot in edges(network))


def all_networks(network: nx.Graph, by_area: bool = True) -> Iterator[frozenset[tuple[str, str]]]:
    """Every two-mode network with the degrees of a given one, by complete enumeration."""
    areas = nx.get_node_attributes(network, "area")
    pilots = sorted(areas)
    names = sorted(set(network) - set(pilots))
    wanted = degrees(network)[1] if by_area else Counter({(name, ""): network.degree(name) for name in names})
    for choice in itertools.product(*(itertools.combinations(names, network.degree(pilot)) for pilot in pilots)):
        made = [(name, pilot) for pilot, members in zip(pilots, choice, strict=True) for name in members]
        if Counter((name, areas[pilot] if by_area else "") for name, pilot in made) == wanted:
            yield frozenset(made)


def count(memberships: frozenset[tuple[str, str]], a: str, b: str) -> int:
    """In how many pilots both take part."""
    return len({p for name, p in memberships if name == a} & {p for name, p in memberships if name == b})


# Small enough to enumerate: squares, an area of three pilots in which one pair trades a round, two areas, forced links.
TINY = {
    "3x3": {"p1": ("x", "ab"), "p2": ("x", "bc"), "p3": ("x", "a")},
    "3x3 of one each": {"p1": ("x", "a"), "p2": ("x", "b"), "p3": ("x", "c")},
    "4x4": {"p1": ("x", "ab"), "p2": ("x", "bc"), "p3": ("x", "cd"), "p4": ("x", "da")},
    "4x4 uneven": {"p1": ("x", "abc"), "p2": ("x", "ab"), "p3": ("x", "ad"), "p4": ("x", "b")},
    "two areas": {
        "p1": ("x", "ab"),
        "p2": ("x", "c"),
        "p3": ("x", "a"),
        "p4": ("y", "ab"),
        "p5": ("y", "d"),
        "p6": ("y", "d"),
    },
    "forced": {"p1": ("x", "abc"), "p2": ("x", "a"), "p3": ("x", "ab")},
}


@pytest.mark.parametrize("availability", ["area", "everywhere"])
@pytest.mark.parametrize("name", TINY)
def test_every_network_is_equally_likely(name: str, availability: str) -> None:
    """The sampled frequencies of all networks with the given degrees pass a chi-square test of uniformity.

    Samples are independent given the hub, so that the statistic has its textbook mean (cells - 1) and variance (twice
    that); five standard deviations are allowed, and the seed is fixed.
    """
    network, samples = two_mode(TINY[name]), 6_000
    every = list(all_networks(network, availability == "area"))
    drawn = Counter(edges(one) for one in random_networks(network, samples, availability=availability, seed=1))
    assert set(drawn) <= set(every)
    expected, free = samples / len(every), len(every) - 1
    statistic = sum((drawn[one] - expected) ** 2 / expected for one in every)
    assert statistic <= free + 5 * math.sqrt(2 * free)


@pytest.mark.parametrize("availability", ["area", "everywhere"])
@pytest.mark.parametrize("name", TINY)
def test_p_values_are_those_of_complete_enumeration(name: str, availability: str) -> None:
    """Counts, expectations and p-values agree with all networks, within four standard errors."""
    network, samples = two_mode(TINY[name]), 20_000
    every, seen = list(all_networks(network, availability == "area")), edges(network)
    for link in link_test(network, availability=availability, samples=samples, seed=2).links:
        counts = [count(one, link.a, link.b) for one in every]
        exact = sum(number >= link.count for number in counts) / len(every)
        assert link.count == count(seen, link.a, link.b)
        assert link.p_fdsm == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / samples) + 1 / samples)
        spread = math.sqrt(np.var(counts) / samples)
        assert link.expected == pytest.approx(np.mean(counts), abs=4 * spread + 1e-9)


@st.composite
def networks(draw: st.DrawFn) -> nx.Graph:
    """A two-mode network of up to 7 institutions and 8 pilots in up to 3 areas."""
    members = st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=5, unique=True)
    rows = draw(st.lists(st.tuples(st.sampled_from("xyz"), members), min_size=1, max_size=8))
    return two_mode({f"p{number}": row for number, row in enumerate(rows)})


@given(networks(), st.integers(0, 1000), st.sampled_from(["area", "everywhere"]))
def test_sampling_keeps_every_degree(network: nx.Graph, seed: int, availability: str) -> None:
    """Each node keeps its degree and, where areas count, its degree in each area; attributes say what is true."""
    everywhere, by_area = degrees(network)
    for one in random_networks(network, 3, availability=availability, seed=seed):
        assert list(one) == list(network)
        assert degrees(one)[0] == everywhere
        if availability == "area":
            assert degrees(one)[1] == by_area
        for name, attributes in one.nodes(data=True):
            assert "first" not in attributes
            if attributes["bipartite"] == 0:
                assert attributes["joint_pilots"] == sum(one.degree(pilot) > 1 for pilot in one[name])


@given(networks(), st.integers(0, 1000), st.sampled_from(["area", "everywhere"]))
def test_p_and_q_are_in_range(network: nx.Graph, seed: int, availability: str) -> None:
    """0 < p <= q <= 1 for every link, each pair with a common pilot is one, and all lie in the family."""
    test = link_test(network, availability=availability, samples=50, seed=seed)
    pairs = {
        pair for p in network if network.nodes[p]["bipartite"] for pair in itertools.combinations(sorted(network[p]), 2)
    }
    assert {(link.a, link.b) for link in test.links} == pairs
    assert len(pairs) <= test.family
    for link in test.links:
        assert 0 < link.p_fdsm <= link.q_fdsm <= 1
        assert 0 < link.p_sdsm <= link.q_sdsm <= 1
        assert link.expected >= 0
    assert list(test.links) == sorted(test.links, key=lambda link: (link.p_fdsm, link.a, link.b))


def test_a_link_that_cannot_be_otherwise() -> None:
    """Where the degrees force a link its p-value is 1, by sampling and by the analytic check."""
    (link,) = link_test(two_mode({"p1": ("x", "ab")}), samples=99).links
    assert link.p_fdsm == 1
    assert link.p_sdsm == pytest.approx(1)


def test_p_values_are_never_zero() -> None:
    """Two that share all of their 12 pilots of 24: of 99 samples none comes near, so that p is 1/100, not 0."""
    pilots = {f"p{n:02}": ("x", ("ab" if n < 12 else "cd") + "efgh"[n % 4]) for n in range(24)}
    test = link_test(two_mode(pilots), samples=99)
    assert min(link.p_fdsm for link in test.links) == 1 / 100


def test_p_values_hold_for_a_chain_that_has_not_mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one round, which is far too few, a true null still has p <= .05 in 5 % of cases: what the hub is for.

    The observed networks are drawn from the null model and the statistic has no ties. Three standard errors of 800
    draws are allowed: from .027 to .073. Samples that set out from the observed network itself give .004.
    """
    pilots = {f"p{n:02}": ("x", "abcdefghij"[n % 7 : n % 7 + 2 + n % 3]) for n in range(16)}
    observed = list(random_networks(two_mode(pilots), 800, seed=1))
    monkeypatch.setattr(null_model, "ROUNDS", 1)
    rng, low = np.random.default_rng(5), 0
    for seed, network in enumerate(observed):
        weights = {(name, pilot): float(rng.random()) for name in "abcdefghij" for pilot in pilots}
        statistic = {"sum": lambda one, weights=weights: sum(weights[edge] for edge in edges(one))}
        low += null_statistics(network, statistic, samples=19, seed=seed)["sum"].p_upper <= 0.05
    assert low / 800 == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / 800))


def test_benjamini_hochberg_by_hand() -> None:
    """Four p-values of ten: 10/1 of .001 is .01, 10/2 of .008 is .04, and .039 and .041 both get 10/4 of .041."""
    q = benjamini_hochberg(np.array([0.041, 0.001, 0.039, 0.008]), 10)
    assert q == pytest.approx([0.1025, 0.01, 0.1025, 0.04])
    assert len(benjamini_hochberg(np.array([]), 10)) == 0


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=12), st.integers(0, 20))
def test_benjamini_hochberg_is_the_step_up_procedure(values: list[float], others: int) -> None:
    """A q-value is the least level at which the procedure, as its definition says, rejects: checked on all p-values.

    The definition: with the p-values sorted, reject the first k for the greatest k with p(k) <= k / m * level.
    """
    family = len(values) + others
    q = benjamini_hochberg(np.array(values), family)
    everything = sorted([*values, *[1.0] * others])
    for p, found in zip(values, q, strict=True):
        least = min(family * other / rank for rank, other in enumerate(everything, 1) if other >= p)
        assert found == pytest.approx(min(1, least))


# What bicm 3.4.0 gives for six rows and five columns, to six digits:
# python -c "from bicm import BipartiteGraph as G; import numpy as np; g = G(); g.set_biadjacency_matrix(np.array([[1,1,1,0,0],
#   [1,0,0,1,0],[0,1,0,0,1],[1,0,0,0,0],[0,0,1,0,0],[0,0,0,1,0]])); g.solve_tool(print_error=False); print(g.get_bicm_matrix())"
BICM = {
    3: [0.779278, 0.617281, 0.617281, 0.617281, 0.368878],
    2: [0.595977, 0.402584, 0.402584, 0.402584, 0.196271],
    1: [0.342923, 0.192517, 0.192517, 0.192517, 0.079527],
}


def test_bicm_agrees_with_the_package_bicm() -> None:
    """The probabilities are those of the package, to the digits that were noted."""
    rows = [3, 2, 2, 1, 1, 1]
    assert bicm(np.array(rows), np.array([3, 2, 2, 2, 1])) == pytest.approx(np.array([BICM[d] for d in rows]), abs=1e-6)


@pytest.mark.parametrize(
    ("degrees_", "sizes", "expected"),
    [
        ([1, 1, 1], [3], [[1], [1], [1]]),
        ([2, 1], [2, 1], [[1, 1], [1, 0]]),
        ([3, 3, 1, 1], [1, 1, 3, 3], [[0.5, 0.5, 1, 1], [0.5, 0.5, 1, 1], [0, 0, 0.5, 0.5], [0, 0, 0.5, 0.5]]),
    ],
)
def test_bicm_where_degrees_force_links(degrees_: list[int], sizes: list[int], expected: list[list[float]]) -> None:
    """What must or cannot be has probability 1 or 0, where a fixed-point iteration is still 1e-4 off after 10,000 steps."""
    assert bicm(np.array(degrees_), np.array(sizes)) == pytest.approx(np.array(expected), abs=1e-8)


@given(networks())
def test_bicm_has_the_degrees(network: nx.Graph) -> None:
    """The probabilities of a node sum to its degree."""
    sides = nx.get_node_attributes(network, "bipartite")
    d = np.array([network.degree(node) for node, side in sides.items() if side == 0])
    s = np.array([network.degree(node) for node, side in sides.items() if side == 1])
    probability = bicm(d, s)
    assert probability.sum(axis=1) == pytest.approx(d, abs=1e-6)
    assert probability.sum(axis=0) == pytest.approx(s, abs=1e-6)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=7), st.integers(1, 8))
def test_upper_tail_is_that_of_all_outcomes(chances: list[float], wanted: int) -> None:
    """The Poisson-binomial tail is the summed probability of all outcomes with at least so many successes."""
    exact = sum(
        math.prod(c if hit else 1 - c for c, hit in zip(chances, outcome, strict=True))
        for outcome in itertools.product([False, True], repeat=len(chances))
        if sum(outcome) >= wanted
    )
    assert upper_tail(np.array([chances]), np.array([wanted]))[0] == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize(
    ("availability", "family", "low", "high"), [("area", 470, 0.03, 0.06), ("everywhere", 990, 0.015, 0.035)]
)
def test_the_29_pilots(article: nx.Graph, availability: str, family: int, low: float, high: float) -> None:
    """None of 33 links survives; the least p-value is that of two who are nowhere else.

    Families: 28 institutions in Beijing make 378 pairs, 13 in Shanghai 78, 6 in Shenzhen 15; UnionPay and CCB are in
    Beijing and Shanghai and would be counted twice: 471 - 1. Everywhere: 45 * 44 / 2 = 990.
    """
    test = link_test(article, availability=availability, seed=0)
    assert len(test.links) == 33
    assert test.family == family
    assert low < test.links[0].p_fdsm < high
    assert test.surviving == ()
    assert min(link.q_fdsm for link in test.links) == 1
    assert min(link.q_sdsm for link in test.links) == 1
    assert test.samples >= test.samples_needed  # or else nothing could have survived
    assert {link.count for link in test.links} == {1}


def test_conclusions(article: nx.Graph, benchmark: ModuleType) -> None:
    """The sentence says what follows: nothing, something, or that the samples were too few, in both languages."""
    none = link_test(article)
    assert none.conclusion("en").startswith("0 of 33 links exceed chance after correction for the 470 pairs")
    assert "facts on record" in none.conclusion("en")
    assert "more than once" in none.conclusion("en")
    assert none.conclusion("zh").startswith("33 条连线中有 0 条")
    few = link_test(article, samples=999)
    assert few.conclusion("en").endswith("draw at least 9400")
    some = link_test(benchmark.planted(benchmark.SMALL, 6, 1, 0), samples=benchmark.SMALL.samples)
    assert [(link.a, link.b) for link in some.surviving] == [("a", "b")]
    assert f"1 of {len(some.links)}" in some.conclusion("en")
    assert "合作偏好" in some.conclusion("zh")
    absent = LinkTest(0, 999, "area", 0.05, 0, ())
    assert absent.conclusion("en").startswith("no two institutions")


def test_an_empty_network_and_one_without_links() -> None:
    """Where there is nothing to test, there are no links and no error."""
    for network in (two_mode({}), two_mode({"p1": ("x", "a"), "p2": ("x", "b")})):
        test = link_test(network, samples=9)
        assert test.links == ()
        assert test.family == 0
        assert null_statistics(network, {"edges": nx.number_of_edges}, samples=9)["edges"].p == 1


def spoilt(key: str) -> nx.Graph:
    """A network that cannot be tested."""
    network = two_mode({"p1": ("x", "ab"), "p2": ("x", "b")})
    if key == "network-no-area":
        del network.nodes["p2"]["area"]
    if key == "network-not-two-mode":
        network.add_edge("a", "b")
    return network


@pytest.mark.parametrize(
    ("key", "arguments"),
    [
        ("network-no-area", {}),
        ("network-not-two-mode", {}),
        ("network-availability", {"availability": "city"}),
        ("network-samples", {"samples": 0}),
        ("network-alpha", {"alpha": 0}),
        ("network-alpha", {"alpha": 1}),
    ],
)
def test_what_cannot_be_tested_is_told(key: str, arguments: dict[str, object]) -> None:
    """A wrong network or argument is an error that says what to do, in both languages."""
    with pytest.raises(QueryError) as caught:
        link_test(spoilt(key), **arguments)
    assert caught.value.key == key
    assert caught.value.text("zh") != caught.value.text("en")


def test_a_pilot_without_area_can_be_tested_everywhere() -> None:
    """Areas are not asked for where they do not count."""
    assert link_test(spoilt("network-no-area"), availability="everywhere", samples=9).family == 1


def largest(network: nx.Graph) -> int:
    """How many institutions the largest component has."""
    return max(sum(network.nodes[node]["bipartite"] == 0 for node in part) for part in nx.connected_components(network))


def test_statistics_of_the_whole_network(article: nx.Graph) -> None:
    """The largest component has 8 institutions, which is ordinary; a constant has p-value 1; NaN is told."""
    statistics = {"largest": largest, "edges": nx.number_of_edges, "undefined": lambda _: math.nan}
    found = null_statistics(article, statistics, samples=199, seed=3)
    assert found["largest"].observed == 8
    assert found["largest"].low <= found["largest"].mean <= found["largest"].high
    assert found["largest"].p > 0.1
    assert (found["edges"].mean, found["edges"].low, found["edges"].high, found["edges"].p) == (52, 52, 52, 1)
    assert (found["undefined"].observed, found["undefined"].p, found["undefined"].undefined) == (None, None, 199)


def test_a_statistic_far_out_is_told() -> None:
    """Ten pairs who always apply together: no random network has so few components' worth of strangers."""
    pilots = {f"p{n:02}": ("x", (f"a{n % 10}", f"b{n % 10}")) for n in range(30)}
    (found,) = null_statistics(two_mode(pilots), {"parts": nx.number_connected_components}, samples=99).values()
    assert found.observed == 10
    assert found.p_upper == 1 / 100
    assert found.p == 2 / 100


def test_the_same_for_a_seed_and_each_hash_seed(tmp_path: Path) -> None:
    """Results depend on the seed, not on the order of nodes or the hashes of strings."""
    pilots = TINY["two areas"]
    turned = nx.Graph(kind="two-mode")
    turned.add_nodes_from(reversed(list(two_mode(pilots).nodes(data=True))))
    turned.add_edges_from(reversed(list(two_mode(pilots).edges)))
    assert link_test(two_mode(pilots), samples=99) == link_test(turned, samples=99)
    assert link_test(two_mode(pilots), samples=99) != link_test(two_mode(pilots), samples=99, seed=1)
    code = (
        "from test_network_significance import *\n"
        "print(link_test(two_mode(TINY['two areas']), samples=99), [sorted(edges(n)) for n in random_networks(two_mode(TINY['4x4']), 3)])"
    )
    outputs = set()
    for seed in ("0", "1"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, check=True
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1


@settings(max_examples=10)
@given(networks())
def test_samples_are_enough_by_default(network: nx.Graph) -> None:
    """The default number of samples is enough for one link to survive, and a round number with the observed network."""
    test = link_test(network)
    assert test.samples >= test.samples_needed
    assert (test.samples + 1) % 10 == 0


def test_it_finds_nothing_where_nothing_is(benchmark: ModuleType) -> None:
    """60 networks without any preference: the share with a finding, and of low p-values, is at most alpha.

    Three standard errors of 60 draws at alpha are allowed. benchmarks/significance.py runs more.
    """
    shares = benchmark.size(benchmark.SMALL, 60)
    for name, share in shares.items():
        assert share.value <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / share.of), name
    assert shares["FDSM, each pair"].value > 0.005  # nor is it blind: ties between counts keep it below .05


def test_it_finds_a_planted_pair(benchmark: ModuleType) -> None:
    """Two that share 4 pilots of 30 and are in no other are found every time; after one joint pilot they never are.

    Were their pilots drawn at random, all four would coincide once in C(30, 4) = 27,405, far below .05 / 91 pairs, and
    that the others differ from one simulation to the next changes it little; one pilot coincides once in 30.
    """
    assert benchmark.power(benchmark.SMALL, 4, 0, 10)["FDSM"].value == 1
    assert benchmark.power(benchmark.SMALL, 1, 0, 3)["FDSM"].value == 0
