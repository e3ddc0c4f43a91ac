"""The draft of a text: its pilots, institutions, cohorts and source as records, with marks where a curator must look."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from sandbox_kg.drafting.cohorts import Cohort, CohortFinder
from sandbox_kg.drafting.concepts import ConceptFinder, Skipped, Use, is_traditional
from sandbox_kg.drafting.gazetteer import read_gazetteer
from sandbox_kg.drafting.institutions import Institutions, Item, Resolution, key_between
from sandbox_kg.drafting.names import Found, bare_key
from sandbox_kg.drafting.pilots import PilotFinder
from sandbox_kg.drafting.quantities import Quantity, QuantityFinder
from sandbox_kg.drafting.reading import Reading, read_text
from sandbox_kg.drafting.text import BLANK, Folder, Text
from sandbox_kg.drafting.words import Words
from sandbox_kg.drafting.writing import Entry, Leaf, Slot, Tree, fill, pruned, record_lines
from sandbox_kg.problems import Problem, ProblemsFoundError
from sandbox_kg.project import Project

Say = Callable[..., str]
MARK = "check: "
LONGEST_HEADING = 150
_RULES = {
    "field": "draft-rule-field",
    "heading": "draft-rule-heading",
    "row": "draft-rule-row",
    "next-line": "draft-rule-next-line",
    "inline": "draft-rule-inline",
    "prose": "draft-rule-prose",
}


@dataclass(frozen=True)
class Draft:
    """What was made of a text.

    Attributes:
        text: the YAML of the records.
        pilots: how many pilots it has.
        participations: how many applicants they have together.
        proposed: the institutions that are proposed: prefixed name and name.
        marks: how many places a curator must look at.
        skipped: what was seen and left out, in words.
    """

    text: str
    pilots: int
    participations: int
    proposed: list[tuple[str, str]]
    marks: int
    skipped: list[str]


class Drafter:
    """Makes drafts with the names and words of one project.

    Args:
        project: the folders.
        say: gives messages in the language of the comments.
    """

    def __init__(self, project: Project, say: Say) -> None:
        self.folder = Folder()
        self.words = Words(project, self.folder.fold)
        endings, provinces = self.words.get("pilots", "area_endings"), self.words.get("pilots", "provinces")
        self.gazetteer = read_gazetteer(project, self.folder.fold, endings, provinces)
        self.institutions = Institutions(self.gazetteer, self.words)
        self.pilots = PilotFinder(self.institutions, self.words)
        self.concepts = ConceptFinder(self.gazetteer, self.words)
        self.quantities = QuantityFinder(self.words)
        self.cohorts = CohortFinder(self.gazetteer, self.words)
        self.say = say

    def draft(self, path: Path, source: str, cohort: str = "") -> Draft:
        """The draft of a file.

        Args:
            path: the text.
            source: the prefixed name of the source that it is the text of; proposed where it is not recorded.
            cohort: the prefixed name of the cohort that all pilots belong to, where it is known.

        Raises:
            ProblemsFoundError: the file is no text of the kind, names no pilot, or a name has the wrong prefix.
            OSError: the file cannot be read.
        """
        codes, schema = self.words.codes, self.gazetteer.schema
        self._check_name(source, schema.evidence_prefix)
        if cohort:
            self._check_name(cohort, codes["cohort-prefix"])
        reading = read_text(path)
        text = Text(reading, self.folder)
        self._blank_noise(text)
        found = self.pilots.find(text)
        if not found:
            raise ProblemsFoundError([Problem(str(path), 0, "", "draft-no-pilots")])
        return _Writer(self, reading, text, found, source, cohort).write(path)

    def _check_name(self, name: str, prefix: str) -> None:
        if not re.fullmatch(rf"{re.escape(prefix)}:[a-z0-9]+(?:-[a-z0-9]+)*", name):
            raise ProblemsFoundError([Problem(name, 0, "", "draft-name-malformed", (("prefix", prefix),))])

    def _blank_noise(self, text: Text) -> None:
        """Blanks advertising out of what is searched; what is quoted stays as it is printed."""
        for noise in self.words.get("pilots", "noise"):
            text.folded = text.folded.replace(noise, BLANK * len(noise))


@dataclass
class _Proposal:
    """An institution that is not recorded."""

    id: str
    name: str
    resolution: Resolution
    start: int
    end: int
    comments: list[str] = field(default_factory=list)


class _Writer:
    """Writes the draft of one text."""

    def __init__(
        self, drafter: Drafter, reading: Reading, text: Text, found: list[Found], source: str, cohort: str
    ) -> None:
        self.drafter, self.reading, self.text, self.found = drafter, reading, text, found
        self.words, self.gazetteer, self.say = drafter.words, drafter.gazetteer, drafter.say
        self.codes = drafter.words.codes
        self.source, self.cohort = source, cohort
        self.slug = source.partition(":")[2]
        self.proposals: dict[str, _Proposal] = {}
        self.skipped: list[Skipped] = []
        self.notes: list[str] = []
        self.participations = 0
        self.ids: dict[int, str] = {}
        self.cohort_of: dict[int, str] = {}
        self.drafted: set[str] = set()
        self.passages: list[tuple[str, str, str]] = []

    # -- the whole ------------------------------------------------------------------------------------------------------

    def write(self, path: Path) -> Draft:
        date, can_be_checked = self.gazetteer.sources.get(self.source, ("", False))
        cohorts, skipped = self.drafter.cohorts.find(self.text, self.found, date[:4])
        self.skipped += skipped
        new_cohorts = self._name_all(cohorts)
        self._find_passages()
        pilots = [self._pilot(one, order) for one, order in self._ordered(cohorts)]
        records = [self._institution(proposal) for proposal in self.proposals.values()]
        records += [self._cohort(cohort, name) for name, cohort in new_cohorts.items()]
        if self.source not in self.gazetteer.sources:
            records.insert(0, self._source())
        blocks = [self._header(path)]
        for tree, comments in [*records, *pilots]:
            blocks.append("\n".join(record_lines(self._allowed(tree), comments)))
        if self.source in self.gazetteer.sources and not can_be_checked and self.passages:
            blocks.append("\n".join(f"# {line}" for line in self._passage_lines()))
        skipped_lines = self._skipped_lines()
        if skipped_lines:
            blocks.append("\n".join(f"# {line}" for line in [self.say("draft-skipped-title"), *skipped_lines]))
        written = "\n\n".join(blocks) + "\n"
        proposed = [(proposal.id, proposal.name) for proposal in self.proposals.values()]
        marks = sum(line.lstrip().startswith(f"# {MARK}") for line in written.splitlines())
        return Draft(written, len(self.found), self.participations, proposed, marks, skipped_lines)

    def _header(self, path: Path) -> str:
        digest = hashlib.sha256(self.reading.data).hexdigest()
        lines = [
            self.say("draft-header", file=path.name, source=self.source),
            f"sha256: {digest}",
            self.say("draft-header-marks"),
        ]
        return "\n".join(f"# {line}" for line in lines)

    def _ordered(self, cohorts: list[Cohort]) -> list[tuple[Found, int]]:
        orders: dict[str, int] = {}
        result = []
        place_of = {id(one): number for number, one in enumerate(self.found)}
        for one in sorted((one for cohort in cohorts for one in cohort.pilots), key=lambda one: place_of[id(one)]):
            cohort = self.cohort_of[id(one)]
            orders[cohort] = orders.get(cohort, 0) + 1
            result.append((one, orders[cohort]))
        return result

    def _name_all(self, cohorts: list[Cohort]) -> dict[str, Cohort]:
        """Gives each pilot its cohort and name; returns the cohorts that are not recorded."""
        new: dict[str, Cohort] = {}
        counts: dict[str, int] = {}
        for cohort in cohorts:
            name = self.cohort or self._cohort_name(cohort)
            for one in cohort.pilots:
                known = self.gazetteer.pilots.get(self._key(one)) or self._known(one)
                self.cohort_of[id(one)] = known[1] if known else name
                if known:
                    self.ids[id(one)] = known[0]
                    continue
                if name not in self.gazetteer.ids:
                    new.setdefault(name, cohort)
                slug = name.partition(":")[2]
                number = counts.get(name, 0) + 1
                while f"{self.codes['pilot-prefix']}:{slug}-{number}" in self.gazetteer.ids:
                    number += 1
                counts[name] = number
                self.ids[id(one)] = f"{self.codes['pilot-prefix']}:{slug}-{number}"
            if name in self.gazetteer.ids or name not in new:
                self.notes += [self._known_event(name, event) for event in cohort.events]
        self.drafted |= {*new, *self.ids.values(), self.source}
        return new

    def _key(self, one: Found) -> str:
        return key_between(self.text.folded, *one.name)

    def _known(self, one: Found) -> tuple[str, str] | None:
        """A recorded pilot whose name differs in quotes or in one lost character only."""
        key = bare_key(self.text, *one.name)
        for name, known in self.gazetteer.pilots.items():
            plain = name.replace("“", "").replace("”", "")
            if plain == key or ("?" in key and re.fullmatch(re.escape(key).replace(r"\?", "."), plain)):
                return known
        return None

    def _cohort_name(self, cohort: Cohort) -> str:
        batch = cohort.batch
        for order, name in self.gazetteer.cohorts.get(batch.place, []):
            if order is not None and order == batch.order:
                return name
        place = batch.place.partition(":")[2]
        slug = "-".join(filter(None, [place, str(batch.order) if batch.order else "new"]))
        return f"{self.codes['cohort-prefix']}:{slug}"

    # -- comments and evidence --------------------------------------------------------------------------------------------

    def _from(self, start: int, key: str, /, **values: str) -> str:
        line, column = self.text.place(start)
        return f"from: {line}:{column} " + self.say(key, **values)

    def _check(self, key: str, /, **values: str) -> str:
        return MARK + self.say(key, **values)

    def _evidence(self, start: int, end: int, owner: Found | None, with_note: bool = False) -> Tree:
        printed = self.text.printed(start, end)
        general = owner is not None and not self._is_inside(owner, start)
        name = "evidence" + ("-general" if general else "") + ("-noted" if with_note else "")
        slots: dict[str, Slot] = {"printed": printed}
        if with_note:
            slots |= {"noteZh": self.codes["traditional-zh"], "noteEn": self.codes["traditional-en"]}
        filled = fill(self.words.templates[name], slots)
        return [Entry(self.slug, filled or Leaf(printed, quoted=True))]

    def _find_passages(self) -> None:
        """The headings that may serve as passages of the source: lines of their own, each once, not of a web page."""
        headed = [one for one in self.found if one.heading and one.heading[1] - one.heading[0] <= LONGEST_HEADING]
        lines = [self.text.printed(*one.heading) for one in headed if one.heading]
        if self.reading.text != self.reading.raw or len(set(lines)) < len(lines) or len(headed) < len(self.found):
            return
        for one, line in zip(headed, lines, strict=True):
            name = self.ids[id(one)]
            self.passages.append((name.partition(":")[2], line, name))

    def _is_inside(self, owner: Found, position: int) -> bool:
        """Whether words stand in the passage of a pilot; where there are no passages nothing stands outside."""
        if not self.passages or not owner.heading:
            return True
        starts = sorted(one.heading[0] for one in self.found if one.heading)
        after = next((start for start in starts if start > owner.heading[0]), len(self.text.folded))
        return owner.heading[0] <= position < after

    def _passage_lines(self) -> list[str]:
        lines = [self.say("draft-passages", source=self.source), "  passages:"]
        for slug, heading, about in self.passages:
            filled = fill(self.words.templates["passage"], {"heading": heading, "about": about})
            lines += record_lines([Entry(slug, filled)], []) if filled else []
        return [line.replace("- ", "    ", 1) if line.startswith("- ") else line for line in lines]

    # -- pilots ---------------------------------------------------------------------------------------------------------

    def _pilot(self, one: Found, order: int) -> tuple[Tree, list[str]]:
        name = self.drafter.folder.simplify(self.text.printed(*one.name))
        traditional = is_traditional(self.text, *one.name)
        identifier = self.ids[id(one)]
        comments = [self._from(one.name[0], _RULES[one.rule])]
        if identifier in self.gazetteer.ids:
            place = self.gazetteer.places_of[identifier]
            comments.append(self._check("draft-check-known-pilot", id=identifier, place=f"{place.file}:{place.line}"))
        else:
            comments.append(self._check("draft-check-texts"))
        if "?" in name:
            comments.append(self._check("draft-check-lost-character"))
        cohort = self.cohort_of[id(one)]
        if cohort.endswith("new"):
            comments.append(self._check("draft-check-cohort", cohort=cohort))
        uses, skipped = self.drafter.concepts.find(self.text, one)
        quantities, others = self.drafter.quantities.find(self.text, one)
        self.skipped += [*skipped, *others]
        declared = bool(one.fields.get("technologies"))
        tree = fill(
            self.words.templates["pilot"],
            {
                "id": identifier,
                "cohort": cohort,
                "order": str(order),
                "name": name,
                "blank": "",
                "completeness": self.codes["complete" if declared else "lower-bound"],
                "applicantCompleteness": self.codes["open-list"] if one.applicants.is_open else None,
                "evidence": self._evidence(*one.name, one, traditional),
                "participations": self._participations(one),
                "technologies": self._uses([use for use in uses if use.term.what == "technology"], one),
                "scenarios": self._uses([use for use in uses if use.term.what == "scenario"], one),
                "projections": self._projections(quantities, one),
                "types": self._types(one),
                "identifiers": self._identifiers(one),
                "events": self._pilot_events(one),
            },
        )
        return tree or [], comments

    def _participations(self, one: Found) -> Tree | None:
        entries: list[Entry] = []
        taken: set[str] = set()
        for item in one.applicants.items:
            key = key_between(self.text.folded, item.start, item.end)
            resolution = self.drafter.institutions.resolve(key)
            institution, comments = self._resolved(key, item, resolution, one)
            if institution in taken:
                continue
            taken.add(institution)
            tree = fill(
                self.words.templates["participation"],
                {
                    "institution": institution,
                    "role": self.codes[item.role] if item.role else None,
                    "evidence": self._evidence(item.start, item.end, one),
                },
            )
            if tree:
                entries.append(Entry(institution.partition(":")[2], tree, comments))
                self.participations += 1
        if one.applicants.is_open and entries:
            entries[-1].comments.append(self._check("draft-check-open-list"))
        return entries or None

    def _resolved(self, key: str, item: Item, found: Resolution, one: Found) -> tuple[str, list[str]]:
        """The institution of an applicant, proposed where there is none, and the comments on it."""
        printed = self.text.printed(item.start, item.end)
        if found.institution:
            comments = [self._from(item.start, "draft-from-institution", name=printed, id=found.institution)]
            if found.others:
                others = ", ".join(found.others)
                comments.append(self._check("draft-check-same-name", id=found.institution, others=others))
            if found.rule != "name" or is_traditional(self.text, item.start, item.end):
                comments.append(self._check("draft-check-variant", name=printed, id=found.institution))
            return found.institution, comments
        if key not in self.proposals:
            self.proposals[key] = self._proposal(key, printed, item, found)
        proposal = self.proposals[key]
        comments = [self._from(item.start, "draft-from-proposed", name=printed, id=proposal.id)]
        if not self.drafter.institutions.is_likely(key):
            comments.append(self._check("draft-check-unlikely", name=printed))
        return proposal.id, comments

    def _proposal(self, key: str, printed: str, item: Item, found: Resolution) -> _Proposal:
        name = self.drafter.folder.simplify(printed)
        if found.parent:
            parent = self.gazetteer.institutions[found.parent]
            known = max((k for k in parent.keys if key.startswith(k)), key=len, default="")
            slug = found.parent.partition(":")[2] + "-" + self._slug_of(key.removeprefix(known) if known else key)
            comments = [self._check("draft-check-new-unit", parent=found.parent, kind=found.kind or "?")]
        else:
            slug = self._slug_of(key)
            near = self._near(key)
            comments = [
                self._check("draft-check-new", kind=found.kind or "?", near=", ".join(near) or self.say("none"))
            ]
        taken = {proposal.id for proposal in self.proposals.values()} | self.gazetteer.ids
        identifier, number = f"{self.codes['institution-prefix']}:{slug}", 2
        while identifier in taken:
            identifier, number = f"{self.codes['institution-prefix']}:{slug}-{number}", number + 1
        self.drafted.add(identifier)
        comments.insert(0, self._from(item.start, "draft-from-applicant", name=printed))
        return _Proposal(identifier, name, found, item.start, item.end, comments)

    def _near(self, key: str) -> list[str]:
        """Recorded institutions whose name holds the beginning of this one or the other way about, at most three."""
        near = []
        for name, ids in self.gazetteer.by_name.items():
            if len(name) >= 3 and (name in key or (len(key) >= 4 and key[:4] in name)):
                near += [i for i in ids if i not in near]
        return near[:3]

    def _slug_of(self, key: str) -> str:
        """A slug in pinyin, without the legal form; of a unit the place alone."""
        from pypinyin import lazy_pinyin

        plain = self.drafter.institutions.distinctive(key)
        for area, place in self.gazetteer.areas.items():
            if plain == area:
                return place.partition(":")[2]
        syllables = "-".join(re.sub("[^a-z0-9]+", "-", s.lower()).strip("-") for s in lazy_pinyin(plain))
        slug = re.sub("-+", "-", re.sub("[^a-z0-9-]", "", syllables)).strip("-")
        return slug[:48].strip("-") or "unnamed"

    def _uses(self, uses: list[Use], one: Found) -> Tree | None:
        entries = []
        for use in uses:
            key = "draft-from-label" if use.term.is_label else "draft-from-synonym"
            comments = [self._from(use.start, key, word=use.term.word, concept=use.term.concept)]
            if use.others:
                comments.append(self._check("draft-check-ambiguous", word=use.term.word, others=", ".join(use.others)))
            evidence = self._evidence(use.start, use.end, one, is_traditional(self.text, use.start, use.end))
            template = self.words.templates[use.term.what]
            basis = self.codes[use.where]
            tree = fill(template, {"concept": use.term.concept, "basis": basis, "evidence": evidence})
            if tree:
                entries.append(Entry(use.term.concept.partition(":")[2], tree, comments))
        return entries or None  # type: ignore[return-value]

    def _projections(self, quantities: list[Quantity], one: Found) -> Tree | None:
        entries: list[Entry] = []
        counts: dict[str, int] = {}
        for quantity in quantities:
            slug = quantity.measure.partition(":")[2] or "unnamed"
            counts[slug] = counts.get(slug, 0) + 1
            key = "draft-from-measure" if quantity.word else "draft-from-number"
            comments = [self._from(quantity.start, key, word=quantity.word, measure=quantity.measure or "?")]
            comments += [self._check(mark, measure=quantity.measure) for mark in quantity.marks]
            if counts[slug] > 1:
                comments.append(self._check("draft-check-same-measure", measure=quantity.measure or "?"))
            slots: dict[str, Slot] = {
                "measure": quantity.measure or None,
                "value": None if quantity.is_magnitude or quantity.upper is not None else _plain(quantity.value),
                "min": None if quantity.upper is None else _plain(quantity.value),
                "max": None if quantity.upper is None else _plain(quantity.upper),
                "magnitude": _plain(quantity.value) if quantity.is_magnitude and quantity.upper is None else None,
                "bound": quantity.bound or None,
                "exactness": self.codes["approximate"] if quantity.approximate else None,
                "statistic": quantity.statistic or None,
                "unit": quantity.unit,
                "period": quantity.period or None,
                "per": quantity.per or None,
                "phase": quantity.phase or None,
                "from": quantity.since or None,
                "until": quantity.until or None,
                "evidence": self._evidence(quantity.start, quantity.end, one),
            }
            tree = fill(self.words.templates["projection"], slots)
            if tree:
                entries.append(Entry(slug if counts[slug] == 1 else f"{slug}-{counts[slug]}", tree, comments))
        return entries or None

    def _types(self, one: Found) -> Tree | None:
        file = self.words.all("pilots")
        for start, end in one.fields.get("type", []):
            value = self.text.folded[start:end]
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
                self.skipped.append(Skipped(start, end, "draft-skip-type"))
                continue
            _, _, at, line = ticked[0]
            evidence = self._evidence(start + at, start + at + len(line["word"]), one)
            tree = fill(self.words.templates["type"], {"code": line["code"], "evidence": evidence})
            comments = [self._from(start + at, "draft-from-field", word=self.text.printed(start, end))]
            return [Entry(line["code"].partition(":")[2], tree, comments)] if tree else None
        return None

    def _identifiers(self, one: Found) -> Tree | None:
        for start, end in one.fields.get("number", []):
            match = re.search(r"[0-9A-Za-z]{10,24}\s*-\s*[0-9]{4}\s*-\s*[0-9]{2,6}", self.text.plain[start:end])
            if match is None:
                self.skipped.append(Skipped(start, end, "draft-skip-number"))
                continue
            begin, stop = start + match.start(), start + match.end()
            number = "".join(match.group().split())
            tree = fill(
                self.words.templates["identifier"], {"notation": number, "evidence": self._evidence(begin, stop, one)}
            )
            comments = [self._from(begin, "draft-from-field", word=number)]
            return [Entry("application-number", tree, comments)] if tree else None
        return None

    def _pilot_events(self, one: Found) -> Tree | None:
        for start, end in one.fields.get("planned", []):
            found = self.drafter.cohorts.day(self.text.folded, start, end)
            if found is None:
                self.skipped.append(Skipped(start, end, "draft-skip-date"))
                continue
            day, span = found
            kind = self.words.get("events", "planned")
            tree = fill(
                self.words.templates["event"],
                {
                    "kind": kind,
                    "date": day.date,
                    "precision": self.codes[day.precision],
                    "evidence": self._evidence(*span, one),
                },
            )
            comments = [self._from(span[0], "draft-from-field", word=self.text.printed(start, end))]
            return [Entry(kind.partition(":")[2], tree, comments)] if tree else None
        return None

    # -- other records ----------------------------------------------------------------------------------------------------

    def _institution(self, proposal: _Proposal) -> tuple[Tree, list[str]]:
        resolution = proposal.resolution
        forms = tuple(self.words.get("institution-kinds", "forms"))
        kind = "legal_name" if self.drafter.folder.fold(proposal.name).endswith(forms) else "short_name"
        place = None
        if resolution.parent:
            plain = self.drafter.institutions.distinctive(self._rest(proposal))
            place = self.gazetteer.areas.get(plain)
        tree = fill(
            self.words.templates["institution"],
            {
                "id": proposal.id,
                "name": proposal.name,
                "blank": "",
                "kind": resolution.kind or "",
                "place": place,
                "parent": resolution.parent or None,
                "nameKind": self.words.get("institution-kinds", kind),
                "evidence": self._evidence(
                    proposal.start, proposal.end, None, is_traditional(self.text, proposal.start, proposal.end)
                ),
            },
        )
        return tree or [], proposal.comments

    def _rest(self, proposal: _Proposal) -> str:
        key = key_between(self.text.folded, proposal.start, proposal.end)
        parent = self.gazetteer.institutions[proposal.resolution.parent]
        known = max((k for k in parent.keys if key.startswith(k)), key=len, default="")
        return key.removeprefix(known)

    def _cohort(self, cohort: Cohort, name: str) -> tuple[Tree, list[str]]:
        comments = [self._check("draft-check-new-cohort")]
        if cohort.is_split:
            comments.append(self._check("draft-check-split"))
        place = cohort.batch.place
        if self.cohort and not place:
            prefix = self.codes["place-prefix"]
            place = f"{prefix}:" + self.cohort.partition(":")[2].rpartition("-")[0]
        order = str(cohort.batch.order or "")
        sizes: list[Entry] = []
        for size in cohort.sizes[:1]:
            tree = fill(
                self.words.templates["size"],
                {
                    "measure": self.words.get("pilots", "size"),
                    "value": str(size.value),
                    "evidence": self._evidence(size.start, size.end, None),
                },
            )
            if tree:
                marks = (
                    []
                    if size.value == len(cohort.pilots)
                    else [self._check("draft-check-size", count=str(len(cohort.pilots)))]
                )
                sizes.append(Entry("pilots", tree, [self._from(size.start, "draft-from-batch"), *marks]))
        events: list[Entry] = []
        for event in cohort.events:
            slug = event.kind.partition(":")[2]
            tree = fill(
                self.words.templates["event"],
                {
                    "kind": event.kind,
                    "date": event.day.date,
                    "precision": self.codes[event.day.precision],
                    "evidence": self._evidence(event.start, event.end, None),
                },
            )
            comments_here = [self._from(event.start, "draft-from-date")]
            if event.day.is_inferred:
                comments_here.append(self._check("draft-check-year"))
            number = sum(entry.key.startswith(slug) for entry in events)
            if tree:
                events.append(Entry(slug if not number else f"{slug}-{number + 1}", tree, comments_here))
        filled = fill(
            self.words.templates["cohort"],
            {
                "id": name,
                "programme": self.words.get("pilots", "programme"),
                "place": place or "",
                "order": order,
                "operator": self.gazetteer.operators.get(place) or "",
                "blank": "",
                "sizes": sizes or None,
                "events": events or None,
            },
        )
        return filled or [], comments

    def _known_event(self, cohort: str, event: object) -> str:
        start, end = event.start, event.end  # type: ignore[attr-defined]
        line, column = self.text.place(start)
        values = {"cohort": cohort, "kind": event.kind, "date": event.day.date}  # type: ignore[attr-defined]
        return f'{line}:{column} "{self.text.printed(start, end)}": ' + self.say("draft-skip-known-cohort", **values)

    def _source(self) -> tuple[Tree, list[str]]:
        first = self.text.lines[0]
        title = self.text.printed(*first) if first[1] - first[0] <= 80 else None
        passages: list[Entry] = []
        for slug, heading, about in self.passages:
            tree = fill(self.words.templates["passage"], {"heading": heading, "about": about})
            if tree:
                passages.append(Entry(slug, tree))
        filled = fill(
            self.words.templates["source"],
            {
                "id": self.source,
                "title": title,
                "blank": "",
                "kind": "",
                "digest": hashlib.sha256(self.reading.data).hexdigest(),
                "passages": passages or None,
            },
        )
        return filled or [], [self._check("draft-check-source")]

    # -- what is not written ----------------------------------------------------------------------------------------------

    def _allowed(self, tree: Tree) -> list[Entry]:
        """A record without keys that the shapes do not allow and facts with codes that do not exist; both are told."""
        assert isinstance(tree, list)
        context, fields = self.gazetteer.schema.context, self.gazetteer.schema.fields
        type_key = context.keywords["@type"]
        kind = next((e.node.value for e in tree if e.key == type_key and isinstance(e.node, Leaf)), "")
        allowed = fields.get(context.terms[kind].iri, set()) if kind in context.terms else set()
        kept = []
        for entry in tree:
            if entry.key in context.keywords.values() or (
                entry.key in context.terms and context.terms[entry.key].iri in allowed
            ):
                kept.append(entry)
            else:
                self.notes.append(self.say("draft-skip-key", key=entry.key, type=kind, value=_shown(entry.node)))
        dropped: list[tuple[str, Entry]] = []
        left = pruned(kept, self._exists, dropped)
        self.notes += [self.say("draft-skip-code", code=code, value=_shown(entry.node)) for code, entry in dropped]
        return left if isinstance(left, list) else []

    def _exists(self, value: str) -> bool:
        prefix, colon, _ = value.partition(":")
        if not colon or prefix not in self.gazetteer.schema.context.prefixes:
            return True
        return value in self.gazetteer.ids or value in self.drafted

    def _skipped_lines(self) -> list[str]:
        lines = []
        for place, item in sorted(
            {((self.text.place(s.start)), s) for s in self.skipped}, key=lambda pair: (pair[0], pair[1].reason)
        ):
            printed = self.text.printed(item.start, min(item.end, item.start + 40))
            lines.append(f'{place[0]}:{place[1]} "{printed}": ' + self.say(item.reason))
        return [*dict.fromkeys([*lines, *self.notes])]


def _plain(value: Decimal) -> str:
    """A number in digits: without exponent, trailing zeros and a point that nothing follows."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shown(tree: Tree) -> str:
    if isinstance(tree, Leaf):
        return tree.value
    return " ".join(_shown(entry.node) for entry in tree)
