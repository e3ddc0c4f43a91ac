"""Who applies with whom in a graph too large for a network of objects: pairs as columns of numbers.

A networkx graph keeps which pilots made each link, which takes about a kilobyte a link. Here a link is its two
institutions, its weight and its number of pilots; rows are read as they come and none is kept.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Protocol

from sandbox_kg.network.weights import WEIGHTS

_SHIFT = 32  # a pair is one number: the first institution above, the second below


class Streamed(Protocol):
    """What can be asked for rows one after another."""

    def rows(self, name: str, **parameters: str) -> Iterator[Mapping[str, Any]]:
        """The rows of a question of the library."""
        ...


@dataclass(frozen=True)
class PairColumns:
    """Pairs of institutions, sorted.

    Attributes:
        names: institutions (IRIs), sorted, those without a partner included; the other columns name them by place.
        one: place of the first institution of each pair.
        other: place of the second, which is greater.
        weight: the pair's weight.
        count: in how many pilots both are.
    """

    names: list[str]
    one: array[int]
    other: array[int]
    weight: array[float]
    count: array[int]

    def __len__(self) -> int:
        return len(self.one)


def pair_columns(
    graph: Streamed, level: str = "as-filed", scope: str = "everything", weight: str = "newman"
) -> PairColumns:
    """The co-application network as columns; its pairs, weights and counts are those of `KnowledgeGraph.network`.

    Args:
        graph: what is asked.
        level: what is one institution.
        scope: which pilots.
        weight: how a pilot of k members counts; one of `weights.WEIGHTS`.
    """
    names: dict[str, int] = {}
    pilots: dict[str, list[int]] = {}
    for row in graph.rows("memberships", level=level, scope=scope):
        place = names.setdefault(row["institution"], len(names))
        pilots.setdefault(row["pilot"], []).append(place)
    ordered = sorted(names)
    places = array("Q", [0]) * len(names)
    for place, name in enumerate(ordered):
        places[names[name]] = place
    counts: dict[int, int] = {}
    weights: dict[int, float] = {}
    for pair, members in _pairs(pilots.values(), places):
        counts[pair] = counts.get(pair, 0) + 1
        weights[pair] = weights.get(pair, 0.0) + WEIGHTS[weight](members)
    found = sorted(counts)
    return PairColumns(
        ordered,
        array("Q", [pair >> _SHIFT for pair in found]),
        array("Q", [pair & (1 << _SHIFT) - 1 for pair in found]),
        array("d", [round(weights[pair], 12) for pair in found]),
        array("Q", [counts[pair] for pair in found]),
    )


def _pairs(consortia: Iterable[list[int]], places: array[int]) -> Iterator[tuple[int, int]]:
    """Each pair of each consortium, with the number of its members."""
    for consortium in consortia:
        members = sorted({places[number] for number in consortium})
        for one, other in combinations(members, 2):
            yield one << _SHIFT | other, len(members)
