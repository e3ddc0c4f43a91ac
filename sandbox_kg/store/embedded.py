"""The embedded engine: Oxigraph, through `pyoxigraph`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from sandbox_kg.store.errors import QueryError
from sandbox_kg.store.results import Result


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

    def query(self, text: str) -> Result:
        """Answers one query.

        Raises:
            QueryError: the query does not parse, or the engine cannot answer it.
        """
        try:
            found = self._store.query(text)
            if isinstance(found, ox.QuerySolutions):
                names = [variable.value for variable in found.variables]
                return Result("select", names, [tuple(row[name] for name in names) for row in found])
            if isinstance(found, ox.QueryTriples):
                return Result("construct", triples=list(found))
            return Result("ask", answer=bool(found))
        except SyntaxError as error:
            raise QueryError("query-syntax", error=str(error.msg or error)) from error
        except (ValueError, OSError, RuntimeError) as error:
            raise QueryError("query-failed", error=str(error)) from error

    def select(self, query: Path) -> list[dict[str, str]]:
        """The rows of a SELECT query kept in a file, as text (see `Result.texts`)."""
        result = self.query(query.read_text(encoding="utf-8"))
        return [dict(zip(result.columns, row, strict=True)) for row in result.texts()]

    def construct(self, query: Path) -> list[ox.Triple]:
        """The triples of a CONSTRUCT query kept in a file."""
        return list(self.query(query.read_text(encoding="utf-8")).triples)


def parse(data: bytes, media: ox.RdfFormat) -> Iterator[ox.Triple]:
    """The triples of a serialised graph."""
    return (quad.triple for quad in ox.parse(data, format=media))
