"""Sandbox KG: the knowledge graph of China's fintech regulatory sandbox.

Example:
    >>> import sandbox_kg as skg
    >>> kg = skg.open()  # doctest: +SKIP
    >>> kg.query("co-applicants", level="group").to_dataframe()  # doctest: +SKIP
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox_kg.knowledge_graph import KnowledgeGraph

__version__ = "0.1.0"


def open(root: Path | str | None = None) -> KnowledgeGraph:  # noqa: A001 - skg.open() reads as it should
    """The built graph: of a checkout above the current folder, or of the installed package.

    Args:
        root: a project's folder, where it is not to be looked for.

    Raises:
        FileNotFoundError: no project is found.
        sandbox_kg.store.errors.QueryError: the project's graph has not been built.
    """
    from sandbox_kg.knowledge_graph import open_graph  # here, so that importing the package stays light

    return open_graph(root)


def connect(url: str, graph: str | None = None, timeout: float | None = None) -> KnowledgeGraph:
    """The graph on a SPARQL server, with the same methods as the embedded one.

    Args:
        url: the endpoint, http or https; a user and password are taken from the environment only.
        graph: the name of the graph there; without it the one that `publish` writes.
        timeout: seconds for each query.

    Raises:
        sandbox_kg.store.errors.QueryError: the server cannot be asked, or does not hold our graph.
    """
    from sandbox_kg.knowledge_graph import connect as connect_graph  # here, so that importing stays light

    return connect_graph(url, graph, timeout)
