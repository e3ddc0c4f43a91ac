"""Marks, their labels and the boxes that these take up. Units are those of the picture: 13 are one line's type."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

AIR = 3.0  # kept free around marks and labels
SIDES = "SENW"
TOWARDS = {"S": (0.0, 1.0), "E": (1.0, 0.0), "N": (0.0, -1.0), "W": (-1.0, 0.0)}

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Mark:
    """What is placed: an institution or a pilot.

    Attributes:
        radius: of its mark.
        label: width and height of its label.
        gap: between the mark and its label.
    """

    radius: float
    label: Point
    gap: float = 4.0


@dataclass(frozen=True)
class Spot:
    """Where a mark stands and on which side (`S`, `E`, `N` or `W`) its label is."""

    x: float
    y: float
    side: str = "S"

    @property
    def point(self) -> Point:
        """The place alone."""
        return (self.x, self.y)


def mark_box(spot: Spot, mark: Mark) -> Box:
    """The box of a mark."""
    return (spot.x - mark.radius, spot.y - mark.radius, spot.x + mark.radius, spot.y + mark.radius)


def label_box(spot: Spot, mark: Mark) -> Box:
    """The box of a label beside its mark."""
    width, height = mark.label
    right, down = TOWARDS[spot.side]
    reach = mark.radius + mark.gap
    x, y = spot.x + right * (reach + width / 2), spot.y + down * (reach + height / 2)
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def box_around(spots: Mapping[str, Spot], marks: Mapping[str, Mark]) -> Box:
    """The box around marks and labels."""
    return around(b for name, s in spots.items() for b in (mark_box(s, marks[name]), label_box(s, marks[name])))


def around(boxes: Iterable[Box]) -> Box:
    """The box around boxes."""
    left, top, right, bottom = zip(*boxes, strict=True)
    return (min(left), min(top), max(right), max(bottom))


def overlap(one: Box, other: Box) -> Point:
    """How far two boxes with air around them reach into each other, across and down; zero or less where they do not."""
    return (
        min(one[2], other[2]) - max(one[0], other[0]) + AIR,
        min(one[3], other[3]) - max(one[1], other[1]) + AIR,
    )


def covered(one: Box, other: Box) -> float:
    """The area that two boxes with air around them share."""
    # asked millions of times: most boxes are far from each other
    if one[0] - AIR >= other[2] or other[0] - AIR >= one[2] or one[1] - AIR >= other[3] or other[1] - AIR >= one[3]:
        return 0.0
    across, down = overlap(one, other)
    return across * down


def length_inside(box: Box, start: Point, end: Point) -> float:
    """How long a line runs inside a box (Liang & Barsky, A New Concept and Method for Line Clipping, 1984)."""
    across, down = end[0] - start[0], end[1] - start[1]
    first, last = 0.0, 1.0
    for change, low, high in (
        (across, box[0] - start[0], box[2] - start[0]),
        (down, box[1] - start[1], box[3] - start[1]),
    ):
        if abs(change) < 1e-9:
            if low > 0 or high < 0:
                return 0.0
            continue
        near, far = sorted((low / change, high / change))
        first, last = max(first, near), min(last, far)
        if first >= last:
            return 0.0
    return (last - first) * math.hypot(across, down)
