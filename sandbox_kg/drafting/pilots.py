"""Where a text names pilots, who applied for each, and which parts of the text speak of it.

Five ways of naming are read: declaration forms and labelled lists (`field`), headings with the applicants in brackets
(`heading`), rows of a table (`row`), headings whose next line lists the applicants (`next-line`), and prose: inline
brackets (`inline`), names in quotes or after a verb of filing (`prose`).
"""

from __future__ import annotations

import bisect
import re
from dataclasses import replace

from sandbox_kg.drafting.forms import ONE_LINE, FormReader, Label
from sandbox_kg.drafting.headings import HeadingReader
from sandbox_kg.drafting.institutions import ApplicantList, Institutions
from sandbox_kg.drafting.matching import Matcher
from sandbox_kg.drafting.names import NUMBERING, Cover, Found, Names, Span, bare_key, lines_between, sentences
from sandbox_kg.drafting.prose import QUOTED, ProseReader
from sandbox_kg.drafting.text import Text
from sandbox_kg.drafting.words import Words


class PilotFinder:
    """Finds pilots in texts."""

    def __init__(self, institutions: Institutions, words: Words) -> None:
        names = Names(words)
        self._forms = FormReader(names, institutions, words)
        self._headings = HeadingReader(names, institutions, self._forms, words)
        self._prose = ProseReader(names, institutions, words)
        self._role_of = dict(institutions.roles)
        self._roles = re.compile("|".join(re.escape(word) for word, _ in institutions.roles))
        said = words.get("pilots", "said_before")
        self._said_before = re.compile("|".join(sorted(map(re.escape, said), key=len, reverse=True)))
        self._general = re.compile("|".join(map(re.escape, words.get("not-terms", "general"))))

    def find(self, text: Text) -> list[Found]:
        """The pilots of a text, in the order of their names, each once."""
        labels = self._forms.labels(text)
        forms = list(self._forms.find(text, labels))
        taken = [(found.heading or found.name)[0] for found in forms]
        spans = [
            span for found in forms for span in [*found.body, *(s for all_ in found.fields.values() for s in all_)]
        ]
        covered = Cover([*spans, *((at, at + 1) for at in taken)])
        headings = list(self._headings.find(text, labels, covered))
        spoken = [*spans, *self._own_bodies(text, [*forms, *headings], labels)]
        inline = list(self._prose.find(text, Cover(spoken)))
        found = self._merged(text, sorted([*forms, *headings, *inline], key=lambda one: one.name))
        for one in found:
            one.applicants = self._with_roles(text.folded, one)
        bare = [one for one in found if not one.body]
        self._mentions(text, bare, Cover([*spoken, *(one.heading for one in found if one.heading)]))
        return found

    def _with_roles(self, folded: str, one: Found) -> ApplicantList:
        """The applicants with the roles that the body gives: 由甲牵头,乙参与. Without a lead nobody only takes part."""
        items = one.applicants.items
        if any(item.role for item in items):
            return one.applicants
        roles: dict[int, str] = {}
        for start, end in one.body:
            for number, item in enumerate(items):
                name = folded[item.start : item.end]
                at = folded.find(name, start, end)
                if at >= 0 and (word := self._roles.match(folded, at + len(name), end)):
                    roles.setdefault(number, self._role_of[word.group()])
        if "lead" not in roles.values():
            return one.applicants
        said = [replace(item, role=roles.get(number, "")) for number, item in enumerate(items)]
        return ApplicantList(said, one.applicants.is_open)

    def _merged(self, text: Text, found: list[Found]) -> list[Found]:
        """Each pilot once: what is found again adds its body, and its applicants where there were none."""
        kept: dict[str, Found] = {}
        for one in found:
            key = bare_key(text, *one.name)
            same = kept.get(key)
            if same is None:
                kept[key] = one
                continue
            same.body += one.body
            if len(one.applicants.items) > len(same.applicants.items):
                same.applicants = one.applicants
            if one.heading and not same.heading:
                same.heading = one.heading
            for role, spans in one.fields.items():
                same.fields.setdefault(role, []).extend(spans)
        return list(kept.values())

    def _own_bodies(self, text: Text, found: list[Found], labels: list[Label]) -> list[Span]:
        """Gives each pilot with a heading the lines below it; returns all spans that are spoken for by then."""
        starts = sorted((one.heading or one.name)[0] for one in found)
        silent = {label.start for label in labels if label.role in ONE_LINE}
        spoken: list[Span] = []
        for one in found:
            if one.heading and one.rule not in ("row", "field"):
                after = bisect.bisect_right(starts, one.heading[0])
                end = starts[after] if after < len(starts) else len(text.folded)
                one.body += self._below(text.folded, text.lines, one.heading[1], end, silent)
            spoken += [*one.body, *([one.heading] if one.heading else [])]
        return spoken

    def _below(self, folded: str, lines: list[Span], start: int, end: int, silent: set[int]) -> list[Span]:
        """The lines below a heading, up to the next heading or a short line that ends no sentence."""
        body: list[Span] = []
        for line in lines_between(lines, start, end):
            if line[0] in silent:
                continue
            ends = folded[line[1] - 1] in "。!?;:)”"
            labelled = self._forms.matcher.at(folded, line[0], line[1]) is not None
            if line[1] - line[0] < 30 and not ends and not labelled:
                if body or not NUMBERING.match(folded, *line):
                    break
                continue
            body.append(line)
        return body

    def _mentions(self, text: Text, found: list[Found], covered: Cover) -> None:
        keys: dict[str, Found] = {}
        for one in found:
            name = text.folded[one.name[0] : one.name[1]]
            quoted = QUOTED.search(name)
            for key in (
                name,
                name.replace("“", "").replace("”", ""),
                f"“{quoted.group(1) or quoted.group(2)}”" if quoted else "",
            ):
                if len(key) >= 4:
                    keys.setdefault(key, one)
        if not keys:
            return
        matcher = Matcher(keys.items())
        latest: Found | None = None
        for start, end in text.lines:
            if covered.touches(start, end):
                latest = None
                continue
            current: Found | None = None
            if latest and self._said_before.search(text.folded, start, min(end, start + 12)):
                current = latest
            for sentence in sentences(text.folded, start, end):
                named = {id(keys[m.word]): keys[m.word] for m in matcher.find(text.folded, *sentence)}
                if len(named) > 1:
                    current = None
                elif named:
                    (current,) = named.values()
                if current is not None and not self._general.search(text.folded, *sentence):
                    current.body.append(sentence)
            latest = current
