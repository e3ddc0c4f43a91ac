"""Markdown of what was measured."""

from __future__ import annotations


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A table; all columns but the first hold numbers."""
    align = ["---", *["---:"] * (len(heads) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (heads, align, *rows)) + "\n"


def seconds(number: float) -> str:
    """Seconds as precisely as they were measured."""
    return f"{number:.3f}" if number < 1 else f"{number:.1f}"
