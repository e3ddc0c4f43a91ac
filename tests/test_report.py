"""The report: its numbers are those counted by hand, its files are well formed, the same again, and harmless."""

from __future__ import annotations

import csv
import html
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sandbox_kg as skg
from sandbox_kg.formats import to_csv
from sandbox_kg.knowledge_graph import KnowledgeGraph
from sandbox_kg.project import Project
from sandbox_kg.report.asking import Asking, csv_of
from sandbox_kg.report.bars import Bar, Segment, bars
from sandbox_kg.report.days import by_day, covered
from sandbox_kg.report.look import look
from sandbox_kg.report.ordering import as_tree
from sandbox_kg.report.page import known_links, make_report
from sandbox_kg.report.quantities import amount, day, listed, money, short, span
from sandbox_kg.report.scale import Point, scale
from sandbox_kg.report.tables import tables
from sandbox_kg.report.timeline import Event, Strip, timeline
from sandbox_kg.report.type_setting import ELLIPSIS, fit, width, wrap
from sandbox_kg.report.words import all_texts, chinese

ROOT = Path(__file__).parent.parent
SVG = "{http://www.w3.org/2000/svg}"
FIGURES = (
    "technologies",
    "scenarios",
    "institution-kinds",
    "technology-by-scenario",
    "joint-applications",
    "promised-money",
    "promised-reach",
    "timeline",
)


@pytest.fixture(scope="module")
def kg(project: Project) -> KnowledgeGraph:
    """The built graph."""
    return skg.open(project.root)


@pytest.fixture(scope="module")
def files(kg: KnowledgeGraph) -> dict[str, bytes]:
    """Every file of the report."""
    return make_report(kg, pages=tuple(known_links()))


@pytest.fixture(scope="module")
def article(kg: KnowledgeGraph) -> dict[str, bytes]:
    """Every file of the report on the article of 2020, whose numbers were counted by hand."""
    return make_report(kg, scope="article", pages=tuple(known_links()))


def picture(files: dict[str, bytes], name: str, language: str) -> ET.Element:
    """A figure, parsed."""
    return ET.fromstring(files[f"figures/{name}.{language}.svg"])


def words_of(figure: ET.Element) -> list[str]:
    """The texts of a figure in the order in which they are drawn."""
    return [element.text or "" for element in figure.iter(f"{SVG}text")]


