"""A chart of sizes on a logarithmic axis: one row an expectation, with its limits as arrows."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbox_kg.report.bars import NARROW
from sandbox_kg.report.drawing import LEADING, Drawing
from sandbox_kg.report.look import size
from sandbox_kg.report.type_setting import cut, width, wrap

_R = 4.5
_ARROW = 20


@dataclass(frozen=True)
class Point:
    """One expectation.

    Attributes:
        group: what is measured.
        name: whose expectation it is.
        size: how large; of a range its lower end.
        up_to: the upper end of a range; None where there is none.
        sort: `value`, `range` or `magnitude` (known to a power of ten only).
        limit: `lower`, `upper` or `none`.
        approximate: whether it is a round number.
        words: the size in words.
        note: per what, when.
    """

    group: str
    name: str
    size: Decimal
    up_to: Decimal | None
    sort: str
    limit: str
    approximate: bool
    words: str
    note: str

    @property
    def ends(self) -> tuple[float, float]:
        """Where it begins and ends, as powers of ten."""
        low = math.log10(self.size)
        return low, low + 1 if self.sort == "magnitude" else math.log10(self.up_to or self.size)


def scale(
    points: Sequence[Point], room: float, axis: str, tick: Callable[[int], str], key: Sequence[tuple[Point, str]]
) -> Drawing:
    """The chart.

    Args:
        points: the expectations in order; those of one group stand together.
        room: how wide the chart may be; below `bars.NARROW` names stand above their points.
        axis: what the axis means.
        tick: from a power of ten to its words.
        key: the legend: a point that looks as meant, and words.
    """
    drawing = Drawing(room)
    narrow = room < NARROW
    name_left = 0.0 if narrow else room * 0.16
    left = 14.0 if narrow else room * 0.45
    words_left = 0.0 if narrow else room * 0.765
    right = room - 14 if narrow else words_left - 12
    low = math.floor(min(point.ends[0] for point in points))
    high = math.ceil(max(point.ends[1] for point in points))
    high += high == low
    start, end = left + _ARROW, right - _ARROW  # room for arrows at both ends

    def x_of(power: float) -> float:
        return start + (power - low) / (high - low) * (end - start)

    top = _legend(drawing, key)
    drawing.text(left, top + 10, axis, "head")
    labels = [tick(power) for power in range(low, high + 1)]
    apart = (end - start) / (high - low)
    every = next(n for n in itertools.count(1) if n * apart > max(width(label, size("tick")) for label in labels) + 8)
    shown = range(low, high + 1, every)
    for power in shown:
        drawing.text(x_of(power), top + 27, tick(power), "tick", "middle")
    y = first = top + 36
    rows: list[tuple[Point, float, float]] = []
    for group, members in itertools.groupby(points, key=lambda point: point.group):
        group_top = y
        if narrow:
            y = drawing.paragraph(0, y + 6, room, group, "value", 2) + 2
        for point in members:
            bottom, middle = _texts(drawing, point, y, (name_left, words_left, left), narrow)
            rows.append((point, middle, bottom))
            y = bottom
        if not narrow:
            y = max(y, drawing.paragraph(0, group_top + 2, name_left - 12, group, "label")) + 4
            drawing.line(0, y - 2, room, y - 2, "grid")
    below = Drawing(room)
    strips = [(middle - 9, middle + 9) for _, middle, _ in rows] if narrow else [(first, y)]
    for strip_top, strip_bottom in strips:
        for power in range(low, high + 1):
            below.line(x_of(power), strip_top, x_of(power), strip_bottom, "grid")
    for point, middle, _ in rows:
        if narrow:
            below.line(x_of(low), middle, x_of(high), middle, "grid")
        glyph(below, point, middle, x_of)
    drawing.place(0, 0, below)
    drawing.height = max(drawing.height, y)
    return drawing


def _texts(
    drawing: Drawing, point: Point, top: float, lefts: tuple[float, float, float], narrow: bool
) -> tuple[float, float]:
    """The name and the words of a row; returns where the row ends and the height of its point."""
    name_left, words_left, plot_left = lefts
    if narrow:
        y = drawing.paragraph(0, top + 2, drawing.width, point.name, "sublabel", 2)
        wide = drawing.text(0, y + 13, cut(point.words, drawing.width * 0.8, size("value")), "value")
        lines = wrap(point.note, drawing.width - wide - 10, size("note"), 2)
        for place, line in enumerate(lines):
            drawing.text(wide + 10, y + 13 + place * 14, line, "note")
        y += 14 * len(lines) + 12
        return y + 12, y
    names = wrap(point.name, plot_left - name_left - 16, size("sublabel"), 4)
    words = wrap(point.words, drawing.width - words_left, size("value"), 2)
    notes = wrap(point.note, drawing.width - words_left, size("note"), 2) if point.note else []
    tall_words = len(words) * size("value") * LEADING + len(notes) * size("note") * LEADING
    tall = max(len(names) * size("sublabel") * LEADING, tall_words) + 6
    middle = top + tall / 2
    y = middle - len(names) * size("sublabel") * LEADING / 2
    for line in names:
        drawing.text(name_left, y + size("sublabel") * 0.95, line, "sublabel")
        y += size("sublabel") * LEADING
    y = middle - tall_words / 2
    for lines, role in ((words, "value"), (notes, "note")):
        for line in lines:
            drawing.text(words_left, y + size(role) * 0.95, line, role)
            y += size(role) * LEADING
    return top + tall, middle


def glyph(drawing: Drawing, point: Point, y: float, x_of: Callable[[float], float]) -> None:
    """The mark of an expectation: a point, ring, line or decade, with an arrow towards where it may lie."""
    low, high = (x_of(end) for end in point.ends)
    tip = f"{point.name}: {point.words} {point.note}" if point.name else ""
    if point.limit == "lower":
        _arrow(drawing, high, y, 1)
    if point.limit == "upper":
        _arrow(drawing, low, y, -1)
    if point.sort == "magnitude":
        drawing.rect(low, y - _R, high - low, 2 * _R, "decade", tip, 2)
        return
    role = "ring" if point.approximate else "point"
    if point.sort == "range":
        drawing.line(low, y, high, y, "arrow")
        drawing.circle(high, y, _R, role, tip)
    drawing.circle(low, y, _R, role, tip)


def _arrow(drawing: Drawing, x: float, y: float, way: int) -> None:
    tip = x + way * _ARROW
    drawing.path([(x, y), (tip, y)], "arrow")
    drawing.path([(tip - way * 5, y - 4), (tip, y), (tip - way * 5, y + 4)], "arrow")


def _legend(drawing: Drawing, key: Sequence[tuple[Point, str]]) -> float:
    """What the marks mean, in lines as wide as the drawing; returns where the next thing may begin."""
    x, y = 0.0, 8.0
    for point, words in key:
        mark = {"none": 2 * _R + 2, "lower": _R + 1 + _ARROW, "upper": 2 * _R + 2 + _ARROW}[point.limit]
        mark += 18 if point.sort != "value" else 0
        said = cut(words, drawing.width - mark - 6, size("tick"))
        room = mark + 6 + width(said, size("tick"))
        if x and x + room > drawing.width:
            x, y = 0.0, y + 20
        base = x + _R + 1 + (_ARROW if point.limit == "upper" else 0)
        low = point.ends[0]
        glyph(drawing, point, y, lambda power, base=base, low=low: base + (power - low) * 22)  # type: ignore[misc]
        drawing.text(x + mark + 6, y + 4, said, "tick")
        x += room + 20
    return y + 20
