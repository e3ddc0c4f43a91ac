"""Two-mode networks with the degrees of a given one, all equally likely: the null model of every test here.

It is the fixed degree sequence model (FDSM; Neal, Domagalski, Sagan 2021, doi:10.1038/s41598-021-03238-3): each
institution keeps its number of pilots, each pilot its number of institutions. Under `availability="area"` an
institution can only stand in pilots of the areas in which it applied, and keeps its number of pilots in each of them,
since a bank of one city could not join a cohort of another (compare SDSM-EC: Neal, Neal 2024, arXiv:2307.12828). Under
`"everywhere"` all pilots are open to all.

Sampling is by trades (Curveball: Strona et al. 2014, doi:10.1038/ncomms5114): two pilots of one area pool the members
that only one of them has and deal them out again, each as many as before. A trade and its reverse are equally likely,
trades within one area connect all its networks, and a trade may change nothing, so the chain is uniform over the null
model (Carstens 2015, doi:10.1103/PhysRevE.91.042812). A *round* pairs all pilots of each area at random and lets each
pair trade; as the pairs are disjoint, a round is reversible too (global trades: Carstens et al. 2018,
arXiv:1804.08487).

The chain first walks from the observed network to a hub, and each sample walks as far from that hub on its own. The
observed network is then one of samples + 1 exchangeable networks, for any number of rounds (Besag, Clifford 1989,
doi:10.1093/biomet/76.4.633), so that (1 + samples that reach the observed value) / (1 + samples) is a valid p-value and
never 0 (Phipson, Smyth 2010, doi:10.2202/1544-6115.1585).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from sandbox_kg.store.errors import QueryError

Availability = Literal["area", "everywhere"]
Integers = NDArray[np.int64]

# After 16 rounds at most some 0.001 of the observed memberships is left beyond chance (the distance that Neal 2023,
# arXiv:2305.04937, watches), and no p-value can be told from that after 60 rounds, on the 29 pilots and on 40
# institutions in 120 pilots alike: benchmarks/significance.py.
ROUNDS = 16
BATCH_CELLS = 20_000_000  # array cells that are in memory at once
_MEMBER_BITS, _RANDOM_BITS = 22, 38  # of one number of 64: four million institutions, ties in one of 10**11 trades
_BATCH = 1_000  # samples that trade side by side


@dataclass(frozen=True)
class Memberships:
    """A two-mode network as arrays, pilots sorted by stratum (an area, or all).

    Attributes:
        institutions, pilots: the node names; the arrays hold positions in these.
        members: one row a pilot: its members, then the number of institutions as a filler.
        sizes: how many members each pilot has.
        strata: the stratum of each pilot, counted from 0, in ascending order.
    """

    institutions: list[str]
    pilots: list[str]
    members: Integers
    sizes: Integers
    strata: Integers

    @classmethod
    def of(cls, network: nx.Graph, availability: Availability) -> Memberships:
        """Reads a two-mode network.

        Raises:
            QueryError: it is none, the availability has another name, or a pilot has no area where areas count.
        """
        if availability not in get_args(Availability):
            raise QueryError("network-availability", availability=availability, known=", ".join(get_args(Availability)))
        sides = nx.get_node_attributes(network, "bipartite")
        if len(sides) < len(network) or any(sides[a] == sides[b] for a, b in network.edges):
            raise QueryError("network-not-two-mode", kind=network.graph.get("kind", "?"))
        areas = {node: network.nodes[node].get("area") for node, side in sides.items() if side == 1}
        if availability == "everywhere":
            areas = dict.fromkeys(areas, "")
        if missing := sorted(node for node, area in areas.items() if area is None):
            raise QueryError("network-no-area", pilot=missing[0])
        institutions = sorted(node for node, side in sides.items() if side == 0)
        pilots = sorted(areas, key=lambda pilot: (areas[pilot], pilot))
        place = {name: number for number, name in enumerate(institutions)}
        sizes = np.array([network.degree(pilot) for pilot in pilots], dtype=np.int64)
        members = np.full((len(pilots), int(sizes.max(initial=1))), len(institutions))
        for row, pilot in enumerate(pilots):
            members[row, : sizes[row]] = sorted(place[name] for name in network[pilot])
        names = sorted(set(areas.values()))
        strata = np.array([names.index(areas[pilot]) for pilot in pilots], dtype=np.int64)
        return cls(institutions, pilots, members, sizes, strata)

    def incidence(self) -> NDArray[np.bool_]:
        """Institutions by pilots: who takes part where."""
        present = np.zeros((len(self.institutions) + 1, len(self.pilots)), dtype=bool)
        present[self.members, np.arange(len(self.pilots))[:, None]] = True
        return present[:-1]

    def could_meet(self) -> int:
        """How many pairs of institutions share an area in which some pilot has two members or more."""
        present, pairs = self.incidence(), np.zeros((len(self.institutions),) * 2, dtype=bool)
        for stratum in np.unique(self.strata[self.sizes > 1]):
            available = present[:, self.strata == stratum].any(axis=1)
            pairs |= np.outer(available, available)
        return int(np.triu(pairs, 1).sum())


def random_networks(
    two_mode: nx.Graph, samples: int, *, availability: Availability = "area", seed: int = 0
) -> Iterator[nx.Graph]:
    """Two-mode networks with the degrees of a given one, drawn from the null model.

    Nodes keep what the null model keeps: all their attributes but `first` and `last`, and `joint_pilots` is counted
    anew. Edges have no attributes, since nobody filed them.

    Args:
        two_mode: a two-mode network.
        samples: how many are drawn.
        availability: `area` or `everywhere`.
        seed: of `numpy.random.default_rng`.

    Yields:
        One `networkx.Graph` after another; its `graph` is that of the given one, with the seed.

    Raises:
        QueryError: the network is not two-mode, a pilot has no area, or an argument is out of range.
    """
    data = Memberships.of(two_mode, availability)
    said = {key: value for key, value in two_mode.graph.items() if key != "network_digest"} | {"seed": seed}
    nodes = [
        (node, {key: value for key, value in attributes.items() if key not in ("first", "last", "joint_pilots")})
        for node, attributes in two_mode.nodes(data=True)
    ]
    for networks in sampled(data, samples, seed):
        networks.sort(axis=2)
        for members in networks.tolist():
            network = nx.Graph(**said)
            network.add_nodes_from((node, dict(attributes)) for node, attributes in nodes)
            joint = dict.fromkeys(data.institutions, 0)
            edges = []
            for pilot, size, row in zip(data.pilots, data.sizes.tolist(), members, strict=True):
                for member in row[:size]:
                    edges.append((data.institutions[member], pilot))
                    joint[data.institutions[member]] += size > 1
            network.add_edges_from(sorted(edges))
            nx.set_node_attributes(network, joint, "joint_pilots")
            yield network


def sampled(data: Memberships, samples: int, seed: int, links: int = 0) -> Iterator[Integers]:
    """Networks of the null model, as arrays.

    Args:
        data: the observed network.
        samples: how many networks.
        seed: of `numpy.random.default_rng`.
        links: how many numbers the caller keeps for each network; batches are made smaller for them.

    Yields:
        Batches: network, pilot, members, the rows as in `Memberships.members` but unsorted.

    Raises:
        QueryError: the number of samples is not positive.
    """
    if samples < 1:
        raise QueryError("network-samples", samples=samples)
    rng = np.random.default_rng(seed)
    width = data.members.shape[1]
    batch = max(1, min(_BATCH, BATCH_CELLS // (1 + links + len(data.pilots) * width * (width + 8))))
    hub = data.members[None].copy()
    walk(hub, data, ROUNDS, rng)
    for begin in range(0, samples, batch):
        networks = np.repeat(hub, min(batch, samples - begin), axis=0)
        walk(networks, data, ROUNDS, rng)
        yield networks


def walk(networks: Integers, data: Memberships, rounds: int, rng: np.random.Generator) -> None:
    """Lets the pilots of some networks trade for some rounds, in place."""
    edges = np.flatnonzero(np.diff(data.strata, prepend=-1, append=-1)).tolist()
    # Pilots are shuffled within their stratum and trade with their neighbour; of an odd number the last one rests.
    traders = np.array([k for a, b in pairwise(edges) for k in range(a, b - (b - a) % 2)], dtype=np.int64)
    first_pilot = np.arange(len(networks))[:, None] * len(data.pilots)
    for _ in range(rounds):
        shuffled = np.argsort(data.strata + rng.random((len(networks), len(data.pilots))), axis=1)[:, traders]
        _trade(networks.reshape(-1, networks.shape[2]), first_pilot + shuffled, data.sizes[shuffled[:, ::2]], data, rng)


def _trade(members: Integers, rows: Integers, sizes: Integers, data: Memberships, rng: np.random.Generator) -> None:
    """Lets the rows trade, each even one with the next; `sizes` are those of the even ones."""
    width, filler = members.shape[1], len(data.institutions)
    pool = members.take(rows, axis=0).reshape(-1, 2 * width)
    pool.sort(axis=1)
    shared = pool[:, 1:] == pool[:, :-1]
    place = np.ones(pool.shape, dtype=np.int64)
    place[:, :-1] -= shared  # a member of both stays in both: one copy goes before all that are dealt,
    place[:, 1:] += shared  # the other one after them
    np.putmask(place, pool == filler, 3)
    # Place, random number and member are one number, so that one sort deals: much cheaper than to sort positions.
    dealt = (((place << _RANDOM_BITS) + rng.integers(0, 1 << _RANDOM_BITS, pool.shape)) << _MEMBER_BITS) + pool
    dealt.sort(axis=1)
    dealt &= (1 << _MEMBER_BITS) - 1
    size, slot = sizes.reshape(-1, 1), np.arange(width)
    second = dealt.take(np.arange(len(pool))[:, None] * 2 * width + size + slot)
    first = np.where(slot < size, dealt[:, :width], filler)
    members[rows] = np.concatenate([first, second], axis=1).reshape(*rows.shape, width)
