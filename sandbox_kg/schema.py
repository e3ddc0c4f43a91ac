"""What the ontology and the shapes allow a record to say, read from them and never written in Python."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from sandbox_kg.context import Context, read_context
from sandbox_kg.project import Project
from sandbox_kg.store.embedded import EmbeddedStore, parse


@dataclass(frozen=True)
class Schema:
    """The shape of records.

    Attributes:
        context: keys and prefixes.
        fields: class IRI to the IRIs of the properties that its closed shape lists.
        composes: property IRI to the class IRI of the nodes that it owns.
        evidence: the key under which evidence stands; its source and words have short forms.
    """

    context: Context
    fields: dict[str, set[str]]
    composes: dict[str, str]
    evidence: str = "evidence"
    evidence_source: str = "source"
    evidence_words: str = "printed"
    evidence_prefix: str = "src"


def ontology_triples(project: Project) -> list[ox.Triple]:
    """The triples of every Turtle file at the top of the ontology folder."""
    return [
        triple
        for path in sorted(project.ontology.glob("*.ttl"))
        for triple in parse(path.read_bytes(), ox.RdfFormat.TURTLE)
    ]


def read_schema(project: Project) -> Schema:
    """Reads the context, the ontology and the shapes of a project."""
    store = EmbeddedStore(ontology_triples(project))
    for path in sorted((project.ontology / "shapes").glob("*.ttl")):
        store.add(parse(path.read_bytes(), ox.RdfFormat.TURTLE))
    internal = project.queries / "internal"
    fields: dict[str, set[str]] = {}
    for row in store.select(internal / "record-fields.rq"):
        fields.setdefault(row["class"], set()).add(row["property"])
    composes = {row["property"]: row["class"] for row in store.select(internal / "composed-classes.rq")}
    return Schema(read_context(project.ontology / "context.jsonld"), fields, composes)
