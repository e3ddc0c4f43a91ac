"""Lists of applicants: where one ends and the next begins, and which institution of the graph each is.

An item is resolved by the longest name that covers all of it: 中国银行 is not found in 中国银行深圳分行, which is
a unit of it, recorded or proposed. What is not recorded is proposed with a kind guessed from the end of its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sandbox_kg.drafting.gazetteer import Gazetteer, Institution
from sandbox_kg.drafting.matching import Matcher
from sandbox_kg.drafting.words import Words

SHORTEST, LONGEST = 2, 45
_SEPARATOR = re.compile(r"[、,;/|\n\t]|\s{2,}")
_NOT_IN_NAMES = re.compile(r"[。!?:;“”\"'《》<>=%…]")
_NO_NAME = re.compile(r"[0-9]+年|[0-9]+月|^[0-9]+$|^第.{1,3}批$")
_BRACKETS = re.compile(r"[()\[\]【】〔〕]")
_OPEN, _CLOSE = "([【〔", ")]】〕"


@dataclass(frozen=True)
class Item:
    """One name in a list of applicants: its span, and the role that words around it give (`lead`, `participant`)."""

    start: int
    end: int
    role: str = ""


@dataclass(frozen=True)
class ApplicantList:
    """The names of a list; `is_open` where the list ends in 等."""

    items: list[Item]
    is_open: bool = False


@dataclass(frozen=True)
class Resolution:
    """What a printed name stands for.

    Attributes:
        rule: `name` (a recorded name), `variant` (but for the legal form or a prefix), `unit` (a recorded unit under
            another spelling), `new-unit` (of a recorded legal person), `new`.
        institution: the institution, empty where it is proposed.
        parent: of a proposed unit the legal person.
        kind: of a proposed institution the guessed kind.
        others: further institutions with that name.
    """

    rule: str
    institution: str = ""
    parent: str = ""
    kind: str = ""
    others: list[str] = field(default_factory=list)


class Institutions:
    """Recognises and resolves names of institutions."""

    def __init__(self, gazetteer: Gazetteer, words: Words) -> None:
        self._gazetteer = gazetteer
        self._file = words.all("institution-kinds")
        self._pilots = words.all("pilots")
        self.matcher = Matcher((key, ids) for key, ids in gazetteer.by_name.items() if len(key) >= SHORTEST)
        self._endings: list[tuple[str, list[str]]] = [
            (ending, line["kinds"]) for line in words.get("institution-kinds", "endings") for ending in line["endings"]
        ]
        self._strict = tuple(e for line in self._file["endings"] if "weak" not in line for e in line["endings"])
        self._loose = tuple(ending for ending, _ in self._endings)
        self._never = {line["word"] for line in self._pilots["types"]}
        self._forms = sorted(words.get("institution-kinds", "forms"), key=len, reverse=True)
        self._units = sorted(words.get("institution-kinds", "units"), key=len, reverse=True)
        self._ignored = re.compile("|".join(sorted(self._file["unit_ignored"], key=len, reverse=True)))
        self._resolved: dict[str, Resolution] = {}
        self._likely: dict[tuple[str, bool], bool] = {}
        self._variants: dict[str, list[str]] = {}
        for key, ids in gazetteer.by_name.items():
            for variant in self._looser(key):
                self._variants.setdefault(variant, []).extend(
                    i for i in ids if i not in self._variants.get(variant, [])
                )
        self._known_units: dict[tuple[str, str], str] = {}
        for known in gazetteer.institutions.values():
            if known.parent in gazetteer.institutions:
                for key in known.keys:
                    if rest := self._rest_after(key, gazetteer.institutions[known.parent]):
                        self._known_units.setdefault((known.parent, self._plain_unit(rest)), known.id)
        together = sorted(words.get("pilots", "together"), key=len, reverse=True)
        self._together = re.compile("|".join(map(re.escape, together)))
        self._etc = sorted(words.get("pilots", "etc"), key=len, reverse=True)
        self._by = sorted(words.get("pilots", "by"), key=len, reverse=True)
        filing = {*self._pilots["filing"], *self._pilots["lead"], *self._pilots["participant"]}
        self._filing = sorted(filing, key=len, reverse=True)
        roles = [(word, "lead") for word in self._pilots["lead"]]
        roles += [(word, "participant") for word in self._pilots["participant"]]
        self.roles = sorted(roles, key=lambda role: -len(role[0]))

    # -- resolving ------------------------------------------------------------------------------------------------

    def resolve(self, key: str) -> Resolution:
        """What a name (folded, without white space) stands for; see `Resolution`."""
        if key not in self._resolved:
            self._resolved[key] = self._resolve(key)
        return self._resolved[key]

    def _resolve(self, key: str) -> Resolution:
        if len(key) > 2 * LONGEST:
            return Resolution("new")
        if ids := self._gazetteer.by_name.get(key):
            return Resolution("name", ids[0], others=ids[1:])
        candidates: list[str] = []
        for variant in [key, *self._looser(key)]:
            found = self._gazetteer.by_name.get(variant, []) + self._variants.get(variant, [])
            candidates += [i for i in found if i not in candidates]
        if candidates:
            return Resolution("variant", candidates[0], others=candidates[1:])
        if unit := self._unit(key):
            parent, rest = unit
            known = self._known_units.get((parent, self._plain_unit(rest)))
            if known:
                return Resolution("unit", known)
            return Resolution("new-unit", parent=parent, kind=self._unit_kind(parent))
        return Resolution("new", kind=self.guessed_kind(key))

    def _looser(self, key: str) -> list[str]:
        """The same name without legal form, without a place in brackets, without 中国."""
        found = []
        bare = key
        for form in self._forms:
            if bare.endswith(form) and len(bare) - len(form) >= 4:
                bare = bare.removesuffix(form)
                break
        without = re.sub(r"\([^()]{2,6}\)", "", bare)
        for name in (bare, without):
            for prefix in ("", *self._file["prefixes"]):
                short = name.removeprefix(prefix)
                if short != key and len(short) >= 4 and short not in found:
                    found.append(short)
        return found

    def _unit(self, key: str) -> tuple[str, str] | None:
        """The legal person and the rest of the name, where the name is a recorded one and the name of a unit."""
        if not any(key.endswith(unit) for unit in self._units):
            return None
        for length in range(len(key) - 2, 1, -1):
            rest = key[length:]
            if not _is_unit_rest(rest, self._units):
                continue
            ids = self._gazetteer.by_name.get(key[:length])
            if not ids:
                for variant in self._looser(key[:length]):
                    ids = self._gazetteer.by_name.get(variant) or ids
            if ids:
                known = self._gazetteer.institutions[ids[0]]
                return (known.parent or known.id), rest
        return None

    def _rest_after(self, key: str, parent: Institution) -> str:
        for name in sorted(parent.keys, key=len, reverse=True):
            if key.startswith(name) and len(key) > len(name):
                return key.removeprefix(name)
        return ""

    def _plain_unit(self, rest: str) -> str:
        ending = next((unit for unit in self._units if rest.endswith(unit)), "")
        return self._ignored.sub("", rest.removesuffix(ending)) + ending

    def _unit_kind(self, parent: str) -> str:
        kinds = self._gazetteer.institutions[parent].kinds
        for line in self._file["unit_kinds"]:
            if line["of"] in kinds:
                return self._first(line["kinds"])
        return kinds[0] if kinds else ""

    def guessed_kind(self, key: str) -> str:
        """The kind that the end of a name suggests; empty where it suggests none."""
        for line in self._file["orphan_unit_kinds"]:
            if key.endswith(tuple(line["endings"])):
                return self._first(line["kinds"])
        bare = key
        for form in self._forms:
            bare = bare.removesuffix(form)
        bare = re.sub(r"\([^()]*\)$", "", bare)
        if key.endswith("分公司"):
            for form in self._forms:
                if form in key:
                    bare = key[: key.index(form)]
                    break
        for name in (bare, key):
            best = max((e for e in self._endings if name.endswith(e[0])), key=lambda e: len(e[0]), default=None)
            if best:
                return self._first(best[1])
        return ""

    def _first(self, kinds: list[str]) -> str:
        return next((kind for kind in kinds if kind in self._gazetteer.ids), "")

    def distinctive(self, key: str) -> str:
        """What tells a name from others of its sort: without legal form, of a unit without 分行 and the like and 市."""
        for form in self._forms:
            if key.endswith(form) and len(key) > len(form):
                return key.removesuffix(form)
        ending = next((unit for unit in self._units if key.endswith(unit) and len(key) > len(unit)), "")
        rest = key.removesuffix(ending)
        return self._ignored.sub("", rest) if ending and len(rest) <= 8 else key

    # -- recognising ----------------------------------------------------------------------------------------------

    def is_recorded(self, key: str) -> bool:
        """Whether a name is that of a recorded institution, or of a unit of one."""
        return self.resolve(key).rule in ("name", "variant", "unit", "new-unit")

    def is_likely(self, key: str, strict: bool = False) -> bool:
        """Whether a name looks like that of an institution; with `strict` no weak ending such as 金融 is enough."""
        if not SHORTEST <= len(key) <= LONGEST:
            return False
        if (key, strict) not in self._likely:
            self._likely[key, strict] = self._is_likely(key, strict)
        return self._likely[key, strict]

    def _is_likely(self, key: str, strict: bool) -> bool:
        if _NOT_IN_NAMES.search(key):
            return False
        if key in self._gazetteer.by_name:
            return True
        if len(key) < 4 or key.count("(") != key.count(")") or key in self._gazetteer.terms or key in self._never:
            return False
        bare = re.sub(r"\([^()]*\)$", "", key)
        return (
            bare.endswith((*self._units, *(self._strict if strict else self._loose))) or self.resolve(key).rule != "new"
        )

    # -- lists ----------------------------------------------------------------------------------------------------

    def parse(self, text: str, start: int, end: int) -> ApplicantList:
        """The names in a span that holds a list of applicants and nothing else."""
        start, end, is_open = self._trim(text, start, end)
        items: list[Item] = []
        for piece in self._pieces(text, start, end):
            begin, stop, role = self._without_role(text, *piece)
            begin, stop, more = self._trim(text, begin, stop)
            is_open = is_open or more
            if text[begin:stop] in self._filing:
                continue
            if (
                begin < stop
                and not _NO_NAME.search(text[begin:stop])
                and any(character.isalnum() for character in text[begin:stop])
            ):
                items.append(Item(begin, stop, role))
        return ApplicantList(items, is_open)

    def share(self, text: str, found: ApplicantList, strict: bool = False) -> float:
        """The share of names in a list that look like institutions: 1 where all do, 0 for an empty list."""
        likely = sum(self.is_likely(key_between(text, item.start, item.end), strict) for item in found.items)
        return likely / len(found.items) if found.items else 0.0

    def _pieces(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        protected = self._protected(text, start, end)
        depth, begin, pieces, position = 0, start, [], start
        while position < end:
            if position in protected:
                position = protected[position]
                continue
            character = text[position]
            depth += character in _OPEN
            depth -= character in _CLOSE and depth > 0
            if depth == 0 and (separator := _SEPARATOR.match(text, position, end)):
                pieces.append((begin, position))
                begin = position = separator.end()
                continue
            if (
                depth == 0
                and (joint := self._together.match(text, position, end))
                and self._joins(text, begin, joint, end)
            ):
                pieces.append((begin, position))
                begin = position = joint.end()
                continue
            position += 1
        return [*pieces, (begin, end)]

    def _protected(self, text: str, start: int, end: int) -> dict[int, int]:
        """Where names of recorded institutions begin and end, so that a 与 inside one does not divide it."""
        return {match.start: match.end for match in self.matcher.find(text, start, end) if match.end - match.start >= 4}

    def _joins(self, text: str, begin: int, joint: re.Match[str], end: int) -> bool:
        """Whether a word such as 与 stands between two institutions rather than inside the name of one."""
        before = key_between(text, begin, joint.start())
        before = self._strip_words(before)
        stop = _SEPARATOR.search(text, joint.end(), end)
        after = self._strip_words(key_between(text, joint.end(), stop.start() if stop else end))
        if not before or not after:
            return False
        return self.is_likely(before) or (SHORTEST <= len(before) <= 8 and self.is_recorded(after))

    def _strip_words(self, key: str) -> str:
        for word in self._by:
            key = key.removeprefix(word)
        for word in self._filing:
            key = key.removesuffix(word)
        return key

    def _without_role(self, text: str, start: int, end: int) -> tuple[int, int, str]:
        """A name without the words of a role around it, and the role: 由甲牵头, 甲(牵头), 牵头机构:甲."""
        role, changed = "", True
        while changed and start < end:
            changed = False
            piece = text[start:end]
            for word, meant in self.roles:
                bracketed = f"({word})"
                if piece.endswith(bracketed):
                    end, role, changed = end - len(bracketed), meant, True
                elif piece.endswith(word) and len(piece) > len(word):
                    end, role, changed = end - len(word), meant, True
                if changed:
                    break
            else:
                for word in self._filing:
                    if piece.endswith(word) and len(piece) > len(word) + 1:
                        end, changed = end - len(word), True
                        break
                for word in (*self._by, "并"):
                    if piece.startswith(word) and len(piece) > len(word) + 1 and not self.matcher.at(text, start, end):
                        start, changed = start + len(word), True
                        break
            while start < end and text[end - 1].isspace():
                end -= 1
            while start < end and text[start].isspace():
                start += 1
        return start, end, role

    def _trim(self, text: str, start: int, end: int) -> tuple[int, int, bool]:
        """A span without white space, punctuation and 等 at its ends, and whether there was a 等."""
        is_open = False
        while start < end and (text[start].isspace() or text[start] in ":,、;。-—"):
            start += 1
        changed = True
        while changed and start < end:
            changed = False
            if text[end - 1].isspace() or text[end - 1] in ":,、;。-—":
                end, changed = end - 1, True
            for word in self._etc:
                if text[start:end].endswith(word) and end - len(word) > start:
                    end, is_open, changed = end - len(word), True, True
                    break
        while start < end and text[end - 1] in _CLOSE and text[start:end].count("(") < text[start:end].count(")"):
            end -= 1
        return start, end, is_open

    def before(self, text: str, start: int, end: int) -> ApplicantList:
        """The list of applicants that ends at `end` and begins no earlier than `start`, read backwards.

        It goes back name by name as long as what stands between two separators looks like an institution.
        """
        if not self._ends_here(text, start, end):
            return ApplicantList([])
        pieces = self._pieces(text, start, end)
        taken = end
        for begin, stop in reversed(pieces):
            left, right, _ = self._without_role(text, begin, stop)
            left, right, _ = self._trim(text, left, right)
            key = key_between(text, left, right)
            if not key and taken == end:
                continue
            if self.is_likely(key) and not self._tail(text, left, right):
                taken = left if left > begin else begin
                continue
            if tail := self._tail(text, left, right):
                taken = tail
            break
        return self.parse(text, taken, end) if taken < end else ApplicantList([])

    def _ends_here(self, text: str, start: int, end: int) -> bool:
        """Whether a name of an institution may end at a position: a quick look before the list is taken apart."""
        while end > start and (text[end - 1].isspace() or text[end - 1] in ",、;等"):
            end -= 1
        last = max(start, end - LONGEST)
        if text.endswith((*self._loose, *self._units, ")"), last, end):
            return True
        return self.matcher.ending(text, last, end) is not None or text.endswith(tuple(self._etc), last, end)

    def _tail(self, text: str, start: int, end: int) -> int | None:
        """Where a name of an institution begins that ends a piece of prose: …应用,分别是[江陵银行]."""
        for word in (*self._pilots["before_name"], *self._by, ":", "获悉", "据悉", "此外", "日前", "近日"):
            at = text.rfind(word, start, end)
            while at >= 0 and word:
                begin = at + len(word)
                if begin < end and self.is_likely(key_between(text, begin, end)) and not self._covered(text, at, begin):
                    return begin
                at = text.rfind(word, start, at)
        return None

    def _covered(self, text: str, start: int, end: int) -> bool:
        """Whether a span lies inside the name of a recorded institution."""
        begin = max(0, start - LONGEST)
        return any(
            m.start < end and start < m.end for m in self.matcher.find(text, begin, min(len(text), end + LONGEST))
        )


def key_between(text: str, start: int, end: int) -> str:
    """A span of folded text as names are compared: without white space."""
    return "".join(text[start:end].split())


def _is_unit_rest(rest: str, units: list[str]) -> bool:
    return len(rest) <= 24 and any(rest.endswith(unit) for unit in units) and not _BRACKETS.search(rest[:1])
