"""Output and progress."""

from __future__ import annotations

import io
import time

from sandbox_kg.console import Progress


class Terminal(io.StringIO):
    """A stream that takes itself for a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_progress_is_shown_once_a_build_takes_its_time() -> None:
    """The step under way is told when the delay is over, and each later step as it begins."""
    stream = Terminal()
    with Progress(str.upper, after=0.05, stream=stream) as progress:
        progress.step("read")
        assert stream.getvalue() == ""
        deadline = time.monotonic() + 5
        while not stream.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
        progress.step("write")
    assert stream.getvalue() == "READ …\nWRITE …\n"


def test_a_short_build_shows_no_progress() -> None:
    """Nothing is told before the delay is over, nor after the end."""
    stream = Terminal()
    with Progress(str.upper, after=0.2, stream=stream) as progress:
        progress.step("read")
    time.sleep(0.3)
    assert stream.getvalue() == ""


def test_progress_is_for_terminals() -> None:
    """A stream that is no terminal gets nothing, so that nothing is mixed into what a program reads."""
    stream = io.StringIO()
    with Progress(str.upper, after=0.0, stream=stream) as progress:
        progress.step("read")
        time.sleep(0.1)
        progress.step("write")
    assert stream.getvalue() == ""
