"""On which side of its mark each label goes, and how marks make room where no side is free."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbox_kg.explorer.boxes import (
    AIR,
    SIDES,
    TOWARDS,
    Box,
    Mark,
    Point,
    Spot,
    covered,
    label_box,
    length_inside,
    mark_box,
    overlap,
)

PASSES, PUSHES, PUSHES_BETWEEN = 3, 64, 8
_COST_OVERLAP, _COST_CROSSING, _COST_INWARD = 1000.0, 1.0, 9.0


@dataclass(frozen=True)
class Lines:
    """The lines of an island.

    Attributes:
        joins: pilot and institution, of the view that shows both.
        pairs: two institutions, of the view that shows institutions alone.
    """

    joins: Sequence[tuple[str, str]]
    pairs: Sequence[tuple[str, str]]


def labelled(at: Mapping[str, Point], marks: Mapping[str, Mark], lines: Lines) -> tuple[dict[str, Spot], float]:
    """Chooses a side for each label.

    A label keeps off marks and other labels, then off lines, and rather stands where its mark has no line. A pilot's is
    read beside the lines to its members, an institution's also beside those to its partners.

    Returns:
        The spots, and the area on which marks and labels still cover each other.
    """
    spots = {name: Spot(*place) for name, place in at.items()}
    close = _close(spots, marks)
    crossing = _crossing(at, marks, lines)
    pull = _pull(at, lines)
    solid = {name: mark_box(spots[name], marks[name]) for name in at}
    labels: dict[str, Box] = {}
    order = sorted(at, key=lambda name: (-marks[name].radius, name))
    for _ in range(PASSES):
        for name in order:
            others = [group[other] for other in close[name] for group in (labels, solid) if other in group]
            choices = []
            for place, side in enumerate(SIDES):
                spot = Spot(*at[name], side)
                box = label_box(spot, marks[name])
                cost = _COST_OVERLAP * sum(covered(box, other) for other in others)
                cost += _COST_CROSSING * sum(length_inside(box, *segment) for segment in crossing[name])
                cost += _COST_INWARD * (TOWARDS[side][0] * pull[name][0] + TOWARDS[side][1] * pull[name][1])
                choices.append((round(cost, 1), place, spot))
            spots[name] = min(choices, key=lambda choice: choice[:2])[2]
            labels[name] = label_box(spots[name], marks[name])
    return spots, sum(
        covered(labels[name], box)
        for name in at
        for other in close[name]
        for box in ((solid[other], labels[other]) if name < other else (solid[other],))
    )


def apart(spots: dict[str, Spot], marks: Mapping[str, Mark], lines: Lines) -> tuple[dict[str, Spot], float]:
    """Pushes marks and labels apart that cover each other, a little at a time, and chooses sides anew in between.

    Returns:
        As `labelled`.
    """
    left = math.inf
    for turn in range(PUSHES):
        if turn % PUSHES_BETWEEN == 0:
            close = _close(spots, marks)
        moves = _moves(spots, marks, close)
        spots = {
            name: Spot(round(spot.x + moves[name][0], 2), round(spot.y + moves[name][1], 2), spot.side)
            for name, spot in spots.items()
        }
        if turn % PUSHES_BETWEEN == PUSHES_BETWEEN - 1:
            spots, left = labelled({name: spot.point for name, spot in spots.items()}, marks, lines)
            if left <= 0:
                break
    return spots, left


def _moves(
    spots: Mapping[str, Spot], marks: Mapping[str, Mark], close: Mapping[str, list[str]]
) -> dict[str, list[float]]:
    moves = {name: [0.0, 0.0] for name in spots}
    boxes = {name: (mark_box(spot, marks[name]), label_box(spot, marks[name])) for name, spot in spots.items()}
    for name in spots:
        for other in close[name]:
            if name > other:
                continue
            for box in boxes[name]:
                for other_box in boxes[other]:
                    if covered(box, other_box):
                        by = overlap(box, other_box)
                        axis = 0 if by[0] < by[1] else 1
                        way = 0.3 * by[axis] + 0.1
                        if box[axis] + box[axis + 2] > other_box[axis] + other_box[axis + 2]:
                            way = -way
                        moves[name][axis] -= way
                        moves[other][axis] += way
    return moves


def _close(spots: Mapping[str, Spot], marks: Mapping[str, Mark]) -> dict[str, list[str]]:
    """The marks that each could get in touch with, whatever the sides of their labels."""
    reach = {name: _reach(mark) for name, mark in marks.items() if name in spots}
    names = sorted(spots, key=lambda name: (spots[name].x, name))
    widest = max((across for across, _ in reach.values()), default=0.0)
    found: dict[str, list[str]] = {name: [] for name in spots}
    for place, name in enumerate(names):
        here = spots[name]
        for other in names[place + 1 :]:
            there = spots[other]
            if there.x - here.x > reach[name][0] + widest + PUSHES_BETWEEN:
                break
            across, down = (one + two + 2 * PUSHES_BETWEEN for one, two in zip(reach[name], reach[other], strict=True))
            if there.x - here.x <= across and abs(there.y - here.y) <= down:
                found[name].append(other)
                found[other].append(name)
    return {name: sorted(others) for name, others in found.items()}


def _reach(mark: Mark) -> Point:
    return (mark.radius + mark.gap + mark.label[0] + AIR, mark.radius + mark.gap + mark.label[1] + AIR)


def _crossing(at: Mapping[str, Point], marks: Mapping[str, Mark], lines: Lines) -> dict[str, list[tuple[Point, Point]]]:
    """The lines that could run through the label of each."""
    joins = [(at[one], at[other]) for one, other in lines.joins]
    both = joins + [(at[one], at[other]) for one, other in lines.pairs]
    pilots = {pilot for pilot, _ in lines.joins}
    boxes = [
        (min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1]))
        for start, end in both
    ]
    found = {}
    for name, (x, y) in at.items():
        across, down = _reach(marks[name])
        left, top, right, bottom = x - across, y - down, x + across, y + down
        found[name] = [
            segment
            for segment, box in zip(joins if name in pilots else both, boxes, strict=False)
            if box[0] < right and box[2] > left and box[1] < bottom and box[3] > top
        ]
    return found


def _pull(at: Mapping[str, Point], lines: Lines) -> dict[str, Point]:
    """The sum of the directions in which the lines of each mark leave it."""
    pull = dict.fromkeys(at, (0.0, 0.0))
    for one, other in lines.joins:
        for name, far in ((one, other), (other, one)):
            length = math.dist(at[name], at[far]) or 1.0
            across, down = ((to - here) / length for to, here in zip(at[far], at[name], strict=True))
            pull[name] = (pull[name][0] + across, pull[name][1] + down)
    return pull
