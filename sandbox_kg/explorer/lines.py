"""Labels in lines: how wide a text is, and where to break it so that its lines are of one length.

Widths are estimates in units of the font size, on the safe side for the usual sans fonts: the page cannot be
asked while the picture is computed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

ELLIPSIS = "…"
_SAFETY = 1.05
_NARROW, _WIDE = frozenset("iljtfrI1.,:;'|!()[] -"), frozenset("mwMW@%")
_SQUARE_IN_CHINESE = frozenset("“”‘’…—")
# A Chinese name of an organisation is broken before these rather than inside them.
_ENDINGS = (
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "分公司",
    "支公司",
    "信用卡中心",
    "分行",
    "支行",
    "总部",
    "集团",
)
# What no line begins with (的 belongs to what precedes it), and what no line ends with.
_CLOSING = frozenset("的。、》」』”’…,.;:!?)]}%\uff0c\uff1b\uff1a\uff01\uff1f\uff09")
_OPENING = frozenset("《「『“‘([{\uff08")
_WORDS = re.compile(r"[A-Za-z0-9+&.'’/]+-?\s*|.", re.DOTALL)
_COST_INSIDE_ENDING, _COST_LONE, _COST_OF_COHESION, _GAIN_BEFORE_ENDING = 9.0, 4.0, 1.1, 3.0


@dataclass(frozen=True)
class Limits:
    """How large a label may be.

    Attributes:
        width: of a line, in units of the font size.
        lines: how many at most.
    """

    width: float
    lines: int


@cache
def width(text: str) -> float:
    """The width of a text in units of its font size."""
    chinese = any(map(_is_square, text))
    return _SAFETY * sum(1.0 if chinese and c in _SQUARE_IN_CHINESE else _advance(c) for c in text)


@cache
def _is_square(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


@cache
def _advance(character: str) -> float:
    if _is_square(character):
        return 1.0
    if unicodedata.combining(character):
        return 0.0
    if character in _NARROW:
        return 0.34
    if character in _WIDE:
        return 0.9
    return 0.68 if character.isupper() else 0.56


class Breaker:
    """Breaks labels where their characters hold together least.

    There is no dictionary of words: two characters that often stand side by side in the texts given are taken to be of
    one word.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._beside = Counter(one + other for text in texts for one, other in pairwise(text))
        self._broken: dict[tuple[str, Limits], list[str]] = {}  # most names stand at each level

    def broken(self, text: str, limits: Limits) -> list[str]:
        """A text in as few lines as it needs, of lengths as equal as can be.

        Lines break between words, between Chinese characters, before the usual endings of a company's name rather than
        inside them, and never before closing or after opening punctuation; no line is one character alone if that can
        be helped. What does not fit ends in an ellipsis.
        """
        if (text, limits) not in self._broken:
            self._broken[text, limits] = self._lines(text, limits)
        return list(self._broken[text, limits])

    def _lines(self, text: str, limits: Limits) -> list[str]:
        text = _cut(" ".join(text.split()), limits)
        while True:
            pieces = _pieces(text, limits)
            for lines in range(1, limits.lines + 1):
                if found := self._balanced(pieces, lines, limits):
                    return found
            # so uneven that the lines do not suffice: shorter until they do
            text = text.rstrip(ELLIPSIS)[: len(text) * 9 // 10 - 1].rstrip() + ELLIPSIS

    def _balanced(self, pieces: list[str], lines: int, limits: Limits) -> list[str]:
        """The best way into so many lines, or nothing where they do not fit."""
        text, starts, whole = "".join(pieces), [0], 0.0
        for piece in pieces:
            starts.append(starts[-1] + len(piece))
            whole += width(piece)
        ideal = whole / lines
        costs = [self._cost_of_cut(text, at) for at in starts]
        best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, (0,))}  # pieces used: cost and cuts
        for _ in range(lines):
            longer: dict[int, tuple[float, tuple[int, ...]]] = {}
            for start, (cost, cuts) in best.items():
                for end in range(start + 1, len(pieces) + 1):
                    line = text[starts[start] : starts[end]].rstrip()
                    length = width(line)
                    if length > limits.width + 1e-9:
                        break
                    spent = cost + (length - ideal) ** 2 + costs[end] + _COST_LONE * (len(line) == 1 and lines > 1)
                    if end not in longer or spent < longer[end][0] - 1e-9:
                        longer[end] = (spent, (*cuts, end))
            best = longer
        if len(pieces) not in best:
            return []
        return [text[starts[start] : starts[end]].strip() for start, end in pairwise(best[len(pieces)][1])]

    def _cost_of_cut(self, text: str, at: int) -> float:
        if at in (0, len(text)):
            return 0.0
        cost = _COST_OF_COHESION * math.log2(1 + self._beside[text[at - 1 : at + 1]])
        for ending in _ENDINGS:
            if text.endswith(ending):
                start = len(text) - len(ending)
                return cost + _COST_INSIDE_ENDING * (at > start) - _GAIN_BEFORE_ENDING * (at == start)
        return cost


def _cut(text: str, limits: Limits) -> str:
    """A text that is hardly longer than all lines together."""
    room = limits.width * limits.lines
    kept = text[: int(room * 4)]
    if kept == text and width(text) <= room:
        return text
    while kept and width(kept + ELLIPSIS) > room:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def _pieces(text: str, limits: Limits) -> list[str]:
    """What is never broken: words, and single Chinese characters with the punctuation that clings to them."""
    pieces: list[str] = []
    for found in _WORDS.findall(text):
        piece = found
        while width(piece.rstrip()) > limits.width:  # a word longer than a line
            size = max(1, int(limits.width / 0.6))
            while size > 1 and width(piece[:size]) > limits.width:
                size -= 1
            pieces.append(piece[:size])
            piece = piece[size:]
        clings = pieces and (piece[:1] in _CLOSING or piece.isspace() or pieces[-1][-1:] in _OPENING)
        if clings and width((pieces[-1] + piece).rstrip()) <= limits.width:
            pieces[-1] += piece
        elif piece:
            pieces.append(piece)
    return pieces
