"""Records and ontology -> one graph.

Oxigraph parses the JSON-LD and runs the rules. The graph holds no blank nodes, so that sorting its triples is enough
to make every serialisation byte-identical.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from sandbox_kg.project import Project
from sandbox_kg.records import Records
from sandbox_kg.schema import Schema, ontology_triples
from sandbox_kg.store.embedded import EmbeddedStore, parse

FORMATS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}


class BlankNodeFound(Exception):
    """A triple of the graph holds a blank node, which no serialisation could write the same twice."""


def asserted_graph(project: Project, schema: Schema, records: Records) -> EmbeddedStore:
    """The graph of what the ontology and the records say, with the classes of nested facts."""
    document = {"@context": schema.context.document, "@graph": records.nodes}
    store = EmbeddedStore(ontology_triples(project))
    store.add(parse(json.dumps(document, ensure_ascii=False).encode(), ox.RdfFormat.JSON_LD))
    apply_rules(store, project.ontology / "rules" / "1-asserted")
    return store


def apply_rules(store: EmbeddedStore, folder: Path) -> None:
    """Runs the CONSTRUCT rules of a folder in the order of their names; each sees what the earlier ones derived."""
    for rule in sorted(folder.glob("*.rq")):
        store.add(store.construct(rule))


def derive(store: EmbeddedStore, project: Project) -> None:
    """Adds what the rules derive to an asserted graph."""
    apply_rules(store, project.ontology / "rules" / "2-derived")


def serialise(triples: Iterable[ox.Triple], prefixes: dict[str, str]) -> dict[str, bytes]:
    """The graph in each format, the same bytes for the same triples.

    Returns:
        File ending (`ttl`, `nt`, `jsonld`) to bytes.

    Raises:
        BlankNodeFound: a triple holds a blank node.
    """
    lines = sorted((str(triple), triple) for triple in triples)
    for text, triple in lines:
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
            raise BlankNodeFound(text)
    ordered = [triple for _, triple in lines]
    files = {
        ending: ox.serialize(ordered, format=media, prefixes=None if ending == "nt" else prefixes)
        for ending, media in FORMATS.items()
    }
    return {ending: data if isinstance(data, bytes) else b"" for ending, data in files.items()}
