"""Measures that mean something on a small archipelago of cliques.

Left out, and why:

- networkx's closeness of a two-mode network normalises inside each component, so an institution with one solo pilot is
  closer to all than any broker (China UnionPay would stand 34th of 45 as filed). Harmonic centrality has no such fault.
- Eigenvector centrality has no single answer on a disconnected network.
- Transitivity and clustering of the projection measure that a pilot of three or more is a clique. The two-mode
  clustering of Robins & Alexander, and triangles across pilots, measure what is left.
- Betweenness over both modes gives every institution with two pilots a score, since it stands between its own pilots.
  Brokerage counts pairs of institutions only.
- The k-core number is the size of the largest consortium, less one.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations

import networkx as nx

from sandbox_kg.network.holes import constraint, effective_size
from sandbox_kg.network.paths import betweenness, harmonic
from sandbox_kg.network.projection import co_application
from sandbox_kg.network.two_mode import institutions, members, pilots


@dataclass(frozen=True)
class InstitutionMeasures:
    """What is measured of one institution in the co-application network.

    Attributes:
        institution: its prefixed name.
        label_zh: its name in Chinese.
        label_en: its name in English.
        pilots: pilots that it takes part in.
        joint_pilots: those of them with a partner.
        partners: different institutions that it applies with (degree).
        strength: sum of its links' weights; with Newman's weights its number of joint pilots.
        brokerage: pairs of other institutions whose shortest paths run through it, shared where there are several
            (betweenness, Freeman, Sociometry 40, 35-41, 1977; not normalised).
        harmonic: sum of the inverse distances to all others (Marchiori & Latora 2000; Boldi & Vigna, Axioms for
            centrality, Internet Math. 10, 222-262, 2014; not normalised).
        effective_size: partners less their mean number of links among each other (Burt, Structural Holes, 1992, as
            simplified by Borgatti 1997); None without a partner.
        constraint: how far its links lead to one group of partners (Burt 1992); None without a partner.
        articulation: whether its component falls apart without it.
        component: number of its component, 1 the largest.
    """

    institution: str
    label_zh: str
    label_en: str
    pilots: int
    joint_pilots: int
    partners: int
    strength: float
    brokerage: float
    harmonic: float
    effective_size: float | None
    constraint: float | None
    articulation: bool
    component: int

    def as_dict(self) -> dict[str, str | int | float | bool | None]:
        """The measures by name."""
        return asdict(self)


@dataclass(frozen=True)
class NetworkMeasures:
    """What is measured of a whole network.

    Attributes:
        institutions: institutions.
        pilots: pilots.
        memberships: institutions in pilots.
        joint_pilots: pilots with two or more institutions.
        pairs: pairs of institutions that apply together.
        repeated_pairs: those that do so in more than one pilot.
        within_group: pairs inside one group.
        components: sets of institutions that pairs connect.
        largest: institutions in the largest component.
        isolates: institutions without a partner.
        articulations: institutions without which a component falls apart.
        bridges: pairs without which a component falls apart.
        triangles_within: triples that apply together pairwise and that some one pilot unites.
        triangles_across: triples that apply together pairwise without one pilot that unites them.
        two_mode_clustering: share of the paths of length 3 in the two-mode network that close to a cycle of length 4:
            two institutions that meet in one pilot meet again in another (Robins & Alexander, Comput. Math. Organ.
            Theory 10, 69-94, 2004).
    """

    institutions: int
    pilots: int
    memberships: int
    joint_pilots: int
    pairs: int
    repeated_pairs: int
    within_group: int
    components: int
    largest: int
    isolates: int
    articulations: int
    bridges: int
    triangles_within: int
    triangles_across: int
    two_mode_clustering: float

    def as_dict(self) -> dict[str, float]:
        """The measures by name."""
        return asdict(self)


@dataclass(frozen=True)
class Mixing:
    """Whether institutions of one kind keep to themselves.

    Attributes:
        attribute: the attribute of institutions that is looked at.
        coefficient: assortativity (Newman, Phys. Rev. E 67, 026126, 2003): 1 if like keeps to like, 0 if it does not
            matter; None where all have one value.
        low: lower end of the interval that holds 95 % of the coefficients when the values are dealt out anew.
        high: its upper end.
        p: share of the dealt coefficients as far from their mean as the observed one, or farther (two-sided, with the
            observed one counted: Phipson & Smyth, Stat. Appl. Genet. Mol. Biol. 9, 39, 2010).
        across: share of pairs that join different values.
        permutations: how often the values were dealt out.
        seed: of the random numbers.
    """

    attribute: str
    coefficient: float | None
    low: float
    high: float
    p: float
    across: float
    permutations: int
    seed: int


@dataclass(frozen=True)
class Growth:
    """The network once a cohort has been added to those before it.

    Attributes:
        cohort: the cohort.
        label_zh: its name in Chinese.
        label_en: its name in English.
        date: the first day on which one of its pilots was public.
        pilots: pilots so far.
        institutions: institutions so far.
        pairs: pairs so far.
        largest: institutions in the largest component so far.
    """

    cohort: str
    label_zh: str
    label_en: str
    date: str
    pilots: int
    institutions: int
    pairs: int
    largest: int


def institution_measures(network: nx.Graph, weight: str = "newman") -> list[InstitutionMeasures]:
    """Measures of each institution of a two-mode network.

    Args:
        network: a two-mode network.
        weight: how a pilot counts for `strength`.

    Returns:
        The institutions, those that broker most first, then by joint pilots and name.
    """
    graph = co_application(network, weight)
    brokerage, near = betweenness(graph), harmonic(graph)
    effective, constrained = effective_size(graph), constraint(graph)
    cut = set(nx.articulation_points(graph))
    number = {name: place for place, part in enumerate(components(graph), 1) for name in part}
    found = [
        InstitutionMeasures(
            institution=name,
            label_zh=graph.nodes[name]["label_zh"],
            label_en=graph.nodes[name]["label_en"],
            pilots=graph.nodes[name]["pilots"],
            joint_pilots=graph.nodes[name]["joint_pilots"],
            partners=graph.degree(name),
            strength=_rounded(graph.degree(name, weight="weight")),
            brokerage=_rounded(brokerage[name]),
            harmonic=_rounded(near[name]),
            effective_size=_rounded(effective[name]) if graph.degree(name) else None,
            constraint=_rounded(constrained[name]) if graph.degree(name) else None,
            articulation=name in cut,
            component=number[name],
        )
        for name in graph
    ]
    return sorted(found, key=lambda row: (-row.brokerage, -row.joint_pilots, row.institution))


def network_measures(network: nx.Graph) -> NetworkMeasures:
    """Measures of a whole two-mode network."""
    graph = co_application(network)
    parts = components(graph)
    within, across = triangles(network)
    joint = [pilot for pilot in pilots(network) if network.degree(pilot) > 1]
    return NetworkMeasures(
        institutions=len(graph),
        pilots=len(pilots(network)),
        memberships=network.number_of_edges(),
        joint_pilots=len(joint),
        pairs=graph.number_of_edges(),
        repeated_pairs=sum(count > 1 for *_, count in graph.edges(data="count")),
        within_group=sum(inside for *_, inside in graph.edges(data="within_group")),
        components=len(parts),
        largest=max(map(len, parts), default=0),
        isolates=sum(len(part) == 1 for part in parts),
        articulations=len(set(nx.articulation_points(graph))),
        bridges=sum(1 for _ in nx.bridges(graph)),
        triangles_within=within,
        triangles_across=across,
        two_mode_clustering=_rounded(nx.bipartite.robins_alexander_clustering(network)),
    )


def components(graph: nx.Graph) -> list[list[str]]:
    """The components of a network: sorted names, the largest component first, then by first name."""
    found = [sorted(part) for part in nx.connected_components(graph)]
    return sorted(found, key=lambda part: (-len(part), part[0]))


def triangles(network: nx.Graph) -> tuple[int, int]:
    """How many triples of institutions apply together pairwise: inside some one pilot, and across pilots only."""
    inside = {triple for pilot in pilots(network) for triple in combinations(members(network, pilot), 3)}
    graph = co_application(network)
    every = sum(nx.triangles(graph).values()) // 3
    return len(inside), every - len(inside)


def mixing(network: nx.Graph, attribute: str = "sector", permutations: int = 2000, seed: int = 1) -> Mixing:
    """Whether institutions of one kind apply with their own kind more, or less, than the network's shape would give.

    The network stays as it is; the values of the attribute are dealt out anew among the institutions with a partner.

    Args:
        network: a two-mode network.
        attribute: an attribute of institutions; `sector` is the broadest kind.
        permutations: how often the values are dealt out.
        seed: of the random numbers.
    """
    graph = co_application(network)
    names = [name for name in graph if graph.degree(name)]
    ends = [(one, other) for one, other in graph.edges]
    values = [str(graph.nodes[name].get(attribute, "")) for name in names]
    observed, across = _assortativity(ends, dict(zip(names, values, strict=True)))
    rng = random.Random(seed)
    dealt = []
    for _ in range(permutations):
        rng.shuffle(values)
        coefficient, _ = _assortativity(ends, dict(zip(names, values, strict=True)))
        dealt.append(0.0 if coefficient is None else coefficient)
    dealt.sort()
    mean = sum(dealt) / len(dealt) if dealt else 0.0
    away = abs((observed or 0.0) - mean)
    farther = sum(abs(coefficient - mean) >= away - 1e-12 for coefficient in dealt)
    low, high = (dealt[int(len(dealt) * 0.025)], dealt[int(len(dealt) * 0.975)]) if dealt else (0.0, 0.0)
    return Mixing(
        attribute=attribute,
        coefficient=None if observed is None else _rounded(observed),
        low=_rounded(low),
        high=_rounded(high),
        p=_rounded((farther + 1) / (len(dealt) + 1)),
        across=_rounded(across),
        permutations=permutations,
        seed=seed,
    )


def growth(network: nx.Graph) -> list[Growth]:
    """The network as each cohort is added, in the order of their dates."""
    of_cohort: dict[str, list[str]] = {}
    first: dict[str, str] = {}
    for pilot in sorted(pilots(network)):
        cohort, date = network.nodes[pilot]["cohort"], network.nodes[pilot].get("date", "9999")
        of_cohort.setdefault(cohort, []).append(pilot)
        first[cohort] = min(date, first.get(cohort, date))
    found: list[Growth] = []
    parts = _Parts()
    pairs: set[tuple[str, str]] = set()
    taken = 0
    for cohort in sorted(first, key=lambda name: (first[name], name)):
        for pilot in of_cohort[cohort]:
            names = members(network, pilot)
            parts.unite(names)
            pairs.update(combinations(names, 2))
        taken += len(of_cohort[cohort])
        example = network.nodes[of_cohort[cohort][0]]
        found.append(
            Growth(
                cohort=cohort,
                label_zh=example["cohort_zh"],
                label_en=example["cohort_en"],
                date="" if first[cohort] == "9999" else first[cohort],
                pilots=taken,
                institutions=len(parts.above),
                pairs=len(pairs),
                largest=parts.largest,
            )
        )
    return found


class _Parts:
    """The components of a growing network (union-find with halved paths: Tarjan & van Leeuwen, J. ACM 31, 1984)."""

    def __init__(self) -> None:
        self.above: dict[str, str] = {}
        self.largest = 0
        self._size: dict[str, int] = {}

    def unite(self, names: Sequence[str]) -> None:
        """Puts nodes, new ones among them, into one component."""
        for name in names:
            if name not in self.above:
                self.above[name], self._size[name] = name, 1
        for name in names:
            one, other = self._head(names[0]), self._head(name)
            if one != other:
                small, large = sorted((one, other), key=self._size.__getitem__)
                self.above[small] = large
                self._size[large] += self._size[small]
            self.largest = max(self.largest, self._size[self._head(name)])

    def _head(self, name: str) -> str:
        while (above := self.above[name]) != name:
            self.above[name] = self.above[above]
            name = self.above[name]
        return name


def subset_brokerage(network: nx.Graph) -> dict[str, float]:
    """Brokerage measured in the two-mode network: betweenness between institutions only.

    It is equal to `InstitutionMeasures.brokerage` where no two institutions share more than one pilot; otherwise a path
    is counted once for each pilot that it can take.
    """
    names = institutions(network)
    scores = nx.betweenness_centrality_subset(network, names, names, normalized=False)
    return {name: scores[name] for name in names}


def _assortativity(ends: Sequence[tuple[str, str]], values: Mapping[str, str]) -> tuple[float | None, float]:
    """Newman's coefficient for a category, and the share of pairs that join different ones."""
    total = 2 * len(ends)
    if not total:
        return None, 0.0
    degrees: dict[str, int] = {}
    same = 0
    for one, other in ends:
        degrees[values[one]] = degrees.get(values[one], 0) + 1
        degrees[values[other]] = degrees.get(values[other], 0) + 1
        same += values[one] == values[other]
    expected = sum(count * count for count in degrees.values()) / (total * total)
    alike = same / len(ends)
    return (None if expected == 1 else (alike - expected) / (1 - expected)), 1 - alike


def _rounded(number: float) -> float:
    """Without the last digits, which depend on the order of sums."""
    return round(float(number), 9)
