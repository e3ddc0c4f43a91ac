"""The query library: headers, binding, results, and asking from Python."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery

import sandbox_kg as skg
from sandbox_kg import formats
from sandbox_kg.building import Checked
from sandbox_kg.context import read_context
from sandbox_kg.knowledge_graph import KnowledgeGraph
from sandbox_kg.library import Question, bind, read_library, read_question, search
from sandbox_kg.project import Project
from sandbox_kg.store.errors import QueryError
from sandbox_kg.store.results import Result, Text, normalised, value

HEADER = """#+ title: {zh: "甲", en: "A"}
#+ question: {zh: "问?", en: "Which?"}
#+ keywords: ["word"]
#+ parameters:
#+   kind: {type: choice, choices: {one: "code:bank", two: ["code:bank", "code:insurer"]}, default: one, label: BOTH}
#+   area: {type: record, of: plc, example: "plc:shanghai", label: {zh: "地区", en: "area"}}
#+   least: {type: number, example: "1", label: {zh: "至少", en: "at least"}}
#+   day: {type: date, example: "2020-01-01", label: {zh: "日", en: "day"}}
#+   words: {type: text, example: "x", label: {zh: "词", en: "words"}}
#+ columns:
#+   x: {zh: "丙", en: "C"}
SELECT ?x WHERE {
  VALUES ?kind { <https://w3id.org/sandbox-kg/code/bank> }
  VALUES ?area { <https://w3id.org/sandbox-kg/place/shanghai> }
  VALUES ?least { 1 }
  VALUES ?day { "2020-01-01" }
  VALUES ?words { "x" }
  ?x ?y ?z .
  FILTER(STR(?z) != STR(?words))
}
"""
HEADER = HEADER.replace("BOTH", '{zh: "类", en: "kind"}')
ROOT = Path(__file__).parent.parent
CONTEXT = read_context(ROOT / "ontology" / "context.jsonld")


def write(tmp_path: Path, text: str) -> Path:
    """A query file."""
    path = tmp_path / "question.rq"
    path.write_text(text, encoding="utf-8")
    return path


def question(tmp_path: Path) -> Question:
    """The question of `HEADER`."""
    found, problems = read_question(write(tmp_path, HEADER), "question.rq")
    assert found is not None, problems
    return found


def resolve(prefix: str, given: str) -> list[str]:
    """Finds every record that is asked for."""
    return [CONTEXT.prefixes[prefix] + "shanghai"] if given == "上海" else []


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("#+ keywords:", "#+ keyword:", 3, "keywords"),
        ('#+ keywords: ["word"]\n', "", 1, "keywords"),
        ('#+ title: {zh: "甲", en: "A"}', '#+ title: {zh: "甲"}', 1, "en"),
        ("type: number", "type: integer", 7, "integer"),
        ("default: one", "default: three", 5, "three"),
        ("of: plc, ", "", 6, "of"),
        ('example: "1", ', "", 7, "example"),
        ("  VALUES ?least { 1 }\n", "  VALUES ?least { 1 } ?x a ?y .\n", 7, "least"),
        ('#+   x: {zh: "丙", en: "C"}\n', "", 10, ""),
        ("#+   day: {type: date", "#+   day: {type: date, type: date", 8, "type"),
        ("#+ columns:", "#+ columns: [", 11, ""),
    ],
)
def test_headers_are_strict(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    """A header with a mistake is refused, with the file, the line and what to mend."""
    assert HEADER.count(old) == 1
    found, problems = read_question(write(tmp_path, HEADER.replace(old, new)), "question.rq")
    assert found is None
    assert problems[0].file == "question.rq"
    assert abs(problems[0].line - line) <= 2
    assert said in problems[0].text("en")


def test_every_question_of_the_library_is_read(project: Project) -> None:
    """All headers are well-formed, and searching finds them by words of either language."""
    questions = read_library(project.queries)
    assert len(questions) >= 25
    assert "co-applicants" in [q.name for q in search(questions, "共同申请")]
    assert [q.name for q in search(questions, "")] == [q.name for q in questions]
    assert search(questions, "no-such-word") == []


def test_binding(tmp_path: Path) -> None:
    """Values become terms between the braces; a parameter that is not given and has no default loses its line."""
    asked = question(tmp_path)
    text = bind(asked, {}, CONTEXT, resolve)
    assert "VALUES ?kind { <https://w3id.org/sandbox-kg/code/bank> }" in text
    for name in ("area", "least", "day", "words"):
        assert f"VALUES ?{name}" not in text
    values = {"kind": ["two"], "area": ["上海"], "least": ["2.5"], "day": ["2020-03-16"], "words": ['a"} x']}
    text = bind(asked, values, CONTEXT, resolve)
    assert "VALUES ?kind { <https://w3id.org/sandbox-kg/code/bank> <https://w3id.org/sandbox-kg/code/insurer> }" in text
    assert "VALUES ?area { <https://w3id.org/sandbox-kg/place/shanghai> }" in text
    assert 'VALUES ?least { "2.5"^^<http://www.w3.org/2001/XMLSchema#decimal> }' in text
    assert 'VALUES ?day { "2020-03-16"^^<http://www.w3.org/2001/XMLSchema#date> }' in text
    assert r'VALUES ?words { "a\"} x" }' in text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kidn": ["one"]}, "kidn"),
        ({"kind": ["three"]}, "one, two"),
        ({"area": ["nowhere"]}, "nowhere"),
        ({"least": ["1e9"]}, "1e9"),
        ({"day": ["2020-02-30"]}, "2020-02-30"),
    ],
)
def test_wrong_values_are_told(tmp_path: Path, values: dict[str, list[str]], said: str) -> None:
    """A parameter that does not exist, or a value that it cannot take, is told with what it may be."""
    with pytest.raises(QueryError) as error:
        bind(question(tmp_path), values, CONTEXT, resolve)
    for language in ("zh", "en"):
        assert said in error.value.text(language)


@settings(max_examples=2000, deadline=None)
@given(
    st.sampled_from(["kind", "area", "least", "day", "words"]),
    st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            ["} ?x ?p ?o {", '"} UNION {?a ?b ?c', "> } #", "\\", '"""', "'", "\n}", "<x>", "$1", "\\1", "\u2028"]
        ),
    ),
)
def test_no_value_changes_the_query(name: str, given_value: str) -> None:
    """Whatever is typed is refused or becomes one term: the rest of the query stays as it was, and still parses."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        asked = question(Path(folder))
    try:
        text = bind(asked, {name: [given_value]}, CONTEXT, resolve)
    except QueryError:
        return
    except UnicodeEncodeError:  # a lone surrogate is no text that could be sent
        return
    plain = bind(asked, {}, CONTEXT, resolve).splitlines()
    lines = text.split("\n")
    changed = [line for line in lines if line.strip() and line not in plain]
    assert len(changed) <= 1
    assert all(line.startswith(f"  VALUES ?{name} {{ ") and line.endswith(" }") for line in changed)
    prepared = prepareQuery(text)
    (row,) = [v for v in _values(prepared.algebra) if name in v] if changed else [{}]
    assert len(row) <= 1


def _values(algebra: object) -> list[dict[str, object]]:
    """The rows of every VALUES block of an algebra."""
    from rdflib.plugins.sparql.parserutils import CompValue

    found: list[dict[str, object]] = []

    def walk(node: object) -> None:
        if isinstance(node, CompValue):
            if node.name == "values":
                found.extend({str(k): v for k, v in row.items()} for row in node.res)
            for child in node.values():
                walk(child)
        elif isinstance(node, list | tuple):
            for child in node:
                walk(child)

    walk(algebra)
    return found


# -- results ---------------------------------------------------------------------------------------------------------

XSD = "http://www.w3.org/2001/XMLSchema#"


def literal(text: str, kind: str) -> ox.Literal:
    """A typed literal."""
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


RESULT = Result(
    "select",
    ["a", "b"],
    [
        (ox.Literal("=1+1"), literal("-5", "decimal")),
        (ox.Literal("甲|乙\n丙", language="zh"), None),
        (ox.NamedNode("https://example.org/x"), literal("12", "integer")),
    ],
)


def test_values_of_terms() -> None:
    """Numbers are exact, texts keep their language, an unbound cell is None."""
    rows = list(RESULT)
    assert rows[0] == {"a": "=1+1", "b": Decimal("-5")}
    assert isinstance(rows[1]["a"], Text)
    assert rows[1]["a"].language == "zh"
    assert rows[1]["b"] is None
    assert rows[2]["b"] == 12
    assert value(literal("100000000000.50", "decimal")) == Decimal("100000000000.50")


def test_normalised_terms() -> None:
    """What engines write in different ways is one thing; what differs stays different."""
    assert normalised(literal("1.50", "decimal")) == normalised(literal("1.5", "decimal"))
    assert normalised(literal("true", "boolean")) == normalised(literal("1", "boolean"))
    assert normalised(ox.Literal("a", language="zh")) != normalised(ox.Literal("a", language="en"))
    assert normalised(ox.Literal("a")) != normalised(ox.NamedNode("urn:a"))


def test_csv_opens_in_a_spreadsheet() -> None:
    """No cell becomes a formula, numbers keep their sign, and a byte order mark comes on demand."""
    text = formats.to_csv(RESULT, bom=True)
    assert text.startswith("\ufeffa,b\r\n'=1+1,-5\r\n")
    assert not formats.to_csv(RESULT).startswith("\ufeff")
    for sign in "=+-@":
        assert formats.to_csv(Result("select", ["a"], [(ox.Literal(sign + "x"),)])).splitlines()[1] == f"'{sign}x"


def test_other_formats() -> None:
    """TSV loses nothing, Markdown keeps its columns, JSON is the standard's."""
    assert formats.to_tsv(RESULT).splitlines()[2] == '"甲|乙\\n丙"@zh\t'
    assert "甲\\|乙 丙" in formats.to_markdown(RESULT)
    assert ox.parse_query_results(formats.to_json(RESULT).encode(), format=ox.QueryResultsFormat.JSON)


