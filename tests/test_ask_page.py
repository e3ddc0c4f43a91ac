"""The page to ask in, in a browser: it asks nobody, answers as the embedded engine does, and can be stopped and shared."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox
import pytest

import sandbox_kg as skg
from sandbox_kg.ask import page as ask
from sandbox_kg.explorer import page as explorer
from sandbox_kg.formats import to_csv
from sandbox_kg.knowledge_graph import KnowledgeGraph
from sandbox_kg.library import Question, bind
from sandbox_kg.pages.beside import PAGES
from sandbox_kg.project import Project
from sandbox_kg.report.page import make_report
from sandbox_kg.store import guard
from sandbox_kg.store.errors import QueryError
from sandbox_kg.store.results import normalised

if TYPE_CHECKING:
    from browser import Open, Opened
    from playwright.sync_api import Page

pytest_plugins = ["browser"]

DESK, PHONE = (1280, 800), (390, 844)
READY = "html[data-ready]"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?g) }"
# What a value must never do: end its string, its braces, its line, or its query.
INJECTIONS = [
    '" } ?s ?p ?o . VALUES ?x { "',
    '"} UNION { ?s ?p ?o } #',
    "\n  VALUES ?level { <http://example.org/x> }\n",
    "\\",
    '\\"',
    "\\u0022 } ?s ?p ?o",
    "}",
    "{}",
    "$&$1$`$'",
    "?level",
    "<http://example.org/>",
    "'''",
    '"""',
    "\r\n\t\b\f\x00\x1f\x7f\x85\u2028\u2029\ufeff",
    "银联\U0001f600",
    "",
    " ",
]


@pytest.fixture(scope="module")
def kg(project: Project) -> KnowledgeGraph:
    """The built graph."""
    return skg.open(project.root)


