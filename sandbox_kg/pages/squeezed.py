"""Texts that repeat themselves, written shorter: data blocks of pages are mostly the same few names again and again.

A text of its own to which `unsqueeze.js` gives its length back. It is LZ77 (Ziv & Lempel, A Universal Algorithm for
Sequential Data Compression, 1977) without the entropy coding of zlib, whose output differs between its versions: the
same text is squeezed to the same text everywhere. A reference is a sign, how far back, and how long; all else stands
for itself. No reference reaches over the end of a line: what was lines stays lines, and can be compared as such.
"""

from __future__ import annotations

from collections import defaultdict

# What JSON inside HTML writes as it is; both signs of references are left out.
ALPHABET = "".join(chr(code) for code in range(33, 127) if chr(code) not in '"\\<>&`~')
NEAR, FAR = "`", "~"
LEAST, TRIES = 3, 100
_BASE = len(ALPHABET)
_NEAREST, _FARTHEST, _LONGEST = _BASE**2, _BASE**3, LEAST + _BASE - 1


def squeezed(text: str) -> str:
    """A text in fewer bytes; `unsqueeze` of the page undoes it.

    Raises:
        UnicodeEncodeError: a half of a surrogate pair stands alone in the text.
    """
    units = "".join(map(chr, memoryview(text.encode("utf-16-le")).cast("H")))  # as JavaScript counts
    seen: dict[str, list[int]] = defaultdict(list)
    out: list[str] = []
    at = end = 0
    while at < len(units):
        if at >= end:
            end = units.find("\n", at)
            end = at + 1 if end == at else len(units) if end < 0 else end
        length, back = _longest(units, at, end, seen[units[at : at + LEAST]])
        step = max(1, length)
        if length:
            out.append(_reference(back, length))
        elif units[at] in NEAR + FAR:
            out.append(NEAR + ALPHABET[0] * 2 + units[at])  # no way back: the sign itself
        else:
            out.append(units[at])
        for place in range(at, at + step):
            seen[units[place : place + LEAST]].append(place)
        at += step
    return "".join(out).encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _longest(units: str, at: int, end: int, places: list[int]) -> tuple[int, int]:
    """How long the longest earlier piece is that also stands here, up to `end`, and how far back; 0 for none of use."""
    best = (0, 0, 0)
    longest = LEAST - 1
    for place in reversed(places[-TRIES:]):
        back = at - place
        if back >= _FARTHEST or longest >= _LONGEST or at + longest >= end:
            break
        if units[place : place + longest + 1] != units[at : at + longest + 1]:
            continue  # no longer than what was found nearer
        length = longest + 1
        while length < _LONGEST and at + length < end and units[place + length] == units[at + length]:
            length += 1
        longest = length
        if "\ud800" <= units[at + length - 1] <= "\udbff":  # never half of a pair
            length -= 1
        saved = len(units[at : at + length].encode("utf-8", "surrogatepass")) - (4 if back < _NEAREST else 5)
        if saved > best[0]:
            best = (saved, length, back)
    return best[1], best[2]


def _reference(back: int, length: int) -> str:
    digits = ALPHABET[length - LEAST]
    for _ in range(2 if back < _NEAREST else 3):
        back, digit = divmod(back, _BASE)
        digits = ALPHABET[digit] + digits
    return (NEAR if len(digits) == 3 else FAR) + digits