def read_csv(content: bytes) -> list[list[str]]:
    """The rows of a CSV file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def rows_by(kg: KnowledgeGraph, name: str, column: str, *numbers: str, **given: str) -> dict[str, list[str]]:
    """The rows of a question, by the prefixed name in a column; tests/golden holds those that were counted by hand."""
    rows = kg.query(name, **given)
    return {kg.context.compact(row[column]): [str(row[number]) for number in numbers] for row in rows}


def bar_rows(words: list[str], labels: set[str]) -> dict[str, list[str]]:
    """What stands at each bar of a chart, by its label; a label may be broken into lines."""
    found: dict[str, list[str]] = {}
    label, at = "", ""
    for word in words:
        joined = f"{label} {word}".strip()
        if at and not label and re.fullmatch(r"\+?\d+", word):  # first: 5 begins 5G
            found[at].append(word)
        elif joined in labels:
            at, label = joined, ""
            found[at] = []
        elif any(other.startswith(joined) for other in labels):
            label = joined
        else:
            label = ""
    return found


# ---- numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["article", "everything"])
def test_technologies_are_those_of_the_query(
    kg: KnowledgeGraph, files: dict[str, bytes], article: dict[str, bytes], scope: str
) -> None:
    """Each bar says how many pilots count, and behind a plus how many more stand on weaker bases.

    Of the whole programme, whose technologies are many, those of one pilot are told in a note.
    """
    made = article if scope == "article" else files
    stated = rows_by(kg, "technology-counts", "technology", "pilots", scope=scope)
    every = rows_by(kg, "technology-counts", "technology", "pilots", scope=scope, basis="all")
    if scope == "everything":
        rare = [tech for tech, (number,) in every.items() if int(number) < 2]
        assert f"{len(rare)} more technologies" in " ".join(words_of(picture(made, "technologies", "en")))
        every = {tech: numbers for tech, numbers in every.items() if tech not in rare}
    names = {tech: kg.labels[kg.context.expand(tech)]["zh"] for tech in every}
    expected = {}
    for tech, (number,) in every.items():
        counted = int(stated.get(tech, ["0"])[0])
        more = int(number) - counted
        expected[names[tech]] = ([str(counted)] if counted else []) + ([f"+{more}"] if more else [])
    found = bar_rows(words_of(picture(made, "technologies", "zh")), set(expected))
    assert found == expected


def test_kinds_are_those_of_the_query(kg: KnowledgeGraph, article: dict[str, bytes]) -> None:
    """Each bar says its pilots, and the column its institutions."""
    found = rows_by(kg, "institution-kind-counts", "kind", "pilots", "institutions", scope="article")
    expected = {kg.labels[kg.context.expand(kind)]["zh"]: numbers for kind, numbers in found.items()}
    assert bar_rows(words_of(picture(article, "institution-kinds", "zh")), set(expected)) == expected


def test_scenarios_are_those_of_the_query(kg: KnowledgeGraph, files: dict[str, bytes]) -> None:
    """Each bar says its pilots, and the column its institutions."""
    expected = {
        kg.labels[row["scenario"]]["zh"]: [str(row["pilots"]), str(row["institutions"])]
        for row in kg.query("scenario-counts")
    }
    assert bar_rows(words_of(picture(files, "scenarios", "zh")), set(expected)) == expected


def test_joint_applications_are_those_counted_by_hand(article: dict[str, bytes]) -> None:
    """By cohort: pilots by their number of applicants, all pilots, joint ones (see tests/test_counts.py)."""
    cohorts = {"北京市第一批", "北京市第二批", "上海市第一批", "深圳市第一批"}
    found = bar_rows(words_of(picture(article, "joint-applications", "zh")), cohorts)
    assert found == {
        "北京市第一批": ["4", "1", "1", "6", "2"],
        "北京市第二批": ["5", "4", "1", "1", "11", "6"],
        "上海市第一批": ["3", "3", "2", "8", "5"],
        "深圳市第一批": ["2", "2", "4", "2"],
    }
    title = picture(article, "joint-applications", "en").findtext(f"{SVG}title") or ""
    assert "15 of 29 pilots" in title
    words = " ".join(words_of(picture(article, "joint-applications", "en")))
    assert "there are 14 joint applications" in words  # at the level of legal persons, of groups
    assert "into their group, 11." in words


def test_technology_by_scenario_is_the_query(kg: KnowledgeGraph, article: dict[str, bytes]) -> None:
    """The cells that are shown hold the numbers of the query; the least and most frequent ones are by hand."""
    figure = picture(article, "technology-by-scenario", "zh")
    tips = [element.findtext(f"{SVG}title") or "" for element in figure.iter(f"{SVG}rect")]
    found = {tuple(tip.rpartition(": ")[0].split(" × ")): tip.rpartition(": ")[2] for tip in tips if tip}
    rows = {
        (kg.labels[row["scenario"]]["zh"], kg.labels[row["technology"]]["zh"]): str(row["pilots"])
        for row in kg.query("technologies-by-scenario", scope="article")
    }
    assert found.items() <= rows.items()
    assert {pair for pair in rows if int(rows[pair]) > 2} <= set(found)
    assert found[("小微企业融资", "大数据")] == "6"  # 2 8 20 22 24 28
    assert found[("移动银行", "数字证书")] == "2"  # 15 20
    numbers = Counter(word for word in words_of(figure) if re.fullmatch(r"\d", word))
    assert numbers == Counter(found.values())


def test_every_expectation_has_its_row(kg: KnowledgeGraph, article: dict[str, bytes]) -> None:
    """51 expectations (16 sums, 35 numbers), five of them magnitudes (4 4 13 16 16), each with its limit."""
    marks: Counter[str] = Counter()
    for name, count in (("promised-money", 16), ("promised-reach", 35)):
        figure = picture(article, name, "en")
        colours = {colour: role for role, (colour, _) in look()["colours"].items()}
        chart = [element for element in figure.iter() if element.findtext(f"{SVG}title") and element.tag != figure.tag]
        assert len(chart) == count
        for element in chart:
            marks["ring" if colours[element.attrib["fill"]] == "paper" else element.tag.removeprefix(SVG)] += 1
    approximate = sum(row["exactness"] is not None for row in kg.query("projections", scope="article"))
    assert marks == {"rect": 5, "ring": approximate, "circle": 51 - 5 - approximate}
    words = " ".join(words_of(picture(article, "promised-money", "en")))
    for said in (
        "more than CNY 1 trillion",
        "at least CNY 100 billion",
        "at most about CNY 1 billion",
        "mean, per day",
    ):
        assert said in " ".join(words.split())


def test_the_timeline_tells_each_event(article: dict[str, bytes]) -> None:
    """29 consulted on four days, 26 registered, 4 completed; a month that is all that is known is a wide mark."""
    figure = picture(article, "timeline", "zh")
    assert "29 项公开征求意见" in (figure.findtext(f"{SVG}title") or "")
    words = words_of(figure)
    for said in ("1月14日", "3月16日", "6月2日", "8月6日", "7月21日", "11月3日", "7月31日", "11月"):
        assert said in words
    assert words.count("9月28日") == 3
    assert any("重庆市、杭州市" in word for word in words)
    marks = [element for element in figure.iter(f"{SVG}rect") if element.findtext(f"{SVG}title")]
    assert len(marks) == 11
    assert sum(float(mark.attrib["width"]) > 18 for mark in marks) == 1


def test_the_table_of_pilots(kg: KnowledgeGraph, article: dict[str, bytes]) -> None:
    """Table 1 has every pilot with its applicants, technologies, types and dates (tests/test_counts.py)."""
    made = tables(Asking(kg, "article")).pilots
    assert [pilot.number for pilot in made] == [str(n) for n in range(1, 30)]
    assert sum(len(pilot.applicants) for pilot in made) == 52
    joint = [int(pilot.number) for pilot in made if len(pilot.applicants) > 1]
    assert joint == [3, 6, 11, 12, 13, 14, 15, 16, 18, 22, 23, 24, 25, 27, 29]
    roles = Counter(role["en"] for pilot in made for _, role in pilot.applicants if role)
    assert roles == {"lead": 6, "participant": 5}
    counted = sum(len(basis.technologies) for pilot in made for basis in pilot.counted)
    apart = sum(len(basis.technologies) for pilot in made for basis in pilot.apart)
    assert (counted, apart) == (51, 7)
    bases = Counter(basis["en"] for pilot in made for _, basis in pilot.types)
    assert bases == {"stated": 5, "deduced from list order": 3, "deduced by elimination": 4}
    events = Counter(kind["en"] for pilot in made for kind, _ in pilot.events)
    assert events == {"public consultation": 29, "registration": 26, "completion": 4}
    assert all(pilot.sources for pilot in made)
    rows = read_csv(article["tables/pilots.csv"])
    assert len(rows) == 30
    assert rows[27][rows[0].index("dates_en")] == "public consultation 2020-07-31"
    assert rows[26][rows[0].index("dates_en")].split("; ")[1] == "registration 2020-11"


def test_the_timeline_spans_the_programme(kg: KnowledgeGraph, files: dict[str, bytes]) -> None:
    """The axis goes from 2019 to 2025; cohorts of which only a last possible day is known stand there, dashed.

    Ten of them have recorded pilots: Hangzhou 2, Shandong 1, Guangxi 1 and seven put together by the editors without the
    one that holds a doubtful pilot alone. So does the registration of Chengdu 1. Liaoning 2, of no year, is told in the note.
    """
    figure = picture(files, "timeline", "en")
    words = words_of(figure)
    assert [word for word in words if re.fullmatch(r"20\d\d", word)] == [str(year) for year in range(2019, 2026)]
    tips = [element.findtext(f"{SVG}title") or "" for element in figure.iter(f"{SVG}rect")]
    bounds = [row for row in kg.query("cohort-coverage") if row["latest"] and row["recorded"]]
    assert tips.count("no day known, drawn on the last possible one") == len(bounds) + 1 == 11
    assert "3 pilots of Liaoning, second batch" in " ".join(words)
    assert "101 pilots in 36 cohorts" in (figure.findtext(f"{SVG}title") or "")


def test_cohorts_stand_by_their_day(kg: KnowledgeGraph) -> None:
    """Cohorts of which only a last possible day is known stand at that day; those without any come last."""
    asking = Asking(kg, "everything")
    found = [iri.rpartition("/")[2] for iri in by_day(asking, [row["cohort"] for row in covered(asking)])]
    assert found[:4] == ["beijing-1", "beijing-2", "shanghai-1", "shenzhen-1"]
    assert found.index("guangzhou-2") < found.index("shandong-1") < found.index("hangzhou-2") < found.index("gansu-1")
    assert set(found[-2:]) == {"liaoning-1", "liaoning-2"}


def test_the_coverage_of_the_programme(kg: KnowledgeGraph, files: dict[str, bytes], article: dict[str, bytes]) -> None:
    """The tables of coverage are those of the questions; the article, of which nothing is missing, has none."""
    for name in ("cohort-coverage", "year-coverage", "field-coverage", "source-kind-pilots"):
        assert len(read_csv(files[f"tables/{name}.csv"])) == kg.count(name) + 1
        assert f'id="{name}-heading"' in files["report.html"].decode()
        assert f"tables/{name}.csv" not in article
    pilots = tables(Asking(kg, "everything")).pilots
    assert len(pilots) == 104
    by_node = {pilot.node: pilot for pilot in pilots}
    assert [mark["en"] for mark in by_node["pilot:chongqing-2-1"].marks] == ["label is ours"]
    assert [mark["en"] for mark in by_node["pilot:chongqing-1-4"].marks] == ["applicants may be incomplete"]
    assert by_node["pilot:shandong-1-1"].latest == "2021-06-15"
    assert "pilot:xiongan-2025-1" not in by_node


def test_pilots_lead_to_the_explorer_where_there_is_one(kg: KnowledgeGraph, files: dict[str, bytes]) -> None:
    """A name is a link to its node in the explorer, but only if that page will be there."""
    assert b'href="explorer.html#node=pilot:beijing-1-2"' in files["report.html"]
    assert b"explorer.html" not in make_report(kg)["report.html"]


def test_queries_and_pilots_lead_to_the_page_to_ask_in_where_there_is_one(
    kg: KnowledgeGraph, files: dict[str, bytes]
) -> None:
    """Each command line is a link to the same question with the same parameters, each pilot one to its record there."""
    text = files["report.html"].decode()
    links = re.findall(r'<a href="ask\.html#(query=[^"]*)"><code>sandbox-kg query ([^<]*)</code></a>', text)
    assert len(links) == text.count("<code>sandbox-kg query ")
    assert len(links) > 10
    for address, command in links:
        (_, name), *chosen = parse_qsl(html.unescape(address))
        options = [word for key, value in chosen for word in (f"--{key}", value)]
        assert [name, *options] == shlex.split(html.unescape(command))
        assert len(kg.query(name, **dict(chosen)))
    asked = re.findall(r'href="ask\.html#node=([^"]*)"', text)
    assert sorted(kg.context.expand(node) for node in asked) == sorted(row["pilot"] for row in kg.query("pilots"))
    assert b"ask.html" not in make_report(kg)["report.html"]


def test_the_front_page_counts(article: dict[str, bytes]) -> None:
    """Pilots, applicants as filed, joint applications, cohorts, areas."""
    numbers = [int(n) for n in re.findall(r"<dd>(\d+)</dd>", article["index.html"].decode())]
    assert numbers[:5] == [29, 45, 15, 4, 3]


# ---- files ------------------------------------------------------------------------------------------------------


def test_the_files(files: dict[str, bytes]) -> None:
    """Two pages, each figure in two languages with its rows, the tables, and what they hold."""
    assert {"report.html", "index.html", "datapackage.json", "tables/pilots.csv"} <= set(files)
    for name in FIGURES:
        assert {f"figures/{name}.{ending}" for ending in ("zh.svg", "en.svg", "csv")} <= set(files)
    assert list(files) == sorted(files)
    assert len(files["report.html"]) < 1_000_000


def test_the_article_alone(kg: KnowledgeGraph) -> None:
    """With the scope of the article every command line says so."""
    made = make_report(kg, scope="article")
    commands = re.findall(r"<code>(.*?)</code>", made["report.html"].decode())
    unscoped = {"sandbox-kg query programme", "sandbox-kg query sources"}
    assert all("--scope article" in command for command in commands if command not in unscoped)
    assert "2020 年文章的 29 项试点" in made["report.html"].decode()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_can_be_read_alone(files: dict[str, bytes], name: str, language: str) -> None:
    """Valid XML with title and description; version, cut-off, licence, citation and query are in the picture."""
    figure = picture(files, name, language)
    assert figure.attrib["role"] == "img"
    title, description = figure.findtext(f"{SVG}title"), figure.findtext(f"{SVG}desc")
    assert title
    assert description
    seen = "".join(words_of(figure)).replace(" ", "")
    for said in ("0.1.0", "2025-12-22", "CCBY4.0", "SandboxKGmaintainers", "CONTRIBUTING.md", "sandbox-kgquery"):
        assert said in seen
    assert {element.tag.removeprefix(SVG) for element in figure.iter()} <= {
        *("svg", "title", "desc", "g", "rect", "line", "circle", "path", "text")
    }
    assert not any(key.startswith(("on", "style", "class")) or "href" in key for e in figure.iter() for key in e.attrib)
    han = re.compile("[\u3400-\u9fff]")
    assert bool(han.search(title)) == (language == "zh")


def test_every_csv_is_its_query(kg: KnowledgeGraph, files: dict[str, bytes]) -> None:
    """The columns of the query stand first, cell by cell as the command line gives them; labels follow."""
    package = json.loads(files["datapackage.json"])
    listed_files = {resource["path"] for resource in package["resources"]}
    assert listed_files == {name for name in files if name.endswith(".csv")}
    for resource in package["resources"]:
        assert files[resource["path"]].startswith(b"\xef\xbb\xbf")  # else Excel takes it for another encoding
        rows = read_csv(files[resource["path"]])
        if "query" not in resource:
            continue
        _, _, name, *options = resource["query"].split()
        given = dict(zip((o.removeprefix("--") for o in options[::2]), options[1::2], strict=True))
        wanted = list(csv.reader(io.StringIO(to_csv(kg.query(name, **given)))))
        assert len(rows) == len(wanted) > 1
        assert [row[: len(wanted[0])] for row in rows] == wanted
        assert [f["name"] for f in resource["schema"]["fields"]] == wanted[0]
        assert all(heading.endswith(("_zh", "_en")) for heading in rows[0][len(wanted[0]) :])


def test_pages_link_what_exists(files: dict[str, bytes]) -> None:
    """Every link inside the folder leads to a file of the report, every link to a document to one of the checkout."""
    made_elsewhere = {"explorer.html", "ask.html", "study.html"}
    for page in ("report.html", "index.html"):
        text = files[page].decode()
        ids = set(re.findall(r'\bid="([^"]+)"', text))
        for href in re.findall(r'href="([^"]+)"', text):
            if href.startswith(("http://", "https://")):
                continue
            target, _, anchor = href.partition("#")
            if not target:
                assert anchor in ids, href
            elif target.startswith("../build/"):
                assert target.removeprefix("../build/").startswith(("sandbox-kg.", "void.ttl"))
            elif target.startswith("../"):
                assert (ROOT / "visualizations" / target).exists(), href
            else:
                assert target in files or target in made_elsewhere, href
                if anchor and target in files:
                    assert f'id="{anchor}"' in files[target].decode()


CHILD = """
import hashlib, sys
import sandbox_kg as skg
from sandbox_kg.report.page import known_links, make_report
for name, content in make_report(skg.open(sys.argv[1]), pages=tuple(known_links())).items():
    print(name, hashlib.sha256(content).hexdigest())
