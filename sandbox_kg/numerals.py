"""Numbers as Chinese texts print them, exactly.

Grammar: digits with an optional fraction and thousands marks, or Chinese numerals, each followed by any powers
(8千万, 1.5亿, 一千二百万, 1亿2千万); or a power of ten that only gives the order of size, with a word before it
(数亿, 几十, 上百, 近万) or 级 behind it (千万级). `cn2an` 0.5.24 was tried: it refuses 数亿, 几十, 上百, 千万, 百万,
一点五亿 and 1,000, and gives binary fractions.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_CHINESE = "".join(_DIGITS)
_POWERS = "".join(_SMALL) + "".join(_LARGE)
_ARABIC = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,6})?|[0-9]{1,18}(?:\.[0-9]{1,6})?"
NUMBER = re.compile(
    rf"(?P<vague>[数几上成好])(?P<power>[{_POWERS}]{{1,3}})(?P<level>级)?"
    rf"|(?P<digits>{_ARABIC})(?P<some>[余多](?=[{_POWERS}]))?(?P<powers>[{_POWERS}]{{0,3}})(?P<rest>[0-9]{{1,4}}[千百万]{{1,2}})?"
    rf"|(?P<bare>[{_POWERS}]{{1,3}})(?P<barelevel>级|余|多)"
    rf"|(?<=[近超逾过])(?P<after>[{_POWERS}]{{1,3}})(?![{_CHINESE}])"
    rf"|(?P<chinese>[{_CHINESE}{_POWERS}]{{1,16}}(?:点[{_CHINESE}]{{1,6}}[{_POWERS}]{{0,3}})?)"
)


class Number(NamedTuple):
    """A number in a text.

    Attributes:
        start: where it begins.
        end: where it ends, without a word such as 余 behind it.
        value: its value, exactly.
        is_magnitude: whether only the order of size is printed.
        powers: the powers of ten that it was multiplied by; 1 where none is printed.
        more: whether 余 or 多 stands inside it: 100余万.
    """

    start: int
    end: int
    value: Decimal
    is_magnitude: bool
    powers: Decimal
    more: bool = False


def number_at(text: str, position: int, end: int) -> Number | None:
    """The number that begins at a position, or None."""
    match = NUMBER.match(text, position, end)
    if match is None:
        return None
    if power := match["vague"] and match["power"]:
        return Number(match.start(), match.end(), _power(power), True, _power(power))
    if after := match["after"]:
        return Number(match.start(), match.end(), _power(after), True, _power(after))
    if bare := match["bare"]:
        stop = match.end() if match["barelevel"] == "级" else match.end("bare")
        return Number(match.start(), stop, _power(bare), True, _power(bare))
    if digits := match["digits"]:
        powers = _power(match["powers"])
        value = Decimal(digits.replace(",", "")) * powers
        stop = match.end("powers")
        if match["rest"] and match["powers"]:
            tail = number_at(match["rest"], 0, len(match["rest"]))
            if tail and tail.end == len(match["rest"]) and tail.value < powers:
                value, stop = value + tail.value, match.end("rest")
        return Number(match.start(), stop, value, False, powers, bool(match["some"]))
    return _chinese(match["chinese"], match.start())


def numbers_printed(text: str) -> set[Decimal]:
    """The values of all numbers in a text (folded, simplified)."""
    found, position = set(), 0
    while match := NUMBER.search(text, position):
        number = number_at(text, match.start(), len(text))
        if number:
            found.add(number.value)
        position = max(number.end if number else 0, match.start() + 1)
    return found


def _power(powers: str | None) -> Decimal:
    value = Decimal(1)
    for character in powers or "":
        value *= _SMALL.get(character) or _LARGE[character]
    return value


def _chinese(words: str, start: int) -> Number | None:
    """The value of Chinese numerals; None for powers alone (百万 without a word that makes them a size)."""
    whole, _, fraction = words.partition("点")
    if not any(character in _DIGITS for character in whole) and whole[0] not in "十拾":
        return None
    total, section, digit = Decimal(0), Decimal(0), Decimal(0)
    for character in whole:
        if character in _DIGITS:
            digit = digit * 10 + _DIGITS[character] if digit else Decimal(_DIGITS[character])
        elif character in _SMALL:
            section += (digit or 1) * _SMALL[character]
            digit = Decimal(0)
        else:
            section += digit
            total = total + section * _LARGE[character] if section else total * _LARGE[character]
            section = digit = Decimal(0)
    value = total + section + digit
    powers = Decimal(1)
    if fraction:
        decimals = "".join(str(_DIGITS[c]) for c in fraction if c in _DIGITS)
        powers = _power("".join(c for c in fraction if c not in _DIGITS))
        value = (value + Decimal(f"0.{decimals}")) * powers
    else:
        for character in whole[::-1]:
            if character not in _LARGE and character not in _SMALL:
                break
            powers *= _power(character)
    return Number(start, start + len(words), value, False, powers)
