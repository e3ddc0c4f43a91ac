"""The report of a graph on a server is that of the embedded graph, byte for byte."""

from __future__ import annotations

import sandbox_kg as skg
from sandbox_kg.project import Project
from sandbox_kg.report.page import make_report

pytest_plugins = ["servers"]


def test_the_report_of_a_server(published: object, project: Project) -> None:
    """Whichever engine answers, numbers, order and wording are the same."""
    embedded = make_report(skg.open(project.root))
    remote = make_report(skg.connect(published.query))  # type: ignore[attr-defined]
    assert set(remote) == set(embedded)
    assert [name for name in embedded if embedded[name] != remote[name]] == []
