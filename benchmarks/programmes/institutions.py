"""Invented institutions: who takes part again, and who comes new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from programmes.facts import Facts, slug_of
from programmes.profile import InstitutionPattern, Record

_TRIES = 20
_WHOLE_OF_UNIT = {"bank-unit": "state-owned-bank", "telecom-unit": "telecom-company", "insurer-unit": "insurer"}
_SHARED_SCHEME = 10_000_000  # numbers of one scheme begin here, so that all have as many digits


class Institutions:
    """The institutions of a growing programme.

    Who takes part follows a Pitman-Yor process: a newcomer with a chance that falls as the programme grows, else one of
    those who took part before, the likelier the more often they did, and of the pilot's own area as often as in the
    real records. Units get a whole, and controlled institutions a controller, either old or new.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts, self._rng, self._profile = facts, facts.rng, facts.profile
        self._count: dict[str, int] = {}
        self._taken: list[str] = []  # a name once for each participation, so that a draw weighs by it
        self._taken_in: dict[str, list[str]] = {}
        self._place: dict[str, str] = {}
        self._wholes: dict[str, list[str]] = {}
        self._controllers: list[str] = []
        self._made = 0
        self._patterns = {unit: [p for p in self._profile.institutions if p.is_unit == unit] for unit in (False, True)}

    def participants(self, number: int, place: str, sources: Sequence[str]) -> tuple[list[str], list[Record]]:
        """So many different institutions for a pilot in a place, and the records of those that are new."""
        names: list[str] = []
        records: list[Record] = []
        while len(names) < number:
            name = self._one(place, names, sources, records)
            names.append(name)
            self._count[name] = self._count.get(name, 0) + 1
            self._taken.append(name)
            self._taken_in.setdefault(self._place[name], []).append(name)
        return names, records

    def _one(self, place: str, without: list[str], sources: Sequence[str], records: list[Record]) -> str:
        rng, profile = self._rng, self._profile
        total = len(self._taken)
        newcomer = (profile.strength + profile.discount * len(self._count)) / (profile.strength + total)
        if total and rng.random() >= newcomer:
            for _ in range(_TRIES):
                near = self._taken_in.get(place) if rng.random() < profile.local else None
                name = rng.choice(near or self._taken)
                if name not in without and rng.random() >= profile.discount / self._count[name]:
                    return name
        pattern = rng.choice(profile.institutions)
        where = place if rng.random() < profile.local else rng.choice(profile.places)
        records += self._new(pattern, where, sources)
        return str(records[-1]["id"])

    def _new(self, pattern: InstitutionPattern, place: str, sources: Sequence[str]) -> Iterator[Record]:
        """The record of a new institution, after those of a new whole or controller."""
        rng, facts = self._rng, self._facts
        self._made += 1
        name, kind = f"inst:i{self._made}", facts.label(pattern.kind)
        where = facts.label(place)
        label = {"zh": f"{where['zh']}第{self._made}{kind['zh']}", "en": f"{where['en']} {kind['en']} {self._made}"}
        record: Record = {"id": name, "type": "Institution", "label": label}
        record |= {"englishName": "code:unofficial", "kind": pattern.kind, "place": place}
        self._place[name] = place
        if pattern.is_unit:
            whole = self._whole(pattern, sources)
            yield from whole[1]
            record["unitOf"] = whole[0]
        text = label["zh"]
        record["names"] = {
            f"name-{number}": facts.fact(
                "names",
                sources,
                text,
                text={"zh": text if number == 1 else f"{text}之{number}"},
                kind="code:short-name",
            )
            for number in range(1, pattern.names + 1)
        }
        if pattern.control and not pattern.is_unit:
            controller, made = self._controller(sources)
            yield from made
            fact = facts.fact("control", sources, text, controller=controller, kind=pattern.control)
            record["control"] = {slug_of(controller): fact}
        if pattern.schemes:
            number = str(_SHARED_SCHEME + self._made)
            record["identifiers"] = {
                slug_of(scheme): facts.fact("identifiers", sources, number, identifierScheme=scheme, notation=number)
                for scheme in dict.fromkeys(pattern.schemes)
            }
        if not pattern.is_unit and rng.random() < 0.5:
            self._wholes.setdefault(pattern.kind, []).append(name)
        yield record

    def _whole(self, unit: InstitutionPattern, sources: Sequence[str]) -> tuple[str, list[Record]]:
        """An institution that has units, in one of six cases a new one."""
        kind = "code:" + _WHOLE_OF_UNIT.get(slug_of(unit.kind), "technology-company")
        known = self._wholes.setdefault(kind, [])
        if known and self._rng.random() < 5 / 6:
            return self._rng.choice(known), []
        made = list(
            self._new(InstitutionPattern(kind, False, 1, (), ""), self._rng.choice(self._profile.places), sources)
        )
        name = str(made[-1]["id"])
        if name not in known:
            known.append(name)
        return name, made

    def _controller(self, sources: Sequence[str]) -> tuple[str, list[Record]]:
        """An institution that controls others, in half of the cases a new one."""
        if self._controllers and self._rng.random() < 0.5:
            return self._rng.choice(self._controllers), []
        pattern = InstitutionPattern("code:holding-company", False, 1, (), "")
        made = list(self._new(pattern, self._rng.choice(self._profile.places), sources))
        self._controllers.append(str(made[-1]["id"]))
        return self._controllers[-1], made