"""


def test_the_same_in_every_process(project: Project) -> None:
    """Files do not depend on the order in which Python hashes."""
    outputs = set()
    for seed in ("0", "1", "2"):
        command = [sys.executable, "-c", CHILD, str(project.root)]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
        outputs.add(subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120).stdout)
    assert len(outputs) == 1


def test_both_languages_are_complete(files: dict[str, bytes]) -> None:
    """Each text has zh and en with the same names, is used, and stands in a page in both languages."""
    own = tomllib.loads((ROOT / "sandbox_kg/report/template/texts.toml").read_text(encoding="utf-8"))
    parts = sorted((ROOT / "sandbox_kg/report").rglob("*.py")) + sorted((ROOT / "sandbox_kg/report").rglob("*.jinja"))
    used = "\n".join(path.read_text(encoding="utf-8") for path in parts)
    made = ("column-", "mark-", "basis-", "key-", "scope-", "promised-", "applicants-", "technology-by-scenario-")
    for key, texts in own.items():
        assert set(texts) == {"zh", "en"}, key
        assert all(texts.values()), key
        assert len({frozenset(re.findall(r"\{(\w+)\}", text)) for text in texts.values()}) == 1, key
        figure = next((name for name in FIGURES if key.startswith(name)), "")
        assert re.search(rf'["/]{re.escape(key)}["/]', used) or figure or key.startswith(made) or "-list" in key, key
    for page in ("report.html", "index.html"):
        text = files[page].decode()
        assert text.count('<bdi lang="zh-CN">') == text.count('<bdi lang="en">') > 20
        assert text.count("wide zh") == text.count("wide en") == text.count("narrow zh") == text.count("narrow en")


def test_no_text_is_taken_for_granted() -> None:
    """Chinese of our own has the wide marks of print; names and Latin are left alone."""
    assert chinese("技术(含下位):{names}用得最多,共 3 项;好?") == (
        "技术\uff08含下位\uff09\uff1a{names}用得最多\uff0c共 3 项\uff1b好\uff1f"
    )
    assert chinese("SVG, CSV: {a}, (b)") == "SVG, CSV: {a}, (b)"
    assert chinese("a, b", "en") == "a, b"
    assert "skip" in all_texts()


# ---- safety -----------------------------------------------------------------------------------------------------

PAYLOADS = (
    "</script><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "\u202egnp.exe\u2066",
    "=cmd|' /C calc'!A0",
    "{{ 7*7 }}{% raw %}]]>&amp;\x0b\x07",
    "漢" * 10_000,
    "W" * 10_000,
)


@pytest.fixture(scope="module")
def hostile(project: Project, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The report of the graph with payloads in every text that has a language, and in every address."""
    root = tmp_path_factory.mktemp("hostile")
    for name in ("ontology", "data", "queries"):
        (root / name).symlink_to(project.root / name)
    (root / "build").mkdir()
    graph = (project.root / "build" / "sandbox-kg.nt").read_bytes()
    spoilt = []
    for place, triple in enumerate(ox.parse(graph, format=ox.RdfFormat.N_TRIPLES)):
        if isinstance(triple.object, ox.Literal) and triple.object.language:
            text = PAYLOADS[place % len(PAYLOADS)] + triple.object.value
            changed = ox.Triple(triple.subject, triple.predicate, ox.Literal(text, language=triple.object.language))
        elif isinstance(triple.object, ox.Literal) and triple.object.value.startswith("http"):
            changed = ox.Triple(triple.subject, triple.predicate, ox.Literal("javascript:alert(1)//" + str(place)))
        else:
            changed = triple
        spoilt.append(changed)
    (root / "build" / "sandbox-kg.nt").write_bytes(ox.serialize(spoilt, format=ox.RdfFormat.N_TRIPLES))
    return make_report(skg.open(root), pages=("report",))


