"""Printed strings stand in their source's text and carry their fact."""

from __future__ import annotations

import hashlib
import os
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox_kg.building import Checked, check
from sandbox_kg.evidence import EvidenceReport, check_evidence, normalise, numbers_in, texts_in
from sandbox_kg.project import Project

COHORT, INSTITUTIONS, SOURCES = (f"data/{n}.yaml" for n in ("cohorts/jiangcheng-1", "institutions", "sources"))
TEXT = """江城试点综述
江城市今年公布2项应用,随后还会扩大。
随手贷(甲银行)
甲银行用大数据分析为小店放款,并加强风险控制,预计用户超过30万人,
贷款余额1 亿元至1.5亿元。
安心付(甲银行江城分行、丙科技)
甲银行江城分行用区块链防篡改,服务支付,用户达千万级。
结语
以上各项都在登记之后开始测试,云计算是下一批的重点。
"""


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("30万", [300_000]),
        ("不低于1000亿元", [100_000_000_000]),
        ("8千万", [80_000_000]),
        ("上百", [100]),
        ("几十", [10]),
        ("数万", [10_000]),
        ("数亿", [100_000_000]),
        ("千万级", [10_000_000]),
        ("1万以内", [10_000]),
        ("1.5亿", [150_000_000]),
        ("10万次/月", [100_000]),
        ("5000万元", [50_000_000]),
        ("1亿元至1.5亿元", [100_000_000, 150_000_000]),
        ("30 万", [300_000]),
        ("30", [30]),
        ("100万笔,5 个", [1_000_000, 5]),
        ("万亿", [1_000_000_000_000]),
        ("没有数", []),
        ("", []),
    ],
)
def test_numbers_in(text: str, numbers: list[int]) -> None:
    """Chinese powers of ten are multiplied out; a power without digits is a number too."""
    assert numbers_in(text) == {Decimal(number) for number in numbers}


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("甲 银\n行\u3000 \u00a0", "甲银行"),
        ("5G(A)", "5G(A)"),
        ("㈱", "(株)"),
        ("银行", "银行"),
        ("Ab", "Ab"),
        ("“甲”、乙。", "“甲”、乙。"),
    ],
)
def test_normalise(text: str, normal: str) -> None:
    """NFKC and removal of white space, nothing else: case, quotes and punctuation stay."""
    assert normalise(text) == normal


def report_on(project: Project, text: str | None = TEXT, digest: str = "") -> EvidenceReport:
    """Checks the small project against a text whose digest its source record has."""
    path = project.root / "review.txt"
    if text is not None:
        path.write_bytes(text.encode())
        digest = digest or hashlib.sha256(path.read_bytes()).hexdigest()
        edit(project, SOURCES, 64 * "0", digest)
    checked = check(project)
    texts = {} if text is None else {"src:review": path}
    return check_evidence(checked.store, project, checked.records, checked.schema.context, texts)


def edit(project: Project, file: str, old: str, new: str) -> int:
    """Replaces a text that stands once in a file; gives the line where it stood."""
    path = project.root / file
    before = path.read_text(encoding="utf-8")
    assert before.count(old) == 1, f"{old!r} stands {before.count(old)} times in {file}"
    path.write_text(before.replace(old, new), encoding="utf-8")
    return before[: before.index(old)].count("\n") + 1


def test_every_string_is_found(small_project: Project) -> None:
    """All strings of the source stand in its text and carry their facts; those of the other source are counted."""
    report = report_on(small_project)
    assert [p.text("en") for p in report.problems] == []
    assert report.checked == len(strings(small_project, "review"))
    assert report.unchecked == {"src:notice": len(strings(small_project, "notice"))}


