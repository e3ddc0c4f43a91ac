"""The JSON-LD context: which property a key of a record stands for, and what its values are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True)
class Term:
    """One key.

    Attributes:
        key: the key as records write it.
        iri: the property or class that it stands for, in full.
        kind: `text` (plain string), `literal` (typed), `reference`, `language` (one text a language),
            or `nested` (a map of slugs to nodes that the record owns).
        datatype: the datatype of a literal, in full.
    """

    key: str
    iri: str
    kind: str
    datatype: str = ""


class Context:
    """The terms and prefixes of `ontology/context.jsonld` (JSON-LD 1.1, the part that records use).

    Attributes:
        document: the context as a JSON value, for a JSON-LD parser.
        prefixes: prefix to namespace.
        terms: key to term; classes are terms too, as JSON-LD has one name space for all.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.prefixes: dict[str, str] = {}
        self.terms: dict[str, Term] = {}
        self.keywords: dict[str, str] = {}
        for key, value in document.items():
            if isinstance(value, str) and value.startswith("@"):
                self.keywords[value] = key
            elif isinstance(value, str) and value.endswith(("/", "#")) and "://" in value:
                self.prefixes[key] = value
        for key, value in document.items():
            if key.startswith("@") or key in self.prefixes or key in self.keywords.values():
                continue
            entry = {"@id": value} if isinstance(value, str) else value
            self.terms[key] = self._term(key, entry)
        self._by_iri = {term.iri: term for term in self.terms.values()}

    def _term(self, key: str, entry: dict[str, str]) -> Term:
        iri = self.expand(entry["@id"])
        if entry.get("@container") == "@language":
            return Term(key, iri, "language")
        if entry.get("@container") == "@id":
            return Term(key, iri, "nested")
        if entry.get("@type") == "@id":
            return Term(key, iri, "reference")
        if "@type" in entry:
            return Term(key, iri, "literal", self.expand(entry["@type"]))
        return Term(key, iri, "text")

    def expand(self, name: str) -> str:
        """A prefixed name in full.

        Raises:
            KeyError: the prefix is not declared.
        """
        prefix, _, local = name.partition(":")
        return self.prefixes[prefix] + local

    def compact(self, iri: str) -> str:
        """An IRI as a prefixed name, or in angle brackets where no prefix fits."""
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def key_of(self, iri: str) -> str:
        """The key that stands for a property or class, or its prefixed name where there is none."""
        term = self._by_iri.get(iri)
        return term.key if term else self.compact(iri)


def read_context(path: Path) -> Context:
    """Reads a context file."""
    return Context(json.loads(path.read_text(encoding="utf-8"))["@context"])
