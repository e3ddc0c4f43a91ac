"""Measures the test of links: whether it finds links where there are none, what it finds where there are, how it mixes.

Usage: python benchmarks/significance.py [SIMULATIONS]   (default 60; about a minute and a half of CPU time)

Networks are simulated with fixed seeds, so that the same numbers come out again; only the seconds differ.
"""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass

import networkx as nx
import numpy as np

import sandbox_kg
from sandbox_kg.network import null_model, significance

ALPHA = 0.05
PLANTED = ((1, 0), (2, 0), (3, 0), (4, 0), (4, 1), (6, 1), (6, 2))  # pilots together, pilots apart


@dataclass(frozen=True)
class Share:
    """How many of some simulations (or pairs) met a condition.

    Attributes:
        found, of: the numbers.
    """

    found: int
    of: int

    @property
    def value(self) -> float:
        """The share."""
        return self.found / self.of

    @property
    def error(self) -> float:
        """Its Monte Carlo standard error; where none or all were found, that of half a case."""
        share = min(max(self.value, 0.5 / self.of), 1 - 0.5 / self.of)
        return math.sqrt(share * (1 - share) / self.of)

    def __str__(self) -> str:
        return f"{self.value:.3f} ± {self.error:.3f} ({self.found} of {self.of})"


@dataclass(frozen=True)
class Shape:
    """A size of network.

    Attributes:
        institutions, pilots: how many there are.
        samples: random networks for one test; enough for a single link to survive the correction.
    """

    institutions: int
    pilots: int
    samples: int


SMALL = Shape(12, 30, 1_999)  # with the planted pair 14 institutions, 91 pairs: one link survives from 1,819 samples on
LARGE = Shape(40, 120, 19_999)  # with the pair 861 pairs: from 17,219


def unrelated(shape: Shape, seed: int) -> nx.Graph:
    """A two-mode network in which nobody prefers anybody: drawn from the null model.

    Pilots have 2 to 4 members; institutions are active in proportion to 1, 1/2, 1/3, ..., as few of them are in many.
    """
    network = _empty(shape)
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, shape.institutions + 1)
    for pilot in range(shape.pilots):
        members = rng.choice(shape.institutions, rng.integers(2, 5), replace=False, p=weights / weights.sum())
        network.add_edges_from((f"i{member:02}", f"p{pilot:03}") for member in members.tolist())
    network.remove_nodes_from([node for node, degree in list(network.degree) if not degree])
    (drawn,) = null_model.random_networks(network, 1, seed=seed)
    return drawn


def planted(shape: Shape, together: int, apart: int, seed: int) -> nx.Graph:
    """A network in which two institutions, `a` and `b`, apply together.

    They share some pilots and are in some more each without the other; all else is `unrelated`.
    """
    network = unrelated(shape, seed)
    pilots = [f"p{pilot:03}" for pilot in range(shape.pilots)]
    chosen = np.random.default_rng(seed).permutation(pilots)[: together + 2 * apart].tolist()
    network.add_nodes_from(("a", "b"), bipartite=0)
    network.add_edges_from(("a", pilot) for pilot in chosen[: together + apart])
    network.add_edges_from(("b", pilot) for pilot in chosen[:together] + chosen[together + apart :])
    return network


def _empty(shape: Shape) -> nx.Graph:
    network = nx.Graph(kind="two-mode")
    network.add_nodes_from((f"i{number:02}" for number in range(shape.institutions)), bipartite=0)
    network.add_nodes_from((f"p{number:03}" for number in range(shape.pilots)), bipartite=1, area="one")
    return network


def size(shape: Shape, simulations: int) -> dict[str, Share]:
    """What the test finds where there is nothing to find.

    Returns:
        The share of networks with any link found after correction, which is the false discovery rate as well, since
        every finding is false; and the share of all pairs with an uncorrected p-value of at most .05.
    """
    wrong = dict.fromkeys(("FDSM, corrected", "SDSM, corrected"), 0)
    low = dict.fromkeys(("FDSM, each pair", "SDSM, each pair"), 0)
    pairs = 0
    for seed in range(simulations):
        test = significance.link_test(unrelated(shape, seed), samples=shape.samples, seed=seed, alpha=ALPHA)
        pairs += test.family
        wrong["FDSM, corrected"] += bool(test.surviving)
        wrong["SDSM, corrected"] += any(link.q_sdsm <= ALPHA for link in test.links)
        low["FDSM, each pair"] += sum(link.p_fdsm <= ALPHA for link in test.links)
        low["SDSM, each pair"] += sum(link.p_sdsm <= ALPHA for link in test.links)
    shares = {name: Share(found, simulations) for name, found in wrong.items()}
    return shares | {name: Share(found, pairs) for name, found in low.items()}