def strings(project: Project, slug: str) -> list[str]:
    """The printed strings of a source, counted in the files without the loader."""
    lines = [line for path in project.data.rglob("*.yaml") for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if f'{slug}: "' in line or f"{slug}: {{printed" in line]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        # not in the text, or elsewhere in it
        ('"大数据分析"', '"大数据挖掘"', {"not-found": "大数据挖掘"}),
        ('tech:big-data, basis: code:described, evidence: {review: "大数据分析"}',
         'tech:blockchain, basis: code:described, evidence: {review: "区块链"}', {"not-found": "区块链"}),
        ('review: "大数据分析"', 'review: {printed: "大数据分析", where: code:general}', {"not-found": "大数据分析"}),
        ('"风险控制"', '"风险控制。"', {"not-found": "风险控制。"}),
        ('{printed: "2项", where: code:general}', '"2项"', {}),  # no passage is about a cohort: it may stand anywhere
        # found, but it carries another fact
        ('review: "丙科技"', 'review: "丙科"', {"equals": "丙科"}),
        ('review: "丙科技"', 'review: "、丙科技"', {"equals": "、丙科技"}),
        ('review: "丙科技"', 'review: "甲银行江城分行"', {"equals": "甲银行江城分行"}),
        ('review: "大数据分析"', 'review: "为小店放款"', {"contains": "为小店放款"}),
        ('review: "大数据分析"', 'review: {printed: "为小店放款", note: {zh: "指大数据"}}', {}),
        ('review: "支付"', 'review: "防篡改"', {"contains": "防篡改"}),
        ('review: "超过30万人"', 'review: "小店放款"', {"number": "300000"}),
        ('review: "超过30万人"', 'review: "30万"', {}),
        ('review: "千万级"', 'review: "千万级别"', {"not-found": "千万级别"}),
        ('review: "1亿元至1.5亿元"', 'review: "1.5亿元"', {"number": "100000000"}),
        # both at once
        ('review: "丙科技"', 'review: "丁科技"', {"equals": "丁科技", "not-found": "丁科技"}),
        ('review: "支付"', 'review: "转账"', {"contains": "转账", "not-found": "转账"}),
    ],
)  # fmt: skip
def test_string_that_fails(small_project: Project, old: str, new: str, told: dict[str, str]) -> None:
    """A string that stands in another passage, or does not carry its fact, is told at its line in both languages."""
    line = edit(small_project, COHORT, old, new)
    problems = report_on(small_project).problems
    assert [(p.file, p.line, p.key) for p in problems] == [(COHORT, line, f"evidence-{key}") for key in told]
    for problem, words in zip(problems, told.values(), strict=True):
        assert all(words in problem.text(language) for language in ("zh", "en"))
        assert problem.text("zh") != problem.text("en")


@pytest.mark.parametrize(("old", "new"), [("value: 300000", "value: 3000000"), ("magnitude: 10000000", "magnitude: 100000000"),
                                          ("min: 100000000", "min: 10000000"), ("max: 150000000", "max: 160000000")])  # fmt: skip
def test_number_that_the_words_do_not_give(small_project: Project, old: str, new: str) -> None:
    """Each number of a quantity must stand in the words: of a range both."""
    edit(small_project, COHORT, old, new)
    (problem,) = report_on(small_project).problems
    assert problem.key == "evidence-number"
    assert all(new.partition(": ")[2] in problem.text(language) for language in ("zh", "en"))


def test_name_that_its_evidence_does_not_print(small_project: Project) -> None:
    """The words under a name are that name, letter for letter."""
    line = edit(small_project, INSTITUTIONS, '{zh: "丙科技"}', '{zh: "丙科技有限公司"}')
    problems = report_on(small_project).problems
    assert (INSTITUTIONS, line, "evidence-equals") in [(p.file, p.line, p.key) for p in problems]


def test_general_text_is_found_where_it_is_said_to_stand(small_project: Project) -> None:
    """Words outside the passage of a record are found with `where: code:general`."""
    edit(
        small_project,
        COHORT,
        'review: "大数据分析"',
        'review: {printed: "云计算", where: code:general, note: {zh: "云"}}',
    )
    assert report_on(small_project).problems == []


def test_string_of_one_pilot_is_not_looked_for_in_the_next(small_project: Project) -> None:
    """A passage ends at the next heading."""
    short = TEXT.replace("用大数据分析", "用分析").replace("用区块链", "用区块链和大数据分析")
    (problem,) = report_on(small_project, short).problems
    assert (problem.key, dict(problem.values)["printed"]) == ("evidence-not-found", "大数据分析")


def test_text_with_another_digest_is_refused(small_project: Project) -> None:
    """A text that is not the one the record was made from is told, with its digest, and not searched."""
    report = report_on(small_project, TEXT + "又", digest=hashlib.sha256(TEXT.encode()).hexdigest())
    (problem,) = report.problems
    assert (problem.key, report.checked) == ("evidence-file", 0)
    assert hashlib.sha256((TEXT + "又").encode()).hexdigest() in problem.text("zh")


