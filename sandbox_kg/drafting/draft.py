"""The draft of a text: its pilots, institutions, cohorts and source as records, with marks for the curator."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox_kg.drafting.cohorts import Batch, Cohort, CohortFinder
from sandbox_kg.drafting.concepts import ConceptFinder, is_traditional
from sandbox_kg.drafting.facts import Facts
from sandbox_kg.drafting.gazetteer import read_gazetteer
from sandbox_kg.drafting.institutions import Institutions, key_between
from sandbox_kg.drafting.matching import Matcher
from sandbox_kg.drafting.names import Found, bare_key
from sandbox_kg.drafting.other_records import cohort_record, known_event, source_record
from sandbox_kg.drafting.pilots import PilotFinder
from sandbox_kg.drafting.proposals import Proposals
from sandbox_kg.drafting.quantities import QuantityFinder
from sandbox_kg.drafting.reading import Reading, read_text
from sandbox_kg.drafting.sheet import MARK, Sheet
from sandbox_kg.drafting.text import Folder, Text
from sandbox_kg.drafting.words import Words
from sandbox_kg.drafting.writing import Entry, Leaf, Tree, fill, pruned, record_lines
from sandbox_kg.problems import Problem, ProblemsFoundError
from sandbox_kg.project import Project

Say = Callable[..., str]
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
        self.plain_pilots = {
            name.replace("“", "").replace("”", ""): known for name, known in self.gazetteer.pilots.items()
        }
        self._noise = Matcher((noise, True) for noise in self.words.get("pilots", "noise"))
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
        text = Text(self._without_noise(reading), self.folder)
        found = self.pilots.find(text)
        if not found:
            raise ProblemsFoundError([Problem(str(path), 0, "", "draft-no-pilots")])
        return _Writer(self, reading, text, found, source, cohort).write(path)

    def _check_name(self, name: str, prefix: str) -> None:
        if not re.fullmatch(rf"{re.escape(prefix)}:[a-z0-9]+(?:-[a-z0-9]+)*", name):
            raise ProblemsFoundError([Problem(name, 0, "", "draft-name-malformed", (("prefix", prefix),))])

    def _without_noise(self, reading: Reading) -> Reading:
        """A text without the advertising that pages put even into the middle of words; its places are kept."""
        matches = list(self._noise.find(self.folder.fold(reading.text)))
        pieces: list[str] = []
        offsets: list[int] = []
        position = 0
        for match in matches:
            pieces.append(reading.text[position : match.start])
            offsets += reading.offsets[position : match.start]
            position = match.end
        pieces.append(reading.text[position:])
        offsets += reading.offsets[position:]
        return replace(reading, text="".join(pieces), offsets=offsets) if matches else reading


class _Writer:
    """Writes the draft of one text."""

    def __init__(
        self, drafter: Drafter, reading: Reading, text: Text, found: list[Found], source: str, cohort: str
    ) -> None:
        self.drafter, self.reading, self.found = drafter, reading, found
        self.gazetteer, self.cohort = drafter.gazetteer, cohort
        self.sheet = Sheet(text, drafter.words, drafter.say, source, found)
        self.proposals = Proposals(self.sheet, drafter.folder, drafter.gazetteer, drafter.institutions)
        self.facts = Facts(
            self.sheet,
            self.proposals,
            drafter.institutions,
            drafter.concepts,
            drafter.quantities,
            drafter.cohorts,
        )
        self.ids: dict[int, str] = {}
        self.cohort_of: dict[int, str] = {}
        self.drafted: set[str] = set()

    def write(self, path: Path) -> Draft:
        """The draft, institutions and cohorts first, then pilots, then what was left out."""
        date, can_be_checked = self.gazetteer.sources.get(self.sheet.source, ("", False))
        cohorts, skipped = self.drafter.cohorts.find(self.sheet.text, self.found, date[:4])
        self.sheet.skipped += skipped
        new_cohorts = self._name_all(cohorts)
        self.sheet.find_passages(self.ids, self.reading.is_page)
        pilots = [self._pilot(one, order) for one, order in self._ordered(cohorts)]
        records = [self.proposals.record(proposal) for proposal in self.proposals.made.values()]
        records += [
            cohort_record(self.sheet, self.gazetteer, cohort, name, self._place(cohort))
            for name, cohort in new_cohorts.items()
        ]
        if self.sheet.source not in self.gazetteer.sources:
            records.insert(0, source_record(self.sheet, self.reading))
        self.drafted |= {proposal.id for proposal in self.proposals.made.values()}
        blocks = [self._header(path)]
        for tree, comments in [*records, *pilots]:
            blocks.append("\n".join(record_lines(self._allowed(tree), comments)))
        if self.sheet.source in self.gazetteer.sources and not can_be_checked and self.sheet.passages:
            blocks.append("\n".join(f"# {line}" for line in self.sheet.passage_lines()))
        skipped_lines = self._skipped_lines()
        if skipped_lines:
            blocks.append("\n".join(f"# {line}" for line in [self.sheet.say("draft-skipped-title"), *skipped_lines]))
        written = "\n\n".join(blocks) + "\n"
        proposed = [(proposal.id, proposal.name) for proposal in self.proposals.made.values()]
        marks = sum(line.lstrip().startswith(f"# {MARK}") for line in written.splitlines())
        return Draft(written, len(self.found), self.facts.participations_written, proposed, marks, skipped_lines)

    def _header(self, path: Path) -> str:
        digest = hashlib.sha256(self.reading.data).hexdigest()
        lines = [
            self.sheet.say("draft-header", file=path.name, source=self.sheet.source),
            f"sha256: {digest}",
            self.sheet.say("draft-header-marks"),
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
            ordinal = self.cohort.rpartition("-")[2]
            if cohort.batch.order is None and ordinal.isdecimal():
                cohort.batch = Batch(cohort.batch.place, int(ordinal))
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
                while f"{self.sheet.words.codes['pilot-prefix']}:{slug}-{number}" in self.gazetteer.ids:
                    number += 1
                counts[name] = number
                self.ids[id(one)] = f"{self.sheet.words.codes['pilot-prefix']}:{slug}-{number}"
            if name in self.gazetteer.ids or name not in new:
                self.sheet.notes += [known_event(self.sheet, name, event) for event in cohort.events]
        self.drafted |= {*new, *self.ids.values(), self.sheet.source}
        return new

    def _key(self, one: Found) -> str:
        return key_between(self.sheet.text.folded, *one.name)

    def _known(self, one: Found) -> tuple[str, str] | None:
        """A recorded pilot whose name differs in quotes or in one lost character only."""
        key = bare_key(self.sheet.text, *one.name)
        plain = self.drafter.plain_pilots
        if key in plain or "?" not in key:
            return plain.get(key)
        pattern = re.compile(re.escape(key).replace(r"\?", "."))
        return next((known for name, known in plain.items() if pattern.fullmatch(name)), None)

    def _cohort_name(self, cohort: Cohort) -> str:
        batch = cohort.batch
        for order, name in self.gazetteer.cohorts.get(batch.place, []):
            if order is not None and order == batch.order:
                return name
        place = batch.place.partition(":")[2]
        slug = "-".join(filter(None, [place, str(batch.order) if batch.order else "new"]))
        return f"{self.sheet.words.codes['cohort-prefix']}:{slug}"

    def _pilot(self, one: Found, order: int) -> tuple[Tree, list[str]]:
        name = self.drafter.folder.simplify(self.sheet.text.words(*one.name))
        traditional = is_traditional(self.sheet.text, *one.name)
        identifier = self.ids[id(one)]
        comments = [self.sheet.origin(one.name[0], _RULES[one.rule])]
        if identifier in self.gazetteer.ids:
            place = self.gazetteer.places_of[identifier]
            comments.append(
                self.sheet.check("draft-check-known-pilot", id=identifier, place=f"{place.file}:{place.line}")
            )
        else:
            comments.append(self.sheet.check("draft-check-texts"))
        if self.sheet.text.words(*one.name) != self.sheet.text.printed(*one.name):
            comments.append(self.sheet.check("draft-check-noise"))
        if "?" in name:
            comments.append(self.sheet.check("draft-check-lost-character"))
        cohort = self.cohort_of[id(one)]
        if cohort.endswith("new"):
            comments.append(self.sheet.check("draft-check-cohort", cohort=cohort))
        declared = bool(one.fields.get("technologies"))
        tree = fill(
            self.sheet.words.templates["pilot"],
            {
                "id": identifier,
                "cohort": cohort,
                "order": str(order),
                "name": name,
                "blank": "",
                "completeness": self.sheet.words.codes["complete" if declared else "lower-bound"],
                "applicantCompleteness": self.sheet.words.codes["open-list"] if one.applicants.is_open else None,
                "evidence": self.sheet.evidence(*one.name, one, traditional),
                **self.facts.of(one),
            },
        )
        return tree or [], comments

    def _place(self, cohort: Cohort) -> str:
        """The place of a cohort; where the text names none, that of the cohort's own name."""
        if cohort.batch.place or not self.cohort:
            return cohort.batch.place
        return f"{self.sheet.words.codes['place-prefix']}:" + self.cohort.partition(":")[2].rpartition("-")[0]

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
                self.sheet.notes.append(
                    self.sheet.say("draft-skip-key", key=entry.key, type=kind, value=_shown(entry.node))
                )
        dropped: list[tuple[str, Entry]] = []
        left = pruned(kept, self._exists, dropped)
        self.sheet.notes += [
            self.sheet.say("draft-skip-code", code=code, value=_shown(entry.node)) for code, entry in dropped
        ]
        return left if isinstance(left, list) else []

    def _exists(self, value: str) -> bool:
        prefix, colon, _ = value.partition(":")
        if not colon or prefix not in self.gazetteer.schema.context.prefixes:
            return True
        return value in self.gazetteer.ids or value in self.drafted

    def _skipped_lines(self) -> list[str]:
        lines = []
        for place, item in sorted(
            {((self.sheet.text.place(s.start)), s) for s in self.sheet.skipped},
            key=lambda pair: (pair[0], pair[1].reason),
        ):
            printed = self.sheet.text.printed(item.start, min(item.end, item.start + 40))
            lines.append(f'{place[0]}:{place[1]} "{printed}": ' + self.sheet.say(item.reason))
        return [*dict.fromkeys([*lines, *self.sheet.notes])]


def _shown(tree: Tree) -> str:
    if isinstance(tree, Leaf):
        return tree.value
    return " ".join(_shown(entry.node) for entry in tree)
