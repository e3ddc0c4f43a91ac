"""Where a text names pilots, who applied for each, and which parts of the text speak of it.

Five ways of naming are read: declaration forms and labelled lists (`field`), headings with the applicants in brackets
(`heading`), rows of a table (`row`), headings whose next line lists the applicants (`next-line`), and prose: inline
brackets (`inline`), names in quotes or after a verb of filing (`prose`).
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sandbox_kg.drafting.gazetteer import key_of
from sandbox_kg.drafting.institutions import ApplicantList, Institutions, Item, key_between
from sandbox_kg.drafting.matching import Matcher
from sandbox_kg.drafting.text import Text
from sandbox_kg.drafting.words import Words

Span = tuple[int, int]
LONGEST_NAME = 70
LONGEST_LIST = 400
_NUMBERING = re.compile(
    r"(?:第[一二三四五六七八九十0-9]{1,3}[项个]?[、.:：]|[一二三四五六七八九十]{1,3}[、.:]|[(（][一二三四五六七八九十0-9]{1,3}[)）][、.]?"
    r"|[0-9]{1,3}[、.)）](?![0-9])|[0-9]{1,3}[ \t|]+|[①-⑳⑴-⒇]|(?:项目|应用)[一二三四五六七八九十0-9]{1,3}[:、]|[•·▪◆■●★*|-])\s*"
)
_SENTENCE_END = re.compile(r"[。!?;\n]")
_CELLS = re.compile(r"[\t|]+|\s{2,}")
_HAS_CHINESE = re.compile("[\u3400-\u9fff]")
_QUOTED = re.compile(r"“([^“”\n]{2,60})”|\"([^\"“”\n]{2,60})\"")
_NESTED = re.compile(r"“([^“”\n]{0,50}(?:“[^“”\n]{1,40}”[^“”\n]{0,50})+)”")
_TAIL_STOP = re.compile(r"[,。、;:!?()“”\"\s的由和与及以等为入将把]")


@dataclass
class Found:
    """A pilot that the text names.

    Attributes:
        name: span of its name.
        rule: how it was found.
        applicants: the names of its applicants.
        heading: span of the line that is its heading, where it has one of its own.
        body: spans that speak of it, the name aside.
        fields: role of a labelled field to its spans.
    """

    name: Span
    rule: str
    applicants: ApplicantList
    heading: Span | None = None
    body: list[Span] = field(default_factory=list)
    fields: dict[str, list[Span]] = field(default_factory=dict)


@dataclass(frozen=True)
class Label:
    """The label of a field: its role, its span, and where its value begins."""

    role: str
    start: int
    end: int


class PilotFinder:
    """Finds pilots in texts."""

    def __init__(self, institutions: Institutions, words: Words) -> None:
        self._institutions = institutions
        file = words.all("pilots")
        roles = [(label, role) for role, labels in words.get("pilots", "fields").items() for label in labels]
        self._labels = Matcher(roles)
        self._numbered = set(file["numbered"])
        self._distinct = set(file["distinct"])
        self._endings = sorted(file["endings"], key=len, reverse=True)
        self._after_name = sorted(file["after_name"], key=len, reverse=True)
        self._not_after = tuple(file["not_after_ending"])
        self._types = [line["word"] for line in file["types"]]
        self._marks = "".join([*file["ticked"], *file["unticked"]])
        filing = [*file["filing"], *file["lead"], *file["participant"]]
        self._filing = sorted({*filing}, key=len, reverse=True)
        self._filed = re.compile("|".join(sorted(map(re.escape, file["filed"]), key=len, reverse=True)))
        self._filed_of = re.compile(rf"(?:{'|'.join(map(re.escape, self._filing))})的(?=[^“\"])|的(?=基于)")
        self._participating = re.compile(
            rf"[,、和及]?(?:并)?([^,。;\n]{{2,80}}?)(?:{'|'.join(map(re.escape, file['participant']))})(?=[,。;的\n]|$)"
        )
        self._by = sorted(file["by"], key=len, reverse=True)
        self._title = re.compile("|".join(map(re.escape, file["titles"])))
        self._by_word = re.compile("|".join(map(re.escape, self._by)))
        self._joint = re.compile(rf"^[\s,、”\"]*(?:{'|'.join(map(re.escape, file['together']))})?[\s,“\"]*$")
        self._beginnings = tuple(file["beginnings"])
        self._only_said = set(file["only_said"])
        self._lead_in = re.compile(
            rf"^.*?(?:{'|'.join(map(re.escape, file['lead_in']))}).*?(?:{'|'.join(map(re.escape, file['leading']))})"
        )
        self._before_name = sorted(file["before_name"], key=len, reverse=True)
        self._general = re.compile("|".join(map(re.escape, words.get("not-terms", "general"))))
        self._former, self._latter = file["former"], file["latter"]

    def find(self, text: Text) -> list[Found]:
        """The pilots of a text, in the order of their names, each once."""
        labels = self._labelled(text)
        forms = list(self._forms(text, labels))
        taken = [(found.heading or found.name)[0] for found in forms]
        spans = [
            span for found in forms for span in [*found.body, *(s for all_ in found.fields.values() for s in all_)]
        ]
        covered = _Cover([*spans, *((at, at + 1) for at in taken)])
        headings = list(self._headings(text, labels, covered))
        spoken = [*spans, *self._own_bodies(text, [*forms, *headings], labels)]
        inline = list(self._prose(text, _Cover(spoken)))
        found = self._merged(text, sorted([*forms, *headings, *inline], key=lambda one: one.name))
        bare = [one for one in found if not one.body]
        self._mentions(text, bare, _Cover([*spoken, *(one.heading for one in found if one.heading)]))
        return found

    # -- forms ----------------------------------------------------------------------------------------------------

    def _labelled(self, text: Text) -> list[Label]:
        """The labels of fields, where they are set off like labels; not those of a table's head."""
        folded, labels = text.folded, []
        for match in self._labels.find(folded):
            end = match.end
            if match.word in self._numbered:
                while end < len(folded) and folded[end] in "0123456789一二三四五六七八九":
                    end += 1
            if not self._set_off(folded, match.start, end, match.word in self._distinct):
                continue
            while end < len(folded) and folded[end] in ":： \t|】]":
                end += 1
            labels.append(Label(self._labels.entries[match.word], match.start, end))
        return [label for label in labels if not self._in_table_head(folded, label, labels)]

    def _set_off(self, folded: str, start: int, end: int, distinct: bool) -> bool:
        before = start - 1
        while before >= 0 and folded[before] in " \t|【[*·":
            before -= 1
        line = folded.rfind("\n", 0, start) + 1
        begins = before < line or folded[before] in "。;.、)" or before < start - 1
        if before >= line and before == start - 1 and folded[before] in ".、)":
            begins = _NUMBERING.fullmatch(folded[line:start].strip()) is not None
        if distinct:
            return begins or folded[end : end + 1] in ":\t "
        behind = folded[end : end + 1]
        return begins and (
            behind in (":", "\t", "|", "】", "]", "\n", "")
            or (behind == " " and before < start - 1)
            or (behind == " " and start == line)
        )

    def _in_table_head(self, folded: str, label: Label, labels: list[Label]) -> bool:
        """Whether a label is a column's head: on its line stands nothing but labels."""
        start = folded.rfind("\n", 0, label.start) + 1
        end = folded.find("\n", label.start)
        end = len(folded) if end < 0 else end
        on_line = [other for other in labels if start <= other.start < end]
        if len(on_line) < 2:
            return False
        rest = folded[start:end]
        for other in on_line:
            rest = rest.replace(folded[other.start : other.end].strip(" \t|:"), "", 1)
        return not rest.strip(" \t|:、0123456789")

    def _forms(self, text: Text, labels: list[Label]) -> Iterator[Found]:
        folded = text.folded
        heads = [at for at, label in enumerate(labels) if label.role == "name" and self._value(folded, labels, at)]
        for number, at in enumerate(heads):
            first = at - 1 if at and labels[at - 1].role == "number" else at
            last = len(labels)
            if number + 1 < len(heads):
                last = heads[number + 1]
                last -= labels[last - 1].role == "number"
            name = self._value(folded, labels, at)
            if name is None:
                continue
            fields: dict[str, list[Span]] = {}
            for position in range(first, last):
                end = labels[position + 1].start if position + 1 < len(labels) else len(folded)
                span = self._value(folded, labels, position, wide=labels[position].role not in _ONE_LINE)
                if span and position != at:
                    fields.setdefault(labels[position].role, []).append((span[0], min(span[1], end)))
            line_end = folded.find("\n", name[0])
            heading = (labels[at].start, len(folded) if line_end < 0 else line_end)
            body = [span for role in _SPOKEN for span in fields.get(role, [])]
            applicants = self._from_fields(folded, fields)
            yield Found(self._bare_name(folded, *name), "field", applicants, heading, body, fields)

    def _value(self, folded: str, labels: list[Label], at: int, wide: bool = False) -> Span | None:
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

    def _from_fields(self, folded: str, fields: dict[str, list[Span]]) -> ApplicantList:
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

    # -- headings and rows ----------------------------------------------------------------------------------------

    def _headings(self, text: Text, labels: list[Label], covered: _Cover) -> Iterator[Found]:
        folded, lines = text.folded, text.lines
        by_line = {label.start: label for label in labels}
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
            if sure and self._has_ending(folded, *one.name) and not self._title.search(folded, *one.name):
                yield one

    def _bracketed(self, folded: str, start: int, end: int, least: float = 0.5) -> Found | None:
        """NAME(APPLICANTS): the last bracket may be missing, and the name may hold brackets of its own."""
        heading = (start, end)
        start = self._after_numbering(folded, start, end)
        while end > start and folded[end - 1] in "。;,、 ":
            end -= 1
        for word in self._types:  # NAME(APPLICANTS)(金融服务)
            if folded[start:end].endswith(f"({word})"):
                end -= len(word) + 2
        best: tuple[float, int, ApplicantList] | None = None
        for opened in _openings(folded, start, end):
            closed = _closing(folded, opened, end)
            if closed is not None and closed < end - 1:
                continue
            stop = end if closed is None else closed
            if not self._name_fits(folded, start, opened) or stop - opened > LONGEST_LIST:
                continue
            begin = opened + 1
            if label := self._labels.at(folded, begin, stop) if begin < stop else None:
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
        return Found(self._bare_name(folded, start, best[1]), "heading", best[2], heading)

    def _dashed(self, folded: str, start: int, end: int) -> Found | None:
        """NAME——APPLICANTS."""
        heading = (start, end)
        start = self._after_numbering(folded, start, end)
        at = max(folded.find("——", start, end), folded.find("--", start, end))
        if at < 0 or not self._name_fits(folded, start, at) or end - at > LONGEST_LIST:
            return None
        parsed = self._institutions.parse(folded, at + 2, end)
        if self._institutions.share(folded, parsed) < 1:
            return None
        return Found(self._bare_name(folded, start, at), "heading", parsed, heading)

    def _row(self, folded: str, start: int, end: int) -> Found | None:
        """A row of a table: a cell that is a list of institutions, and the longest of the others as the name."""
        cells, position = [], start
        for gap in _CELLS.finditer(folded, start, end):
            cells.append((position, gap.start()))
            position = gap.end()
        cells = [cell for cell in [*cells, (position, end)] if cell[0] < cell[1]]
        if len(cells) < 2 or end - start > 400:
            return None
        lists = [cell for cell in cells if not self._is_type(folded, *cell) and self._is_list(folded, *cell)]
        if not lists and any(self._is_type(folded, *cell) for cell in cells):
            lists = [c for c in cells if self._is_list(folded, *c, least=0.5) and not self._has_ending(folded, *c)]
        if not lists:
            return None
        applicants = lists[-1]
        names = [c for c in cells if c != applicants and self._name_fits(folded, *c) and not self._is_type(folded, *c)]
        names = [c for c in names if c not in lists or self._has_ending(folded, *c)]
        if not names:
            return None
        name = max(names, key=lambda cell: cell[1] - cell[0])
        fields = {"type": [cell] for cell in cells if self._is_type(folded, *cell)}
        begin = self._after_numbering(folded, *name)
        return Found(
            self._bare_name(folded, begin, name[1]),
            "row",
            self._institutions.parse(folded, *applicants),
            (start, end),
            fields=fields,
        )

    def _with_next_line(
        self, folded: str, line: Span, following: Span, by_line: dict[int, Label], labels: list[Label]
    ) -> Found | None:
        """A short line whose next line says or lists the applicants."""
        start = self._after_numbering(folded, *line)
        if not self._name_fits(folded, start, line[1]) or line[1] - start < 4 or folded[line[1] - 1] in ":,":
            return None
        label = by_line.get(following[0])
        if label and label.role in ("applicants", "leads"):
            fields: dict[str, list[Span]] = {}
            at = labels.index(label)
            while at < len(labels) and labels[at].role != "name":
                role = labels[at].role
                span = self._value(folded, labels, at, wide=role not in _ONE_LINE)
                if (
                    role in fields
                    and role in ("applicants", "leads")
                    and not _adjacent(folded, fields[role][-1][1], labels[at].start)
                ) or span is None:
                    break
                fields.setdefault(role, []).append(span)
                at += 1
            applicants = self._from_fields(folded, fields)
            return (
                Found(self._bare_name(folded, start, line[1]), "next-line", applicants, line, fields=fields)
                if applicants.items
                else None
            )
        if start == line[0] and not self._has_ending(folded, start, line[1]):
            return None
        if following[1] - following[0] > LONGEST_LIST or self._is_list(folded, start, line[1]):
            return None
        if not self._is_list(folded, *following):
            return None
        return Found(
            self._bare_name(folded, start, line[1]), "next-line", self._institutions.parse(folded, *following), line
        )

    def _is_list(self, folded: str, start: int, end: int, least: float = 1) -> bool:
        return self._institutions.share(folded, self._institutions.parse(folded, start, end)) >= least

    # -- prose ----------------------------------------------------------------------------------------------------

    def _prose(self, text: Text, covered: _Cover) -> Iterator[Found]:
        for start, end in text.lines:
            if covered.touches(start, end):
                continue
            yield from self._inline(text.folded, start, end)
            yield from self._told(text.folded, start, end)

    def _inline(self, folded: str, start: int, end: int) -> Iterator[Found]:
        """…NAME(APPLICANTS)、NAME(APPLICANTS)… inside a line."""
        for opened in _openings(folded, start, end):
            closed = _closing(folded, opened, end)
            if closed is None or closed - opened > LONGEST_LIST:
                continue
            parsed = self._institutions.parse(folded, opened + 1, closed)
            share = self._institutions.share(folded, parsed)
            name = self._name_before(folded, start, opened) if share >= 0.5 else None
            if name is None or self._institutions.is_likely(key_between(folded, *name), strict=True):
                continue
            if share < 1 and not folded.startswith((*self._beginnings, "“"), name[0]):
                continue
            if self._has_ending(folded, *name) or "“" in folded[name[0] : name[1]]:
                heading = (start, end) if name[0] <= self._after_numbering(folded, start, end) else None
                found = Found(name, "inline", parsed, heading)
                if heading:
                    found.body.append((closed + 1, end))
                yield found

    def _name_before(self, folded: str, start: int, end: int) -> Span | None:
        """The name that ends at a bracket: back to a sign that ends a clause outside quotes."""
        position, quoted = end, False
        while position > start and end - position <= LONGEST_NAME:
            character = folded[position - 1]
            if character == "”":
                quoted = True
            elif character == "“":
                quoted = False
            elif not quoted and character in ",。、;:!?)\n":
                break
            position -= 1
        position = self._after_numbering(folded, position, end)
        changed = True
        while changed:
            changed = False
            for word in self._before_name:
                if folded.startswith(word, position) and end - position - len(word) >= 4:
                    position, changed = position + len(word), True
                    break
        lead = self._lead_in.match(folded[position:end])
        if lead and self._name_fits(folded, position + lead.end(), end) and end - position - lead.end() >= 4:
            position += lead.end()
        return (position, end) if self._name_fits(folded, position, end) else None

    def _told(self, folded: str, start: int, end: int) -> Iterator[Found]:
        """Names in quotes, or behind a verb of filing, with their applicants before or behind them."""
        quoted, filed = self._quoted_names(folded, start, end), self._filed_names(folded, start, end)
        names = sorted({*quoted, *filed, *self._names_before_by(folded, start, end)})
        previous: Found | None = None
        latest: list[Found] = []
        floor = start
        for name in names:
            if name[0] < floor:
                continue
            began = max(_sentence_start(folded, name[0], start), floor)
            applicants = self._behind(folded, name[1], end) or self._ahead(folded, began, name[0])
            if applicants is None and previous and self._joint.match(folded[previous.name[1] : name[0]]):
                applicants = previous.applicants
            if applicants is None or not applicants.items:
                continue
            previous = Found(name, "prose", applicants)
            latest.append(previous)
            floor = name[1]
        self._former_and_latter(folded, latest, end)
        yield from latest

    def _former_and_latter(self, folded: str, latest: list[Found], end: int) -> None:
        if len(latest) < 2:
            return
        for word, found in ((self._former, latest[-2]), (self._latter, latest[-1])):
            at = folded.find(word, latest[-1].name[1], end)
            if at >= 0 and (applicants := self._behind(folded, at + len(word), end)):
                found.applicants = applicants

    def _quoted_names(self, folded: str, start: int, end: int) -> Iterator[Span]:
        nested = list(_NESTED.finditer(folded, start, end))
        inner = [
            m for m in _QUOTED.finditer(folded, start, end) if not any(n.start() <= m.start() < n.end() for n in nested)
        ]
        for match in [*nested, *inner]:
            inside = (match.start() + 1, match.end() - 1)
            if folded[match.end() : match.end() + 1] in ("-", "—"):  # “X”—基于…服务
                dash = re.search(r"[,。、;:!?()由\s]", folded[match.end() : min(end, match.end() + LONGEST_NAME)])
                stop = match.end() + dash.start() if dash else min(end, match.end() + LONGEST_NAME)
                if self._has_ending(folded, match.end(), stop):
                    yield match.start(), stop
                    continue
            tail = self._tail(folded, match.end(), end)
            said = folded[match.end() : tail] if tail else ""
            whole = inside[1] - inside[0] >= 8 or folded.startswith(self._beginnings, inside[0])
            if self._has_ending(folded, *inside) and (
                not tail or said in self._only_said or (whole and said in self._after_name)
            ):
                yield inside
            elif tail:
                yield self._begun(folded, match.start(), start), tail
            elif _HAS_CHINESE.search(folded, *inside):
                yield inside

    def _begun(self, folded: str, quote: int, start: int) -> int:
        """Where a name begins that has a quote inside: 基于数字乡村云平台的“党建+金融”服务."""
        clause = max(start, *(folded.rfind(sign, start, quote) + 1 for sign in ",。、;:!?“”("))
        for beginning in self._beginnings:
            at = folded.find(beginning, clause, quote)
            if at >= 0 and folded[quote - 1] == "的":
                return at
        return quote

    def _tail(self, folded: str, start: int, end: int) -> int:
        """Where the words end that belong to a name in quotes: “云上票”[票据流转产品]; 0 where there are none."""
        stop = _TAIL_STOP.search(folded, start, min(end, start + 18))
        limit = stop.start() if stop else min(end, start + 18)
        for position in range(start + 2, limit + 1):
            if not self._ends_there(folded, start, position):
                continue
            extended = True
            while extended:
                extended = False
                for ending in self._endings:
                    if (
                        folded.startswith(ending, position)
                        and position + len(ending) <= limit
                        and self._ends_there(folded, start, position + len(ending))
                    ):
                        position, extended = position + len(ending), True
                        break
            return position
        return 0

    def _ends_there(self, folded: str, start: int, position: int) -> bool:
        if folded[position : position + 1] in self._not_after and position < len(folded):
            return False
        return any(folded.endswith(ending, start, position) for ending in self._endings)

    def _filed_names(self, folded: str, start: int, end: int) -> Iterator[Span]:
        for match in self._filed_of.finditer(folded, start, end):
            stop = re.search(
                r"[,。、;:!?(\n]|以及|入选|入围|等项目|等应用",
                folded[match.end() : min(end, match.end() + LONGEST_NAME)],
            )
            begin, finish = match.end(), (match.end() + stop.start() if stop else min(end, match.end() + LONGEST_NAME))
            if finish - begin >= 6 and self._has_ending(folded, begin, finish):
                yield begin, finish

    def _names_before_by(self, folded: str, start: int, end: int) -> Iterator[Span]:
        """基于…的…服务由APPLICANTS申报: a name without quotes before the word for by."""
        for match in self._by_word.finditer(folded, start, end):
            clause = max(start, *(folded.rfind(sign, start, match.start()) + 1 for sign in ",。、;:!?("))
            begins = [at for word in self._beginnings if (at := folded.find(word, clause, match.start())) >= 0]
            if (
                begins
                and match.start() - min(begins) <= LONGEST_NAME
                and self._has_ending(folded, min(begins), match.start())
            ):
                yield min(begins), match.start()

    def _ahead(self, folded: str, start: int, end: int) -> ApplicantList | None:
        """The applicants that stand before a name: APPLICANTS(联合)(申请)(的)NAME."""
        changed, stop = True, end
        while changed and end > start:
            changed = False
            if folded[end - 1].isspace() or folded[end - 1] in '的了:“"':
                stop -= folded[end - 1] == "“" or folded[end - 1] == '"'
                end, changed = end - 1, True
            for word in self._filing:
                if folded.endswith(word, start, end) and not self._inside_name(folded, end - len(word), end):
                    if any(folded.startswith(w, end - len(word)) and w == word for w in self._role_words()):
                        return self._with_roles(folded, start, end)
                    end, changed = end - len(word), True
                    break
        parsed = self._institutions.before(folded, max(start, end - LONGEST_LIST), end)
        strict = end == stop  # nothing says that something is filed: 溪桥银行“…服务”
        return (
            parsed
            if parsed.items and self._institutions.share(folded, parsed, strict) >= (1 if strict else 0.5)
            else None
        )

    def _role_words(self) -> tuple[str, ...]:
        return tuple(word for word, _ in self._institutions.roles)

    def _with_roles(self, folded: str, start: int, end: int) -> ApplicantList | None:
        """由甲牵头、乙参与的NAME."""
        for word in self._by:
            at = folded.find(word, start, end)
            if at >= 0:
                parsed = self._institutions.parse(folded, at + len(word), end)
                if self._institutions.share(folded, parsed) >= 0.5:
                    return parsed
        parsed = self._institutions.before(folded, max(start, end - LONGEST_LIST), end)
        return parsed if parsed.items else None

    def _inside_name(self, folded: str, start: int, end: int) -> bool:
        return any(
            m.start < start and end <= m.end
            for m in self._institutions.matcher.find(folded, max(0, start - 30), min(len(folded), end + 10))
        )

    def _behind(self, folded: str, start: int, end: int) -> ApplicantList | None:
        """The applicants that stand behind a name: NAME(项目)由APPLICANTS申请."""
        position = start
        while position < end and (folded[position].isspace() or folded[position] in ',”"'):
            position += 1
        for word in self._after_name:
            if folded.startswith(word, position):
                position += len(word)
                break
        by = next((word for word in self._by if folded.startswith(word, position)), None)
        if by is None:
            return None
        position += len(by)
        stop = _SENTENCE_END.search(folded, position, min(end, position + LONGEST_LIST))
        limit = stop.start() if stop else min(end, position + LONGEST_LIST)
        filed = self._filed.search(folded, position, limit)
        while filed and self._inside_name(folded, *filed.span()):
            filed = self._filed.search(folded, filed.end(), limit)
        if filed is None:
            return None
        last = filed.end()
        if more := self._participating.match(folded, last, limit):
            last = more.end()
        parsed = self._institutions.parse(folded, position, last)
        return parsed if parsed.items and self._institutions.share(folded, parsed) >= 0.5 else None

    # -- names ----------------------------------------------------------------------------------------------------

    def _after_numbering(self, folded: str, start: int, end: int) -> int:
        match = _NUMBERING.match(folded, start, end)
        while match and match.end() > start:
            start = match.end()
            match = _NUMBERING.match(folded, start, end)
        return start

    def _name_fits(self, folded: str, start: int, end: int) -> bool:
        name = folded[start:end].strip()
        if not 3 <= len(name) <= LONGEST_NAME or not _HAS_CHINESE.search(name):
            return False
        if not (name[0].isalnum() or name[0] in '“《"('):
            return False
        # A question mark inside may stand for a character that was lost: 5G?智能银行.
        return not re.search(r"[。!;\n]|\?$", name) and name.count("“") == name.count("”")

    def _bare_name(self, folded: str, start: int, end: int) -> Span:
        while start < end and (folded[start].isspace() or folded[start] in "|《"):
            start += 1
        while end > start and (folded[end - 1].isspace() or folded[end - 1] in ":,。;、|》"):
            end -= 1
        return start, end

    def _has_ending(self, folded: str, start: int, end: int) -> bool:
        name = folded[start:end].rstrip('”" ')
        name = re.sub(r"\([^()]*\)$", "", name)
        return name.endswith(tuple(self._endings))

    def _is_type(self, folded: str, start: int, end: int) -> bool:
        return folded[start:end].strip(self._marks + " ") in self._types

    # -- all of a text --------------------------------------------------------------------------------------------

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
        silent = {label.start for label in labels if label.role in _ONE_LINE}
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
        for line in _lines_between(lines, start, end):
            if line[0] in silent:
                continue
            ends = folded[line[1] - 1] in "。!?;:)”"
            labelled = self._labels.at(folded, line[0], line[1]) is not None
            if line[1] - line[0] < 30 and not ends and not labelled:
                if body or not _NUMBERING.match(folded, *line):
                    break
                continue
            body.append(line)
        return body

    def _mentions(self, text: Text, found: list[Found], covered: _Cover) -> None:
        keys: dict[str, Found] = {}
        for one in found:
            name = text.folded[one.name[0] : one.name[1]]
            quoted = _QUOTED.search(name)
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
        for start, end in text.lines:
            if covered.touches(start, end):
                continue
            current: Found | None = None
            for sentence in _sentences(text.folded, start, end):
                if self._general.search(text.folded, *sentence):
                    continue
                named = {id(keys[m.word]): keys[m.word] for m in matcher.find(text.folded, *sentence)}
                if len(named) > 1:
                    current = None
                elif named:
                    (current,) = named.values()
                if current is not None:
                    current.body.append(sentence)


