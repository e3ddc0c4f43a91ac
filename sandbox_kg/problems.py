"""A problem in a file, told so that a curator can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox_kg.messages import message


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong at one place.

    Attributes:
        file: the file, as a reader names it.
        line: its line, counted from 1; 0 where the whole file is meant.
        field: the path of keys inside the record; empty where the whole record is meant.
        key: the message in the catalogue, or empty where `texts` says it.
        values: what fills the placeholders of the message.
        texts: the message in each language, where it comes from a shape.
    """

    file: str
    line: int
    field: str
    key: str = ""
    values: tuple[tuple[str, str], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()

    def text(self, language: str) -> str:
        """`file:line: field: what is wrong: how to mend it`, in one language."""
        said = dict(self.texts).get(language) or next((text for _, text in self.texts), "")
        if self.key:
            said = message(self.key, language, **dict(self.values))
        where = f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        return where + (f"{self.field}: " if self.field else "") + said


class ProblemsFoundError(Exception):
    """The records cannot be built; `problems` says all that is wrong with them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(problem.text("en") for problem in self.problems))
