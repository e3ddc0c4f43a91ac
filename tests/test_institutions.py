"""Institutions are one node each: no two share a name, and what looks alike is either tied or told apart in writing."""

from __future__ import annotations

import csv
import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator

import pytest

from sandbox_kg.building import Checked
from sandbox_kg.project import Project

PREFIXES = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX sbx: <https://w3id.org/sandbox-kg/ontology#>
PREFIX code: <https://w3id.org/sandbox-kg/code/>
PREFIX pilot: <https://w3id.org/sandbox-kg/pilot/>
"""
INST = "https://w3id.org/sandbox-kg/institution/"
# Endings that say what sort of company it is, and what may be left out of a name without another being meant.
FORM = re.compile(r"股份有限公司|有限责任公司|有限公司|\(.*?\)|^中国")
SAME = [
    ("农村商业银行", "农商行"),
    ("农商银行", "农商行"),
    ("省分行", "分行"),
    ("市分行", "分行"),
    ("河北雄安", "雄安"),
]
# Words of the trade and of places: two legal persons that are called the same without them look alike.
TRADE = "银行 商业 农村 农商行 农商 省联社 联社 支付 信用 征信 信息 科技 技术 数字 智能 集团 控股 投资 电子商务 会计师事务所"
PLACES = "北京 上海 深圳 前海 四川 江苏 浙江 山东 辽宁 省 市"


def ask(checked: Checked, query: str) -> list[dict[str, str]]:
    """The rows of a SELECT query, as text."""
    result = checked.store.query(PREFIXES + query)
    return [dict(zip(result.columns, row, strict=True)) for row in result.texts()]


def normalised(name: str) -> str:
    """A name without its form of company, its commonplaces and the differences of script."""
    text = FORM.sub("", unicodedata.normalize("NFKC", name).lower().replace(" ", ""))
    for one, other in SAME:
        text = text.replace(one, other)
    return text


def core(name: str) -> str:
    """What is left of a normalised name without words of the trade, and of places unless nothing else is."""
    text = normalised(name)
    for word in TRADE.split():
        text = text.replace(word, "")
    bare = text
    for word in PLACES.split():
        bare = bare.replace(word, "")
    return bare or text


@pytest.fixture(scope="module")
def told_apart(project: Project) -> set[frozenset[str]]:
    """Pairs that the mappings say are not the same: the allowed list of look-alikes."""
    lines = (project.root / "mappings" / "identities.sssom.tsv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
    return {
        frozenset((row["subject_id"], row["object_id"]))
        for row in rows
        if row["predicate_modifier"] == "Not" and row["object_id"].startswith("inst:")
    }


@pytest.fixture(scope="module")
def names(checked: Checked) -> dict[str, set[str]]:
    """Institution to its Chinese label and names, those that it bore once included."""
    found: dict[str, set[str]] = defaultdict(set)
    query = """SELECT ?i ?text WHERE { ?i a sbx:Institution . { ?i rdfs:label ?text } UNION
        { ?i sbx:hasName/sbx:text ?text } FILTER(LANG(?text) = "zh") }"""
    for row in ask(checked, query):
        found[row["i"].replace(INST, "inst:")].add(row["text"])
    return dict(found)


@pytest.fixture(scope="module")
def tied(checked: Checked) -> dict[str, tuple[str, str]]:
    """Institution to its legal person and its group."""
    query = "SELECT ?i ?p ?g WHERE { ?i sbx:legalPerson ?p ; sbx:group ?g }"
    rows = ask(checked, query)
    return {row["i"].replace(INST, "inst:"): (row["p"], row["g"]) for row in rows}


def sharing(names: dict[str, set[str]], key: str) -> Iterator[tuple[str, str, str]]:
    """Pairs of institutions with names that a function makes equal."""
    make = {"normalised": normalised, "core": core}[key]
    bearers: dict[str, set[str]] = defaultdict(set)
    for institution, texts in names.items():
        for text in texts:
            bearers[make(text)].add(institution)
    for text, institutions in sorted(bearers.items()):
        for one, other in itertools.combinations(sorted(institutions), 2):
            yield text, one, other


def test_no_institution_stands_twice(names: dict[str, set[str]], told_apart: set[frozenset[str]]) -> None:
    """No two institutions share a normalised name, unless the mappings say that they are two."""
    twice = [pair for pair in sharing(names, "normalised") if frozenset(pair[1:]) not in told_apart]
    assert not twice, "the same name on two records: merge them, or add a negative mapping with the reason"


def test_lookalikes_are_tied_or_told_apart(
    names: dict[str, set[str]], tied: dict[str, tuple[str, str]], told_apart: set[frozenset[str]]
) -> None:
    """Legal persons that are called the same but for words of trade and place are of one group, or mapped as different."""
    legal = {i: texts for i, texts in names.items() if tied[i][0].replace(INST, "inst:") == i}
    loose = [
        (text, one, other)
        for text, one, other in sharing(legal, "core")
        if text and tied[one][1] != tied[other][1] and frozenset((one, other)) not in told_apart
    ]
    assert not loose, "these look alike: add a negative mapping with the reason, or the control that ties them"


def test_names_that_one_rule_must_see() -> None:
    """The rule itself: a short form meets its legal name, and different banks of a city do not, though they look alike."""
    assert normalised("中国工商银行股份有限公司深圳市分行") == normalised("工商银行深圳分行")
    assert normalised("常熟农村商业银行") == normalised("常熟农商行")
    assert normalised("苏州银行") != normalised("苏州农商银行")
    assert core("苏州银行") == core("苏州农商银行") == "苏州"


def test_every_printed_name_has_a_ground(checked: Checked, project: Project) -> None:
    """Each applicant's name as a source prints it is a recorded name of the institution that it was mapped to."""
    rows = checked.store.select(project.queries / "reconciliation.rq")
    assert len(rows) > 100
    assert not [(row["printed"], row["institution"]) for row in rows if not row["ground"]]


