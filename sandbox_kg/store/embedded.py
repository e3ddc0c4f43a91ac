"""The embedded engine: Oxigraph, through `pyoxigraph`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox


class EmbeddedStore:
    """A graph in memory that answers SPARQL."""

    def __init__(self, triples: Iterable[ox.Triple] = ()) -> None:
        self._store = ox.Store()
        self.add(triples)

    def add(self, triples: Iterable[ox.Triple]) -> None:
        """Adds triples; those that are there already stay as they are."""
        self._store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)

    def triples(self) -> Iterator[ox.Triple]:
        """Every triple, in no fixed order."""
        return (quad.triple for quad in self._store)

    def __len__(self) -> int:
        return len(self._store)

    def select(self, query: Path) -> list[dict[str, str]]:
        """The rows of a SELECT query kept in a file.

        Returns:
            One dict a row: column to the text of its value (an IRI in full, a literal without its datatype);
            the empty string where a column is unbound.
        """
        solutions = self._store.query(query.read_text(encoding="utf-8"))
        if not isinstance(solutions, ox.QuerySolutions):
            raise TypeError(f"{query.name} is no SELECT query")
        names = [variable.value for variable in solutions.variables]
        return [{name: _text(solution[name]) for name in names} for solution in solutions]

    def construct(self, query: Path) -> list[ox.Triple]:
        """The triples of a CONSTRUCT query kept in a file."""
        triples = self._store.query(query.read_text(encoding="utf-8"))
        if not isinstance(triples, ox.QueryTriples):
            raise TypeError(f"{query.name} is no CONSTRUCT query")
        return list(triples)


def parse(data: bytes, media: ox.RdfFormat) -> Iterator[ox.Triple]:
    """The triples of a serialised graph."""
    return (quad.triple for quad in ox.parse(data, format=media))


def _text(term: object) -> str:
    if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode):
        return term.value
    return ""
