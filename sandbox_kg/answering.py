"""The process that answers users' queries, one after another, until `limits` ends it: `python -m sandbox_kg.answering`.

It reads a line of JSON a query. What it writes about one: a line of JSON that tells what follows; for a SELECT its rows
(SPARQL results in TSV, which is lossless) and for a CONSTRUCT its triples (N-Triples) in pieces, each behind a line
with its length, the last one empty; then a line of JSON with an error, or without. Both formats have one line a row or
triple, so that lines can be counted on the way.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from sandbox_kg.store.embedded import EmbeddedStore
from sandbox_kg.store.errors import QueryError

_PIECE = 1 << 16  # bytes


class _RowsError(Exception):
    """More rows than are wanted."""


class _Sent:
    """A file that goes to the parent in pieces, and counts lines."""

    def __init__(self, out: IO[bytes], most: int) -> None:
        self._out, self._left = out, most
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._left -= data.count(b"\n")
        if self._left < 0:
            raise _RowsError
        self._held += data
        if len(self._held) >= _PIECE:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self._held:
            self._out.write(b"%d\n" % len(self._held) + self._held)
            self._held.clear()

    def end(self) -> None:
        """Tells the parent that no piece follows."""
        self.flush()
        self._out.write(b"0\n")


def _serve(store: EmbeddedStore, tasks: IO[bytes], out: IO[bytes]) -> None:
    """Answers queries until there are no more."""
    for line in tasks:
        task = json.loads(line)
        with _alarm(float(task["seconds"])):
            _answer(store, str(task["query"]), int(task["max_rows"]), out)
            out.flush()


def _answer(store: EmbeddedStore, text: str, most: int, out: IO[bytes]) -> None:
    def tell(**said: object) -> None:
        out.write(json.dumps(said).encode() + b"\n")

    try:
        found = store.evaluate(text)
    except QueryError as error:
        tell(error=error.key, values=error.values)
        return
    if isinstance(found, ox.QueryBoolean):
        tell(form="ask", answer=bool(found))
        return
    is_select = isinstance(found, ox.QuerySolutions)
    tell(form="select" if is_select else "construct")
    sent = _Sent(out, most + is_select)  # a table has a line of names
    failed: QueryError | None = None
    try:
        store.write(found, cast(IO[bytes], sent))
    except _RowsError:
        failed = QueryError("query-rows", rows=most)
    except QueryError as error:
        failed = error
    sent.end()
    if failed:
        tell(error=failed.key, values=failed.values)
    else:
        tell()


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Where there are signals, the process is ended by the system after some seconds, whatever it does."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C too, and ends this process if it is at work
    with suppress(BrokenPipeError):
        _serve(EmbeddedStore.open(Path(sys.argv[1])), sys.stdin.buffer, sys.stdout.buffer)
