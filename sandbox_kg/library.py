"""The query library: `queries/*.rq`, each a question with a header, typed parameters and plain SPARQL.

A query runs as it stands, with the values of its example in it. Binding replaces what stands in the braces of a
parameter's line `VALUES ?name { … }` by terms, so that a value can never change the query around it.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable
from collections.abc import Mapping as Values
from collections.abc import Sequence as Items
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from sandbox_kg.context import XSD, Context
from sandbox_kg.messages import LANGUAGES
from sandbox_kg.problems import Problem
from sandbox_kg.store.errors import QueryError
from sandbox_kg.yaml_reader import Mapping, Node, Scalar, Sequence, parse_yaml

TYPES = ("choice", "record", "number", "date", "text")
_KEYS = {"title", "question", "keywords", "parameters", "columns"}
_PARAMETER_KEYS = {"type", "label", "choices", "of", "default", "example"}
_MARK = "#+ "
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?\Z")
Resolve = Callable[[str, str], list[str]]


@dataclass(frozen=True)
class Parameter:
    """A parameter of a question.

    Attributes:
        name: its name, which is that of its variable.
        type: one of `TYPES`.
        labels: language to label.
        default: the value where none is given; None where the parameter is optional.
        example: the value that the query's own text has; the default where none is declared.
        choices: of a `choice`: the names that may be given, each with the prefixed names that it stands for.
        of: of a `record`: the prefix of the records that may be given.
    """

    name: str
    type: str
    labels: dict[str, str]
    default: str | None
    example: str
    choices: dict[str, list[str]]
    of: str

    def chosen(self, given: str) -> str | None:
        """The choice that a value means; None if there is none.

        A choice of one record may also be named by the record: scope `upd-2020` for `article`.
        """
        if given in self.choices:
            return given
        named = {name: key for key, names in self.choices.items() if len(names) == 1 for name in names}
        return named.get(given) or {name.partition(":")[2]: key for name, key in named.items()}.get(given)


@dataclass(frozen=True)
class Question:
    """One question of the library.

    Attributes:
        name: the name of its file.
        titles: language to title.
        questions: language to the question in plain words.
        keywords: words to find it by.
        parameters: its parameters, in order.
        columns: column to what it means in each language, in order.
        text: the SPARQL, without the header.
    """

    name: str
    titles: dict[str, str]
    questions: dict[str, str]
    keywords: list[str]
    parameters: list[Parameter]
    columns: dict[str, dict[str, str]]
    text: str

    def parameter(self, name: str) -> Parameter:
        """A parameter by its name.

        Raises:
            QueryError: there is none; it names the nearest.
        """
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = ", ".join(p.name for p in self.parameters) or "-"
        raise QueryError("parameter-unknown", name=name, question=self.name, known=known)


class _HeaderError(Exception):
    def __init__(self, line: int, key: str, /, **values: str) -> None:
        self.line, self.key, self.values = line, key, values


def read_question(path: Path, name: str) -> tuple[Question | None, list[Problem]]:
    """Reads one query file and checks its header strictly.

    Args:
        path: the file.
        name: how problems name it.

    Returns:
        The question and no problem, or None and the problem of the header, with its line.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    header = "\n".join(line.removeprefix(_MARK) if line.startswith(_MARK) else "" for line in lines).rstrip("\n")
    root, problems = parse_yaml(header, name)
    if root is None or problems:
        return None, problems
    text = "\n".join(line for line in lines if not line.startswith("#+")).strip() + "\n"
    try:
        return _question(root, path.stem, text), []
    except _HeaderError as error:
        return None, [Problem(name, error.line, "", error.key, tuple(sorted(error.values.items())))]


def read_library(folder: Path) -> list[Question]:
    """Every question of a folder, by name.

    Raises:
        QueryError: a header is wrong; it names the file and the line.
    """
    questions = []
    for path in sorted(folder.glob("*.rq")):
        question, problems = read_question(path, path.name)
        if question is None:
            raise QueryError("header-wrong", problem=problems[0].text("en"))
        questions.append(question)
    return questions


def find_question(folder: Path, name: str) -> Question:
    """One question by its name.

    Raises:
        QueryError: there is none, with the nearest names, or its header is wrong.
    """
    path = folder / f"{name}.rq"
    names = [file.stem for file in sorted(folder.glob("*.rq"))]
    if name not in names:
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.4) or names[:3]
        raise QueryError("question-unknown", name=name, near=", ".join(near))
    question, problems = read_question(path, path.name)
    if question is None:
        raise QueryError("header-wrong", problem=problems[0].text("en"))
    return question


def search(questions: Items[Question], words: str) -> list[Question]:
    """The questions that hold every word in their name, titles, questions or keywords."""

    def holds(question: Question, word: str) -> bool:
        texts = [question.name, *question.titles.values(), *question.questions.values(), *question.keywords]
        return any(word in text.casefold() for text in texts)

    wanted = words.casefold().split()
    return [question for question in questions if all(holds(question, word) for word in wanted)]


