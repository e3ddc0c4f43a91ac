"""A time axis: when areas joined, and what each cohort went through on which day."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox_kg.report.bars import NARROW
from sandbox_kg.report.drawing import LEADING, Drawing
from sandbox_kg.report.look import size
from sandbox_kg.report.quantities import day, span
from sandbox_kg.report.type_setting import cut, width, wrap
from sandbox_kg.report.words import say

EVENT_ROLES = 4
_R = 9
_LANE, _LEVEL = 36, 13
_BACK = 26  # how far the mark of a last possible day points back


@dataclass(frozen=True)
class Event:
    """Something that pilots of a cohort underwent: when, which kind (1 is the earliest stage), how many, in words.

    Of a bound the date is the last possible one: its mark is dashed and points back.
    """

    when: str
    kind: int
    pilots: int
    tip: str = ""
    is_bound: bool = False

    @property
    def role(self) -> str:
        """The role of its mark."""
        return "event-bound" if self.is_bound else f"event-{min(self.kind, EVENT_ROLES)}"


@dataclass(frozen=True)
class Strip:
    """A row: its label, a lesser line below, and its events in the order of their dates."""

    label: str
    below: str
    events: Sequence[Event]


@dataclass(frozen=True)
class Join:
    """What joined the programme on a day; of a bound it is the last possible one."""

    when: str
    words: str
    is_bound: bool = False


class _Axis:
    """From days to distances; whole quarters, or whole years where there are many."""

    def __init__(self, days: Sequence[datetime.date], left: float, right: float) -> None:
        self.years = (max(days) - min(days)).days > 3 * 366
        step = 12 if self.years else 3
        months = [d.year * 12 + (d.month - 1) // step * step for d in (min(days), max(days))]
        starts = range(months[0], months[1] + step + 1, step)
        self.marks = [datetime.date(month // 12, month % 12 + 1, 1) for month in starts]
        self.left, self.right = left, right

    def x(self, when: datetime.date) -> float:
        """The distance of a day."""
        first, last = self.marks[0], self.marks[-1]
        return self.left + (when - first).days / (last - first).days * (self.right - self.left)

    def middle(self, when: str) -> float:
        """The distance of the middle of a date that is known to the day, month or year."""
        first, last = span(when)
        return (self.x(first) + self.x(last)) / 2


def timeline(
    joins: Sequence[Join],
    strips: Sequence[Strip],
    room: float,
    language: str,
    heads: tuple[str, str],
    key: Sequence[tuple[int, str]],
    bound: str = "",
) -> Drawing:
    """The chart.

    Args:
        joins: what joined when, in order.
        strips: the rows.
        room: how wide the chart may be; below `bars.NARROW` labels stand above their rows.
        language: of the dates.
        heads: above the joins and above the rows.
        key: kind of event and its words.
        bound: what a mark of a last possible day means, where there is one.
    """
    drawing = Drawing(room)
    narrow = room < NARROW
    below = max((width(strip.below, size("more")) for strip in strips), default=0)
    labels = max((width(strip.label, size("label")) for strip in strips), default=0)
    left = 14.0 if narrow else max(min(max(labels, below), room * 0.27), 90) + 22
    dates = [join.when for join in joins] + [event.when for strip in strips for event in strip.events]
    days = [end for when in dates for end in span(when)]
    axis = _Axis(days, left, room - 26)
    entries = [(Event("2000", kind, 0), entry) for kind, entry in key]
    y = _key(drawing, [*entries, (Event("2000", 1, 0, is_bound=True), bound)] if bound else entries)
    y = first = _marks(drawing, axis, y, language)
    if joins:
        drawing.label(0, y + 12, heads[0], "head")
        y += 18 if narrow else 4
        for join in joins:
            y = _join(drawing, axis, join, y, language)
        y += 6
    drawing.label(0, y + 12, heads[1], "head")
    y += 20
    for strip in strips:
        y = _strip(drawing, axis, strip, y, language, narrow)
    ground = Drawing(room)
    for mark in axis.marks:
        year = mark.month == 1
        ground.line(axis.x(mark), first - (18 if year else 4), axis.x(mark), y, "axis" if year else "grid")
    whole = Drawing(room)
    whole.place(0, 0, ground)
    whole.place(0, 0, drawing)
    return whole


def _key(drawing: Drawing, key: Sequence[tuple[Event, str]]) -> float:
    x, y = 0.0, 8.0
    for event, entry in key:
        words = cut(entry, drawing.width - 18, size("tick"))
        room = 18 + width(words, size("tick"))
        if x and x + room > drawing.width:
            x, y = 0.0, y + 20
        drawing.circle(x + 6, y, 5.5, event.role)
        drawing.text(x + 18, y + 4, words, "tick")
        x += room + 18
    return y + 16 if key else 0.0


def _marks(drawing: Drawing, axis: _Axis, top: float, language: str) -> float:
    """Years, and quarters where there is room; returns where the rows begin."""
    base = top + 12
    for mark, after in zip(axis.marks, [*axis.marks[1:], None], strict=True):
        x = axis.x(mark)
        if after is None or (mark.month != 1 and mark is not axis.marks[0]):
            continue
        drawing.text(x + 3, base, day(str(mark.year), language), "tick")
    if axis.years:
        return base + 8
    for mark, after in zip(axis.marks, axis.marks[1:], strict=False):
        label = day(mark.isoformat()[:7], language, year=False)
        if width(label, size("tick")) + 6 < axis.x(after) - axis.x(mark):
            drawing.text(axis.x(mark) + 3, base + 16, label, "tick")
    return base + 24


def _join(drawing: Drawing, axis: _Axis, join: Join, top: float, language: str) -> float:
    """One joining, its words behind its mark, or before it where there is more room."""
    x = axis.middle(join.when)
    date = day(join.when, language)
    if join.is_bound:
        date = say("by-day", language, day=date)
    words = f"{date}  {join.words}"
    before = x - axis.left > axis.right - x and width(words, size("more")) > axis.right - x - 14
    room = (x - axis.left if before else axis.right - x) - 12
    lines = wrap(words, room, size("more"))
    y = top + 11
    drawing.path([(x - 5, y), (x, y - 5), (x + 5, y), (x, y + 5)], "joins", closed=True)
    for place, line in enumerate(lines):
        edge = x + (-12 if before else 12)
        drawing.label(edge, y + 4.2 + place * 16, line, "more", "end" if before else "start")
    return top + 6 + 16 * len(lines)


def _strip(drawing: Drawing, axis: _Axis, strip: Strip, top: float, language: str, narrow: bool) -> float:
    y = top
    if narrow:
        line = cut(strip.label, axis.right - width(strip.below, size("more")) - 10, size("label"))
        wide = drawing.label(0, y + 13, line, "label")
        drawing.label(wide + 10, y + 13, strip.below, "more")
        y += 20
    lanes: list[_Lane] = []
    middle = y + _R + 4
    if len(strip.events) > 1:
        ends = [axis.middle(event.when) for event in strip.events]
        drawing.line(min(ends), middle, max(ends), middle, "span")
    for event in strip.events:
        words, x = day(event.when, language, year=False), axis.middle(event.when)
        if event.is_bound:
            words = say("by-day", language, day=words)
        first, last = span(event.when)
        wide = max(axis.x(last) - axis.x(first), 2 * _R)
        label = width(words, size("tick"))
        lane = next((lane for lane in lanes if lane.takes(x, wide, label)), None)
        if lane is None:
            lane = _Lane()
            lanes.append(lane)
        level = lane.put(x, wide, label)
        at = middle + lanes.index(lane) * (_LANE + _LEVEL)
        if event.is_bound:
            drawing.line(x - _BACK, at, x - _R, at, "span")
        drawing.rect(x - wide / 2, at - _R, wide, 2 * _R, event.role, event.tip, _R)
        drawing.text(x, at + 4, str(event.pilots), f"on-{event.role}", "middle")
        drawing.label(x, at + _R + 13 + level * _LEVEL, words, "tick", "middle")
    tall = (_LANE + _LEVEL) * max(len(lanes) - 1, 0) + _LANE + 4 + (_LEVEL * lanes[-1].levels if lanes else 0)
    if not narrow:
        lines = wrap(strip.label, axis.left - 22, size("label"), 2)
        for place, line in enumerate(lines):
            drawing.text(0, middle + 1 + place * size("label") * LEADING, line, "label")
        drawing.text(0, middle + 1 + len(lines) * size("label") * LEADING - 1, strip.below, "more")
        tall = max(tall, _R + 12 + (len(lines)) * 18)
    return y + tall


class _Lane:
    """A line of marks that do not touch; their dates stand below it on two levels."""

    def __init__(self) -> None:
        self._marks = -1000.0  # how far to the right marks stand
        self._dates = [-1000.0, -1000.0]  # and dates, by level
        self.levels = 0

    def takes(self, x: float, wide: float, label: float) -> bool:
        """Whether a mark and its date have room."""
        return x - wide / 2 >= self._marks + 1 and any(x - label / 2 >= end + 4 for end in self._dates)

    def put(self, x: float, wide: float, label: float) -> int:
        """Takes the room; returns the level of the date."""
        level = next(place for place, end in enumerate(self._dates) if x - label / 2 >= end + 4)
        self._marks, self._dates[level] = x + wide / 2, x + label / 2
        self.levels = max(self.levels, level)
        return level
