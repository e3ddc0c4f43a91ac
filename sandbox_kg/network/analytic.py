"""The stochastic degree sequence model (SDSM): p-values of links without sampling, as a check.

Memberships are independent, with the probabilities of the bipartite configuration model (BiCM: Saracco et al. 2017,
doi:10.1088/1367-2630/aa6b38) fitted in each area, so that the number of common pilots is Poisson-binomial. Degrees hold
on average only, which makes it conservative beside sampling (Neal, Domagalski, Sagan 2021,
doi:10.1038/s41598-021-03238-3), and on small networks nearly blind: benchmarks/significance.py.

The package `bicm` was tried first: with numba and llvmlite it takes 467 MB, and 2 s to compile what is fitted here in
0.001 s. A test holds the numbers that it gives.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sandbox_kg.network.null_model import BATCH_CELLS, Integers, Memberships

Floats = NDArray[np.float64]


def bicm(degrees: Integers, sizes: Integers) -> Floats:
    """The bipartite configuration model: link probabilities x y / (1 + x y) whose sums are the given degrees.

    The likelihood is concave in log x and log y, and nodes of one degree share a parameter, so that Newton steps on a
    few parameters are enough. Where the degrees force a link or rule it out, its probability is 1 or 0 in the limit
    only; a Newton step comes e times nearer there, while fixed-point iteration needs thousands.

    Args:
        degrees: of the rows, each at least 1.
        sizes: of the columns, each at least 1, with the same sum.

    Returns:
        Rows by columns; sums agree with the degrees to 1e-9.
    """
    d, row, rows = np.unique(degrees, return_inverse=True, return_counts=True)
    s, column, columns = np.unique(sizes, return_inverse=True, return_counts=True)
    cells = np.outer(rows, columns)
    wanted = np.concatenate([rows * d, columns * s])
    parameters = np.log(np.concatenate([d, s]) / math.sqrt(degrees.sum()))

    def field(parameters: Floats) -> Floats:
        return np.asarray(parameters[: len(d), None] + parameters[None, len(d) :])

    def likelihood(parameters: Floats) -> float:
        return float(wanted @ parameters - (cells * np.logaddexp(0, field(parameters))).sum())

    for _ in range(100):
        probability = 1 / (1 + np.exp(-field(parameters)))
        have = cells * probability
        missing = wanted - np.concatenate([have.sum(axis=1), have.sum(axis=0)])
        if np.abs(missing).max() < 1e-9:
            break
        spread = have * (1 - probability)
        curvature = np.block([[np.diag(spread.sum(axis=1)), spread], [spread.T, np.diag(spread.sum(axis=0))]])
        step = np.linalg.lstsq(curvature, missing, rcond=None)[0]
        while likelihood(parameters + step) < likelihood(parameters) - 1e-9:
            step = step / 2
        parameters = parameters + step
    return np.asarray(probability[np.ix_(row, column)])


def sdsm(data: Memberships, first: Integers, second: Integers, counts: Integers) -> Floats:
    """The p-value of each link.

    Args:
        data: the observed network.
        first: one institution of each link, as a position.
        second: the other one.
        counts: the pilots that they share.

    Returns:
        P(count or more) under the model, above 0.
    """
    probability = _probabilities(data)
    step = max(1, BATCH_CELLS // (len(data.pilots) + int(counts.max())))
    return np.concatenate(  # some links at a time, so that memory stays bounded
        [
            upper_tail(probability[first[k : k + step]] * probability[second[k : k + step]], counts[k : k + step])
            for k in range(0, len(counts), step)
        ]
    )


def _probabilities(data: Memberships) -> Floats:
    """Institutions by pilots: the probability of a membership, fitted in each stratum."""
    present = data.incidence()
    probability = np.zeros(present.shape)
    for stratum in np.unique(data.strata):
        here = np.flatnonzero((data.strata == stratum) & (data.sizes > 0))
        available = np.flatnonzero(present[:, here].any(axis=1))
        if len(available):
            part = np.ix_(available, here)
            probability[part] = bicm(present[part].sum(axis=1), data.sizes[here])
    return probability


def upper_tail(meeting: Floats, counts: Integers) -> Floats:
    """P(count or more successes) for each row of independent chances, summed without cancellation; never 0."""
    row = np.arange(len(counts))
    reached = np.zeros((len(counts), int(counts.max()) + 1))
    reached[:, 0] = 1
    for chance in meeting.T:
        moved = reached * chance[:, None]
        moved[row, counts] = 0  # what has reached the count stays there
        reached -= moved
        reached[:, 1:] += moved[:, :-1]
    return np.asarray(np.clip(reached[row, counts], np.finfo(float).tiny, 1))
