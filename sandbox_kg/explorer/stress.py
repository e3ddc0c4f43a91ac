"""Places for the nodes of a connected graph, such that distances on paper follow distances in the graph (stress).

Stress majorisation after Gansner, Koren & North (Graph Drawing by Stress Majorization, 2004); for large graphs only the
distances to some pivots and to neighbours count (Ortmann, Klimenta & Brandes, A Sparse Stress Model, 2017). There is no
chance in it, and no linear algebra whose last digit depends on the processor: the same graph gives the same places.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Indices = NDArray[np.intp]
DENSE_UP_TO, PIVOTS, ROUNDS, DAMPING = 700, 60, 260, 0.8


def places(nodes: Sequence[str], neighbours: Mapping[str, Sequence[str]]) -> dict[str, tuple[float, float]]:
    """A place for each node; neighbours are about 1 apart.

    Args:
        nodes: the nodes of one component, in a fixed order.
        neighbours: the neighbours of each node, in a fixed order.
    """
    if len(nodes) < 2:
        return dict.fromkeys(nodes, (0.0, 0.0))
    number = {node: place for place, node in enumerate(nodes)}
    links = [[number[other] for other in neighbours[node]] for node in nodes]
    pivots = list(range(len(nodes))) if len(nodes) <= DENSE_UP_TO else _pivots(links)
    wanted = np.array([_distances(links, pivot) for pivot in pivots], dtype=np.float64).T  # a row for each node
    x, y = _circle(links)
    weight = np.where(wanted > 0, 1.0 / np.maximum(wanted, 1.0) ** 2, 0.0)
    near = _near(links) if len(pivots) < len(nodes) else None
    at = np.array(pivots)
    total = weight.sum(axis=1)
    if near is not None:  # a neighbour is as heavy as the pivots near it are together
        total = total + np.bincount(near[0], minlength=len(x))
    for _ in range(ROUNDS):
        new_x, new_y = _pulled(x, y, x[at], y[at], wanted, weight)
        if near is not None:
            more_x, more_y = _along(x, y, near)
            new_x, new_y = new_x + more_x, new_y + more_y
        x = (1 - DAMPING) * x + DAMPING * new_x / total
        y = (1 - DAMPING) * y + DAMPING * new_y / total
    return {node: (round(float(x[i]), 3), round(float(y[i]), 3)) for node, i in number.items()}


def _pulled(
    x: Numbers, y: Numbers, to_x: Numbers, to_y: Numbers, wanted: Numbers, weight: Numbers
) -> tuple[Numbers, Numbers]:
    """Where each node would stand for the sake of each pivot, weighted and summed."""
    across, down = x[:, None] - to_x[None, :], y[:, None] - to_y[None, :]
    # in place: of thousands of nodes each of these is larger than what the processor keeps at hand
    stretch = across * across
    stretch += down * down
    np.sqrt(stretch, out=stretch)
    np.maximum(stretch, 1e-6, out=stretch)
    np.divide(wanted, stretch, out=stretch)
    for way, to in ((across, to_x), (down, to_y)):
        way *= stretch
        way += to[None, :]
        way *= weight
    return across.sum(axis=1), down.sum(axis=1)


def _along(x: Numbers, y: Numbers, near: tuple[Indices, Indices]) -> tuple[Numbers, Numbers]:
    """The same for neighbours."""
    one, other = near
    across, down = x[one] - x[other], y[one] - y[other]
    length = np.maximum(np.sqrt(across * across + down * down), 1e-6)
    ends = (x[other] + across / length, y[other] + down / length)
    to_x, to_y = (np.bincount(one, weights=end, minlength=len(x)).astype(np.float64) for end in ends)
    return to_x, to_y


def _near(links: list[list[int]]) -> tuple[Indices, Indices]:
    pairs = [(node, other) for node, others in enumerate(links) for other in others]
    return np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])


def _pivots(links: list[list[int]]) -> list[int]:
    """Nodes far from each other: each is the farthest from those before it."""
    found = [max(range(len(links)), key=lambda node: (len(links[node]), -node))]
    nearest = _distances(links, found[0])
    while len(found) < PIVOTS:
        found.append(max(range(len(links)), key=lambda node: (nearest[node], -node)))
        nearest = [min(pair) for pair in zip(nearest, _distances(links, found[-1]), strict=True)]
    return found


def _distances(links: list[list[int]], start: int) -> list[int]:
    distance = [-1] * len(links)
    distance[start] = 0
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for other in links[node]:
            if distance[other] < 0:
                distance[other] = distance[node] + 1
                queue.append(other)
    return distance


def _circle(links: list[list[int]]) -> tuple[Numbers, Numbers]:
    """Where to begin: around a circle, branch by branch, so that what belongs together starts together."""
    order, seen, stack = [], {0}, [0]
    while stack:
        node = stack.pop()
        order.append(node)
        for other in sorted(links[node], key=lambda n: (len(links[n]), n)):
            if other not in seen:
                seen.add(other)
                stack.append(other)
    x, y = np.zeros(len(links)), np.zeros(len(links))
    radius = max(1.0, len(links) / 6)
    for place, node in enumerate(order):
        angle = 2 * math.pi * place / len(links)
        x[node], y[node] = radius * math.cos(angle), radius * math.sin(angle)
    return x, y
