"""A build writes everything or nothing, and the same bytes each time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sandbox_kg import building, files
from sandbox_kg.building import build
from sandbox_kg.files import write_together
from sandbox_kg.problems import ProblemsFoundError
from sandbox_kg.project import Project


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, temporary ones included."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_small_project_builds_twice_to_the_same_bytes(small_project: Project, tmp_path: Path) -> None:
    """The same records give the same files; all that are written are named, and no other is."""
    first, second = (build(small_project, tmp_path / name) for name in ("first", "second"))
    assert contents(tmp_path / "first") == contents(tmp_path / "second")
    assert {path.name for path in first.files} == set(contents(tmp_path / "first"))
    assert first.triples == second.triples == contents(tmp_path / "first")["sandbox-kg.nt"].count(b"\n")


def test_build_with_problems_leaves_the_last_good_files(small_project: Project, tmp_path: Path) -> None:
    """Mistakes in records, or in what the rules derive from them, leave the files of the last good build."""
    out = tmp_path / "out"
    build(small_project, out)
    before = contents(out)
    path = small_project.data / "places.yaml"
    text = path.read_text(encoding="utf-8")
    for spoilt in (
        text + "- id: [\n",
        text.replace("within:", "withn:"),
        text.replace("plc:country\n", "plc:cuntry\n", 1),
    ):
        path.write_text(spoilt, encoding="utf-8")
        with pytest.raises(ProblemsFoundError):
            build(small_project, out)
        assert contents(out) == before
    path.write_text(text.replace("Jiangcheng", "Jiangcheng City"), encoding="utf-8")
    build(small_project, out)
    assert contents(out) != before


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("step", ["describe", "compute_figures", "serialise"])
def test_build_that_is_interrupted_leaves_the_last_good_files(
    small_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], step: str
) -> None:
    """Nothing is written before everything is computed."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "sandbox-kg.nt").write_bytes(b"good")

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(building, step, fail)
    with pytest.raises(error):
        build(small_project, out)
    assert contents(out) == {"sandbox-kg.nt": b"good"}


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("function", ["os.fsync", "tempfile.mkstemp", "pathlib.Path.chmod"])
def test_write_that_is_interrupted_leaves_all_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], call: int, function: str
) -> None:
    """Wherever writing stops before the first renaming, old files stay, and no temporary ones do."""
    old = {"a": b"old a", "b": b"old b"}
    for name, data in old.items():
        (tmp_path / name).write_bytes(data)
    module, _, attribute = function.rpartition(".")
    target = {"os": os, "tempfile": files.tempfile, "pathlib.Path": Path}[module]
    real, calls = getattr(target, attribute), []

    def interrupted(*arguments: object, **options: object) -> object:
        calls.append(arguments)
        if len(calls) == call:
            raise error
        return real(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(target, attribute, interrupted)
        with pytest.raises(error):
            write_together({tmp_path / "a": b"new a", tmp_path / "b": b"new b", tmp_path / "sub" / "c": b"new c"})
    assert len(calls) == call
    assert contents(tmp_path) == old


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("call", [1, 2, 3])
def test_renaming_that_is_interrupted_leaves_all_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], call: int
) -> None:
    """When a renaming fails, those that were done before are undone: all files are new or all are old."""
    old = {"a": b"old a", "b": b"old b"}
    for name, data in old.items():
        (tmp_path / name).write_bytes(data)
    real, calls = Path.replace, []

    def interrupted(path: Path, target: Path) -> Path:
        if target.name in ("a", "b", "c") and path.name.endswith(".new"):
            calls.append(target)
            if len(calls) == call:
                raise error
        return real(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupted)
        with pytest.raises(error):
            write_together({tmp_path / "a": b"new a", tmp_path / "b": b"new b", tmp_path / "sub" / "c": b"new c"})
    assert len(calls) == call
    assert contents(tmp_path) == old


def test_write_together_writes_all(tmp_path: Path) -> None:
    """New folders are made, old files replaced, and others may read them."""
    (tmp_path / "a").write_bytes(b"old")
    write_together({tmp_path / "a": b"new", tmp_path / "sub" / "b": b""})
    assert contents(tmp_path) == {"a": b"new", "sub/b": b""}
    if os.name != "nt":
        assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644
