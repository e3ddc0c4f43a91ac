"""The words that curators keep for drafting: `ontology/drafting/*.yaml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox_kg.problems import Problem, ProblemsFoundError
from sandbox_kg.project import Project
from sandbox_kg.yaml_reader import Mapping, Node, Scalar, read_yaml

FILES = ("pilots", "institution-kinds", "not-terms", "quantities", "measures", "events")
TEMPLATES = "record-keys"


class Words:
    """The files as plain lists and maps, folded as the texts are.

    Attributes:
        templates: name of a kind of record or fact to the node of its template.
        codes: name of a choice to the code that stands for it.
    """

    def __init__(self, project: Project, fold: Callable[[str], str]) -> None:
        self._folder = project.ontology / "drafting"
        self._project = project
        self._files = {name: _plain(self._read(name), fold) for name in FILES}
        keys = self._read(TEMPLATES)
        self.templates = {key.value: node for key, node in keys.items} if isinstance(keys, Mapping) else {}
        self.codes = _plain(self.templates["codes"], str) if "codes" in self.templates else {}

    def _read(self, name: str) -> Node:
        path = self._folder / f"{name}.yaml"
        root, problems = read_yaml(path, self._project.relative(path))
        if root is None or problems:
            raise ProblemsFoundError(problems)
        return root

    def all(self, file: str) -> Any:
        """The whole of a file."""
        return self._files[file]

    def get(self, file: str, *keys: str) -> Any:
        """What stands under a key of a file.

        Raises:
            ProblemsFoundError: nothing does.
        """
        found = self._files[file]
        for key in keys:
            if not isinstance(found, dict) or key not in found:
                shown = self._project.relative(self._folder / f"{file}.yaml")
                raise ProblemsFoundError([Problem(shown, 0, ".".join(keys), "value-missing", (("key", key),))])
            found = found[key]
        return found


def _plain(node: Node, fold: Callable[[str], str]) -> Any:
    """Lists, maps and text; only text in quotes is folded, since the rest are codes and keys."""
    if isinstance(node, Scalar):
        return fold(node.value) if node.quoted else node.value
    if isinstance(node, Mapping):
        return {key.value: _plain(value, fold) for key, value in node.items}
    return [_plain(item, fold) for item in node.items]
