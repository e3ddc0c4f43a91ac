"""The figures of what pilots expect: sums of money, and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sandbox_kg.report.asking import Asking, Row
from sandbox_kg.report.drawing import Drawing
from sandbox_kg.report.figure import Figure
from sandbox_kg.report.quantities import COMMAS, amount, day, money, short
from sandbox_kg.report.scale import Point, scale
from sandbox_kg.report.words import both, capital, say


def promised(asking: Asking, unit: str) -> Figure | None:
    """What the pilots expect, in money (`CNY`) or in numbers (`count`)."""
    name = "promised-money" if unit == "CNY" else "promised-reach"
    write = money if unit == "CNY" else amount
    answer = asking("projection-sizes", unit=unit)
    rows = [row for row in answer.rows if Decimal(row["size"]) > 0]  # a logarithmic axis has no 0
    if not rows:
        return None
    largest: dict[str, Decimal] = {}
    for row in rows:
        largest[row["measure"]] = max(largest.get(row["measure"], Decimal(0)), Decimal(row["size"]))
    rows.sort(key=lambda row: (-largest[row["measure"]], row["measure"], -Decimal(row["size"]), row["projection"]))
    ends = [Decimal(row["size"]) for row in rows if row["sort"] != "magnitude"] or [Decimal(1)]
    vague = sum(row["sort"] == "magnitude" for row in rows)

    def draw(language: str, room: float) -> Drawing:
        points = [_point(asking, row, language, unit) for row in rows]
        key = "money-axis" if unit == "CNY" else "reach-axis"
        return scale(
            points,
            room,
            say(key, language),
            lambda power: short(Decimal(10) ** power, language),
            _key(points, language),
        )

    def title(language: str) -> str:
        least, most = write(min(ends), language), write(max(ends), language)
        more = say("promised-vague", language, count=vague) if vague else ""
        return say(f"{name}-title", language, count=len(rows), least=least, most=most) + more

    return Figure(
        name=name,
        answers=[answer],
        heads=both(lambda language: say(name, language)),
        titles=both(title),
        subtitles=both(lambda language: say("promised-subtitle", language)),
        notes=both(lambda language: say("promised-note", language)),
        draw=draw,
    )


def _point(asking: Asking, row: Row, language: str, unit: str) -> Point:
    write = money if unit == "CNY" else amount
    up_to = None if row["upTo"] is None else Decimal(row["upTo"])
    words = write(Decimal(row["size"]), language) + ("" if up_to is None else f"–{write(up_to, language)}")
    if row["approximate"] == "yes":
        words = say("about", language, amount=words)
    bound = asking.label(row["bound"], language) if row["bound"] else ""
    if row["sort"] == "magnitude":
        words = say("magnitude-bounded" if bound else "magnitude", language, amount=words, bound=bound)
    elif bound:
        words = say("bounded", language, bound=bound, amount=words)
    notes = [asking.label(row[column], language) for column in ("phase", "statistic") if row[column]]
    notes += [say("per-thing", language, thing=asking.label(row["per"], language))] if row["per"] else []
    notes += [say("per-period", language, period=asking.label(row["period"], language))] if row["period"] else []
    notes += [_when(row["from"], row["until"], language)] if row["until"] else []
    name = asking.label(row["pilot"], language)
    part = row["ofZh"] if language == "zh" else row["ofEn"]
    name = say("part-of", language, name=name, part=part) if part else name
    return Point(
        group=capital(asking.label(row["measure"], language)),
        name=say("numbered", language, number=row["number"], name=name) if row["number"] else name,
        size=Decimal(row["size"]),
        up_to=up_to,
        sort=row["sort"],
        limit=row["limit"],
        approximate=row["approximate"] == "yes",
        words=words,
        note=COMMAS[language].join(notes),
    )


def _when(first: str | None, last: str, language: str) -> str:
    """The time that an expectation is for: a whole year, from one day to another, or up to a day."""
    if first is None:
        return say("until", language, day=day(last, language))
    if first[:4] == last[:4] and first[4:] == "-01-01" and last[4:] == "-12-31":
        return say("in-year", language, year=last[:4])
    return say("from-until", language, first=day(first, language), last=day(last, language))


def _key(points: Sequence[Point], language: str) -> list[tuple[Point, str]]:
    """The legend: only what the chart holds."""
    one = Decimal(1)
    looks = {
        "value": Point("", "", one, None, "value", "none", False, "", ""),
        "approximate": Point("", "", one, None, "value", "none", True, "", ""),
        "lower": Point("", "", one, None, "value", "lower", False, "", ""),
        "upper": Point("", "", one, None, "value", "upper", False, "", ""),
        "range": Point("", "", one, Decimal(10), "range", "none", False, "", ""),
        "magnitude": Point("", "", one, None, "magnitude", "none", False, "", ""),
    }
    held = {point.sort for point in points} | {point.limit for point in points}
    held |= {"approximate"} if any(point.approximate for point in points) else set()
    return [(look, say(f"key-{name}", language)) for name, look in looks.items() if name in held]
