"""Declaration forms and lists with labelled fields: the labels, their values, and the pilots that they describe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox_kg.drafting.institutions import ApplicantList, Institutions, Item, key_between
from sandbox_kg.drafting.matching import Matcher
from sandbox_kg.drafting.names import LONGEST_LIST, NUMBERING, Found, Names, Span
from sandbox_kg.drafting.text import Text
from sandbox_kg.drafting.words import Words

ONE_LINE = frozenset({"number", "name", "type", "applicants", "leads", "participants", "planned"})
_SPOKEN = ("technologies", "description", "novelty", "effect", "scale")


@dataclass(frozen=True)
class Label:
    """The label of a field: its role, its span, and where its value begins."""

    role: str
    start: int
    end: int


class FormReader:
    """Reads fields with labels."""

    def __init__(self, names: Names, institutions: Institutions, words: Words) -> None:
        self._names, self._institutions = names, institutions
        file = words.all("pilots")
        roles = [(label, role) for role, labels in words.get("pilots", "fields").items() for label in labels]
        self.matcher = Matcher(roles)
        self._numbered = set(file["numbered"])
        self._distinct = set(file["distinct"])

    def labels(self, text: Text) -> list[Label]:
        """The labels of fields, where they are set off like labels; not those of a table's head."""
        folded, labels = text.folded, []
        for match in self.matcher.find(folded):
            end = match.end
            if match.word in self._numbered:
                while end < len(folded) and folded[end] in "0123456789一二三四五六七八九":
                    end += 1
            if not self._set_off(text, match.start, end, match.word in self._distinct):
                continue
            while end < len(folded) and folded[end] in ":： \t|】]":
                end += 1
            labels.append(Label(self.matcher.entries[match.word], match.start, end))
        return self._without_table_heads(text, labels)

    def _set_off(self, text: Text, start: int, end: int, distinct: bool) -> bool:
        folded = text.folded
        before = start - 1
        while before >= 0 and folded[before] in " \t|【[*·":
            before -= 1
        line = text.line_at(start)[0]
        begins = before < line or folded[before] in "。;.、)" or before < start - 1
        if before >= line and before == start - 1 and folded[before] in ".、)":
            begins = NUMBERING.fullmatch(folded[max(line, start - 12) : start].strip()) is not None
        if distinct:
            return begins or folded[end : end + 1] in ":\t "
        behind = folded[end : end + 1]
        return begins and (
            behind in (":", "\t", "|", "】", "]", "\n", "")
            or (behind == " " and before < start - 1)
            or (behind == " " and start == line)
        )

    def _without_table_heads(self, text: Text, labels: list[Label]) -> list[Label]:
        """The labels but for the heads of columns: where a line holds nothing but labels."""
        by_line: dict[tuple[int, int], list[Label]] = {}
        for label in labels:
            by_line.setdefault(text.line_at(label.start), []).append(label)
        kept = []
        for (start, end), on_line in by_line.items():
            said = sum(label.end - label.start for label in on_line)
            rest, position = [], start
            for label in on_line if len(on_line) > 1 and end - start < 2 * said + 20 else []:
                rest.append(text.folded[position : label.start])
                position = max(position, min(label.end, end))
            is_head = bool(rest) and not "".join([*rest, text.folded[position:end]]).strip(" \t|:、0123456789")
            kept += [] if is_head else on_line
        return kept

    def find(self, text: Text, labels: list[Label]) -> Iterator[Found]:
        """The pilots whose name stands in a field; each has the fields up to the next one's name."""
        folded = text.folded
        heads = [at for at, label in enumerate(labels) if label.role == "name" and self.value(folded, labels, at)]
        for number, at in enumerate(heads):
            first = self._number_before(labels, at, heads[number - 1] if number else -1)
            last = len(labels)
            if number + 1 < len(heads):
                last = self._number_before(labels, heads[number + 1], at)
            name = self.value(folded, labels, at)
            if name is None:
                continue
            fields: dict[str, list[Span]] = {}
            for position in range(first, last):
                end = labels[position + 1].start if position + 1 < len(labels) else len(folded)
                span = self.value(folded, labels, position, wide=labels[position].role not in ONE_LINE)
                if span and position != at:
                    fields.setdefault(labels[position].role, []).append((span[0], min(span[1], end)))
            heading = (labels[at].start, text.line_at(name[0])[1])
            body = [span for role in _SPOKEN for span in fields.get(role, [])]
            applicants = self.applicants(folded, fields)
            yield Found(self._names.bare(folded, *name), "field", applicants, heading, body, fields)

    def _number_before(self, labels: list[Label], head: int, floor: int) -> int:
        """The label of the number before that of the name, with only titles of parts between; else the name's own."""
        for position in range(head - 1, max(floor, head - 4), -1):
            if labels[position].role == "number":
                return position
            if labels[position].role != "other":
                break
        return head

    def value(self, folded: str, labels: list[Label], at: int, wide: bool = False) -> Span | None:
        """The span behind a label: to the next label, and of a narrow field to the end of its line."""
        start = labels[at].end
        end = labels[at + 1].start if at + 1 < len(labels) else len(folded)
        while start < end and folded[start].isspace():
            start += 1
        if not wide:
            line = folded.find("\n", start, end)
            end = end if line < 0 else line
        while end > start and (folded[end - 1].isspace() or folded[end - 1] in "|【["):
            end -= 1
        numbering = re.search(
            r"\n\s*(?:[一二三四五六七八九十]{1,3}|\(?[0-9一二三四五六七八九十]{1,2}\)?)[、.]?$",
            folded[max(start, end - 12) : end],
        )
        if numbering:
            end -= len(numbering.group())
        return (start, end) if start < end else None

    def applicants(self, folded: str, fields: dict[str, list[Span]]) -> ApplicantList:
        """The applicants that the fields of a pilot name, each once, with the roles that the labels give."""
        items, is_open, seen = [], False, set()
        for role, given in (("leads", "lead"), ("applicants", ""), ("participants", "participant")):
            for start, end in fields.get(role, []):
                parsed = self._institutions.parse(folded, start, min(end, start + LONGEST_LIST))
                is_open = is_open or parsed.is_open
                for item in parsed.items:
                    key = key_between(folded, item.start, item.end)
                    if key not in seen and (
                        role != "applicants"
                        or self._institutions.is_likely(key)
                        or len(parsed.items) > 1
                        or len(key) <= 20
                    ):
                        seen.add(key)
                        items.append(Item(item.start, item.end, item.role or given))
        return ApplicantList(items, is_open)
