"""Runs a notebook as a reader would, cell by cell in a fresh kernel, and leaves nothing in it that differs from run to run.

`make notebook` rewrites the outputs of `docs/consortium-study.ipynb` with it; a test compares them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parent.parent / "docs" / "consortium-study.ipynb"


def executed(path: Path) -> Any:
    """The notebook with the outputs of a run in its own folder.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell fails.
    """
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=120, coalesce_streams=True, resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    for cell in notebook.cells:
        cell.metadata = {}
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return notebook


def text_of(notebook: Any) -> str:
    """The file of a notebook, in one form."""
    import nbformat

    return str(nbformat.writes(notebook, version=4, indent=1, ensure_ascii=False)).rstrip("\n") + "\n"


if __name__ == "__main__":
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else NOTEBOOK
    file.write_text(text_of(executed(file)), encoding="utf-8")
