"""The notebook of the study runs, and its committed outputs are those of the present graph and code."""

from __future__ import annotations

import pytest
from notebook import NOTEBOOK, executed, text_of

from sandbox_kg.project import Project


@pytest.mark.filterwarnings("default")  # of the kernel's own packages
def test_the_notebook_gives_its_outputs_again(project: Project) -> None:
    """Run anew, the notebook is the committed one, byte for byte; if not, look at what changed and run `make notebook`."""
    assert (project.root / "build" / "sandbox-kg.nt").exists(), "run make build first"
    made = executed(NOTEBOOK)
    assert text_of(made) == NOTEBOOK.read_text(encoding="utf-8")
    outputs = [output for cell in made.cells for output in cell.get("outputs", ())]
    assert len(outputs) >= 10
    assert not any(output.output_type == "error" or output.get("name") == "stderr" for output in outputs)
