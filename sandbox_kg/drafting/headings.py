"""Headings with their applicants: in brackets, behind a dash, on the next line, or in the cells of a row."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbox_kg.drafting.forms import ONE_LINE, FormReader, Label
from sandbox_kg.drafting.institutions import ApplicantList, Institutions
from sandbox_kg.drafting.names import LONGEST_LIST, Cover, Found, Names, Span, closing, openings
from sandbox_kg.drafting.text import Text
from sandbox_kg.drafting.words import Words

_CELLS = re.compile(r"[\t|]+|\s{2,}")


class HeadingReader:
    """Reads headings and rows."""

    def __init__(self, names: Names, institutions: Institutions, forms: FormReader, words: Words) -> None:
        self._names, self._institutions, self._forms = names, institutions, forms
        self._title = re.compile("|".join(map(re.escape, words.get("pilots", "titles"))))

    def find(self, text: Text, labels: list[Label], covered: Cover) -> Iterator[Found]:
        """The pilots that have a heading or a row of their own, outside the spans that are covered."""
        folded, lines = text.folded, text.lines
        by_line = {label.start: at for at, label in enumerate(labels)}
        maybe: list[Found] = []
        sure = 0
        for at, (start, end) in enumerate(lines):
            if covered.touches(start, end) or end - start > 600:
                continue
            row = self._row(folded, start, end)
            found = row or self._bracketed(folded, start, end) or self._dashed(folded, start, end)
            if found is None and at + 1 < len(lines):
                found = self._with_next_line(folded, (start, end), lines[at + 1], by_line, labels)
            if found:
                sure += 1
                yield found
            elif one := self._bracketed(folded, start, end, least=0.0):
                maybe.append(one)
        for one in maybe:  # a heading like the others, whose applicants nobody knows
            if sure and self._names.has_ending(folded, *one.name) and not self._title.search(folded, *one.name):
                yield one

    def _bracketed(self, folded: str, start: int, end: int, least: float = 0.5) -> Found | None:
        """NAME(APPLICANTS): the last bracket may be missing, and the name may hold brackets of its own."""
        heading = (start, end)
        start = self._names.after_numbering(folded, start, end)
        while end > start and folded[end - 1] in "。;,、 ":
            end -= 1
        for word in self._names.types:  # NAME(APPLICANTS)(金融服务)
            if folded[start:end].endswith(f"({word})"):
                end -= len(word) + 2
        best: tuple[float, int, ApplicantList] | None = None
        for opened in openings(folded, start, end):
            closed = closing(folded, opened, end)
            if closed is not None and closed < end - 1:
                continue
            stop = end if closed is None else closed
            if not self._names.fits(folded, start, opened) or stop - opened > LONGEST_LIST:
                continue
            begin = opened + 1
            if label := self._forms.matcher.at(folded, begin, stop) if begin < stop else None:
                begin = label.end
            parsed = self._institutions.parse(folded, begin, stop)
            share = self._institutions.share(folded, parsed)
            if (share >= least and share > 0) or (
                least == 0.0 and parsed.items and all(i.end - i.start <= 12 for i in parsed.items)
            ):
                if best is None or share > best[0]:
                    best = (share, opened, parsed)
                if share == 1:
                    break
        if best is None:
            return None
        return Found(self._names.bare(folded, start, best[1]), "heading", best[2], heading)

    def _dashed(self, folded: str, start: int, end: int) -> Found | None:
        """NAME——APPLICANTS."""
        heading = (start, end)
        start = self._names.after_numbering(folded, start, end)
        at = max(folded.find("——", start, end), folded.find("--", start, end))
        if at < 0 or not self._names.fits(folded, start, at) or end - at > LONGEST_LIST:
            return None
        parsed = self._institutions.parse(folded, at + 2, end)
        if self._institutions.share(folded, parsed) < 1:
            return None
        return Found(self._names.bare(folded, start, at), "heading", parsed, heading)

    def _row(self, folded: str, start: int, end: int) -> Found | None:
        """A row of a table: a cell that is a list of institutions, and the longest of the others as the name."""
        cells, position = [], start
        for gap in _CELLS.finditer(folded, start, end):
            cells.append((position, gap.start()))
            position = gap.end()
        cells = [cell for cell in [*cells, (position, end)] if cell[0] < cell[1]]
        if len(cells) < 2 or end - start > 400:
            return None
        lists = [cell for cell in cells if not self._names.is_type(folded, *cell) and self._is_list(folded, *cell)]
        if not lists and any(self._names.is_type(folded, *cell) for cell in cells):
            lists = [
                c for c in cells if self._is_list(folded, *c, least=0.5) and not self._names.has_ending(folded, *c)
            ]
        if not lists:
            return None
        applicants = lists[-1]
        names = [
            c for c in cells if c != applicants and self._names.fits(folded, *c) and not self._names.is_type(folded, *c)
        ]
        names = [c for c in names if c not in lists or self._names.has_ending(folded, *c)]
        if not names:
            return None
        name = max(names, key=lambda cell: cell[1] - cell[0])
        types = [cell for cell in cells if self._names.is_type(folded, *cell)]
        fields = {"type": types} if types else {}
        begin = self._names.after_numbering(folded, *name)
        return Found(
            self._names.bare(folded, begin, name[1]),
            "row",
            self._institutions.parse(folded, *applicants),
            (start, end),
            fields=fields,
        )

    def _with_next_line(
        self, folded: str, line: Span, following: Span, by_line: dict[int, int], labels: list[Label]
    ) -> Found | None:
        """A short line whose next line says or lists the applicants."""
        start = self._names.after_numbering(folded, *line)
        if not self._names.fits(folded, start, line[1]) or line[1] - start < 4 or folded[line[1] - 1] in ":,":
            return None
        at = by_line.get(following[0], -1)
        if at >= 0 and labels[at].role in ("applicants", "leads"):
            fields: dict[str, list[Span]] = {}
            while at < len(labels) and labels[at].role != "name":
                role = labels[at].role
                span = self._forms.value(folded, labels, at, wide=role not in ONE_LINE)
                if (
                    role in fields
                    and role in ("applicants", "leads")
                    and not _adjacent(folded, fields[role][-1][1], labels[at].start)
                ) or span is None:
                    break
                fields.setdefault(role, []).append(span)
                at += 1
            applicants = self._forms.applicants(folded, fields)
            return (
                Found(self._names.bare(folded, start, line[1]), "next-line", applicants, line, fields=fields)
                if applicants.items
                else None
            )
        if start == line[0] and not self._names.has_ending(folded, start, line[1]):
            bracketed = folded[following[0]] == "(" and folded[following[1] - 1] == ")"
            if not bracketed:
                return None
        if folded[following[0]] == "(":  # the list stands in brackets on a line of its own
            following = (following[0] + 1, following[1] - (folded[following[1] - 1] == ")"))
        if following[1] - following[0] > LONGEST_LIST or self._is_list(folded, start, line[1]):
            return None
        if not self._is_list(folded, *following):
            return None
        return Found(
            self._names.bare(folded, start, line[1]), "next-line", self._institutions.parse(folded, *following), line
        )

    def _is_list(self, folded: str, start: int, end: int, least: float = 1) -> bool:
        return self._institutions.share(folded, self._institutions.parse(folded, start, end)) >= least


def _adjacent(folded: str, start: int, end: int) -> bool:
    """Whether nothing but white space stands between."""
    return not folded[start:end].strip()