_ONE_LINE = frozenset({"number", "name", "type", "applicants", "leads", "participants", "planned"})
_SPOKEN = ("technologies", "description", "novelty", "effect", "scale")


class _Cover:
    """Spans that are spoken for."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]
        self._reach: list[int] = []
        furthest = -1
        for _, end in self._spans:
            furthest = max(furthest, end)
            self._reach.append(furthest)

    def touches(self, start: int, end: int) -> bool:
        """Whether a span shares a character with one of them."""
        at = bisect.bisect_left(self._starts, end)
        return at > 0 and self._reach[at - 1] > start


def bare_key(text: Text, start: int, end: int) -> str:
    """A pilot's name as names are compared: folded, without white space and quotes."""
    return key_of(text.plain[start:end], text.folder.fold).replace("“", "").replace("”", "").replace('"', "")


def _openings(folded: str, start: int, end: int, most: int = 30) -> list[int]:
    """The first opening brackets of a span; a line of nothing but brackets is not gone through."""
    found = []
    at = folded.find("(", start, end)
    while at >= 0 and len(found) < most:
        found.append(at)
        at = folded.find("(", at + 1, end)
    return found


def _closing(folded: str, opened: int, end: int) -> int | None:
    """Where the bracket that opens at a position is closed, looked for as far as a list may reach."""
    depth = 0
    for position in range(opened, min(end, opened + LONGEST_LIST + 200)):
        depth += folded[position] == "("
        depth -= folded[position] == ")"
        if depth == 0:
            return position
    return None


def _sentence_start(folded: str, position: int, start: int) -> int:
    return max(start, *(folded.rfind(sign, start, position) + 1 for sign in "。!?;"))


def _sentences(folded: str, start: int, end: int) -> Iterator[Span]:
    position = start
    for match in re.compile(r"[。!?]").finditer(folded, start, end):
        yield position, match.end()
        position = match.end()
    if position < end:
        yield position, end


def _lines_between(lines: list[Span], start: int, end: int) -> Iterator[Span]:
    at = bisect.bisect_left(lines, (start, -1))
    while at < len(lines) and lines[at][0] < end:
        yield lines[at]
        at += 1


def _adjacent(folded: str, start: int, end: int) -> bool:
    """Whether nothing but white space stands between."""
    return not folded[start:end].strip()
