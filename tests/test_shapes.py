"""The shapes: they parse, agree with the context, and mean the same after they are lifted."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from conftest import ROOT, copy_small_project
from rdflib import BNode, Graph, URIRef

from sandbox_kg.building import check
from sandbox_kg.context import read_context
from sandbox_kg.graph import asserted_graph
from sandbox_kg.nodes import Literal, Nodes, literal
from sandbox_kg.project import Project
from sandbox_kg.records import read_records
from sandbox_kg.schema import read_schema
from sandbox_kg.sieve import suspects
from sandbox_kg.store.embedded import EmbeddedStore, parse
from sandbox_kg.store.rdflib_graphs import rdflib_graph
from sandbox_kg.validation import SH, lifted, narrowed, read_shapes

SHAPES = sorted((ROOT / "ontology" / "shapes").glob("*.ttl"))
PREFIXES = """
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX sbx: <https://w3id.org/sandbox-kg/ontology#>
PREFIX code: <https://w3id.org/sandbox-kg/code/>
PREFIX inst: <https://w3id.org/sandbox-kg/institution/>
PREFIX pilot: <https://w3id.org/sandbox-kg/pilot/>
PREFIX batch: <https://w3id.org/sandbox-kg/cohort/>
PREFIX plc: <https://w3id.org/sandbox-kg/place/>
PREFIX src: <https://w3id.org/sandbox-kg/source/>
"""
MISTAKES = {  # update -> the constraint component that must be among the results
    "DELETE WHERE { pilot:jiangcheng-1-1 sbx:cohort ?o }": "MinCount",
    "INSERT DATA { pilot:jiangcheng-1-1 sbx:cohort batch:other }": "MaxCount",
    "INSERT DATA { pilot:jiangcheng-1-1 sbx:unheardOf 1 }": "Closed",
    "INSERT DATA { pilot:jiangcheng-1-1 sbx:value 1.0 }": "Closed",  # known, but of another class
    'INSERT DATA { pilot:jiangcheng-1-1 rdfs:label "又"@zh }': "UniqueLang",
    'INSERT DATA { pilot:jiangcheng-1-1 rdfs:label "encore"@fr }': "LanguageIn",
    "INSERT DATA { pilot:jiangcheng-1-1_participations_jia sbx:role code:bank }": "Node",
    "INSERT DATA { pilot:jiangcheng-1-1_projections_users sbx:magnitude 10.0 }": "Node",
    "DELETE { ?e sbx:date ?d } INSERT { ?e sbx:date '2020-09-15'^^xsd:date } WHERE { ?e sbx:precision code:month ; sbx:date ?d }": "Node",
    "DELETE { ?p sbx:value ?v } INSERT { ?p sbx:value -1.0 } WHERE { ?p a sbx:Projection ; sbx:value ?v }": "MinInclusive",
    "DELETE { ?p sbx:min ?v } INSERT { ?p sbx:min 999999999999.0 } WHERE { ?p sbx:min ?v }": "LessThanOrEquals",
    "DELETE { ?p sbx:measure ?v } INSERT { ?p sbx:measure code:bank } WHERE { ?p sbx:measure ?v }": "HasValue",
    "DELETE { ?c sbx:place ?v } INSERT { ?c sbx:place inst:jia } WHERE { ?c a sbx:Cohort ; sbx:place ?v }": "Class",
    "DELETE { ?e sbx:printed ?v } INSERT { ?e sbx:printed '区' } WHERE { ?e sbx:printed ?v }": "MinLength",
    "DELETE { src:review sbx:sha256 ?v } INSERT { src:review sbx:sha256 'x' } WHERE { src:review sbx:sha256 ?v }": "Pattern",
    "DELETE { ?f sbx:order ?v } INSERT { ?f sbx:order 'one' } WHERE { ?f sbx:order ?v }": "Datatype",
    "INSERT DATA { inst:jia sbx:hasControl inst:x . inst:x a sbx:Control ; sbx:controller inst:bing ; sbx:kind code:affiliate }": "QualifiedMinCount",
    "INSERT DATA { inst:bing sbx:hasControl inst:x . inst:x a sbx:Control ; sbx:controller inst:authority ; sbx:kind code:controlled }": "QualifiedMaxCount",
    "INSERT DATA { inst:jia org:unitOf inst:jia-jiangcheng }": "QualifiedMinCount",
    "INSERT DATA { plc:country sbx:within plc:jiangcheng }": "QualifiedMinCount",
}  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A small project that no test changes."""
    return copy_small_project(tmp_path_factory.mktemp("shapes") / "small")


