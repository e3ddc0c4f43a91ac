"""How wide a text is, and how it is broken into lines, without a font: Chinese by the character, Latin by the word.

Widths are those of a wide sans serif, so that a text fits whichever font of the stack a reader has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

_NARROW = frozenset("ijlI.,:;'|!()[]{} \u00a0")
_SLIM = frozenset('frt-/"*`')
_BROAD = frozenset("mwMWQOGCD@%&+=<>~≥≤→←×")
_NO_START = frozenset(
    ",.;:!?)]}>%\u201d\u2019\u2026\u00b7\u3001\u3002\u300b\u3011\uff01\uff05\uff09\uff0c\uff1a\uff1b\uff1f"
)
_NO_END = frozenset("([{<\u201c\u2018\u300a\u3010\uff08")
# A space, a Latin word, or one character; a long word may be broken behind a hyphen between letters. A space that does
# not break is part of its word.
_TOKENS = re.compile(r" |[^ \u2e80-\uffef\U00020000-\U0003ffff]+|.", re.DOTALL)
_SPACE = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")
_HYPHEN = re.compile(r"(?<=[a-z]-)(?=[a-z])", re.IGNORECASE)
_LONG = 13
# What XML cannot hold, and what would turn the direction of the text around it.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
ELLIPSIS = "…"


def fit(text: str) -> str:
    """A text of one line that XML can hold: controls and direction marks left out, white space made single."""
    return _SPACE.sub(" ", _UNFIT.sub("", text)).strip(" ")


def width(text: str, size: float) -> float:
    """About how wide a text is at a size of type, in the same unit; rather too wide than too narrow."""
    return size * sum(map(_em, text))


@cache
def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    if character in _NARROW:
        return 0.31
    if character in _SLIM:
        return 0.42
    if character in _BROAD:
        return 0.9
    if character.isupper():
        return 0.7
    return 0.585


def wrap(text: str, room: float, size: float, most: int = 3, even: bool = True) -> list[str]:
    """A text in lines that fit; what needs more than `most` lines ends in `…`.

    Args:
        text: the text.
        room: how wide a line may be.
        size: the size of type.
        most: how many lines there may be.
        even: whether lines are to be as equal in length as can be, and long words may be broken at their hyphens; else
            lines are full and words whole.

    Returns:
        At least one line. None is wider than `room` unless one character is.
    """
    beyond = int(most * room / (0.3 * size)) + 2  # no more characters than this could stand in these lines
    tokens = [(token, width(token, size)) for token in _tokens(fit(text)[:beyond], room, size, hyphens=even)]
    lines = _fill(tokens, room)
    if len(lines) > most:
        kept = lines[most - 1]
        while kept and width(kept + ELLIPSIS, size) > room:
            kept = kept[:-1]
        return [*lines[: most - 1], kept.rstrip() + ELLIPSIS]
    if not even or len(lines) == 1:
        return lines
    low, high = 0.0, room
    while high - low > size / 4:  # the narrowest room that takes no more lines: they come out even
        middle = (low + high) / 2
        narrower = _fill(tokens, middle)
        if len(narrower) <= len(lines) and max(width(line, size) for line in narrower) <= middle:
            high = middle
        else:
            low = middle
    return _fill(tokens, high)


def cut(text: str, room: float, size: float) -> str:
    """A text in one line; one that does not fit ends in `…`."""
    return wrap(text, room, size, 1)[0]


def longest_word(text: str, size: float) -> float:
    """How wide the widest part is that is not broken, in the same unit as the size of type."""
    return max((width(token, size) for token in _words(fit(text), hyphens=True)), default=0.0)


def _words(text: str, hyphens: bool) -> list[str]:
    found = []
    for token in _TOKENS.findall(text):
        found += _HYPHEN.split(token) if hyphens and len(token) >= _LONG else [token]
    return found


def _tokens(text: str, room: float, size: float, hyphens: bool) -> list[str]:
    """What may not be broken: words, characters with the punctuation that stays with them; a word too long is cut."""
    found: list[str] = []
    for token in _words(text, hyphens):
        parts = [token]
        if width(token, size) > room:
            step = max(1, int(room / size))
            parts = [token[start : start + step] for start in range(0, len(token), step)]
        for part in parts:
            if found and (part[0] in _NO_START or found[-1][-1] in _NO_END) and width(found[-1] + part, size) <= room:
                found[-1] += part
            else:
                found.append(part)
    return found


def _fill(tokens: Iterable[tuple[str, float]], room: float) -> list[str]:
    """Lines of tokens, each with its width; a space at the end of a line is dropped."""
    lines, line, taken = [], "", 0.0
    for token, wide in tokens:
        if line and token != " " and taken + wide > room + 0.01:  # sums of parts differ in the last digit
            lines.append(line.rstrip(" "))
            line, taken = "", 0.0
        if line or token != " ":
            line, taken = line + token, taken + wide
    return [*lines, line.rstrip(" ")] if line or not lines else lines
