"""On which side of its mark each label goes, and how marks make room where no side is free."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sandbox_kg.explorer.arrays import Indices, Marks, Numbers, areas, lengths_inside, overlaps
from sandbox_kg.explorer.boxes import AIR, SIDES, TOWARDS, Mark, Point, Spot

PASSES, PUSHES, PUSHES_BETWEEN = 3, 64, 8
_COST_OVERLAP, _COST_CROSSING, _COST_INWARD = 1000.0, 1.0, 9.0
_NO_SIDE, _MARK = -1, len(SIDES)  # of a label that is not set yet; of what is no label but the mark itself

# For each name and side of its label: what that label would cover, as the other's number, its side or `_MARK`, and the
# area.
_Met = list[list[list[tuple[int, int, float]]]]


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
    names = sorted(at)
    number = {name: place for place, name in enumerate(names)}
    sizes, (x, y) = Marks.of(names, marks), _places(names, at)
    # what a label covers on each side is worked out once: only which sides the others take changes
    met = _met(sizes, x, y)
    crossed = _crossed(names, at, sizes, lines)
    pull = _pull(at, lines)
    inward = [[TOWARDS[side][0] * pull[name][0] + TOWARDS[side][1] * pull[name][1] for side in SIDES] for name in names]
    chosen = [_NO_SIDE] * len(names)
    order = sorted(range(len(names)), key=lambda one: (-marks[names[one]].radius, one))
    for _ in range(PASSES):
        before = list(chosen)
        for one in order:
            choices = []
            for side, others in enumerate(met[one]):
                cost = _COST_OVERLAP * sum([area for other, s, area in others if s == _MARK or chosen[other] == s])
                cost += _COST_CROSSING * crossed[one][side]
                cost += _COST_INWARD * inward[one][side]
                choices.append((round(cost, 1), side))
            chosen[one] = min(choices)[1]
        if chosen == before:
            break  # another pass would choose the same
    left: list[float] = []
    for one in map(number.__getitem__, at):
        others = sorted(met[one][chosen[one]], key=lambda found: (found[0], found[1] != _MARK))
        left += [area for other, s, area in others if s == _MARK or (one < other and chosen[other] == s)]
    return {name: Spot(*place, SIDES[chosen[number[name]]]) for name, place in at.items()}, sum(left)


def apart(spots: dict[str, Spot], marks: Mapping[str, Mark], lines: Lines) -> tuple[dict[str, Spot], float]:
    """Pushes marks and labels apart that cover each other, a little at a time, and chooses sides anew in between.

    Returns:
        As `labelled`.
    """
    left = math.inf
    for _ in range(PUSHES // PUSHES_BETWEEN):
        spots, left = labelled(_pushed(spots, marks), marks, lines)
        if left <= 0:
            break
    return spots, left


def _pushed(spots: Mapping[str, Spot], marks: Mapping[str, Mark]) -> dict[str, Point]:
    """The places after some pushes, the sides of the labels as they are."""
    names = sorted(spots)
    number = {name: place for place, name in enumerate(names)}
    sizes, (x, y) = Marks.of(names, marks), _places(names, {name: spot.point for name, spot in spots.items()})
    sides = np.array([SIDES.index(spots[name].side) for name in names])
    one, other = close(sizes, x, y)
    # sums of floats depend on their order: as the spots come
    turn = np.empty(len(names), dtype=np.intp)
    turn[[number[name] for name in spots]] = np.arange(len(names))
    kept = np.flatnonzero(one < other)
    kept = kept[np.argsort(turn[one[kept]], kind="stable")]
    one, other = one[kept], other[kept]
    for _ in range(PUSHES_BETWEEN):
        labels = sizes.label_boxes(x, y)[np.arange(len(names)), sides]
        boxes = np.stack([sizes.mark_boxes(x, y), labels], axis=1)
        moves = _moves(boxes, one, other)
        x, y = (
            np.array([round(place, 2) for place in (axis + move).tolist()])
            for axis, move in zip((x, y), moves.T, strict=True)
        )
    at = list(zip(x.tolist(), y.tolist(), strict=True))
    return {name: at[number[name]] for name in spots}


def _moves(boxes: Numbers, one: Indices, other: Indices) -> Numbers:
    """How far each is pushed across and down, so that the marks and labels of these pairs cover each other less."""
    ones, others = (np.broadcast_to(b, (len(one), 2, 2, 4)) for b in (boxes[one][:, :, None], boxes[other][:, None]))
    pair, mine, its = np.nonzero(areas(ones, others))
    first, second = boxes[one[pair], mine], boxes[other[pair], its]
    across, down = overlaps(first, second)
    axis = np.where(across < down, 0, 1)
    way = 0.3 * np.where(axis == 0, across, down) + 0.1
    rows = np.arange(len(axis))
    is_beyond = first[rows, axis] + first[rows, axis + 2] > second[rows, axis] + second[rows, axis + 2]
    way = np.where(is_beyond, -way, way)
    where = np.stack([2 * one[pair] + axis, 2 * other[pair] + axis], axis=-1).ravel()
    found = np.bincount(where, weights=np.stack([-way, way], axis=-1).ravel(), minlength=2 * len(boxes))
    return found.astype(np.float64).reshape(len(boxes), 2)


def _places(names: Sequence[str], at: Mapping[str, Point]) -> tuple[Numbers, Numbers]:
    places = np.array([at[name] for name in names], dtype=np.float64).reshape(len(names), 2)
    return places[:, 0], places[:, 1]


def close(sizes: Marks, x: Numbers, y: Numbers) -> tuple[Indices, Indices]:
    """The marks that could get in touch, whatever the sides of their labels: each pair both ways, in order."""
    across, down = _reach(sizes)
    one, other = np.arange(len(x))[:, None], np.arange(len(x))[None, :]
    # the one farther left looks to its right, no farther than the widest label reaches
    is_left = (x[:, None] < x[None, :]) | ((x[:, None] == x[None, :]) & (one < other))
    farthest = np.where(is_left, across[:, None], across[None, :]) + across.max(initial=0.0) + PUSHES_BETWEEN
    apart_x, apart_y = np.abs(x[:, None] - x[None, :]), np.abs(y[:, None] - y[None, :])
    is_close = (apart_x <= farthest) & (apart_x <= across[:, None] + across[None, :] + 2 * PUSHES_BETWEEN)
    is_close &= (apart_y <= down[:, None] + down[None, :] + 2 * PUSHES_BETWEEN) & (one != other)
    found = np.nonzero(is_close)
    return found[0], found[1]


def _reach(sizes: Marks) -> tuple[Numbers, Numbers]:
    return (sizes.radius + sizes.gap + sizes.width + AIR, sizes.radius + sizes.gap + sizes.height + AIR)


def _met(sizes: Marks, x: Numbers, y: Numbers) -> _Met:
    """What the label of each would cover on each side: labels of others on each of theirs, and marks."""
    one, other = close(sizes, x, y)
    labels = sizes.label_boxes(x, y)
    solid = sizes.mark_boxes(x, y)[:, None, :]
    both = np.concatenate([labels, solid], axis=1)  # on the sides of labels, then the mark itself
    reach = np.concatenate([both[:, :, :2].min(axis=1), both[:, :, 2:].max(axis=1)], axis=1)
    near = areas(reach[one], reach[other]) > 0
    one, other = one[near], other[near]
    shared = areas(labels[one][:, :, None, :], both[other][:, None, :, :])
    found: _Met = [[[] for _ in SIDES] for _ in x]
    pair, side, its = np.nonzero(shared)
    columns = (one[pair], side, other[pair], its, shared[pair, side, its])
    for name, mine, far, what, area in zip(*(column.tolist() for column in columns), strict=True):
        found[name][mine].append((far, what, area))
    return found


def _crossed(names: Sequence[str], at: Mapping[str, Point], sizes: Marks, lines: Lines) -> list[list[float]]:
    """How long the lines are that would run through the label of each, on each side."""
    both = [(at[one], at[other]) for one, other in (*lines.joins, *lines.pairs)]
    found = [[0.0] * len(SIDES) for _ in names]
    if not both:
        return found
    ends = np.array(both, dtype=np.float64)
    lengths = np.array([math.hypot(e[0] - s[0], e[1] - s[1]) for s, e in both])
    low, high = ends.min(axis=1), ends.max(axis=1)
    x, y = _places(names, at)
    across, down = _reach(sizes)
    is_near = (low[:, 0] < (x + across)[:, None]) & (high[:, 0] > (x - across)[:, None])
    is_near &= (low[:, 1] < (y + down)[:, None]) & (high[:, 1] > (y - down)[:, None])
    pilots = {pilot for pilot, _ in lines.joins}
    is_near[[name in pilots for name in names], len(lines.joins) :] = False
    name, line = np.nonzero(is_near)
    labels = sizes.label_boxes(x, y)[name]
    inside = lengths_inside(labels, ends[line, None, 0], ends[line, None, 1], lengths[line, None])
    parts: list[list[list[float]]] = [[[] for _ in SIDES] for _ in names]
    which, side = np.nonzero(inside)
    for one, mine, length in zip(name[which].tolist(), side.tolist(), inside[which, side].tolist(), strict=True):
        parts[one][mine].append(length)
    return [[sum(part, 0.0) for part in of] for of in parts]


def _pull(at: Mapping[str, Point], lines: Lines) -> dict[str, Point]:
    """The sum of the directions in which the lines of each mark leave it."""
    pull = dict.fromkeys(at, (0.0, 0.0))
    for one, other in lines.joins:
        for name, far in ((one, other), (other, one)):
            length = math.dist(at[name], at[far]) or 1.0
            across, down = ((to - here) / length for to, here in zip(at[far], at[name], strict=True))
            pull[name] = (pull[name][0] + across, pull[name][1] + down)
    return pull
