"""Boxes packed into a given width: each in its turn as high up, then as far left, as it fits (bottom-left skyline)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

Size = tuple[float, float]


def packed(sizes: Sequence[Size], width: float) -> tuple[list[tuple[float, float]], float]:
    """Where boxes go.

    Args:
        sizes: width and height of each, in the order in which they are placed.
        width: to pack them into; a box that is wider stands alone from the left.

    Returns:
        Left and top of each box, and the height of all.
    """
    line: list[tuple[float, float]] = [(0.0, 0.0)]  # the lower edge so far: from where, how far down
    places = []
    for across, down in sizes:
        left, top = _best(line, across, max(width, across))
        places.append((left, top))
        line = _lowered(line, left, left + across, top + down)
    return places, max(top for _, top in line)


def filling_order(sizes: Sequence[Size], width: float) -> list[int]:
    """An order that leaves few gaps: the first box first, then into each gap, from the top, the widest that fits."""
    order = [0]
    # the widest first, so that what fits into a gap is found without looking at all
    rest = sorted((-sizes[at][0], -sizes[at][1], at) for at in range(1, len(sizes)))
    line = _lowered([(0.0, 0.0)], 0.0, sizes[0][0], sizes[0][1])
    while rest:
        inside = [at for at, (start, _) in enumerate(line) if start < width - 1e-6]
        ends = [start for start, _ in line[1:]] + [float("inf")]
        place = min(inside, key=lambda at: (line[at][1], at))
        (left, top), right = line[place], ends[place]
        fitting = bisect_left(rest, (-(min(right, width) - left + 1e-6),))
        if fitting < len(rest):
            *_, at = rest.pop(fitting)
            line = _lowered(line, left, left + sizes[at][0], top + sizes[at][1])
            order.append(at)
            continue
        beside = [line[at][1] for at in (place - 1, place + 1) if at in inside]
        if not beside:  # all that is left is wider than the picture
            return order + sorted(at for *_, at in rest)
        line = _lowered(line, left, right, min(beside))  # a gap that nothing fits into is closed
    return order


def _best(line: Sequence[tuple[float, float]], across: float, width: float) -> tuple[float, float]:
    found = []
    for place, (left, _) in enumerate(line):
        if left + across > width + 1e-6:
            break
        under = [top for start, top in line[place:] if start < left + across - 1e-6]
        found.append((max(under), left))
    top, left = min(found)
    return left, top


def _lowered(line: Sequence[tuple[float, float]], left: float, right: float, to: float) -> list[tuple[float, float]]:
    ends = [start for start, _ in line[1:]] + [float("inf")]
    pieces = []
    for (start, top), end in zip(line, ends, strict=True):
        if start < left:
            pieces.append((start, top))
        if end > right:
            pieces.append((max(start, right), top))
    pieces.append((left, to))
    pieces.sort()
    return [piece for at, piece in enumerate(pieces) if at == 0 or piece[1] != pieces[at - 1][1]]
