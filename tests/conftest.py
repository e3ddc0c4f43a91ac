"""Fixtures that several tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox_kg import building
from sandbox_kg.building import Checked
from sandbox_kg.project import Project, find_project


@pytest.fixture(scope="session")
def project() -> Project:
    """The checkout that the tests stand in."""
    return find_project(Path(__file__).parent.parent)


@pytest.fixture(scope="session")
def checked(project: Project) -> Checked:
    """The checkout's records, checked and joined into a graph."""
    return building.check(project)