class Seen(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps the element's name and attributes."""
        self.tags.add(tag)
        self.attributes |= {(key, value or "") for key, value in attrs if key not in ("aria-label", "content")}


def test_hostile_texts_stay_texts(hostile: dict[str, bytes]) -> None:
    """No payload becomes an element, an attribute, a template or an address; pictures stay valid XML."""
    for name, content in hostile.items():
        text = content.decode()
        if name.endswith(".html"):
            seen = Seen()
            seen.feed(text)
            assert not seen.tags & {"img", "object", "iframe", "image", "form", "link", "base"}
            assert not [key for key, _ in seen.attributes if key.startswith("on") or key == "style"]
            assert not [value for _, value in seen.attributes if "javascript:" in value[:20]]
            assert "\u202e" not in text
            assert text.count("<script") == 3  # the texts, the languages, the page's own
            assert "49{%" not in text  # no template was run
        if name.endswith(".svg"):
            figure = ET.fromstring(content)
            assert not {e.tag for e in figure.iter()} & {f"{SVG}img", f"{SVG}script", f"{SVG}image"}
            assert "\u202e" not in text
            box = [float(number) for number in figure.attrib["viewBox"].split()]
            assert box[2] == 800
            for element in figure.iter(f"{SVG}text"):  # a name of ten thousand characters is cut
                assert len(element.text or "") < 400
        if name.endswith(".csv"):
            cells = [cell for row in read_csv(content) for cell in row]
            assert not [
                cell
                for cell in cells
                if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not cell.lstrip("-").isdigit()
            ]


def test_pages_forbid_all_but_their_own(files: dict[str, bytes]) -> None:
    """A policy of hashes alone; links out of the page are http(s), open apart and tell nothing."""
    for page in ("report.html", "index.html"):
        text = files[page].decode()
        (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
        assert policy.startswith("default-src &#39;none&#39;")
        assert "unsafe" not in policy
        assert not re.search(r"\sstyle=|\son\w+=|<img|<link|@import|url\(", text)
        for link in re.findall(r"<a [^>]*href=\"https?:[^>]*>", text):
            assert 'rel="noopener noreferrer"' in link
            assert 'target="_blank"' in link
        assert text.startswith("<!doctype html>")


def test_a_graph_without_pilots_makes_a_page(project: Project, tmp_path: Path) -> None:
    """Figures without rows are left out; the page stands."""
    for name in ("ontology", "data", "queries"):
        (tmp_path / name).symlink_to(project.root / name)
    (tmp_path / "build").mkdir()
    graph = (project.root / "build" / "sandbox-kg.nt").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in graph if "/pilot/" not in line]
    (tmp_path / "build" / "sandbox-kg.nt").write_text("".join(kept), encoding="utf-8")
    made = make_report(skg.open(tmp_path))
    assert {"report.html", "index.html"} <= set(made)
    assert not [name for name in made if name.endswith(".svg")]


# ---- colours ----------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", [0, 1])
def test_colours_can_be_read(ground: int) -> None:
    """Texts have 4.5:1 on their ground, what carries a number 3:1, in light and dark."""
    colours = {name: values[ground] for name, values in look()["colours"].items()}
    roles = look()["roles"]
    for role, said in roles.items():
        if "size" in said and not role.startswith("on-") and role != "inside":
            assert contrast(colours[said["fill"]], colours["paper"]) >= 4.5, role
    pairs = [("inside", f"bar-{n}") for n in (1, 2, 3)] + [("on-heat-low", f"heat-{n}") for n in (1, 2, 3)]
    pairs += [("on-heat-high", f"heat-{n}") for n in (4, 5)] + [("on-heat-low", "bar-4")]
    pairs += [(f"on-event-{n}", f"event-{n}") for n in (1, 2, 3, 4)]
    large = {"inside", "on-event-2", "on-event-3", "on-event-4"}
    for text, under in pairs:
        needed = 3 if text in large and roles[text].get("weight") == 600 and under == "bar-3" else 4.5
        assert contrast(colours[roles[text]["fill"]], colours[roles[under]["fill"]]) >= needed, (text, under)
    for mark in ("strong", "main", "light", "mark", "done", "outline", "axis"):
        assert contrast(colours[mark], colours["paper"]) >= 3, mark


# ---- parts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        ("7500", "7500", "7,500"),
        ("150000", "15万", "150,000"),
        ("3500000", "350万", "3.5 million"),
        ("100000000000", "1000亿", "100 billion"),
        ("1000000000000", "1万亿", "1 trillion"),
        ("4500000", "450万", "4.5 million"),
        ("0.5", "0.5", "0.5"),
    ],
)
def test_amounts(number: str, zh: str, en: str) -> None:
    """Numbers in words of their size."""
    assert amount(Decimal(number), "zh") == zh
    assert amount(Decimal(number), "en") == en
    assert money(Decimal(number), "zh") == zh + "元"
    assert money(Decimal(number), "en") == "CNY " + en


