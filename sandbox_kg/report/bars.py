"""A chart of horizontal bars: sorted, stacked, with the number at each bar."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox_kg.report.drawing import LEADING, Drawing
from sandbox_kg.report.look import size
from sandbox_kg.report.type_setting import cut, width, wrap

NARROW = 480
_INDENT = 14
_GAP = 3  # between what counts and what stands apart
_BAR = 14


@dataclass(frozen=True)
class Segment:
    """A part of a bar: its size and role; `on` is the role of its number, where that stands inside."""

    value: int
    role: str
    on: str = ""


@dataclass(frozen=True)
class Bar:
    """A row of the chart.

    Attributes:
        label: what it is.
        segments: what counts.
        apart: what does not count by default; drawn behind a gap.
        total: the number at the bar.
        more: a lesser number behind it.
        aside: the number in the column at the right.
        depth: how deep it stands under a broader one.
        tip: what a pointer that rests on it is told.
    """

    label: str
    segments: Sequence[Segment]
    apart: Sequence[Segment] = ()
    total: str = ""
    more: str = ""
    aside: str = ""
    depth: int = 0
    tip: str = ""

    @property
    def length(self) -> int:
        """The sum of all its parts."""
        return sum(segment.value for segment in (*self.segments, *self.apart))

    @property
    def role(self) -> str:
        """The role of its label."""
        return "sublabel" if self.depth else "label"


def legend(drawing: Drawing, top: float, entries: Sequence[tuple[str, str]]) -> float:
    """Swatches with their words, in lines as wide as the drawing; returns where the next thing may begin.

    An entry without a role is words alone, that say what follows.
    """
    x, y = 0.0, top
    for role, words in entries:
        mark = 17 if role else 0
        words = cut(words, drawing.width - mark, size("tick"))
        room = mark + width(words, size("tick"))
        if x and (x + room > drawing.width or not role):
            x, y = (0.0, y + 19) if x + room + 60 > drawing.width else (x + 14, y)
        if role:
            drawing.rect(x + 0.5, y + 3.5, 11, 11, role)
        drawing.text(x + mark, y + 13, words, "tick")
        x += room + (14 if role else 8)
    return y + 26 if entries else top


def bars(
    rows: Sequence[Bar], room: float, axis: str, heads: tuple[str, str] = ("", ""), key: Sequence[tuple[str, str]] = ()
) -> Drawing:
    """The chart.

    Args:
        rows: the bars, in order.
        room: how wide the chart may be; below `NARROW` labels stand above their bars.
        axis: what the length of a bar means.
        heads: what the labels are, and what the numbers at the right are.
        key: the legend: role and words.
    """
    drawing = Drawing(room)
    top = legend(drawing, 0, key)
    narrow = room < NARROW
    aside = max([width(heads[1], size("head")), *(width(row.aside, size("more")) for row in rows)]) if heads[1] else 0
    widest = max(width(row.label, size(row.role)) + row.depth * _INDENT for row in rows)
    left = 0.0 if narrow else min(max(widest, width(heads[0], size("head"))) + 14, room * 0.36)
    right = room - (aside + 16 if aside else 0)
    after = max(width(row.total, size("value")) + width(row.more, size("more")) + 12 for row in rows)
    longest = max(row.length for row in rows) or 1
    unit = (right - left - after - _GAP) / longest
    # Heads, then the numbers of the axis.
    drawing.text(0, top + 10, heads[0] if not narrow else "", "head")
    drawing.text(left, top + 10, axis, "head")
    drawing.text(room, top + 10, heads[1], "head", "end")
    ticks = range(0, longest + 1, _step(longest))
    for tick in ticks:
        drawing.text(left + tick * unit, top + 27, str(tick), "tick", "middle" if left or tick else "start")
    y = first = top + 34
    places = []
    for place, row in enumerate(rows):
        if place and not row.depth and rows[place - 1].depth:
            y += 5
        lines = wrap(
            row.label, (right if narrow else left - 12) - row.depth * _INDENT, size(row.role), 2 if narrow else 3
        )
        high = _label_height(row, lines)
        places.append((y, lines))
        y += high + _BAR + 9 if narrow else max(high + 5, _BAR + 8)
    # Lines run through the whole chart, or behind the bars alone where labels stand above them.
    tops = [row_top + _label_height(row, lines) for row, (row_top, lines) in zip(rows, places, strict=True)]
    for start, end in [(top_ + 1, top_ + _BAR + 5) for top_ in tops] if narrow else [(first, y)]:
        for tick in ticks:
            drawing.line(left + tick * unit, start, left + tick * unit, end, "grid" if tick else "axis")
    for row, (row_top, lines) in zip(rows, places, strict=True):
        _row(drawing, row, lines, row_top, left, unit, narrow)
    drawing.height = max(drawing.height, y)
    return drawing


def _label_height(row: Bar, lines: Sequence[str]) -> float:
    return len(lines) * size(row.role) * LEADING


def _row(drawing: Drawing, row: Bar, lines: list[str], top: float, left: float, unit: float, narrow: bool) -> None:
    type_size = size(row.role)
    high = _label_height(row, lines)
    box = high + _BAR + 9 if narrow else max(high + 5, _BAR + 8)
    label_top = top + 1 if narrow else top + (box - high) / 2
    for place, line in enumerate(lines):
        drawing.text(row.depth * _INDENT, label_top + type_size * (0.95 + place * LEADING), line, row.role)
    bar_top = top + high + 3 if narrow else top + (box - _BAR) / 2
    x = left
    for parts in (row.segments, row.apart):
        x += _GAP if parts is row.apart and row.segments else 0
        for part in parts:
            wide = part.value * unit
            drawing.rect(x + 0.5, bar_top, max(wide - 1, 0.5), _BAR, part.role, row.tip)
            if part.on and wide > width(str(part.value), size(part.on)) + 4:
                drawing.text(x + wide / 2, bar_top + _BAR - 3, str(part.value), part.on, "middle")
            x += wide
    base = bar_top + _BAR - 2.5
    behind = drawing.text(x + 6, base, row.total, "value")
    drawing.text(x + 6 + behind + (4 if row.total else 0), base, row.more, "more")
    drawing.text(drawing.width, base, row.aside, "more", "end")


def _step(longest: int) -> int:
    """How far the numbers of the axis are apart: 1, 2 or 5 times a power of ten, at most six of them."""
    steps = (factor * int(f"1{'0' * power}") for power in itertools.count() for factor in (1, 2, 5))
    return next(step for step in steps if longest <= 5 * step)