# -- asking ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kg(project: Project, checked: Checked, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The checkout's graph, opened as a user opens it."""
    if not (project.root / "build" / "sandbox-kg.nt").exists():
        pytest.fail("run make build first")
    return skg.open(project.root)


def test_asking_from_python(kg: KnowledgeGraph) -> None:
    """A question by name with its parameters, as a table; by hand: 33 pairs as filed, 29 by group."""
    assert len(kg.query("co-applicants", scope="article")) == 33
    frame = kg.query("co-applicants", scope="article", level="group").to_dataframe()
    assert len(frame) == 29
    assert list(frame.columns)[:2] == kg.query("co-applicants").columns[:2]


def test_a_record_is_found_as_users_name_it(kg: KnowledgeGraph) -> None:
    """By label in either language, by its beginning, by slug, by prefixed name."""
    for name in ("上海市", "上海", "Shanghai", "shanghai", "plc:shanghai"):
        assert "place/shanghai>" in kg.bound("pilots-by-area", area=name)
    with pytest.raises(QueryError, match="Atlantis"):
        kg.bound("pilots-by-area", area="Atlantis")


def test_own_queries(kg: KnowledgeGraph) -> None:
    """SELECT, ASK and CONSTRUCT of a user; the whole graph as an rdflib graph."""
    assert kg.select("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }").texts() == [(str(len(kg.graph)),)]
    assert kg.select("ASK { ?s ?p ?o }").answer is True
    built = kg.select("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 3")
    assert len(built.to_graph()) == 3


def test_limits(kg: KnowledgeGraph) -> None:
    """A query that takes too long is ended; a result that is too large is refused, never cut."""
    with pytest.raises(QueryError, match=r"longer than 0\.5 seconds"):
        kg.select("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ", timeout=0.5)
    with pytest.raises(QueryError, match="more than 10 rows"):
        kg.select("SELECT * WHERE { ?s ?p ?o }", max_rows=10)
    assert len(kg.select("SELECT * WHERE { ?s ?p ?o } LIMIT 10", max_rows=10)) == 10


def test_wrong_queries_are_told(kg: KnowledgeGraph) -> None:
    """A syntax error and an unknown question are told in both languages."""
    with pytest.raises(QueryError, match="cannot be parsed"):
        kg.select("SELECT ?x WHERE {")
    with pytest.raises(QueryError, match="co-applicants") as error:
        kg.query("coapplicants")
    assert "co-applicants" in error.value.text("zh")
