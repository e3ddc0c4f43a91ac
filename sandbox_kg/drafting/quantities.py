"""Numbers of expected scale in the text of a pilot: value, bound, unit, period, phase, dates and what they count.

Only numbers inside an expectation count: from a word such as 预计 to the end of its sentence, or the whole of a form's
field of expected scale. All words stand in `ontology/drafting/quantities.yaml` and `measures.yaml`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sandbox_kg.drafting.concepts import Skipped
from sandbox_kg.drafting.matching import Matcher
from sandbox_kg.drafting.names import Found, Span
from sandbox_kg.drafting.text import Text
from sandbox_kg.drafting.words import Words
from sandbox_kg.numerals import NUMBER, Number, number_at

_CLAUSE = ",;。!?:、\n"
_FURTHEST = 400
_NEAR = 5
_CHINESE_NUMERALS = "零〇一二两三四五六七八九十"


@dataclass(frozen=True)
class Quantity:
    """A number of expected scale. Codes and measures are prefixed names, empty where there is none.

    Attributes:
        start: where the words begin that print it.
        end: where they end.
        value: the number; of a range the lower one.
        upper: of a range the upper number.
        is_magnitude: whether only the order of size is printed.
        word: the word that told the measure; empty where the unit suggested it or nothing did.
        marks: messages of what is doubtful.
    """

    start: int
    end: int
    value: Decimal
    upper: Decimal | None
    is_magnitude: bool
    measure: str
    word: str
    unit: str
    bound: str = ""
    approximate: bool = False
    statistic: str = ""
    period: str = ""
    per: str = ""
    phase: str = ""
    since: str = ""
    until: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Measure:
    code: str
    is_money: bool
    is_stock: bool


@dataclass(frozen=True)
class _Region:
    """An expectation: where its sentence begins, where numbers begin to count, and where it ends."""

    sentence: int
    start: int
    end: int
    is_weak: bool


@dataclass(frozen=True)
class _Before:
    """What a number hands on to the next one of the same expectation."""

    end: int = 0
    bound: str = ""
    bound_reaches: bool = False
    period: str = ""
    per: str = ""


class QuantityFinder:
    """Finds numbers of expected scale."""

    def __init__(self, words: Words) -> None:
        file = words.all("quantities")
        self._file = file
        self._strong = _any(words.get("quantities", "strong"))
        self._weak = _any(file["weak"])
        self._present = _any(file["present"])
        behind_only, glued = set(file["behind_only"]), set(file["glued"])
        bounds = [(word, code) for code, found in words.get("quantities", "bounds").items() for word in found]
        self._bounds = Matcher(
            [*((w, "") for w in file["not_bounds"]), *((w, c) for w, c in bounds if w not in behind_only)]
        )
        self._behind = Matcher((word, code) for word, code in bounds if word in behind_only)
        self._glued = glued
        self._about = sorted(file["approximate"], key=len, reverse=True)
        self._about_behind = tuple(file["approximate_behind"])
        units = [(word, "thing") for word in file["things"]] + [(word, "money") for word in file["money"]]
        self._units = Matcher([*units, *((word, "other") for word in file["other_units"])])
        self._measures: Matcher[_Measure] = Matcher(
            (word, _Measure(line["measure"], "money" in line, "stock" in line))
            for line in words.all("measures")
            for word in line["words"]
        )
        self._range = _any(file["range"])
        self._joining = _any(file["joining"])
        self._carrying = tuple(file["carrying"])
        self._phases = Matcher((word, line["code"]) for line in file["phases"] for word in line["words"])
        self._per = Matcher((word, line["code"]) for line in file["per"] for word in line["words"])
        self._periods = _periods(file)
        ends, whole = _any(file["year_ends"]), _any(file["whole_years"])
        self._dates = re.compile(
            rf"(?P<year>(?:19|20)[0-9]{{2}})(?:(?P<whole>{whole.pattern})|(?P<end>{ends.pattern})"
            rf"|年(?P<month>[0-9]{{1,2}})月(?:(?P<day>[0-9]{{1,2}})日|底前|底|末)?)"
        )

    def find(self, text: Text, pilot: Found) -> tuple[list[Quantity], list[Skipped]]:
        """The quantities of a pilot in the order of the text, and the numbers that were left out."""
        found: list[Quantity] = []
        skipped: list[Skipped] = []
        scale, effect = pilot.fields.get("scale", []), pilot.fields.get("effect", [])
        for span in sorted(set(pilot.body)):
            regions = list(self._regions(text.folded, span, span in scale, span in effect))
            for region in regions:
                quantities, others = self._in_region(text.folded, region)
                found += quantities
                skipped += others
            skipped += self._outside(text.folded, span, regions)
        return found, skipped

    # -- where an expectation stands --------------------------------------------------------------------------------

    def _regions(self, folded: str, span: Span, is_scale: bool, is_effect: bool) -> Iterator[_Region]:
        """Of a field of expected scale every number counts, of one of effects those whose measure is told."""
        start = span[0]
        while start < span[1]:
            stop = re.compile(r"[。!?\n]").search(folded, start, span[1])
            end = stop.end() if stop else span[1]
            goes_on = False
            position = start
            while position < end:
                semicolon = folded.find(";", position, end)
                last = end if semicolon < 0 else semicolon + 1
                if cue := self._strong.search(folded, position, last):
                    yield _Region(position if position > start else start, cue.end(), last, is_weak=False)
                    goes_on = True
                elif goes_on or is_scale or is_effect:
                    yield _Region(start, position, last, is_weak=not (goes_on or is_scale))
                elif cue := self._weak.search(folded, position, last):
                    yield _Region(position, cue.end(), last, is_weak=True)
                position = last
            start = end

    def _outside(self, folded: str, span: Span, regions: list[_Region]) -> Iterator[Skipped]:
        """Numbers with a unit that stand in no expectation: told, so that a curator can look."""
        position = span[0]
        inside = [(region.start, region.end) for region in regions]
        for match in NUMBER.finditer(folded, *span):
            if match.start() < position or any(a <= match.start() < b for a, b in inside):
                continue
            number = self._number(folded, match.start(), span[1])
            unit = self._units.at(folded, number.end, span[1]) if number and number.end < span[1] else None
            if number and unit and self._units.entries[unit.word] != "other" and number.value > 2:
                yield Skipped(number.start, unit.end, "draft-skip-no-expectation")
                position = unit.end

    # -- numbers ----------------------------------------------------------------------------------------------------

    def _number(self, folded: str, start: int, end: int) -> Number | None:
        """A number that is no piece of a word or a longer sign: not the 5 of H5, not the 2 of 第2批."""
        before = folded[start - 1] if start else " "
        if (before.isascii() and before.isalnum()) or before in "第.":
            return None
        number = number_at(folded, start, end)
        if number is None or number.value == 0:
            return None
        behind = folded[number.end : number.end + 1]
        if behind.isascii() and behind.isalpha():
            return None
        return None if folded[start : number.end] == "一" else number

    def _in_region(self, folded: str, region: _Region) -> tuple[list[Quantity], list[Skipped]]:
        found: list[Quantity] = []
        skipped: list[Skipped] = []
        before = _Before()
        position = region.start
        while match := NUMBER.search(folded, position, region.end):
            number = self._number(folded, match.start(), region.end)
            if number is None:
                position = match.start() + 1 if match.group()[0] in _CHINESE_NUMERALS else match.end()
                continue
            # Words further back than this belong to nothing here; it keeps a text without punctuation linear.
            floor = number.start - _FURTHEST
            near = replace(region, sentence=max(region.sentence, floor), start=max(region.start, floor))
            quantity, end, reason = self._quantity(folded, near, number, before)
            if quantity is not None:
                found.append(quantity)
                clause = self._window(folded, near, number.start, before.end)
                before = self._hand_on(folded, quantity, number, clause, before)
                before = replace(before, end=end)
            elif reason:
                skipped.append(Skipped(number.start, end, reason))
            position = max(end, number.end)
        return found, skipped

    def _window(self, folded: str, region: _Region, number: int, floor: int) -> int:
        """Where the clause of a number begins, not before the number before it."""
        start = max(region.start, floor)
        return max(start, *(folded.rfind(sign, start, number) + 1 for sign in _CLAUSE))

    def _hand_on(self, folded: str, quantity: Quantity, number: Number, window: int, before: _Before) -> _Before:
        matches = [m for m in self._bounds.find(folded, window, number.start) if self._bounds.entries[m.word]]
        reaches = bool(quantity.bound and matches and number.start - matches[-1].end > 1)
        if quantity.bound and not matches and before.bound_reaches:
            reaches = True
        return _Before(0, quantity.bound, reaches, quantity.period, quantity.per or before.per)

    def _quantity(
        self, folded: str, region: _Region, number: Number, before: _Before
    ) -> tuple[Quantity | None, int, str]:
        """The quantity of a number, where its words end, and why it is none (empty for dates, which are none)."""
        window = self._window(folded, region, number.start, before.end)
        cue_behind = self._measures.at(folded, number.end, region.end) if number.end < region.end else None
        unit_match = self._units.at(folded, number.end, region.end) if number.end < region.end else None
        more = number.more
        stop = number.end
        if unit_match is None and folded[number.end : number.end + 1] in ("余", "多") and number.end + 1 < region.end:
            more, stop = True, number.end + 1
            unit_match = self._units.at(folded, stop, region.end)
            cue_behind = self._measures.at(folded, stop, region.end)
        if (
            cue_behind
            and unit_match
            and cue_behind.end - cue_behind.start > unit_match.end - unit_match.start + 1
            and not cue_behind.word.startswith(("家", "笔"))
        ):
            unit_match = None  # 8千万个人客户: 个 belongs to the noun
        kind = self._units.entries[unit_match.word] if unit_match else ""
        if kind == "other":
            assert unit_match is not None
            word = unit_match.word
            return None, unit_match.end, "" if word[0] in "年月日号批期届" else "draft-skip-unit"
        if self._present.search(folded, window, number.start):
            return None, unit_match.end if unit_match else number.end, "draft-skip-present"
        end = unit_match.end if unit_match else stop
        upper, upper_end, upper_kind = self._upper(folded, region, end)
        if upper is not None:
            end, kind = upper_end, kind or upper_kind
            if number.powers == 1 and upper.powers > 1 and not unit_match and number.value < upper.value / upper.powers:
                number = number._replace(value=number.value * upper.powers)  # 10至20万
        measure, word, word_span = self._measure(folded, region, window, number, end, kind, cue_behind, before.end)
        if not kind and (measure is None or not self._may_lack_unit(folded, number, end, word_span, number.end)):
            return None, end, "" if number.value < 100 else "draft-skip-no-unit"
        if region.is_weak and not word:
            return None, end, "draft-skip-unsure"
        is_money = kind == "money" or (not kind and measure is not None and measure.is_money)
        marks: list[str] = []
        code = measure.code if measure else ""
        if not word:
            code = "" if kind == "money" else self._default(unit_match.word if unit_match else "")
            marks.append("draft-check-measure-guessed" if code else "draft-check-measure-missing")
        bound, bound_start, bound_end = self._bound(folded, window, number, end, before)
        if more and not bound:
            bound = next((c for c in self._file["bounds"] if "余" in self._file["bounds"][c]), "")
        about = self._is_about(folded, window, number.start) or folded.startswith(self._about_behind, end)
        if folded.startswith(self._about_behind, end):
            end += 2
        statistic, period, period_start = self._period(folded, window, number.start)
        period_end = end
        for line in self._periods:
            for sign in line["behind"]:
                if folded.startswith(sign, end):
                    period, period_end = line["code"], end + len(sign)
        clause = folded[self._clause_start(folded, region, number.start) : number.start]
        if not period and before.period and clause.startswith(self._carrying):
            period = before.period
        per = self._last(self._per, folded, window, number.start) or (before.per if period else "")
        phase = self._last(self._phases, folded, region.sentence, number.start)
        since, until, approximate_date = self._when(folded, region, number.start, bool(measure and measure.is_stock))
        marks += ["draft-check-date"] if approximate_date else []
        starts = [number.start, *(s for s in (word_span[0] if word_span else -1, bound_start, period_start) if s >= 0)]
        begin = max(min(starts), number.start - 24)
        finish = max(end, bound_end, period_end, word_span[1] if word_span and word_span[1] - number.end < 14 else 0)
        if self._is_foreign(folded, end):
            return None, end, "draft-skip-unit"
        quantity = Quantity(
            begin,
            finish,
            number.value,
            upper.value if upper else None,
            number.is_magnitude,
            code,
            word,
            self._file["money_code"] if is_money else self._file["things_code"],
            bound,
            about,
            statistic,
            period,
            per,
            phase,
            since,
            until,
            tuple(marks),
        )
        return quantity, finish, ""

    def _is_foreign(self, folded: str, end: int) -> bool:
        return folded[end - 1 : end + 1] in ("美元", "港元", "欧元", "日元")

    def _upper(self, folded: str, region: _Region, end: int) -> tuple[Number | None, int, str]:
        joint = self._range.match(folded, end, region.end)
        if joint is None:
            return None, end, ""
        number = self._number(folded, joint.end(), region.end)
        if number is None:
            return None, end, ""
        unit = self._units.at(folded, number.end, region.end) if number.end < region.end else None
        kind = self._units.entries[unit.word] if unit else ""
        if kind == "other":
            return None, end, ""
        return number, unit.end if unit else number.end, kind

    def _may_lack_unit(self, folded: str, number: Number, end: int, span: Span | None, number_end: int) -> bool:
        """Whether a number without a unit may count: with a power of ten or three digits, at the end of a clause."""
        if span is not None and span[0] == number_end:
            return True
        behind = folded[end : end + 1]
        closed = not behind or behind in _CLAUSE + ") " or self._behind.at(folded, end, len(folded)) is not None
        return closed and (number.powers > 1 or number.value >= 100 or number.is_magnitude)

    # -- what it counts -----------------------------------------------------------------------------------------------

    def _measure(
        self, folded: str, region: _Region, window: int, number: Number, end: int, kind: str, at_number: Any, floor: int
    ) -> tuple[_Measure | None, str, Span | None]:
        """The measure, the word that told it, and where that stands."""
        candidates = []
        for position in range(end, min(end + _NEAR, region.end)):  # 3000家小微商户, 200家左右金融机构
            if folded[position] in _CLAUSE:
                break
            if behind := self._measures.at(folded, position, region.end):
                candidates.append(behind)
                break
        if at_number:
            candidates.insert(0, at_number)
        # First the clause, then what stands before it; never a word that another number has taken.
        clause = self._clause_start(folded, region, number.start)
        # 用户数预计超千万: the word for what is counted stands before the one for the expectation
        before = (
            max(floor, region.sentence, *(folded.rfind(s, region.sentence, clause) + 1 for s in _CLAUSE))
            if clause == region.start
            else clause
        )
        for start in (window, max(floor, clause), max(floor, before), max(floor, region.start)):
            ahead = [m for p in range(start, number.start) if (m := self._measures.at(folded, p, number.start))]
            candidates += sorted(ahead, key=lambda m: (m.end, m.end - m.start), reverse=True)
            for match in candidates:
                measure = self._measures.entries[match.word]
                if kind and measure.is_money != (kind == "money"):
                    continue
                return measure, match.word, (match.start, match.end)
        return None, "", None

    def _clause_start(self, folded: str, region: _Region, number: int) -> int:
        return max(region.start, *(folded.rfind(sign, region.start, number) + 1 for sign in ",;。:\n"))

    def _default(self, unit: str) -> str:
        return str(self._file["defaults"].get(unit, ""))

    # -- what stands around it ----------------------------------------------------------------------------------------

    def _bound(self, folded: str, window: int, number: Number, end: int, before: _Before) -> tuple[str, int, int]:
        """The bound and where its words begin and end (-1 and 0 where they need not be quoted)."""
        if behind := self._behind.at(folded, end, len(folded)) if end < len(folded) else None:
            return self._behind.entries[behind.word], -1, behind.end
        for match in reversed(list(self._bounds.find(folded, window, number.start))):
            code = self._bounds.entries[match.word]
            if not code:
                continue
            gap = folded[match.end : number.start]
            if match.word in self._glued and self._without_about(gap):
                continue
            return code, match.start, 0
        joined = self._joining.search(folded, before.end, number.start) if before.end else None
        if joined and before.bound_reaches and "," not in folded[before.end : number.start]:
            return before.bound, -1, 0
        return "", -1, 0

    def _without_about(self, gap: str) -> str:
        for word in self._about:
            gap = gap.replace(word, "")
        return gap.strip()

    def _is_about(self, folded: str, window: int, number: int) -> bool:
        return folded[window:number].rstrip().endswith(tuple(self._about)) or any(
            f"{word}{bound}" in folded[window:number] for word in self._about for bound in ("为", "达")
        )

    def _period(self, folded: str, window: int, number: int) -> tuple[str, str, int]:
        clause = folded[window:number]
        for line in self._periods:
            for word in line["mean"]:
                if (at := clause.rfind(word)) >= 0:
                    return self._file["mean_code"], line["code"], window + at
        for line in self._periods:
            if found := line["pattern"].search(folded, window, number):
                return "", line["code"], found.start()
        return "", "", -1

    def _last(self, matcher: Matcher[str], folded: str, start: int, end: int) -> str:
        code = ""
        for match in matcher.find(folded, start, end):
            code = matcher.entries[match.word]
        return code

    def _when(self, folded: str, region: _Region, number: int, is_stock: bool) -> tuple[str, str, bool]:
        """From and until, and whether only the month is printed."""
        dates = list(self._dates.finditer(folded, region.sentence, number))
        found = dates[-1] if dates else None
        if found is None:
            return "", "", False
        year = found["year"]
        if found["month"]:
            month = int(found["month"])
            if not 1 <= month <= 12:
                return "", "", False
            last = calendar.monthrange(int(year), month)[1]
            day = min(int(found["day"]), last) if found["day"] else last
            return "", f"{year}-{month:02}-{day:02}", not found["day"]
        since = f"{year}-01-01" if found["whole"] and not is_stock else ""
        return since, f"{year}-12-31", False


def _any(words: list[str]) -> re.Pattern[str]:
    """A pattern of any of some words, longer ones first."""
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


def _periods(file: dict[str, Any]) -> list[dict[str, Any]]:
    """The periods, with a pattern of what says each before a number."""
    not_before = "".join(file["not_period_before"]) + "0-9" + _CHINESE_NUMERALS
    nouns = "|".join(map(re.escape, file["period_nouns"]))
    lines = []
    for line in file["periods"]:
        long = [word for word in line["before"] if len(word) > 1]
        short = [word for word in line["before"] if len(word) == 1]
        parts = [re.escape(word) for word in long]
        for word in short:
            behind = rf"(?:{nouns})" if word in "日月" else r"(?![末底内度初中间轻级份限前后代报会均])[\u4e00-\u9fff]"
            parts.append(
                rf"(?<![{not_before}]){word}(?={behind})"
                if word not in "日月"
                else rf"(?<![{not_before}]){word}(?={nouns})"
            )
        lines.append({**line, "pattern": re.compile("|".join(parts))})
    return lines
