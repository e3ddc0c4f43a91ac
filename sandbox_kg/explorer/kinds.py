"""Which colour and shape the kinds of institution get: the most active kinds their own, the others one together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

SHAPES = ("dot", "triangle", "diamond", "hexagon", "triangleDown", "star")  # names of vis-network; a square is a pilot
OTHER = len(SHAPES)
OTHER_SHAPE = "dot"


def slots(filings: Iterable[tuple[str, str]], kind_of: Mapping[str, str]) -> list[str]:
    """The kinds with a colour of their own: those that file most, most first.

    Args:
        filings: institution as filed and pilot.
        kind_of: the kind of each institution.
    """
    counts = Counter(kind_of[filed] for filed, _ in filings if filed in kind_of)
    return sorted(counts, key=lambda kind: (-counts[kind], kind))[: len(SHAPES)]


def slot_of(filed: Iterable[str], kind_of: Mapping[str, str], own: list[str]) -> int:
    """The colour of an institution: that of the kind under which it files most; of two, the more frequent."""
    counts = Counter(own.index(kind) if (kind := kind_of.get(name, "")) in own else OTHER for name in filed)
    return min(counts, key=lambda slot: (-counts[slot], slot), default=OTHER)


def shape(slot: int) -> str:
    """The shape of a colour."""
    return SHAPES[slot] if slot < OTHER else OTHER_SHAPE
