"""What the names of pilots look like, and where lines, sentences and brackets begin and end."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sandbox_kg.drafting.gazetteer import key_of
from sandbox_kg.drafting.institutions import ApplicantList
from sandbox_kg.drafting.text import Text
from sandbox_kg.drafting.words import Words

Span = tuple[int, int]
LONGEST_NAME = 70
LONGEST_LIST = 400
ORDINALS = "一二三四五六七八九十0-9"
NUMBERING = re.compile(
    rf"(?:第[{ORDINALS}]{{1,3}}[项个]?[、.:：]|[一二三四五六七八九十]{{1,3}}[、.:]"
    rf"|[(（][{ORDINALS}]{{1,3}}[)）][、.]?|[0-9]{{1,3}}[、.)）](?![0-9])|[0-9]{{1,3}}[ \t|]+"
    rf"|[①-⑳⑴-⒇]|(?:项目|应用)[{ORDINALS}]{{1,3}}[:、]|[•·▪◆■●★*|-])\s*"
)
HAS_CHINESE = re.compile("[\u3400-\u9fff]")


@dataclass
class Found:
    """A pilot that the text names.

    Attributes:
        name: span of its name.
        rule: how it was found.
        applicants: the names of its applicants.
        heading: span of the line that is its heading, where it has one of its own.
        body: spans that speak of it, the name aside.
        fields: role of a labelled field to its spans.
    """

    name: Span
    rule: str
    applicants: ApplicantList
    heading: Span | None = None
    body: list[Span] = field(default_factory=list)
    fields: dict[str, list[Span]] = field(default_factory=dict)


class Names:
    """Tells names of pilots by how they begin and end."""

    def __init__(self, words: Words) -> None:
        file = words.all("pilots")
        self.beginnings = tuple(words.get("pilots", "beginnings"))
        self.endings = sorted(words.get("pilots", "endings"), key=len, reverse=True)
        self._types = [line["word"] for line in file["types"]]
        self._marks = "".join([*file["ticked"], *file["unticked"]])
        self.types = self._types

    def after_numbering(self, folded: str, start: int, end: int) -> int:
        """Where a line begins behind its number: 1., (一), ①."""
        match = NUMBERING.match(folded, start, end)
        while match and match.end() > start:
            start = match.end()
            match = NUMBERING.match(folded, start, end)
        return start

    def fits(self, folded: str, start: int, end: int) -> bool:
        """Whether a span may be the name of a pilot at all: neither too short nor too long, no sentence."""
        name = folded[start:end].strip()
        if not 3 <= len(name) <= LONGEST_NAME or not HAS_CHINESE.search(name):
            return False
        if not (name[0].isalnum() or name[0] in '“《"('):
            return False
        # A question mark inside may stand for a character that was lost: 5G?智能银行.
        return not re.search(r"[。!;\n]|\?$", name) and name.count("“") == name.count("”")

    def bare(self, folded: str, start: int, end: int) -> Span:
        """A span without white space and punctuation at its ends."""
        while start < end and (folded[start].isspace() or folded[start] == "|"):
            start += 1
        while end > start and (folded[end - 1].isspace() or folded[end - 1] in ":,。;、|"):
            end -= 1
        wrapped = end - start > 4 and folded[start] == "“" and _closing_quote(folded, start, end) == end - 1
        if wrapped and self.has_ending(folded, start + 1, end - 1):
            return start + 1, end - 1
        return start, end

    def has_ending(self, folded: str, start: int, end: int) -> bool:
        """Whether a span ends like the name of a pilot: in 服务, 产品 and the like, a bracket behind it aside."""
        name = folded[start:end].rstrip('”" ')
        name = re.sub(r"\([^()]*\)$", "", name)
        return name.endswith(tuple(self.endings))

    def is_type(self, folded: str, start: int, end: int) -> bool:
        """Whether a span is one of the application types and nothing else."""
        return folded[start:end].strip(self._marks + " ") in self._types


class Cover:
    """Spans that are spoken for."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]
        self._reach: list[int] = []
        furthest = -1
        for _, end in self._spans:
            furthest = max(furthest, end)
            self._reach.append(furthest)

    def touches(self, start: int, end: int) -> bool:
        """Whether a span shares a character with one of them."""
        at = bisect.bisect_left(self._starts, end)
        return at > 0 and self._reach[at - 1] > start


def bare_key(text: Text, start: int, end: int) -> str:
    """A pilot's name as names are compared: folded, without white space and quotes."""
    return key_of(text.plain[start:end], text.folder.fold).replace("“", "").replace("”", "").replace('"', "")


def openings(folded: str, start: int, end: int, most: int = 30) -> list[int]:
    """The first opening brackets of a span; a line of nothing but brackets is not gone through."""
    found: list[int] = []
    at = folded.find("(", start, end)
    while at >= 0 and len(found) < most:
        found.append(at)
        at = folded.find("(", at + 1, end)
    return found


def closing(folded: str, opened: int, end: int) -> int | None:
    """Where the bracket that opens at a position is closed, looked for as far as a list may reach."""
    depth = 0
    for position in range(opened, min(end, opened + LONGEST_LIST + 200)):
        depth += folded[position] == "("
        depth -= folded[position] == ")"
        if depth == 0:
            return position
    return None


def _closing_quote(folded: str, opened: int, end: int) -> int:
    depth = 0
    for position in range(opened, end):
        depth += folded[position] == "“"
        depth -= folded[position] == "”"
        if depth == 0:
            return position
    return -1


def sentence_start(folded: str, position: int, start: int, most: int = 600) -> int:
    """Where the sentence of a position begins, not before `start`, looked for over a bounded stretch."""
    floor = max(start, position - most)
    return max(floor, *(folded.rfind(sign, floor, position) + 1 for sign in "。!?;"))


def sentences(folded: str, start: int, end: int) -> Iterator[Span]:
    """The sentences of a line."""
    position = start
    for match in re.compile(r"[。!?]").finditer(folded, start, end):
        yield position, match.end()
        position = match.end()
    if position < end:
        yield position, end


def lines_between(lines: list[Span], start: int, end: int) -> Iterator[Span]:
    """The lines that begin in a stretch of the text."""
    at = bisect.bisect_left(lines, (start, -1))
    while at < len(lines) and lines[at][0] < end:
        yield lines[at]
        at += 1
