"""What is worked out for whole arrays is what the plain way gives, pair by pair: the same numbers to the last digit."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence

import numpy as np
import pytest

from sandbox_kg.explorer.arrays import Marks, areas, lengths_inside, touching
from sandbox_kg.explorer.boxes import (
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
from sandbox_kg.explorer.packing import filling_order, packed
from sandbox_kg.explorer.sides import PUSHES_BETWEEN, Lines, _pushed, close, labelled
from sandbox_kg.pages import squeezed as squeezing

SEEDS = range(12)
Close = dict[str, list[str]]


def picture(chance: random.Random, count: int, room: float) -> tuple[dict[str, Point], dict[str, Mark], Lines]:
    """Marks in a room, some on one another's place or edge, with lines."""
    names = [f"n{number}" for number in range(count)]
    chance.shuffle(names)
    grid = [round(chance.uniform(0, room), 1) for _ in range(max(2, count // 2))]
    at = {name: (chance.choice(grid), chance.choice(grid)) for name in names}
    sizes = [(chance.choice((0.0, 30.0, 61.7)), chance.choice((14.4, 28.8))) for _ in names]
    marks = {
        name: Mark(chance.choice((5.0, 9.3)), size, chance.choice((4.0, 9.0)))
        for name, size in zip(names, sizes, strict=True)
    }
    pairs = [tuple(chance.sample(names, 2)) for _ in range(count)]
    return at, marks, Lines(pairs[::2], pairs[1::2])  # type: ignore[arg-type]


def plainly_close(at: dict[str, Point], marks: dict[str, Mark]) -> Close:
    """The marks that each could get in touch with, found from the left to the right."""
    reach = {n: (m.radius + m.gap + m.label[0] + 3.0, m.radius + m.gap + m.label[1] + 3.0) for n, m in marks.items()}
    names = sorted(at, key=lambda name: (at[name][0], name))
    widest = max(across for across, _ in reach.values())
    found: Close = {name: [] for name in at}
    for one, other in itertools.combinations(names, 2):
        right, down = at[other][0] - at[one][0], abs(at[other][1] - at[one][1])
        across, along = (a + b + 2 * PUSHES_BETWEEN for a, b in zip(reach[one], reach[other], strict=True))
        if right <= reach[one][0] + widest + PUSHES_BETWEEN and right <= across and down <= along:
            found[one].append(other)
            found[other].append(one)
    return {name: sorted(others) for name, others in found.items()}


def plainly_labelled(
    at: dict[str, Point], marks: dict[str, Mark], lines: Lines, near: Close
) -> tuple[dict[str, str], float]:
    """The sides of labels, each label compared with all that is near in each of three passes."""
    solid = {name: mark_box(Spot(*at[name]), marks[name]) for name in at}
    pilots = {pilot for pilot, _ in lines.joins}
    pull = dict.fromkeys(at, (0.0, 0.0))
    for one, other in lines.joins:
        for here, far in ((one, other), (other, one)):
            length = math.dist(at[here], at[far]) or 1.0
            by = ((to - now) / length for to, now in zip(at[far], at[here], strict=True))
            pull[here] = tuple(a + b for a, b in zip(pull[here], by, strict=True))  # type: ignore[assignment]
    labels: dict[str, Box] = {}
    sides: dict[str, str] = {}
    for _ in range(3):
        for name in sorted(at, key=lambda name: (-marks[name].radius, name)):
            others = [group[other] for other in near[name] for group in (labels, solid) if other in group]
            ends = lines.joins if name in pilots else [*lines.joins, *lines.pairs]
            choices = []
            for place, side in enumerate(SIDES):
                box = label_box(Spot(*at[name], side), marks[name])
                cost = 1000.0 * sum(covered(box, other) for other in others)
                cost += sum(length_inside(box, at[start], at[end]) for start, end in ends)
                cost += 9.0 * (TOWARDS[side][0] * pull[name][0] + TOWARDS[side][1] * pull[name][1])
                choices.append((round(cost, 1), place, side))
            sides[name] = min(choices)[2]
            labels[name] = label_box(Spot(*at[name], sides[name]), marks[name])
    left = sum(
        covered(labels[name], box)
        for name in at
        for other in near[name]
        for box in ((solid[other], labels[other]) if name < other else (solid[other],))
    )
    return sides, left


def plainly_pushed(spots: dict[str, Spot], marks: dict[str, Mark], near: Close) -> dict[str, Point]:
    """Places after some pushes, box by box."""
    for _ in range(PUSHES_BETWEEN):
        moves = {name: [0.0, 0.0] for name in spots}
        boxes = {name: (mark_box(spot, marks[name]), label_box(spot, marks[name])) for name, spot in spots.items()}
        for name in spots:
            for other in (other for other in near[name] if name < other):
                for one, its in itertools.product(boxes[name], boxes[other]):
                    if covered(one, its):
                        by = overlap(one, its)
                        axis = 0 if by[0] < by[1] else 1
                        way = 0.3 * by[axis] + 0.1
                        if one[axis] + one[axis + 2] > its[axis] + its[axis + 2]:
                            way = -way
                        moves[name][axis] -= way
                        moves[other][axis] += way
        spots = {
            name: Spot(round(spot.x + moves[name][0], 2), round(spot.y + moves[name][1], 2), spot.side)
            for name, spot in spots.items()
        }
    return {name: spot.point for name, spot in spots.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_boxes_and_lines(seed: int) -> None:
    """Areas, lengths and the pairs that touch are those of one pair after the other."""
    chance = random.Random(seed)
    at, marks, lines = picture(chance, 40, chance.choice((60.0, 300.0, 2000.0)))
    names = list(at)
    sizes = Marks.of(names, marks)
    x, y = np.array([at[name] for name in names]).T
    boxes = sizes.label_boxes(x, y)
    for (k, name), (s, side) in itertools.product(enumerate(names), enumerate(SIDES)):
        assert tuple(boxes[k, s]) == label_box(Spot(*at[name], side), marks[name])
    flat: list[Box] = [tuple(box) for box in boxes[:, chance.randrange(4)].tolist()]
    rows = np.array(flat)
    wanted = [[covered(one, other) for other in flat] for one in flat]
    assert areas(rows[:, None], rows[None, :]).tolist() == wanted
    found = [frozenset(pair) for pair in zip(*(side.tolist() for side in touching(rows)), strict=True)]
    assert len(set(found)) == len(found)
    assert set(found) == {frozenset(p) for p in itertools.combinations(range(40), 2) if wanted[p[0]][p[1]]}
    ends = np.array([(at[one], at[other]) for one, other in lines.joins])
    far = np.array([math.hypot(*(end - start)) for start, end in ends])
    inside = lengths_inside(rows[:, None], ends[None, :, 0], ends[None, :, 1], far[None, :])
    assert inside.tolist() == [[length_inside(b, at[one], at[other]) for one, other in lines.joins] for b in flat]


def test_no_boxes() -> None:
    """Of nothing nothing touches."""
    assert [len(side) for side in touching(np.zeros((0, 4)))] == [0, 0]


@pytest.mark.parametrize("seed", SEEDS)
def test_sides_and_pushes(seed: int) -> None:
    """Sides, what is still covered, and where marks are pushed are those of the plain way."""
    chance = random.Random(100 + seed)
    at, marks, lines = picture(chance, chance.randint(2, 40), chance.choice((50.0, 200.0, 600.0)))
    near = plainly_close(at, marks)
    names = sorted(at)
    x, y = np.array([at[name] for name in names]).T
    pairs = zip(*(side.tolist() for side in close(Marks.of(names, marks), x, y)), strict=True)
    assert [(names[a], names[b]) for a, b in pairs] == [(name, other) for name in names for other in near[name]]
    spots, left = labelled(at, marks, lines)
    assert ({name: spot.side for name, spot in spots.items()}, left) == plainly_labelled(at, marks, lines, near)
    assert _pushed(spots, marks) == plainly_pushed(spots, marks, near)


def plain_filling_order(sizes: Sequence[tuple[float, float]], width: float) -> list[int]:
    """The first box, then into the highest gap, of those that are left, the widest that fits: all are looked at."""
    order, rest = [0], set(range(1, len(sizes)))
    line = [(0.0, sizes[0][1]), (sizes[0][0], 0.0)]
    while rest:
        starts = [start for start, _ in line]
        inside = [k for k, start in enumerate(starts) if start < width - 1e-6]
        place = min(inside, key=lambda k: (line[k][1], k))
        (left, top), right = line[place], [*starts[1:], math.inf][place]
        fitting = [k for k in rest if sizes[k][0] <= min(right, width) - left + 1e-6]
        if fitting:
            chosen = min(fitting, key=lambda k: (-sizes[k][0], -sizes[k][1], k))
            until, to = left + sizes[chosen][0], top + sizes[chosen][1]
            order.append(chosen)
            rest.remove(chosen)
        else:
            beside = [line[k][1] for k in (place - 1, place + 1) if k in inside]
            if not beside:
                return order + sorted(rest)
            until, to = right, min(beside)
        line[place : place + 1] = [(left, to)] + ([(until, top)] if until < right else [])
        line = [piece for k, piece in enumerate(line) if k == 0 or piece[1] != line[k - 1][1]]
    return order


@pytest.mark.parametrize("seed", SEEDS)
def test_the_widest_that_fits(seed: int) -> None:
    """The order of filling is that of looking at all boxes that are left."""
    chance = random.Random(seed)
    sizes = [(float(chance.randint(1, 12)), float(chance.randint(1, 5))) for _ in range(60)]
    width = float(chance.randint(12, 30))
    order = filling_order(sizes, width)
    assert order == plain_filling_order(sizes, width)
    assert sorted(order) == list(range(60))
    assert packed([sizes[k] for k in order], width)[1] > 0


def plain_places(units: str, at: int) -> list[int]:
    """The last places before this one at which the same three characters stand."""
    found = [place for place in range(at) if units[place : place + 3] == units[at : at + 3]]
    return found[-squeezing.TRIES :] if at + 3 <= len(units) else []


@pytest.mark.parametrize("seed", SEEDS)
def test_earlier_places(seed: int) -> None:
    """What is sorted once gives the places that a search from the beginning gives."""
    chance = random.Random(seed)
    text = "".join(chance.choices("ab\n中", k=chance.randint(0, 900)))
    earlier = squeezing._Earlier(text.encode("utf-16-le"))
    for at in range(len(text)):
        assert earlier.places(at) == plain_places(text, at)