@pytest.fixture(scope="module")
def asserted(small: Project) -> list[ox.Triple]:
    """What the records of the small project say, before any rule has run."""
    schema = read_schema(small)
    return list(asserted_graph(small, schema, read_records(small, schema)).triples())


def spoilt(triples: list[ox.Triple], updates: list[str]) -> Graph:
    """The small graph with mistakes."""
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    for update in updates:
        before = set(store)
        store.update(PREFIXES + update)
        assert set(store) != before, update
    return rdflib_graph(quad.triple for quad in store)


def results(data: Graph, shapes: Graph) -> set[tuple[str, str, str]]:
    """Focus node, first property of the path, and component of every result; parts of a result are left out."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)
    assert isinstance(report, Graph)

    def first(path: object) -> str:
        while isinstance(path, BNode):
            (path,) = [o for p, o in report.predicate_objects(path) if not str(p).endswith(("#rest", "#type"))]
        return str(path)

    def value(result: object, name: str) -> object:
        return report.value(result, URIRef(SH + name))  # type: ignore[arg-type]

    parts = set(report.objects(None, URIRef(SH + "detail")))
    return {
        (str(value(r, "focusNode")), first(value(r, "resultPath")), str(value(r, "sourceConstraintComponent")))
        for r in set(report.objects(None, URIRef(SH + "result"))) - parts
    }


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.name)
def test_shapes_parse_and_are_shacl(path: Path) -> None:
    """Every file of shapes parses, and SHACL's own shapes find no mistake in it."""
    shapes = read_shapes(path)
    assert len(shapes) > 10
    conforms, _, said = pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True)
    assert conforms, said


def test_small_graph_has_no_mistake(small: Project, asserted: list[ox.Triple]) -> None:
    """Without mistakes planted, no shape finds any, lifted or not."""
    for path, triples in zip(SHAPES, (check(small).store.triples(), asserted), strict=True):
        data = rdflib_graph(triples)
        assert results(data, read_shapes(path)) == results(data, lifted(read_shapes(path))) == set()


@pytest.mark.parametrize("update", MISTAKES)
def test_lifted_shapes_find_the_same_mistake(asserted: list[ox.Triple], update: str) -> None:
    """Each mistake gives the same results whether a property shape stands below its node shape or has its targets."""
    data = spoilt(asserted, [update])
    for path in SHAPES:
        plain = results(data, read_shapes(path))
        assert results(data, lifted(read_shapes(path))) == plain
        if path.name == "records.ttl":
            assert {name for *_, name in plain} >= {f"{SH}{MISTAKES[update]}ConstraintComponent"}


def index(data: Graph) -> Nodes:
    """The triples of an rdflib graph by node."""
    dumped = data.serialize(format="nt")
    return Nodes(f"{quad.triple} ." for quad in ox.parse(dumped.encode(), format=ox.RdfFormat.N_TRIPLES))


@pytest.mark.parametrize("update", [*MISTAKES, "", "all"])
def test_sieve_suspects_what_the_engine_finds(asserted: list[ox.Triple], update: str) -> None:
    """The sieve suspects exactly the nodes of the engine's results, and judging those alone gives the same results."""
    updates = list(MISTAKES) if update == "all" else [update] if update else []
    data = spoilt(asserted, updates)
    for path in SHAPES:
        found = results(data, lifted(read_shapes(path)))
        said = list(parse(path.read_bytes(), ox.RdfFormat.TURTLE))
        looked_at = suspects(index(data), Nodes(f"{triple} ." for triple in said))
        assert {node[1:-1] for nodes in looked_at.values() for node in nodes} == {node for node, *_ in found}
        assert results(data, lifted(narrowed(rdflib_graph(said), looked_at))) == found


ODD = [
    ox.NamedNode("urn:nothing"),
    *(ox.Literal(text) for text in ("", "x", "区")),
    *(ox.Literal("x", language=language) for language in ("zh", "fr")),
    *(
        ox.Literal(text, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}"))
        for text, kind in (("-5", "decimal"), ("3", "integer"), ("2020-02-30", "date"), ("abc", "date"))
    ),
]


def spoilt_at_random(triples: list[ox.Triple], seed: int) -> Graph:
    """A graph in which 60 triples are left out, exchanged or joined by others that may not stand there."""
    chance = random.Random(seed)
    kept = sorted(triples, key=str)
    objects, predicates = [t.object for t in kept], [t.predicate for t in kept]
    found = set(kept)
    for triple in chance.sample(kept, 60):
        way = chance.choice(("drop", "exchange", "join", "odd", "other property"))
        if way in ("drop", "exchange", "other property"):
            found.discard(triple)
        if way in ("exchange", "join"):
            found.add(ox.Triple(triple.subject, triple.predicate, chance.choice(objects)))
        if way == "odd":
            found.add(ox.Triple(triple.subject, triple.predicate, chance.choice(ODD)))
        if way == "other property":
            found.add(ox.Triple(triple.subject, chance.choice(predicates), triple.object))
    return rdflib_graph(found)


