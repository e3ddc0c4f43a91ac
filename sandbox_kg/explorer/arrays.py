"""Boxes by the thousand: what `boxes` gives for one pair, for whole arrays at a time.

Each number is the same to the last digit: the same steps in the same order, so that a picture does not depend on which
of the two worked it out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox_kg.explorer.boxes import AIR, SIDES, TOWARDS, Mark

Numbers = NDArray[np.float64]
Indices = NDArray[np.intp]
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Marks:
    """The marks of some names, in their order.

    Attributes:
        radius: of each mark.
        gap: between each mark and its label.
        width: of each label.
        height: of each label.
    """

    radius: Numbers
    gap: Numbers
    width: Numbers
    height: Numbers

    @classmethod
    def of(cls, names: Sequence[str], marks: Mapping[str, Mark]) -> Marks:
        """The marks of these names."""
        rows = [(marks[name].radius, marks[name].gap, *marks[name].label) for name in names]
        return cls(*np.array(rows, dtype=np.float64).reshape(len(names), 4).T)

    def mark_boxes(self, x: Numbers, y: Numbers) -> Numbers:
        """The box of each mark, a row each."""
        return np.stack([x - self.radius, y - self.radius, x + self.radius, y + self.radius], axis=-1)

    def label_boxes(self, x: Numbers, y: Numbers) -> Numbers:
        """The box of each label on each side, in the order of `SIDES`: a row of four boxes for each mark."""
        reach = self.radius + self.gap
        boxes = []
        for right, down in (TOWARDS[side] for side in SIDES):
            across, along = x + right * (reach + self.width / 2), y + down * (reach + self.height / 2)
            edges = [across - self.width / 2, along - self.height / 2, across + self.width / 2, along + self.height / 2]
            boxes.append(np.stack(edges, axis=-1))
        return np.stack(boxes, axis=1)


def overlaps(one: Numbers, other: Numbers) -> tuple[Numbers, Numbers]:
    """`boxes.overlap` of each pair."""
    return (
        np.minimum(one[..., 2], other[..., 2]) - np.maximum(one[..., 0], other[..., 0]) + AIR,
        np.minimum(one[..., 3], other[..., 3]) - np.maximum(one[..., 1], other[..., 1]) + AIR,
    )


def areas(one: Numbers, other: Numbers) -> Numbers:
    """`boxes.covered` of each pair."""
    across, down = overlaps(one, other)
    return np.where(_touch(one, other), across * down, 0.0)


def _touch(one: Numbers, other: Numbers) -> Truths:
    found: Truths = (
        (one[..., 0] - AIR < other[..., 2])
        & (other[..., 0] - AIR < one[..., 2])
        & (one[..., 1] - AIR < other[..., 3])
        & (other[..., 1] - AIR < one[..., 3])
    )
    return found


def lengths_inside(boxes: Numbers, starts: Numbers, ends: Numbers, lengths: Numbers) -> Numbers:
    """`boxes.length_inside` of each pair of a box and a line, whose length is known."""
    first, last = np.zeros(boxes.shape[:-1]), np.ones(boxes.shape[:-1])
    outside = np.zeros(boxes.shape[:-1], dtype=bool)
    for axis in (0, 1):
        change = ends[..., axis] - starts[..., axis]
        low, high = boxes[..., axis] - starts[..., axis], boxes[..., axis + 2] - starts[..., axis]
        is_flat = np.abs(change) < 1e-9
        divisor = np.where(is_flat, 1.0, change)
        one, other = low / divisor, high / divisor
        outside = outside | is_flat & ((low > 0) | (high < 0))
        first = np.where(is_flat, first, np.maximum(first, np.minimum(one, other)))
        last = np.where(is_flat, last, np.minimum(last, np.maximum(one, other)))
    return np.where(outside | (first >= last), 0.0, (last - first) * lengths)


def touching(boxes: Numbers) -> tuple[Indices, Indices]:
    """The pairs of boxes that cover each other, each once; the time grows with the pairs, not with their square.

    Boxes stand in rows as high as the highest of them, sorted from the left: whoever touches a box stands in its row or
    in one beside it, and begins no farther left than the widest reaches.
    """
    highest = float((boxes[:, 3] - boxes[:, 1]).max(initial=0.0)) + 2 * AIR
    widest = float((boxes[:, 2] - boxes[:, 0]).max(initial=0.0)) + 2 * AIR
    left, row = boxes[:, 0] - boxes[:, 0].min(initial=0.0), np.floor(boxes[:, 1] / highest)
    room = float(left.max(initial=0.0)) + 4 * widest  # no box reaches from one row into the next
    order = np.argsort(row * room + left, kind="stable")
    keys = (row * room + left)[order]
    ones, others = [], []
    for below in (0, 1):
        start = np.arange(len(order)) + 1 if not below else np.searchsorted(keys, keys + room - widest)
        end = np.searchsorted(keys, keys + below * room + widest, side="right")
        counts = np.maximum(end - start, 0)
        one = np.repeat(np.arange(len(order)), counts)
        other = np.arange(len(one)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(start, counts)
        ones.append(order[one])
        others.append(order[other])
    one, other = np.concatenate(ones), np.concatenate(others)
    met = areas(boxes[one], boxes[other]) > 0
    return one[met], other[met]