@pytest.fixture(scope="module")
def file(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the built graph, as if the other pages lay beside it."""
    return written(ask.make_page(kg, beside=PAGES), tmp_path_factory.mktemp("ask"))


@pytest.fixture(scope="module")
def seen(open_page: Open, file: Path) -> Iterator[Opened]:
    """One page for the tests that only ask it something."""
    with open_page(file, "#lang=en") as opened:
        ready(opened.page)
        yield opened
        opened.quiet()


def written(text: str, folder: Path) -> Path:
    """A page as a file."""
    path = folder / "ask.html"
    path.write_bytes(text.encode())
    return path


def ready(page: Page) -> Page:
    """Waits until the page has answered and knows all names."""
    page.wait_for_selector(READY, state="attached")
    return page


def write(page: Page, text: str) -> None:
    """Writes a query over what stands in the editor, as a reader does."""
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)
    page.keyboard.press("Escape")


def answered(page: Page, text: str) -> None:
    """Waits for a line of the answer."""
    page.locator("#count").filter(has_text=re.compile(text)).wait_for()


def table(page: Page) -> list[list[str]]:
    """The table as the reader sees it."""
    return page.evaluate(
        "[...document.querySelectorAll('#table tbody tr')].map((row) => [...row.cells].map((cell) => cell.innerText))"
    )


# -- one file that asks nobody, for every reader ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "headline", "count"),
    [
        ("zh", "每种技术(含下位技术)用于几项试点?", "30 行"),
        ("en", "How many pilots use each technology, narrower ones included?", "30 rows"),
    ],
)
def test_the_page_opens_with_an_answer(
    open_page: Open, file: Path, kg: KnowledgeGraph, language: str, headline: str, count: str
) -> None:
    """Opened from a file without a network: a question, its answer, the edition, and not a word of complaint."""
    rows = len(kg.query(ask.OPENS))
    with open_page(file, language=language) as opened:
        page = ready(opened.page)
        assert page.locator("h1").inner_text() == headline
        assert page.title().startswith(headline)
        assert page.locator("#count").inner_text().startswith(count.replace("30", str(rows)))
        assert len(table(page)) == rows
        assert skg.__version__ in page.locator("#edition").inner_text()
        for key in ("#cite", "#origin"):
            assert page.locator(key).inner_text().strip()
        assert page.evaluate("Engine.size") == len({*kg._asked._engine.triples()})  # type: ignore[attr-defined]
        opened.quiet()


def test_the_whole_page_changes_its_language(open_page: Open, file: Path) -> None:
    """Titles, labels, columns, hints, the panel and the address are in the chosen language, and come back."""
    with open_page(file, "#query=co-applicants&node=inst:unionpay", language="zh") as opened:
        page = ready(opened.page)
        page.locator("#details h2").wait_for()
        assert page.locator("#details h2").inner_text() == "中国银联"
        before = page.locator("body").inner_text()
        page.locator("#language").click()
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.locator("#details h2").inner_text() == "China UnionPay"
        assert page.locator("#table th").first.inner_text().startswith("Institution")
        assert "lang=en" in page.url
        text = page.evaluate("""() => { const copy = document.body.cloneNode(true);
          for (const one of copy.querySelectorAll('script, noscript, [hidden], [lang], .printed, .evidence, #editor, #details header .soft, #language, [data-t=site]')) one.remove();
          return copy.innerText }""")
        assert re.findall("[\u4e00-\u9fff]{2,}", text.replace("中文", "")) == []
        labels = page.evaluate(
            "[...document.querySelectorAll('[aria-label], [placeholder], [title]')].map((one) => ['aria-label', 'placeholder', 'title'].map((name) => one.getAttribute(name) || '').join(' ')).join(' ')"
        )
        assert re.findall("[\u4e00-\u9fff]", labels.replace("中文", "")) == []
        page.locator("#language").click()
        assert page.locator("body").inner_text() == before
        opened.quiet()


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_can_be_used_by_all(
    open_page: Open, file: Path, kg: KnowledgeGraph, window: tuple[int, int], scheme: str
) -> None:
    """axe-core finds nothing serious, in either theme, on a desk or a phone; nothing is wider than a phone."""
    with open_page(file, "#query=technology-counts&view=chart&lang=zh", window=window, color_scheme=scheme) as opened:
        page = ready(opened.page)
        assert opened.serious() == []
        page.evaluate("Address.set({ query: 'institution-pilots', view: '', node: 'inst:unionpay' })")
        page.locator("#details h2").wait_for()
        answered(page, f"^{len(kg.query('institution-pilots'))} 行")
        assert opened.serious() == []
        page.locator("#back").click()
        write(page, "SELECT * WHERE { ?s nothing:like ?this }")
        page.locator("#run").click() if window == DESK else page.keyboard.press("Control+Enter")
        page.locator("#wrong:visible").wait_for()
        assert opened.serious() == []
        assert page.evaluate("document.documentElement.scrollWidth") <= window[0]
        opened.quiet()


def test_the_keyboard_is_enough(open_page: Open, file: Path, kg: KnowledgeGraph) -> None:
    """/ searches, arrows walk, Enter asks; Ctrl-Enter runs; Tab leaves the editor; Escape closes the panel."""
    with open_page(file, "#lang=en") as opened:
        page = ready(opened.page)
        page.keyboard.press("/")
        page.keyboard.type("co-appl")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.dataset.query") == "co-applicants"
        page.keyboard.press("Enter")
        page.locator("h1", has_text="Which institutions apply together").wait_for()
        answered(page, f"^{len(kg.query('co-applicants'))} rows")
        assert "query=co-applicants" in page.url
        page.locator("#table a.thing").first.focus()
        page.keyboard.press("Enter")
        page.locator("#details h2").wait_for()
        page.wait_for_selector("#details-title:focus")
        page.keyboard.press("Escape")
        page.locator("#side-questions").wait_for(state="visible")
        write(page, "ASK { ?s ?p ?o }")
        page.keyboard.press("ControlOrMeta+Enter")
        page.locator("#answer", has_text="Yes").wait_for()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('#editor')") is None
        opened.quiet()


def luminance(colour: str) -> float:
    """The relative luminance of `rgb(r, g, b)`, by WCAG 2."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("language", ["zh", "en"])
def test_fingers_find_what_can_be_pressed(open_page: Open, file: Path, kg: KnowledgeGraph, language: str) -> None:
    """On a phone every button and field is 24 px or more each way (WCAG 2.2, 2.5.8), and no word of a table is cut."""
    with open_page(file, f"#query=co-applicants&area=plc:beijing&lang={language}", window=PHONE) as opened:
        page = ready(opened.page)
        page.locator("#take summary").click()
        sizes = page.evaluate(
            """[...document.querySelectorAll('button, select, input, summary, #pages a')].filter((one) => one.offsetParent)
            .map((one) => [one.id || one.textContent.trim(), one.getBoundingClientRect().width, one.getBoundingClientRect().height])"""
        )
        assert len(sizes) > 12
        assert [size for size in sizes if min(size[1:]) < 24] == []
        page.evaluate("Address.set({ query: 'projections', values: {} })")
        answered(page, f"^{len(kg.query('projections'))} ")
        narrow = page.evaluate(
            "[...document.querySelectorAll('#table td:not(.number)')].filter((one) => one.innerText && one.clientWidth < 80).length"
        )
        assert narrow == 0
        opened.quiet()


def test_paper_has_the_question_the_query_and_the_answer(open_page: Open, file: Path, kg: KnowledgeGraph) -> None:
    """Nothing to press is printed, and everything to read is, dark on white, no column beyond the edge of the paper."""
    with open_page(file, "#lang=en", color_scheme="dark") as opened:
        page = ready(opened.page)
        page.emulate_media(media="print")
        for gone in ("#side", "#run", "#take", "#views", ".switches"):
            assert not page.locator(gone).is_visible(), gone
        for there in ("h1", "#editor", "#table", "#cite"):
            assert page.locator(there).is_visible(), there
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        colours = page.evaluate(
            "[...document.querySelectorAll('#editor [class^=sparql], #table td, #cite')].map((one) => getComputedStyle(one).color)"
        )
        assert max(luminance(colour) for colour in colours) <= 0.183  # 4.5:1 on white: 1.05 / (L + 0.05) >= 4.5
        page.set_viewport_size({"width": 690, "height": 980})  # A4 within its margins, in CSS pixels
        for name in ("technology-counts", "pilots", "projections"):
            page.evaluate("(name) => Address.set({ query: name })", name)
            page.locator("#standfirst code", has_text=re.compile(f"^{name}$")).wait_for()
            answered(page, f"^{len(kg.query(name))} rows")
            assert page.evaluate("byId('table').scrollWidth <= byId('table').clientWidth"), name
        assert len(page.pdf()) > 10_000
        opened.quiet()


# -- the same answers --------------------------------------------------------------------------------------------------------


def bound_in_page(page: Page, name: str, values: dict[str, list[str]]) -> str | tuple[str, ...]:
    """What the page makes of a question: its SPARQL, or the key of what it refuses."""
    made = page.evaluate(
        """([name, values]) => { try { return { text: Bind.bind(Library.question(name), values) } }
        catch (failure) { return { key: failure.key } } }""",
        [name, values],
    )
    return made["text"] if "text" in made else (made["key"],)


@cache
def questions(kg: KnowledgeGraph) -> dict[str, Question]:
    """The library, read once."""
    return {question.name: question for question in kg.questions()}


def bound_in_python(kg: KnowledgeGraph, name: str, values: dict[str, list[str]]) -> str | tuple[str, ...]:
    """The same by the command line's own code."""
    try:
        return bind(questions(kg)[name], values, kg.context, kg._resolve)
    except QueryError as error:
        return (error.key,)


def cases(kg: KnowledgeGraph, question: Question) -> Iterator[dict[str, list[str]]]:
    """Values for the parameters of a question: none, the examples, all choices, many records, and hostile ones."""
    yield {}
    yield {parameter.name: [parameter.example] for parameter in question.parameters}
    for parameter in question.parameters:
        known = [name for name, _ in kg.values_of(parameter)]
        tried = [*known[:40], *INJECTIONS, "nothing", f"{parameter.of}:nothing"]
        if parameter.type == "record":
            tried += [
                f"{parameter.of}:{known[-1]}",
                *(
                    text
                    for _, labels in kg.values_of(parameter)[:6]
                    for text in (*labels.values(), labels["en"].upper(), f" {labels['zh']} ", labels["zh"][:2])
                ),
            ]
        if parameter.type == "choice":
            tried += [term for names in parameter.choices.values() for term in names]
        for value in tried:
            yield {parameter.name: [value]}
        if len(known) > 1:
            yield {parameter.name: known[:2]}
    yield {"nothing": ["x"]}


def test_every_question_becomes_the_same_sparql(seen: Opened, kg: KnowledgeGraph) -> None:
    """For defaults, examples, every choice, records by any name, and values that try to break out: to the letter."""
    count = 0
    for question in kg.questions():
        given = list(cases(kg, question))
        in_page = seen.page.evaluate(
            """([name, all]) => all.map((values) => { try { return Bind.bind(Library.question(name), values) }
            catch (failure) { if (!(failure instanceof Bind.Refused)) throw failure; return [failure.key] } })""",
            [question.name, given],
        )
        for values, made in zip(given, in_page, strict=True):
            wanted = bound_in_python(kg, question.name, values)
            assert (tuple(made) if isinstance(made, list) else made) == wanted, (question.name, values)
            count += 1
    assert count > 2000


def test_every_character_is_escaped_alike(seen: Opened, kg: KnowledgeGraph) -> None:
    """A text of every character of the basic plane is the same literal, and so are names whatever their case."""
    characters = "".join(chr(code) for code in range(0x10000) if not 0xD800 <= code <= 0xDFFF)
    assert bound_in_page(seen.page, "names", {"part": [characters]}) == kg.bound("names", part=[characters])
    assert bound_in_page(seen.page, "names", {"part": ["\ud800"]}) == ("parameter-text",)
    folded = seen.page.evaluate("(text) => [...text].map((one) => Names.folded(one))", characters)
    different = [one for one, made in zip(characters, folded, strict=True) if made != one.casefold()]
    assert len(different) < 200  # Cherokee and the like, whose capitals changed with Unicode
    assert not [one for one in different if ord(one) < 0x0370 and one != "\u0345"], different[:20]


DAYS = ["2020-03-16", "20200316", "2020-W12-1", "2020W121", "2020-W12", "2020W12", "2020-W53-7", "2019-W53-1", "2021-W00-1", "2021-W54-1", "2020-W01-0", "2020-W01-8", "0001-01-01", "0000-01-01", "9999-12-31", "9999-W52-7", "2020-02-29", "2019-02-29", "1900-02-29", "2020-13-01", "2020-00-10", "2020-1-1", "2020-03", "2020", "2020-03-16T00:00", " 2020-03-16", "２０２０-03-16", "0099-05-05", "2026-W53-4", "2015-W53-5", "2004-W53-6", "2009-W53-7"]  # fmt: skip
NUMBERS = [
    "2",
    "-2",
    "+2.50",
    "1e3",
    ".5",
    "5.",
    "0" * 30,
    "0" * 31,
    "1." + "0" * 30,
    "1." + "0" * 31,
    "１",
    "1 ",
    " 1",
    "1\n",
    "NaN",
    "--1",
    "1,000",
]


def test_days_and_numbers_are_read_alike(seen: Opened, kg: KnowledgeGraph) -> None:
    """What the command line takes for a day or a number the page takes too, and nothing else."""
    for day in DAYS:
        assert bound_in_page(seen.page, "timeline", {"since": [day]}) == bound_in_python(
            kg, "timeline", {"since": [day]}
        ), day
    for number in NUMBERS:
        assert bound_in_page(seen.page, "technology-specialisation", {"least": [number]}) == bound_in_python(
            kg, "technology-specialisation", {"least": [number]}
        ), number


ANSWER = """async (text) => {
  const checked = Guard.check(text);
  if (checked.error) throw new Error(JSON.stringify(checked.error));
  const { columns, rows, ms } = await Engine.ask(text, checked.form);
  return { columns, rows, ms };
}"""


def as_term(term: dict[str, str] | None) -> ox.NamedNode | ox.Literal | ox.BlankNode | None:
    """A term of the page."""
    if term is None:
        return None
    if term["type"] == "uri":
        return ox.NamedNode(term["value"])
    if term["type"] == "bnode":
        return ox.BlankNode(term["value"])
    if "xml:lang" in term:
        return ox.Literal(term["value"], language=term["xml:lang"])
    return (
        ox.Literal(term["value"], datatype=ox.NamedNode(term["datatype"]))
        if "datatype" in term
        else ox.Literal(term["value"])
    )


def test_every_question_has_the_same_answer(seen: Opened, kg: KnowledgeGraph) -> None:
    """With its example parameters each gives the columns and rows of the embedded engine, in their order."""
    for question in kg.questions():
        for values in ({}, {parameter.name: [parameter.example] for parameter in question.parameters}):
            text = bound_in_page(seen.page, question.name, values)
            assert isinstance(text, str)
            got = seen.page.evaluate(ANSWER, text)
            wanted = kg.query(question.name, **values)
            assert got["columns"] == list(wanted.columns), question.name
            rows = [[normalised(as_term(term)) for term in row] for row in got["rows"]]
            assert rows == [[normalised(term) for term in row] for row in wanted.rows], question.name


def test_the_pages_own_queries_have_the_same_answers(seen: Opened, kg: KnowledgeGraph, project: Project) -> None:
    """So that names, drop-downs and the panel say what the graph says."""
    for name in ask.INTERNAL:
        text = (project.queries / "internal" / f"{name}.rq").read_text(encoding="utf-8")
        got = seen.page.evaluate(ANSWER, text)
        wanted = kg._asked.library_query(text)
        rows = [[normalised(as_term(term)) for term in row] for row in got["rows"]]
        assert sorted(rows) == sorted([normalised(term) for term in row] for row in wanted.rows), name


TERMS = [
    '"a\\tb\\nc\\"d\\\\e"',
    '"a"@en',
    '"a"@zh-Hans-CN',
    '"^^<x>"@en',
    '"\\"^^<http://example.org/x>"',
    '"a@b"',
    "1",
    "-01",
    "1.50",
    "1e3",
    "true",
    "false",
    '"1"^^xsd:boolean',
    '"x"^^xsd:integer',
    '"2020-01-01"^^xsd:date',
    "<http://example.org/a>",
    '""',
    '"\U0001f600 \u2028\x85"',
    '"\\u0001\\u007F"',
]


def test_every_sort_of_term_arrives_as_it_is(seen: Opened, kg: KnowledgeGraph) -> None:
    """Texts with any character, languages, numbers as written, dates, nothing at all: the same term."""
    values = " ".join(f"({term} {k})" for k, term in enumerate(TERMS))
    text = f"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT ?term ?k ?none WHERE {{ VALUES (?term ?k) {{ {values} (UNDEF 99) }} }} ORDER BY ?k"
    wanted = kg._asked.library_query(text)
    got = seen.page.evaluate("async (text) => (await Engine.ask(text)).rows", text)
    assert [[as_term(term) for term in row] for row in got] == [list(row) for row in wanted.rows]


CHAINS = [
    "10 - 3 - 2", "10-3+2", "8 / 4 / 2", "8/4*2", "1 + 2 - 3 + 4 - 5", "1 - 2 * 3 * 2 / 4 - 4", "-3 - 2 - 1", "2 - -1 - 1", "1e1 - 2.5 - 1.5e-1",
    "(10 - 3 - 2) - (4 - 1 - 1) - 1", 'STRLEN("a - b - c") - 1 - 1', "IF(10 - 3 - 2 < 6 && 8 / 4 / 2 = 1, 9 - 1 - 1, 0) - 1 - 1", "ABS(1 - 2 - 3)",
    "xsd:integer('7') - 1 - 1", "?x - ?x - 1", "!(1 - 1 - 1 > 0)", "5 IN (9 - 3 - 1, 2)", "COALESCE(?none - 1 - 1, 7 - 1 - 1)",
    "1.5 * 0", "0.0 * 2.5 * 3 - 1", "2 * (3 * 0.5) * 0.0", "'5' * 2", "?none * 0", "- ?x * -1.5 * 0", "10 # - 1\n - 3 - 2 # - 1\n", "RAND() * 0.0",
]  # fmt: skip
WHOLE = [
    "SELECT ?v { VALUES ?x { 4 -3 -2 1 } BIND(?x - 1 - 1 AS ?v) FILTER(?x - 1 - 1 < 2) } ORDER BY (1 - ?v - 1)",
    "SELECT (SUM(?x - 1 - 1) AS ?n) (COUNT(*) - 1 - 1 AS ?m) { VALUES (?x ?y) { (4 -3) (2 5) (1 -2) } } GROUP BY (?y - 1 - 1 AS ?z) HAVING(COUNT(*) - 1 - 1 < 9) ORDER BY ?z",
    "SELECT (COUNT(*) AS ?n) { ?a (skos:broader|^skos:broader)/skos:inScheme ?b . ?a skos:broader*/skos:inScheme+ ?c FILTER NOT EXISTS { ?a ?b (1 2 3) } FILTER EXISTS { ?a ?p ?o FILTER(5 - 2 - 1 = 2) } }",
    "SELECT ?s { { SELECT ?s (COUNT(?p) - 1 - 1 AS ?n) { ?s ?p ?o } GROUP BY ?s ORDER BY DESC(COUNT(?p) - 1 - 1) LIMIT 3 } } ORDER BY ?s",
]


def test_sums_and_products_are_as_sparql_says(seen: Opened, kg: KnowledgeGraph) -> None:
    """And as the embedded engine has them, in any place where an expression stands, and nowhere else."""
    prefixes = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    texts = [f"{prefixes}SELECT ({chain} AS ?v) {{ VALUES ?x {{ 4 }} }}" for chain in CHAINS] + [
        prefixes + text for text in WHOLE
    ]
    for text in texts:
        got = seen.page.evaluate(ANSWER, text)["rows"]
        wanted = kg._asked.library_query(text).rows
        assert [[normalised(as_term(term)) for term in row] for row in got] == [
            [normalised(term) for term in row] for row in wanted
        ], text


def test_the_engine_still_needs_help(seen: Opened) -> None:
    """When a newer engine is vendored and this fails, `arithmetic.js` and the notes in `vendor.toml` can go."""
    straight = "async (text) => { return (await Engine.rows(text)).map((row) => row.v?.value ?? null) }"
    assert seen.page.evaluate(straight, "SELECT (10 - 3 - 2 AS ?v) {}") == ["9"]  # not 5
    assert seen.page.evaluate(straight, "SELECT (1.5 * 0 AS ?v) {}") == [None]  # not 0
    assert seen.page.evaluate(straight, 'SELECT (SUBSTR("abc", 0) AS ?v) {}') == [None]  # not "abc"
    assert seen.page.evaluate(straight, "SELECT (COUNT(*) AS ?v) { VALUES ?x {} }") == []  # not 0


# -- asking ------------------------------------------------------------------------------------------------------------------

REFUSED = {
    "INSERT DATA { <a:a> <a:b> <a:c> }": "refused-update",
    "PREFIX x: <y:> DELETE WHERE { ?s ?p ?o }": "refused-update",
    "WITH <a:b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }": "refused-update",
    "LOAD <http://example.org/>": "refused-update",
    "CLEAR ALL": "refused-update",
    "drop all": "refused-update",
    "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }": "refused-service",
    "SELECT * { service silent <http://example.org/> { ?s ?p ?o } }": "refused-service",
    "SELECT * FROM <http://example.org/> { ?s ?p ?o }": "refused-from",
    "SELECT * FROM NAMED <http://example.org/> { ?s ?p ?o }": "refused-from",
    "SELECT * { ?s ?p \\u0022x\\u0022 }": "guard-escape",
    "SELECT * { ?s ?p ?o }。": "guard-full-width",
    "SELECT * { ?s sbx:cohort ?o }": "guard-prefix",
    "": "guard-empty",
    "# nothing": "guard-empty",
    "hello": "guard-syntax",
    "{ SELECT * { ?s ?p ?o } }": "guard-syntax",
    "SELECT * " + "{" * 101: "guard-deep",
}  # fmt: skip
ALLOWED = [
    "SELECT * { ?service ?load ?insert }",
    'SELECT * { ?s ?p "SERVICE <x> { FROM" } # INSERT DATA',
    "PREFIX service: <http://example.org/> SELECT * { ?s service:from service:load }",
    "ASK { <http://example.org/FROM> ?p '''INSERT''' }",
    "BASE <http://example.org/> DESCRIBE <insert>",
    "CONSTRUCT { ?s ?p _:b } WHERE { ?s ?p ?o }",
    "SELECT * { ?s ?p '\\u4e2d' }",
]


def test_what_changes_or_reaches_out_is_refused(seen: Opened) -> None:
    """Updates, SERVICE and FROM are refused by the rules of the command line; words that only look like them are not."""
    for text, key in REFUSED.items():
        assert seen.page.evaluate("(text) => Guard.check(text).error?.key", text) == key, text
        with pytest.raises(QueryError) as raised:
            guard.check(text)
        assert raised.value.key.replace("guard-", "") == key.replace("guard-", "").replace("refused-", ""), text
    for text in ALLOWED:
        assert seen.page.evaluate("(text) => Guard.check(text).error", text) is None, text
        assert guard.check(text)


def test_columns_of_a_star_are_in_the_order_of_the_query(seen: Opened, kg: KnowledgeGraph) -> None:
    """As on the command line, whatever order the engine has of its own."""
    text = "SELECT * WHERE { ?subject ?property ?also . OPTIONAL { ?also ?again ?last } } LIMIT 3"
    seen.fresh(f"#sparql={quote(text)}&lang=en")
    ready(seen.page)
    titles = seen.page.locator("#table thead th").all_inner_texts()
    assert titles == [f"?{name}" for name in kg.select(text).columns]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT * WHERE {\n  ?s ?p ?o ]\n}", 2, 12),
        ("SELECT * WHERE {\n  '中文\U0001f600' ?p\n}", 3, 1),
        ("SELECT * {\n ?s ?p foo:bar }", 2, 8),
        ("SELECT * WHERE { ?s ?p '\U0001f600' .\n  FILTRE(?s) }", 2, 3),
        ('SELECT * WHERE { ?s ?p """a\n\nb""" } }', 3, 8),
        ("SELECT * WHERE {\n  ?s ?p ?o", 1, 16),
    ],
)
def test_what_is_wrong_is_told_at_its_place(seen: Opened, text: str, line: int, column: int) -> None:
    """Line and column are named, the line is marked, and a button leads there."""
    page = seen.page
    write(page, text)
    page.keyboard.press("ControlOrMeta+Enter")
    page.locator("#wrong[role=alert]").wait_for()
    said = page.locator("#wrong").inner_text()
    found = re.search(r"line (\d+), column (\d+)", said)
    assert found, said
    assert (int(found[1]), int(found[2])) == (line, column), said
    assert page.locator(".wrong-line").count() == 1
    page.locator("#wrong button").first.click()
    assert page.evaluate("Editor.view.state.doc.lineAt(Editor.view.state.selection.main.head).number") == line
    page.locator(".cm-focused").wait_for()


