"""Which technologies and scenarios the text of a pilot names, by label and synonym, the longest word winning.

A term inside the name of an institution or office does not count (大数据局, 腾讯云计算), nor one that is denied
(不使用生物识别), nor one in a sentence about a firm or a whole batch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox_kg.drafting.gazetteer import Gazetteer, Term, key_of
from sandbox_kg.drafting.matching import Match, Matcher
from sandbox_kg.drafting.names import Found, Span
from sandbox_kg.drafting.text import Text
from sandbox_kg.drafting.words import Words


@dataclass(frozen=True)
class Use:
    """A concept that the text names: the term, where, and whether in the pilot's name or the form's own field."""

    term: Term
    start: int
    end: int
    where: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Skipped:
    """Something seen and left out: where, and the message that says why."""

    start: int
    end: int
    reason: str


class ConceptFinder:
    """Finds technologies and scenarios."""

    def __init__(self, gazetteer: Gazetteer, words: Words) -> None:
        self._gazetteer = gazetteer
        file = words.all("not-terms")
        nothing: list[Term] = []
        self._matcher = Matcher(
            [
                *((phrase, nothing) for phrase in words.get("not-terms", "phrases")),
                *gazetteer.terms.items(),
                *((key, nothing) for key in gazetteer.by_name if len(key) > 2),
            ]
        )
        organs = "|".join(sorted(map(re.escape, words.get("not-terms", "organs")), key=len, reverse=True))
        between = "|".join(sorted(map(re.escape, file["between"]), key=len, reverse=True))
        other = "|".join(map(re.escape, file["not_after_organ"]))
        self._organ = re.compile(rf"(?:{between}){{0,4}}(?:{organs})(?!{other})")
        self._denied = re.compile("|".join(map(re.escape, words.get("not-terms", "denials"))))
        self._general = re.compile("|".join(map(re.escape, words.get("not-terms", "general"))))

    def find(self, text: Text, pilot: Found) -> tuple[list[Use], list[Skipped]]:
        """The uses of a pilot, each concept once and in the order of the text, and the terms that were left out."""
        declared = pilot.fields.get("technologies", [])
        spans = [
            (pilot.name, "name"),
            *((span, "declared" if span in declared else "described") for span in pilot.body),
        ]
        best: dict[str, Use] = {}
        skipped: list[Skipped] = []
        for span, where in spans:
            for match in self._matches(text.folded, span):
                terms = self._matcher.entries[match.word]
                if not terms:
                    continue
                if reason := self._not_meant(text.folded, match, span):
                    skipped.append(Skipped(match.start, match.end, reason))
                    continue
                others = tuple(term.concept for term in terms[1:])
                use = Use(terms[0], match.start, match.end, where, others)
                if use.term.concept not in best or _RANK[where] > _RANK[best[use.term.concept].where]:
                    best[use.term.concept] = use
        uses = sorted(best.values(), key=lambda use: (use.start, use.end))
        return self._narrowest(uses), skipped

    def _matches(self, folded: str, span: Span) -> Iterator[Match]:
        yield from self._matcher.find(folded, *span)

    def _not_meant(self, folded: str, match: Match, span: Span) -> str:
        if self._organ.match(folded, match.end, span[1]):
            return "draft-skip-organ"
        floor = max(span[0], match.start - _FURTHEST)
        clause = max(floor, *(folded.rfind(sign, floor, match.start) + 1 for sign in ",。;!?:"))
        if self._denied.search(folded, clause, match.start):
            return "draft-skip-denied"
        sentence = max(floor, *(folded.rfind(sign, floor, match.start) + 1 for sign in "。!?"))
        if self._general.search(folded, sentence, match.start):
            return "draft-skip-general"
        return ""

    def _narrowest(self, uses: list[Use]) -> list[Use]:
        """Without scenarios that are wider than another one found; of technologies each that is named counts."""
        wider = set()
        for use in uses:
            if use.term.what == "scenario":
                concept = self._gazetteer.broader.get(use.term.concept)
                while concept:
                    wider.add(concept)
                    concept = self._gazetteer.broader.get(concept)
        return [use for use in uses if use.term.concept not in wider]


_FURTHEST = 200  # characters that a clause is looked back for
_RANK = {"name": 0, "described": 1, "declared": 2}


def is_traditional(text: Text, start: int, end: int) -> bool:
    """Whether a span is printed in other characters than the ones it is compared by, case and width aside."""
    plain = key_of(text.plain[start:end], str.lower)
    return any(
        a != b and a > "\u2e7f" for a, b in zip(plain, key_of(text.plain[start:end], text.folder.fold), strict=False)
    )
