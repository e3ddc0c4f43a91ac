"""Figures of counts as bars: technologies, scenarios, kinds of institution, applicants of each cohort."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sandbox_kg.report.asking import Answer, Asking, Row
from sandbox_kg.report.bars import Bar, Segment, bars
from sandbox_kg.report.days import by_day
from sandbox_kg.report.drawing import Drawing
from sandbox_kg.report.figure import Figure
from sandbox_kg.report.ordering import as_tree
from sandbox_kg.report.quantities import in_turn, listed
from sandbox_kg.report.words import SPACE, both, capital, say

_ROLES = 6
_LEADERS = 3
_MOST, _FEWEST = 50, 2  # with more technologies than this only those of two or more pilots are drawn
_SIZES = (("bar-4", "on-heat-low"), ("bar-3", "inside"), ("bar-2", "inside"), ("bar-1", "inside"))


def technologies(asking: Asking) -> Figure | None:
    """How many pilots use each technology, the bases told apart."""
    answer, counts = asking("technology-bases"), asking("technology-counts")
    if not answer.rows:
        return None
    uses: dict[str, list[Row]] = {}
    for row in answer.rows:
        uses.setdefault(row["technology"], []).append(row)
    sizes = {
        thing: (sum(row["pilots"] for row in rows if row["counted"] == "yes"), sum(row["pilots"] for row in rows))
        for thing, rows in uses.items()
    }
    order = as_tree(sizes, broader(asking))
    shown = [(thing, depth) for thing, depth in order if sizes[thing][1] >= _FEWEST] if len(order) > _MOST else order
    total = len(asking("pilots").rows)
    leaders = _leaders(order, {thing: size[0] for thing, size in sizes.items()})

    def title(language: str) -> str:
        numbers = in_turn([str(sizes[thing][0]) for thing in leaders], language)
        names = capital(listed([asking.label(thing, language) for thing in leaders], language))
        words = say("technologies-counts", language, counts=numbers)
        return say("technologies-title", language, names=names, counts=words, total=total)

    def draw(language: str, room: float) -> Drawing:
        rows = []
        for thing, depth in shown:
            stated, every = sizes[thing]
            parts = [(row, Segment(row["pilots"], f"bar-{min(row['rank'], _ROLES)}")) for row in uses[thing]]
            name = capital(asking.label(thing, language))
            said = ", ".join(f"{asking.label(row['basis'], language)} {row['pilots']}" for row, _ in parts)
            rows.append(
                Bar(
                    name,
                    [part for row, part in parts if row["counted"] == "yes"],
                    [part for row, part in parts if row["counted"] != "yes"],
                    total=str(stated) if stated else "",
                    more=f"+{every - stated}" if every > stated else "",
                    depth=depth,
                    tip=f"{name}: {said}",
                )
            )
        key: list[tuple[str, str]] = []
        for counted in ("yes", "no"):
            own = {row["rank"]: row["basis"] for row in answer.rows if row["counted"] == counted}
            key += [("", say(f"basis-{counted}", language))] if own else []
            key += [(f"bar-{min(rank, _ROLES)}", asking.label(own[rank], language)) for rank in sorted(own)]
        return bars(rows, room, say("of-pilots", language), key=key)

    left = len(order) - len(shown)
    figure = _figure("technologies", [answer, counts], title, draw)
    if not left:
        return figure
    more = both(lambda language: say("technologies-left", language, count=left, fewest=_FEWEST))
    return replace(figure, notes=both(lambda language: figure.notes[language] + SPACE[language] + more[language]))


def scenarios(asking: Asking) -> Figure | None:
    """How many pilots serve each scenario."""
    answer = asking("scenario-counts")
    if not answer.rows:
        return None
    total = len(asking("pilots").rows)
    order, sizes = _order(asking, answer, "scenario")
    leaders = _leaders(order, sizes)

    def title(language: str) -> str:
        numbers = in_turn([str(sizes[thing]) for thing in leaders], language)
        names = capital(listed([asking.label(thing, language) for thing in leaders], language))
        words = say("technologies-counts", language, counts=numbers)
        return say("scenarios-title", language, names=names, counts=words, total=total)

    return _figure("scenarios", [answer], title, _plain(asking, answer, order, "scenario"))


def institution_kinds(asking: Asking) -> Figure | None:
    """In how many pilots each kind of institution applies."""
    answer = asking("institution-kind-counts")
    if not answer.rows:
        return None
    total = len(asking("pilots").rows)
    order, sizes = _order(asking, answer, "kind")
    first = order[0][0]

    def title(language: str) -> str:
        kind = asking.label(first, language)
        return say("institution-kinds-title", language, total=total, count=sizes[first], kind=kind)

    return _figure("institution-kinds", [answer], title, _plain(asking, answer, order, "kind"))


def joint_applications(asking: Asking) -> Figure | None:
    """How many applicants the pilots of each cohort have."""
    answers = [asking("applicants-by-cohort", level=level) for level in ("as-filed", "legal-person", "group")]
    rows = answers[0].rows
    if not rows:
        return None
    joint = [sum(row["pilots"] for row in answer.rows if row["applicants"] > 1) for answer in answers]
    total = sum(row["pilots"] for row in rows)
    sizes = sorted({min(row["applicants"], len(_SIZES)) for row in rows})
    beyond = max(row["applicants"] for row in rows) > len(_SIZES)

    def title(language: str) -> str:
        return say("joint-applications-title", language, total=total, joint=joint[0])

    def words(size: int, language: str) -> str:
        key = "one" if size == 1 else "more" if beyond and size == len(_SIZES) else "many"
        return say(f"applicants-{key}", language, count=size)

    def draw(language: str, room: float) -> Drawing:
        found = []
        for cohort in by_day(asking, dict.fromkeys(row["cohort"] for row in rows)):
            own = [row for row in rows if row["cohort"] == cohort]
            counts: dict[int, int] = {}
            for row in own:
                size = min(row["applicants"], len(_SIZES))
                counts[size] = counts.get(size, 0) + row["pilots"]
            together = sum(row["pilots"] for row in own if row["applicants"] > 1)
            parts = [Segment(count, *_SIZES[size - 1]) for size, count in sorted(counts.items())]
            name, number = asking.label(cohort, language), str(sum(counts.values()))
            tip = f"{name}: " + ", ".join(f"{words(size, language)} {count}" for size, count in sorted(counts.items()))
            found.append(Bar(name, parts, total=number, aside=str(together), tip=tip))
        key = [(_SIZES[size - 1][0], words(size, language)) for size in sizes]
        return bars(found, room, say("of-pilots", language), ("", say("joint-head", language)), key)

    return _figure("joint-applications", answers, title, draw, legal=joint[1], group=joint[2])


def broader(asking: Asking) -> dict[str, str]:
    """Concept to the broader concept."""
    return {row["concept"]: row["broader"] for row in asking("concepts").rows if row["broader"]}


def _figure(
    name: str,
    answers: Sequence[Answer],
    title: Callable[[str], str],
    draw: Callable[[str, float], Drawing],
    **values: object,
) -> Figure:
    return Figure(
        name=name,
        answers=answers,
        heads=both(lambda language: say(name, language)),
        titles=both(title),
        subtitles=both(lambda language: say(f"{name}-subtitle", language)),
        notes=both(lambda language: say(f"{name}-note", language, **values)),
        draw=draw,
    )


def _order(asking: Asking, answer: Answer, column: str) -> tuple[list[tuple[str, int]], dict[str, int]]:
    sizes = {row[column]: (row["pilots"], row["institutions"]) for row in answer.rows}
    return as_tree(sizes, broader(asking)), {thing: size[0] for thing, size in sizes.items()}


def _leaders(order: Sequence[tuple[str, int]], sizes: dict[str, int]) -> list[str]:
    """The largest things that are not narrower than another."""
    return [thing for thing, depth in order if not depth and sizes[thing]][:_LEADERS]


def _plain(
    asking: Asking, answer: Answer, order: Sequence[tuple[str, int]], column: str
) -> Callable[[str, float], Drawing]:
    """Bars of one kind with the number of institutions beside them."""
    found = {row[column]: row for row in answer.rows}

    def draw(language: str, room: float) -> Drawing:
        rows = [
            Bar(
                capital(asking.label(thing, language)),
                [Segment(found[thing]["pilots"], "bar-2")],
                total=str(found[thing]["pilots"]),
                aside=str(found[thing]["institutions"]),
                depth=depth,
            )
            for thing, depth in order
        ]
        return bars(rows, room, say("of-pilots", language), ("", say("of-institutions", language)))

    return draw
