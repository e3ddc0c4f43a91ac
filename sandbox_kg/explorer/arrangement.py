"""One island of the picture: where its institutions and pilots stand, and on which side of each its label is.

Two partners make a bar, three or more of one pilot a regular polygon around it; larger islands are laid out by stress.
An island grows until no label covers anything.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from sandbox_kg.explorer.boxes import Mark, Point, Spot
from sandbox_kg.explorer.sides import Lines, apart, labelled
from sandbox_kg.explorer.stress import places

STEP = 60.0  # between an institution and its pilot, before an island grows
BAR = 0.75  # half a bar, in steps
STALK = 34.0  # between an institution and a pilot of its own
ENOUGH = 55.0  # room beside a pilot of one institution
CROWD = 2  # pilots of its own for which an institution has room beside it; more are laid out with the shared ones
SMALL = 14  # institutions and shared pilots
GROWTH, GROWTHS = 1.07, 30
_TALL = (0.85, 1.2)
_STALKS = [math.radians(angle) for angle in (90, 0, 180, 270, 45, 135, 225, 315)]


@dataclass(frozen=True)
class Island:
    """A component of the two-mode network.

    Attributes:
        institutions: its institutions, in order.
        shared: the pilots of two or more of them, with their members.
        own: the pilots of one institution each, with that institution.
    """

    institutions: tuple[str, ...]
    shared: Mapping[str, tuple[str, ...]]
    own: Mapping[str, str]

    @property
    def crowds(self) -> dict[str, str]:
        """The own pilots of institutions that have too many of them to stand beside, with these institutions."""
        counts = Counter(self.own.values())
        return {pilot: owner for pilot, owner in self.own.items() if counts[owner] > CROWD}

    @property
    def lines(self) -> Lines:
        """The lines of both views."""
        joins = [(pilot, member) for pilot, members in self.shared.items() for member in members]
        pairs = {pair for members in self.shared.values() for pair in combinations(sorted(members), 2)}
        return Lines([*joins, *self.own.items()], sorted(pairs))


def arrange(island: Island, marks: Mapping[str, Mark], tall: bool = False) -> dict[str, Spot]:
    """The spots of an island's institutions and pilots.

    Args:
        island: the island; it has a shared pilot.
        marks: what is placed.
        tall: whether the island is to be rather tall than wide, where it can be either.
    """
    core, lines = _core(island, tall), island.lines
    # a small island tries all ways to set the pilots of one institution before it grows
    turns = range(len(_STALKS)) if island.own and len(core) <= SMALL else range(1)
    spots: dict[str, Spot] = {}
    scale = STEP
    for _ in range(GROWTHS):
        tried = []
        for turn in turns:
            at = {name: (x * scale, y * scale) for name, (x, y) in core.items()}
            _add_own(island, at, marks, turn)
            spots, left = labelled(at, marks, lines)
            tried.append((round(left, 1), turn, spots))
            if left <= 0:
                break
        left, _, spots = min(tried, key=lambda one: one[:2])
        if left > 0 and (len(island.shared) > 1 or island.crowds):  # polygons and bars keep their form and only grow
            spots, left = apart(spots, marks, lines)
        if left <= 0:
            break
        scale *= GROWTH
    return spots


def _core(island: Island, tall: bool) -> dict[str, Point]:
    """Places of institutions and shared pilots, an institution and its pilot about 1 apart."""
    if len(island.shared) > 1 or island.crowds:
        turned = _turned(by_stress(island))
        if not tall:
            return turned
        return {name: (round(-y * _TALL[0], 3), round(x * _TALL[1], 3)) for name, (x, y) in turned.items()}
    ((pilot, members),) = island.shared.items()
    if len(members) == 2:
        return {pilot: (0.0, 0.0), members[0]: (-BAR, 0.0), members[1]: (BAR, 0.0)}
    radius = max(1.0, len(members) / 5)
    # a corner points up; a square stands on its side, so that its labels have room
    first = -math.pi / 2 + (math.pi / len(members) if len(members) % 2 == 0 else 0.0)
    turns = [first + 2 * math.pi * place / len(members) for place in range(len(members))]
    around = [(round(radius * math.cos(turn), 6), round(radius * math.sin(turn), 6)) for turn in turns]
    return {pilot: (0.0, 0.0), **dict(zip(members, around, strict=True))}


def by_stress(island: Island) -> dict[str, Point]:
    """Places of institutions and shared pilots by stress, an institution and its pilot about 1 apart.

    Of an institution with a crowd of pilots of its own these are placed too.
    """
    neighbours: dict[str, list[str]] = {name: [] for name in island.institutions}
    for pilot, members in island.shared.items():
        neighbours[pilot] = list(members)
        for member in members:
            neighbours[member].append(pilot)
    for pilot, owner in island.crowds.items():
        neighbours[pilot] = [owner]
        neighbours[owner].append(pilot)
    return places(list(neighbours), neighbours)


def _turned(at: Mapping[str, Point]) -> dict[str, Point]:
    """The same places, the longer way across and the heavier part at the left and at the top, as one reads."""
    middle = [sum(place[axis] for place in at.values()) / len(at) for axis in (0, 1)]
    moved = {name: (x - middle[0], y - middle[1]) for name, (x, y) in at.items()}
    across, down = (sum(place[axis] ** 2 for place in moved.values()) for axis in (0, 1))
    both = sum(x * y for x, y in moved.values())
    is_round = math.hypot(across - down, 2 * both) < 0.05 * (across + down)
    turn = 0.0 if is_round else round(0.5 * math.atan2(2 * both, across - down), 3)
    cos, sin = math.cos(turn), math.sin(turn)
    turned = {name: (x * cos + y * sin, y * cos - x * sin) for name, (x, y) in moved.items()}
    flips = [-1 if round(sum(place[axis] ** 3 for place in turned.values()), 2) < 0 else 1 for axis in (0, 1)]
    return {name: (round(x * flips[0], 3), round(y * flips[1], 3)) for name, (x, y) in turned.items()}


def _add_own(island: Island, at: dict[str, Point], marks: Mapping[str, Mark], turn: int) -> None:
    """Sets the pilots of one institution beside it, where there is most room; of equal places the `turn`-th."""
    taken = list(at)
    ways = _STALKS[turn:] + _STALKS[:turn]
    for pilot, owner in island.own.items():
        if pilot in at:
            continue
        x, y = at[owner]
        choices = [(round(x + STALK * math.cos(way), 3), round(y + STALK * math.sin(way), 3)) for way in ways]
        others = [
            (at[name], marks[name].radius) for name in taken if name != owner and math.dist(at[name], (x, y)) < 160
        ]

        def room(place: Point, others: list[tuple[Point, float]] = others) -> float:
            return round(
                min((math.dist(place, other) - radius for other, radius in others), default=ENOUGH) / ENOUGH, 1
            )

        at[pilot] = max(choices, key=lambda place: min(room(place), 1.0))  # the first of the best
        taken.append(pilot)
