"""The description of the published graph (VoID and DCAT) and the checksums of its files."""

from __future__ import annotations

import hashlib

import pyoxigraph as ox

from sandbox_kg.context import XSD
from sandbox_kg.graph import serialise
from sandbox_kg.project import Project
from sandbox_kg.store.embedded import EmbeddedStore

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DCT = "http://purl.org/dc/terms/"
_VOID = "http://rdfs.org/ns/void#"
_DCAT = "http://www.w3.org/ns/dcat#"
_SPDX = "http://spdx.org/rdf/terms#"
PREFIXES = {"dcterms": _DCT, "void": _VOID, "dcat": _DCAT, "spdx": _SPDX, "xsd": XSD}
_MEDIA = {"ttl": "text/turtle", "nt": "application/n-triples", "jsonld": "application/ld+json"}


def describe(store: EmbeddedStore, project: Project, files: dict[str, bytes]) -> bytes:
    """A VoID and DCAT description in Turtle, the same bytes for the same graph.

    Args:
        store: the graph.
        project: where the internal queries stand.
        files: file name to the bytes of each serialisation.

    Returns:
        Triple, subject and object counts, class and property partitions, version, licence, data cut-off date and
        one distribution a file with its size and SHA-256. There are no blank nodes and no time of building.
    """
    internal = project.queries / "internal"
    (record,) = store.select(internal / "dataset.rq")
    dataset = record["dataset"]
    triples: list[ox.Triple] = []

    def say(subject: str, name: str, value: ox.NamedNode | ox.Literal) -> None:
        triples.append(ox.Triple(ox.NamedNode(subject), ox.NamedNode(name), value))

    def number(count: str | int) -> ox.Literal:
        return ox.Literal(str(count), datatype=ox.NamedNode(XSD + "integer"))

    for kind in (_VOID + "Dataset", _DCAT + "Dataset"):
        say(dataset, _RDF_TYPE, ox.NamedNode(kind))
    for language in ("zh", "en"):
        say(dataset, _DCT + "title", ox.Literal(record[language], language=language))
        about = record["aboutZh" if language == "zh" else "aboutEn"]
        say(dataset, _DCT + "description", ox.Literal(about, language=language))
    say(dataset, _DCT + "license", ox.NamedNode(record["licence"]))
    say(dataset, _DCAT + "version", ox.Literal(record["version"]))
    say(dataset, _DCT + "valid", ox.Literal(record["cutOff"], datatype=ox.NamedNode(XSD + "date")))
    (counts,) = store.select(internal / "subject-counts.rq")
    say(dataset, _VOID + "triples", number(len(store)))
    say(dataset, _VOID + "distinctSubjects", number(counts["subjects"]))
    say(dataset, _VOID + "distinctObjects", number(counts["objects"]))
    for part, query in (("class", "class-counts.rq"), ("property", "property-counts.rq")):
        for row in store.select(internal / query):
            node = f"{dataset}/{part}/{hashlib.sha256(row[part].encode()).hexdigest()[:12]}"
            say(dataset, f"{_VOID}{part}Partition", ox.NamedNode(node))
            say(node, _VOID + part, ox.NamedNode(row[part]))
            say(node, _VOID + ("entities" if part == "class" else "triples"), number(row["count"]))
    for name, data in files.items():
        node = f"{dataset}/distribution/{name}"
        checksum = f"{node}/checksum"
        say(dataset, _DCAT + "distribution", ox.NamedNode(node))
        say(node, _RDF_TYPE, ox.NamedNode(_DCAT + "Distribution"))
        say(node, _DCT + "title", ox.Literal(name))
        say(node, _DCT + "license", ox.NamedNode(record["licence"]))
        say(node, _DCAT + "mediaType", ox.Literal(_MEDIA[name.rpartition(".")[2]]))
        say(node, _DCAT + "byteSize", number(len(data)))
        say(node, _SPDX + "checksum", ox.NamedNode(checksum))
        say(checksum, _SPDX + "algorithm", ox.NamedNode(_SPDX + "checksumAlgorithm_sha256"))
        say(checksum, _SPDX + "checksumValue", ox.Literal(hashlib.sha256(data).hexdigest()))
    return serialise((f"{triple} ." for triple in triples), PREFIXES)["ttl"]


def checksums(files: dict[str, bytes]) -> bytes:
    """`SHA256SUMS` as `sha256sum --check` reads it."""
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())]
    return "".join(lines).encode()
