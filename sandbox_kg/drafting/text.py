"""A text beside a folded copy of the same length, so that what is found in the one can be quoted from the other."""

from __future__ import annotations

import bisect
import unicodedata
from functools import cached_property

from sandbox_kg.drafting.reading import Reading

# Printers' variants of one sign, folded to one; the copy keeps its length.
_SIGNS = str.maketrans(
    {
        "「": "“",
        "」": "”",
        "『": "“",
        "』": "”",
        "《": "“",
        "》": "”",
        "〝": "“",
        "〞": "”",
        "﹁": "“",
        "﹂": "”",
        "‐": "-",
        "‑": "-",
    }
)


class Folder:
    """Folds characters one by one: compatibility forms (NFKC), traditional to simplified script, case.

    Traditional characters are folded by the character table of OpenCC, character by character: phrase rules could
    change lengths, and both sides of each comparison are folded in the same way.
    """

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    @cached_property
    def _converter(self) -> object:
        import opencc  # pure Python; 0.08 s at its first use

        return opencc.OpenCC("t2s")

    def fold(self, text: str) -> str:
        """The folded text, as long as the text."""
        known = self._known
        for character in set(text) - known.keys():
            known[character] = self._folded(character)
        return "".join([known[character] for character in text])

    def simplify(self, text: str) -> str:
        """The text in simplified script, otherwise as it is."""
        convert = self._converter.convert  # type: ignore[attr-defined]
        return "".join(
            done if character > "\u2e7f" and len(done := convert(character)) == 1 else character for character in text
        )

    def _folded(self, character: str) -> str:
        folded = unicodedata.normalize("NFKC", character).translate(_SIGNS)
        if len(folded) != 1 or unicodedata.category(character) == "No":
            folded = character  # ① stays a sign of its own: as 1 it would run into the digits behind it
        if folded > "\u2e7f" and unicodedata.category(folded) == "Lo":
            converted = self._converter.convert(folded)  # type: ignore[attr-defined]
            folded = converted if len(converted) == 1 else folded
        lowered = folded.lower()
        return lowered if len(lowered) == 1 else folded


class Text:
    """What was read, and its folded copy.

    Attributes:
        plain: the text as it stands, without markup.
        folded: the copy that is searched.
        folder: what folded it, for folding what it is compared with.
    """

    def __init__(self, reading: Reading, folder: Folder) -> None:
        self.plain = reading.text
        self.folder = folder
        self.folded = folder.fold(reading.text)
        self._offsets = reading.offsets
        self._raw, self._is_page = reading.raw, reading.is_page
        self._line_starts = [0]
        self._line_starts += [at + 1 for at, character in enumerate(reading.raw) if character == "\n"]

    def place(self, position: int) -> tuple[int, int]:
        """Line and column of a character in the file, both counted from 1."""
        offset = self._offsets[position] if position < len(self._offsets) else 0
        line = bisect.bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def is_one_line(self, start: int, end: int) -> bool:
        """Whether a span stands on one line of the file."""
        return self.place(start)[0] == self.place(max(start, end - 1))[0]

    def words(self, start: int, end: int) -> str:
        """The words of a span without what was taken out of them, white space squeezed to single blanks."""
        return " ".join(self.plain[start:end].split())

    def printed(self, start: int, end: int) -> str:
        """The words as they stand in the file: with advertising inside, but without tags and the ends of lines."""
        words = self.words(start, end)
        if self._is_page or not words:
            return words
        raw = " ".join(self._raw[self._offsets[start] : self._offsets[end - 1] + 1].split())
        return words if raw.replace(" ", "") == words.replace(" ", "") else raw

    @cached_property
    def _line_ends(self) -> list[int]:
        return [at for at, character in enumerate(self.plain) if character == "\n"]

    def line_at(self, position: int) -> tuple[int, int]:
        """Start and end of the line that a character stands in; no search through the line itself."""
        at = bisect.bisect_left(self._line_ends, position)
        start = self._line_ends[at - 1] + 1 if at else 0
        return start, self._line_ends[at] if at < len(self._line_ends) else len(self.plain)

    @cached_property
    def lines(self) -> list[tuple[int, int]]:
        """Start and end of each line that is not blank, without the white space around it."""
        found, start = [], 0
        for line in self.plain.split("\n"):
            stripped = line.strip()
            if stripped:
                begin = start + line.index(stripped[0])
                found.append((begin, begin + len(stripped)))
            start += len(line) + 1
        return found
