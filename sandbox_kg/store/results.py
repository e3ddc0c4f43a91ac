"""What a query gives: rows of RDF terms, an answer, or triples, the same whichever engine gave them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

if TYPE_CHECKING:
    import pandas
    import rdflib

Term = ox.NamedNode | ox.Literal | ox.BlankNode
_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = frozenset(_XSD + name for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger"))
_CONVERTED: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(_INTEGERS, int),
    _XSD + "decimal": Decimal,
    _XSD + "boolean": lambda text: text in ("true", "1"),
}


@dataclass(frozen=True)
class Result:
    """The result of one query.

    Attributes:
        form: `select`, `ask` or `construct`.
        columns: the variables of a SELECT, in order.
        rows: the rows of a SELECT, one term (or None) a column.
        answer: the answer of an ASK.
        triples: the triples of a CONSTRUCT.
    """

    form: str
    columns: Sequence[str] = ()
    rows: Sequence[tuple[Term | None, ...]] = field(default=())
    answer: bool | None = None
    triples: Sequence[ox.Triple] = field(default=())

    @classmethod
    def of_solutions(cls, solutions: ox.QuerySolutions, most: int | None = None) -> Result:
        """The result of a SELECT from the rows of an engine or a parser; so many at most, all without a number."""
        names = [variable.value for variable in solutions.variables]
        return cls("select", names, [tuple(row) for row in islice(solutions, most)])

    def __len__(self) -> int:
        return len(self.rows or self.triples)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Each row as a dict of plain Python values (see `value`)."""
        columns = list(self.columns)
        for row in self.rows:
            yield dict(zip(columns, map(value, row), strict=True))

    def texts(self) -> list[tuple[str, ...]]:
        """The rows as text: an IRI in full, a literal without its datatype, the empty string where unbound."""
        return [tuple("" if term is None else term.value for term in row) for row in self.rows]

    def arranged(self, columns: Sequence[str]) -> Result:
        """The same rows with their columns in another order.

        Raises:
            ValueError: a column is not there.
        """
        if list(columns) == list(self.columns):
            return self
        places = [list(self.columns).index(column) for column in columns]
        return replace(self, columns=list(columns), rows=[tuple(row[place] for place in places) for row in self.rows])

    def to_dataframe(self) -> pandas.DataFrame:
        """The rows as a `pandas.DataFrame`; numbers are `int` or `Decimal`, a text with a language stays a `Text`.

        Raises:
            ImportError: pandas is not installed.
        """
        import pandas

        return pandas.DataFrame([list(row.values()) for row in self], columns=list(self.columns), dtype=object)

    def to_graph(self) -> rdflib.Graph:
        """The triples of a CONSTRUCT as an `rdflib.Graph`."""
        from sandbox_kg.store.rdflib_graphs import rdflib_graph

        return rdflib_graph(self.triples)


class Text(str):
    """A text with its language tag, in `language`."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> Text:
        """A text in a language."""
        made = super().__new__(cls, text)
        made.language = language
        return made


def value(term: Term | None) -> Any:
    """A term as a plain Python value.

    Returns:
        None, a `str` (an IRI in full, a plain text, a date as printed), a `Text` for a text with a language, an `int`
        or a `Decimal` for a number, a `bool`.
    """
    if term is None:
        return None
    if not isinstance(term, ox.Literal):
        return term.value
    text = term.value
    if language := term.language:
        return Text(text, language)
    convert = _CONVERTED.get(term.datatype.value)
    if convert is None:
        return text
    try:
        return convert(text)
    except (ValueError, InvalidOperation):
        return text


def normalised(term: Term | None) -> tuple[str, str, str]:
    """A term so that equal terms of two engines are equal: (sort, datatype or language, lexical form).

    Engines write decimals, booleans and language tags in different ways: 1.50 and 1.5, "true" and "1", zh-CN and zh-cn.
    """
    if term is None:
        return ("", "", "")
    if isinstance(term, ox.NamedNode):
        return ("iri", "", term.value)
    if isinstance(term, ox.BlankNode):
        return ("blank", "", "")
    if term.language:
        return ("text", term.language.lower(), term.value)
    kind, text = term.datatype.value, term.value
    if kind in _INTEGERS or kind in (_XSD + "decimal", _XSD + "double", _XSD + "float"):
        try:
            number = Decimal(text)
        except InvalidOperation:
            return ("literal", kind, text)
        return ("number", "", format(number.normalize(), "f") if number else "0")
    if kind == _XSD + "boolean":
        return ("literal", kind, "true" if text in ("true", "1") else "false")
    return ("literal", "" if kind == _XSD + "string" else kind, text)
