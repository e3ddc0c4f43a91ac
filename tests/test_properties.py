"""Whatever is done to a file of records, it is told with its place or built: never a traceback."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from conftest import copy_small_project
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox_kg import building, validation
from sandbox_kg.building import check
from sandbox_kg.problems import Problem, ProblemsFoundError
from sandbox_kg.project import Project
from sandbox_kg.validation import lifted
from sandbox_kg.yaml_reader import read_yaml

ODD = (
    *("\t", '"', "'", ":", ": ", "#", " #", "?", "? ", "-", "- ", "[", "]", "{", "}", ",", "&a ", "*a", "!!int ", "!x ", "|", ">"),
    *("%", "@", "`", "\\", "~", "<<: ", "---\n", "...\n", "\n", "\r", "\r\n", " ", "  ", "\u3000", "\u00a0", "\u0085", "\u2028"),
    *("甲", "银行", "5G?", "\x00", "\x07", "\x7f", "\ufeff", "\ufffe", "\U0001f600", "\u202e", "a" * 5000, "[" * 50, "{a: " * 50),
)  # fmt: skip
SCALARS = (
    *("", "~", "null", "yes", "1e9", "1_000", "0x1F", "-1", "+5", "0", "-0", "1.", ".5", "1.50", "٣", "30万", ".inf", ".nan", "9" * 40),
    *("2020-02-30", "2020-13-01", "0000-01-01", "9999-12-31", "-2020-01-01", "2020-1-1", "20200101", "2020-01-01T00:00:00Z"),
    *("[]", "{}", "[[]]", "{a: b}", '""', '" "', '"\\0"', '"\\uD800"', '"\\U0010FFFF"', "[a, b]", "{zh: a}", '{zh: "a", en: "b"}'),
    *("inst:jia", "inst:", ":jia", "inst:jia:jia", "inst:../jia", "inst:jia_names_short", "nope:x", "code:bank", "src:review", "@id"),
    *("@type", "_:b", "https://example.org/x y", "http://[", "file:///etc/passwd", "urn:x", "'<script>'", '"{0} {key} %s"', '"%7B"'),
)  # fmt: skip
KINDS = (  # those that mostly leave valid YAML stand several times
    *("value", "exchange", "rename") * 3,
    *("delete", "copy", "swap", "move", "indent", "tab", "scalar", "insert", "cut", "flip", "take"),
)
KEY = re.compile(rb"[a-zA-Z0-9-]+(?=:\s)")
VALUE = re.compile(rb'"[^"\n]*"|(?<=: )[^\s{}\[\],"]+')
Mutation = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """One copy of the small project for all examples, each of which puts back what it spoilt.

    The schema and the shapes, which no example changes, are read once.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "read_schema", cache(building.read_schema))
        patch.setattr(validation, "read_shapes", cache(lambda path, read=validation.read_shapes: lifted(read(path))))
        patch.setattr(validation, "lifted", lambda shapes: shapes)
        yield copy_small_project(tmp_path_factory.mktemp("properties") / "small")


def on_lines(change: Callable[[list[bytes]], list[bytes]]) -> Mutation:
    """A mutation of a file's lines."""
    return lambda data: b"".join(change(data.splitlines(keepends=True) or [b""]))


@st.composite
def mutations(draw: st.DrawFn) -> Mutation:
    """One way to spoil a file; places are drawn as numbers that any file has, modulo its length."""
    kind = draw(st.sampled_from(KINDS))
    one, two = draw(st.integers(0, 10_000)), draw(st.integers(0, 10_000))
    odd, scalar = draw(st.sampled_from(ODD)).encode(), draw(st.sampled_from(SCALARS)).encode()

    def lines(old: list[bytes]) -> list[bytes]:
        new, i, j = list(old), one % len(old), two % len(old)
        if kind == "delete":
            del new[i : i + 1 + two % 3]
        elif kind == "copy":
            new[j:j] = old[i : i + 1 + two % 12]
        elif kind == "swap":
            new[i], new[j] = old[j], old[i]
        elif kind == "move":
            new.insert(j, new.pop(i))
        elif kind == "indent":
            text = old[i].lstrip(b" ")
            new[i] = b" " * max(0, len(old[i]) - len(text) + two % 7 - 3) + text
        elif kind == "scalar":  # after the first colon
            key, colon, _ = old[i].partition(b":")
            new[i] = key + colon + b" " + scalar + b"\n"
        elif kind == "tab":
            new[i] = b"\t" + old[i].lstrip(b" ")
        return new

    def apply(data: bytes) -> bytes:
        place = one % (len(data) + 1)
        if kind == "insert":
            text = data.decode("utf-8", "replace")
            place = one % (len(text) + 1)
            return (text[:place]).encode() + odd + (text[place:]).encode()
        pattern = {"value": VALUE, "exchange": VALUE, "rename": KEY}.get(kind)
        if pattern and (tokens := list(pattern.finditer(data))):
            begin, end = tokens[one % len(tokens)].span()
            return data[:begin] + (scalar if kind == "value" else tokens[two % len(tokens)][0]) + data[end:]
        if kind == "cut":
            return data[:place]
        if kind == "take":
            return data[:place] + data[place + 1 + two % 40 :]
        if kind == "flip" and data:
            place %= len(data)
            return data[:place] + bytes([data[place] ^ (1 << two % 8)]) + data[place + 1 :]
        return on_lines(lines)(data)

    return apply


def problem_is_located(problem: Problem, project: Project) -> bool:
    """Whether a problem names a file that is there, a line that the file has, and says something in both languages."""
    path = project.root / problem.file
    if not path.is_file() or not all(problem.text(language).strip() for language in ("zh", "en")):
        return False
    return 1 <= problem.line <= len(path.read_bytes().decode("utf-8", "replace").splitlines()) + 1


@given(which=st.integers(0, 100), changes=st.lists(mutations(), min_size=1, max_size=3))
def test_mutated_file_is_told_or_built(small: Project, which: int, changes: list[Mutation]) -> None:
    """A mutated file of the small project passes, or all that is wrong with it is told with its place."""
    files = small.record_files()
    path = files[which % len(files)]
    before = mutated = path.read_bytes()
    for change in changes:
        mutated = change(mutated)
    path.write_bytes(mutated)
    try:
        check(small)
    except ProblemsFoundError as found:
        assert found.problems
        for problem in found.problems:
            assert problem_is_located(problem, small), problem
    finally:
        path.write_bytes(before)


@given(
    st.one_of(
        st.text(max_size=200), st.lists(st.sampled_from(ODD + SCALARS + ("a: ", "- id: plc:a\n", "\n  "))).map("".join)
    )
)
@example("")
@example("- " * 5000)
@example("? " * 5000)
@example("{a: " * 5000)
@example("\ud800")
def test_any_text_is_read_or_refused(text: str) -> None:
    """A text gives a tree, or problems with lines; never an exception."""
    problems_are_located(text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example("- 甲".encode("gbk"))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Bytes that are no text give a problem with a line; never an exception."""
    problems_are_located(data)


def problems_are_located(data: bytes) -> None:
    """Reads bytes as a file: a tree without problems, or problems each with a line of that file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.yaml"
        path.write_bytes(data)
        root, problems = read_yaml(path, "x.yaml")
    assert root is not None or problems
    for problem in problems:
        assert problem.file == "x.yaml"
        assert 1 <= problem.line <= len(data.decode("utf-8", "replace").splitlines()) + 1
        assert problem.text("zh") != problem.text("en")
