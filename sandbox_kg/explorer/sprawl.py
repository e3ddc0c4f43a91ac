"""Very large islands: by stress, spread to the room that their labels take, then pushed apart.

Labels stand under their marks; the page leaves out those for which there is no room until the reader comes closer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from sandbox_kg.explorer.arrangement import Island
from sandbox_kg.explorer.arrays import Marks, Numbers, overlaps, touching
from sandbox_kg.explorer.boxes import SIDES, Mark, Point, Spot

ROOM = 2.0  # how many times the room that marks and labels take
ROUNDS = 40


def sprawl(island: Island, at: Mapping[str, Point], marks: Mapping[str, Mark]) -> dict[str, Spot]:
    """Spots for an island.

    Args:
        island: the island.
        at: places of its institutions and shared pilots, neighbours about 1 apart.
        marks: what is placed.
    """
    at = dict(at)
    for place, (pilot, owner) in enumerate(island.own.items()):  # a pilot of one institution starts beside it
        turn = 2.4 * place  # never twice the same way
        at[pilot] = (at[owner][0] + 0.3 * math.cos(turn), at[owner][1] + 0.3 * math.sin(turn))
    names = list(at)
    sizes = Marks.of(names, marks)
    x, y = np.array([at[name] for name in names], dtype=np.float64).T
    needed = ROOM * float(_room(sizes).sum())
    scale = math.sqrt(needed / max(1e-6, float((x.max() - x.min()) * (y.max() - y.min()))))
    x, y = np.round(x * scale, 2), np.round(y * scale, 2)
    for _ in range(ROUNDS):
        moves = _moves(_whole(sizes, x, y))
        if moves is None:
            break
        x, y = np.round(x + moves[:, 0], 2), np.round(y + moves[:, 1], 2)
    return {name: Spot(*place) for name, *place in zip(names, x.tolist(), y.tolist(), strict=True)}


def _whole(sizes: Marks, x: Numbers, y: Numbers) -> Numbers:
    """The box around each mark and its label below it."""
    mark, label = sizes.mark_boxes(x, y), sizes.label_boxes(x, y)[:, SIDES.index("S")]
    return np.concatenate([np.minimum(mark, label)[:, :2], np.maximum(mark, label)[:, 2:]], axis=1)


def _room(sizes: Marks) -> Numbers:
    boxes = _whole(sizes, np.zeros(len(sizes.radius)), np.zeros(len(sizes.radius)))
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def _moves(boxes: Numbers) -> Numbers | None:
    """How far each is pushed across and down by those that it covers; None where none does."""
    one, other = touching(boxes)
    if not len(one):
        return None
    across, down = overlaps(boxes[one], boxes[other])
    axis = np.where(across < down, 0, 1)
    way = 0.35 * np.where(axis == 0, across, down)
    way = np.where(boxes[one, axis] > boxes[other, axis], -way, way)
    where = np.concatenate([2 * one + axis, 2 * other + axis])
    found = np.bincount(where, weights=np.concatenate([-way, way]), minlength=2 * len(boxes))
    return found.astype(np.float64).reshape(len(boxes), 2)
