"""Records of cohorts and sources that a text speaks of and the graph does not have."""

from __future__ import annotations

import hashlib

from sandbox_kg.drafting.cohorts import Cohort, Event, Size
from sandbox_kg.drafting.gazetteer import Gazetteer
from sandbox_kg.drafting.reading import Reading
from sandbox_kg.drafting.sheet import Sheet
from sandbox_kg.drafting.writing import Entry, Tree, fill


def cohort_record(sheet: Sheet, gazetteer: Gazetteer, cohort: Cohort, name: str, place: str) -> tuple[Tree, list[str]]:
    """The record of a cohort, and the comments on it.

    Args:
        sheet: the draft's text and source.
        gazetteer: who announces at the place.
        cohort: what the text says of it.
        name: its prefixed name.
        place: the prefixed name of its place; empty where it is not known.
    """
    comments = [sheet.check("draft-check-new-cohort")]
    if cohort.is_split:
        comments.append(sheet.check("draft-check-split"))
    filled = fill(
        sheet.words.templates["cohort"],
        {
            "id": name,
            "programme": sheet.words.get("pilots", "programme"),
            "place": place,
            "order": str(cohort.batch.order or ""),
            "operator": gazetteer.operators.get(place, ""),
            "blank": "",
            "sizes": [_size(sheet, size, len(cohort.pilots)) for size in cohort.sizes[:1]] or None,
            "events": _events(sheet, cohort.events) or None,
        },
    )
    return filled or [], comments


def _size(sheet: Sheet, size: Size, found: int) -> Entry:
    slots = {"measure": sheet.words.get("pilots", "size"), "value": str(size.value)}
    tree = fill(sheet.words.templates["size"], {**slots, "evidence": sheet.evidence(size.start, size.end, None)})
    comments = [sheet.origin(size.start, "draft-from-batch")]
    if size.value != found:
        comments.append(sheet.check("draft-check-size", count=str(found)))
    return Entry("pilots", tree or [], comments)


def _events(sheet: Sheet, events: list[Event]) -> list[Entry]:
    entries: list[Entry] = []
    for event in events:
        slug = event.kind.partition(":")[2]
        number = sum(entry.key.startswith(slug) for entry in entries)
        comments = [sheet.origin(event.start, "draft-from-date")]
        if event.day.is_inferred:
            comments.append(sheet.check("draft-check-year"))
        tree = fill(
            sheet.words.templates["event"],
            {
                "kind": event.kind,
                "date": event.day.date,
                "precision": sheet.words.codes[event.day.precision],
                "evidence": sheet.evidence(event.start, event.end, None),
            },
        )
        entries.append(Entry(f"{slug}-{number + 1}" if number else slug, tree or [], comments))
    return entries


def known_event(sheet: Sheet, cohort: str, event: Event) -> str:
    """What is told of an event of a cohort that is recorded already."""
    line, column = sheet.text.place(event.start)
    said = sheet.say("draft-skip-known-cohort", cohort=cohort, kind=event.kind, date=event.day.date)
    return f'{line}:{column} "{sheet.text.printed(event.start, event.end)}": {said}'


def source_record(sheet: Sheet, reading: Reading) -> tuple[Tree, list[str]]:
    """The record of the source that the text is of, with its digest and its passages, and the comments on it."""
    first = sheet.text.lines[0]
    filled = fill(
        sheet.words.templates["source"],
        {
            "id": sheet.source,
            "title": sheet.text.printed(*first) if first[1] - first[0] <= 80 else None,
            "blank": "",
            "kind": "",
            "digest": hashlib.sha256(reading.data).hexdigest(),
            "passages": sheet.passage_entries() or None,
        },
    )
    return filled or [], [sheet.check("draft-check-source")]
