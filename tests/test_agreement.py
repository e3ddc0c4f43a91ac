"""The same question gets the same rows from the embedded engine, an Oxigraph server and Virtuoso, and all of them.

On both servers the graph is published under its name beside a changed copy of itself: an answer over all graphs, or over
none, would differ.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from sandbox_kg import publishing
from sandbox_kg.building import Checked
from sandbox_kg.library import bind, read_library
from sandbox_kg.store import remote
from sandbox_kg.store.embedded import EmbeddedStore
from sandbox_kg.store.errors import QueryError
from sandbox_kg.store.guard import check
from sandbox_kg.store.remote import RemoteEngine
from sandbox_kg.store.results import Result, normalised

if TYPE_CHECKING:
    from servers import Server

pytest_plugins = ["servers"]

QUERIES = Path(__file__).parent.parent / "queries"
GRAPH = "https://w3id.org/sandbox-kg/graph"
BESIDE = "https://graph.example/beside"
ORDINARY_TRIPLES = 10_000  # what Virtuoso gives at most


def variants() -> Iterator[tuple[str, str, dict[str, list[str]] | None]]:
    """Each query as it stands, with its defaults alone, with its examples bound, and with each choice in turn."""
    for question in read_library(QUERIES):
        yield question.name, question.name, None
        yield f"{question.name}: defaults", question.name, {}
        examples = {parameter.name: [parameter.example] for parameter in question.parameters}
        yield f"{question.name}: examples", question.name, examples
        for parameter in question.parameters:
            for choice in parameter.choices:
                if choice not in (parameter.default, parameter.example):
                    yield f"{question.name}: {parameter.name} {choice}", question.name, {parameter.name: [choice]}


VARIANTS = list(variants())


def shown(result: Result) -> object:
    """A result, normalised: rows in their order, triples as a set."""
    if result.form == "construct":
        return sorted(repr([normalised(term) for term in triple]) for triple in result.triples)  # type: ignore[arg-type]
    if result.form == "ask":
        return result.answer
    return list(result.columns), [[normalised(term) for term in row] for row in result.rows]


def text_of(name: str, given: dict[str, list[str]] | None, checked: Checked) -> str:
    """A query as it stands, or with values bound."""
    if given is None:
        return (QUERIES / f"{name}.rq").read_text(encoding="utf-8")
    context = checked.schema.context
    question = next(question for question in read_library(QUERIES) if question.name == name)
    return bind(question, given, context, lambda _, value: [context.expand(value)])


@pytest.mark.parametrize(("name", "given"), [v[1:] for v in VARIANTS], ids=[v[0] for v in VARIANTS])
def test_engines_agree(
    connected: RemoteEngine, checked: Checked, name: str, given: dict[str, list[str]] | None
) -> None:
    """A library query gives the same normalised rows in the same order from a server and embedded."""
    text = text_of(name, given, checked)
    ours = shown(checked.store.query(text))
    assert shown(connected.query(text)) == ours


def test_no_query_is_empty_as_it_stands(checked: Checked) -> None:
    """Engines that agree on nothing prove nothing: the examples give rows."""
    empty = [
        name
        for _, name, given in VARIANTS
        if given is None and not len(checked.store.query(text_of(name, None, checked)))
    ]
    assert empty == []


@pytest.mark.parametrize("name", ["labels", "other-names", "everything", "is-our-graph", "graph-name"])
def test_what_connect_asks_agrees(connected: RemoteEngine, checked: Checked, name: str) -> None:
    """The internal queries that the facade asks of a server agree as well."""
    text = (QUERIES / "internal" / f"{name}.rq").read_text(encoding="utf-8")
    ours, theirs = checked.store.query(text), connected.query(text)
    if "ORDER BY" in text:
        assert shown(theirs) == shown(ours)
    else:
        assert sorted(map(repr, map(normal, theirs.rows))) == sorted(map(repr, map(normal, ours.rows)))
        assert theirs.answer == ours.answer


def normal(row: tuple[object, ...]) -> list[tuple[str, str, str]]:
    """A row, normalised."""
    return [normalised(term) for term in row]  # type: ignore[arg-type]


def raw(server: Server, text: str, accept: str) -> bytes:
    """What a server answers to one plain request, as any client gets it."""
    body = urlencode({"query": text, "default-graph-uri": GRAPH}).encode()
    with urllib.request.urlopen(urllib.request.Request(server.query, body, {"Accept": accept}), timeout=120) as answer:
        return bytes(answer.read())


@pytest.mark.parametrize("published", ["virtuoso"], indirect=True)
def test_virtuoso_cuts_what_a_plain_client_asks(published: Server, checked: Checked) -> None:
    """The danger is real: a plain SELECT and a plain CONSTRUCT lose rows without an error."""
    assert len(checked.store) > ORDINARY_TRIPLES
    rows = raw(published, "SELECT ?s ?p ?o WHERE { ?s ?p ?o }", "application/sparql-results+json")
    assert len(json.loads(rows)["results"]["bindings"]) == ORDINARY_TRIPLES
    graph = raw(published, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "text/plain")
    sent = len(list(ox.parse(graph, format=ox.RdfFormat.N_TRIPLES)))
    assert ORDINARY_TRIPLES <= sent <= ORDINARY_TRIPLES + 1 < len(checked.store)  # it may send one more


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s ?p ?o WHERE { ?s ?p ?o }",
        "SELECT * WHERE { ?s ?p ?o }",
        "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY DESC(STR(?s)) STR(?p) STR(?o)",
        "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 11000",
        "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY STR(?s) STR(?p) STR(?o) LIMIT 10500 OFFSET 500",
        "SELECT ?a ?b WHERE { ?a <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ?c . ?b ?p ?a }",
        "SELECT DISTINCT ?s ?o WHERE { ?s ?p ?o }",
        "SELECT ?s ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?s ?p",
        "SELECT ?s ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?s ?p ORDER BY DESC(?n) STR(?s)",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_results_beyond_ten_thousand_rows_are_whole(connected: RemoteEngine, checked: Checked, text: str) -> None:
    """What a server would cut comes back whole through `connect`, or is an error: never short."""
    ours, theirs = checked.store.query(text).arranged(check(text).columns), connected.query(text)
    assert len(ours) > ORDINARY_TRIPLES or "type" in text
    if "LIMIT 11000" in text:  # which 11,000 is left open
        assert len(theirs.rows) == len(set(theirs.rows)) == 11_000
    elif theirs.form == "construct":
        assert shown(theirs) == shown(ours)
    else:
        assert theirs.columns == ours.columns
        assert sorted(map(repr, map(normal, theirs.rows))) == sorted(map(repr, map(normal, ours.rows)))


def test_the_graph_beside_is_another(published: Server, connected: RemoteEngine, checked: Checked) -> None:
    """Asked by its name the copy answers with its own records, and ours with none of them."""
    count = 'SELECT ?s WHERE { ?s ?p ?o FILTER(STRENDS(STR(?s), "-beside")) }'
    assert len(connected.query(count)) == 0
    assert len(remote.connect(published.query, BESIDE, queries=QUERIES).query(count)) > 0


def test_a_server_without_our_graph_lists_what_it_has(published: Server) -> None:
    """A name that the server does not hold is an error that names the graphs found."""
    with pytest.raises(QueryError) as caught:
        remote.connect(published.query, "https://graph.example/none", queries=QUERIES)
    assert GRAPH in str(caught.value)
    assert BESIDE in str(caught.value)


def test_python_answers_are_the_same_graph(connected: RemoteEngine, checked: Checked) -> None:
    """Every triple read back through `connect` makes the very graph that was published."""
    result = connected.query((QUERIES / "internal" / "everything.rq").read_text(encoding="utf-8"))
    store = EmbeddedStore(ox.Triple(*row) for row in result.rows)  # type: ignore[arg-type]
    assert publishing.digest(publishing._lines(store.triples())) == publishing.digest(
        publishing._lines(checked.store.triples())
    )
