"""Where the ontology, the records and the queries stand: in a checkout, or inside the installed package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_INSIDE_PACKAGE = Path(__file__).parent / "resources"
_MARKERS = ("ontology/context.jsonld", "data", "queries")


@dataclass(frozen=True)
class Project:
    """The folders of one copy of Sandbox KG.

    Attributes:
        root: the folder that holds `ontology/`, `data/` and `queries/`.
        is_checkout: whether this is a working copy, whose docs a build may rewrite.
    """

    root: Path
    is_checkout: bool

    @property
    def ontology(self) -> Path:
        """Folder of the ontology, the vocabularies, the shapes, the context and the rules."""
        return self.root / "ontology"

    @property
    def data(self) -> Path:
        """Folder of the records."""
        return self.root / "data"

    @property
    def queries(self) -> Path:
        """Folder of the queries."""
        return self.root / "queries"

    def record_files(self) -> list[Path]:
        """Every YAML file of records, vocabularies first, in a fixed order."""
        return sorted((self.ontology / "vocabularies").rglob("*.yaml")) + sorted(self.data.rglob("*.yaml"))

    def relative(self, path: Path) -> str:
        """A path as a reader names it: from the root where it lies inside, with forward slashes."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.as_posix()


def is_project(folder: Path) -> bool:
    """Whether a folder holds an ontology, records and queries."""
    return all((folder / marker).exists() for marker in _MARKERS)


def find_project(root: Path | None = None) -> Project:
    """The project to work on.

    Args:
        root: a folder given by the user; without it the nearest one above the current folder that is a project,
            else the copy inside the installed package.

    Raises:
        FileNotFoundError: the given folder is no project, or none is found.
    """
    if root is not None:
        if not is_project(root):
            raise FileNotFoundError(str(root))
        return Project(root.resolve(), is_checkout=(root / "pyproject.toml").exists())
    here = Path.cwd()
    for folder in (here, *here.parents):
        if is_project(folder):
            return Project(folder, is_checkout=(folder / "pyproject.toml").exists())
    for folder in (_INSIDE_PACKAGE, Path(__file__).parent.parent):
        if is_project(folder):
            return Project(folder, is_checkout=folder != _INSIDE_PACKAGE)
    raise FileNotFoundError(str(here))
