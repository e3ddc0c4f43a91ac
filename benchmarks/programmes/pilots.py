"""Invented cohorts with their sources and pilots."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator

from programmes.facts import Facts, slug_of
from programmes.institutions import Institutions
from programmes.profile import PilotPattern, Profile, Record

_CHANGED = 0.2  # of the technologies and scenarios of a pattern, so that not only sets that exist occur together
_PUBLISHED = "code:official"


def programme(profile: Profile, number: int, seed: int) -> Iterator[list[Record]]:
    """An invented programme.

    Args:
        profile: what it is fitted to.
        number: how many pilots.
        seed: of all chance.

    Yields:
        For each cohort its records in an order in which each refers to earlier ones only (or to those of the real
        programme): the sources, the cohort, then each pilot after its new institutions.
    """
    facts = Facts(profile, random.Random(seed))
    maker = _Maker(facts, number)
    while maker.made < number:
        yield list(maker.cohort())


class _Maker:
    def __init__(self, facts: Facts, number: int) -> None:
        profile = facts.profile
        self.facts, self.rng, self.number = facts, facts.rng, number
        self.institutions = Institutions(facts)
        self.made = 0
        self.cohorts = 0
        self.orders: dict[str, int] = {}
        self.patterns = [pattern for pattern in profile.cohorts if pattern.pilots]
        self.dates = sorted(pattern.date for pattern in profile.cohorts if pattern.date)
        places = [pattern.place for pattern in profile.cohorts]
        self.places = [*profile.places, *places, *places]  # real areas thrice as likely as others
        self.technologies = [fact["technology"] for p in profile.pilots for fact in p.technologies]
        self.scenarios = [fact["scenario"] for p in profile.pilots for fact in p.scenarios]

    def cohort(self) -> Iterator[Record]:
        """The sources, the cohort, its institutions and pilots."""
        pattern, place = self.rng.choice(self.patterns), self.rng.choice(self.places)
        self.cohorts += 1
        self.orders[place] = order = self.orders.get(place, 0) + 1
        pilots = min(pattern.pilots, self.number - self.made)
        name, date = f"batch:c{self.cohorts}", self._date()
        where = self.facts.label(place)
        label = {"zh": f"{where['zh']}第{order}批", "en": f"{where['en']}, batch {order}"}
        sources = list(self._sources(label, date))
        yield from sources
        slugs = [slug_of(source["id"]) for source in sources]
        record: Record = {"id": name, "type": "Cohort", "programme": "prog:fintech-sandbox", "place": place}
        record |= {"order": str(order), "label": label}
        record["summary"] = {
            "zh": f"{label['zh']}共公示{pilots}项应用,由当地的监管部门受理并公开征求意见。",
            "en": f"{label['en']}: {pilots} applications, taken in by the area's authority and published for comments.",
        }
        if pattern.sizes:
            record["sizes"] = {slug_of(s["measure"]): self._size(s, pilots, slugs) for s in pattern.sizes}
        if pattern.events:
            record["events"] = {slug_of(k): self._event(k, date, n, slugs) for n, k in enumerate(pattern.events)}
        yield record
        for place_in_cohort in range(1, pilots + 1):
            self.made += 1
            yield from self._pilot(name, place, place_in_cohort, date, slugs)

    def _date(self) -> datetime.date:
        """Dates run as those of the real cohorts do: the quantile of how far the programme has come."""
        days = [datetime.date.fromisoformat(day).toordinal() for day in self.dates]
        at = self.made / self.number * (len(days) - 1)
        low = int(at)
        return datetime.date.fromordinal(
            round(days[low] + (at - low) * (days[min(low + 1, len(days) - 1)] - days[low]))
        )

    def _sources(self, label: dict[str, str], date: datetime.date) -> Iterator[Record]:
        expected = self.facts.profile.sources
        for number in range(1, max(1, round(self.rng.uniform(1, 2 * expected - 1))) + 1):
            slug = f"c{self.cohorts}-{number}"
            day = date + datetime.timedelta(days=number - 1)
            yield {
                "id": f"src:{slug}",
                "type": "Source",
                "label": {"zh": f"{label['zh']}的报道之{number}", "en": f"{label['en']}, report {number}"},
                "title": f"{label['zh']}应用公示(来源{number})",
                "publisher": f"报社{self.rng.randrange(200)}",
                "date": day.isoformat(),
                "precision": "code:day",
                "kind": _PUBLISHED if number == 1 else self.rng.choice(self.facts.profile.source_kinds),
                "address": f"https://source.example/{slug}",
            }

    def _size(self, pattern: Record, pilots: int, sources: list[str]) -> Record:
        value = {"value": str(pilots)} if pattern["measure"] == "meas:cohort-pilots" else {}
        return self.facts.fact("sizes", sources, f"{pilots}个", **{**pattern, **value})

    def _event(self, kind: str, date: datetime.date, later: int, sources: list[str]) -> Record:
        day = (date + datetime.timedelta(days=60 * later)).isoformat()
        return self.facts.fact("events", sources, "公示", kind=kind, date=day, precision="code:day")

    def _pilot(self, cohort: str, place: str, order: int, date: datetime.date, sources: list[str]) -> Iterator[Record]:
        rng, facts, profile = self.rng, self.facts, self.facts.profile
        pattern: PilotPattern = rng.choice(profile.pilots)
        members, new = self.institutions.participants(rng.choice(profile.applicants), place, sources)
        yield from new
        technologies = self._uses(pattern.technologies, "technology", self.technologies)
        scenarios = self._uses(pattern.scenarios, "scenario", self.scenarios)
        by = facts.label(technologies[0]["technology"] if technologies else "tech:big-data")
        for_ = facts.label(scenarios[0]["scenario"] if scenarios else "scen:payment")
        text = f"基于{by['zh']}的{for_['zh']}应用{self.made}"
        record: Record = {"id": f"pilot:p{self.made}", "type": "Pilot", "cohort": cohort, "order": str(order)}
        record["label"] = {"zh": text, "en": f"{for_['en'].capitalize()} on {by['en']}, application {self.made}"}
        record |= pattern.fields if pattern.named else {"chineseName": "code:descriptive", **pattern.fields}
        where = facts.label(place)
        record["summary"] = {
            "zh": f"申请方在{where['zh']}以{by['zh']}办理{for_['zh']}业务,缩短时间并降低风险,客户无须再次提交材料。",
            "en": f"In {where['en']} the applicants use {by['en']} for {for_['en']}, so that a matter takes less "
            "time and bears less risk, and customers need not hand in papers twice.",
        }
        if pattern.named:
            name = facts.fact("names", sources, text, text={"zh": text}, kind="code:published-name")
            record["names"] = {"published": name}
        if members:
            record["participations"] = {
                slug_of(m): facts.fact("participations", sources, f"机构{slug_of(m)}", institution=m) for m in members
            }
        for key, field, uses in (("technologies", "technology", technologies), ("scenarios", "scenario", scenarios)):
            if uses:
                record[key] = {
                    slug_of(use[field]): facts.fact(key, sources, facts.label(use[field])["zh"], **use) for use in uses
                }
        if pattern.projections:
            record["projections"] = {
                f"{slug_of(p['measure'])}-{n}": facts.fact("projections", sources, "预计", **self._scaled(p))
                for n, p in enumerate(pattern.projections, 1)
            }
        if pattern.application_types:
            record["applicationTypes"] = {
                slug_of(t["applicationType"]): facts.fact("applicationTypes", sources, "金融服务", **t)
                for t in pattern.application_types
            }
        if rng.random() < profile.completed:
            day = (date + datetime.timedelta(days=rng.randrange(300, 900))).isoformat()
            event = facts.fact("events", sources, "完成测试", kind="code:completion", date=day, precision="code:day")
            record["events"] = {"completion": event}
        yield record

    def _uses(self, pattern: tuple[Record, ...], field: str, all_names: list[str]) -> list[Record]:
        """The uses of a pattern, some exchanged for others; each concept once."""
        found: dict[str, Record] = {}
        for use in pattern:
            name = self.rng.choice(all_names) if self.rng.random() < _CHANGED else use[field]
            found.setdefault(name, {**use, field: name})
        return list(found.values())

    def _scaled(self, pattern: Record) -> Record:
        """A projection with its numbers made larger or smaller together, in steps that leave whole numbers."""
        factor = self.rng.choice((1, 2, 3, 5, 10))
        numbers = {key: str(int(pattern[key]) * factor) for key in ("value", "min", "max") if key in pattern}
        return {**pattern, **numbers}