@pytest.mark.parametrize("seed", range(6))
def test_sieve_misses_nothing_in_graphs_spoilt_at_random(asserted: list[ox.Triple], seed: int) -> None:
    """Whatever is wrong, every node of the engine's results is suspect, and judging the suspects alone finds them all."""
    data = spoilt_at_random(asserted, seed)
    for path in SHAPES:
        found = results(data, lifted(read_shapes(path)))
        said = list(parse(path.read_bytes(), ox.RdfFormat.TURTLE))
        looked_at = suspects(index(data), Nodes(f"{triple} ." for triple in said))
        assert found
        assert {node for node, *_ in found} <= {node[1:-1] for nodes in looked_at.values() for node in nodes}
        assert results(data, lifted(narrowed(rdflib_graph(said), looked_at))) == found


UNKNOWN = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix sbx: <https://w3id.org/sandbox-kg/ontology#> .
[] a sh:NodeShape ; sh:targetClass sbx:Place ; sh:property [ sh:path sbx:within ; %s ] .
"""


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("sh:maxLength 5000", True),  # a component that the sieve does not know
        ("sh:maxCount 1", False),
        ('sh:pattern "X" ; sh:flags "i"', True),
        ('sh:hasValue "x"', True),  # literals are compared by value, which the engine does
        ("sh:deactivated true", True),
    ],
)
def test_sieve_leaves_to_the_engine_what_it_does_not_know(asserted: list[ox.Triple], said: str, left: bool) -> None:
    """Every target of a shape with an unknown part is suspect, whether or not it conforms."""
    shapes = Nodes(f"{triple} ." for triple in parse((UNKNOWN % said).encode(), ox.RdfFormat.TURTLE))
    data = index(rdflib_graph(asserted))
    places = set(data.by_class()["<https://w3id.org/sandbox-kg/ontology#Place>"])
    assert len(places) > 1
    assert list(suspects(data, shapes).values()) == ([places] if left else [])


def test_sieve_reads_literals_as_they_are_written() -> None:
    """Escapes, languages and datatypes of N-Triples; a Chinese character is one character (W3C N-Triples, 2.4)."""
    assert literal('"a\\"b\\\\\\u533A"') == Literal('a"b\\区', "", "http://www.w3.org/2001/XMLSchema#string")
    assert literal('"区"@zh-CN') == Literal("区", "zh-cn", "")
    assert literal('"1"^^<http://x/y>') == Literal("1", "", "http://x/y")
    assert literal("<http://x/y>") is None


def test_lifted_shapes_find_the_same_among_many_mistakes(asserted: list[ox.Triple]) -> None:
    """All mistakes at once give the same results too."""
    data = spoilt(asserted, list(MISTAKES))
    for path in SHAPES:
        plain = results(data, read_shapes(path))
        assert len(plain) > (20 if path.name == "records.ttl" else -1)
        assert results(data, lifted(read_shapes(path))) == plain


def test_properties_of_closed_shapes_have_keys(project: Project) -> None:
    """What a record may say can be written: each property of a closed shape stands for a key of the context."""
    context = read_context(project.ontology / "context.jsonld")
    store = EmbeddedStore()
    for path in SHAPES:
        store.add(parse(path.read_bytes(), ox.RdfFormat.TURTLE))
    rows = store.select(project.queries / "internal" / "record-fields.rq")
    assert len(rows) > 100
    assert not [row for row in rows if row["property"] not in {term.iri for term in context.terms.values()}]
    assert not [row for row in rows if row["class"] not in {term.iri for term in context.terms.values()}
                and row["class"] not in composed(project)]  # fmt: skip


def composed(project: Project) -> set[str]:
    """The classes of nested facts, which records never name."""
    store = EmbeddedStore(parse((project.ontology / "sandbox.ttl").read_bytes(), ox.RdfFormat.TURTLE))
    return {row["class"] for row in store.select(project.queries / "internal" / "composed-classes.rq")}


def test_composing_properties_are_nested_keys(project: Project) -> None:
    """A key whose values are facts of their own is a map of slugs, and the other way round."""
    context = read_context(project.ontology / "context.jsonld")
    store = EmbeddedStore(parse((project.ontology / "sandbox.ttl").read_bytes(), ox.RdfFormat.TURTLE))
    composing = {row["property"] for row in store.select(project.queries / "internal" / "composed-classes.rq")}
    assert composing == {term.iri for term in context.terms.values() if term.kind == "nested"}