def test_mistakes_are_shown_while_writing_without_asking(seen: Opened) -> None:
    """The parser is asked, never the graph: a query that would run for ever is looked at in no time."""
    page = seen.page
    write(page, "SELECT * WHERE { ?s ?p ?o . ?o ")
    page.locator("#wrong[role=note]", has_text="never closed").wait_for()
    write(page, "SELECT * WHERE { ?s ?p ?o ?? }")
    page.locator("#wrong[role=note]", has_text="line 1, column 2").wait_for()
    write(page, ENDLESS)
    page.locator("#wrong").wait_for(state="hidden")
    assert (
        page.evaluate(
            "async (text) => Guard.stopped(Guard.spread(text), await Engine.parse(Guard.spread(text).text))", ENDLESS
        )
        is None
    )


def test_a_known_prefix_is_declared_by_one_press(seen: Opened) -> None:
    """And the query is asked."""
    page = seen.page
    write(page, "SELECT ?p { ?p a sbx:Pilot }")
    page.keyboard.press("ControlOrMeta+Enter")
    page.locator("#wrong button", has_text="declare sbx:").click()
    answered(page, r"^\d+ rows")
    assert page.evaluate("Editor.text()").startswith("PREFIX sbx: <https://w3id.org/sandbox-kg/ontology#>\n")


