"""What each thing is found by: its names in both languages, and the Chinese ones by pinyin and by initials too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice, product

from sandbox_kg.explorer.asked import readable

READINGS, SHORT = 4, 8  # of a short name, where characters can be read in several ways; of a longer one the usual
# one alone
LONGEST = 40  # characters of a name that are read
_CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


def index(names: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """The texts that each thing is found by.

    Args:
        names: each thing with its names.

    Returns:
        For each thing two texts of lines: its names in lower case, and their readings in pinyin without tones or
        spaces, in full and by initials. A character of several readings (行 is `hang` or `xing`) is found by each.
    """
    found = {}
    for thing, given in names.items():
        texts = dict.fromkeys(readable(name)[: LONGEST * 4].casefold() for name in given if name)
        read = dict.fromkeys(reading for text in texts for reading in readings(text))
        found[thing] = ["\n".join(texts), "\n".join(read)]
    return found


def readings(text: str) -> list[str]:
    """A Chinese name in pinyin, in full and by initials; nothing for a text without Chinese characters."""
    from pypinyin import Style, pinyin

    if not _CHINESE.search(text):
        return []
    text = text[:LONGEST]
    syllables = pinyin(text, style=Style.NORMAL, heteronym=False, errors=_other)  # type: ignore[arg-type]
    choices, most = syllables, READINGS if len(syllables) <= SHORT else 1
    others = pinyin(text, style=Style.NORMAL, heteronym=True, errors=_other) if most > 1 else []  # type: ignore[arg-type]
    if len(syllables) == len(others):
        choices = [[one[0], *(o for o in more if o != one[0])] for one, more in zip(syllables, others, strict=True)]
    found: dict[str, None] = {}
    for reading in islice(product(*(choice[:2] for choice in choices)), most):
        found["".join(reading)] = None
        found["".join(syllable[:1] for syllable in reading)] = None
    return list(found)


def _other(text: str) -> list[str]:
    """What is no Chinese character stands for itself, without spaces and punctuation."""
    return [character for character in text.casefold() if character.isalnum()]
