"""The facts of a pilot as they stand in its record, each with where it comes from and what is doubtful."""

from __future__ import annotations

import re
from decimal import Decimal

from sandbox_kg.drafting.cohorts import CohortFinder
from sandbox_kg.drafting.concepts import ConceptFinder, Skipped, Use, is_traditional
from sandbox_kg.drafting.institutions import Institutions, key_between
from sandbox_kg.drafting.names import Found
from sandbox_kg.drafting.proposals import Proposals
from sandbox_kg.drafting.quantities import Quantity, QuantityFinder
from sandbox_kg.drafting.sheet import Sheet
from sandbox_kg.drafting.writing import Entry, Slot, Tree, fill

_NUMBER = re.compile(r"[0-9A-Za-z]{10,24}\s*-\s*[0-9]{4}\s*-\s*[0-9]{2,6}")


class Facts:
    """Writes the facts of pilots."""

    def __init__(
        self,
        sheet: Sheet,
        proposals: Proposals,
        institutions: Institutions,
        concepts: ConceptFinder,
        quantities: QuantityFinder,
        cohorts: CohortFinder,
    ) -> None:
        self.sheet, self.proposals, self.institutions = sheet, proposals, institutions
        self.concepts, self.quantities, self.cohorts = concepts, quantities, cohorts
        self.participations_written = 0

    def of(self, one: Found) -> dict[str, Slot]:
        """The facts of a pilot by the word of its template that they fill."""
        uses, skipped = self.concepts.find(self.sheet.text, one)
        quantities, others = self.quantities.find(self.sheet.text, one)
        self.sheet.skipped += [*skipped, *others]
        return {
            "participations": self._participations(one),
            "technologies": self._uses([use for use in uses if use.term.what == "technology"], one),
            "scenarios": self._uses([use for use in uses if use.term.what == "scenario"], one),
            "projections": self._projections(quantities, one),
            "types": self._types(one),
            "identifiers": self._identifiers(one),
            "events": self._events(one),
        }

    def _participations(self, one: Found) -> Tree | None:
        entries: list[Entry] = []
        taken: set[str] = set()
        for item in one.applicants.items:
            key = key_between(self.sheet.text.folded, item.start, item.end)
            resolution = self.institutions.resolve(key)
            institution, comments = self.proposals.resolve(key, item, resolution)
            if institution in taken:
                continue
            taken.add(institution)
            tree = fill(
                self.sheet.words.templates["participation"],
                {
                    "institution": institution,
                    "role": self.sheet.words.codes[item.role] if item.role else None,
                    "evidence": self.sheet.evidence(item.start, item.end, one),
                },
            )
            if tree:
                entries.append(Entry(institution.partition(":")[2], tree, comments))
                self.participations_written += 1
        if one.applicants.is_open and entries:
            entries[-1].comments.append(self.sheet.check("draft-check-open-list"))
        return entries or None

    def _uses(self, uses: list[Use], one: Found) -> Tree | None:
        entries = []
        for use in uses:
            key = "draft-from-label" if use.term.is_label else "draft-from-synonym"
            comments = [self.sheet.origin(use.start, key, word=use.term.word, concept=use.term.concept)]
            if use.others:
                comments.append(
                    self.sheet.check("draft-check-ambiguous", word=use.term.word, others=", ".join(use.others))
                )
            evidence = self.sheet.evidence(use.start, use.end, one, is_traditional(self.sheet.text, use.start, use.end))
            template = self.sheet.words.templates[use.term.what]
            basis = self.sheet.words.codes[use.where]
            tree = fill(template, {"concept": use.term.concept, "basis": basis, "evidence": evidence})
            if tree:
                entries.append(Entry(use.term.concept.partition(":")[2], tree, comments))
        return entries or None

    def _projections(self, quantities: list[Quantity], one: Found) -> Tree | None:
        entries: list[Entry] = []
        counts: dict[str, int] = {}
        for quantity in quantities:
            slug = quantity.measure.partition(":")[2] or "unnamed"
            counts[slug] = counts.get(slug, 0) + 1
            key = "draft-from-measure" if quantity.word else "draft-from-number"
            comments = [self.sheet.origin(quantity.start, key, word=quantity.word, measure=quantity.measure or "?")]
            comments += [self.sheet.check(mark, measure=quantity.measure) for mark in quantity.marks]
            if counts[slug] > 1:
                comments.append(self.sheet.check("draft-check-same-measure", measure=quantity.measure or "?"))
            slots: dict[str, Slot] = {
                "measure": quantity.measure or None,
                "value": None if quantity.is_magnitude or quantity.upper is not None else _plain(quantity.value),
                "min": None if quantity.upper is None else _plain(quantity.value),
                "max": None if quantity.upper is None else _plain(quantity.upper),
                "magnitude": _plain(quantity.value) if quantity.is_magnitude and quantity.upper is None else None,
                "bound": quantity.bound or None,
                "exactness": self.sheet.words.codes["approximate"] if quantity.approximate else None,
                "statistic": quantity.statistic or None,
                "unit": quantity.unit,
                "period": quantity.period or None,
                "per": quantity.per or None,
                "phase": quantity.phase or None,
                "from": quantity.since or None,
                "until": quantity.until or None,
                "evidence": self.sheet.evidence(quantity.start, quantity.end, one),
            }
            tree = fill(self.sheet.words.templates["projection"], slots)
            if tree:
                entries.append(Entry(slug if counts[slug] == 1 else f"{slug}-{counts[slug]}", tree, comments))
        return entries or None

    def _types(self, one: Found) -> Tree | None:
        file = self.sheet.words.all("pilots")
        for start, end in one.fields.get("type", []):
            value = self.sheet.text.folded[start:end]
            chosen = []
            for line in file["types"]:
                at = value.find(line["word"])
                if at >= 0:
                    mark = value[:at].rstrip()[-1:]
                    chosen.append(
                        (
                            mark in file["ticked"] if mark else False,
                            mark in file["unticked"] if mark else False,
                            at,
                            line,
                        )
                    )
            ticked = [c for c in chosen if c[0]] or [c for c in chosen if not c[1]]
            if len(ticked) != 1:
                self.sheet.skipped.append(Skipped(start, end, "draft-skip-type"))
                continue
            _, _, at, line = ticked[0]
            evidence = self.sheet.evidence(start + at, start + at + len(line["word"]), one)
            tree = fill(self.sheet.words.templates["type"], {"code": line["code"], "evidence": evidence})
            comments = [self.sheet.origin(start + at, "draft-from-field", word=self.sheet.text.printed(start, end))]
            return [Entry(line["code"].partition(":")[2], tree, comments)] if tree else None
        return None

    def _identifiers(self, one: Found) -> Tree | None:
        for start, end in one.fields.get("number", []):
            match = _NUMBER.search(self.sheet.text.plain[start:end])
            if match is None:
                self.sheet.skipped.append(Skipped(start, end, "draft-skip-number"))
                continue
            begin, stop = start + match.start(), start + match.end()
            number = "".join(match.group().split())
            tree = fill(
                self.sheet.words.templates["identifier"],
                {"notation": number, "evidence": self.sheet.evidence(begin, stop, one)},
            )
            comments = [self.sheet.origin(begin, "draft-from-field", word=number)]
            return [Entry("application-number", tree, comments)] if tree else None
        return None

    def _events(self, one: Found) -> Tree | None:
        for start, end in one.fields.get("planned", []):
            found = self.cohorts.day(self.sheet.text.folded, start, end)
            if found is None:
                self.sheet.skipped.append(Skipped(start, end, "draft-skip-date"))
                continue
            day, span = found
            kind = self.sheet.words.get("events", "planned")
            tree = fill(
                self.sheet.words.templates["event"],
                {
                    "kind": kind,
                    "date": day.date,
                    "precision": self.sheet.words.codes[day.precision],
                    "evidence": self.sheet.evidence(*span, one),
                },
            )
            comments = [self.sheet.origin(span[0], "draft-from-field", word=self.sheet.text.printed(start, end))]
            return [Entry(kind.partition(":")[2], tree, comments)] if tree else None
        return None


def _plain(value: Decimal) -> str:
    """A number in digits: without exponent, trailing zeros and a point that nothing follows."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