def test_days() -> None:
    """Dates as exact as they are known."""
    assert day("2020-03-16", "zh") == "2020年3月16日"
    assert day("2020-03-16", "en", year=False) == "16 Mar"
    assert day("2020-03", "en") == "Mar 2020"
    assert day("2020", "zh", year=False) == "2020年"
    assert [when.isoformat() for when in span("2020-02")] == ["2020-02-01", "2020-02-29"]
    assert [when.isoformat() for when in span("2020")] == ["2020-01-01", "2020-12-31"]
    assert [when.isoformat() for when in span("2021-12")] == ["2021-12-01", "2021-12-31"]
    assert short(10**11, "en") == "100bn"
    assert listed(["a", "b", "c"], "en") == "a, b and c"
    assert listed(["甲"], "zh") == "甲"


def test_a_tree_has_everything_once() -> None:
    """The largest first, the narrower under the broader, also past what is not there; circles end."""
    sizes = {"ai": (9,), "ml": (3,), "dl": (1,), "chain": (8,), "odd": (2,)}
    broad = {"ml": "ai", "dl": "gone", "gone": "ml"}
    assert as_tree(sizes, broad) == [("ai", 0), ("ml", 1), ("dl", 2), ("chain", 0), ("odd", 0)]
    assert as_tree({"a": (1,), "b": (2,)}, {"a": "b", "b": "a"}) == [("a", 0), ("b", 0)]