def test_authorities_that_applied_have_their_own_kind(checked: Checked) -> None:
    """The foreign-exchange administration of Guangdong applied for one of Guangzhou's pilots, with a bank."""
    query = "SELECT ?pilot ?i WHERE { ?pilot sbx:applicant ?i . ?i sbx:kind code:authority }"
    assert [(r["pilot"].rpartition("/")[2], r["i"].replace(INST, "")) for r in ask(checked, query)] == [
        ("guangzhou-2-3", "safe-guangdong")
    ]


def test_contributors_stay_out_of_the_network(checked: Checked) -> None:
    """Who only supplies data, technology, a facility or oversight is no applicant and no member of a partnership.

    By the sources: the road transport administration (data), Easy Visible (blockchain base), the clearing centre
    (facility), the green exchange (factors) and the risk monitoring centre (oversight).
    """
    outside = """SELECT DISTINCT ?i WHERE {
        ?pilot sbx:hasContribution/sbx:institution ?i . FILTER NOT EXISTS { ?any sbx:applicant ?i } }"""
    found = {row["i"].replace(INST, "") for row in ask(checked, outside)}
    assert found == {"sc-transport", "easy-visible", "cnclearing", "cbgex", "nfrm"}
    members = ask(checked, "SELECT DISTINCT ?i WHERE { ?partnership sbx:member ?i }")
    assert not found & {row["i"].replace(INST, "") for row in members}


def test_a_doubtful_pilot_is_recorded_and_not_counted(checked: Checked) -> None:
    """The flow check of Xiong'an has a possible cohort, and neither cohort, applicant nor partnership."""
    doubtful = ask(checked, "SELECT ?p WHERE { ?p a sbx:Pilot ; sbx:possibleCohort ?c }")
    assert [row["p"].rpartition("/")[2] for row in doubtful] == ["xiongan-2025-1"]
    for way in ("sbx:cohort", "sbx:applicant", "sbx:jointApplication", "sbx:usesTechnology", "sbx:servesScenario"):
        assert list(ask(checked, f"SELECT ?x WHERE {{ pilot:xiongan-2025-1 {way} ?x }}")) == []
    (total,) = ask(checked, "SELECT (COUNT(?p) AS ?n) WHERE { ?p a sbx:Pilot }")
    (counted,) = ask(checked, "SELECT (COUNT(?p) AS ?n) WHERE { ?p sbx:cohort ?c }")
    assert (total["n"], counted["n"]) == ("105", "104")  # 29 + 52 + 22 + 2, of which one is doubtful
