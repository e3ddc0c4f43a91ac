"""From Oxigraph's triples to rdflib's graphs: for SHACL, and for users who want an rdflib graph."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

if TYPE_CHECKING:
    from rdflib import Graph


def rdflib_graph(triples: Iterable[ox.Triple]) -> Graph:
    """The triples as an `rdflib.Graph`."""
    from rdflib import Graph

    graph = Graph()
    add_triples(graph, triples)
    return graph


def add_triples(graph: Graph, triples: Iterable[ox.Triple]) -> None:
    """Adds triples of Oxigraph to a graph of rdflib, several times faster than by way of a file."""
    from rdflib import BNode, Literal, URIRef

    names: dict[str, URIRef] = {}

    def name(iri: str) -> URIRef:
        if iri not in names:
            names[iri] = URIRef(iri)
        return names[iri]

    def term(node: Any) -> Any:
        if isinstance(node, ox.NamedNode):
            return name(node.value)
        if isinstance(node, ox.BlankNode):
            return BNode(node.value)
        if node.language:
            return Literal(node.value, lang=node.language)
        return Literal(node.value, datatype=name(node.datatype.value), normalize=False)

    for triple in triples:
        graph.add((term(triple.subject), name(triple.predicate.value), term(triple.object)))
