"""Pilots named in running prose: with brackets inside a sentence, in quotes, or behind a verb of filing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbox_kg.drafting.institutions import ApplicantList, Institutions, key_between
from sandbox_kg.drafting.names import (
    HAS_CHINESE,
    LONGEST_LIST,
    LONGEST_NAME,
    Cover,
    Found,
    Names,
    Span,
    closing,
    openings,
    sentence_start,
)
from sandbox_kg.drafting.text import Text
from sandbox_kg.drafting.words import Words

_SENTENCE_END = re.compile(r"[。!?;\n]")
QUOTED = re.compile(r"“([^“”\n]{2,60})”|\"([^\"“”\n]{2,60})\"")
_NESTED = re.compile(r"“([^“”\n]{0,50}(?:“[^“”\n]{1,40}”[^“”\n]{0,50})+)”")
_TAIL_STOP = re.compile(r"[,。、;:!?()“”\"\s的由和与及以等为入将把]")


class ProseReader:
    """Reads sentences."""

    def __init__(self, names: Names, institutions: Institutions, words: Words) -> None:
        self._names, self._institutions = names, institutions
        file = words.all("pilots")
        self._after_name = sorted(file["after_name"], key=len, reverse=True)
        self._not_after = tuple(file["not_after_ending"])
        filing = [*file["filing"], *file["lead"], *file["participant"]]
        self._filing = sorted({*filing}, key=len, reverse=True)
        self._filed = re.compile("|".join(sorted(map(re.escape, file["filed"]), key=len, reverse=True)))
        self._filed_of = re.compile(rf"(?:{'|'.join(map(re.escape, self._filing))})的(?=[^“\"])|的(?=基于)")
        self._participating = re.compile(
            rf"[,、和及]?(?:并)?([^,。;\n]{{2,80}}?)(?:{'|'.join(map(re.escape, file['participant']))})(?=[,。;的\n]|$)"
        )
        labels = [label for role in ("applicants", "leads") for label in words.get("pilots", "fields", role)]
        self._labelled = re.compile(
            rf"的?(?:{'|'.join(sorted(map(re.escape, labels), key=len, reverse=True))})(?:分别)?[为是:]"
        )
        self._by = sorted(file["by"], key=len, reverse=True)
        self._by_word = re.compile("|".join(map(re.escape, self._by)))
        self._joint = re.compile(rf"^[\s,、”\"]*(?:{'|'.join(map(re.escape, file['together']))})?[\s,“\"]*$")
        self._only_said = set(file["only_said"])
        self._lead_in = re.compile(
            rf"^.*?(?:{'|'.join(map(re.escape, file['lead_in']))}).*?(?:{'|'.join(map(re.escape, file['leading']))})"
        )
        self._before_name = sorted(file["before_name"], key=len, reverse=True)
        self._nouns = file["nouns"]
        self._former, self._latter = file["former"], file["latter"]

    def find(self, text: Text, covered: Cover) -> Iterator[Found]:
        """The pilots that sentences name, outside the spans that are covered."""
        for start, end in text.lines:
            if covered.touches(start, end):
                continue
            yield from self._inline(text.folded, start, end)
            yield from self._told(text.folded, start, end)

    def _inline(self, folded: str, start: int, end: int) -> Iterator[Found]:
        """…NAME(APPLICANTS)、NAME(APPLICANTS)… inside a line."""
        for opened in openings(folded, start, end):
            closed = closing(folded, opened, end)
            if closed is None or closed - opened > LONGEST_LIST:
                continue
            parsed = self._institutions.parse(folded, opened + 1, closed)
            share = self._institutions.share(folded, parsed)
            name = self._name_before(folded, start, opened) if share >= 0.5 else None
            if name is None or self._institutions.is_likely(key_between(folded, *name), strict=True):
                continue
            if share < 1 and not folded.startswith((*self._names.beginnings, "“"), name[0]):
                continue
            if self._names.has_ending(folded, *name) or "“" in folded[name[0] : name[1]]:
                heading = (start, end) if name[0] <= self._names.after_numbering(folded, start, end) else None
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
        position = self._names.after_numbering(folded, position, end)
        changed = True
        while changed:
            changed = False
            for word in self._before_name:
                if folded.startswith(word, position) and end - position - len(word) >= 4:
                    position, changed = position + len(word), True
                    break
        lead = self._lead_in.match(folded[position:end])
        if lead and self._names.fits(folded, position + lead.end(), end) and end - position - lead.end() >= 4:
            position += lead.end()
        return (position, end) if self._names.fits(folded, position, end) else None

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
            began = max(sentence_start(folded, name[0], start), floor)
            applicants = self._behind(folded, name[1], end) or self._ahead(folded, began, name[0])
            near = previous is not None and name[0] - previous.name[1] <= 20
            if applicants is None and previous and near and self._joint.match(folded[previous.name[1] : name[0]]):
                applicants = previous.applicants
            if applicants is None or not applicants.items:
                if self._names.has_ending(folded, *name):
                    latest.append(Found(name, "prose", ApplicantList([])))
                continue
            previous = Found(name, "prose", applicants)
            latest.append(previous)
            floor = name[1]
        self._former_and_latter(folded, latest, end)
        yield from (found for found in latest if found.applicants.items)

    def _former_and_latter(self, folded: str, latest: list[Found], end: int) -> None:
        if len(latest) < 2:
            return
        for word, found in ((self._former, latest[-2]), (self._latter, latest[-1])):
            at = folded.find(word, latest[-1].name[1], min(end, latest[-1].name[1] + LONGEST_LIST))
            if at >= 0 and (applicants := self._behind(folded, at + len(word), end)):
                found.applicants = applicants

    def _quoted_names(self, folded: str, start: int, end: int) -> Iterator[Span]:
        nested = list(_NESTED.finditer(folded, start, end))
        outer = Cover(n.span() for n in nested)
        inner = [m for m in QUOTED.finditer(folded, start, end) if not outer.touches(*m.span())]
        for match in [*nested, *inner]:
            inside = (match.start() + 1, match.end() - 1)
            if folded[match.end() : match.end() + 1] in ("-", "—"):  # “X”—基于…服务
                dash = re.search(r"[,。、;:!?()由\s]", folded[match.end() : min(end, match.end() + LONGEST_NAME)])
                stop = match.end() + dash.start() if dash else min(end, match.end() + LONGEST_NAME)
                if self._names.has_ending(folded, match.end(), stop):
                    yield match.start(), stop
                    continue
            tail = self._tail(folded, match.end(), end)
            said = folded[match.end() : tail] if tail else ""
            whole = inside[1] - inside[0] >= 8 or folded.startswith(self._names.beginnings, inside[0])
            if self._names.has_ending(folded, *inside) and (not tail or whole or said in self._only_said):
                yield inside
            elif tail:
                yield self._begun(folded, match.start(), start), tail
            elif HAS_CHINESE.search(folded, *inside):
                yield inside

    def _begun(self, folded: str, quote: int, start: int) -> int:
        """Where a name begins that has a quote inside: 基于数字乡村云平台的“党建+金融”服务."""
        floor = max(start, quote - LONGEST_NAME)
        clause = max(floor, *(folded.rfind(sign, floor, quote) + 1 for sign in ",。、;:!?“”("))
        for beginning in self._names.beginnings:
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
                for ending in self._names.endings:
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
        return any(folded.endswith(ending, start, position) for ending in self._names.endings)

    def _filed_names(self, folded: str, start: int, end: int) -> Iterator[Span]:
        for match in self._filed_of.finditer(folded, start, end):
            stop = re.search(
                r"[,。、;:!?(\n]|以及|入选|入围|等项目|等应用",
                folded[match.end() : min(end, match.end() + LONGEST_NAME)],
            )
            begin, finish = match.end(), (match.end() + stop.start() if stop else min(end, match.end() + LONGEST_NAME))
            if not self._names.has_ending(folded, begin, finish):  # …服务备受关注
                finish = max(
                    (e for w in self._nouns if (e := folded.rfind(w, begin, finish) + len(w)) > begin + len(w)),
                    default=begin,
                )
            if finish - begin >= 6:
                yield begin, finish

    def _names_before_by(self, folded: str, start: int, end: int) -> Iterator[Span]:
        """基于…的…服务由APPLICANTS申报: a name without quotes before the word for by."""
        for match in self._by_word.finditer(folded, start, end):
            floor = max(start, match.start() - LONGEST_NAME)
            clause = max(floor, *(folded.rfind(sign, floor, match.start()) + 1 for sign in ",。、;:!?("))
            begins = [at for word in self._names.beginnings if (at := folded.find(word, clause, match.start())) >= 0]
            if (
                begins
                and match.start() - min(begins) <= LONGEST_NAME
                and self._names.has_ending(folded, min(begins), match.start())
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
        if labelled := self._labelled.match(folded, position, end):
            stop = re.compile(r"[。;!?\n]").search(folded, labelled.end(), min(end, labelled.end() + LONGEST_LIST))
            limit = stop.start() if stop else min(end, labelled.end() + LONGEST_LIST)
            parsed = self._institutions.parse(folded, labelled.end(), limit)
            return parsed if self._institutions.share(folded, parsed) >= 0.5 else None
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
