"""YAML as located text: every scalar stays a string, every node knows its line.

PyYAML's C parser gives the events; the tree is built here, because its own constructors drop line numbers, let a
second equal key win silently, read `1e9` and `yes` as something else, and follow aliases (a few lines of which can
unfold into gigabytes).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sandbox_kg.problems import Problem

DEEPEST = 24
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Scalar:
    """A piece of text; `quoted` says whether it stood in quotes."""

    value: str
    line: int
    quoted: bool = False


@dataclass
class Sequence:
    """A list of nodes."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass
class Mapping:
    """Keys and their nodes, in the order of the file."""

    line: int
    items: list[tuple[Scalar, Node]] = field(default_factory=list)

    def get(self, key: str) -> Node | None:
        """The node of a key, or None."""
        return next((node for name, node in self.items if name.value == key), None)


Node = Scalar | Sequence | Mapping


class _RefusedError(Exception):
    def __init__(self, key: str, line: int, /, **values: str) -> None:
        self.key, self.line, self.values = key, line, values


def read_yaml(path: Path, name: str) -> tuple[Node | None, list[Problem]]:
    """Reads one file.

    Args:
        path: the file.
        name: how problems name it.

    Returns:
        The root node and no problem, or None and the problem that keeps the file from being read.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        return None, [_problem(name, "file-unreadable", 0, error=error.strerror or str(error))]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [_problem(name, "not-utf8", raw.count(b"\n", 0, error.start) + 1)]
    for number, line in enumerate(text.splitlines(), 1):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            return None, [_problem(name, "tab", number)]
    try:
        root = _tree(yaml.parse(text, Loader=_LOADER))
    except _RefusedError as refused:
        return None, [_problem(name, refused.key, refused.line, **refused.values)]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(part for part in (error.context, error.problem) if part)
        return None, [_problem(name, "broken-yaml", (mark.line if mark else 0) + 1, error=said)]
    except yaml.YAMLError as error:
        said = str(getattr(error, "reason", "") or error).splitlines()[0]
        return None, [_problem(name, "broken-yaml", 1, error=said)]
    except ValueError as error:  # a tag such as `!!int x` inside the parser itself
        return None, [_problem(name, "broken-yaml", 1, error=str(error))]
    if root is None or (isinstance(root, Scalar) and not root.value.strip()):
        return None, [_problem(name, "empty-file", 1)]
    return root, []


def _problem(name: str, key: str, line: int, /, **values: str) -> Problem:
    return Problem(name, line, "", key, tuple(sorted(values.items())))


def _tree(events: Iterator[Any]) -> Node | None:
    """The tree of one document, built with a stack of its own, so that depth cannot exhaust the interpreter's."""
    root: Node | None = None
    stack: list[Sequence | Mapping] = []
    keys: list[Scalar | None] = []
    documents = 0

    def place(node: Node) -> None:
        nonlocal root
        if not stack:
            root = node
        elif isinstance(stack[-1], Sequence):
            stack[-1].items.append(node)
        elif keys[-1] is None:
            if not isinstance(node, Scalar):
                raise _RefusedError("key-not-text", node.line)
            if any(node.value == name.value for name, _ in stack[-1].items):
                raise _RefusedError("duplicate-key", node.line, key=node.value)
            keys[-1] = node
        else:
            stack[-1].items.append((keys[-1], node))
            keys[-1] = None

    for event in events:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _RefusedError("alias", line)
        if getattr(event, "tag", None) not in (None, "!"):
            raise _RefusedError("tag", line, tag=str(event.tag))
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _RefusedError("two-documents", line)
        elif isinstance(event, yaml.ScalarEvent):
            place(Scalar(event.value, line, event.style is not None))
        elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            node: Sequence | Mapping = Mapping(line) if isinstance(event, yaml.MappingStartEvent) else Sequence(line)
            if len(stack) >= DEEPEST:
                raise _RefusedError("too-deep", line)
            if stack and isinstance(stack[-1], Mapping) and keys[-1] is None:
                raise _RefusedError("key-not-text", line)
            stack.append(node)
            keys.append(None)
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            keys.pop()
            place(stack.pop())
    return root