def test_heading_that_the_text_lacks(small_project: Project) -> None:
    """A passage whose heading line is not in the text is told; so are the strings that should stand under it."""
    report = report_on(small_project, TEXT.replace("安心付(甲银行江城分行、丙科技)", "安心付"))
    headings = [p for p in report.problems if p.key == "evidence-no-heading"]
    assert [dict(p.values)["heading"] for p in headings] == ["安心付(甲银行江城分行、丙科技)"]
    assert {p.key for p in report.problems} == {"evidence-no-heading", "evidence-not-found"}


@pytest.mark.parametrize(("content", "told"), [(b"\xff\xfe", "codec"), (None, "No such file")])
def test_text_that_cannot_be_read(small_project: Project, content: bytes | None, told: str) -> None:
    """A text that is missing or no UTF-8 is told by its name, not raised."""
    path = small_project.root / "review.txt"
    if content is not None:
        path.write_bytes(content)
    checked = check(small_project)
    args = checked.store, small_project, checked.records, checked.schema.context
    (problem,) = check_evidence(*args, {"src:review": path}).problems
    assert (problem.key, problem.file) == ("file-unreadable", str(path))
    assert told in problem.text("en")


def test_source_without_a_digest(small_project: Project) -> None:
    """A text for a source that is unknown or has no digest is told."""
    path = small_project.root / "notice.txt"
    path.write_text("x", encoding="utf-8")
    checked = check(small_project)
    args = checked.store, small_project, checked.records, checked.schema.context
    problems = check_evidence(*args, {"src:notice": path, "src:nothing": path}).problems
    assert [(p.key, dict(p.values)["source"]) for p in problems] == [
        ("evidence-no-digest", "src:nothing"),
        ("evidence-no-digest", "src:notice"),
    ]


def test_sources_without_text_are_counted(small_project: Project) -> None:
    """Without any text every printed string is counted as unchecked, a source at a time, and none is called missing."""
    report = report_on(small_project, None)
    assert report.problems == []
    assert report.checked == 0
    assert report.unchecked == {f"src:{slug}": len(strings(small_project, slug)) for slug in ("notice", "review")}


def test_texts_in_a_folder(tmp_path: Path) -> None:
    """A text is named by the slug of its source; a folder that is not there holds none."""
    (tmp_path / "a-1.txt").touch()
    (tmp_path / "b.md").touch()
    assert texts_in(str(tmp_path), "src") == {"src:a-1": tmp_path / "a-1.txt"}
    assert texts_in(str(tmp_path / "none"), "src") == texts_in("", "src") == {}


# -- the real article ------------------------------------------------------------------------------------------------


def test_article(checked: Checked, project: Project, tmp_path: Path) -> None:
    """All of the article's printed strings stand in their passages and carry their facts; false ones are told."""
    arguments = checked.store, project, checked.records, checked.schema.context
    strings_of_article = check_evidence(*arguments, {}).unchecked["src:upd-2020"]
    texts = texts_in(os.environ.get("SANDBOX_KG_SOURCES", ""), "src")
    if "src:upd-2020" not in texts:
        pytest.skip(
            f"SANDBOX_KG_SOURCES names no folder with upd-2020.txt: {strings_of_article} strings went unchecked"
        )
    report = check_evidence(*arguments, texts)
    assert [p.text("en") for p in report.problems] == []
    assert report.checked == strings_of_article > 300
    file = "data/cohorts/beijing-1.yaml"
    for old, new, key in (
        ('{upd-2020: "大数据分析"}', '{upd-2020: "大数据画像"}', "evidence-not-found"),
        ('{upd-2020: "不低于1000亿元"}', '{upd-2020: "不低于1000亿美元"}', "evidence-not-found"),
        ("value: 100000000000", "value: 10000000000", "evidence-number"),
    ):
        root = tmp_path / str(len(list(tmp_path.iterdir())))
        for folder in ("ontology", "data", "queries"):
            shutil.copytree(project.root / folder, root / folder)
        text = (root / file).read_text(encoding="utf-8")
        assert old in text
        (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        copy = Project(root, is_checkout=False)
        spoilt = check(copy)
        planted = check_evidence(spoilt.store, copy, spoilt.records, spoilt.schema.context, texts)
        assert {(p.file, p.key) for p in planted.problems} == {(file, key)}
