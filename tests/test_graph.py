"""The files of the graph."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from sandbox_kg.building import Checked, build
from sandbox_kg.description import describe
from sandbox_kg.graph import BlankNodeError, serialise
from sandbox_kg.project import Project
from sandbox_kg.reference import ontology_reference

FORMATS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}
NAMES = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld"}


@pytest.fixture(scope="module")
def files(checked: Checked) -> dict[str, bytes]:
    """The serialisations of the checkout's graph."""
    return serialise(checked.store.lines(), checked.schema.context.prefixes)


def oxigraph_terms(data: bytes, ending: str) -> set[str]:
    """The triples as Oxigraph reads them, in N-Triples."""
    return {str(quad.triple) for quad in ox.parse(data, format=FORMATS[ending])}


@pytest.mark.parametrize("ending", FORMATS)
def test_formats_hold_the_same_graph_in_both_libraries(files: dict[str, bytes], ending: str) -> None:
    """Without blank nodes two graphs are isomorphic if they hold the same triples."""
    expected = oxigraph_terms(files["nt"], "nt")
    assert oxigraph_terms(files[ending], ending) == expected
    graph = Graph().parse(data=files[ending], format=NAMES[ending])
    assert len(graph) == len(expected)
    lines = graph.serialize(format="nt", encoding="utf-8")
    assert oxigraph_terms(lines, "nt") == expected


HOSTILE = (
    'a "quotation"', "back\\slash", "a\nline\r\n\tand a tab", "\x00\x08\x0b\x0c\x1f\x7f", "\u2028\u3000中文\U0001f600",
    "\\n", "\\u0041", '"', '"@en', '"^^<x>', "", " ", "<a> <b> .", "_:b", "}, {", "it's",
)  # fmt: skip


@pytest.mark.parametrize("ending", FORMATS)
def test_hostile_texts_arrive(ending: str) -> None:
    """What N-Triples escapes is not escaped once more in another format, nor taken for a part of the syntax."""
    name = ox.NamedNode("https://a.example/s")
    kind = ox.NamedNode("https://a.example/kind")
    literals = [ox.Literal(text) for text in HOSTILE]
    literals += [ox.Literal(text, language="zh-hans") for text in HOSTILE]
    literals += [ox.Literal(text, datatype=kind) for text in HOSTILE]
    others = [ox.NamedNode("https://a.example//x"), ox.NamedNode("https://b.example/#y"), name]
    triples = {ox.Triple(name, ox.NamedNode("https://a.example/p"), value) for value in (*literals, *others)}
    prefixes = {"a": "https://a.example/", "b": "https://b.example/#"}
    data = serialise([f"{triple} ." for triple in triples], prefixes)[ending]
    assert {quad.triple for quad in ox.parse(data, format=FORMATS[ending])} == triples
    if ending != "nt":
        assert b"b:y" in data  # a prefixed name


def test_no_blank_nodes(files: dict[str, bytes]) -> None:
    """The graph holds none, and one is refused, since no serialisation could write it the same twice."""
    assert not [line for line in files["nt"].decode().splitlines() if line.startswith("_:") or " _:" in line]
    name = ox.NamedNode("https://w3id.org/sandbox-kg/pilot/x")
    with pytest.raises(BlankNodeError):
        serialise([f"{ox.Triple(name, name, ox.BlankNode('b'))} ."], {})


def test_n_triples_are_sorted_and_unique(files: dict[str, bytes]) -> None:
    """One line a triple, in order."""
    lines = files["nt"].decode().splitlines()
    assert lines == sorted(set(lines))


def test_builds_are_byte_identical(project: Project, tmp_path: Path) -> None:
    """Two processes with different hash seeds, time zones and locales write the same bytes."""
    outs = []
    for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai")):
        out = tmp_path / seed
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
        command = [sys.executable, "-m", "sandbox_kg", "build", "--root", str(project.root), "--out", str(out)]
        subprocess.run(command, check=True, capture_output=True, env=environment, timeout=120)
        outs.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert outs[0] == outs[1]
    assert set(outs[0]) == {"sandbox-kg.ttl", "sandbox-kg.nt", "sandbox-kg.jsonld", "void.ttl", "SHA256SUMS"}


