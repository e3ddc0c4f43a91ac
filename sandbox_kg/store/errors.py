"""The one error of asking."""

from __future__ import annotations


class QueryError(Exception):
    """A query could not be asked or answered.

    Attributes:
        key: its message in the catalogue.
        values: what fills the placeholders of the message.
    """

    def __init__(self, key: str, /, **values: object) -> None:
        from sandbox_kg.messages import message

        self.key, self.values = key, values
        super().__init__(message(key, "en", **values))

    def text(self, language: str) -> str:
        """What went wrong and what to do, in one language."""
        from sandbox_kg.messages import message

        return message(self.key, language, **self.values)


def last_words(said: str) -> str:
    """Why a program ended, of all that it said: the line behind "panicked at", as Rust has it, else the last one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    panics = [place for place, line in enumerate(lines) if "panicked at" in line]
    found = lines[panics[-1] + 1 : panics[-1] + 2] if panics else lines[-1:]
    return found[0] if found else "?"
