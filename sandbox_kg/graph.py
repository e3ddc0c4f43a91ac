"""Records and ontology -> one graph.

Oxigraph parses the JSON-LD and runs the rules. The graph holds no blank nodes, so that sorting its triples is enough
to make every serialisation byte-identical.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from sandbox_kg.project import Project
from sandbox_kg.records import Records
from sandbox_kg.schema import Schema, ontology_triples
from sandbox_kg.store.embedded import EmbeddedStore, parse

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_STRING = "http://www.w3.org/2001/XMLSchema#string"


class BlankNodeError(Exception):
    """A triple of the graph holds a blank node, which no serialisation could write the same twice."""


def asserted_graph(project: Project, schema: Schema, records: Records) -> EmbeddedStore:
    """The graph of what the ontology and the records say, with the classes of nested facts."""
    document = {"@context": schema.context.document, "@graph": records.nodes}
    store = EmbeddedStore(ontology_triples(project))
    store.add(parse(json.dumps(document, ensure_ascii=False).encode(), ox.RdfFormat.JSON_LD))
    apply_rules(store, project.ontology / "rules" / "1-asserted")
    return store


def apply_rules(store: EmbeddedStore, folder: Path) -> list[ox.Triple]:
    """Runs the CONSTRUCT rules of a folder in the order of their names; each sees what the earlier ones derived.

    Returns:
        What was derived and was not in the store before: each triple once.
    """
    derived: list[ox.Triple] = []
    for rule in sorted(folder.glob("*.rq")):
        triples = store.new(store.construct(rule))
        store.add(triples)
        derived += triples
    return derived


def derive(store: EmbeddedStore, project: Project) -> list[ox.Triple]:
    """Adds to an asserted graph what the rules derive, and returns it."""
    return apply_rules(store, project.ontology / "rules" / "2-derived")


def serialise(triples: Iterable[ox.Triple], prefixes: dict[str, str]) -> dict[str, bytes]:
    """The graph in each format, the same bytes for the same triples.

    Returns:
        File ending (`ttl`, `nt`, `jsonld`) to bytes.

    Raises:
        BlankNodeError: a triple holds a blank node.
    """
    ordered = sorted(triples, key=_reading_order)
    for triple in ordered:
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
            raise BlankNodeError(str(triple))
    names = dict(sorted(prefixes.items()))
    return {
        "ttl": _turtle(ordered, names),
        "nt": "".join(sorted(f"{triple} .\n" for triple in ordered)).encode(),
        "jsonld": _json_ld(ordered, names),
    }


def _reading_order(triple: ox.Triple) -> tuple[str, bool, str, str]:
    """By subject; its classes first, then its properties by name."""
    return str(triple.subject), triple.predicate.value != _RDF_TYPE, triple.predicate.value, str(triple.object)


def _turtle(triples: list[ox.Triple], prefixes: dict[str, str]) -> bytes:
    """Turtle with a blank line before each subject; Oxigraph writes prefixes in the random order of a hash map."""
    data = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    lines = data.decode().splitlines() if isinstance(data, bytes) else []
    head = sorted(line for line in lines if line.startswith("@prefix "))
    body = [line if line.startswith("\t") else "\n" + line for line in lines[len(head) :]]
    return ("\n".join(head + body) + "\n").encode()


def _json_ld(triples: list[ox.Triple], prefixes: dict[str, str]) -> bytes:
    """Flattened JSON-LD with prefixed names (JSON-LD 1.1, section 4.1.5); Oxigraph writes every IRI in full."""
    quoted = json.encoder.encode_basestring

    @cache
    def short(iri: str) -> str:
        for prefix, namespace in prefixes.items():
            if iri.startswith(namespace) and not iri.startswith("//", len(namespace)):
                return quoted(f"{prefix}:{iri[len(namespace) :]}")
        return quoted(iri)

    def members(term: object) -> tuple[str, ...]:
        """A value as the members of a JSON object."""
        if isinstance(term, ox.Literal):
            if term.language:
                return f'"@value": {quoted(term.value)}', f'"@language": {quoted(term.language)}'
            return f'"@value": {quoted(term.value)}', f'"@type": {short(term.datatype.value)}'
        return (f'"@id": {short(term.value)}',) if isinstance(term, ox.NamedNode) else ()

    nodes: dict[str, dict[str, list[str | tuple[str, ...]]]] = {}
    for triple in triples:
        name = short(triple.subject.value) if isinstance(triple.subject, ox.NamedNode) else ""
        node = nodes.setdefault(name, {})
        key, value = triple.predicate.value, triple.object
        if key == _RDF_TYPE and isinstance(value, ox.NamedNode):
            node.setdefault('"@type"', []).append(short(value.value))
        elif isinstance(value, ox.Literal) and value.datatype.value == _STRING:
            node.setdefault(short(key), []).append(quoted(value.value))
        else:
            node.setdefault(short(key), []).append(members(value))
    context = "".join(f",\n  {quoted(name)}: {quoted(namespace)}" for name, namespace in prefixes.items())[1:]
    graph = ",".join(
        f'\n  {{\n   "@id": {name}' + "".join(f",\n   {key}: {_json(values)}" for key, values in node.items()) + "\n  }"
        for name, node in nodes.items()
    )
    return f'{{\n "@context": {{{context}\n }},\n "@graph": [{graph}\n ]\n}}\n'.encode()


def _json(values: list[str | tuple[str, ...]]) -> str:
    """The values of one property of a node, indented as the standard library does by one space.

    Its own encoder is written in Python where it indents, and took most of the time of a large build.
    """
    if len(values) == 1:
        return _json_value(values[0], "   ")
    return "[\n    " + ",\n    ".join(_json_value(value, "    ") for value in values) + "\n   ]"


def _json_value(value: str | tuple[str, ...], margin: str) -> str:
    if isinstance(value, str):
        return value
    inside = f",\n{margin} ".join(value)
    return f"{{\n{margin} {inside}\n{margin}}}"
