"""YAML as located text: every scalar stays a string, every node knows its line.

PyYAML's C parser gives the events; the tree is built here, because its own constructors drop line numbers, let a
second equal key win silently, read `1e9` and `yes` as something else, and follow aliases (a few lines of which can
unfold into gigabytes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from sandbox_kg.problems import Problem

DEEPEST = 24
_INDENTED_BY_TAB = re.compile(r" *\t")
_MARK = re.compile(r"(?:^|\s)# ?check:\s*(.*)")  # what `draft` writes where a curator must look
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scalar(NamedTuple):
    """A piece of text; `quoted` says whether it stood in quotes."""

    value: str
    line: int
    quoted: bool = False


@dataclass(slots=True)
class Sequence:
    """A list of nodes."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
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
        The root node, or None where the file cannot be read at all, and what is wrong with the file.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        return None, [_problem(name, "file-unreadable", 0, error=error.strerror or str(error))]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [_problem(name, "not-utf8", raw.count(b"\n", 0, error.start) + 1)]
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> tuple[Node | None, list[Problem]]:
    """Reads YAML from a text; see `read_yaml`."""
    if "\t" in text:
        lines = enumerate(text.split("\n"), 1)
        if tabs := [_problem(name, "tab", number) for number, line in lines if _INDENTED_BY_TAB.match(line)]:
            return None, tabs
    problems = _marks(text, name)
    try:
        root = _tree(yaml.parse(text, Loader=_LOADER), name, problems)
    except _RefusedError as refused:
        return None, [_problem(name, refused.key, refused.line, **refused.values)]
    except yaml.MarkedYAMLError as error:
        line, said = _where_broken(error)
        return None, [_problem(name, "broken-yaml", line, error=said)]
    except yaml.reader.ReaderError as error:  # a character that YAML allows nowhere; the position counts bytes
        line = text.encode().count(b"\n", 0, error.position) + 1
        return None, [_problem(name, "illegal-character", line, value=f"\\x{error.character:02x}")]
    except ValueError as error:  # a tag such as `!!int x` inside the parser itself
        return None, [_problem(name, "broken-yaml", 1, error=str(error))]
    if root is None or (isinstance(root, Scalar) and not root.value.strip()):
        return None, [_problem(name, "empty-file", 1)]
    return root, problems


def _marks(text: str, name: str) -> list[Problem]:
    """Marks of a draft that nobody has resolved: comments, which the parser does not give."""
    if "check:" not in text:
        return []
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if mark := _MARK.search(_QUOTED.sub('""', line)):
            found.append(_problem(name, "draft-mark-left", number, text=mark.group(1)[:200]))
    return found


def _where_broken(error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """The line and the words of a syntax error; what is open to the end of the file is told where it begins."""
    began, noticed = error.context_mark, error.problem_mark
    words = [error.context or "", error.problem or ""]
    if began and noticed and began.line != noticed.line:
        words[0] += f" (line {began.line + 1})"
    mark = (began if "end of stream" in words[1] else noticed) or noticed or began
    return (mark.line if mark else 0) + 1, " ".join(filter(None, words))


def _problem(name: str, key: str, line: int, /, **values: str) -> Problem:
    return Problem(name, line, "", key, tuple(sorted(values.items())))


def _tree(events: Iterator[Any], name: str, problems: list[Problem]) -> Node | None:
    """The tree of one document, built with a stack of its own, so that depth cannot exhaust the interpreter's.

    A second equal key is told in `problems` and left out.
    """
    root: Node | None = None
    stack: list[Sequence | Mapping] = []
    keys: list[Scalar | None] = []  # of each open mapping the key that waits for its value
    known: list[set[str]] = []  # of each open mapping the keys that it has
    left_out: list[bool] = []  # of each open mapping whether the waiting key was there before
    documents = 0

    def place(node: Node) -> None:
        nonlocal root
        if not stack:
            root = node
            return
        top = stack[-1]
        if isinstance(top, Sequence):
            top.items.append(node)
        elif (key := keys[-1]) is not None:
            if not left_out[-1]:
                top.items.append((key, node))
            keys[-1] = None
        elif isinstance(node, Scalar):
            keys[-1] = node
            left_out[-1] = node.value in known[-1]
            if left_out[-1]:
                problems.append(_problem(name, "duplicate-key", node.line, key=node.value))
            known[-1].add(node.value)
        else:
            raise _RefusedError("key-not-text", node.line)

    for event in events:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            line = event.start_mark.line + 1
            if event.anchor:
                raise _RefusedError("alias", line)
            if event.tag is not None and event.tag != "!":
                raise _RefusedError("tag", line, tag=str(event.tag))
            place(Scalar(event.value, line, bool(event.style)))
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            line = event.start_mark.line + 1
            if event.anchor:
                raise _RefusedError("alias", line)
            if event.tag is not None and event.tag != "!":
                raise _RefusedError("tag", line, tag=str(event.tag))
            if len(stack) >= DEEPEST:
                raise _RefusedError("too-deep", line)
            if stack and isinstance(stack[-1], Mapping) and keys[-1] is None:
                raise _RefusedError("key-not-text", line)
            stack.append(Mapping(line) if kind is yaml.MappingStartEvent else Sequence(line))
            keys.append(None)
            known.append(set())
            left_out.append(False)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            for column in (keys, known, left_out):
                column.pop()
            place(stack.pop())
        elif kind is yaml.AliasEvent:
            raise _RefusedError("alias", event.start_mark.line + 1)
        elif kind is yaml.DocumentStartEvent:
            documents += 1
            if documents > 1:
                raise _RefusedError("two-documents", event.start_mark.line + 1)
    return root
