"""Very large islands: by stress, spread to the room that their labels take, then pushed apart cell by cell.

Labels stand under their marks; the page leaves out those for which there is no room until the reader comes closer.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from sandbox_kg.explorer.arrangement import Island
from sandbox_kg.explorer.boxes import Box, Mark, Point, Spot, around, covered, label_box, mark_box, overlap

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
    left, top, right, bottom = around((x, y, x, y) for x, y in at.values())
    needed = ROOM * sum(
        (box[2] - box[0]) * (box[3] - box[1]) for box in (_whole(Spot(0, 0), marks[name]) for name in at)
    )
    scale = math.sqrt(needed / max(1e-6, (right - left) * (bottom - top)))
    spots = {name: Spot(round(x * scale, 2), round(y * scale, 2)) for name, (x, y) in at.items()}
    for _ in range(ROUNDS):
        moves = _moves(spots, marks)
        if not moves:
            break
        for name, (across, down) in moves.items():
            spots[name] = Spot(round(spots[name].x + across, 2), round(spots[name].y + down, 2))
    return spots


def _whole(spot: Spot, mark: Mark) -> Box:
    return around((mark_box(spot, mark), label_box(spot, mark)))


def _moves(spots: Mapping[str, Spot], marks: Mapping[str, Mark]) -> dict[str, list[float]]:
    boxes = {name: _whole(spot, marks[name]) for name, spot in spots.items()}
    size = max(max(box[2] - box[0], box[3] - box[1]) for box in boxes.values())
    cells: dict[tuple[int, int], list[str]] = defaultdict(list)
    for name, box in boxes.items():
        cells[int(box[0] // size), int(box[1] // size)].append(name)
    moves: dict[str, list[float]] = {}
    for (column, row), names in cells.items():
        beside = [n for a in (-1, 0, 1) for b in (-1, 0, 1) for n in cells.get((column + a, row + b), ())]
        for name in names:
            for other in beside:
                if name < other and covered(boxes[name], boxes[other]):
                    by = overlap(boxes[name], boxes[other])
                    axis = 0 if by[0] < by[1] else 1
                    way = 0.35 * by[axis]
                    if boxes[name][axis] > boxes[other][axis]:
                        way = -way
                    moves.setdefault(name, [0.0, 0.0])[axis] -= way
                    moves.setdefault(other, [0.0, 0.0])[axis] += way
    return moves
