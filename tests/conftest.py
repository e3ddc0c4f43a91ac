"""Fixtures that several tests share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import hypothesis
import pytest

from sandbox_kg import building
from sandbox_kg.building import Checked
from sandbox_kg.problems import Problem, ProblemsFoundError
from sandbox_kg.project import Project, find_project

ROOT = Path(__file__).parent.parent
hypothesis.settings.register_profile("ci", max_examples=500, deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("local", max_examples=100, deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="session")
def project() -> Project:
    """The checkout that the tests stand in."""
    return find_project(ROOT)


@pytest.fixture(scope="session")
def checked(project: Project) -> Checked:
    """The checkout's records, checked and joined into a graph."""
    return building.check(project)


def copy_small_project(folder: Path) -> Project:
    """A project of a few invented records (`tests/small`), with the ontology of the checkout but its own concepts."""
    shutil.copytree(ROOT / "ontology", folder / "ontology", ignore=shutil.ignore_patterns("vocabularies"))
    shutil.copytree(ROOT / "tests" / "small" / "vocabularies", folder / "ontology" / "vocabularies")
    shutil.copytree(ROOT / "tests" / "small" / "data", folder / "data")
    shutil.copytree(ROOT / "queries", folder / "queries")
    return Project(folder, is_checkout=False)


@pytest.fixture
def small_project(tmp_path: Path) -> Project:
    """A small project to spoil."""
    return copy_small_project(tmp_path / "small")


def problems_of(project: Project) -> list[Problem]:
    """What a check of a project finds."""
    try:
        building.check(project)
    except ProblemsFoundError as found:
        return list(found.problems)
    return []