@given(st.text(max_size=200), st.floats(20, 400), st.integers(1, 5), st.booleans())
def test_lines_fit(text: str, room: float, most: int, even: bool) -> None:
    """No line is wider than its room unless one character is; nothing is lost where nothing is cut."""
    lines = wrap(text, room, 12, most, even)
    assert 1 <= len(lines) <= most
    assert all(width(line, 12) <= room + 1 or len(line) == 1 for line in lines)
    if not lines[-1].endswith(ELLIPSIS):
        assert "".join(lines).replace(" ", "") == fit(text).replace(" ", "")


@given(st.text(max_size=60))
def test_texts_are_fit_for_xml(text: str) -> None:
    """Whatever a label holds, a picture of it parses and shows it."""
    drawing = bars([Bar(text, [Segment(1, "bar-2")], total="1", tip=text)], 700, text)
    figure = ET.fromstring(drawing.file("x", "zh", text, text))
    assert fit(text) == (figure.findtext(f"{SVG}title") or "")


def test_a_logarithmic_axis_is_one() -> None:
    """Ten times as much is as far again; a range has two ends, a magnitude a decade."""

    def point(size: int, sort: str = "value", up_to: int | None = None) -> Point:
        return Point("g", "n", Decimal(size), None if up_to is None else Decimal(up_to), sort, "none", False, "w", "")

    points = [point(10**power) for power in (1, 2, 4)] + [point(10, "range", 1000), point(100, "magnitude")]
    figure = ET.fromstring(scale(points, 744, "axis", str, []).file("x", "en", "t", "d"))
    xs = [float(circle.attrib["cx"]) for circle in figure.iter(f"{SVG}circle")]
    assert xs[1] - xs[0] == pytest.approx((xs[2] - xs[1]) / 2, abs=0.2)
    assert {round(x, 1) for x in xs[3:]} == {round(xs[0], 1), round((xs[1] + xs[2]) / 2, 1)}
    (decade,) = [r for r in figure.iter(f"{SVG}rect") if r.findtext(f"{SVG}title")]
    assert float(decade.attrib["x"]) == pytest.approx(xs[1], abs=0.2)
    assert float(decade.attrib["width"]) == pytest.approx(xs[1] - xs[0], abs=0.2)


