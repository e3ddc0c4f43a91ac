"""Which co-application links are more frequent than sizes of pilots and activity of institutions alone would give?

Each observed link is compared with random networks of the same degrees (`null_model`), checked analytically
(`analytic`), and corrected for all pairs that could have met. `null_statistics` does the same for a statistic of the
whole network. This is backbone extraction as in Neal 2022, doi:10.1371/journal.pone.0269137.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import networkx as nx
import numpy as np

from sandbox_kg.messages import message
from sandbox_kg.network.analytic import Floats, sdsm
from sandbox_kg.network.null_model import Availability, Integers, Memberships, random_networks, sampled
from sandbox_kg.store.errors import QueryError

_LEAST_SAMPLES = 5_999
_MOST_SLOTS = 30_000_000  # samples x pilots x members where the number of samples is not given: half a minute


@dataclass(frozen=True)
class Link:
    """One observed link and how it compares with the null model.

    Attributes:
        a, b: the two institutions, sorted.
        count: pilots in which both take part.
        expected: the mean of that count over the samples.
        p_fdsm, q_fdsm: upper-tail p-value by sampling; the same corrected for the whole family.
        p_sdsm, q_sdsm: the analytic check: Poisson-binomial upper tail, raw and corrected.
    """

    a: str
    b: str
    count: int
    expected: float
    p_fdsm: float
    q_fdsm: float
    p_sdsm: float
    q_sdsm: float


@dataclass(frozen=True)
class LinkTest:
    """The test of all observed links of a two-mode network.

    Attributes:
        seed: the seed of the generator.
        samples: how many networks were drawn.
        availability: `area` or `everywhere`.
        alpha: the false discovery rate that is allowed.
        family: pairs of institutions that could meet, observed or not: what is corrected for.
        links: the observed links, the least p-value first.
    """

    seed: int
    samples: int
    availability: Availability
    alpha: float
    family: int
    links: tuple[Link, ...]

    @property
    def surviving(self) -> tuple[Link, ...]:
        """The links that exceed chance after correction (FDSM)."""
        return tuple(link for link in self.links if link.q_fdsm <= self.alpha)

    @property
    def samples_needed(self) -> int:
        """The fewest samples with which one link alone could survive: its p-value must reach alpha / family."""
        return _needed(self.family, self.alpha)

    def conclusion(self, language: str) -> str:
        """What follows, in a plain sentence (`zh` or `en`); where the samples were too few to tell, it says so."""
        if not self.links:
            return message("network-links-absent", language)
        found = self.surviving
        told = message(
            "network-links-some" if found else "network-links-none",
            language,
            found=len(found),
            links=len(self.links),
            family=self.family,
            samples=self.samples,
            alpha=f"{self.alpha:g}",
        )
        if not found and self.samples < self.samples_needed:
            return told + message("network-links-few-samples", language, needed=self.samples_needed)
        if not found and all(link.count == 1 for link in self.links):
            return told + message("network-links-once", language)
        return told


@dataclass(frozen=True)
class NullStatistic:
    """A statistic of the observed network beside its distribution under the null model.

    Attributes:
        observed: its value; None where it is undefined (not a finite number).
        mean, low, high: over the samples: mean, 2.5 % and 97.5 % quantile; None where no sample defines it.
        p_upper, p_lower: share of networks, the observed one included, with at least / at most the observed value.
        p: two-sided: twice the smaller of the two, at most 1.
        samples: sampled networks that define it.
        undefined: sampled networks that do not.
    """

    observed: float | None
    mean: float | None
    low: float | None
    high: float | None
    p_upper: float | None
    p_lower: float | None
    p: float | None
    samples: int
    undefined: int


def link_test(
    two_mode: nx.Graph,
    *,
    availability: Availability = "area",
    samples: int | None = None,
    seed: int = 0,
    alpha: float = 0.05,
) -> LinkTest:
    """Tests every observed link: is its count greater than the degrees of the two-mode network alone would give?

    The correction is Benjamini and Hochberg's (1995), over **all pairs that could meet**: those that share an area in
    which some pilot has two members or more. To test the observed links alone would be selection: a pair is observed
    because its count is not 0, which is what the test is about. A pair that never met has p-value 1, so only the size
    of the family is needed. The counts are discrete and the margins fixed, which makes the test conservative:
    benchmarks/significance.py measures how much.

    Args:
        two_mode: a two-mode network; only `bipartite`, the edges and the `area` of pilots are read.
        availability: `area`: an institution may stand in pilots of the areas in which it applied; or `everywhere`.
        samples: how many networks are drawn. By default enough for one link alone to survive the correction
            (family / alpha), but at least 5,999, and on large networks no more than half a minute takes.
        seed: of `numpy.random.default_rng`; the same numbers come with the same numpy (see NEP 19 of numpy).
        alpha: the false discovery rate allowed.

    Returns:
        The observed links with counts, expectations, p-values and q-values, and the size of the family.

    Raises:
        QueryError: the network is not two-mode, a pilot has no area, or an argument is out of range.
    """
    if not 0 < alpha < 1:
        raise QueryError("network-alpha", alpha=alpha)
    data = Memberships.of(two_mode, availability)
    family = data.could_meet()
    samples = _enough_samples(family, data.members.size, alpha) if samples is None else samples
    present = data.incidence().astype(np.int64)
    together = np.triu(present @ present.T, 1)
    first, second = together.nonzero()
    counts = together[first, second]
    if not len(counts):
        return LinkTest(seed, samples, availability, alpha, family, ())
    link = _numbered(len(data.institutions), first, second)
    reached, total = np.zeros_like(counts), np.zeros_like(counts)
    for networks in sampled(data, samples, seed, len(counts)):
        drawn = _counts(networks, link)
        reached += (drawn >= counts).sum(axis=0)
        total += drawn.sum(axis=0)
    p_fdsm = (1 + reached) / (1 + samples)
    p_sdsm = sdsm(data, first, second, counts)
    columns = zip(
        first.tolist(),
        second.tolist(),
        counts.tolist(),
        (total / samples).tolist(),
        p_fdsm.tolist(),
        benjamini_hochberg(p_fdsm, family).tolist(),
        p_sdsm.tolist(),
        benjamini_hochberg(p_sdsm, family).tolist(),
        strict=True,
    )
    links = [Link(data.institutions[a], data.institutions[b], *rest) for a, b, *rest in columns]
    links.sort(key=lambda one: (one.p_fdsm, one.a, one.b))
    return LinkTest(seed, samples, availability, alpha, family, tuple(links))


def null_statistics(
    two_mode: nx.Graph,
    statistics: Mapping[str, Callable[[nx.Graph], float]],
    *,
    availability: Availability = "area",
    samples: int = 999,
    seed: int = 0,
) -> dict[str, NullStatistic]:
    """Statistics of a whole network beside their distribution under the null model.

    Args:
        two_mode: a two-mode network.
        statistics: name to a function of a two-mode network; one that is undefined for a network gives NaN.
        availability: `area` or `everywhere`, as in `link_test`.
        samples: how many networks are drawn; each is handed to every function.
        seed: of `numpy.random.default_rng`.

    Returns:
        For each name its observed value, mean, 95 % interval and p-values.

    Raises:
        QueryError: as in `link_test`.
    """
    observed = {name: float(function(two_mode)) for name, function in statistics.items()}
    drawn: dict[str, list[float]] = {name: [] for name in statistics}
    for network in random_networks(two_mode, samples, availability=availability, seed=seed):
        for name, function in statistics.items():
            drawn[name].append(float(function(network)))
    return {name: _beside(observed[name], np.array(drawn[name])) for name in statistics}


def benjamini_hochberg(p: Floats, family: int) -> Floats:
    """The q-values of some p-values of a family whose other p-values are 1 (Benjamini, Hochberg 1995).

    Args:
        p: p-values.
        family: how many hypotheses there are in all, these included.

    Returns:
        For each, the least false discovery rate at which it is found; never above 1.
    """
    order = np.argsort(p, kind="stable")
    q = np.empty_like(p)
    scaled = p[order] * (family / np.arange(1, len(p) + 1))  # in this order no q falls below its p by rounding
    q[order] = np.minimum(1, np.minimum.accumulate(scaled[::-1])[::-1])
    return q


def _enough_samples(family: int, slots: int, alpha: float) -> int:
    """Samples with which one link alone could survive, within bounds."""
    return min(max(_LEAST_SAMPLES, _needed(family, alpha)), max(999, _MOST_SLOTS // max(1, slots)))


def _needed(family: int, alpha: float) -> int:
    """One more than 1 / (1 + samples) <= alpha / family asks for: rounding must not decide."""
    return max(1, math.ceil(family / alpha))


def _counts(networks: Integers, link: Integers) -> Integers:
    """In each network, how many pilots the two institutions of each link share: networks by links."""
    one, other = np.triu_indices(networks.shape[2], 1)
    links = int(link[-1, -1]) + 1
    seen = link[networks[..., one], networks[..., other]] + links * np.arange(len(networks))[:, None, None]
    return np.bincount(seen.ravel(), minlength=len(networks) * links).reshape(-1, links)[:, :-1]


def _numbered(institutions: int, first: Integers, second: Integers) -> Integers:
    """A table of the number of the link between two institutions; that of no link, and of fillers, is the greatest."""
    link = np.full((institutions + 1, institutions + 1), len(first))
    link[first, second] = link[second, first] = np.arange(len(first))
    return link


def _beside(observed: float, drawn: Floats) -> NullStatistic:
    """One statistic beside the values it takes in the samples."""
    defined = drawn[np.isfinite(drawn)]
    known = math.isfinite(observed)
    mean = low = high = upper = lower = both = None
    if len(defined):
        mean = float(defined.mean())
        low, high = (float(value) for value in np.quantile(defined, [0.025, 0.975]))
    if known:
        slack = 1e-9 * max(1.0, abs(observed))  # equal values may differ by rounding
        upper = float(1 + (defined >= observed - slack).sum()) / (1 + len(defined))
        lower = float(1 + (defined <= observed + slack).sum()) / (1 + len(defined))
        both = min(1.0, 2 * min(upper, lower))
    return NullStatistic(
        observed=observed if known else None,
        mean=mean,
        low=low,
        high=high,
        p_upper=upper,
        p_lower=lower,
        p=both,
        samples=len(defined),
        undefined=len(drawn) - len(defined),
    )
