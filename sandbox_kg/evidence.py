"""Does every printed string stand in its source's text, and does it carry the fact that it is evidence for?

The texts are not in the repository. Strings are compared after Unicode NFKC and removal of white space, nothing else.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from sandbox_kg.context import Context
from sandbox_kg.numerals import numbers_printed
from sandbox_kg.problems import Problem
from sandbox_kg.project import Project
from sandbox_kg.records import Location, Records
from sandbox_kg.store.embedded import EmbeddedStore

_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_TRADITIONAL = str.maketrans("萬億兩數幾餘", "万亿两数几余")
# Wider than the grammar of `numerals`: here any power counts (万亿), since a value that a record gives is looked for.
_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)?([十百千万亿]*)")


@dataclass
class EvidenceReport:
    """What a check found.

    Attributes:
        checked: how many printed strings were looked for in their source's text.
        unchecked: printed strings by the source (prefixed name) whose text was not at hand.
        problems: one for every string that is not found or does not carry its fact.
    """

    checked: int = 0
    unchecked: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def normalise(text: str) -> str:
    """Unicode NFKC without white space: the only liberty that a comparison takes."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def numbers_in(text: str) -> set[Decimal]:
    """The numbers that a Chinese text prints, with 千, 万, 亿 and the like multiplied out.

    A power of ten without digits is a number too, as in 上百 (100) or 数亿 (100000000), and so are Chinese numerals
    (一千二百) and powers in traditional script (10億).
    """
    found = set()
    for match in _NUMBER.finditer(normalise(text)):
        digits, powers = match.groups()
        if not digits and not powers:
            continue
        number = Decimal(digits or 1)
        for power in powers:
            number *= _POWERS[power]
        found.add(number)
    return found | numbers_printed(normalise(text).translate(_TRADITIONAL))


def check_evidence(
    store: EmbeddedStore, project: Project, records: Records, context: Context, texts: dict[str, Path]
) -> EvidenceReport:
    """Checks the printed strings of sources.

    Args:
        store: the asserted graph.
        project: where the internal queries stand.
        records: where each node was written.
        context: names for problems.
        texts: source (prefixed name) to the file of its text. Strings of other sources only have to carry their fact.

    Returns:
        The report; its problems name the record's file and line.
    """
    internal = project.queries / "internal"
    report = EvidenceReport()
    regions = _regions(store, internal, context, texts, report)
    expected: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in store.select(internal / "evidence-carries.rq"):
        expected[row["evidence"]][row["rule"]].append(row["expected"])
    for row in store.select(internal / "evidence.rq"):
        source, printed = context.compact(row["source"]), row["printed"]
        place = _place(records, row["evidence"])
        if source in regions:
            report.checked += 1
            text = regions[source].get(row["region"], "")
            if normalise(printed) not in text:
                report.problems.append(_problem("evidence-not-found", place, printed=printed, source=source))
        elif source not in texts:
            report.unchecked[source] = report.unchecked.get(source, 0) + 1
        for rule, wanted in expected[row["evidence"]].items():
            if not _carries(rule, printed, wanted):
                shown = ", ".join(wanted[:6])
                report.problems.append(_problem(f"evidence-{rule}", place, printed=printed, wanted=shown))
    report.problems.sort()
    return report


def _carries(rule: str, printed: str, wanted: list[str]) -> bool:
    if rule == "number":
        return {Decimal(number) for number in wanted} <= numbers_in(printed)
    text, texts = normalise(printed), [normalise(item) for item in wanted]
    return text in texts if rule == "equals" else any(item in text for item in texts)


def _regions(
    store: EmbeddedStore, internal: Path, context: Context, texts: dict[str, Path], report: EvidenceReport
) -> dict[str, dict[str, str]]:
    """Source to region (passage IRI, `general`, `anywhere`) to its normalised text."""
    digests = {context.compact(row["source"]): row["sha256"] for row in store.select(internal / "source-texts.rq")}
    passages = defaultdict(list)
    for row in store.select(internal / "passages.rq"):
        passages[context.compact(row["source"])].append(row)
    regions: dict[str, dict[str, str]] = {}
    for source, path in texts.items():
        if source not in digests:
            report.problems.append(_problem("evidence-no-digest", Location(source, 0, ""), source=source))
            continue
        try:
            data = path.read_bytes()
            text = data.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            report.problems.append(_problem("file-unreadable", Location(str(path), 0, ""), error=str(error)))
            continue
        digest = hashlib.sha256(data).hexdigest()
        if digest != digests[source]:
            report.problems.append(_problem("evidence-file", Location(str(path), 0, ""), found=digest))
            continue
        regions[source] = _split(text, passages[source], report, path)
    return regions


def _split(text: str, passages: list[dict[str, str]], report: EvidenceReport, path: Path) -> dict[str, str]:
    headings = {normalise(row["heading"]): row for row in passages}
    parts: dict[str, list[str]] = defaultdict(list)
    current, seen = "general", set()
    for line in text.splitlines():
        row = headings.get(normalise(line))
        if row:
            seen.add(row["passage"])
            current = row["passage"] if row["about"] else "general"
        parts[current].append(line)
    for row in passages:
        if row["passage"] not in seen:
            place = Location(str(path), 0, "")
            report.problems.append(_problem("evidence-no-heading", place, heading=row["heading"]))
    found = {region: normalise("\n".join(lines)) for region, lines in parts.items()}
    found["anywhere"] = normalise(text)
    return found


def _place(records: Records, evidence: str) -> Location:
    return records.locations[evidence][""]


def _problem(key: str, place: Location, /, **values: str) -> Problem:
    return Problem(place.file, place.line, place.field, key, tuple(sorted(values.items())))


def texts_in(folder: str, prefix: str) -> dict[str, Path]:
    """The texts of a folder: source (prefixed name) to its file, which is named by the source's slug and `.txt`."""
    if not folder or not Path(folder).is_dir():
        return {}
    return {f"{prefix}:{path.stem}": path for path in sorted(Path(folder).glob("*.txt"))}