@pytest.mark.parametrize("last", ["2020-12-31", "2025-12-31"])
def test_a_time_axis_is_even(last: str) -> None:
    """Days are as far apart as they are in the calendar, over one year or six; a month is drawn as wide as it is."""
    dates = ["2020-01-01", "2020-07-01", last]
    strip = Strip("s", "b", [Event(when, 1, 1, tip=when) for when in dates] + [Event("2020-10", 2, 1, tip="month")])
    figure = ET.fromstring(timeline([], [strip], 744, "en", ("", ""), []).file("x", "en", "t", "d"))
    marks = {
        mark.findtext(f"{SVG}title"): (float(mark.attrib["x"]), float(mark.attrib["width"]))
        for mark in figure.iter(f"{SVG}rect")
        if mark.findtext(f"{SVG}title")
    }
    start, middle, end = (marks[when][0] + marks[when][1] / 2 for when in dates)
    days = [(span(when)[0] - span(dates[0])[0]).days for when in dates]
    assert (middle - start) / (end - start) == pytest.approx(days[1] / days[2], abs=0.002)
    assert marks["month"][1] == pytest.approx(max(18, 30 / days[2] * (end - start)), abs=0.2)
    assert len(re.findall("202[0-9]", " ".join(words_of(figure)))) >= int(last[:4]) - 2019  # each year has its mark


def test_cells_are_no_formulas() -> None:
    """A cell that a spreadsheet would run gets an apostrophe; numbers stay numbers."""
    assert read_csv(csv_of(["a", "b"], [["=1+1", -5]])) == [["a", "b"], ["'=1+1", "-5"]]
