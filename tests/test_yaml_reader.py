"""Files as located text: what YAML would misread is refused with its line, and nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import problems_of

from sandbox_kg.project import Project
from sandbox_kg.yaml_reader import DEEPEST, Mapping, Scalar, Sequence, read_yaml

BOMB = "- a: &a [x, x]\n" + "".join(f"- {b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
REFUSED: dict[str, tuple[bytes, int, str, tuple[str, ...], tuple[str, ...]]] = {  # content, line, key, zh and en say
    "GBK": ("- id: plc:a\n  x: 江城\n".encode("gbk"), 2, "not-utf8", ("UTF-8",), ("UTF-8",)),
    "UTF-16": ("- id: plc:a\n".encode("utf-16"), 1, "not-utf8", ("UTF-8",), ("UTF-8",)),
    "cut inside a character": ("- a: b\n- 江".encode()[:-1], 2, "not-utf8", ("UTF-8",), ("UTF-8",)),
    "tab": (b"- a: b\n\tc: d\n", 2, "tab", ("空格",), ("spaces",)),
    "tab after spaces": (b"- a: b\n  \tc: d\n", 2, "tab", ("空格",), ("spaces",)),
    "open bracket": (b"- a: b\n- c: [d\n- e: f\n", 3, "broken-yaml", ("双引号", "line 2"), ("double quotes", "line 2")),
    "open quote": (b'- a: b\n- c: "d\n- e: f\n', 2, "broken-yaml", ("双引号",), ("double quotes",)),
    "colon in a text": (b"- a: b\n- c: d: e\n", 2, "broken-yaml", ("双引号",), ("double quotes",)),
    "colon in a flow map": (b"- a: b\n- {c: d: e}\n", 2, "broken-yaml", ("双引号",), ("double quotes",)),
    "at sign": (b"- a: b\n- c: @d\n", 2, "broken-yaml", ("双引号",), ("double quotes",)),
    "unknown escape": (b'- a: b\n- c: "\\d"\n', 2, "broken-yaml", ("双引号",), ("double quotes",)),
    "NUL": (b"- a: b\n- c: \0d\n", 2, "illegal-character", (r"\x00",), (r"\x00",)),
    "anchor": (b"- a: b\n- c: &d e\n", 2, "alias", ("别名",), ("aliases",)),
    "alias": (b"- a: b\n- c: *d\n", 2, "alias", ("别名",), ("aliases",)),
    "alias bomb": (BOMB.encode(), 1, "alias", ("别名",), ("aliases",)),
    "tag": (b"- a: b\n- c: !!int 3\n", 2, "tag", ("int",), ("int",)),
    "own tag": (b"- a: b\n- !c d\n", 2, "tag", ("!c",), ("!c",)),
    "Python tag": (b"- !!python/object/apply:os.getcwd []\n", 1, "tag", ("os.getcwd",), ("os.getcwd",)),
    "merge key": (b"- a: b\n- <<: *c\n", 2, "alias", ("别名",), ("aliases",)),
    "two documents": (b"---\n- a: b\n---\n- c: d\n", 3, "two-documents", ("---",), ("---",)),
    "too deep": (b"- a: b\n- " + b"[" * DEEPEST + b"]" * DEEPEST, 2, "too-deep", ("缩进",), ("indentation",)),
    "far too deep": (b"- " * 100_000, 1, "too-deep", ("缩进",), ("indentation",)),
    "key that is a list": (b"- a: b\n- [c]: d\n", 2, "key-not-text", ("冒号",), ("colons",)),
    "key that is a map": (b"- a: b\n- {{c: d}: e}\n", 2, "key-not-text", ("冒号",), ("colons",)),
    "empty": (b"", 1, "empty-file", ("记录",), ("record",)),
    "comment alone": (b"# nothing\n\n", 1, "empty-file", ("记录",), ("record",)),
    "white space alone": (b" \n\n", 1, "empty-file", ("记录",), ("record",)),
    "a start alone": (b"---\n", 1, "empty-file", ("记录",), ("record",)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_file_that_is_refused(tmp_path: Path, name: str) -> None:
    """Each file is refused for one reason, at its line, and both languages say how to mend it."""
    content, line, key, zh, en = REFUSED[name]
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    root, (problem,) = read_yaml(path, "data/x.yaml")
    assert root is None
    assert (problem.file, problem.line, problem.field, problem.key) == ("data/x.yaml", line, "", key)
    for language, parts in (("zh", zh), ("en", en)):
        assert problem.text(language).startswith(f"data/x.yaml:{line}: ")
        assert all(part in problem.text(language) for part in parts), problem.text(language)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_file_among_others(small_project: Project, name: str) -> None:
    """A check names the refused file and its line, and nothing that only follows from it."""
    content, line, key, *_ = REFUSED[name]
    (small_project.data / "places.yaml").write_bytes(content)
    assert [(p.file, p.line, p.key) for p in problems_of(small_project)] == [("data/places.yaml", line, key)]


@pytest.mark.parametrize(("content", "line"), [(b"a: b\n", 1), (b"# x\nhello\n", 2)])
def test_file_that_is_no_list(small_project: Project, content: bytes, line: int) -> None:
    """A file of records is a list; anything else is told, and nothing that only follows from it."""
    (small_project.data / "places.yaml").write_bytes(content)
    (problem,) = problems_of(small_project)
    assert (problem.file, problem.line, problem.key) == ("data/places.yaml", line, "not-a-list")
    assert all('"' in problem.text(language) or "“" in problem.text(language) for language in ("zh", "en"))


def test_every_tab_and_every_second_key_is_told(tmp_path: Path) -> None:
    """What can be told of one file in one run is told; of two equal keys the first stays."""
    path = tmp_path / "x.yaml"
    path.write_bytes(b"- a: b\n\tc: d\n  e: f\n \tg: h\n")
    assert [(p.key, p.line) for p in read_yaml(path, "x")[1]] == [("tab", 2), ("tab", 4)]
    path.write_bytes(b"- a: b\n  a: c\n- d: e\n  f: {g: h, g: i}\n")
    root, problems = read_yaml(path, "x")
    assert [(p.key, p.line) for p in problems] == [("duplicate-key", 2), ("duplicate-key", 4)]
    assert ['"a"' in problems[0].text("en"), "“a”" in problems[0].text("zh")] == [True, True]
    assert isinstance(root, Sequence)
    assert isinstance(root.items[0], Mapping)
    assert root.items[0].items == [(Scalar("a", 1), Scalar("b", 1))]


@pytest.mark.parametrize("value", ["1e9", "yes", "~", "null", "2020-02-30", "0x10", "1_000", "1.50", ".inf", "012"])
def test_scalars_stay_as_written(tmp_path: Path, value: str) -> None:
    """YAML's own reading of numbers, dates, booleans and nothing is not applied."""
    path = tmp_path / "x.yaml"
    path.write_text(f'- {value}\n- "{value}"\n', encoding="utf-8")
    root, problems = read_yaml(path, "x")
    assert (root, problems) == (Sequence(1, [Scalar(value, 1, False), Scalar(value, 2, True)]), [])


def test_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    """Windows editors write both; lines are counted as the editor shows them."""
    path = tmp_path / "x.yaml"
    path.write_bytes("\ufeff- a: 江城\r\n- b\r\n".encode())
    root, problems = read_yaml(path, "x")
    assert problems == []
    assert isinstance(root, Sequence)
    assert [item.line for item in root.items] == [1, 2]
