"""What the commands share: messages, the project, and ending with a word of explanation."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from sandbox_kg.project import Project, find_project

Say = Callable[..., str]


def fail(text: str, code: int) -> NoReturn:
    """Ends the command with words on standard error and an exit code."""
    print(text, file=sys.stderr)
    raise SystemExit(code)


def the_project(root: Path | None, say: Say) -> Project:
    """The project of a folder, or the one around the current folder; without one the command ends."""
    try:
        return find_project(root)
    except FileNotFoundError as error:
        fail(say("no-project", folder=str(error)), 2)


def shown(path: Path) -> str:
    """A path as a user reads it: from the current folder where that is shorter."""
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return str(path)