@pytest.mark.parametrize(
    ("typed", "offered", "detail", "sort"),
    [
        ("sbx:hasPart", "sbx:hasParticipation", "参与", "property"),
        ("区块链", "tech:blockchain", "区块链 · blockchain", "concept"),
        ("UnionPay", "inst:unionpay", "中国银联 · China UnionPay", "record"),
        ("sbx:Pil", "sbx:Pilot", "试点", "class"),
        ("?pi", "?pilot", "", "variable"),
        ("optio", "OPTIONAL", "", ""),
    ],
)
def test_names_of_this_graph_are_offered(seen: Opened, typed: str, offered: str, detail: str, sort: str) -> None:
    """By prefixed name or label in either language, with both labels; taking one declares its prefix."""
    page = seen.page
    write(page, "SELECT * WHERE { ?pilot ?p ?o . ")
    page.keyboard.type(typed)
    option = page.locator(".cm-tooltip-autocomplete li", has=page.locator(f".cm-completionLabel:text-is('{offered}')"))
    option.wait_for()
    assert detail in option.inner_text()
    assert (sort or "") in option.inner_text()
    page.wait_for_timeout(100)  # the list takes no press in its first moment
    page.keyboard.press("Enter")
    page.locator(".cm-tooltip-autocomplete").wait_for(state="detached")
    text = page.evaluate("Editor.text()")
    assert f"?o . {offered}" in text
    assert (f"PREFIX {offered.split(':')[0]}: <" in text) == (":" in offered)


