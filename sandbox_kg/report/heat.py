"""A table of counts, each cell as dark as its number is large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sandbox_kg.report.drawing import LEADING, Drawing
from sandbox_kg.report.look import size
from sandbox_kg.report.type_setting import longest_word, width, wrap

_STEPS = 5
_INDENT = 14
_CELL = 26


def heat(
    rows: Sequence[tuple[str, str, int]],
    columns: Sequence[tuple[str, str]],
    cells: Mapping[tuple[str, str], int],
    room: float,
    heads: tuple[str, str],
) -> Drawing:
    """The chart.

    Args:
        rows: id, label and depth, in order.
        columns: id and label, in order.
        cells: id of row and of column to the number; what is missing is 0 and stays empty.
        room: how wide the chart may be.
        heads: what the rows and the columns are.
    """
    drawing = Drawing(room)
    widest = max(width(label, size("label")) + depth * _INDENT for _, label, depth in rows)
    left = min(widest + 12, room * (0.34 if room > 480 else 0.38))
    wide = min((room - left) / len(columns), 84)
    drawing.text(0, 10, heads[0], "head")
    drawing.text(left, 10, heads[1], "head")
    top = _column_labels(drawing, columns, left, wide) + 6
    y = top
    most = max(cells.values(), default=1)
    for row, label, depth in rows:
        role = "sublabel" if depth else "label"
        lines = wrap(label, left - 10 - depth * _INDENT, size(role))
        high = max(_CELL, len(lines) * size(role) * LEADING + 4)
        start = y + (high - len(lines) * size(role) * LEADING) / 2
        for place, line in enumerate(lines):
            drawing.text(depth * _INDENT, start + size(role) * (0.95 + place * LEADING), line, role)
        for place, (column, name) in enumerate(columns):
            number = cells.get((row, column), 0)
            step = -(-_STEPS * number // most)
            x = left + place * wide
            tip = f"{label} × {name}: {number}" if number else ""
            drawing.rect(x + 1, y + 1, wide - 2, high - 2, f"heat-{step}", tip, 2)
            if number:
                on = "on-heat-high" if step > _STEPS - 2 else "on-heat-low"
                drawing.text(x + wide / 2, y + high / 2 + 4.5, str(number), on, "middle")
        y += high
    drawing.height = max(drawing.height, y)
    return drawing


def _column_labels(drawing: Drawing, columns: Sequence[tuple[str, str]], left: float, wide: float) -> float:
    """The labels above the columns: level where their words fit, else upright; returns where they end."""
    kind, top = size("tick"), 18
    level = all(longest_word(label, kind) <= wide - 4 for _, label in columns)
    most = 4 if level else max(1, int(wide / (kind * 1.1)))
    lines = [wrap(label, wide - 4 if level else 124, kind, most) for _, label in columns]
    tall = (
        max(map(len, lines)) * kind * 1.2 if level else max(width(line, kind) for label in lines for line in label) + 4
    )
    for place, label in enumerate(lines):
        middle = left + (place + 0.5) * wide
        for number, line in enumerate(label):
            if level:
                base = top + tall - (len(label) - number - 1) * kind * 1.2 - 3
                drawing.text(middle, base, line, "tick", "middle")
            else:
                across = middle + (number - (len(label) - 1) / 2) * kind * 1.1 + kind * 0.35
                drawing.text(across, top + tall, line, "tick", upright=True)
    return top + tall
