"""Which batch each pilot belongs to, how many the batch has, and when what happened to it.

A batch is a place and an ordinal. Both are read from the text; where it has no ordinal, none is made up.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox_kg.drafting.concepts import Skipped
from sandbox_kg.drafting.gazetteer import Gazetteer
from sandbox_kg.drafting.matching import Matcher
from sandbox_kg.drafting.names import Found, Span
from sandbox_kg.drafting.text import Text
from sandbox_kg.drafting.words import Words
from sandbox_kg.numerals import number_at

_DATE = re.compile(
    r"(?:(?P<year>20[0-9]{2})[年./-]|(?P<this>THIS))?(?P<month>[0-9]{1,2})(?:月|(?<=[./-][0-9])[./-]|(?<=[./-][0-9]{2})[./-])"
    r"(?:(?P<day>[0-9]{1,2})日?)?"
)


@dataclass(frozen=True)
class Day:
    """A date as printed: its first day, how exact it is (`day` or `month`), and whether its year is inferred."""

    date: str
    precision: str
    is_inferred: bool = False


@dataclass(frozen=True)
class Event:
    """Something that happened to a batch: the code of its kind, the day, and the words."""

    kind: str
    day: Day
    start: int
    end: int


@dataclass(frozen=True)
class Size:
    """How many pilots a batch has, as printed."""

    value: int
    start: int
    end: int


@dataclass(frozen=True)
class Batch:
    """A place and an ordinal, either of which may be unknown."""

    place: str = ""
    order: int | None = None


@dataclass
class Cohort:
    """A batch of the text, with the pilots that it has there."""

    batch: Batch
    pilots: list[Found] = field(default_factory=list)
    sizes: list[Size] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    is_split: bool = False


class CohortFinder:
    """Finds batches, their sizes and their events."""

    def __init__(self, gazetteer: Gazetteer, words: Words) -> None:
        file = words.all("pilots")
        self._events_file = words.all("events")
        self._places = Matcher(gazetteer.areas.items())
        self._institutions = Matcher((key, True) for key in gazetteer.by_name if len(key) > 2)
        first = "|".join(map(re.escape, words.get("pilots", "first")))
        batch = "|".join(map(re.escape, file["batch"]))
        items = "|".join(map(re.escape, file["items"]))
        self._batch = re.compile(rf"(?:{first})|第(?P<order>[一二三四五六七八九十0-9]{{1,3}})(?:{batch})")
        self._count = re.compile(rf"(?P<count>[0-9]{{1,3}}|[一二两三四五六七八九十]{{1,3}})(?:{items})")
        self._total = re.compile(
            rf"共(?:计|有|涉及|包括)?(?P<count>[0-9]{{1,3}}|[一二两三四五六七八九十]{{1,3}})(?:{items})"
        )
        self._not_place = re.compile("|".join(["银行", "分行", "支行", "农商", "公司", "[^,。、;]{0,8}有限公司"]))
        kinds = [(w, code) for code, found in words.get("events", "kinds").items() for w in found]
        self._kinds = Matcher([*((w, "") for w in self._events_file["not"]), *kinds])
        this = "|".join(map(re.escape, self._events_file["this_year"]))
        self._date = re.compile(_DATE.pattern.replace("THIS", this))

    def find(self, text: Text, found: list[Found], year: str) -> tuple[list[Cohort], list[Skipped]]:
        """The batches of a text, each with its pilots, and dates that belong to none of them.

        Args:
            text: the text.
            found: its pilots.
            year: the year of the document where it is known, for dates without one.
        """
        bodies = _Spans([span for one in found for span in [*one.body, one.heading or one.name]])
        places = [m for m in self._places.find(text.folded) if self._is_place(text.folded, m.start, m.end)]
        headings = self._area_headings(text)
        batches = list(self._batches(text.folded, places, headings))
        cohorts = self._grouped(found, places, headings, batches)
        if len(cohorts) == 1 and not cohorts[0].sizes:
            cohorts[0].sizes = self._stated_total(text.folded, bodies)
        skipped = []
        for event, batch in self._events(text, bodies, places, batches, year):
            fitting = [c for c in cohorts if _fits(c.batch, batch)]
            if len(fitting) == 1:
                fitting[0].events.append(event)
            else:
                skipped.append(Skipped(event.start, event.end, "draft-skip-date"))
        for cohort in cohorts:
            cohort.events = _first_of_each(cohort.events)
        return cohorts, skipped

    def day(self, folded: str, start: int, end: int, year: str = "") -> tuple[Day, Span] | None:
        """The first date in a span."""
        for match in self._date.finditer(folded, start, end):
            if day := self._day(match, year):
                return day, match.span()
        return None

    # -- places and batches -------------------------------------------------------------------------------------------

    def _is_place(self, folded: str, start: int, end: int) -> bool:
        """Whether the name of a place stands for the place: not in 北京银行, but in 人民银行成都分行."""
        if folded.endswith("人民银行", max(0, start - 4), start):
            return True
        if self._not_place.match(folded, end):
            return False
        around = self._institutions.find(folded, max(0, start - 12), min(len(folded), end + 12))
        return not any(m.start <= start and end <= m.end and m.end - m.start > end - start for m in around)

    def _area_headings(self, text: Text) -> list[tuple[int, str]]:
        headings = []
        for start, end in text.lines:
            if end - start <= 24:
                line = re.sub(
                    r"^[一二三四五六七八九十]{1,2}、|[:(（].*$|地区$|[0-9]+[个项]$", "", text.folded[start:end]
                ).strip()
                match = self._places.at(line, 0, len(line)) if line else None
                if match and (match.end == len(line) or self._batch.fullmatch(line, match.end)):
                    headings.append((start, self._places.entries[match.word]))
        return headings

    def _batches(
        self, folded: str, places: list[Any], headings: list[tuple[int, str]]
    ) -> Iterator[tuple[Batch, Span, Size | None]]:
        """Each mention of a batch, with the size that is printed behind it."""
        starts = [match.start for match in places]
        for match in self._batch.finditer(folded):
            order = number_at(match["order"], 0, len(match["order"])) if match["order"] else None
            if match["order"] and order is None:
                continue
            sentence = _back(folded, match.start(), "。!?;\n")
            at = bisect.bisect_left(starts, match.start()) - 1
            place = self._places.entries[places[at].word] if at >= 0 and places[at].start >= sentence else ""
            if not place:
                behind = bisect.bisect_left(starts, match.end())
                if behind < len(places) and places[behind].start - match.end() < 12:
                    place = self._places.entries[places[behind].word]
            if not place:
                place = _area_at(headings, match.start())
            stop = min(len(folded), match.end() + 30)
            stop = next((p for p in range(match.end(), stop) if folded[p] in "。;\n"), stop)
            size = None
            direct = self._count.match(folded, match.end())
            counted = (
                direct or self._total.search(folded, match.end(), stop) or self._counted_near(folded, match.end(), stop)
            )
            if counted and (value := number_at(counted["count"], 0, len(counted["count"]))):
                size = Size(int(value.value), match.start() if direct else counted.start(), counted.end())
            yield Batch(place, int(order.value) if order else 1), match.span(), size

    def _stated_total(self, folded: str, bodies: _Spans) -> list[Size]:
        """The first total that is printed outside the passages of pilots: 共一项."""
        for match in self._total.finditer(folded):
            number = number_at(match["count"], 0, len(match["count"]))
            if number and not bodies.covers(match.start()):
                return [Size(int(number.value), match.start(), match.end())]
        return []

    def _counted_near(self, folded: str, start: int, stop: int) -> re.Match[str] | None:
        match = self._count.search(folded, start, min(stop, start + 12))
        return match if match and "," not in folded[start : match.start()] else None

    def _grouped(
        self,
        found: list[Found],
        places: list[Any],
        headings: list[tuple[int, str]],
        batches: list[tuple[Batch, Span, Size | None]],
    ) -> list[Cohort]:
        by_place: dict[str, list[Found]] = {}
        common = self._common_place(places, batches) if not headings else ""
        for one in found:
            place = _area_at(headings, one.name[0]) or common
            by_place.setdefault(place, []).append(one)
        cohorts: list[Cohort] = []
        for place, pilots in by_place.items():
            sizes: dict[int | None, list[Size]] = {}
            for batch, _, size in batches:
                if batch.place == place or not (batch.place and place):
                    sizes.setdefault(batch.order, []).extend([size] if size else [])
            known = sorted(order for order in sizes if order)
            counts = [next((s.value for s in sizes[order]), 0) for order in known]
            if len(known) == 1:
                cohorts.append(Cohort(Batch(place, known[0]), pilots, sizes[known[0]][:1]))
            elif len(known) > 1 and sum(counts) == len(pilots) and all(counts):
                begin = 0
                for order, count in zip(known, counts, strict=True):
                    cohorts.append(
                        Cohort(Batch(place, order), pilots[begin : begin + count], sizes[order][:1], is_split=True)
                    )
                    begin += count
            else:
                cohorts.append(Cohort(Batch(place, None), pilots))
        return cohorts

    def _common_place(self, places: list[Any], batches: list[tuple[Batch, Span, Size | None]]) -> str:
        """The place of a text without headings of areas: that of its first batch, else the first one that it names."""
        for batch, _, _ in batches:
            if batch.place:
                return batch.place
        return self._places.entries[places[0].word] if places and places[0].start < 300 else ""

    # -- events ---------------------------------------------------------------------------------------------------

    def _events(
        self, text: Text, bodies: _Spans, places: list[Any], batches: list[tuple[Batch, Span, Size | None]], year: str
    ) -> Iterator[tuple[Event, Batch]]:
        folded = text.folded
        dates = [m for m in self._date.finditer(folded) if not bodies.covers(m.start())]
        starts, begins = [m.start for m in places], [span[0] for _, span, _ in batches]
        latest = year
        inherited: dict[int, str] = {}
        for at, match in enumerate(dates):
            latest = match["year"] or latest
            day = self._day(match, year or latest)
            if day is None:
                continue
            sentence = _back(folded, match.start(), "。!?;\n")
            stop = _forth(folded, match.end(), "。!?;\n")
            if not folded[sentence : match.start()].strip(" (") and not folded[match.end() : stop].strip(" )"):
                stop = _forth(folded, stop + 1, "。!?;\n")  # a line of nothing but the date: what follows says of what
            after = match.end()
            following = at + 1
            if following < len(dates) and folded[after : dates[following].start()] in ("至", "到", "-", "~", "—"):
                after, following = dates[following].end(), following + 1  # of a span of days the first one counts
            if at and folded[dates[at - 1].end() : match.start()] in ("至", "到", "-", "~", "—"):
                continue
            if following < len(dates):
                stop = min(stop, dates[following].start())
            word = next(self._kinds.find(folded, after, max(after, stop)), None)
            if word is None:
                ahead = list(self._kinds.find(folded, max(sentence, match.start() - 20), match.start()))
                word = ahead[-1] if ahead and folded[match.end() : match.end() + 1] != "," else None
            if word is None or not self._kinds.entries[word.word]:
                continue
            place = inherited.get(sentence, "")
            for m in places[bisect.bisect_left(starts, sentence) : bisect.bisect_left(starts, stop)]:
                place = self._places.entries[m.word]
            inherited[sentence] = place
            last = bisect.bisect_left(begins, stop)
            behind = batches[bisect.bisect_left(begins, match.end()) : last][:1]
            around = behind or batches[bisect.bisect_left(begins, sentence) : last][:1]
            order = around[0][0].order if around else None
            yield Event(self._kinds.entries[word.word], day, match.start(), match.end()), Batch(place, order)

    def _day(self, match: re.Match[str], year: str) -> Day | None:
        own = match["year"] or year
        month, day = int(match["month"]), int(match["day"] or 0)
        if not own or not 1 <= month <= 12 or day > 31 or (match.group()[-1] not in "日月" and not match["day"]):
            return None
        date = f"{own[:4]}-{month:02}-{day or 1:02}"
        return Day(date, "day" if day else "month", not match["year"])


class _Spans:
    def __init__(self, spans: list[Span]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def covers(self, position: int) -> bool:
        at = bisect.bisect_right(self._starts, position) - 1
        return any(s <= position < e for s, e in self._spans[max(0, at - 3) : at + 1])


def _area_at(headings: list[tuple[int, str]], position: int) -> str:
    """The area whose heading stands last before a position."""
    at = bisect.bisect_right(headings, (position, "\uffff"))
    return headings[at - 1][1] if at else ""


def _fits(cohort: Batch, named: Batch) -> bool:
    same_place = not named.place or not cohort.place or cohort.place == named.place
    return same_place and (named.order is None or cohort.order is None or cohort.order == named.order)


def _first_of_each(events: list[Event]) -> list[Event]:
    kept: dict[tuple[str, str], Event] = {}
    for event in events:
        kept.setdefault((event.kind, event.day.date), replace(event))
    return list(kept.values())


def _back(folded: str, position: int, signs: str, most: int = 300) -> int:
    floor = max(0, position - most)
    return max(floor, *(folded.rfind(sign, floor, position) + 1 for sign in signs))


def _forth(folded: str, position: int, signs: str, most: int = 200) -> int:
    limit = min(len(folded), position + most)
    found = [at for sign in signs if (at := folded.find(sign, position, limit)) >= 0]
    return min(found, default=limit)