def test_prefixes_are_offered_with_their_address(seen: Opened) -> None:
    """After PREFIX, each prefix of the graph with what it stands for."""
    page = seen.page
    write(page, "")
    page.keyboard.type("PREFIX tec")
    page.locator(".cm-tooltip-autocomplete li", has_text="tech: <https://w3id.org/sandbox-kg/technology/>").wait_for()
    page.keyboard.press("Escape")


def test_drop_downs_are_filled_from_the_graph(open_page: Open, file: Path, kg: KnowledgeGraph) -> None:
    """What the form says is asked at once and stands in the address; two records are asked together."""
    with open_page(file, "#query=co-applicants&lang=en") as opened:
        page = ready(opened.page)
        question = kg.question("co-applicants")
        values = page.locator("#p-area-0 option").evaluate_all("(all) => all.map((one) => one.value).filter(Boolean)")
        assert sorted(values) == sorted(f"plc:{name}" for name, _ in kg.values_of(question.parameter("area")))
        assert page.locator("#p-level-0 option").all_inner_texts() == [
            labels["en"] for _, labels in kg.values_of(question.parameter("level"))
        ]
        page.locator("#p-level-0").select_option("group")
        page.locator("#p-area-0").select_option("plc:beijing")
        answered(page, f"^{len(kg.query('co-applicants', level='group', area='beijing'))} rows")
        assert "#query=co-applicants&level=group&area=plc:beijing" in page.url
        page.locator(".parameter .more").click()
        page.locator("#p-area-1").select_option("plc:shanghai")
        answered(page, f"^{len(kg.query('co-applicants', level='group', area=['beijing', 'shanghai']))} rows")
        assert page.url.count("area=") == 2
        page.locator("#p-area-0").select_option("")
        page.locator("#p-area-1").wait_for(state="detached")
        page.locator("#p-area-0").select_option("")
        page.locator("#p-level-0").select_option("as-filed")
        answered(page, f"^{len(kg.query('co-applicants'))} rows")
        assert "level=" not in page.url
        page.go_back()
        opened.quiet()


def test_questions_are_found_by_their_words(seen: Opened, kg: KnowledgeGraph) -> None:
    """In either language, as the command line finds them."""
    from sandbox_kg.library import search

    for words in ("technology", "共同 机构", "SHARE", "nothing like this", "evidence 证据"):
        assert seen.page.evaluate("(words) => Library.found(words).map((one) => one.name)", words) == [
            one.name for one in search(kg.questions(), words)
        ]


# -- long and heavy queries ---------------------------------------------------------------------------------------------------