def test_checksums_and_description(project: Project, checked: Checked, files: dict[str, bytes]) -> None:
    """The description gives the graph's own counts and each file's digest, and says nothing of when it was made."""
    named = {f"sandbox-kg.{ending}": data for ending, data in files.items()}
    text = describe(checked.store, project, named)
    description = Graph().parse(data=text, format="turtle")
    void = "http://rdfs.org/ns/void#"
    ((triples,),) = description.query(f"SELECT ?n WHERE {{ ?d <{void}triples> ?n ; <{void}distinctSubjects> ?s }}")  # type: ignore[misc]
    assert int(triples) == len(files["nt"].decode().splitlines())
    for data in named.values():
        assert hashlib.sha256(data).hexdigest() in text.decode()
    query = f"SELECT (SUM(?n) AS ?all) WHERE {{ ?d <{void}propertyPartition>/<{void}triples> ?n }}"
    ((partitioned,),) = description.query(query)  # type: ignore[misc]
    assert int(partitioned) == int(triples)


def test_no_event_after_the_cut_off(checked: Checked, tmp_path: Path) -> None:
    """The data cut-off date is what it says: no recorded event is later."""
    query = tmp_path / "late.rq"
    query.write_text(
        "PREFIX sbx: <https://w3id.org/sandbox-kg/ontology#> SELECT ?event WHERE { ?d sbx:cutOff ?end . "
        "?event a sbx:LifecycleEvent ; sbx:date ?date . FILTER(?date > ?end) }",
        encoding="utf-8",
    )
    assert checked.store.select(query) == []
    query.write_text(query.read_text(encoding="utf-8").replace("?date > ?end", "?date <= ?end"), encoding="utf-8")
    assert checked.store.select(query)


def test_reference_is_current(project: Project, checked: Checked) -> None:
    """`docs/ontology.md` is what the ontology gives: run `make build` and commit it."""
    written = (project.root / "docs" / "ontology.md").read_text(encoding="utf-8")
    assert written == ontology_reference(checked.store, project, checked.schema.context)


def test_a_field_is_added_through_files_alone(project: Project, tmp_path: Path) -> None:
    """One property in the ontology, one line in the context, one in the shapes: then a record may use it."""
    import shutil

    root = tmp_path / "project"
    for folder in ("ontology", "data", "queries"):
        shutil.copytree(project.root / folder, root / folder)

    def edit(name: str, old: str, new: str) -> None:
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, name
        path.write_text(text.replace(old, new), encoding="utf-8")

    edit(
        "ontology/sandbox.ttl",
        "sbx:summary a ",
        'sbx:applicationNumber a owl:DatatypeProperty ; rdfs:label "申请编号"@zh, "application number"@en ;\n'
        '    skos:definition "声明书上的编号。"@zh, "Number on the declaration."@en ;\n'
        "    rdfs:isDefinedBy <https://w3id.org/sandbox-kg/ontology> ; sbx:displayOrder 5 .\n\nsbx:summary a ",
    )
    edit(
        "ontology/context.jsonld",
        '    "number": ',
        '    "applicationNumber": {"@id": "sbx:applicationNumber"},\n    "number": ',
    )
    edit(
        "ontology/shapes/records.ttl",
        "[ sh:path sbx:number ;",
        "[ sh:path sbx:applicationNumber ; sh:maxCount 1 ] ,\n        [ sh:path sbx:number ;",
    )
    edit("data/cohorts/beijing-1.yaml", "  number: 1\n", '  number: 1\n  applicationNumber: "91110000-2020-0001"\n')
    made = build(Project(root, is_checkout=False), tmp_path / "out")
    assert made.triples > 10_000
    assert b'sbx:applicationNumber "91110000-2020-0001"' in (tmp_path / "out" / "sandbox-kg.ttl").read_bytes()
