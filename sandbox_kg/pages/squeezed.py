"""Texts that repeat themselves, written shorter: data blocks of pages are mostly the same few names again and again.

A text of its own to which `unsqueeze.js` gives its length back. It is LZ77 (Ziv & Lempel, A Universal Algorithm for
Sequential Data Compression, 1977) without the entropy coding of zlib, whose output differs between its versions: the
same text is squeezed to the same text everywhere. A reference is a sign, how far back, and how long; all else stands
for itself. No reference reaches over the end of a line: what was lines stays lines, and can be compared as such.
"""

from __future__ import annotations

import numpy as np

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
    encoded = text.encode("utf-16-le")
    units = "".join(map(chr, memoryview(encoded).cast("H")))  # as JavaScript counts
    earlier = _Earlier(encoded)
    out: list[str] = []
    at = end = 0
    while at < len(units):
        if at >= end:
            end = units.find("\n", at)
            end = at + 1 if end == at else len(units) if end < 0 else end
        length, back = _longest(units, at, end, earlier.places(at))
        if length:
            out.append(_reference(back, length))
        elif units[at] in NEAR + FAR:
            out.append(NEAR + ALPHABET[0] * 2 + units[at])  # no way back: the sign itself
        else:
            out.append(units[at])
        at += max(1, length)
    return "".join(out).encode("utf-16-le", "surrogatepass").decode("utf-16-le")


class _Earlier:
    """Where in a text the same first characters stood before: all places sorted by them, of equal ones by place."""

    def __init__(self, encoded: bytes) -> None:
        units = np.frombuffer(encoded, dtype="<u2")
        count = max(0, len(units) - LEAST + 1)  # no piece begins later
        order = np.arange(count)
        for at in reversed(range(LEAST)):  # sorted by the last of them first, each time keeping the order so far
            order = order[np.argsort(units[at : at + count][order], kind="stable")]
        is_first = np.zeros(count, dtype=bool)
        is_first[:1] = True
        for at in range(LEAST):
            column = units[at : at + count][order]
            is_first[1:] |= column[1:] != column[:-1]
        rank = np.arange(count)
        start = np.maximum.accumulate(np.where(is_first, rank, 0))
        self._order = order.astype(np.int32)
        self._from, self._to = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
        self._from[order], self._to[order] = np.maximum(start, rank - TRIES), rank
        self._bounds = self._from.data, self._to.data

    def places(self, at: int) -> list[int]:
        """The last of the earlier places, in order."""
        if at >= len(self._from):
            return []
        begin, end = (bound[at] for bound in self._bounds)
        found: list[int] = self._order[begin:end].tolist() if begin < end else []
        return found


def _longest(units: str, at: int, end: int, places: list[int]) -> tuple[int, int]:
    """How long the longest earlier piece is that also stands here, up to `end`, and how far back; 0 for none of use."""
    best = (0, 0, 0)
    longest, most = LEAST - 1, min(_LONGEST, end - at)
    if longest >= most:
        return 0, 0
    following, piece = units[at + longest], units[at : at + longest + 1]
    for place in reversed(places):
        # asked millions of times: most pieces are no longer than what was found nearer, and differ where that ends
        if units[place + longest] != following or units[place : place + longest + 1] != piece:
            continue
        back = at - place
        if back >= _FARTHEST:
            break
        length = longest + 1
        while length < most and units[place + length] == units[at + length]:
            length += 1
        longest = length
        if "\ud800" <= units[at + length - 1] <= "\udbff":  # never half of a pair
            length -= 1
        saved = len(units[at : at + length].encode("utf-8", "surrogatepass")) - (4 if back < _NEAREST else 5)
        if saved > best[0]:
            best = (saved, length, back)
        if longest >= most:
            break
        following, piece = units[at + longest], units[at : at + longest + 1]
    return best[1], best[2]


def _reference(back: int, length: int) -> str:
    digits = ALPHABET[length - LEAST]
    for _ in range(2 if back < _NEAREST else 3):
        back, digit = divmod(back, _BASE)
        digits = ALPHABET[digit] + digits
    return (NEAR if len(digits) == 3 else FAR) + digits
