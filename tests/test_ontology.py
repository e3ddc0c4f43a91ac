"""Hygiene over the ontology, the context and the vocabularies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from owlrl import DeductiveClosure, OWLRL_Semantics
from rdflib import OWL, RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.namespace import SKOS

from sandbox_kg.building import Checked
from sandbox_kg.project import Project
from sandbox_kg.store.rdflib_graphs import rdflib_graph

SBX = Namespace("https://w3id.org/sandbox-kg/ontology#")
PILOT = "https://w3id.org/sandbox-kg/pilot/"
ERRORS = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
LANGUAGES = ["en", "zh"]


@pytest.fixture(scope="module")
def ontology(project: Project) -> Graph:
    """The ontology alone."""
    return Graph().parse(project.ontology / "sandbox.ttl")


@pytest.fixture(scope="module")
def graph(checked: Checked) -> Graph:
    """The whole graph."""
    return rdflib_graph(checked.store.triples())


def terms(ontology: Graph) -> Iterator[URIRef]:
    """Every own term of the ontology."""
    for term in sorted(set(ontology.subjects(RDFS.isDefinedBy, URIRef(str(SBX).removesuffix("#"))))):
        if isinstance(term, URIRef):
            yield term


def languages(graph: Graph, subject: URIRef, predicate: URIRef) -> list[str]:
    """The languages of the texts of a property."""
    return sorted(o.language or "" for o in graph.objects(subject, predicate) if isinstance(o, Literal))


def test_terms_are_labelled_and_defined_in_both_languages(ontology: Graph) -> None:
    """Each own term has one label and one definition in zh and in en."""
    bad = [t for t in terms(ontology) for p in (RDFS.label, SKOS.definition) if languages(ontology, t, p) != LANGUAGES]
    assert not bad


def test_labels_and_definitions_differ(ontology: Graph) -> None:
    """No two terms of one sort share a label, none a definition, and no definition is just the label."""
    for predicate in (RDFS.label, SKOS.definition):
        for sort in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
            texts = [
                str(o)
                for t in terms(ontology)
                if (t, RDF.type, sort) in ontology
                for o in ontology.objects(t, predicate)
                if isinstance(o, Literal) and o.language == "en"
            ]
            assert sorted(set(texts)) == sorted(texts)
    for term in terms(ontology):
        labels = {str(o).lower() for o in ontology.objects(term, RDFS.label)}
        assert not labels & {str(o).lower().strip(".。") for o in ontology.objects(term, SKOS.definition)}


def test_every_own_subject_is_declared(ontology: Graph) -> None:
    """Whatever stands in the ontology under sbx: says that the ontology defines it."""
    own = {s for s in ontology.subjects() if str(s).startswith(str(SBX))}
    assert own == set(terms(ontology))


def test_terms_are_used_by_a_public_query_or_say_why_not(ontology: Graph, project: Project) -> None:
    """A term that no public query names is marked internal, with a reason in both languages; no other term is."""
    used: set[str] = set()
    for query in [*project.queries.glob("*.rq"), *(project.queries / "figures").glob("*.rq")]:
        used |= set(re.findall(r"\bsbx:(\w+)", query.read_text(encoding="utf-8")))
    for term in terms(ontology):
        marked = languages(ontology, term, SBX.internal)
        name = str(term).removeprefix(str(SBX))
        assert marked == ([] if name in used else LANGUAGES), f"sbx:{name}"


def test_data_uses_declared_terms_only(ontology: Graph, graph: Graph) -> None:
    """Every property and class in the graph is declared in the ontology, own and foreign alike."""
    declared = set(ontology.subjects(RDFS.isDefinedBy, None))
    bookkeeping = {RDF.type, RDFS.label, RDFS.isDefinedBy, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range}
    meta = (str(OWL), "http://purl.org/vocab/vann/")
    used = set(graph.predicates()) | set(graph.objects(None, RDF.type))
    unknown = {t for t in used - declared - bookkeeping if not str(t).startswith(meta)}
    assert not unknown


def test_ontology_header(ontology: Graph) -> None:
    """The ontology has a version IRI, a licence and no import."""
    subject = URIRef("https://w3id.org/sandbox-kg/ontology")
    assert (subject, RDF.type, OWL.Ontology) in ontology
    assert str(ontology.value(subject, OWL.versionIRI)).startswith(str(subject))
    assert ontology.value(subject, URIRef("http://purl.org/dc/terms/license"))
    assert not list(ontology.objects(None, OWL.imports))


def test_keys_and_prefixes_are_disjoint(project: Project) -> None:
    """JSON-LD has one name space for keys and prefixes: `role: role:lead` would parse silently into nonsense."""
    context = json.loads((project.ontology / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    prefixes = {k for k, v in context.items() if isinstance(v, str) and v.endswith(("/", "#"))}
    keys = {k for k, v in context.items() if not k.startswith("@") and k not in prefixes}
    used_as_prefix = {v["@id"].partition(":")[0] for v in context.values() if isinstance(v, dict)}
    assert prefixes
    assert used_as_prefix <= prefixes
    assert not {key for key in keys if key in used_as_prefix}
    assert "@vocab" not in json.dumps(context)


def test_context_properties_are_declared(ontology: Graph, checked: Checked) -> None:
    """Every key stands for a term that the ontology declares."""
    declared = {str(term) for term in ontology.subjects(RDFS.isDefinedBy, None)} | {str(RDFS.label)}
    assert not {t.key for t in checked.schema.context.terms.values() if t.iri not in declared}


def test_owl_rl_closure_holds_no_error(graph: Graph) -> None:
    """The OWL 2 RL closure finds no contradiction; one that is planted is found."""

    def errors(data: Graph) -> list[str]:
        closed = Graph()
        for triple in data:
            closed.add(triple)
        DeductiveClosure(OWLRL_Semantics).expand(closed)
        return [str(o) for o in closed.objects(None, ERRORS)]

    kept = Graph()  # labels and texts take no part in any rule that could contradict, but take most of the time
    for s, p, o in graph:
        if not (isinstance(o, Literal) and o.language):
            kept.add((s, p, o))
    assert not errors(kept)
    kept.add((URIRef(PILOT + "beijing-1-1"), RDF.type, SBX.Institution))
    assert errors(kept)


def test_concepts_are_defined_in_both_languages(graph: Graph) -> None:
    """Each concept has one label and one definition a language, and its synonyms repeat no label of its own."""
    concepts = sorted(set(graph.subjects(RDF.type, SKOS.Concept)))
    assert len(concepts) > 100
    for concept in concepts:
        assert isinstance(concept, URIRef)
        assert languages(graph, concept, SKOS.prefLabel) == LANGUAGES, concept
        assert languages(graph, concept, SKOS.definition) == LANGUAGES, concept
        labels = set(graph.objects(concept, SKOS.prefLabel))
        assert not labels & set(graph.objects(concept, SKOS.altLabel)), concept


def test_broader_concepts_share_a_scheme(graph: Graph) -> None:
    """A concept and the next wider one stand in one scheme."""
    for narrow, broad in graph.subject_objects(SKOS.broader):
        assert set(graph.objects(narrow, SKOS.inScheme)) & set(graph.objects(broad, SKOS.inScheme)), narrow


def test_labels_of_technologies_and_scenarios_are_distinct(graph: Graph) -> None:
    """No zh label or synonym stands for two technologies, nor for two scenarios."""
    for scheme in ("technologies", "scenarios"):
        seen: dict[str, URIRef] = {}
        for concept in graph.subjects(SKOS.inScheme, URIRef(f"https://w3id.org/sandbox-kg/scheme/{scheme}")):
            for predicate in (SKOS.prefLabel, SKOS.altLabel):
                for label in graph.objects(concept, predicate):
                    if isinstance(label, Literal) and label.language == "zh" and isinstance(concept, URIRef):
                        assert seen.setdefault(str(label), concept) == concept, label
