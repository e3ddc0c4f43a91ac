"""What the library is asked for a report: rows that know their question, its command line, and their CSV."""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pyoxigraph as ox

from sandbox_kg.formats import harmless, to_csv
from sandbox_kg.messages import LANGUAGES
from sandbox_kg.store.results import Result

if TYPE_CHECKING:
    from sandbox_kg.knowledge_graph import KnowledgeGraph

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What one question of the library gave.

    Attributes:
        name: the question's name.
        given: the parameters that are not left at their default.
        titles: language to the question's title.
        columns: column to what it means in each language.
        result: what came back.
        labels: IRI to label in each language.
    """

    name: str
    given: Mapping[str, str]
    titles: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]]
    result: Result
    labels: Mapping[str, Mapping[str, str]]

    @cached_property
    def rows(self) -> list[Row]:
        """The rows, each as plain Python values by column; an IRI in full."""
        return list(self.result)

    @property
    def command(self) -> str:
        """The command line that gives these rows."""
        parts = [word for name, value in self.given.items() for word in (f"--{name}", value)]
        return shlex.join(["sandbox-kg", "query", self.name, *parts])

    @property
    def address(self) -> str:
        """What the address of the page to ask in ends with, so that it gives these rows."""
        return urlencode({"query": self.name, **self.given}, safe=":,/")

    @property
    def labelled(self) -> Result:
        """The result with the label of each IRI in each language, in columns behind its own."""
        rows = self.result.rows
        named = [
            (place, column)
            for place, column in enumerate(self.result.columns)
            if any(isinstance(row[place], ox.NamedNode) and row[place].value in self.labels for row in rows)  # type: ignore[union-attr]
        ]
        columns = [f"{column}_{language}" for _, column in named for language in LANGUAGES]
        return replace(
            self.result,
            columns=[*self.result.columns, *columns],
            rows=[
                (*row, *(self._label(row[place], language) for place, _ in named for language in LANGUAGES))
                for row in rows
            ],
        )

    def _label(self, term: Any, language: str) -> ox.Literal | None:
        found = None if term is None else self.labels.get(term.value)
        return ox.Literal(found[language]) if found else None

    def csv(self) -> bytes:
        """The rows as CSV for a spreadsheet: the columns of the query, then those of labels."""
        return to_csv(self.labelled, bom=True).encode()


@dataclass(frozen=True)
class Asking:
    """A graph that is asked for one scope.

    Attributes:
        kg: the graph.
        scope: the scope that questions are asked in, where they have one.
    """

    kg: KnowledgeGraph
    scope: str
    _given: dict[tuple[str, ...], Answer] = field(default_factory=dict, compare=False, repr=False)

    def __call__(self, name: str, **parameters: str) -> Answer:
        """Asks a question of the library; the same question is asked once.

        Raises:
            QueryError: no such question, or a value that it cannot take.
        """
        key = (name, *(f"{parameter}={value}" for parameter, value in sorted(parameters.items())))
        if key not in self._given:
            self._given[key] = self._ask(name, parameters)
        return self._given[key]

    def _ask(self, name: str, parameters: Mapping[str, str]) -> Answer:
        question = self.kg.question(name)
        wanted = {key.replace("_", "-"): value for key, value in parameters.items()}
        known = {parameter.name: parameter for parameter in question.parameters}
        if "scope" in known:
            wanted["scope"] = self.scope
        result = self.kg.query(name, **wanted)
        given = {key: value for key, value in wanted.items() if known[key].default != value}
        return Answer(name, given, question.titles, question.columns, result, self.kg.labels)

    def count(self, name: str) -> int:
        """How many rows a question of the library has in this scope."""
        scoped = any(parameter.name == "scope" for parameter in self.kg.question(name).parameters)
        return self.kg.count(name, **({"scope": self.scope} if scoped else {}))

    def label(self, iri: str, language: str) -> str:
        """What an IRI is called, or its prefixed name where it has no label."""
        found = self.kg.labels.get(iri)
        return found[language] if found else self.kg.context.compact(iri)


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table of our own as CSV for a spreadsheet; no cell is run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell if isinstance(cell, int) else harmless(str(cell)) for cell in row])
    return ("\ufeff" + out.getvalue()).encode()
