"""The figure of what happened when."""

from __future__ import annotations

from sandbox_kg.report.asking import Asking
from sandbox_kg.report.days import bounds, by_day, dayless, is_span, last_of
from sandbox_kg.report.drawing import Drawing
from sandbox_kg.report.figure import Figure
from sandbox_kg.report.quantities import COMMAS, listed
from sandbox_kg.report.timeline import Event, Join, Strip, timeline
from sandbox_kg.report.words import SPACE, both, capital, say


def programme_timeline(asking: Asking) -> Figure | None:
    """When areas joined, and what each cohort went through."""
    answer, programme, every = asking("cohort-events"), asking("programme"), asking("timeline")
    if not answer.rows:
        return None
    stages = {row["item"]: row["order"] for row in programme.rows if row["order"] is not None}
    earliest: dict[str, str] = {}
    for row in answer.rows:
        earliest[row["kind"]] = min(last_of(row["when"]), earliest.get(row["kind"], "9"))
    kinds = sorted(earliest, key=lambda kind: (stages.get(kind, len(stages) + 1), earliest[kind], kind))
    reached = {kind: len({row["pilot"] for row in every.rows if row["kind"] == kind}) for kind in kinds}
    latest = bounds(asking)
    cohorts = by_day(asking, dict.fromkeys([*(row["cohort"] for row in answer.rows), *sorted(latest)]))
    pilots = asking("pilots").rows
    drawn = sum(row["cohort"] in cohorts for row in pilots)
    undrawn = dayless(asking)
    areas: dict[str, list[str]] = {}
    for row in programme.rows:
        if row["aspect"] == "area" and row["when"]:
            areas.setdefault(row["when"], []).append(row["item"])

    def draw(language: str, room: float) -> Drawing:
        joins = [
            Join(last_of(when), listed([asking.label(area, language) for area in items], language), is_span(when))
            for when, items in sorted(areas.items(), key=lambda joined: (last_of(joined[0]), joined[0]))
        ]
        strips = []
        for cohort in cohorts:
            events = [
                Event(
                    last_of(row["when"]),
                    kinds.index(row["kind"]) + 1,
                    row["pilots"],
                    say("by-day-means", language) if is_span(row["when"]) else asking.label(row["kind"], language),
                    is_span(row["when"]),
                )
                for row in answer.rows
                if row["cohort"] == cohort
            ]
            count = sum(row["cohort"] == cohort for row in pilots)
            if not events:
                events = [Event(latest[cohort], 1, count, say("by-day-means", language), is_bound=True)]
            strips.append(
                Strip(
                    asking.label(cohort, language),
                    say("pilots-short-one" if count == 1 else "pilots-short", language, count=count),
                    events,
                )
            )
        key = [(place + 1, capital(asking.label(kind, language))) for place, kind in enumerate(kinds)]
        heads = (say("areas-join", language), say("cohorts-pass", language))
        bound = say("by-day-means", language) if latest else ""
        return timeline(joins, strips, room, language, heads, key, bound)

    def title(language: str) -> str:
        events = [
            say("timeline-event", language, kind=asking.label(kind, language), count=reached[kind]) for kind in kinds
        ]
        joined = COMMAS[language].join(events)
        return say("timeline-title", language, cohorts=len(cohorts), pilots=drawn, events=joined)

    def note(language: str) -> str:
        said = say("timeline-note", language)
        if not undrawn:
            return said
        names = listed([asking.label(row["cohort"], language) for row in undrawn], language)
        count = sum(row["recorded"] for row in undrawn)
        return f"{said}{SPACE[language]}{say('timeline-undrawn', language, cohorts=names, count=count)}"

    return Figure(
        name="timeline",
        answers=[answer, programme, *([asking("cohort-coverage")] if latest or undrawn else [])],
        heads=both(lambda language: say("timeline", language)),
        titles=both(title),
        subtitles=both(lambda language: say("timeline-subtitle", language)),
        notes=both(note),
        draw=draw,
    )
