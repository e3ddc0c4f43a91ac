"""Invented programmes: the same bytes again, the graph that a build makes of the records, the shape of the real data.

Tolerances are about three standard errors of a share or mean over the invented pilots or institutions, and where one
small programme is compared, of the mean over the seeds; the real counts are those that `profile.fit` reads.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from statistics import mean

import pytest

from sandbox_kg.building import check

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from programmes.pilots import programme  # noqa: E402
from programmes.profile import Profile, Record, fit, gini, pitman_yor  # noqa: E402
from programmes.writing import triple_lines, write_project, write_triples  # noqa: E402
from programmes.yaml_text import yaml_text  # noqa: E402

LARGE = 3000
SEEDS = range(1, 21)


@pytest.fixture(scope="module")
def profile() -> Profile:
    """What the real records give."""
    return fit(ROOT)


@pytest.fixture(scope="module")
def large(profile: Profile) -> list[Record]:
    """The records of a large programme."""
    return [record for cohort in programme(profile, LARGE, 1) for record in cohort]


def of(records: Iterable[Record], kind: str) -> list[Record]:
    """The records of a class."""
    return [record for record in records if record["type"] == kind]


def facts(record: Record, key: str, field: str) -> list[str]:
    """A field of each fact of a kind."""
    return [fact[field] for fact in record.get(key, {}).values()]


def participations(pilots: Iterable[Record]) -> tuple[int, ...]:
    """How many pilots each applicant takes part in."""
    return tuple(Counter(name for pilot in pilots for name in facts(pilot, "participations", "institution")).values())


def apart(one: Counter[str], other: Counter[str]) -> float:
    """Total variation distance of two distributions: 0 where they are equal, 1 where nothing occurs in both."""
    totals = sum(one.values()), sum(other.values())
    return sum(abs(one[key] / totals[0] - other[key] / totals[1]) for key in one | other) / 2


def test_same_seed_same_bytes(profile: Profile, tmp_path: Path) -> None:
    """Records and triples repeat byte by byte; another seed gives others."""
    files = []
    for name, seed in (("one", 5), ("again", 5), ("other", 6)):
        project = write_project(tmp_path / name, 12, seed, profile)
        write_triples(tmp_path / f"{name}.nt", 12, seed, profile)
        found = {path.relative_to(project.root).as_posix(): path.read_bytes() for path in project.data.rglob("*.yaml")}
        files.append(found | {"nt": (tmp_path / f"{name}.nt").read_bytes()})
    assert files[0] == files[1]
    assert files[0]["nt"] != files[2]["nt"]


def test_triples_are_those_of_a_build(profile: Profile, tmp_path: Path) -> None:
    """The records pass every check, and the streamed triples are those that the build asserts and derives, each once."""
    project = write_project(tmp_path / "project", 40, 1, profile)
    built = {f"{triple} ." for triple in check(project).store.triples()}
    streamed = list(triple_lines(40, 1, profile))
    assert len(streamed) == len(set(streamed))
    assert set(streamed) == built


def test_number_and_order(large: list[Record]) -> None:
    """There are as many pilots as were asked for, in cohorts whose places and orders are all different."""
    cohorts, pilots = of(large, "Cohort"), of(large, "Pilot")
    assert len(pilots) == LARGE
    assert len({(cohort["place"], cohort["order"]) for cohort in cohorts}) == len(cohorts)
    assert len({(pilot["cohort"], pilot["order"]) for pilot in pilots}) == LARGE


def test_applicants_per_pilot(profile: Profile, large: list[Record]) -> None:
    """Applicants per pilot and the share of joint applications are the real ones."""
    drawn = [len(pilot.get("participations", {})) for pilot in of(large, "Pilot")]
    assert abs(mean(drawn) - mean(profile.applicants)) < 0.05  # 3 x 0.86 / sqrt(3000)
    joint = [mean(number > 1 for number in numbers) for numbers in (drawn, profile.applicants)]
    assert abs(joint[0] - joint[1]) < 0.03  # 3 x 0.49 / sqrt(3000)


def test_participation_at_the_real_size(profile: Profile) -> None:
    """At the real number of pilots: institutions, those with one pilot, and the Gini coefficient, mean of 20 seeds."""
    pilots = len(profile.applicants)
    drawn = [
        participations(of((r for cohort in programme(profile, pilots, seed) for r in cohort), "Pilot"))
        for seed in SEEDS
    ]
    real = profile.participations
    assert abs(mean(map(len, drawn)) / len(real) - 1) < 0.1
    once = [mean(mean(count == 1 for count in counts) for counts in group) for group in (drawn, [real])]
    assert abs(once[0] - once[1]) < 0.06
    assert abs(mean(map(gini, drawn)) - gini(real)) < 0.05


def test_participation_has_a_heavy_tail(large: list[Record]) -> None:
    """Most take part once, and the busiest two dozen times or more; a Poisson count of this mean would not pass 12."""
    counts = participations(of(large, "Pilot"))
    assert mean(count == 1 for count in counts) > 0.4
    assert max(counts) >= 24
    assert gini(counts) > 0.35


def test_fit_finds_parameters_that_made_the_counts(profile: Profile, large: list[Record]) -> None:
    """Fitted to a programme that it drew, Pitman-Yor gives a discount near the one that was used."""
    discount, _ = pitman_yor(participations(of(large, "Pilot")))
    assert abs(discount - profile.discount) < 0.15


@pytest.mark.parametrize(
    ("key", "field", "most"), [("technologies", "technology", 0.12), ("scenarios", "scenario", 0.12)]
)
def test_what_pilots_use_and_serve(profile: Profile, large: list[Record], key: str, field: str, most: float) -> None:
    """Technologies and scenarios are as frequent as in the real pilots, and as many a pilot."""
    real = [[fact[field] for fact in getattr(pattern, key)] for pattern in profile.pilots]
    drawn = [facts(pilot, key, field) for pilot in of(large, "Pilot")]
    assert apart(Counter(n for names in real for n in names), Counter(n for names in drawn for n in names)) < most
    assert abs(mean(map(len, drawn)) - mean(map(len, real))) < 0.2


def test_technologies_occur_together_as_they_do(profile: Profile, large: list[Record]) -> None:
    """The pair that is most frequent in the real pilots is among the first three drawn ones; new pairs occur too."""

    def pairs(sets: Iterable[Iterable[str]]) -> Counter[tuple[str, str]]:
        return Counter(pair for names in sets for pair in combinations(sorted(set(names)), 2))

    real = pairs([fact["technology"] for fact in pattern.technologies] for pattern in profile.pilots)
    drawn = pairs(facts(pilot, "technologies", "technology") for pilot in of(large, "Pilot"))
    assert real.most_common(1)[0][0] in [pair for pair, _ in drawn.most_common(3)]
    assert set(drawn) - set(real)


def test_institutions_and_cohorts(profile: Profile, large: list[Record]) -> None:
    """Kinds of applicants, units among them, pilots a cohort and the years of cohorts are as in the real records."""
    applicants = {name for pilot in of(large, "Pilot") for name in facts(pilot, "participations", "institution")}
    drawn = [record for record in of(large, "Institution") if record["id"] in applicants]
    kinds = [Counter(record["kind"] for record in drawn), Counter(p.kind for p in profile.institutions)]
    assert apart(*kinds) < 0.12
    units = [mean("unitOf" in record for record in drawn), mean(p.is_unit for p in profile.institutions)]
    assert abs(units[0] - units[1]) < 0.05
    sizes = Counter(Counter(pilot["cohort"] for pilot in of(large, "Pilot")).values())
    assert apart(Counter(map(str, sizes.elements())), Counter(str(p.pilots) for p in profile.cohorts if p.pilots)) < 0.1
    first = [min(facts(cohort, "events", "date"), default="") for cohort in of(large, "Cohort")]
    years = [Counter(day[:4] for day in days if day) for days in (first, [p.date for p in profile.cohorts])]
    assert apart(*years) < 0.15


def test_evidence(profile: Profile, large: list[Record]) -> None:
    """Pieces of evidence of a participation, and the share that holds printed words."""
    held = [fact["evidence"] for pilot in of(large, "Pilot") for fact in pilot.get("participations", {}).values()]
    assert abs(mean(map(len, held)) - mean(profile.evidence["participations"])) < 0.15  # capped by the cohort's sources
    assert abs(mean(bool(words) for pieces in held for words in pieces.values()) - profile.worded) < 0.03


def test_records_read_back_as_they_were_drawn(large: list[Record]) -> None:
    """YAML keeps quotes, colons and Chinese punctuation of texts."""
    import yaml

    from sandbox_kg.context import read_context

    context = read_context(ROOT / "ontology" / "context.jsonld")
    awkward = {**of(large, "Pilot")[0], "label": {"zh": "“甲”: {乙}, #丙", "en": 'a "b": [c] \\ d'}}
    assert yaml.load(yaml_text([awkward], context), Loader=yaml.BaseLoader) == [awkward]
