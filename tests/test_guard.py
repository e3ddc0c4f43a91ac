"""What a query may do: its form is decided by a parser, and what does more than ask is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox_kg.project import Project
from sandbox_kg.store.errors import QueryError
from sandbox_kg.store.guard import check


def refused(text: str, **flags: bool) -> QueryError:
    """The error with which a query is refused."""
    with pytest.raises(QueryError) as caught:
        check(text, **flags)
    assert caught.value.text("zh")
    assert caught.value.text("en")
    return caught.value


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("PREFIX a: <http://x/> # DELETE all\nSELECT ?x WHERE { ?x a:b ?y } # ; DROP ALL", "select"),
        ("# INSERT DATA {}\nSELECT * WHERE { ?s ?p 'LOAD <file:///x> SERVICE <http://x/> {}' }", "select"),
        ("PREFIX select: <http://x/DELETE#> PREFIX service: <http://x/> ASK { ?s select:from service:load }", "ask"),
        ("BASE <http://x/> CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "construct"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "construct"),
        ("DESCRIBE <http://x/>", "describe"),
        ("\ufeffselect ?from ?service where { ?from ?service '@from'@from }", "select"),
        ('SELECT ?x { ?x ?p """a "quoted" # no comment\n} SERVICE""" }', "select"),
    ],
)
def test_the_form_is_read_by_a_parser(text: str, form: str) -> None:
    """Words in comments, texts, names and variables do not decide what a query is."""
    assert check(text).form == form


def test_columns_stand_in_their_order() -> None:
    """The columns of a SELECT are known, but for `SELECT *`."""
    query = check("SELECT ?b (COUNT(*) AS ?n) ?a WHERE { ?a ?p ?b } GROUP BY ?a ?b")
    assert query.columns == ("b", "n", "a")
    assert check("SELECT * WHERE { ?b ?p ?a }").columns == ("b", "p", "a")


