"""Every kind of mistake in a record is told with its file, its line, its field, what is wrong and how to mend it."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from conftest import problems_of

from sandbox_kg.problems import Problem
from sandbox_kg.project import Project

COHORT, PLACES, SOURCES, INSTITUTIONS, PROGRAMME = (
    f"data/{name}.yaml" for name in ("cohorts/jiangcheng-1", "places", "sources", "institutions", "programme")
)
END = "\N{END OF TEXT}"  # stands for the end of the file
JIA_SHORT = '    short: {text: {zh: "甲银行"}, kind: code:short-name, evidence: {review: "甲银行"}}\n'
LABEL = 'label: {zh: "安心付", en: "Safe Payment"}'


class Case(NamedTuple):
    """One mistake: what is replaced by what, and what must be told."""

    name: str
    file: str
    old: str
    new: str
    field: str
    told: tuple[str, ...]  # stands in the zh and in the en message
    at: str = ""  # stands in the line that is told; without it the first line that changed


def number(name: str, value: str, told: tuple[str, ...] | None = None) -> Case:
    """A case with another value for a number of people."""
    return Case(
        name,
        COHORT,
        "value: 300000\n",
        f"value: {value}\n",
        "projections.users.value",
        (value,) if told is None else told,
    )


def text(name: str, value: str, told: tuple[str, ...], language: str = "") -> Case:
    """A case with another label of the second pilot."""
    return Case(name, COHORT, LABEL, f"label: {value}", f"label.{language}".strip("."), told)


def identifier(name: str, value: str) -> Case:
    """A case with one more place."""
    record = f'- id: {value}\n  type: Place\n  label: {{zh: "某地", en: "Somewhere"}}\n'
    return Case(name, PLACES, END, record, "id", (value.strip('"'), "pilot:"))


CASES = [
    # keys and classes
    Case("key nearly known", COHORT, "number: 2", "numbr: 2", "numbr", ("numbr", "number")),
    Case("key in a fact", COHORT, "{institution: inst:bing,", "{institution: inst:bing, rolle: code:lead,",
         "participations.bing.rolle", ("rolle", "role")),
    Case("key far from all", COHORT, "  number: 2\n", "  number: 2\n  xyzzy: 3\n", "xyzzy", ("xyzzy", "technologyList")),
    Case("key of another class", PLACES, "  within: plc:country\n", "  within: plc:country\n  cohort: batch:jiangcheng-1\n",
         "cohort", ("cohort", "Place", "within")),
    Case("key missing", COHORT, "  cohort: batch:jiangcheng-1\n  order: 2\n", "  order: 2\n", "cohort", ("cohort",),
         at="- id: pilot:jiangcheng-1-2"),
    Case("key missing in a fact", COHORT, "{institution: inst:bing, evid", "{evid", "participations.bing.institution",
         ("institution",)),
    Case("key of a closed list missing", INSTITUTIONS, "  kind: code:technology-company\n", "", "kind", ("kind",),
         at="- id: inst:bing"),
    Case("type unknown", PROGRAMME, "type: Standard", "type: Standart", "type", ("Standart", "Standard")),
    Case("type of a nested fact", PROGRAMME, "type: Standard", "type: Evidence", "type", ("Evidence",)),
    Case("type missing", PROGRAMME, "  type: Standard\n", "", "", ("type", "Standard"), at="- id: std:rules"),
    Case("type a list", PROGRAMME, "type: Standard", "type: [Standard]", "", ("type", "Standard"), at="- id: std:rules"),
    # identifiers and references
    Case("id missing", PLACES, END, '- type: Place\n  label: {zh: "某地", en: "Somewhere"}\n', "", ("id",), at="- type: Place"),
    Case("id twice", PLACES, END, '- id: plc:country\n  type: Place\n', "id", ("plc:country", "data/places.yaml:1")),
    identifier("id not ASCII", "plc:江城"),
    identifier("id with an underscore", "plc:a_b"),
    identifier("id with an unknown prefix", "nope:a"),
    identifier("id without a prefix", "jiangcheng"),
    identifier("id with two colons", "plc:a:b"),
    identifier("id with a blank", '"plc:a b"'),
    Case("slug not ASCII", COHORT, "    bing: {inst", "    丙: {inst", "participations.丙", ("丙",)),
    Case("slug in capitals", COHORT, "    bing: {inst", "    Bing: {inst", "participations.Bing", ("Bing",)),
    Case("slug with an underscore", COHORT, "    bing: {inst", "    b_g: {inst", "participations.b_g", ("b_g",)),
    Case("reference nearly right", COHORT, "{institution: inst:bing,", "{institution: inst:bng,",
         "participations.bing.institution", ("inst:bng", "inst:bing")),
    Case("reference to nothing", COHORT, "{institution: inst:bing,", "{institution: inst:zzzzzzzzzz,",
         "participations.bing.institution", ("inst:zzzzzzzzzz",)),
    Case("reference without a prefix", PLACES, "within: plc:country", "within: country", "within", ("country", "plc:country")),
    Case("source nearly right", COHORT, 'evidence: {review: "区块链"}', 'evidence: {reviw: "区块链"}',
         "technologies.blockchain.evidence.reviw.source", ("src:reviw", "src:review")),
    Case("reference to another class", COHORT, "place: plc:jiangcheng", "place: inst:jia", "place", ("inst:jia", "Place")),
    # texts and languages
    text("language unknown", '{zh: "安心付", fr: "Paiement"}', ("fr",), "fr"),
    text("language with a region", '{zh-CN: "安心付", en: "Safe Payment"}', ("zh-CN",), "zh-CN"),
    text("language missing", '{zh: "安心付"}', ("安心付", "en: ")),
    text("two labels in one language", '{zh: ["安心付", "安信付"], en: "Safe Payment"}', ("安心付", "安信付")),
    text("two labels in one language, none in the other", '{zh: ["安心付", "安信付"]}', ("安信付",)),
    text("no languages", '"安心付"', ("zh: ", "en: ")),
    text("no quotes", '{zh: 安心付, en: "Safe Payment"}', ("安心付",), "zh"),
    text("no quotes around a question mark", '{zh: 5G?付, en: "Safe Payment"}', ("5G?付",), "zh"),
    text("empty text", '{zh: " ", en: "Safe Payment"}', ("zh",), "zh"),
    text("no texts in a list", '{zh: [], en: "Safe Payment"}', ("zh",), "zh"),
    text("a control character", r'{zh: "安心\x07付", en: "Safe Payment"}', (r"\x07",), "zh"),
    text("a map for a text", '{zh: {a: "b"}, en: "Safe Payment"}', (), "zh"),
    Case("two texts of a name in one language", COHORT, 'text: {zh: "安心付"}', 'text: {zh: ["安心付", "安信付"]}',
         "names.published.text", ("安信付",)),
    Case("one reason only", PROGRAMME, '    en: "The headings come to this number."\n', "", "reason", ("reason", "2"),
         at="  reason:"),
    # numbers
    number("text for a number", "三十万"),
    number("unit in a number", '"30万"', ("30万",)),
    number("exponent", "1e9"),
    number("underscore", "1_000"),
    number("comma", '"1,000"', ("1,000",)),
    number("hexadecimal", "0x10"),
    number("full-width digits", "\N{FULLWIDTH DIGIT THREE}"),
    number("not a number", ".nan"),
    number("no digit before the point", ".5"),
    number("too long", "9" * 31),
    number("negative number", "-5", ("-5", "0")),
    number("two numbers", "[1, 2]", ("1, 2",)),
    number("an empty list", "[]", ("value",)),
    number("nothing", "", ("value",)),
    number("a map for a number", "{a: 1}", ()),
    Case("fraction for a whole number", COHORT, "number: 2", "number: 2.0", "number", ("2.0",)),
    Case("order below one", COHORT, "order: 2\n", "order: 0\n", "order", ("0", "1")),
    Case("number used twice", COHORT, "number: 2", "number: 1", "number", ("1", "data/cohorts/jiangcheng-1.yaml:20")),
    Case("min above max", COHORT, "min: 100000000", "min: 200000000", "projections.balance.min", ("200000000", "max")),
    Case("min without max", COHORT, "      max: 150000000\n", "", "projections.balance.min", ("100000000", "max"),
         at="min: 100000000"),
    Case("value and magnitude", COHORT, "magnitude: 10000000,", "value: 3, magnitude: 10000000,",
         "projections.users.magnitude", ("3", "10000000", "magnitude")),
    Case("no number at all", COHORT, "magnitude: 10000000, ", "", "projections.users", ("magnitude",)),
    # dates
    Case("day that is none", COHORT, "date: 2020-09-01", "date: 2020-02-30", "events.registration.date", ("2020-02-30",)),
    Case("month that is none", COHORT, "date: 2020-09-01", "date: 2020-13-01", "events.registration.date", ("2020-13-01",)),
    Case("date in another form", COHORT, "date: 2020-09-01", "date: 2020/9/1", "events.registration.date", ("2020/9/1",)),
    Case("year alone", COHORT, "date: 2020-09-01", "date: 2020", "events.registration.date", ("2020",)),
    Case("date finer than its precision", COHORT, "date: 2020-09-01", "date: 2020-09-15", "events.registration.date",
         ("2020-09-15", "code:month")),
    Case("date of a year", COHORT, "precision: code:month", "precision: code:year", "events.registration.date",
         ("2020-09-01", "code:year"), at="date: 2020-09-01"),
    Case("date without precision", SOURCES, "  precision: code:month\n", "", "date", ("2020-08-01", "precision"),
         at="date: 2020-08-01"),
    Case("from after until", COHORT, "until: 2021-08-31", "until: 2019-08-31", "projections.balance.from",
         ("2020-09-01", "until"), at="from: 2020-09-01"),
    # closed lists
    Case("concept of another list", COHORT, "role: code:lead", "role: code:bank", "participations.jia.role",
         ("code:bank", "list:roles")),
    Case("kind of another list", INSTITUTIONS, "kind: code:technology-company", "kind: code:lead", "kind",
         ("code:lead", "list:institution-kinds")),
    Case("no concept at all", INSTITUTIONS, "kind: code:technology-company", "kind: inst:jia", "kind",
         ("inst:jia", "list:institution-kinds")),
    # control
    Case("two controllers", INSTITUTIONS, "  control:\n",
         "  control:\n    yi: {controller: inst:authority, kind: code:controlled, evidence: {notice: {}}}\n", "control",
         ("jia, yi",), at="  control:"),
    Case("control of itself", INSTITUTIONS, "{controller: inst:jia,", "{controller: inst:bing,", "control", ("jia",),
         at="  control:"),
    Case("unit of itself", INSTITUTIONS, "unitOf: inst:jia", "unitOf: inst:jia-jiangcheng", "unitOf",
         ("inst:jia-jiangcheng",)),
    Case("place within itself", PLACES, "within: plc:country", "within: plc:jiangcheng", "within", ("plc:jiangcheng",)),
    # facts and evidence
    Case("evidence missing", COHORT, '{institution: inst:bing, evidence: {review: "丙科技"}}', "{institution: inst:bing}",
         "participations.bing.evidence", ("evidence",)),
    Case("evidence empty", COHORT, 'evidence: {review: "丙科技"}', "evidence: {}", "participations.bing.evidence",
         ("evidence",)),
    Case("printed too short", COHORT, '"区块链"', '"区"', "technologies.blockchain.evidence.review.printed", ("区",)),
    Case("printed without quotes", COHORT, '"区块链"', "区块链", "technologies.blockchain.evidence.review.printed", ("区块链",)),
    Case("facts in a list", COHORT, 'scenarios:\n    payment: {scenario: scen:payment, evidence: {review: "支付"}}',
         "scenarios: [scen:payment]", "scenarios", ("scenarios",)),
    Case("fact that is a text", COHORT, '{institution: inst:bing, evidence: {review: "丙科技"}}', "inst:bing",
         "participations.bing", ("bing",)),
    # addresses and digests
    Case("address with other characters", SOURCES, "https://example.org/notice", "https://example.org/公示", "address",
         ("https://example.org/公示",)),
    Case("address that is no web page", SOURCES, "https://example.org/notice", "ftp://example.org/notice", "address",
         ("ftp://example.org/notice",)),
    Case("digest cut short", SOURCES, f'"{64 * "0"}"', '"00ff"', "sha256", ("00ff", "64")),
    # items that are no records
    Case("text for a record", PLACES, END, "- plc:elsewhere\n", "", ()),
]  # fmt: skip


def spoil(project: Project, file: str, old: str, new: str) -> tuple[str, str]:
    """Replaces a text that stands once in a file; gives the text before and after."""
    path = project.root / file
    before = path.read_text(encoding="utf-8")
    assert (before + END).count(old) == 1, f"{old!r} stands {before.count(old)} times in {file}"
    after = (before + END).replace(old, new).replace(END, "")
    path.write_text(after, encoding="utf-8")
    return before, after


def line_of(before: str, after: str, at: str) -> int:
    """The only line with a text, or the first one that differs."""
    old, lines = before.splitlines(), after.splitlines()
    if at:
        (found,) = (i for i, line in enumerate(lines, 1) if at in line)
        return found
    return next(i for i, line in enumerate(lines, 1) if i > len(old) or line != old[i - 1])


def places(problems: list[Problem]) -> list[tuple[str, int, str]]:
    """File, line and field of each problem."""
    return [(p.file, p.line, p.field) for p in problems]


def test_small_project_passes(small_project: Project) -> None:
    """The records that the tests spoil hold no problem of their own."""
    assert problems_of(small_project) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_mistake_is_told_once_and_where_it_is(small_project: Project, case: Case) -> None:
    """One mistake gives one problem: at its line and field, with the offending value, in both languages."""
    before, after = spoil(small_project, case.file, case.old, case.new)
    problems = problems_of(small_project)
    assert places(problems) == [(case.file, line_of(before, after, case.at), case.field)], [
        p.text("en") for p in problems
    ]
    for language in ("zh", "en"):
        head, _, said = problems[0].text(language).partition(": ")
        assert head == f"{case.file}:{problems[0].line}"
        assert all(part in said for part in case.told), said
    assert problems[0].text("zh") != problems[0].text("en")


@pytest.mark.parametrize(
    ("record", "key", "parents"),
    [
        ("inst:jia", "control", "    bing: {controller: inst:bing, kind: code:controlled, evidence: {notice: {}}}\n"),
        ("inst:jia", "unitOf", "inst:jia-jiangcheng"),
    ],
)
def test_cycle_is_told_at_each_of_its_members(small_project: Project, record: str, key: str, parents: str) -> None:
    """Two institutions that control each other, or are units of each other, are both told."""
    value = f"  {key}:\n{parents}" if parents.startswith(" ") else f"  {key}: {parents}\n"
    _, after = spoil(small_project, INSTITUTIONS, f"- id: {record}\n  type: Institution\n",
                     f"- id: {record}\n  type: Institution\n{value}")  # fmt: skip
    lines = [i for i, line in enumerate(after.splitlines(), 1) if line.startswith(f"  {key}:")]
    assert len(lines) == 2
    problems = problems_of(small_project)
    assert places(problems) == [(INSTITUTIONS, line, key) for line in lines]
    assert all("环" in p.text("zh") and "cycle" in p.text("en") for p in problems)


def test_all_mistakes_are_told_in_one_run(small_project: Project) -> None:
    """Mistakes of files, of the structure of records and of their values are told together, in the order of the files."""
    expected = []
    for file, old, new, field in [
        (COHORT, "number: 2", "numbr: 2", "numbr"),
        (COHORT, "inst:bing,", "inst:bng,", "participations.bing.institution"),
        (COHORT, "order: 2\n", "order: 0\n", "order"),
        (COHORT, "date: 2020-09-01", "date: 2020-02-30", "events.registration.date"),
        (COHORT, "role: code:lead", "role: code:bank", "participations.jia.role"),
        (INSTITUTIONS, "kind: code:technology-company", "kind: code:technology-company\n  kind: code:bank", ""),
        (PLACES, "within: plc:country", "within: plc:jiangcheng", "within"),
    ]:
        before, after = spoil(small_project, file, old, new)
        expected.append((file, line_of(before, after, ""), field))
    assert places(problems_of(small_project)) == sorted(expected)


def test_problem_in_one_file_does_not_echo_in_others(small_project: Project) -> None:
    """While a file cannot be read, references to its records are not called dangling; other mistakes still are told."""
    (small_project.root / INSTITUTIONS).write_text("- id: [\n", encoding="utf-8")
    before, after = spoil(small_project, COHORT, "number: 2", "numbr: 2")
    assert places(problems_of(small_project)) == [
        (COHORT, line_of(before, after, ""), "numbr"),
        (INSTITUTIONS, 2, ""),
    ]


def test_file_that_cannot_be_opened(small_project: Project) -> None:
    """A folder with the name of a record file is told as such."""
    (small_project.data / "folder.yaml").mkdir()
    (problem,) = problems_of(small_project)
    assert (problem.file, problem.line, problem.key) == ("data/folder.yaml", 0, "file-unreadable")
