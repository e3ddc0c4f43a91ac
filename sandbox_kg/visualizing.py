"""Every page of `visualizations/`, made from one graph and written together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sandbox_kg.files import write_together
from sandbox_kg.pages.beside import PAGES

if TYPE_CHECKING:
    from sandbox_kg.knowledge_graph import KnowledgeGraph

_PAGES = (
    "explorer",
    "ask",
    "report",
    "turtle",
    "n-triples",
    "json-ld",
    "void",
    "readme",
    "readme-zh",
    "method",
    "notebook",
    "deploy",
    "ontology",
    "coverage",
    "decisions",
    "contributing",
)
_OF_THE_REPORT = ("figures", "tables")  # folders that hold what the report makes and nothing else


def make_pages(kg: KnowledgeGraph) -> dict[str, bytes]:
    """File name, from the folder of the pages, to content. The same graph gives the same bytes."""
    from sandbox_kg.ask.page import make_page as make_ask_page
    from sandbox_kg.explorer.page import make_page
    from sandbox_kg.report.page import make_report

    made = {"explorer": make_page(kg, beside=PAGES), "ask": make_ask_page(kg, beside=PAGES)}
    return {**{f"{name}.html": text.encode() for name, text in made.items()}, **make_report(kg, pages=_PAGES)}


def write_pages(kg: KnowledgeGraph, folder: Path) -> list[Path]:
    """Writes all pages, or none; what an earlier build left in the report's folders and this one does not make goes.

    Returns:
        The files, sorted.

    Raises:
        OSError: a file cannot be written; those that were there stay as they are.
    """
    files = {folder / name: data for name, data in make_pages(kg).items()}
    write_together(files)
    for place in _OF_THE_REPORT:
        for path in (folder / place).glob("*"):
            if path.is_file() and path not in files:
                path.unlink()
    return sorted(files)