def test_a_long_query_can_be_stopped(open_page: Open, file: Path) -> None:
    """The page stays alive, the stop button ends the query, and the next one is answered."""
    with open_page(file, "#lang=en") as opened:
        page = ready(opened.page)
        write(page, ENDLESS)
        page.keyboard.press("ControlOrMeta+Enter")
        page.locator("#stop").wait_for()
        page.locator("#passed", has_text=re.compile(r"0\.[3-9]|[1-9]\.")).wait_for()
        frames = page.evaluate(
            "() => new Promise((done) => { let count = 0; const began = performance.now(); const step = () => { count++; performance.now() - began > 300 ? done(count) : requestAnimationFrame(step) }; step() })"
        )
        assert frames > 3
        page.locator("#language").click()
        page.locator("#language").click()
        page.locator("#stop").click()
        page.locator("#wrong", has_text="Stopped").wait_for()
        assert not page.locator("#stop").is_visible()
        page.locator("#side-questions a[data-query=pilots]").click()
        answered(page, r"^29 rows|^\d+ rows")
        # asking anew while one runs ends the one before
        write(page, ENDLESS)
        page.keyboard.press("ControlOrMeta+Enter")
        page.locator("#stop").wait_for()
        page.evaluate("Library.choose('dataset')")
        answered(page, "^1 row")
        opened.quiet()


def test_a_query_from_a_link_has_a_limit_of_time(open_page: Open, file: Path, tmp_path: Path) -> None:
    """A hostile link costs some seconds: it is stopped by itself, and only the reader's press runs it without a limit."""
    hasty = written(file.read_text(encoding="utf-8").replace(f'"limit":{ask.LIMIT},', '"limit":1,'), tmp_path)
    with open_page(hasty, f"#sparql={quote(ENDLESS)}&lang=en") as opened:
        page = opened.page
        page.locator("#wrong", has_text="came with the page's address").wait_for()
        ready(page)
        page.locator("#side-questions a[data-query=dataset]").click()
        answered(page, "^1 row")
        opened.quiet()


def test_a_broken_engine_is_started_anew(open_page: Open, file: Path) -> None:
    """A query that the engine cannot bear ends with a word of explanation, and the next one is answered."""
    with open_page(file, "#lang=en") as opened:
        page = ready(opened.page)
        write(page, "SELECT * { " + " UNION ".join(["{}"] * 20_000) + " }")
        page.keyboard.press("ControlOrMeta+Enter")
        page.locator("#wrong", has_text="gave up").wait_for()
        page.locator("#side-questions a[data-query=dataset]").click()
        answered(page, "^1 row")
        opened.quiet()