def power(shape: Shape, together: int, apart: int, simulations: int) -> dict[str, Share]:
    """How often the planted pair is found after correction."""
    found = {"FDSM": 0, "SDSM": 0}
    for seed in range(simulations):
        network = planted(shape, together, apart, seed)
        test = significance.link_test(network, samples=shape.samples, seed=seed, alpha=ALPHA)
        (pair,) = (link for link in test.links if (link.a, link.b) == ("a", "b"))
        found["FDSM"] += pair.q_fdsm <= ALPHA
        found["SDSM"] += pair.q_sdsm <= ALPHA
    return {name: Share(number, simulations) for name, number in found.items()}


def mixing(network: nx.Graph, samples: int, rounds: tuple[int, ...] = (1, 2, 4, 8, 12, 16, 20)) -> list[str]:
    """How fast a network is forgotten: after each number of rounds, and against 60 rounds.

    Returns:
        Rows of a Markdown table: rounds; the share of observed memberships left, less what is left by chance; and the
        p-values of the links, as the root mean square of z against those after 60 rounds: 1 where no difference shows.
    """
    data = null_model.Memberships.of(network, "area")
    present = data.incidence()
    first, second = np.triu(present.astype(int) @ present.T.astype(int), 1).nonzero()
    counts = (present[first] & present[second]).sum(axis=1)
    link = significance._numbered(len(data.institutions), first, second)
    rng = np.random.default_rng(0)
    kept = dict.fromkeys((*rounds, 60), 0)
    reached = {number: np.zeros(len(counts)) for number in kept}
    pilot = np.arange(len(data.pilots))[:, None]
    for _ in range(samples // 500):
        networks, done = np.repeat(data.members[None], 500, axis=0), 0
        for number in kept:
            null_model.walk(networks, data, number - done, rng)
            done = number
            kept[number] += int(np.pad(present, ((0, 1), (0, 0)))[networks, pilot].sum())
            drawn = significance._counts(networks, link)
            reached[number] += (drawn >= counts).sum(axis=0)
    rows = []
    drawn_in_all = samples // 500 * 500
    for number in rounds:
        left = (kept[number] - kept[60]) / drawn_in_all / present.sum()
        p, end = reached[number] / drawn_in_all, reached[60] / drawn_in_all
        z = (p - end) / np.sqrt((p * (1 - p) + end * (1 - end)) / drawn_in_all + 1e-12)
        rows.append(f"| {number} | {left:.4f} | {np.sqrt((z**2).mean()):.2f} |")
    return rows


def main(simulations: int) -> None:
    """Prints the tables."""
    begin = time.process_time()
    article = sandbox_kg.open().network("two-mode", scope="article")
    print(f"`python benchmarks/significance.py {simulations}`\n")
    print("The 29 pilots, 6,000 samples, CPU seconds:\n")
    print("| availability | pairs | least p (FDSM) | least p (SDSM) | links found | s |")
    print("|---|---:|---:|---:|---:|---:|")
    for availability in ("area", "everywhere"):
        started = time.process_time()
        test = significance.link_test(article, availability=availability, samples=6_000)
        taken, sdsm = time.process_time() - started, min(link.p_sdsm for link in test.links)
        found = f"{len(test.surviving)} of {len(test.links)}"
        print(f"| {availability} | {test.family} | {test.links[0].p_fdsm:.3f} | {sdsm:.3f} | {found} | {taken:.2f} |")
    print("\nSize: nobody prefers anybody, 12 institutions, 30 pilots:\n\n| what | share found |\n|---|---:|")
    for name, share in size(SMALL, simulations).items():
        print(f"| {name} | {share} |")
    print("\nPower: one pair shares some pilots, and each is in some without the other:\n")
    print("| institutions, pilots | together, apart | FDSM | SDSM |\n|---|---|---:|---:|")
    for shape, together, apart, runs in (
        *((SMALL, together, apart, simulations // 3) for together, apart in PLANTED),
        (LARGE, 6, 2, simulations // 20),
    ):
        shares = power(shape, together, apart, max(1, runs))
        print(f"| {shape.institutions}, {shape.pilots} | {together}, {apart} | {shares['FDSM']} | {shares['SDSM']} |")
    for name, network, samples in (("the 29 pilots", article, 20_000), ("40, 120", unrelated(LARGE, 0), 4_000)):
        print(f"\nMixing: {name}\n\n| rounds | memberships left | rms z of p |\n|---:|---:|---:|")
        print("\n".join(mixing(network, samples)))
    print(f"\n{time.process_time() - begin:.0f} s of CPU time in all")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
