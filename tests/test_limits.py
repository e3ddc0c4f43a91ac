"""Users' queries in a process of their own: what it answers is what the engine answers here, and it can be ended."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox_kg.limits import LimitedStore
from sandbox_kg.store.embedded import EmbeddedStore
from sandbox_kg.store.errors import QueryError

ENDLESS = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . FILTER(?a = ?z) }"
XSD = "http://www.w3.org/2001/XMLSchema#"
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
LITERALS = st.one_of(
    st.builds(ox.Literal, TEXTS),
    st.builds(lambda text: ox.Literal(text, language="zh-Hans"), TEXTS),
    st.builds(
        lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(XSD + kind)),
        st.sampled_from(["1", "-1", "01", "1.50", ".5", "1e3", "true", "x", ""]) | TEXTS,
        st.sampled_from(["integer", "decimal", "double", "boolean", "date"]),
    ),
)


def graph(folder: Path, triples: list[ox.Triple]) -> Path:
    """A file of N-Triples."""
    path = folder / "graph.nt"
    path.write_text("".join(f"{triple} .\n" for triple in triples), encoding="utf-8", newline="\n")
    return path


@pytest.fixture
def hundred(tmp_path: Path) -> LimitedStore:
    """A graph of a hundred triples."""
    node = ox.NamedNode("urn:x")
    return LimitedStore(graph(tmp_path, [ox.Triple(node, node, ox.Literal(str(number))) for number in range(100)]))


def process(store: LimitedStore) -> int:
    """The process that answers now."""
    assert store._process is not None
    return store._process._popen.pid


def is_running(number: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(LITERALS, min_size=1, max_size=30))
def test_terms_arrive_as_they_are(tmp_path: Path, literals: list[ox.Literal]) -> None:
    """Whatever stands in a literal, rows, triples and unbound values are those of the engine in this process."""
    node = ox.NamedNode("urn:x")
    file = graph(tmp_path, [ox.Triple(ox.NamedNode(f"urn:{n}"), node, said) for n, said in enumerate(literals)])
    here, there = EmbeddedStore.read(file), LimitedStore(file)
    for text in ("SELECT ?s ?none ?o WHERE { ?s ?p ?o } ORDER BY ?s", "SELECT ?o WHERE { ?s ?p ?o } ORDER BY ?s ?o"):
        assert there.query(text) == here.query(text)
    construct = "CONSTRUCT WHERE { ?s ?p ?o }"
    assert sorted(map(str, there.query(construct).triples)) == sorted(map(str, here.query(construct).triples))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * WHERE { }",  # one row without columns
        "SELECT * WHERE { <urn:a> <urn:b> <urn:c> }",
        "SELECT ?none WHERE { ?s ?p ?o }",
        "SELECT ?o WHERE { ?s ?p ?o FILTER(?o = 'none') }",
        "ASK { ?s ?p ?o }",
        "ASK { ?s ?p 'none' }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?o = 'none') }",
    ],
)
def test_edges(hundred: LimitedStore, text: str) -> None:
    """No rows, rows of nothing, both answers: as the engine gives them here."""
    assert hundred.query(text) == EmbeddedStore.read(hundred._graph).query(text)


def test_one_process_serves_many_queries(hundred: LimitedStore) -> None:
    """The graph is read once: also after an error of the query, and after rows beyond the limit, are told."""
    assert len(hundred.query("SELECT * WHERE { ?s ?p ?o }")) == 100
    first = process(hundred)
    with pytest.raises(QueryError, match="cannot be parsed"):
        hundred.query("SELECT ?x WHERE {")
    for text in ("SELECT * WHERE { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"):
        with pytest.raises(QueryError, match="more than 99 rows"):
            hundred.query(text, max_rows=99)
        assert len(hundred.query(text, max_rows=100)) == 100
    assert process(hundred) == first


def test_after_a_time_limit_another_begins(hundred: LimitedStore) -> None:
    """The process of a query that took too long is gone, and the next query is answered."""
    hundred.query("ASK {}")
    first = process(hundred)
    with pytest.raises(QueryError, match="longer than"):
        hundred.query(ENDLESS, timeout=0.3)
    assert not is_running(first)
    assert hundred.query("ASK {}").answer is True
    assert process(hundred) != first


def test_large_answers_beyond_the_limit(tmp_path: Path) -> None:
    """What breaks off after pieces of it have been sent is told by its rows, not as a text that cannot be read."""
    node = ox.NamedNode("urn:x")
    store = LimitedStore(graph(tmp_path, [ox.Triple(node, node, ox.Literal(f"{n:0200}")) for n in range(2_000)]))
    for text in ("SELECT * WHERE { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"):
        for most in (1_000, 1_500, 1_999):
            with pytest.raises(QueryError, match=f"more than {most} rows"):
                store.query(text, max_rows=most)
        assert len(store.query(text, max_rows=2_000)) == 2_000


def test_a_process_that_died_is_replaced(hundred: LimitedStore) -> None:
    """One that died between two queries is replaced unseen."""
    hundred.query("ASK {}")
    os.kill(process(hundred), signal.SIGTERM)
    time.sleep(0.1)
    assert hundred.query("ASK {}").answer is True


def test_no_process_outlives_its_store(hundred: LimitedStore) -> None:
    """With the store its process goes."""
    hundred.query("ASK {}")
    first, held = process(hundred), hundred._process
    hundred._process = None
    del held
    end = time.monotonic() + 10  # the thread of its time limit lets go of it a moment later
    while is_running(first) and time.monotonic() < end:
        time.sleep(0.02)
    assert not is_running(first)


def test_a_file_that_is_no_graph(tmp_path: Path) -> None:
    """What the engine says of it is told."""
    path = tmp_path / "graph.nt"
    path.write_text("no triples", encoding="utf-8")
    with pytest.raises(QueryError) as error:
        LimitedStore(path).query("ASK {}")
    assert error.value.key == "query-failed"
