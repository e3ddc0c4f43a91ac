"""Output that never fails on a console, whatever its encoding, and progress for what takes its time."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

_WIDTH_OF_A_FILE = 140


def make_streams_safe() -> None:
    """Lets standard output and error write any character: what their encoding lacks is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def console() -> Console:
    """A Rich console on standard output; wide where nobody looks at a screen, so that files are not folded."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDTH_OF_A_FILE
    return Console(width=width, highlight=False, emoji=False, markup=False, soft_wrap=False)


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int] = ()) -> None:
    """Prints a table.

    Args:
        title: its title; none where empty.
        columns: the names of the columns.
        rows: the cells, as text.
        numeric: the positions of the columns that are set flush right.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title) if title else None, box=box.SIMPLE, title_justify="left", pad_edge=False)
    for position, column in enumerate(columns):
        table.add_column(Text(column), justify="right" if position in numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console().print(table)


class Progress:
    """Tells on standard error which step is under way, once the whole has taken longer than `after` seconds.

    Shown on a terminal only, so that nothing is mixed into what a program reads.
    """

    def __init__(self, say: Callable[[str], str], after: float = 1.0, stream: TextIO | None = None) -> None:
        self._say = say
        self._stream = sys.stderr if stream is None else stream
        self._step = ""
        self._shown = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(after, self._begin)
        self._timer.daemon = True

    def __enter__(self) -> Progress:
        if self._stream.isatty():
            self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()

    def step(self, key: str) -> None:
        """A step begins; `key` is its message in the catalogue."""
        with self._lock:
            self._step = key
            if self._shown:
                self._tell()

    def _begin(self) -> None:
        with self._lock:
            self._shown = True
            if self._step:
                self._tell()

    def _tell(self) -> None:
        print(f"{self._say(self._step)} …", file=self._stream, flush=True)
