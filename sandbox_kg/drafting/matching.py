"""Many words looked for at once: the leftmost, and of those that begin there the longest.

A table by first character and length. On our texts it is as fast as it need be (see `benchmarks/drafting.py`) and runs
on every platform without a compiled package; the words are a few thousand, mostly of two to ten characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

Entry = TypeVar("Entry")


class Match(NamedTuple):
    """Where a word was found, and what stands behind the word."""

    start: int
    end: int
    word: str


class Matcher(Generic[Entry]):
    """Words with an entry each; of two equal words the first is kept."""

    def __init__(self, words: Iterable[tuple[str, Entry]]) -> None:
        self.entries: dict[str, Entry] = {}
        lengths: dict[str, set[int]] = {}
        for word, entry in words:
            if word and word not in self.entries:
                self.entries[word] = entry
                lengths.setdefault(word[0], set()).add(len(word))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def at(self, text: str, position: int, end: int) -> Match | None:
        """The longest word that begins at a position."""
        for length in self._lengths.get(text[position], ()):
            if position + length <= end:
                word = text[position : position + length]
                if word in self.entries and _apart(text, position, position + length):
                    return Match(position, position + length, word)
        return None

    def find(self, text: str, start: int = 0, end: int | None = None) -> Iterator[Match]:
        """All words from left to right, none inside another."""
        position, end = start, len(text) if end is None else end
        while position < end:
            if text[position] in self._lengths and (match := self.at(text, position, end)):
                yield match
                position = match.end
            else:
                position += 1

    def ending(self, text: str, start: int, end: int) -> Match | None:
        """The longest word that ends at a position and begins no earlier than `start`."""
        for position in range(max(start, end - 40), end):
            if text[position:end] in self.entries and _apart(text, position, end):
                return Match(position, end, text[position:end])
        return None


def _apart(text: str, start: int, end: int) -> bool:
    """Whether a word of Latin letters or digits is no piece of a longer one: AI, but not the AI of AIBank."""

    def latin(character: str) -> bool:
        return character.isascii() and character.isalnum()

    return not (
        (start > 0 and latin(text[start]) and latin(text[start - 1]))
        or (end < len(text) and latin(text[end - 1]) and latin(text[end]))
    )
