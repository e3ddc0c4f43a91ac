"""Users' queries in a process of their own, which is ended at its time limit or on Ctrl-C.

A running Oxigraph query cannot be interrupted inside the process that runs it. The process keeps the graph, so that it
is read once for many queries; after one that had to be ended the next begins another.

What the process writes is described in `answering`, which is the process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox

from sandbox_kg.store.errors import QueryError, last_words
from sandbox_kg.store.results import Result

DEFAULT_TIMEOUT = 60.0
DEFAULT_MAX_ROWS = 100_000
_GRACE = 2.0  # seconds after which the process ends itself, should its parent be gone


class LimitedStore:
    """A built graph that is asked in another process, which begins with the first query.

    Args:
        graph: a file of N-Triples.
    """

    def __init__(self, graph: Path) -> None:
        self._graph = graph
        self._process: _Process | None = None
        self._alone = threading.Lock()

    def query(
        self,
        text: str,
        timeout: float = DEFAULT_TIMEOUT,
        max_rows: int = DEFAULT_MAX_ROWS,
        began: float | None = None,
    ) -> Result:
        """Answers a query.

        Args:
            text: the query.
            timeout: seconds after which the process is ended.
            max_rows: rows or triples beyond which the result is refused rather than cut.
            began: the `time.monotonic()` from which the limit counts; now without it.

        Raises:
            QueryError: the query is wrong, takes too long or gives too much; it says how to raise the limit.
        """
        ends = (time.monotonic() if began is None else began) + timeout
        with self._alone:
            if self._process is None or not self._process.is_running:
                self._process = _Process(self._graph)
            process = self._process
            seconds = max(0.01, ends - time.monotonic())
            try:
                with process.ended_after(seconds):
                    return process.ask({"query": text, "max_rows": max_rows, "seconds": seconds + _GRACE})
            except _BrokenError:
                words = process.last_words()
                process.end()
                if process.is_late:
                    raise QueryError("query-timeout", seconds=f"{timeout:g}") from None
                raise QueryError("query-failed", error=words) from None
            except QueryError:
                raise
            except BaseException:  # Ctrl-C: nothing may run on
                process.end()
                raise


class _BrokenError(Exception):
    """The process ended before its answer did."""


class _Process:
    """The process, as its parent sees it."""

    def __init__(self, graph: Path) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # as long as the process
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "sandbox_kg.answering", str(graph)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
        )
        self.is_late = False
        self.end = weakref.finalize(self, _end, self._popen, self._said)  # at the latest when Python ends

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None

    def last_words(self) -> str:
        """Why it ended, by what it wrote last."""
        self._popen.kill()  # where it is about to end by itself
        self._popen.wait()
        self._said.seek(0)
        return last_words(self._said.read().decode(errors="replace"))

    @contextmanager
    def ended_after(self, seconds: float) -> Iterator[None]:
        """Ends the process if what is done within takes longer."""

        def late() -> None:
            self.is_late = True
            self._popen.kill()

        timer = threading.Timer(seconds, late)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def ask(self, task: dict[str, object]) -> Result:
        """Sends a query and reads its answer to the end."""
        asked, out = cast(IO[bytes], self._popen.stdin), cast(IO[bytes], self._popen.stdout)
        try:
            asked.write(json.dumps(task).encode() + b"\n")
            asked.flush()
        except OSError:
            raise _BrokenError from None
        told = _line(out)
        if told.get("form") == "ask":
            return Result("ask", answer=told["answer"])
        if "form" not in told:
            raise QueryError(told["error"], **told["values"])
        pieces = _Pieces(out)
        try:
            result = _read(told["form"], pieces)
        except (SyntaxError, ValueError, OSError):  # it ends in the middle; the line behind it, if any, tells why
            result = None
        pieces.skip()
        after = _line(out)
        if "error" in after:
            raise QueryError(after["error"], **after["values"])
        if result is None:
            raise _BrokenError
        return result


def _end(process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    process.kill()
    process.wait()
    said.close()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(OSError):  # what was not sent is lost with the process
                pipe.close()


def _line(out: IO[bytes]) -> dict[str, Any]:
    line = out.readline()
    if not line.endswith(b"\n"):
        raise _BrokenError
    return dict(json.loads(line))


def _read(form: str, pieces: _Pieces) -> Result:
    source = cast(IO[bytes], pieces)
    if form == "construct":
        parsed = ox.parse(source, format=ox.RdfFormat.N_TRIPLES)
        return Result("construct", triples=[quad.triple for quad in parsed])
    solutions = ox.parse_query_results(source, format=ox.QueryResultsFormat.TSV)
    if not isinstance(solutions, ox.QuerySolutions):
        raise ValueError(form)
    return Result.of_solutions(solutions)


class _Pieces:
    """The pieces of an answer as one file."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._held = b""
        self._is_whole = False

    def read(self, size: int = -1) -> bytes:
        """So many bytes at most; none at the end."""
        if not self._held and not self._is_whole:
            head = self._out.readline()
            if not head.endswith(b"\n"):
                raise _BrokenError
            length = int(head)
            self._held = self._out.read(length)
            if len(self._held) < length:
                raise _BrokenError
            self._is_whole = length == 0
        if size < 0:
            size = len(self._held)
        given, self._held = self._held[:size], self._held[size:]
        return given

    def skip(self) -> None:
        """Reads to the end."""
        while self.read():
            pass
