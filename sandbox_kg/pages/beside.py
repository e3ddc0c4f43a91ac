"""Which pages lead to which: those that are written together to each other, one that is written alone to none."""

from __future__ import annotations

from collections.abc import Iterable

# The pages of `visualizations/` that lead to each other, in the order in which a strap names them.
PAGES = ("index", "explorer", "ask", "report")


def others(page: str, written: Iterable[str]) -> list[str]:
    """The pages that one page leads to.

    Args:
        page: its name, such as `explorer`.
        written: the names of all that are written to the same folder.

    Returns:
        Names in the order of `PAGES`, without its own.
    """
    there = set(written)
    return [name for name in PAGES if name in there and name != page]
