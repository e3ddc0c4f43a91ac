"""Records filled into their templates, and written as YAML in the manner of `data/`, with comments.

What a record looks like stands in `ontology/drafting/record-keys.yaml`; here is only how a template is filled and laid
out: a map goes on one line where it fits and bears no comment inside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sandbox_kg.yaml_reader import Mapping as YamlMapping
from sandbox_kg.yaml_reader import Node, Scalar

WIDTH = 120


@dataclass
class Leaf:
    """A value: text in quotes, or a code, number or date."""

    value: str
    quoted: bool = False


@dataclass
class Entry:
    """A key with its value and the comments above it."""

    key: str
    node: Tree
    comments: list[str] = field(default_factory=list)


Tree = Leaf | list[Entry]
Slot = str | Tree | None


def fill(template: Node, slots: Mapping[str, Slot]) -> Tree | None:
    """A template with its words filled in.

    Args:
        template: the node of the template.
        slots: word to what stands for it; a word without one, or with None, drops its key.

    Returns:
        The tree, or None where nothing of it was filled in.
    """
    if isinstance(template, Scalar):
        if not template.value.startswith("$"):
            return Leaf(template.value, template.quoted)
        slot = slots.get(template.value[1:])
        return Leaf(slot, template.quoted) if isinstance(slot, str) else (slot or None)
    if not isinstance(template, YamlMapping):
        return None
    entries = []
    given = False
    for key, child in template.items:
        node = fill(child, slots)
        if node is None:
            continue
        given = given or _has_slot(child)
        entries.append(Entry(key.value, node))
    return entries if entries and (given or not any(_has_slot(child) for _, child in template.items)) else None


def _has_slot(template: Node) -> bool:
    if isinstance(template, Scalar):
        return template.value.startswith("$")
    return isinstance(template, YamlMapping) and any(_has_slot(child) for _, child in template.items)


def pruned(tree: Tree, keep: Callable[[str], bool], dropped: list[tuple[str, Entry]]) -> Tree | None:
    """A tree without the maps that hold a code which does not exist; what goes is put into `dropped` with the code."""
    if isinstance(tree, Leaf):
        return tree
    kept = []
    for entry in tree:
        if isinstance(entry.node, Leaf):
            kept.append(entry)
            continue
        wrong = next((leaf.value for leaf in _own_leaves(entry.node) if not leaf.quoted and not keep(leaf.value)), "")
        if wrong:
            dropped.append((wrong, entry))
            continue
        node = pruned(entry.node, keep, dropped)
        if node:
            kept.append(Entry(entry.key, node, entry.comments))
    return kept or None


def _own_leaves(tree: Tree) -> Iterator[Leaf]:
    for entry in tree if isinstance(tree, list) else []:
        if isinstance(entry.node, Leaf):
            yield entry.node


def record_lines(tree: list[Entry], comments: list[str]) -> list[str]:
    """The lines of one record of a list."""
    lines = [f"# {comment}" for comment in comments]
    for number, entry in enumerate(tree):
        part = _lines(entry, 2)
        if number == 0:
            part[0] = "- " + part[0].removeprefix("  ")
        lines += part
    return lines


def _lines(entry: Entry, indent: int) -> list[str]:
    blank = " " * indent
    lines = [f"{blank}# {comment}" for comment in entry.comments]
    if isinstance(entry.node, Leaf):
        return [*lines, f"{blank}{entry.key}: {_scalar(entry.node)}".rstrip()]
    if not _has_comments(entry.node):
        line = f"{blank}{entry.key}: {_flow(entry.node)}"
        if len(line) <= WIDTH and (indent > 2 or not _is_deep(entry.node)):
            return [*lines, line]
    lines.append(f"{blank}{entry.key}:")
    for child in entry.node:
        lines += _lines(child, indent + 2)
    return lines


def _has_comments(tree: Tree) -> bool:
    return isinstance(tree, list) and any(entry.comments or _has_comments(entry.node) for entry in tree)


def _is_deep(tree: Tree) -> bool:
    return isinstance(tree, list) and any(isinstance(entry.node, list) for entry in tree)


def _flow(tree: Tree) -> str:
    if isinstance(tree, Leaf):
        return _scalar(tree)
    return "{" + ", ".join(f"{entry.key}: {_flow(entry.node)}" for entry in tree) + "}"


def _scalar(leaf: Leaf) -> str:
    if not leaf.quoted:
        return leaf.value
    escaped = leaf.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\t", " ")
    shown = "".join(c if c.isprintable() or c == "\u3000" else f"\\u{ord(c):04x}" for c in escaped)
    return f'"{shown}"'
