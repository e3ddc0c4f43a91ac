"""What the explorer asks the graph through, and how texts from it are made harmless to read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from sandbox_kg.context import Context
from sandbox_kg.store.results import Result

if TYPE_CHECKING:
    import networkx

# Control characters, and those that turn the direction of writing: a name with them could look like another name.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class Asked(Protocol):
    """The graph, as far as the explorer asks it."""

    @property
    def context(self) -> Context:
        """Prefixes."""
        ...

    @property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """IRI to label in each language."""
        ...

    def scope_named(self, given: str) -> str:
        """The one name of a scope."""
        ...

    def query(self, name: str, **parameters: str) -> Result:
        """Answers a question of the library."""
        ...

    def count(self, name: str, **parameters: str) -> int:
        """How many rows a question of the library has."""
        ...

    def network(self, kind: str, **parameters: str) -> networkx.Graph:
        """A network."""
        ...

    def internal(self, name: str) -> list[dict[str, str]]:
        """The rows of a query of our own, as text."""
        ...

    @property
    def is_remote(self) -> bool:
        """Whether rows come over a network."""
        ...


def readable(text: str) -> str:
    """A text in which nothing hides: characters that show nothing or turn the direction of writing become visible."""
    return _HARMFUL.sub("\ufffd", text)
