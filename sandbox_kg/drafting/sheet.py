"""What every record of a draft needs: where words stand, how a comment and a mark read, and how evidence is written."""

from __future__ import annotations

import bisect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from sandbox_kg.drafting.concepts import Skipped
from sandbox_kg.drafting.names import Found
from sandbox_kg.drafting.text import Text
from sandbox_kg.drafting.words import Words
from sandbox_kg.drafting.writing import Entry, Leaf, Slot, Tree, fill, record_lines

Say = Callable[..., str]
MARK = "check: "
_LONGEST_HEADING = 150


@dataclass
class Sheet:
    """The text and the source of a draft, and what is collected while it is written.

    Attributes:
        text: the text.
        words: templates and codes.
        say: messages in the language of the comments.
        source: prefixed name of the source.
        skipped: what was seen and left out.
        notes: what else is told at the end, in words.
        passages: slug, heading and pilot of each passage that the source may have.
    """

    text: Text
    words: Words
    say: Say
    source: str
    found: list[Found]
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    passages: list[tuple[str, str, str]] = field(default_factory=list)

    def origin(self, start: int, key: str, /, **values: str) -> str:
        """The comment that says where something stands and by which rule it was made."""
        line, column = self.text.place(start)
        return f"from: {line}:{column} " + self.say(key, **values)

    def check(self, key: str, /, **values: str) -> str:
        """The comment that marks what a curator must look at."""
        return MARK + self.say(key, **values)

    def evidence(self, start: int, end: int, owner: Found | None, with_note: bool = False) -> Tree:
        """Evidence of the source with the words of a span, which may stand outside the passage of their pilot."""
        printed = self.text.printed(start, end)
        general = owner is not None and not self._is_inside(owner, start)
        name = "evidence" + ("-general" if general else "") + ("-noted" if with_note else "")
        slots: dict[str, Slot] = {"printed": printed}
        if with_note:
            codes = self.words.codes
            slots |= {"noteZh": codes["traditional-zh"], "noteEn": codes["traditional-en"]}
        filled = fill(self.words.templates[name], slots)
        return [Entry(self.source.partition(":")[2], filled or Leaf(printed, quoted=True))]

    def find_passages(self, ids: dict[int, str], is_page: bool) -> None:
        """The headings that may serve as passages: lines of their own, each once, not of a web page."""
        headed = [one for one in self.found if one.heading and one.heading[1] - one.heading[0] <= _LONGEST_HEADING]
        lines = [self.text.printed(*one.heading) for one in headed if one.heading]
        whole = all(self.text.is_one_line(*one.heading) for one in headed if one.heading)
        if is_page or not whole or len(set(lines)) < len(lines) or len(headed) < len(self.found):
            return
        for one, line in zip(headed, lines, strict=True):
            name = ids[id(one)]
            self.passages.append((name.partition(":")[2], line, name))

    def passage_entries(self) -> list[Entry]:
        """The passages as entries of the source's record."""
        entries = []
        for slug, heading, about in self.passages:
            tree = fill(self.words.templates["passage"], {"heading": heading, "about": about})
            if tree:
                entries.append(Entry(slug, tree))
        return entries

    def passage_lines(self) -> list[str]:
        """The passages for a source that is recorded without them."""
        lines = [
            line.replace("- ", "    ", 1) for entry in self.passage_entries() for line in record_lines([entry], [])
        ]
        return [self.say("draft-passages", source=self.source), "  passages:", *lines]

    def _is_inside(self, owner: Found, position: int) -> bool:
        """Whether words stand in the passage of a pilot; where there are no passages nothing stands outside."""
        if not self.passages or not owner.heading:
            return True
        after = bisect.bisect_right(self._starts, owner.heading[0])
        end = self._starts[after] if after < len(self._starts) else len(self.text.folded)
        return owner.heading[0] <= position < end

    @cached_property
    def _starts(self) -> list[int]:
        return sorted(one.heading[0] for one in self.found if one.heading)
