"""The whole picture: islands packed together, the largest first, then the solo applicants in a strip.

A packing is made for each of some widths, so that the same picture fits a phone, a tablet, a desk and a wall. The same
network gives the same places, to the last digit written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import networkx as nx

from sandbox_kg.explorer.arrangement import Island, arrange, by_stress
from sandbox_kg.explorer.boxes import AIR, Box, Mark, Spot, box_around
from sandbox_kg.explorer.packing import filling_order, packed
from sandbox_kg.explorer.sprawl import sprawl
from sandbox_kg.network.two_mode import PILOTS

GUTTER = 16.0
STALK_OF_STRIP = 28.0  # between a solo applicant and its first pilot, at least
CAPTION = 30.0  # above the strip
SPRAWLS_FROM = 260  # institutions and pilots of an island; below it labels are placed one by one


@dataclass(frozen=True)
class Packing:
    """The picture at some width.

    Attributes:
        width: of the picture.
        height: of the picture.
        spots: where each institution and pilot stands.
        islands: the box of each island, the largest first.
        strip: where the strip of solo applicants begins; None without one.
    """

    width: float
    height: float
    spots: dict[str, Spot]
    islands: list[Box]
    strip: float | None


@dataclass(frozen=True)
class _Shape:
    spots: dict[str, Spot]
    box: Box
    is_bar: bool

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, with the gutter."""
        return (self.box[2] - self.box[0] + GUTTER, self.box[3] - self.box[1] + GUTTER)


class Forms:
    """The forms that an island can take, each made when it is first asked for."""

    def __init__(self, island: Island, marks: Mapping[str, Mark]) -> None:
        self._island, self._marks = island, marks
        self._sprawls = len(island.institutions) + len(island.shared) > SPRAWLS_FROM
        self._has_one_form = self._sprawls or len(island.shared) == 1

    def fitting(self, width: float) -> _Shape:
        """The wide form where it fits, else the narrower of the two."""
        if self._wide.size[0] <= width or self._has_one_form:
            return self._wide
        return min(self._wide, self._tall, key=lambda shape: shape.size[0])

    @cached_property
    def _wide(self) -> _Shape:
        return self._arranged(False)

    @cached_property
    def _tall(self) -> _Shape:
        return self._arranged(True)

    def _arranged(self, tall: bool) -> _Shape:
        island, marks = self._island, self._marks
        spots = sprawl(island, by_stress(island), marks) if self._sprawls else arrange(island, marks, tall)
        return _Shape(spots, box_around(spots, marks), len(island.institutions) == 2 and not island.own)


class Known:
    """The forms of all islands so far: one that stands at several levels with the same labels is arranged once."""

    def __init__(self) -> None:
        self._forms: dict[object, Forms] = {}

    def forms(self, island: Island, marks: Mapping[str, Mark]) -> Forms:
        """The forms of an island with these marks."""
        names = (*island.institutions, *island.shared, *island.own)
        key = (tuple(island.shared.items()), tuple(island.own.items()), *((name, marks[name]) for name in names))
        if key not in self._forms:
            self._forms[key] = Forms(island, marks)
        return self._forms[key]


def packings(
    network: nx.Graph,
    marks: Mapping[str, Mark],
    widths: Sequence[float],
    rank: Callable[[str], object],
    known: Known | None = None,
) -> list[Packing]:
    """The picture of a two-mode network for each width.

    Args:
        network: the network.
        marks: how large each mark and label is.
        widths: the widths; a picture is wider where an island is.
        rank: by what the solo applicants are sorted, after those with most pilots.
        known: the forms of islands of other levels.
    """
    found, known = islands(network), known or Known()
    shapes = [known.forms(island, marks) for island in found if island.shared]
    solo = [island for island in found if not island.shared]
    solo.sort(key=lambda island: (-len(island.own), rank(island.institutions[0]), island.institutions[0]))
    return [_at_width(width, shapes, solo, marks) for width in widths]


