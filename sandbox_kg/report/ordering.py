"""Things in the order of a chart: the largest first, what is narrower indented under what is broader."""

from __future__ import annotations

from collections.abc import Mapping


def as_tree(sizes: Mapping[str, tuple[float, ...]], broader: Mapping[str, str]) -> list[tuple[str, int]]:
    """Things with their depth, each followed by what is narrower.

    Args:
        sizes: thing to what it is sorted by, the largest first; equal ones by their own name.
        broader: thing to the broader thing; one that is not among `sizes` is passed over.

    Returns:
        Every thing of `sizes` once; depth 0 is the broadest.
    """
    children: dict[str, list[str]] = {}
    for thing in sizes:
        parent, seen = broader.get(thing, ""), {thing}
        while parent and parent not in sizes and parent not in seen:
            seen.add(parent)
            parent = broader.get(parent, "")
        children.setdefault(parent if parent in sizes else "", []).append(thing)
    ordered: list[tuple[str, int]] = []
    done: set[str] = set()

    def add(parent: str, depth: int) -> None:
        for thing in sorted(children.get(parent, ()), key=lambda t: ([-size for size in sizes[t]], t)):
            if thing not in done:  # a circle of broader things ends here
                done.add(thing)
                ordered.append((thing, depth))
                add(thing, depth + 1)

    add("", 0)
    left = [thing for thing in sizes if thing not in done]
    return ordered + [(thing, 0) for thing in sorted(left)]
