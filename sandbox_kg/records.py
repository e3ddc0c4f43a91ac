"""YAML records -> JSON-LD nodes, each value with its place in a file.

The loader knows the structure of records (an id, a class, nested facts under slugs, the short form of evidence) and
reads everything else from the context and the shapes.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sandbox_kg.context import XSD, Term
from sandbox_kg.messages import LANGUAGES
from sandbox_kg.problems import Problem
from sandbox_kg.project import Project
from sandbox_kg.schema import Schema
from sandbox_kg.yaml_reader import Mapping, Node, Scalar, Sequence, read_yaml

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
LOCAL_NAME = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*\Z")
LEXICAL = {
    XSD + "decimal": re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z"),
    XSD + "integer": re.compile(r"[+-]?[0-9]+\Z"),
    XSD + "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"),
    XSD + "anyURI": re.compile(r"[a-z][a-z0-9+.-]*:[!-~]+\Z"),
}
ILLEGAL_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Location(NamedTuple):
    """A place in a file: its line and the path of keys inside the record."""

    file: str
    line: int
    field: str


@dataclass
class Records:
    """All records of a project.

    Attributes:
        nodes: JSON-LD node objects, in the order of the files.
        locations: subject IRI to property IRI to place; the property "" stands for the node itself.
        problems: what is wrong with the files and the structure of the records.
        spoilt: subject IRI and property IRI of what was left out because of a problem.
        unreadable: whether a whole file was left out.
    """

    nodes: list[dict[str, Any]] = field(default_factory=list)
    locations: dict[str, dict[str, Location]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    spoilt: set[tuple[str, str]] = field(default_factory=set)
    unreadable: bool = False


def read_records(project: Project, schema: Schema) -> Records:
    """Reads every record file of a project and checks the structure of each record.

    Never raises for what a file says: all of that is in `problems`.
    """
    loader = _Loader(schema)
    for path in project.record_files():
        name = project.relative(path)
        root, problems = read_yaml(path, name)
        loader.result.problems += problems
        if root is None:
            loader.result.unreadable = True
        else:
            loader.read(root, name)
    loader.check_references()
    return loader.result


class _Loader:
    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.context = schema.context
        self.id_key = self.context.keywords["@id"]
        self.type_key = self.context.keywords["@type"]
        self.result = Records()
        self.first_seen: dict[str, Location] = {}
        self.left_out: set[str] = set()
        self.references: list[tuple[str, str, str, Location]] = []
        self.keys_of_class: dict[str, dict[str, Term]] = {}
        nested = {self.context.key_of(iri) for iri in schema.composes.values()}
        self.classes = {self.context.key_of(iri) for iri in schema.fields} - nested

    # -- problems -----------------------------------------------------------------------------------------------

    def problem(self, key: str, place: Location, /, **values: str) -> None:
        self.result.problems.append(Problem(place.file, place.line, place.field, key, tuple(sorted(values.items()))))

    def nearest(self, word: str, words: Iterable[str]) -> str:
        close = difflib.get_close_matches(word, list(words), n=1, cutoff=0.6)
        return close[0] if close else ""

    # -- files and records --------------------------------------------------------------------------------------

    def read(self, root: Node, file: str) -> None:
        if not isinstance(root, Sequence):
            self.problem("not-a-list", Location(file, root.line, ""))
            self.result.unreadable = True
            return
        for item in root.items:
            if isinstance(item, Mapping):
                self.read_record(item, file)
            else:
                self.problem("record-not-map", Location(file, item.line, ""))

    def read_record(self, record: Mapping, file: str) -> None:
        here = Location(file, record.line, "")
        identifier = record.get(self.id_key)
        if not isinstance(identifier, Scalar) or not identifier.value:
            self.problem("id-missing", here, key=self.id_key)
            return
        if not self.is_name(identifier.value):
            self.problem("id-malformed", Location(file, identifier.line, self.id_key), id=identifier.value)
            return
        if earlier := self.first_seen.get(identifier.value):
            self.problem(
                "id-duplicate",
                Location(file, identifier.line, self.id_key),
                id=identifier.value,
                other=f"{earlier.file}:{earlier.line}",
            )
            return
        self.first_seen[identifier.value] = Location(file, identifier.line, self.id_key)
        class_iri = self.class_of(record, here)
        if not class_iri:
            self.left_out.add(identifier.value)
            return
        self.result.nodes.append(self.node(record, identifier.value, class_iri, file, "", record=True))

    def class_of(self, record: Mapping, here: Location) -> str:
        kind = record.get(self.type_key)
        classes = self.classes
        if not isinstance(kind, Scalar):
            self.problem("type-missing", here, key=self.type_key, classes=", ".join(sorted(classes)))
            return ""
        if kind.value not in classes:
            place = Location(here.file, kind.line, self.type_key)
            self.problem(
                "type-unknown", place, type=kind.value, nearest=self.nearest(kind.value, classes) or min(classes)
            )
            return ""
        return self.context.terms[kind.value].iri

    def keys_for(self, class_iri: str) -> dict[str, Term]:
        if class_iri not in self.keys_of_class:
            allowed = self.schema.fields.get(class_iri, set())
            self.keys_of_class[class_iri] = {k: t for k, t in self.context.terms.items() if t.iri in allowed}
        return self.keys_of_class[class_iri]

    # -- nodes --------------------------------------------------------------------------------------------------

    def node(
        self, mapping: Mapping, name: str, class_iri: str, file: str, path: str, record: bool = False
    ) -> dict[str, Any]:
        subject = self.context.expand(name)
        places = self.result.locations.setdefault(subject, {"": Location(file, mapping.line, path)})
        node: dict[str, Any] = {self.id_key: name}
        if record:
            node[self.type_key] = self.context.key_of(class_iri)
        keys = self.keys_for(class_iri)
        for key, value in mapping.items:
            if record and key.value in (self.id_key, self.type_key):
                continue
            place = Location(file, key.line, f"{path}.{key.value}" if path else key.value)
            term = keys.get(key.value)
            if term is None:
                self.unknown_key(key.value, class_iri, keys, place)
                continue
            places[term.iri] = place
            converted = self.value(term, value, name, place)
            if converted is None:
                self.result.spoilt.add((subject, term.iri))
            else:
                node[key.value] = converted
        return node

    def unknown_key(self, key: str, class_iri: str, keys: dict[str, Term], place: Location) -> None:
        near = self.nearest(key, keys)
        kind = self.context.key_of(class_iri)
        if near:
            self.problem("key-unknown-near", place, key=key, type=kind, nearest=near)
        else:
            self.problem("key-unknown", place, key=key, type=kind, known=", ".join(sorted(keys)))

    def value(self, term: Term, value: Node, owner: str, place: Location) -> Any:
        if term.kind == "nested":
            return self.nested(term, value, owner, place)
        if term.kind == "language":
            return self.languages(value, place)
        items = value.items if isinstance(value, Sequence) else [value]
        if not items:
            self.problem("value-missing", place, key=term.key)
            return None
        converted = [self.scalar(term, item, owner, place) for item in items]
        if any(item is None for item in converted):
            return None
        return converted if isinstance(value, Sequence) else converted[0]

    def nested(self, term: Term, value: Node, owner: str, place: Location) -> dict[str, Any] | None:
        if not isinstance(value, Mapping) or not value.items:
            self.problem("nested-not-map", place, key=term.key)
            return None
        nodes: dict[str, Any] = {}
        for slug, child in value.items:
            here = Location(place.file, slug.line, f"{place.field}.{slug.value}")
            if not SLUG.match(slug.value):
                self.problem("slug-malformed", here, slug=slug.value)
                self.spoil(owner, term)
                continue
            name = f"{owner}_{term.key}_{slug.value}"
            body = self.evidence(slug, child) if term.key == self.schema.evidence else child
            if not isinstance(body, Mapping):
                self.problem("fact-not-map", here, key=slug.value)
                self.spoil(owner, term)
                continue
            class_iri = self.schema.composes.get(term.iri, "")
            nodes[name] = self.node(body, name, class_iri, place.file, here.field)
            del nodes[name][self.id_key]
        return nodes or None

    def spoil(self, owner: str, term: Term) -> None:
        self.result.spoilt.add((self.context.expand(owner), term.iri))

    def evidence(self, slug: Scalar, child: Node) -> Node:
        """The long form of evidence: the source from the slug, and the printed words where they stand alone."""
        schema = self.schema
        name = f"{schema.evidence_prefix}:{slug.value}"
        source = (Scalar(schema.evidence_source, slug.line), Scalar(name, slug.line))
        if isinstance(child, Scalar):
            return Mapping(slug.line, [source, (Scalar(schema.evidence_words, child.line), child)])
        if isinstance(child, Mapping) and child.get(schema.evidence_source) is None:
            return Mapping(slug.line, [source, *child.items])
        return child

    # -- values -------------------------------------------------------------------------------------------------

    def languages(self, value: Node, place: Location) -> dict[str, Any] | None:
        if not isinstance(value, Mapping) or not value.items:
            self.problem("language-not-map", place)
            return None
        texts: dict[str, Any] = {}
        for language, text in value.items:
            here = Location(place.file, language.line, f"{place.field}.{language.value}")
            if language.value not in LANGUAGES:
                self.problem("language-unknown", here, language=language.value)
                return None
            items = text.items if isinstance(text, Sequence) else [text]
            words = [self.text(item, here) for item in items]
            if not words or any(word is None for word in words):
                if not words:
                    self.problem("value-missing", here, key=language.value)
                return None
            texts[language.value] = words if isinstance(text, Sequence) else words[0]
        return texts

    def text(self, node: Node, place: Location) -> str | None:
        if not isinstance(node, Scalar):
            self.problem("not-text", place)
        elif not node.value.strip():
            self.problem("value-missing", place, key=place.field.rpartition(".")[2])
        elif not node.quoted:
            self.problem("not-quoted", place, value=_short(node.value))
        elif ILLEGAL_TEXT.search(node.value):
            shown = ILLEGAL_TEXT.sub(lambda found: f"\\x{ord(found[0]):02x}", node.value)
            self.problem("illegal-character", place, value=_short(shown))
        else:
            return node.value
        return None

    def scalar(self, term: Term, node: Node, owner: str, place: Location) -> str | None:
        if term.kind == "text":
            return self.text(node, place)
        if not isinstance(node, Scalar):
            self.problem("not-text", place)
            return None
        if not node.value:
            self.problem("value-missing", place, key=term.key)
            return None
        if term.kind == "reference":
            return self.reference(term, node.value, owner, place)
        return self.literal(term, node.value, place)

    def literal(self, term: Term, value: str, place: Location) -> str | None:
        kind = self.context.compact(term.datatype)
        pattern = LEXICAL.get(term.datatype)
        if pattern and not pattern.match(value):
            self.problem("lexical-" + kind.partition(":")[2], place, value=_short(value))
            return None
        if term.datatype == XSD + "date":
            try:
                datetime.date.fromisoformat(value)
            except ValueError:
                self.problem("date-impossible", place, value=value)
                return None
        if term.datatype in (XSD + "decimal", XSD + "integer") and len(value) > 30:
            self.problem("number-too-long", place, value=_short(value))
            return None
        return value

    def reference(self, term: Term, value: str, owner: str, place: Location) -> str | None:
        if not self.is_name(value):
            near = self.nearest(value, self.first_seen)
            self.problem("reference-malformed", place, value=_short(value), example=near or next(iter(self.first_seen)))
            return None
        self.references.append((value, owner, term.iri, place))
        return value

    def is_name(self, value: str) -> bool:
        prefix, _, local = value.partition(":")
        return prefix in self.context.prefixes and bool(LOCAL_NAME.match(local))

    def check_references(self) -> None:
        """A reference must name a record; not checked while a file is missing, since the record may stand there."""
        if self.result.unreadable:
            return
        for value, owner, iri, place in self.references:
            if value in self.left_out:  # told at that record; what refers to it needs no mending
                self.result.spoilt.add((self.context.expand(owner), iri))
            if value in self.first_seen:
                continue
            prefix = value.partition(":")[0] + ":"
            near = self.nearest(value, (name for name in self.first_seen if name.startswith(prefix)))
            key = "reference-dangling-near" if near else "reference-dangling"
            self.problem(key, place, value=value, nearest=near)
            self.result.spoilt.add((self.context.expand(owner), iri))


def _short(value: str) -> str:
    return value if len(value) <= 60 else value[:57] + "…"
