"""The embedded engine: Oxigraph, through `pyoxigraph`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from sandbox_kg.garbage import no_cycle_search
from sandbox_kg.store import disk
from sandbox_kg.store.errors import QueryError
from sandbox_kg.store.results import Result, value


class EmbeddedStore:
    """A graph that answers SPARQL, in memory or, to be asked only, on disk."""

    def __init__(self, triples: Iterable[ox.Triple] = ()) -> None:
        self._store = ox.Store()
        self.add(triples)

    def add(self, triples: Iterable[ox.Triple]) -> None:
        """Adds triples; those that are there already stay as they are."""
        self._store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)

    def triples(self) -> Iterator[ox.Triple]:
        """Every triple, in no fixed order."""
        return (quad.triple for quad in self._store)

    def lines(self) -> list[str]:
        """Every triple as a line of canonical N-Triples without its end, in no fixed order; faster than `triples`."""
        dumped = self._store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        return (dumped or b"").decode().split("\n")[:-1]  # not splitlines: a text may hold other ends of lines

    def new(self, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        """Those of some triples that are not in the graph, each once."""
        store = self._store
        return [t for t in dict.fromkeys(triples) if ox.Quad(t.subject, t.predicate, t.object) not in store]

    def __len__(self) -> int:
        return len(self._store)

    @classmethod
    def read(cls, path: Path) -> EmbeddedStore:
        """A store with the triples of a file of N-Triples.

        Raises:
            OSError: the file cannot be read.
        """
        store = cls()
        store._store.bulk_load(path=str(path), format=ox.RdfFormat.N_TRIPLES)
        return store

    @classmethod
    def open(cls, path: Path) -> EmbeddedStore:
        """The graph of a file of N-Triples, to be asked only: the store kept beside it, or else the file in memory.

        Raises:
            OSError: neither can be read.
        """
        folder = disk.kept(path)
        if folder is None:
            return cls.read(path)
        store = cls()
        store._store = ox.Store.read_only(str(folder))
        return store

    def query(self, text: str, most: int | None = None) -> Result:
        """Answers one query.

        Args:
            text: the query.
            most: how many rows or triples to take at most; all without it.

        Raises:
            QueryError: the query does not parse, or the engine cannot answer it.
        """
        found = self.evaluate(text)
        if isinstance(found, ox.QueryBoolean):
            return Result("ask", answer=bool(found))
        with _told(), no_cycle_search():
            if isinstance(found, ox.QuerySolutions):
                return Result.of_solutions(found, most)
            return Result("construct", triples=list(islice(found, most)))

    def evaluate(self, text: str) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        """Begins to answer one query; rows and triples come as they are asked for.

        Raises:
            QueryError: the query does not parse, or the engine cannot answer it.
        """
        with _told():
            return self._store.query(text)

    def rows(self, text: str) -> Iterator[dict[str, Any]]:
        """The rows of a SELECT as dicts of plain Python values (see `results.value`), as the engine finds them.

        Raises:
            QueryError: the query does not parse or is none of rows; with a row, that the engine cannot go on.
        """
        found = self.evaluate(text)
        if not isinstance(found, ox.QuerySolutions):
            raise QueryError("query-failed", error="no rows")
        names = [variable.value for variable in found.variables]

        def each() -> Iterator[dict[str, Any]]:
            with _told():
                for row in found:
                    yield dict(zip(names, map(value, row), strict=True))

        return each()

    def write(self, found: ox.QuerySolutions | ox.QueryTriples, out: IO[bytes]) -> None:
        """Writes rows as TSV (SPARQL 1.1 Query Results CSV and TSV Formats), triples as N-Triples.

        Raises:
            QueryError: the engine cannot go on.
        """
        with _told():
            if isinstance(found, ox.QuerySolutions):
                found.serialize(out, format=ox.QueryResultsFormat.TSV)
            else:
                found.serialize(out, format=ox.RdfFormat.N_TRIPLES)

    def select(self, query: Path) -> list[dict[str, str]]:
        """The rows of a SELECT query kept in a file, as text (see `Result.texts`)."""
        result = self.query(query.read_text(encoding="utf-8"))
        return [dict(zip(result.columns, row, strict=True)) for row in result.texts()]

    def construct(self, query: Path) -> list[ox.Triple]:
        """The triples of a CONSTRUCT query kept in a file."""
        return list(self.query(query.read_text(encoding="utf-8")).triples)


@contextmanager
def _told() -> Iterator[None]:
    """Errors of the engine as ours."""
    try:
        yield
    except SyntaxError as error:
        raise QueryError("query-syntax", error=str(error.msg or error)) from error
    except (ValueError, OSError, RuntimeError) as error:
        raise QueryError("query-failed", error=str(error)) from error


def parse(data: bytes, media: ox.RdfFormat) -> Iterator[ox.Triple]:
    """The triples of a serialised graph."""
    return (quad.triple for quad in ox.parse(data, format=media))