def test_long_results_are_paged_and_say_so(open_page: Open, file: Path) -> None:
    """Above 10,000 rows; sorting sorts all rows; far longer ones are refused, not cut."""
    with open_page(file, f"#sparql={quote('SELECT * WHERE { ?s ?p ?o }')}&lang=en") as opened:
        page = ready(opened.page)
        size = page.evaluate("Engine.size")
        answered(page, f"^{size:,} rows")
        bar = page.locator(".pages").first
        assert f"rows 1 to 10,000 of {size:,}" in bar.inner_text()
        page.keyboard.press("End")
        page.locator("#table tbody tr:nth-child(401)").wait_for(state="attached")  # the rest comes as one reads on
        last = size // 10_000 * 10_000  # rows before the last page
        for _ in range(last // 10_000):
            bar.locator("button", has_text="Next").click()
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert page.locator("#table tbody tr").count() == size - last
        assert f"rows {last + 1:,} to {size:,} of {size:,}" in bar.inner_text()
        write(page, "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 100001")
        page.keyboard.press("ControlOrMeta+Enter")
        page.locator("#wrong", has_text="more than 100,000").wait_for()
        opened.quiet()


# -- the answer ---------------------------------------------------------------------------------------------------------------


def test_a_table_can_be_sorted(open_page: Open, file: Path) -> None:
    """By any column, numbers by value and names in the reader's language; a third press gives the query's order back."""
    with open_page(file, "#query=technology-counts&lang=en") as opened:
        page = ready(opened.page)
        first = table(page)
        page.locator("#table th button").nth(0).click()
        names = [row[0].rpartition(" ")[0] for row in table(page)]  # without the prefixed name behind it
        assert page.locator("#table th").nth(0).get_attribute("aria-sort") == "ascending"
        assert names == page.evaluate(
            "(names) => [...names].sort(new Intl.Collator('en', { numeric: true }).compare)", names
        )
        page.locator("#table th button").nth(1).click()
        assert [int(row[1]) for row in table(page)] == sorted(int(row[1]) for row in first)
        page.locator("#table th button").nth(1).click()
        assert [int(row[1]) for row in table(page)] == sorted((int(row[1]) for row in first), reverse=True)
        page.locator("#table th button").nth(1).click()
        assert table(page) == first
        opened.quiet()


def test_counts_can_be_seen_as_bars(open_page: Open, file: Path, kg: KnowledgeGraph) -> None:
    """One bar for each row, the first 60, as long as its number; a result without a label and a number has none."""
    with open_page(file, "#query=technology-counts&lang=en") as opened:
        page = ready(opened.page)
        page.locator("#views button[data-view=chart]").click()
        assert "view=chart" in page.url
        bars = page.evaluate(
            "[...document.querySelectorAll('.bars tr')].map((row) => [row.cells[0].innerText, row.querySelector('.value').innerText, row.querySelector('.bar').getBoundingClientRect().width])"
        )
        wanted = [(kg.labels[row["technology"]]["en"], str(row["pilots"])) for row in kg.query("technology-counts")]
        assert len(wanted) > 60
        assert [(name, number) for name, number, _ in bars] == wanted[:60]
        assert f"60 of {len(wanted)}" in page.locator("#chart figcaption").inner_text()
        widths = [width / int(number) for _, number, width in bars]
        assert max(widths) - min(widths) < 1
        page.evaluate("Address.set({ query: 'pilots', view: '' })")
        page.locator("h1", has_text=kg.question("pilots").questions["en"]).wait_for()
        answered(page, "rows")
        assert not page.locator("#views").is_visible()
        opened.quiet()


def download(page: Page, what: str) -> tuple[str, bytes]:
    """What a press of the export menu saves."""
    page.locator("#take summary").click()
    with page.expect_download() as taken:
        page.locator(f"[data-take={what}]").click()
    return taken.value.suggested_filename, Path(taken.value.path()).read_bytes()


def test_a_table_is_taken_as_csv(open_page: Open, file: Path, kg: KnowledgeGraph) -> None:
    """The columns of the command line's CSV to the letter, then names and the origin; no cell is a formula."""
    with open_page(file, "#query=co-applicants&lang=zh") as opened:
        page = ready(opened.page)
        name, data = download(page, "csv")
        assert name == f"sandbox-kg-{skg.__version__}-co-applicants.csv"
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        plain = list(csv.reader(io.StringIO(to_csv(kg.query("co-applicants")), newline="")))
        assert [row[:3] for row in rows] == plain
        assert rows[0][3:] == ["one_label", "other_label", "version", "cut_off", "licence", "cite"]
        assert rows[1][3] == kg.labels[rows[1][0]]["zh"]
        write(page, 'SELECT * { VALUES ?x { "=1+1" "+a" "-a" "@a" "\\ta" "\\ra" "a,b" "a\\"b" "a\\nb" "" -5 1.50 } }')
        page.keyboard.press("ControlOrMeta+Enter")
        answered(page, "^12 ")
        _, data = download(page, "csv")
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        assert [row[0] for row in rows[1:]] == [
            "'=1+1",
            "'+a",
            "'-a",
            "'@a",
            "'\ta",
            "'\ra",
            "a,b",
            'a"b',
            "a\nb",
            "",
            "-5",
            "1.5",
        ]
        opened.quiet()


def test_results_are_taken_as_json_and_turtle(open_page: Open, file: Path, kg: KnowledgeGraph) -> None:
    """JSON in the form of SPARQL results, triples as Turtle with prefixes; both say where they come from."""
    with open_page(file, "#query=institution-pilots&lang=en") as opened:
        page = ready(opened.page)
        name, data = download(page, "json")
        assert name.endswith("institution-pilots.json")
        document = json.loads(data)
        parsed = ox.parse_query_results(
            json.dumps({key: document[key] for key in ("head", "results")}), format=ox.QueryResultsFormat.JSON
        )
        wanted = kg.query("institution-pilots")
        assert [variable.value for variable in parsed.variables] == list(wanted.columns)  # type: ignore[union-attr]
        assert [[normalised(row[column]) for column in wanted.columns] for row in parsed] == [
            [normalised(term) for term in row] for row in wanted.rows
        ]  # type: ignore[union-attr, index]
        assert document["about"]["cite"]
        write(page, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        page.keyboard.press("ControlOrMeta+Enter")
        answered(page, "triples")
        name, data = download(page, "turtle")
        assert name.endswith("-query.ttl")
        assert {quad.triple for quad in ox.parse(data, format=ox.RdfFormat.TURTLE)} == {*kg._asked._engine.triples()}  # type: ignore[attr-defined]
        assert b"# Sandbox KG maintainers" in data
        assert b"@prefix sbx: " in data
        assert not page.locator("[data-take=csv]").is_visible()
        opened.quiet()


def test_the_panel_shows_all_that_the_graph_says(
    open_page: Open, file: Path, kg: KnowledgeGraph, project: Project
) -> None:
    """Every fact with its sources and words as printed; every place where it is named; ways to the explorer and back."""
    with open_page(file, "#query=institutions&node=inst:unionpay&lang=zh") as opened:
        page = ready(opened.page)
        page.locator("#details h2", has_text="中国银联").wait_for()
        text = (project.queries / "internal" / "ask-node.rq").read_text(encoding="utf-8")
        around = kg._asked.library_query(text).texts()
        said = page.locator("#details").inner_text()
        for _, prop, _ in around:
            label = kg.labels.get(prop, {}).get("zh")
            assert label is None or label in said or prop.endswith("type"), label
        evidence = (project.queries / "internal" / "ask-evidence.rq").read_text(encoding="utf-8")
        result = kg._asked.library_query(evidence)
        printed = [row[list(result.columns).index("printed")] for row in result.texts()]
        shown = page.locator("#details .printed").all_inner_texts()
        assert sorted(text.strip("「」“”") for text in shown) == sorted(filter(None, printed))
        sources = {row[list(result.columns).index("source")] for row in result.texts()}
        named = " ".join(page.locator("#details ul.evidence").all_inner_texts())
        assert all(kg.labels[source]["zh"] in named for source in sources)
        assert {row[0] for row in around} == {"out", "in"}  # and both are shown:
        assert page.locator("#details section.incoming").count() == len(
            {prop for way, prop, _ in around if way == "in"}
        )
        assert (
            page.locator("#details .ways a").first.get_attribute("href") == "explorer.html#node=inst:unionpay&lang=zh"
        )
        for link in page.locator("#details a[target]").all():
            assert link.get_attribute("rel") == "noopener noreferrer"
            assert (link.get_attribute("href") or "").startswith(("http://", "https://"))
        incoming = page.locator("#details .incoming a.thing", has_text="手机POS").first
        incoming.click()
        page.locator("#details h2", has_text="手机POS").wait_for()
        assert "node=pilot:beijing-1-6" in page.url
        page.go_back()
        page.locator("#details h2", has_text="中国银联").wait_for()
        page.locator("#back").click()
        page.locator("#questions").wait_for()
        assert "node=" not in page.url
        opened.quiet()


def test_facts_are_called_after_what_owns_them(open_page: Open, file: Path) -> None:
    """A fact has no label of its own: a table shows whose it is, and the panel leads from it to its owner."""
    with open_page(file, "#query=evidence&lang=en&pilot=pilot:beijing-1-6") as opened:
        page = ready(opened.page)
        names = [row[1] for row in table(page)]
        assert any(
            name.startswith("Mobile phone as point-of-sale terminal · participation (unionpay)") for name in names
        ), names[:3]
        page.locator("#table a.thing", has_text="participation (unionpay)").first.click()
        page.locator("#details h2", has_text="participation (unionpay)").wait_for()
        assert page.locator("#details .evidence .printed").count() >= 1
        opened.quiet()


# -- links ----------------------------------------------------------------------------------------------------------------------


def test_a_link_shows_the_same_again(open_page: Open, file: Path, kg: KnowledgeGraph) -> None:
    """Query, parameters, view, panel and language stand in the address; records may be named as on the command line."""
    with open_page(
        file, "#query=co-applicants&level=group&area=上海&view=chart&node=plc:shanghai&lang=en", language="zh"
    ) as opened:
        page = ready(opened.page)
        answered(page, f"^{len(kg.query('co-applicants', level='group', area='上海'))} rows")
        assert page.locator(".bars").is_visible()
        assert page.locator("#p-area-0").input_value() == "plc:shanghai"
        page.locator("#details h2", has_text="Shanghai").wait_for()
        text = "SELECT ?a\nWHERE { ?a ?b '+ & # % 中' } LIMIT 1"
        write(page, text)
        page.keyboard.press("ControlOrMeta+Enter")
        answered(page, "^0 rows")
        address = page.url
        opened.fresh(address.partition("#")[1] + address.partition("#")[2])
        ready(page)
        assert page.evaluate("Editor.text()") == text
        page.evaluate("location.hash = '#query=dataset&lang=zh'")
        answered(page, "^1 行")
        page.go_back()
        answered(page, "^0 rows")
        opened.quiet()


def test_pages_lead_to_each_other(
    open_page: Open, file: Path, kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """From a node of the explorer to all that the graph says of it and back, and to the other pages, in one language."""
    folder = tmp_path_factory.mktemp("beside")
    (folder / "ask.html").write_bytes(file.read_bytes())
    (folder / "explorer.html").write_bytes(explorer.make_page(kg, beside=PAGES).encode())
    for name, content in make_report(kg, pages=("explorer", "ask", "report")).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    with open_page(folder / "explorer.html", "#node=inst:unionpay&lang=zh", language="en") as opened:
        page = opened.page

        def follow(selector: str, name: str) -> None:
            link = page.locator(selector).first
            link.wait_for()
            opened.address = (folder / name).as_uri()
            link.click()
            page.wait_for_url(lambda url: url.partition("#")[0] == opened.address)

        follow("#details .ways a", "ask.html")
        page.locator("#details h2", has_text="中国银联").wait_for()
        ready(page)
        follow("#details .ways a", "explorer.html")
        page.locator("#details h2", has_text="中国银联").wait_for()
        page.evaluate("Store.set({ node: 'pilot:beijing-1-2' })")
        follow("#details .ways a", "ask.html")
        page.locator("#details h2", has_text="微捷贷产品").wait_for()
        page.locator("#language").click()
        for name in ("report", "ask", "explorer", "index"):
            follow(f'a[href^="{name}.html"]', f"{name}.html")
            page.wait_for_function("document.documentElement.lang === 'en'")
        for name in ("explorer", "ask", "report"):
            opened.address = (folder / f"{name}.html").as_uri()
            opened.fresh()
            follow('a[href^="index.html"]', "index.html")
        opened.quiet()


HOSTILE = [
    "#query=%3Cscript%3Ealert(1)%3C/script%3E",
    "#query=__proto__&constructor=x&__proto__=y",
    "#query=co-applicants&level=%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&area=x",
    "#query=names&part=%22%20%7D%20%3Fs%20%3Fp%20%3Fo",
    "#node=javascript:alert(1)&query=dataset",
    "#node=%3Cjavascript:alert(1)%3E&query=dataset",
    "#node=inst:%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E&query=dataset",
    "#sparql=INSERT%20DATA%20%7B%3Ca:a%3E%20%3Ca:b%3E%20%3Ca:c%3E%7D",
    "#sparql=SELECT%20*%20%7BSERVICE%20%3Chttp://127.0.0.1:9/%3E%20%7B%3Fs%20%3Fp%20%3Fo%7D%7D",
    "#sparql=SELECT%20%22%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%22",
    "#sparql=%00%FF%&lang=%22&view=x",
    "#" + "a=b&" * 2000,
]


def test_hostile_addresses_do_no_harm(open_page: Open, file: Path) -> None:
    """They are told or passed over; nothing runs, nothing is asked for, the graph stays as it is."""
    with open_page(file, "#lang=en") as opened:
        ready(opened.page)
        size = opened.page.evaluate("Engine.size")
        for k, address in enumerate(HOSTILE):
            if k % 3:  # some are opened, some typed into the page that is there
                page = opened.page
                page.evaluate("(address) => { location.hash = address }", address)
                page.wait_for_timeout(150)
            else:
                page = ready(opened.fresh(address))
            assert page.evaluate("document.querySelectorAll('img[src], iframe, object, [onerror]').length") == 0, (
                address
            )
            assert (
                page.evaluate(
                    "async () => Number((await Engine.ask('SELECT (COUNT(*) AS ?n) { ?s ?p ?o }')).rows[0][0].value)"
                )
                == size
            ), address
            assert not [
                href
                for href in page.evaluate("[...document.links].map((one) => one.protocol)")
                if href not in ("file:", "http:", "https:")
            ], address
            opened.quiet()


def test_hostile_graphs_do_no_harm(open_page: Open, kg: KnowledgeGraph, tmp_path: Path) -> None:
    """Labels with markup or hidden characters are read as they are; addresses that are none of the web's are no links."""
    turtle = """@prefix ex: <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    ex:a a ex:T ; rdfs:label "</script><img src=x onerror=alert(1)>"@en ; ex:p "evil\\u202Eeman"^^xsd:string , "javascript:alert(1)"^^xsd:anyURI , "https://example.org/x"^^xsd:anyURI , <javascript:alert(2)> , [ rdfs:label "b" ] .
    """
    (tmp_path / "other.ttl").write_text(turtle, encoding="utf-8")
    file = written(ask.make_page(kg, graph_file=tmp_path / "other.ttl"), tmp_path)
    with open_page(file, f"#lang=en&node=ex:a&sparql={quote('SELECT * WHERE { ?s ?p ?o }')}") as opened:
        page = ready(opened.page)
        assert page.locator("#details h2").inner_text() == "</script><img src=x onerror=alert(1)>"
        assert "evil\ufffdeman" in page.locator("#table").inner_text()
        assert page.locator("img[src]").count() == 0
        links = page.evaluate(
            "[...document.links].filter((one) => one.protocol !== 'file:').map((one) => [one.href, one.rel])"
        )
        assert {tuple(link) for link in links} == {("https://example.org/x", "noopener noreferrer")}
        assert not page.locator("#origin").is_visible()
        assert "Graph of other.ttl" in page.locator("#edition").inner_text()
        opened.quiet()


def test_any_text_of_a_graph_arrives_in_the_engine(open_page: Open, kg: KnowledgeGraph, tmp_path: Path) -> None:
    """Signs that squeezed texts use themselves, ends of lines, characters beyond the basic plane, and repetition."""
    texts = [
        "`",
        "~~",
        "`!!`~!!!~",
        "\U0001f600" * 300,
        "a\nb\r\n\tc\\n",
        "`\U0001f601~\n" * 40,
        '"<>&\u2028',
        "中" * 5000,
        "",
    ]
    triples = [ox.Triple(ox.NamedNode("http://example.org/a"), ox.NamedNode("http://example.org/p"), ox.Literal(one)) for one in texts * 2]  # fmt: skip
    (tmp_path / "other.nt").write_bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
    file = written(ask.make_page(kg, graph_file=tmp_path / "other.nt"), tmp_path)
    with open_page(file, "#lang=en") as opened:
        ready(opened.page)
        got = opened.page.evaluate(
            "async () => (await Engine.ask('SELECT ?o { ?s ?p ?o }')).rows.map(([one]) => one.value)"
        )
        assert sorted(got) == sorted(texts)
        opened.quiet()


def test_an_old_browser_is_told(open_page: Open, file: Path) -> None:
    """Without what the engine needs the page says so, and lists its questions all the same."""
    with open_page(file, "#lang=en") as opened:
        opened.page.add_init_script("delete window.DecompressionStream")
        page = opened.fresh("#lang=en")
        page.locator("#wrong", has_text="DecompressionStream").wait_for()
        assert page.locator("#questions li").count() > 50
