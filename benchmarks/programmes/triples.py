"""A record as the N-Triples lines that a build asserts for it: what a JSON-LD parser and the first rules give."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from programmes.profile import Record
from sandbox_kg.context import Context, Term
from sandbox_kg.schema import Schema

RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
FACT = "<https://w3id.org/sandbox-kg/ontology#Fact>"
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


class Asserted:
    """Writes the triples of records.

    Args:
        schema: keys and the classes of nested facts.
        fact_classes: IRIs of the classes whose nodes are facts.
    """

    def __init__(self, schema: Schema, fact_classes: set[str]) -> None:
        self._context: Context = schema.context
        self._composes = schema.composes
        self._facts = fact_classes
        self._texts_of = (schema.evidence, schema.evidence_source, schema.evidence_words, schema.evidence_prefix)
        self.iri = lru_cache(maxsize=100_000)(lambda name: f"<{self._context.expand(name)}>")

    def lines(self, record: Record) -> Iterator[str]:
        """Each triple of a record as a line without its end."""
        term = self._context.terms[record["type"]]
        yield f"{self.iri(record['id'])} {RDF_TYPE} <{term.iri}> ."
        yield from self._node(record, record["id"])

    def _node(self, node: Record, name: str) -> Iterator[str]:
        subject = f"<{self._context.expand(name)}>"
        for key, value in node.items():
            if key in ("id", "type"):
                continue
            term = self._context.terms[key]
            start = f"{subject} <{term.iri}> "
            if term.kind == "nested":
                yield from self._nested(start, term, value, name)
            elif term.kind == "language":
                for language, text in value.items():
                    yield f"{start}{quoted(text)}@{language} ."
            else:
                for item in value if isinstance(value, list) else [value]:
                    yield f"{start}{self._object(term, item)} ."

    def _nested(self, start: str, term: Term, facts: Record, owner: str) -> Iterator[str]:
        evidence, source, words, prefix = self._texts_of
        class_iri = self._composes[term.iri]
        for slug, body in facts.items():
            name = f"{owner}_{term.key}_{slug}"
            node = f"<{self._context.expand(name)}>"
            yield f"{start}{node} ."
            yield f"{node} {RDF_TYPE} <{class_iri}> ."
            if class_iri in self._facts:
                yield f"{node} {RDF_TYPE} {FACT} ."
            if term.key == evidence:
                given = {words: body} if isinstance(body, str) else body
                body = given if source in given else {source: f"{prefix}:{slug}", **given}
            yield from self._node(body, name)

    def _object(self, term: Term, value: str) -> str:
        if term.kind == "reference":
            return str(self.iri(value))
        return quoted(value) + (f"^^<{term.datatype}>" if term.kind == "literal" else "")


def quoted(text: str) -> str:
    """A text between quotes as N-Triples writes it."""
    return f'"{text.translate(_ESCAPES)}"'
