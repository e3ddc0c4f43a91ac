"""Numbers, sums of money and days as each language writes them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

_STEPS = {
    "zh": ((Decimal(10) ** 12, "万亿"), (Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万")),
    "en": ((Decimal(10) ** 12, " trillion"), (Decimal(10) ** 9, " billion"), (Decimal(10) ** 6, " million")),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
COMMAS = {"zh": "\uff0c", "en": ", "}
JOINTS = {"zh": ("、", "和"), "en": (", ", " and ")}


def amount(number: Decimal | int, language: str) -> str:
    """A number in words of its size: `15万`, `150,000`, `1000亿`, `100 billion`."""
    value = Decimal(number)
    for step, word in _STEPS[language]:
        if value >= step:
            return f"{_plain(value / step)}{word}"
    return f"{value:,.0f}" if language == "en" and value == int(value) else _plain(value)


def short(number: Decimal | int, language: str) -> str:
    """A number as an axis writes it: `1000亿`, `100bn`."""
    words = amount(number, language)
    for long, brief in ((" trillion", "trn"), (" billion", "bn"), (" million", "m")):
        words = words.replace(long, brief)
    return words


def money(number: Decimal | int, language: str) -> str:
    """A sum of yuan: `1000亿元`, `CNY 100 billion`."""
    return f"{amount(number, language)}元" if language == "zh" else f"CNY {amount(number, language)}"


def _plain(value: Decimal) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def day(when: str, language: str, year: bool = True) -> str:
    """A date that is known to the year, month or day (`2020`, `2020-03`, `2020-03-16`) as it is written.

    Args:
        when: the date.
        language: `zh` or `en`.
        year: whether to write the year where more than it is known.
    """
    parts = [int(part) for part in when.split("-")]
    if language == "zh":
        units = list(zip(parts, "年月日", strict=False))
        return "".join(f"{number}{unit}" for number, unit in (units if year or len(units) == 1 else units[1:]))
    words = [str(parts[0])] if year or len(parts) == 1 else []
    words += [_MONTHS[parts[1] - 1]] if len(parts) > 1 else []
    words += [str(parts[2])] if len(parts) > 2 else []
    return " ".join(reversed(words))


def span(when: str) -> tuple[datetime.date, datetime.date]:
    """The first and the last day that a date may mean."""
    parts = [int(part) for part in when.split("-")]
    first = datetime.date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
    if len(parts) == 3:
        return first, first
    months = 1 if len(parts) == 2 else 12
    after = datetime.date(first.year + (first.month - 1 + months) // 12, (first.month - 1 + months) % 12 + 1, 1)
    return first, after - datetime.timedelta(days=1)


def in_turn(items: Sequence[str], language: str) -> str:
    """Numbers in the order of what they belong to: `9、9、8`, `9, 9 and 8`."""
    return JOINTS[language][0].join(items) if language == "zh" else listed(items, language)


def listed(items: Sequence[str], language: str) -> str:
    """Names in a row: `甲、乙和丙`, `A, B and C`."""
    comma, last = JOINTS[language]
    return f"{comma.join(items[:-1])}{last}{items[-1]}" if len(items) > 1 else "".join(items)