@pytest.mark.parametrize(
    ("text", "key", "flag"),
    [
        ("INSERT DATA { <http://a> <http://b> <http://c> }", "guard-update", "allow_update"),
        ("PREFIX x: <http://x/>\nDELETE WHERE { ?s x:p ?o }", "guard-update", "allow_update"),
        ("WITH <http://g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "guard-update", "allow_update"),
        ("DROP ALL", "guard-update", "allow_update"),
        ("SELECT * WHERE { SERVICE <http://x/> { ?s ?p ?o } }", "guard-service", "allow_service"),
        ("SELECT * WHERE { service SILENT ?any { ?s ?p ?o } }", "guard-service", "allow_service"),
        ("ASK { FILTER NOT EXISTS { { SERVICE#\n<http://x/> {} } } }", "guard-service", "allow_service"),
        ("SELECT * WHERE { { SELECT ?s { SERVICE <http://x/> { ?s ?p ?o } } } }", "guard-service", "allow_service"),
        ("SELECT * FROM <file:///etc/passwd> WHERE { ?s ?p ?o }", "guard-from", "allow_from"),
        ("ASK FROM NAMED <http://x/g> { GRAPH ?g { ?s ?p ?o } }", "guard-from", "allow_from"),
        ("CONSTRUCT FROM <http://x/g> WHERE { ?s ?p ?o }", "guard-from", "allow_from"),
    ],
)
def test_what_does_more_than_ask_needs_a_flag(text: str, key: str, flag: str) -> None:
    """Updates, SERVICE and FROM are refused wherever they stand, with line and column, unless a flag allows them."""
    error = refused(text)
    assert error.key == key
    assert int(str(error.values["line"])) >= 1
    assert check(text, **{flag: True}).form in ("update", "select", "ask", "construct")


def test_load_needs_a_flag_of_its_own() -> None:
    """An update that is allowed may still not read an address."""
    load = "CLEAR ALL ; LOAD <file:///etc/hostname> INTO GRAPH <http://g>"
    assert refused(load).key == "guard-update"
    assert refused(load, allow_update=True).key == "guard-load"
    assert check(load, allow_update=True, allow_load=True).form == "update"
    inside = "INSERT { ?s ?p ?o } WHERE { SERVICE <http://x/> { ?s ?p ?o } }"
    assert refused(inside, allow_update=True).key == "guard-service"
    assert refused("INSERT DATA { <http://a> }", allow_update=True).key == "guard-syntax"


@pytest.mark.parametrize(
    ("text", "key", "line", "column"),
    [
        ("SELECT ?x\nWHERE { ?x ?p ?y ,, }", "guard-syntax", 2, 19),
        ("SELECT ?x\nWHERE { ?x sbx:kind ?y }", "guard-prefix", 2, 12),
        ("SELECT ?x WHERE { ?x ?p \u201c中\u201d }", "guard-full-width", 1, 25),
        ("SELECT ?x WHERE { ?x ?p ?y \uff1b ?q ?z }", "guard-full-width", 1, 28),
        ("SELECT ?x { ?x ?p ?y } ; DROP ALL", "guard-syntax", 1, 24),
        ("SELECT ?x { ?x ?p 'a\\u0022 #' }", "guard-escape", 1, 21),
        ("SELECT * {" + "{" * 200 + "}" * 200 + "}", "guard-deep", 1, 110),
    ],
)
def test_a_mistake_is_pointed_at(text: str, key: str, line: int, column: int) -> None:
    """What cannot be parsed is told with line, column and what to mend."""
    error = refused(text)
    assert (error.key, error.values["line"]) == (key, line)
    assert abs(int(str(error.values["column"])) - column) <= 6


@pytest.mark.parametrize(
    "text", ["", "  \n", "# nothing", "PREFIX a: <http://x/>", "hello", "SELECT", "{", "\x00", "\ud800"]
)
def test_what_is_no_query_is_an_error(text: str) -> None:
    """Nothing but the one error comes out."""
    assert refused(text).key in ("guard-empty", "guard-syntax")


def test_escapes_of_letters_are_written_out() -> None:
    r"""\u5de5 is 工 to each engine, an escaped backslash before it is not an escape, and \u0022 is refused."""
    assert "'工'" in check(r"SELECT * { ?s ?p '\u5de5' }").text
    assert "'\U0001f3e6'" in check(r"SELECT * { ?s ?p '\U0001F3E6' }").text
    assert r"'\\u5de5'" in check(r"SELECT * { ?s ?p '\\u5de5' }").text
    for hidden in (r"'\u0027 } #'", r"'\U00000027 } #'", r"\u0053ERVICE <http://x/> {}", r"'\\u0022'", r"'\ud800'"):
        assert refused(f"SELECT * {{ ?s ?p ?o . ?s ?q {hidden} }}").key in ("guard-escape", "guard-syntax")


def test_every_query_of_ours_may_be_asked(project: Project) -> None:
    """The library and the internal queries pass the guard without a flag."""
    files = [*project.queries.rglob("*.rq"), *(project.ontology / "rules").rglob("*.rq")]
    assert len(files) > 20
    for file in files:
        assert check(file.read_text(encoding="utf-8")).form in ("select", "ask", "construct"), file


WORDS = st.sampled_from(
    ["DELETE", "insert", "LOAD <file:///x>", "SERVICE <http://x/> {}", "FROM <file:///x>", "}", "{"]
)
QUIET = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@given(QUIET, st.sampled_from(["#{}\n", "# {}\r\n"]), st.sampled_from(["'{}'", '"{}"', "'''{}'''", '"""{}"""']))
def test_quoted_words_change_nothing(words: str, comment: str, quotes: str) -> None:
    """Whatever stands in a comment or a text, the query stays the SELECT that it is."""
    note = comment.format(words)
    query = check(
        f"{note}PREFIX a: <http://x/>{note}SELECT{note}?s{note}WHERE{{?s a:b {quotes.format(words)}{note}}}{note}"
    )
    assert (query.form, query.columns) == ("select", ("s",))


CASES = st.sampled_from(["SERVICE", "service", "sErViCe"])
PATTERNS = [
    "{}",
    "{{ {} }}",
    "OPTIONAL {{ {} }}",
    "FILTER EXISTS {{ {} }}",
    "FILTER NOT EXISTS {{ {} }}",
    "{{ ?a ?b ?c }} UNION {{ {} }}",
    "MINUS {{ {} }}",
    "GRAPH ?g {{ {} }}",
    "{{ SELECT * {{ {} }} }}",
    "BIND(EXISTS {{ {} }} AS ?e)",
]
AROUND = st.sampled_from(PATTERNS)


@given(CASES, st.lists(AROUND, max_size=4), st.sampled_from([" ", "\n", "#x\n", "\t"]))
def test_service_is_found_however_deep(word: str, around: list[str], gap: str) -> None:
    """No nesting, spelling or comment hides a call to another server."""
    inner = f"{word}{gap}<http://x/>{gap}{{ ?s ?p ?o }}"
    for place, pattern in enumerate(around):
        inner = pattern.format(inner).replace("?e)", f"?e{place})")
    assert refused(f"SELECT * WHERE {{ {inner} }}").key == "guard-service"
    assert refused(f"ASK {{ {inner} }}").key == "guard-service"


@given(
    st.text(max_size=60),
    st.sampled_from(["{}", "SELECT {} WHERE {{ ?s ?p ?o }}", "ASK {{ ?s ?p {} }}", "PREFIX {}ASK {{}}"]),
)
def test_any_text_gives_a_query_or_the_one_error(text: str, around: str) -> None:
    """No text whatever gives a traceback, and none becomes an update."""
    said = ""
    try:
        form = check(around.format(text)).form
    except QueryError as error:
        form, said = "refused", error.text("zh") + error.text("en")
    assert form in ("select", "ask", "construct", "describe") or said
