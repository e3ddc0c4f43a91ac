"""The graph that a page carries: as Turtle, from the built graph, a file in any RDF format, or a server.

Turtle with prefixes is a quarter of N-Triples. One statement stands on a line, all that is said of one subject, so that
squeezed lines (`pages/squeezed.py`) change where the graph does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from sandbox_kg.store.embedded import EmbeddedStore
from sandbox_kg.store.errors import QueryError

if TYPE_CHECKING:
    import rdflib

_FORMATS = {
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".ttl": ox.RdfFormat.TURTLE,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}


@dataclass(frozen=True)
class GraphData:
    """A graph for a page.

    Attributes:
        triples: its triples, sorted.
        prefixes: prefixes that its file declares.
    """

    triples: list[ox.Triple]
    prefixes: Mapping[str, str] = field(default_factory=dict)

    def turtle(self, prefixes: Mapping[str, str]) -> str:
        """The graph as Turtle with these prefixes, one statement a line."""
        data = ox.serialize(self.triples, format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes))
        return (data or b"").decode("utf-8").replace(" ;\n\t", " ; ")  # inside of a text the end of a line is escaped

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the triples as sorted N-Triples; of the built graph that of its file."""
        return hashlib.sha256("".join(f"{triple} .\n" for triple in self.triples).encode()).hexdigest()

    def rows(self, query: Path) -> list[dict[str, str]]:
        """The rows of a query over the graph."""
        return EmbeddedStore(self.triples).select(query)


def read(file: Path) -> GraphData:
    """A graph from a file; its ending says the format. The triples of all its graphs become one graph.

    Blank nodes are named in the order in which they come, so that one file always gives one page.

    Raises:
        QueryError: the file is not there, has an ending that says nothing, or cannot be parsed.
    """
    media = _FORMATS.get(file.suffix.lower())
    if media is None:
        raise QueryError("ask-graph-format", file=file.name, endings=", ".join(_FORMATS))
    try:
        parser = ox.parse(file.read_bytes(), format=media, base_iri=file.resolve().as_uri())
        triples = _arranged(quad.triple for quad in parser)
    except OSError as error:
        raise QueryError("ask-graph-unread", file=str(file), error=error.strerror or str(error)) from None
    except (SyntaxError, ValueError) as error:
        raise QueryError("ask-graph-syntax", file=file.name, error=str(error)) from None
    return GraphData(triples, {name: iri for name, iri in parser.prefixes.items() if name})


def served(graph: rdflib.Graph) -> GraphData:
    """The graph of a server, read whole."""
    lines = graph.serialize(format="nt", encoding="utf-8")
    return GraphData(_arranged(quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)))


def _arranged(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    names: dict[str, ox.BlankNode] = {}

    def named(node: ox.BlankNode) -> ox.BlankNode:
        return names.setdefault(node.value, ox.BlankNode(f"b{len(names)}"))

    arranged = {}
    for triple in triples:
        subject = named(triple.subject) if isinstance(triple.subject, ox.BlankNode) else triple.subject
        value = named(triple.object) if isinstance(triple.object, ox.BlankNode) else triple.object
        own = ox.Triple(subject, triple.predicate, value)
        arranged[str(own)] = own
    return [own for _, own in sorted(arranged.items())]