def bind(question: Question, values: Values[str, Items[str]], context: Context, resolve: Resolve) -> str:
    """The SPARQL of a question with its parameters bound.

    Args:
        question: the question.
        values: parameter to one or more values, as a user types them.
        context: prefixes.
        resolve: from a prefix and what a user typed to the IRIs of the records that are meant.

    Returns:
        SPARQL text. A parameter that is neither given nor has a default has its line left out.

    Raises:
        QueryError: a parameter that does not exist, or a value that it cannot take.
    """
    for name in values:
        question.parameter(name)
    text = question.text
    for parameter in question.parameters:
        given = list(values.get(parameter.name, ())) or ([] if parameter.default is None else [parameter.default])
        terms = [term for item in given for term in _terms(parameter, item, context, resolve)]
        line = f"VALUES ?{parameter.name} {{ {' '.join(terms)} }}" if terms else ""
        text = _line_of(parameter.name).sub(lambda match, new=line: match.group(1) + new, text)  # type: ignore[misc]
    return text


def _line_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"^([ \t]*)VALUES \?{name} \{{[^}}]*\}}[ \t]*$", re.MULTILINE)


def _terms(parameter: Parameter, given: str, context: Context, resolve: Resolve) -> list[str]:
    """What a value stands for, as SPARQL terms; only terms come out of here, whatever goes in."""

    def wrong(**values: str) -> QueryError:
        return QueryError(f"parameter-{parameter.type}", name=parameter.name, value=given, **values)

    if parameter.type == "choice":
        chosen = parameter.chosen(given)
        if chosen is None:
            raise wrong(choices=", ".join(parameter.choices))
        return [str(ox.NamedNode(context.expand(name))) for name in parameter.choices[chosen]]
    if parameter.type == "record":
        found = resolve(parameter.of, given)
        if len(found) != 1:
            key = "parameter-record" if not found else "parameter-ambiguous"
            names = ", ".join(context.compact(iri) for iri in found[:8])
            raise QueryError(key, name=parameter.name, value=given, example=parameter.example, names=names)
        return [str(ox.NamedNode(found[0]))]
    if parameter.type == "number":
        if not _NUMBER.match(given):
            raise wrong()
        return [str(ox.Literal(given, datatype=ox.NamedNode(XSD + "decimal")))]
    if parameter.type == "date":
        try:
            day = datetime.date.fromisoformat(given)
        except ValueError:
            raise wrong() from None
        return [str(ox.Literal(day.isoformat(), datatype=ox.NamedNode(XSD + "date")))]
    return [str(ox.Literal(given))]


# -- headers ---------------------------------------------------------------------------------------------------------


def _question(root: Node, name: str, text: str) -> Question:
    header = _map(root, "title, question, keywords, columns")
    _closed(header, _KEYS, {"title", "question", "keywords", "columns"}, root.line)
    parameters = [_parameter(key, node, text) for key, node in _pairs(header.get("parameters"))]
    columns = {key.value: _both(node) for key, node in _pairs(header["columns"])}
    if not columns:
        raise _HeaderError(header["columns"].line, "header-empty", key="columns")
    return Question(
        name=name,
        titles=_both(header["title"]),
        questions=_both(header["question"]),
        keywords=_list(header["keywords"]),
        parameters=parameters,
        columns=columns,
        text=text,
    )


def _parameter(key: Scalar, node: Node, text: str) -> Parameter:
    entry = _map(node, "type, label")
    _closed(entry, _PARAMETER_KEYS, {"type", "label"}, node.line)
    kind = _text(entry["type"])
    if kind not in TYPES:
        raise _HeaderError(entry["type"].line, "header-type", value=kind, types=", ".join(TYPES))
    needs = {"choice": "choices", "record": "of"}.get(kind)
    if needs and needs not in entry:
        raise _HeaderError(node.line, "header-key-missing", key=needs)
    choices = {}
    for name, stands_for in _pairs(entry.get("choices")):
        choices[name.value] = _list(stands_for) if isinstance(stands_for, Sequence) else [_text(stands_for)]
    default = _text(entry["default"], kind == "text") if "default" in entry else None
    example = _text(entry["example"], kind == "text") if "example" in entry else default
    if example is None:
        raise _HeaderError(node.line, "header-key-missing", key="example")
    for value in (default, example):
        if kind == "choice" and value is not None and value not in choices:
            raise _HeaderError(node.line, "header-choice", value=value)
    if not _line_of(key.value).search(text):
        raise _HeaderError(key.line, "header-line", name=key.value)
    of = _text(entry["of"]) if "of" in entry else ""
    return Parameter(key.value, kind, _both(entry["label"]), default, example, choices, of)


def _closed(entry: dict[str, Node], known: set[str], needed: set[str], line: int) -> None:
    for key in entry:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.3)
            raise _HeaderError(entry[key].line, "header-key-unknown", key=key, near=near[0] if near else min(known))
    for key in sorted(needed - set(entry)):
        raise _HeaderError(line, "header-key-missing", key=key)


def _map(node: Node, keys: str) -> dict[str, Node]:
    if not isinstance(node, Mapping):
        raise _HeaderError(node.line, "header-key-missing", key=keys)
    return {key.value: value for key, value in node.items}


def _pairs(node: Node | None) -> list[tuple[Scalar, Node]]:
    return node.items if isinstance(node, Mapping) else []


def _text(node: Node, may_be_empty: bool = False) -> str:
    if not isinstance(node, Scalar) or not (node.value or may_be_empty):
        raise _HeaderError(node.line, "not-text")
    return node.value


def _list(node: Node) -> list[str]:
    if not isinstance(node, Sequence):
        raise _HeaderError(node.line, "header-list")
    return [_text(item) for item in node.items]


def _both(node: Node) -> dict[str, str]:
    texts = {key.value: _text(value) for key, value in _pairs(node)}
    if set(texts) != set(LANGUAGES):
        raise _HeaderError(node.line, "language-not-map")
    return texts
