"""SHACL over the graph, each result pointed at the file and line of the record that it is about.

A sieve looks at every node first; the SHACL engine, which needs the graph a second time and a hundredfold of the time,
judges what does not pass.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from sandbox_kg.context import Context
from sandbox_kg.messages import LANGUAGES, message
from sandbox_kg.nodes import Nodes
from sandbox_kg.problems import Problem
from sandbox_kg.records import Location, Records
from sandbox_kg.sieve import suspects
from sandbox_kg.store.embedded import EmbeddedStore, parse
from sandbox_kg.store.rdflib_graphs import rdflib_graph

if TYPE_CHECKING:
    from rdflib import Graph

SH = "http://www.w3.org/ns/shacl#"
_TARGETS = ("targetClass", "targetSubjectsOf")
# What each constraint component of SHACL (W3C Recommendation, section 4) is told with, where the shape has no message.
_MESSAGES = {
    "MinCountConstraintComponent": "shape-min",
    "MaxCountConstraintComponent": "shape-max",
    "ClassConstraintComponent": "shape-class",
    "MinInclusiveConstraintComponent": "shape-low",
    "PatternConstraintComponent": "shape-pattern",
    "UniqueLangConstraintComponent": "shape-language",
}
_PARAMETERS = {
    "MinCountConstraintComponent": "minCount",
    "ClassConstraintComponent": "class",
    "MinInclusiveConstraintComponent": "minInclusive",
    "PatternConstraintComponent": "pattern",
}


def validate(store: EmbeddedStore, nodes: Nodes, shapes: Path, records: Records, context: Context) -> list[Problem]:
    """Checks a graph against one file of shapes.

    Args:
        store: the graph.
        nodes: its triples by node.
        shapes: a Turtle file of SHACL shapes.
        records: where each node and property of the graph was written.
        context: names for what problems speak of.

    Returns:
        One problem a result of severity Violation, except where reading the record has told of it already.
    """
    said = list(parse(shapes.read_bytes(), ox.RdfFormat.TURTLE))
    looked_at = suspects(nodes, Nodes(f"{triple} ." for triple in said))
    if not looked_at:
        return []
    import pyshacl  # heavy, like the rdflib that it needs: not for records without mistakes
    from rdflib import Graph

    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # ill-typed literals are told as problems
    shape_graph = lifted(narrowed(rdflib_graph(said), looked_at))
    data = rdflib_graph(store.triples())
    conforms, report, _ = pyshacl.validate(data, shacl_graph=shape_graph, inference="none", advanced=False)
    if conforms or not isinstance(report, Graph):
        return []
    return _without_echoes(set(_problems(report, shape_graph, data, records, context)))


def read_shapes(path: Path) -> Graph:
    """The shapes of a Turtle file."""
    return rdflib_graph(parse(path.read_bytes(), ox.RdfFormat.TURTLE))


def narrowed(shapes: Graph, targets: Mapping[str, Iterable[str]]) -> Graph:
    """Shapes that are tried on no more than some of their target nodes.

    Args:
        shapes: the shapes; they are changed.
        targets: shape to target nodes, as N-Triples writes them; other shapes lose their targets.
    """
    from rdflib import URIRef
    from rdflib.util import from_n3

    for name in _TARGETS:
        shapes.remove((None, URIRef(SH + name), None))
    for shape, nodes in targets.items():
        for node in nodes:
            shapes.add((from_n3(shape), URIRef(SH + "targetNode"), URIRef(node[1:-1])))  # type: ignore[arg-type]
    return shapes


def lifted(shapes: Graph) -> Graph:
    """Shapes of the same meaning that pySHACL evaluates several times faster.

    A property shape below a node shape with targets means the same with those targets of its own (SHACL, sections 2.1
    and 4.7.2); pySHACL then evaluates it once for all focus nodes instead of once for each. A closed shape keeps its
    properties as ignored ones.
    """
    from rdflib import RDF, BNode, URIRef
    from rdflib.collection import Collection

    def sh(name: str) -> URIRef:
        return URIRef(SH + name)

    targets = [sh(name) for name in (*_TARGETS, "targetNode")]
    for shape in {subject for target in targets for subject in shapes.subjects(target, None)}:
        properties = list(shapes.objects(shape, sh("property")))
        if shapes.value(shape, sh("closed")) is not None:
            ignored = shapes.value(shape, sh("ignoredProperties"))
            kept = list(Collection(shapes, ignored)) if ignored is not None else []
            kept += [path for p in properties if isinstance(path := shapes.value(p, sh("path")), URIRef)]
            head = BNode()
            Collection(shapes, head, kept)
            shapes.set((shape, sh("ignoredProperties"), head))
        for property_shape in properties:
            shapes.remove((shape, sh("property"), property_shape))
            shapes.add((property_shape, RDF.type, sh("PropertyShape")))
            for target in targets:
                for value in shapes.objects(shape, target):
                    shapes.add((property_shape, target, value))
    return shapes


def _problems(report: Any, shapes: Any, data: Any, records: Records, context: Context) -> list[Problem]:
    from rdflib import RDF, URIRef

    def one(node: Any, name: str) -> Any:
        return report.value(node, URIRef(SH + name))

    problems = []
    parts = set(report.objects(None, URIRef(SH + "detail")))  # of a result that tells the whole
    for result in set(report.subjects(RDF.type, URIRef(SH + "ValidationResult"))) - parts:
        focus, value, shape = one(result, "focusNode"), one(result, "value"), one(result, "sourceShape")
        component = str(one(result, "sourceConstraintComponent")).removeprefix(SH)
        iri = _first_property(report, one(result, "resultPath"))
        if (str(focus), iri) in records.spoilt or (not iri and _has_spoilt(records, str(focus))):
            continue
        concerned = [iri] if iri else [p for p in _weighed(shapes, shape) if (focus, URIRef(p), None) in data]
        places = [_place(str(focus), name, records, context) for name in concerned or [""]]
        place = min(places, key=lambda place: (place.line, place.field))
        values = (
            [value] if iri and value is not None else [v for p in concerned for v in data.objects(focus, URIRef(p))]
        )
        shown = ", ".join(sorted({_shown(v, context) for v in values}))
        wanted = shapes.value(shape, URIRef(SH + _PARAMETERS.get(component, "")))
        key = _MESSAGES.get(component, "shape-other")
        if texts := _texts(report, result, shapes, shape):
            if shown:
                texts = {name: message("shape-said", name, value=shown, said=said) for name, said in texts.items()}
            problems.append(Problem(place.file, place.line, place.field, texts=tuple(sorted(texts.items()))))
            continue
        filled = (
            ("key", context.key_of(iri) if iri else place.field or str(focus)),
            ("rule", component),
            ("value", shown),
            ("wanted", _shown(wanted, context)),
        )
        key = "shape-few" if key == "shape-min" and values else key
        problems.append(Problem(place.file, place.line, place.field, key, filled))
    return problems


def _texts(report: Any, result: Any, shapes: Any, shape: Any) -> dict[str, str]:
    """What a shape says of a result, by language; of a reference to another shape (`sh:node`) what that one says."""
    from rdflib import URIRef

    texts = list(report.objects(result, URIRef(SH + "resultMessage")))
    for other in shapes.objects(shape, URIRef(SH + "node")):
        texts += shapes.objects(other, URIRef(SH + "message"))
    return {text.language: str(text) for text in texts if text.language in LANGUAGES}


def _weighed(shapes: Any, shape: Any) -> set[str]:
    """The properties that a shape on whole nodes weighs against each other, in whatever it is composed of."""
    from rdflib import RDF, URIRef

    composed = [URIRef(SH + name) for name in ("node", "and", "or", "xone", "property")] + [RDF.first, RDF.rest]
    found, waiting = set(), [shape]
    while waiting:
        node = waiting.pop()
        found |= {str(path) for path in shapes.objects(node, URIRef(SH + "path")) if isinstance(path, URIRef)}
        waiting += [part for name in composed for part in shapes.objects(node, name)]
    return found


def _without_echoes(problems: set[Problem]) -> list[Problem]:
    """A key that is missing is told once: other results at its place only follow from that."""
    missing = {(p.file, p.line, p.field) for p in problems if p.key == "shape-min"}
    return sorted(p for p in problems if p.key == "shape-min" or (p.file, p.line, p.field) not in missing)


def _first_property(report: Any, path: Any) -> str:
    """The property that a path begins with: the key to mend."""
    from rdflib import RDF, BNode, URIRef

    while isinstance(path, BNode):
        inner = (report.value(path, URIRef(SH + name)) for name in ("zeroOrMorePath", "alternativePath"))
        path = report.value(path, RDF.first) or next((other for other in inner if other is not None), None)
    return str(path) if path is not None else ""


def _has_spoilt(records: Records, subject: str) -> bool:
    return any(spoilt == subject for spoilt, _ in records.spoilt)


def _place(subject: str, property_iri: str, records: Records, context: Context) -> Location:
    """The place of a property, else of its node with the missing key named, else of nothing but the node's name."""
    places = records.locations.get(subject)
    if not places:
        return Location(context.compact(subject), 0, context.key_of(property_iri) if property_iri else "")
    if property_iri in places:
        return places[property_iri]
    node = places[""]
    if not property_iri:
        return node
    key = context.key_of(property_iri)
    return Location(node.file, node.line, f"{node.field}.{key}" if node.field else key)


def _shown(term: Any, context: Context) -> str:
    """A value as the curator wrote it: a reference by its prefixed name, a nested fact by its slug."""
    if term is None:
        return ""
    text = str(term)
    if not text.startswith(("http://", "https://")):
        return text
    return context.key_of(text).rpartition("_")[2]
