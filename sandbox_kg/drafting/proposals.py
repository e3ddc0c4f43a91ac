"""Institutions that a text names and the graph does not have, proposed as records."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sandbox_kg.drafting.concepts import is_traditional
from sandbox_kg.drafting.gazetteer import Gazetteer
from sandbox_kg.drafting.institutions import Institutions, Item, Resolution, key_between
from sandbox_kg.drafting.sheet import Sheet
from sandbox_kg.drafting.text import Folder
from sandbox_kg.drafting.writing import Tree, fill


@dataclass
class Proposal:
    """An institution that is not recorded: its name in simplified script, and where it was first printed."""

    id: str
    name: str
    resolution: Resolution
    start: int
    end: int
    comments: list[str] = field(default_factory=list)


class Proposals:
    """Resolves applicants, and proposes those that are not recorded, each once."""

    def __init__(self, sheet: Sheet, folder: Folder, gazetteer: Gazetteer, institutions: Institutions) -> None:
        self.sheet, self.folder, self.gazetteer, self.institutions = sheet, folder, gazetteer, institutions
        self.made: dict[str, Proposal] = {}

    def resolve(self, key: str, item: Item, found: Resolution) -> tuple[str, list[str]]:
        """The institution of an applicant, proposed where there is none, and the comments on it."""
        printed = self.sheet.text.words(item.start, item.end)
        if found.institution:
            comments = [self.sheet.origin(item.start, "draft-from-institution", name=printed, id=found.institution)]
            if found.others:
                others = ", ".join(found.others)
                comments.append(self.sheet.check("draft-check-same-name", id=found.institution, others=others))
            if found.rule != "name" or is_traditional(self.sheet.text, item.start, item.end):
                comments.append(self.sheet.check("draft-check-variant", name=printed, id=found.institution))
            return found.institution, comments
        if key not in self.made:
            self.made[key] = self._proposal(key, printed, item, found)
        proposal = self.made[key]
        comments = [self.sheet.origin(item.start, "draft-from-proposed", name=printed, id=proposal.id)]
        if not self.institutions.is_likely(key):
            comments.append(self.sheet.check("draft-check-unlikely", name=printed))
        return proposal.id, comments

    def _proposal(self, key: str, printed: str, item: Item, found: Resolution) -> Proposal:
        name = self.folder.simplify(printed)
        if found.parent:
            parent = self.gazetteer.institutions[found.parent]
            known = max((k for k in parent.keys if key.startswith(k)), key=len, default="")
            slug = found.parent.partition(":")[2] + "-" + self._slug_of(key.removeprefix(known) if known else key)
            comments = [self.sheet.check("draft-check-new-unit", parent=found.parent, kind=found.kind or "?")]
        else:
            slug = self._slug_of(key)
            near = self._near(key)
            comments = [
                self.sheet.check(
                    "draft-check-new", kind=found.kind or "?", near=", ".join(near) or self.sheet.say("none")
                )
            ]
        taken = {proposal.id for proposal in self.made.values()} | self.gazetteer.ids
        identifier, number = f"{self.sheet.words.codes['institution-prefix']}:{slug}", 2
        while identifier in taken:
            identifier, number = f"{self.sheet.words.codes['institution-prefix']}:{slug}-{number}", number + 1
        comments.insert(0, self.sheet.origin(item.start, "draft-from-applicant", name=printed))
        return Proposal(identifier, name, found, item.start, item.end, comments)

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

        plain = self.institutions.distinctive(key)
        for area, place in self.gazetteer.areas.items():
            if plain == area:
                return place.partition(":")[2]
        syllables = "-".join(re.sub("[^a-z0-9]+", "-", s.lower()).strip("-") for s in lazy_pinyin(plain))
        slug = re.sub("-+", "-", re.sub("[^a-z0-9-]", "", syllables)).strip("-")
        return slug[:48].strip("-") or "unnamed"

    def record(self, proposal: Proposal) -> tuple[Tree, list[str]]:
        """The record of a proposed institution, and the comments on it."""
        resolution = proposal.resolution
        forms = tuple(self.sheet.words.get("institution-kinds", "forms"))
        kind = "legal_name" if self.folder.fold(proposal.name).endswith(forms) else "short_name"
        place = None
        if resolution.parent:
            plain = self.institutions.distinctive(self._rest(proposal))
            place = self.gazetteer.areas.get(plain)
        tree = fill(
            self.sheet.words.templates["institution"],
            {
                "id": proposal.id,
                "name": proposal.name,
                "blank": "",
                "kind": resolution.kind or "",
                "place": place,
                "parent": resolution.parent or None,
                "nameKind": self.sheet.words.get("institution-kinds", kind),
                "evidence": self.sheet.evidence(
                    proposal.start, proposal.end, None, is_traditional(self.sheet.text, proposal.start, proposal.end)
                ),
            },
        )
        return tree or [], proposal.comments

    def _rest(self, proposal: Proposal) -> str:
        key = key_between(self.sheet.text.folded, proposal.start, proposal.end)
        parent = self.gazetteer.institutions[proposal.resolution.parent]
        known = max((k for k in parent.keys if key.startswith(k)), key=len, default="")
        return key.removeprefix(known)
