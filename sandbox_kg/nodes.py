"""The triples of a graph by node, each term as N-Triples writes it, which is much faster to make than objects."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

_RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
_LITERAL = re.compile(
    r'"(?P<text>(?:[^"\\]|\\.)*)"(?:@(?P<language>[A-Za-z0-9-]+)|\^\^<(?P<datatype>[^>]*)>)?\Z', re.DOTALL
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_STRING = "http://www.w3.org/2001/XMLSchema#string"


@dataclass(frozen=True)
class Literal:
    """A literal: its text, its language (lower case, empty without one) and its datatype (empty with a language)."""

    text: str
    language: str
    datatype: str


class Nodes:
    """Node to property to values.

    Args:
        lines: triples as lines of N-Triples, without their ends, each once.

    Attributes:
        find: as `dict.get` of node to its properties, for those who ask for every node: indexing costs a call more.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._of: dict[str, dict[str, list[str]]] = {}
        self.find = self._of.get
        self.add(lines)

    def add(self, lines: Iterable[str]) -> None:
        """Adds triples that are not there yet."""
        of = self._of
        self.__dict__.pop("_below", None)
        for line in lines:
            subject, prop, rest = line.split(" ", 2)
            node = of.get(subject)
            if node is None:
                node = of[subject] = {}
            values = node.get(prop)
            if values is None:
                node[prop] = [rest[:-2]]
            else:
                values.append(rest[:-2])

    def __getitem__(self, node: str) -> dict[str, list[str]]:
        return self._of.get(node, {})

    def having(self, prop: str) -> list[str]:
        """Every node with a property."""
        return [node for node, properties in self._of.items() if prop in properties]

    def by_class(self) -> dict[str, list[str]]:
        """Class to its own instances, those of narrower classes left out."""
        found: dict[str, list[str]] = {}
        for node, properties in self._of.items():
            for name in properties.get(_RDF_TYPE, ()):
                found.setdefault(name, []).append(node)
        return found

    def classes(self, node: str) -> list[str]:
        """The classes of which a node says that it is an instance."""
        return self[node].get(_RDF_TYPE, [])

    def narrower(self, name: str) -> set[str]:
        """A class with all of its subclasses."""
        found, waiting = {name}, [name]
        while waiting:
            new = set(self._below.get(waiting.pop(), ())) - found
            found |= new
            waiting += new
        return found

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        """Class to its direct subclasses."""
        below: dict[str, list[str]] = {}
        for node in self.having(_SUBCLASS):
            for wider in self[node][_SUBCLASS]:
                below.setdefault(wider, []).append(node)
        return below


@lru_cache(maxsize=50_000)
def literal(term: str) -> Literal | None:
    """A term as a literal; None if it is an IRI or a blank node."""
    if (found := _LITERAL.match(term)) is None:
        return None
    language = (found["language"] or "").lower()
    datatype = "" if language else found["datatype"] or _STRING
    return Literal(_ESCAPE.sub(_unescaped, found["text"]), language, datatype)


def _unescaped(found: re.Match[str]) -> str:
    name = found[1]
    return chr(int(name[1:], 16)) if name[0] in "uU" and len(name) > 1 else _SHORT.get(name, name)
