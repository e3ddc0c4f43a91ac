"""Puts the built graph into the wheel.

The graph is built from the records that go into the same wheel, so it can be neither missing nor older than they are;
a wheel whose records have problems is not made.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GraphHook(BuildHookInterface[Any]):
    """Builds the graph and adds its files under `sandbox_kg/resources/build`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before a wheel or sdist is made; an editable install uses the checkout itself."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from sandbox_kg.building import build
        from sandbox_kg.project import Project

        self._folder = tempfile.TemporaryDirectory()
        made = build(Project(root, is_checkout=False), Path(self._folder.name))
        for path in made.files:
            build_data["force_include"][str(path)] = f"sandbox_kg/resources/build/{path.name}"
