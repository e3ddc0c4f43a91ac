"""Records and ontology -> one graph.

Oxigraph parses the JSON-LD and runs the rules. The graph holds no blank nodes, so that sorting its triples is enough
to make every serialisation byte-identical.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from sandbox_kg.nodes import literal
from sandbox_kg.project import Project
from sandbox_kg.records import Records
from sandbox_kg.schema import Schema, ontology_triples
from sandbox_kg.store.embedded import EmbeddedStore, parse

_quoted = json.encoder.encode_basestring
_RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


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


def serialise(lines: Iterable[str], prefixes: dict[str, str]) -> dict[str, bytes]:
    """The graph in each format, the same bytes for the same triples.

    Args:
        lines: triples as lines of canonical N-Triples, without their ends.
        prefixes: prefix to namespace.

    Returns:
        File ending (`ttl`, `nt`, `jsonld`) to bytes.

    Raises:
        BlankNodeError: a triple holds a blank node.
    """
    ordered = sorted(lines)
    if ordered and not ordered[-1].startswith("<"):  # blank nodes come last
        raise BlankNodeError(ordered[-1])
    names = dict(sorted(prefixes.items()))
    reading = _reading_order(ordered)
    return {
        "ttl": _turtle(reading, names),
        "nt": "\n".join([*ordered, ""]).encode(),
        "jsonld": _json_ld(reading, names),
    }


def _reading_order(ordered: list[str]) -> list[str]:
    """Sorted lines with the classes of each subject before its other properties."""
    found: list[str] = []
    classes: list[str] = []
    others: list[str] = []
    subject, length = "", 0
    for line in ordered:
        if not line.startswith(subject) or not subject:
            found += classes
            found += others
            classes, others = [], []
            subject = line[: line.index(" ") + 1]
            length = len(subject)
        (classes if line.startswith(_RDF_TYPE, length) else others).append(line)
    return [*found, *classes, *others]


def _turtle(lines: list[str], prefixes: dict[str, str]) -> bytes:
    """Turtle with a blank line before each subject; Oxigraph writes prefixes in the random order of a hash map."""
    # lenient: what Oxigraph wrote it need not check anew
    parsed = ox.parse("\n".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    data = ox.serialize(parsed, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    written = (data or b"").decode().split("\n")[:-1]  # not splitlines: a text may hold other ends of lines
    head = sorted(line for line in written if line.startswith("@prefix "))
    body = [line if line.startswith("\t") else "\n" + line for line in written[len(head) :]]
    return ("\n".join(head + body) + "\n").encode()


class _Names(dict[str, str]):
    """IRIs in angle brackets to their prefixed names, quoted; each is worked out once."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        super().__init__()
        self._prefixes = prefixes

    def __missing__(self, term: str) -> str:
        name = term[1:-1]
        for prefix, namespace in self._prefixes.items():
            if name.startswith(namespace) and not name.startswith("//", len(namespace)):
                name = f"{prefix}:{name[len(namespace) :]}"
                break
        self[term] = _quoted(name)
        return self[term]


def _json_ld(lines: list[str], prefixes: dict[str, str]) -> bytes:
    """Flattened JSON-LD with prefixed names (JSON-LD 1.1, section 4.1.5); Oxigraph writes every IRI in full."""
    names = _Names(prefixes)

    def value(term: str) -> str | tuple[str, ...]:
        """A value as JSON writes it, or as the members of a JSON object."""
        if term[0] == "<":
            return (f'"@id": {names[term]}',)
        if term[0] != '"':
            raise BlankNodeError(term)
        end = term.rindex('"') + 1
        text, kind = term[:end], term[end:]
        if "\\" in text and (said := literal(text)):  # without escapes N-Triples and JSON write a text alike
            text = _quoted(said.text)
        if not kind:
            return text
        if kind[0] == "@":
            return f'"@value": {text}', f'"@language": "{kind[1:]}"'
        return f'"@value": {text}', f'"@type": {names[kind[2:]]}'

    nodes: list[str] = []
    node, properties = "", dict[str, list[str | tuple[str, ...]]]()

    def end_node() -> None:
        members = [f'"@id": {names[node]}', *(f"{key}: {_json(values)}" for key, values in properties.items())]
        nodes.append("\n  {\n   " + ",\n   ".join(members) + "\n  }")

    for line in lines:
        subject, prop, term = line[:-2].split(" ", 2)
        if subject != node:
            if node:
                end_node()
            node, properties = subject, {}
        key, found = ('"@type"', names[term]) if prop == _RDF_TYPE else (names[prop], value(term))
        if key in properties:
            properties[key].append(found)
        else:
            properties[key] = [found]
    if node:
        end_node()
    context = "".join(f",\n  {_quoted(name)}: {_quoted(namespace)}" for name, namespace in prefixes.items())[1:]
    return f'{{\n "@context": {{{context}\n }},\n "@graph": [{",".join(nodes)}\n ]\n}}\n'.encode()


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