def islands(network: nx.Graph) -> list[Island]:
    """The components of a two-mode network, those of most institutions and pilots first."""
    side = dict(network.nodes(data="bipartite"))
    found = []
    for names in sorted(map(sorted, nx.connected_components(network)), key=lambda names: names[0]):
        pilots = [name for name in names if side[name] == PILOTS]
        found.append(
            Island(
                tuple(name for name in names if side[name] != PILOTS),
                {pilot: tuple(sorted(network[pilot])) for pilot in pilots if len(network[pilot]) > 1},
                {pilot: next(iter(network[pilot])) for pilot in pilots if len(network[pilot]) == 1},
            )
        )
    found.sort(key=lambda i: (-len(i.institutions), -len(i.shared), -len(i.own), i.institutions))
    return found


def _at_width(width: float, shapes: Sequence[Forms], solo: Sequence[Island], marks: Mapping[str, Mark]) -> Packing:
    chosen = [forms.fitting(width) for forms in shapes]
    width = max([width, *(shape.size[0] for shape in chosen)])
    chosen = _aligned(chosen)
    order, places, height = _lowest(chosen, width)
    spots: dict[str, Spot] = {}
    boxes = [(0.0, 0.0, 0.0, 0.0)] * len(chosen)
    for at, (left, top) in zip(order, places, strict=True):
        shape = chosen[at]
        across, down = left + GUTTER / 2 - shape.box[0], top - shape.box[1]
        moved = {name: Spot(round(s.x + across, 1), round(s.y + down, 1), s.side) for name, s in shape.spots.items()}
        spots |= moved
        left, top, right, bottom = (round(edge, 1) for edge in box_around(moved, marks))
        boxes[at] = (left, top, right, bottom)
    strip = height if solo else None
    if solo:
        height = _strip(spots, solo, marks, width, height + CAPTION)
    return Packing(round(width, 1), round(height, 1), spots, boxes, strip)


def _aligned(chosen: Sequence[_Shape]) -> list[_Shape]:
    """The same with bars of one width, so that they come to stand one below the other."""
    bars = [shape.box for shape in chosen if shape.is_bar]
    if not bars:
        return list(chosen)
    left, right = min(box[0] for box in bars), max(box[2] for box in bars)
    return [
        _Shape(shape.spots, (left, shape.box[1], right, shape.box[3]), True) if shape.is_bar else shape
        for shape in chosen
    ]


def _lowest(chosen: Sequence[_Shape], width: float) -> tuple[list[int], list[tuple[float, float]], float]:
    """The order of packing that takes the least height; the largest island always comes first."""
    rest = range(1, len(chosen))
    orders = [
        [0, *sorted(rest, key=lambda at: -chosen[at].size[1])],
        [0, *sorted(rest, key=lambda at: -chosen[at].size[0] * chosen[at].size[1])],
        [0, *rest],
        *([filling_order([shape.size for shape in chosen], width)] if chosen else []),
    ]
    found = []
    for at, order in enumerate(orders if chosen else [[]]):
        places, height = packed([chosen[one].size for one in order], width)
        found.append((round(height, 1), at, order, places))
    height, _, order, places = min(found, key=lambda one: one[:2])
    return order, places, height


def _strip(
    spots: dict[str, Spot], solo: Sequence[Island], marks: Mapping[str, Mark], width: float, top: float
) -> float:
    """Sets the solo applicants in rows, each with its own pilots below it; returns where the rows end."""
    needed = max(marks[n].radius * 2 + marks[n].label[0] for i in solo for n in (*i.institutions, *i.own)) + GUTTER
    most = max(1, int(width // needed))
    rows = -(-len(solo) // most)
    cells = -(-len(solo) // rows)  # rows of one length
    across = min(width / cells, 2 * needed)
    left = max(marks[i.institutions[0]].radius for i in solo) + GUTTER / 2
    for start in range(0, len(solo), cells):
        bottom = top
        # in one row all marks stand on one line, and all pilots below the tallest label
        row = solo[start : start + cells]
        first = top + max(_half(marks, island.institutions[0]) for island in row)
        for place, island in enumerate(row):
            x, y, above = round(left + place * across, 1), first, 0.0
            for at, name in enumerate([island.institutions[0], *island.own]):
                if at:
                    y += max(STALK_OF_STRIP if at == 1 else 0.0, above + _half(marks, name) + AIR)
                above = _half(marks, name)
                spots[name] = Spot(x, round(y, 1), "E")
            bottom = max(bottom, y + _half(marks, name))
        top = bottom + GUTTER
    return top


def _half(marks: Mapping[str, Mark], name: str) -> float:
    return max(marks[name].radius, marks[name].label[1] / 2)
