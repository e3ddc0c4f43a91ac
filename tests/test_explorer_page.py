"""The explorer in a browser: it asks nobody, shows what the graph says, and every part of it can be reached and taken."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import sandbox_kg as skg
from sandbox_kg.explorer import page as explorer
from sandbox_kg.explorer import scene as scenes
from sandbox_kg.knowledge_graph import KnowledgeGraph
from sandbox_kg.network import LEVELS
from sandbox_kg.network.rows import compact_rows
from sandbox_kg.project import Project

if TYPE_CHECKING:
    from browser import Open, Opened
    from playwright.sync_api import Page

pytest_plugins = ["browser"]

DESK, PHONE = (1280, 800), (390, 844)
# Labels of the picture: those that lie on one another or on a mark, and the size of the smallest type, in pixels.
MEASURE = """
() => {
  const scale = Picture.network.getScale(), labels = Picture.labels, found = [];
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
  const marks = [...Graph.at(Store.state.level).nodes.values()].filter(Picture.shown).map((node) => {
    const { x, y } = Picture.spots(node), r = node.size;
    return { id: node.id, left: x - r, top: y - r, right: x + r, bottom: y + r };
  });
  labels.forEach((one, k) => {
    for (const other of labels.slice(k + 1)) if (meet(one.box, other.box)) found.push(`${one.node.id} / ${other.node.id}`);
    for (const mark of marks) if (mark.id !== one.node.id && meet(one.box, mark)) found.push(`${one.node.id} on ${mark.id}`);
  });
  return { overlaps: found, labels: labels.length, marks: marks.length, smallest: Math.min(...labels.map((one) => one.box.size)) * scale };
}
"""


@pytest.fixture(scope="module")
def kg(project: Project) -> KnowledgeGraph:
    """The built graph."""
    return skg.open(project.root)


@pytest.fixture(scope="module")
def file(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The explorer of the graph."""
    return written(explorer.make_page(kg), tmp_path_factory.mktemp("explorer"))


@pytest.fixture(scope="module")
def article(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The explorer of the article of 2020, whose numbers are those of DESIGN."""
    return written(explorer.make_page(kg, filters={"scope": "article"}), tmp_path_factory.mktemp("article"))


def written(text: str, folder: Path) -> Path:
    """A page as a file."""
    path = folder / "explorer.html"
    path.write_bytes(text.encode())
    return path


@pytest.fixture(scope="module")
def desk(open_page: Open, file: Path) -> Iterator[Opened]:
    """One Chinese page at a desk that tests share; each opens it anew."""
    with open_page(file) as seen:
        yield seen


@pytest.fixture(scope="module")
def desk_of_article(open_page: Open, article: Path) -> Iterator[Opened]:
    """The same of the article's page."""
    with open_page(article) as seen:
        yield seen


@pytest.fixture(scope="module")
def desk_of_many(open_page: Open, kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The page of the graph as if its marks and lines were too many for vis-network and for a button each."""
    script = explorer._script
    limits = (("FROM = 8000", "FROM = 0"), ("MOST = 4000", "MOST = 0"))

    def lowered(name: str) -> str:
        text = script(name)
        for limit, to in limits:
            text = text.replace(limit, to)
        return text

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explorer, "_script", lowered)
        text = explorer.make_page(kg)
    assert all(to in text and limit not in text for limit, to in limits)
    with open_page(written(text, tmp_path_factory.mktemp("many"))) as seen:
        yield seen


@pytest.fixture(params=["desk", "desk_of_many"])
def each_desk(request: pytest.FixtureRequest) -> Opened:
    """The page as it is, and as if it had thousands of marks."""
    found: Opened = request.getfixturevalue(request.param)
    return found


@contextmanager
def saved(page: Page, what: str) -> Iterator[Path]:
    """The file that an entry of the export menu gives."""
    page.click("#take summary")
    with page.expect_download() as download:
        page.click(f"[data-take={what}]")
    path = download.value.path()
    yield Path(path)


def state(page: Page) -> dict[str, Any]:
    """What the page says that it shows."""
    return dict(page.evaluate("Store.state"))


# ---- the picture -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_picture_is_clear(open_page: Open, file: Path, language: str, scheme: str) -> None:
    """At a desk: all names stand, none smaller than 11 px, none on another or on a mark, at each level in both views."""
    with open_page(file, language=language, color_scheme=scheme) as seen:
        page = seen.page
        page.wait_for_function("document.documentElement.dataset.drawn")
        for level in LEVELS:
            for view in ("co-application", "two-mode"):
                page.evaluate("(next) => Store.set(next)", {"level": level, "view": view})
                page.wait_for_timeout(60)
                measured = page.evaluate(MEASURE)
                assert measured["overlaps"] == [], (level, view)
                assert measured["labels"] == measured["marks"]
                assert measured["smallest"] >= 10.99
        assert page.evaluate("document.documentElement.scrollWidth") <= DESK[0]
        seen.quiet()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_opens_on_the_largest_island(open_page: Open, article: Path, language: str) -> None:
    """On a phone the largest island is there at once, whole and legible, and the page does not scroll sideways."""
    with open_page(article, language=language, window=PHONE, color_scheme="dark") as seen:
        page = seen.page
        page.wait_for_function("document.documentElement.dataset.drawn")
        measured = page.evaluate(MEASURE)
        assert measured["overlaps"] == []
        assert measured["smallest"] >= 10.99
        left, top, right, bottom = page.evaluate(
            """() => {
              const [left, top, right, bottom] = Picture.packing.islands[0];
              const [a, b] = [{ x: left, y: top }, { x: right, y: bottom }].map((at) => Picture.network.canvasToDOM(at));
              const frame = document.getElementById("canvas").getBoundingClientRect();
              return [a.x, a.y + frame.top, b.x, b.y + frame.top];
            }"""
        )
        assert left >= -1
        assert right <= PHONE[0]
        assert 0 <= top < bottom <= PHONE[1] + 60
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        page.evaluate("Store.set({ view: 'matrix' })")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        seen.quiet()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_shows_the_whole_programme(open_page: Open, file: Path, language: str) -> None:
    """On a phone the largest island of the programme begins at the top, as wide as the frame, with names that can be read."""
    with open_page(file, language=language, window=PHONE) as seen:
        page = seen.page
        page.wait_for_function("document.documentElement.dataset.drawn")
        measured = page.evaluate(MEASURE)
        assert [one for one in measured["overlaps"] if " / " in one] == []
        assert measured["smallest"] >= 10.99
        top = page.evaluate("Picture.network.canvasToDOM({ x: 0, y: Picture.packing.islands[0][1] }).y")
        assert 0 <= top < 100
        for view in ("matrix", "coverage"):
            page.evaluate("(view) => Store.set({ view })", view)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        seen.quiet()


def test_from_afar_names_make_room(desk: Opened) -> None:
    """Zoomed out, names stay as large and none covers another: the less active institutions go without; back, all stand."""
    page = desk.fresh()
    page.wait_for_function("document.documentElement.dataset.drawn")
    page.evaluate("Picture.zoom(0.45)")
    page.wait_for_timeout(60)
    afar = page.evaluate(MEASURE)
    assert [one for one in afar["overlaps"] if " / " in one] == []
    assert 5 < afar["labels"] < afar["marks"]
    assert afar["smallest"] >= 10.99
    assert page.evaluate("Picture.labels.some((one) => one.node.id === 'inst:unionpay')")
    page.click("[data-zoom=home]")
    page.wait_for_timeout(60)
    assert page.evaluate(MEASURE)["labels"] == afar["marks"]


def test_it_draws_what_the_networks_say(desk: Opened, kg: KnowledgeGraph) -> None:
    """Institutions, pilots and lines of each level and view are those of the networks; places do not depend on the view."""
    page = desk.fresh()
    for level in LEVELS:
        two_mode, pairs = kg.network("two-mode", level=level), kg.network(level=level)
        places = {}
        for view, nodes, lines in (("co-application", pairs, pairs), ("two-mode", two_mode, two_mode)):
            page.evaluate("(next) => Store.set(next)", {"level": level, "view": view})
            shown = page.evaluate(
                "[...Graph.at(Store.state.level).nodes.values()].filter(Picture.shown).map((n) => n.id)"
            )
            drawn = page.evaluate("Object.values(Picture.network.body.edges).map((e) => [e.fromId, e.toId].sort())")
            assert sorted(shown) == sorted(nodes)
            assert sorted(map(tuple, drawn)) == sorted(tuple(sorted(edge)) for edge in lines.edges)
            places[view] = page.evaluate(
                "Object.fromEntries(Object.values(Picture.network.body.nodes).map((n) => [n.id, [n.x, n.y]]))"
            )
        assert all(places["two-mode"][name] == place for name, place in places["co-application"].items())


def test_the_headline_has_the_numbers_of_the_graph(desk_of_article: Opened) -> None:
    """The counts of DESIGN at each level, and the name of the broker."""
    page = desk_of_article.fresh()
    for level, numbers in {"as-filed": "29 15 3", "legal-person": "29 14 3", "group": "29 11 4"}.items():
        page.click(f"[data-level={level}]")
        said = page.inner_text("#finding")
        assert re.findall(r"\d+", said) == numbers.split()
        assert "中国银联" in said
        assert page.title().startswith(said)
    assert re.findall(r"\d+", page.inner_text("#standfirst")) == ["34", "29", "16", "14", "11"]
    page.click("#language")
    assert page.inner_text("#finding").startswith("11 of 29 pilots are joint applications; China UnionPay is in 4")


# ---- search, filters, switches ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("中国银联", "inst:unionpay"), ("银联", "inst:unionpay"), ("中国银联股份", "inst:unionpay"), ("unionpay", "inst:unionpay"),
        ("zhongguoyinlian", "inst:unionpay"), ("zgyl", "inst:unionpay"), ("yinlian", "inst:unionpay"), ("baihang", "inst:baihang"),
        ("bxzx", "inst:baihang"), ("上海 工商", "inst:icbc-shanghai"), ("gsyhshfh", "inst:icbc-shanghai"), ("手机POS", "pilot:beijing-1-6"),
        ("kuaidai", "pilot:beijing-1-5"), ("区块链", "tech:blockchain"), ("blockchain", "tech:blockchain"), ("qkl", "tech:blockchain"),
        ("供应链金融", "scen:supply-chain-finance"), ("翼支付", "inst:bestpay"), ("cfca", None), ("不存在的机构", None),
    ],
)  # fmt: skip
def test_search(desk: Opened, typed: str, first: str | None) -> None:
    """Full and short Chinese names, English, pinyin and initials, other names; pilots, technologies, scenarios."""
    if not desk.page.evaluate("typeof Search !== 'undefined'"):
        desk.fresh()
    found = desk.page.evaluate("(text) => Search.find(text).map((one) => one.id)", typed)
    if first is None:
        assert found == []
    else:
        assert found[0] == first


def test_a_choice_of_the_search(desk: Opened) -> None:
    """Typing offers, arrows choose, Enter pins; a technology becomes a filter; a screen reader hears it."""
    page = desk.fresh()
    page.keyboard.press("/")
    page.keyboard.type("yinhang")
    options = page.locator("#results [role=option]")
    assert options.count() > 3
    page.keyboard.press("ArrowDown")
    assert options.nth(1).get_attribute("aria-selected") == "true"
    assert page.get_attribute("#search", "aria-activedescendant") == "result-1"
    name = options.nth(1).locator(".name").inner_text()
    page.keyboard.press("Enter")
    assert page.inner_text("#details h2") == name
    page.keyboard.press("Escape")
    assert state(page)["node"] == ""
    page.keyboard.press("/")
    page.keyboard.type("qukuailian")
    page.keyboard.press("Enter")
    assert state(page)["technology"] == ["tech:blockchain"]
    page.wait_for_function(
        "document.getElementById('live').textContent === document.getElementById('status').textContent"
    )


def test_facets_count_as_the_queries_do(desk: Opened, kg: KnowledgeGraph) -> None:
    """Each value has the number of pilots that the library's query gives; of kinds, of institutions."""
    page = desk.fresh()

    def counts(facet: str) -> dict[str, int]:
        return dict(page.evaluate("(facet) => [...Filter.counts(facet)]", facet))

    def rows(question: str, key: str, number: str = "pilots") -> dict[str, int]:
        return {row[key]: int(row[number]) for row in compact_rows(kg, question)}

    assert counts("technology") == rows("technology-counts", "technology")
    assert counts("scenario") == {key: count for key, count in rows("scenario-counts", "scenario").items() if count}
    assert counts("area") == rows("area-counts", "area")
    network = kg.network("two-mode")
    assert counts("stage") == Counter(r["stage"] for r in compact_rows(kg, "pilots-by-status") if r["pilot"] in network)
    assert counts("cohort") == Counter(cohort for _, cohort in network.nodes(data="cohort") if cohort)
    joint = sum(network.nodes[one]["members"] > 1 for one in network if one.startswith("pilot:"))
    assert counts("joint") == {"joint": joint, "solo": 103 - joint}
    years = {row["year"] or "undated": int(row["recorded"]) for row in compact_rows(kg, "year-coverage")}
    years["2020"] -= 1  # of one pilot of Chengdu no applicant is known, so that no network holds it
    assert counts("year") == years
    sectors = Counter(sector for _, sector in network.nodes(data="sector") if sector)
    shown = counts("kind")
    assert sum(shown.values()) == sum(sectors.values())
    assert all(shown[kind] == sectors[kind] for kind in shown if kind != "other")


def test_a_filter_dims_and_nothing_moves(desk: Opened, kg: KnowledgeGraph) -> None:
    """What a filter leaves out is faint, not gone; institutions and pilots left are those of the filtered network."""
    page = desk.fresh("#view=two-mode")
    places = "Object.values(Picture.network.body.nodes).map((n) => [n.id, n.x, n.y])"
    before = page.evaluate(places)
    page.click("[data-facet=area][data-value='plc:shanghai']")
    assert page.evaluate(places) == before
    bright = page.evaluate("[...Graph.at(Store.state.level).nodes.keys()].filter((id) => Picture.alphaOf(id) === 1)")
    assert sorted(bright) == sorted(kg.network("two-mode", area="上海"))
    lines = page.evaluate("Picture.lines().filter((line) => Picture.alphaOfLine(line) === 1).length")
    assert lines == kg.network("two-mode", area="上海").number_of_edges()
    page.click("[data-facet=kind][data-value='code:bank']")
    banks = kg.network("two-mode", area="上海", institution_kind="code:bank")
    bright = page.evaluate("[...Graph.at(Store.state.level).nodes.keys()].filter((id) => Picture.alphaOf(id) === 1)")
    assert sorted(bright) == sorted(banks)
    assert re.findall(r"\d+", page.inner_text("#status")) == ["103", str(sum(n.startswith("pilot") for n in banks)), "136", str(sum(n.startswith("inst") for n in banks))]  # fmt: skip
    page.click("#clear")
    assert page.evaluate("[...Graph.at(Store.state.level).nodes.keys()].every((id) => Picture.alphaOf(id) === 1)")


def test_cohorts_add_up_or_stand_alone(desk: Opened) -> None:
    """A cohort shows its own pilots, or with the switch those of all earlier ones too."""
    page = desk.fresh()
    shown = "[...Filter.on().nodes].filter((id) => Graph.scene.pilots[id]).length"
    page.click("[data-facet=cohort][data-value='batch:shanghai-1']")
    assert page.evaluate(shown) == 8
    page.check("#up-to")
    assert page.evaluate(shown) == 6 + 11 + 8
    assert state(page)["upTo"] is True
    assert page.locator(".value.added").count() == 2


def test_a_level_takes_what_is_pinned_along(desk: Opened) -> None:
    """A branch becomes its bank, the bank its group, and back to what was filed."""
    page = desk.fresh("#node=inst:citic-card-center")
    page.click("[data-level=legal-person]")
    assert state(page)["node"] == "inst:citic-bank"
    page.click("[data-level=group]")
    assert state(page)["node"] == "inst:citic-group"
    assert "申报时为" in page.inner_text("#details")


# ---- the panel -------------------------------------------------------------------------------------------------------


def test_the_panel_of_every_pilot(desk: Opened, kg: KnowledgeGraph) -> None:
    """All facts and all evidence that the library's queries give for each pilot stand in its panel, and no others."""
    page = desk.fresh("#view=two-mode")
    titles = {row["source"]: row["title"] for row in compact_rows(kg, "sources")}
    wanted: dict[str, Counter[tuple[str, str]]] = {}
    for row in compact_rows(kg, "evidence"):
        named = titles[row["source"]] or kg.labels[kg.context.expand(row["source"])]["zh"]
        wanted.setdefault(row["pilot"], Counter())[named, row["printed"]] += 1
    for pilot, evidence in sorted(wanted.items()):
        panel = page.evaluate(PANEL, pilot)
        own = [fact for fact in panel["facts"] if fact["property"] != "sbx:underwent"]
        given = Counter((one["source"], one["printed"]) for fact in own for one in fact["evidence"])
        assert given == evidence, pilot
        assert all(fact["evidence"] for fact in panel["facts"])
        cards = compact_rows(kg, "pilot-card", pilot=pilot)
        facts = Counter(prop for prop, _ in {(row["property"], row["fact"]) for row in cards if row["fact"]})
        assert Counter(fact["property"] for fact in panel["facts"]) == facts
        said = page.inner_text("#details")
        assert all(row["summaryZh"] in said for row in compact_rows(kg, "pilots") if row["pilot"] == pilot)


# The panel of a node: each fact with its property, evidence, and whether it is marked as resting on mirrors alone.
PANEL = """
(id) => {
  Store.set({ node: id, edge: "" });
  const text = (root, selector) => (root.querySelector(selector) || { textContent: "" }).textContent;
  return {
    title: document.querySelector("#details h2").textContent,
    facts: [...document.querySelectorAll("#details section[data-property] li[data-fact]")].map((fact) => ({
      property: fact.closest("section").dataset.property,
      lead: text(fact, ".lead"),
      mirror: Boolean(fact.querySelector(":scope > .evidence .mirror")),
      evidence: [...fact.querySelectorAll(":scope > .evidence > ul > li")].map((one) => ({
        source: one.querySelector(":scope > .source > :first-child").textContent,
        printed: text(one, ":scope > .printed"),
        copies: text(one, ".original"),
      })),
    })),
    links: [...document.querySelectorAll("#details a")].map((a) => [a.href, a.rel, a.target]),
  };
}
"""


def test_the_panel_of_every_institution(desk: Opened, kg: KnowledgeGraph) -> None:
    """Names, identifiers as links, pilots with role and partners; links are safe; mirrors are told."""
    page = desk.fresh()
    names = Counter(row["thing"] for row in compact_rows(kg, "names"))
    resources = {row["resource"].strip("<>") for row in compact_rows(kg, "identifiers") if row["resource"]}
    network = kg.network("two-mode")
    seen_links: set[str] = set()
    for name, data in network.nodes(data=True):
        if data["mode"] != "institution":
            continue
        panel = page.evaluate(PANEL, name)
        assert panel["title"] == data["label_zh"]
        assert sum(fact["property"] == "sbx:hasName" for fact in panel["facts"]) == names[name]
        assert all(fact["evidence"] for fact in panel["facts"])
        listed = page.locator("#details ul.pilots > li")
        assert listed.count() == data["pilots"]
        said = " ".join(listed.all_inner_texts())
        for pilot in network[name]:
            assert network.nodes[pilot]["label_zh"] in said
            for partner in set(network[pilot]) - {name}:
                assert network.nodes[partner]["label_zh"] in said
        assert all(rel == "noopener noreferrer" and target == "_blank" for _, rel, target in panel["links"])
        assert all(href.startswith(("http://", "https://")) for href, *_ in panel["links"])
        seen_links |= {href for href, *_ in panel["links"]}
    own = {row["institution"] for row in compact_rows(kg, "identifiers") if row["resource"]} & set(network)
    expected = {row["resource"].strip("<>") for row in compact_rows(kg, "identifiers") if row["institution"] in own and row["resource"]}  # fmt: skip
    assert expected <= seen_links
    assert resources


def test_facts_on_mirrors_are_marked(desk: Opened, kg: KnowledgeGraph) -> None:
    """Marked are the facts all of whose sources are mirrors, those of the query `mirror-only-facts` among them."""
    page = desk.fresh()
    mirrors = {row["source"] for row in kg.internal("explorer-sources") if row["mirror"] == "yes"}
    sources: dict[str, set[str]] = {}
    for row in kg.internal("explorer-evidence"):
        sources.setdefault(row["fact"], set()).add(row["source"])
    alone = {row[2] for row in kg.query("mirror-only-facts").texts()}
    marked = {fact for fact, cited in sources.items() if cited <= mirrors}
    assert alone <= marked
    for name in ("inst:unionpay", "pilot:shenzhen-1-1", "inst:xiaomi-digital"):
        iri = kg.context.expand(name)
        owned = {row["fact"] for row in kg.internal("explorer-facts") if row["thing"] == iri}
        panel = page.evaluate(PANEL, name)
        assert sum(fact["mirror"] for fact in panel["facts"]) == len(owned & marked)
    assert any(fact["mirror"] for fact in panel["facts"])


def test_copies_lead_to_their_originals(desk: Opened, kg: KnowledgeGraph) -> None:
    """Where a cited source copies another, the panel names the other."""
    page = desk.fresh("#view=two-mode")
    originals = {row["source"]: row["original"] for row in compact_rows(kg, "sources") if row["original"]}
    cited = {row["source"]: row["pilot"] for row in compact_rows(kg, "evidence") if row["source"] in originals}
    assert cited
    for source, pilot in sorted(cited.items()):
        row = next(one for one in compact_rows(kg, "sources") if one["source"] == originals[source])
        title = row["title"] or kg.labels[kg.context.expand(row["source"])]["zh"]
        panel = page.evaluate(PANEL, pilot)
        assert any(title in one["copies"] for fact in panel["facts"] for one in fact["evidence"])


def test_a_line_names_the_joint_pilots(desk: Opened, kg: KnowledgeGraph) -> None:
    """Each pair: its pilots with the evidence of both ends."""
    page = desk.fresh()
    for one, other, data in list(kg.network().edges(data=True))[:12]:
        page.evaluate("(edge) => Store.set({ edge, node: '' })", f"{one}|{other}")
        said = page.inner_text("#details")
        for pilot in data["pilots"]:
            assert kg.labels[kg.context.expand(pilot)]["zh"] in said
        assert page.locator("#details .evidence").count() >= 2 * len(data["pilots"])


# ---- links, keys, what is taken away ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fragment", "language", "title"),
    [
        ("#node=inst:unionpay&view=two-mode&level=group&lang=en", "en", "China UnionPay"),
        ("#node=pilot:beijing-1-3&view=matrix&level=as-filed&lang=zh", "zh", "中信银行智令产品"),
        ("#edge=inst:ccb|inst:ccb-fintech&lang=zh", "zh", "建设银行 – 建信金融科技"),
        ("#edge=inst:ccb%7Cinst:ccb-fintech&lang=en", "en", "China Construction Bank – CCB FinTech"),
        ("#node=inst:citic-bank&level=group&lang=zh", "zh", "中信集团"),
        ("#technology=tech:blockchain|tech:big-data&area=plc:shanghai&lang=en", "en", None),
        ("#node=__proto__&view=constructor&level=toString&kind=hasOwnProperty&lang=xx", "zh", None),
    ],
)  # fmt: skip
def test_a_link_shows_the_same_again(desk: Opened, fragment: str, language: str, title: str | None) -> None:
    """An address gives node or pair, view, level, filters and language; its own link leads to the same."""
    page = desk.fresh(fragment)
    assert page.evaluate("Languages.current") == language
    assert page.evaluate("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[language]
    if title:
        assert page.inner_text("#details h2") == title
    before = state(page)
    link = page.evaluate("Store.link()")
    desk.fresh("#" + link.partition("#")[2])
    assert state(page) == before
    desk.quiet()


def test_going_back(desk: Opened) -> None:
    """The back key of the browser takes back a choice."""
    page = desk.fresh()
    page.evaluate("Picture.pin('inst:unionpay')")
    page.evaluate("Picture.pin('inst:ctrip')")
    page.go_back()
    page.wait_for_function("Store.state.node === 'inst:unionpay'")
    assert page.inner_text("#details h2") == "中国银联"


def test_without_a_mouse(each_desk: Opened, kg: KnowledgeGraph) -> None:
    """Tab reaches the picture, arrows follow lines, Enter pins, Escape clears, 1 2 3 switch, / searches; all is heard."""
    page = each_desk.fresh()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('#handles') !== null"):
            break
    assert page.evaluate("document.activeElement.dataset.id") == "inst:unionpay"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert "中国银联" in (page.get_attribute(":focus", "aria-label") or "")
    partners = set(kg.network()["inst:unionpay"])
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.id") in partners
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert state(page)["node"] == "inst:unionpay"
    assert page.get_attribute(":focus", "aria-pressed") == "true"
    page.wait_for_function("document.getElementById('live').textContent.includes('中国银联')")
    page.keyboard.press("Escape")
    assert state(page)["node"] == ""
    for key, view in (("2", "two-mode"), ("3", "matrix"), ("1", "co-application")):
        page.keyboard.press(key)
        assert state(page)["view"] == view
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("1")
    assert state(page)["view"] == "co-application"
    page.keyboard.press("Escape")
    page.focus("#take summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.take") == "png"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    each_desk.quiet()


def test_the_pointer(each_desk: Opened) -> None:
    """Hovering previews, a click on a mark, a label or a line pins, a click on nothing clears."""
    page = each_desk.fresh()
    page.wait_for_function("document.documentElement.dataset.drawn")
    where = """(id) => { const at = Picture.network.canvasToDOM(Picture.spots(Graph.at('as-filed').nodes.get(id)));
      const box = document.getElementById('canvas').getBoundingClientRect(); return [at.x + box.left, at.y + box.top]; }"""
    x, y = page.evaluate(where, "inst:ctrip")
    page.mouse.move(x, y)
    assert "携程" in page.inner_text("#tip")
    page.mouse.click(x, y)
    assert page.inner_text("#details h2") == "携程"
    label = page.evaluate("""() => { const { box } = Picture.labels.find((one) => one.node.id === 'inst:jd-digits');
      const at = Picture.network.canvasToDOM({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 });
      const frame = document.getElementById('canvas').getBoundingClientRect(); return [at.x + frame.left, at.y + frame.top]; }""")
    page.mouse.click(*label)
    assert page.inner_text("#details h2") == "京东数科"
    a, b = page.evaluate(where, "inst:unionpay"), page.evaluate(where, "inst:ctrip")
    page.mouse.move((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    assert "中信银行智令产品" in page.inner_text("#tip")
    page.mouse.click((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    assert page.inner_text("#details .eyebrow") == "合作关系"
    frame = page.locator("#canvas").bounding_box()
    assert frame is not None
    page.mouse.click(frame["x"] + 3, frame["y"] + 3)
    assert page.locator("#details h2").count() == 0
    each_desk.quiet()


def test_the_png_has_the_picture(desk: Opened) -> None:
    """Three times the size of the drawing, and not blank."""
    page = desk.fresh("#view=two-mode")
    with saved(page, "png") as path:
        data = path.read_bytes()
    seen = page.evaluate(
        """async (text) => {
          const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
          const canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width / 6, height: bitmap.height / 6 });
          const context = canvas.getContext('2d');
          context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
          const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
          let ink = 0;
          for (let at = 0; at < pixels.length; at += 4) if (pixels[at] + pixels[at + 1] + pixels[at + 2] < 700) ink++;
          return { width: bitmap.width, height: bitmap.height, ink: ink / (pixels.length / 4) };
        }""",
        base64.b64encode(data).decode(),
    )
    svg = ET.fromstring(page.evaluate("Figure.svg()"))
    assert (seen["width"], seen["height"]) == (3 * int(svg.get("width", "0")), 3 * int(svg.get("height", "0")))
    assert 0.02 < seen["ink"] < 0.4
    desk.quiet()


@pytest.mark.parametrize("view", ["co-application", "two-mode", "matrix"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_svg_holds_every_label(desk: Opened, kg: KnowledgeGraph, language: str, view: str) -> None:
    """It parses, stands alone, and has all names, the headline, the legend and where the data come from."""
    page = desk.fresh(f"#lang={language}&view={view}")
    with saved(page, "svg") as path:
        root = ET.fromstring(path.read_text(encoding="utf-8"))
    texts = [(text.text or "") for text in root.iter("{http://www.w3.org/2000/svg}text")]
    joined = "\n".join(texts)
    if view == "matrix":
        names = [data[f"label_{language}"] for _, data in kg.network().nodes(data=True)]
        assert all(any(text.rstrip("…") and name.startswith(text.rstrip("…")) for text in texts) for name in names)
    else:
        lines = page.evaluate("Picture.labels.flatMap((one) => one.lines)")
        assert not Counter(lines) - Counter(texts)
    assert page.inner_text("#finding").split()[0] in joined
    assert "CC BY 4.0" in joined
    assert kg.network().graph["cut_off"] in joined
    assert not re.search(r"https?://(?!www\.w3\.org)", ET.tostring(root, encoding="unicode"))


@pytest.mark.parametrize("level", LEVELS)
def test_the_csv_is_the_query(desk: Opened, kg: KnowledgeGraph, level: str) -> None:
    """Its first columns are the rows of `memberships`; a filter leaves only what is shown."""
    page = desk.fresh(f"#level={level}")
    result = kg.query("memberships", level=level)
    with saved(page, "csv") as path:
        text = path.read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][: len(result.columns)] == result.columns
    assert sorted(tuple(row[: len(result.columns)]) for row in rows[1:]) == sorted(result.texts())
    assert rows[0][-4:] == ["version", "cut_off", "licence", "cite"]
    page.evaluate("Store.set({ area: ['plc:shenzhen'] })")
    filtered = list(csv.reader(io.StringIO(page.evaluate("Exports.csv()"))))
    wanted = kg.query("memberships", level=level, area="plc:shenzhen").texts()
    assert sorted(tuple(row[: len(result.columns)]) for row in filtered[1:]) == sorted(wanted)


def test_it_prints(open_page: Open, file: Path, kg: KnowledgeGraph) -> None:
    """On paper: the figure and the table of all institutions and pilots, light even from a dark screen."""
    with open_page(file, color_scheme="dark") as seen:
        page = seen.page
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print", color_scheme="dark")
        assert page.locator("#paper > svg").count() == 1
        said = page.inner_text("#paper")
        network = kg.network("two-mode")
        assert all(label in said for _, label in network.nodes(data="label_zh"))
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.locator("button >> visible=true").count() == 0
        page.emulate_media(media="screen")
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.locator("#paper > *").count() == 0
        assert len(page.pdf()) > 30_000
        seen.quiet()


def test_without_scripts(open_page: Open, file: Path, kg: KnowledgeGraph) -> None:
    """Without JavaScript a table says which institution filed which pilot, in both languages."""
    with open_page(file, java_script_enabled=False) as seen:
        rows = seen.page.locator("noscript tr")
        assert rows.count() == 103 + 1
        said = seen.page.inner_text("noscript")
        assert all(label in said for _, label in kg.network("two-mode").nodes(data="label_en"))


# ---- what is missing ----


def test_the_view_of_coverage(desk: Opened, kg: KnowledgeGraph) -> None:
    """Every cohort stands in it with its squares; a click shows the cohort; the totals are those of the questions."""
    page = desk.fresh()
    assert re.findall(r"\d+", page.inner_text("#reach"))[:4] == ["104", "30", "128", "92"]
    page.click("#reach button >> nth=0")
    assert state(page)["view"] == "coverage"
    rows = compact_rows(kg, "cohort-coverage")
    assert page.locator("#coverage .cohorts tbody tr").count() == len(rows)
    for row in rows:
        line = page.locator("#coverage .cohorts tbody tr").filter(
            has=page.get_by_text(kg.labels[kg.context.expand(row["cohort"])]["zh"], exact=True)
        )
        squares = line.locator(".square")
        assert squares.count() == max(int(row["stated"] or 0), int(row["recorded"])), row["cohort"]
        assert line.locator(".square.gap").count() == int(row["missing"] or 0)
        assert line.locator(".unknown").count() == (not row["stated"])
    page.get_by_role("button", name="辽宁省第二批").first.click()
    assert page.inner_text("#details h2") == "辽宁省第二批"
    said = page.inner_text("#details")
    assert "已知 4 个试点,收录了 3 个" in said
    assert "大连银行" in said  # applied, nobody says for which pilot
    assert page.locator("#details ul.pilots > li").count() == 3
    desk.quiet()


def test_the_switch_to_the_article(desk: Opened) -> None:
    """One click leaves the 29 pilots of 2020 in full colour, another all."""
    page = desk.fresh()
    page.click("#reach button >> nth=1")
    assert re.findall(r"\d+", page.inner_text("#status"))[:2] == ["103", "29"]
    assert sorted(state(page)["cohort"]) == [
        "batch:beijing-1",
        "batch:beijing-2",
        "batch:shanghai-1",
        "batch:shenzhen-1",
    ]
    page.click("#reach button >> nth=1")
    assert state(page)["cohort"] == []


@pytest.mark.parametrize(
    ("typed", "node", "mark"),
    [
        ("资金流水核验服务项目", "pilot:xiongan-2025-1", "存疑,不计数"), ("四川方言", "pilot:chengdu-1-3", "申请机构不详,不在网络中"),
        ("大连银行", "inst:dalian-bank", "申请了某批次的项目,不知是哪一项"), ("国家金融科技风险监控中心", "inst:nfrm", "参与分工,不是申请机构,不在网络中"),
    ],
)  # fmt: skip
def test_what_stands_apart_is_found_and_marked(desk: Opened, typed: str, node: str, mark: str) -> None:
    """A doubtful pilot and what no network holds can be searched, says so, and is in no picture or count."""
    page = desk.fresh()
    assert page.evaluate("(text) => Search.find(text).map((one) => one.id)", typed)[0] == node
    page.evaluate("(node) => Store.set({ node })", node)
    assert mark in page.inner_text("#details")
    assert page.locator("#details .source").count() > 0
    assert not page.evaluate("(id) => Store.LEVELS.some((level) => Graph.at(level).nodes.has(id))", node)
    page.click("[data-level=group]")
    assert state(page)["node"] == node
    page.keyboard.press("Escape")
    assert state(page)["node"] == ""
    desk.quiet()


def test_marks_stand_in_panels(desk: Opened) -> None:
    """A label of ours, a list with gaps, a name as reported, an inferred cohort, a derived total: each is said."""
    page = desk.fresh()
    for node, text in (
        ("pilot:chongqing-2-1", "名称由编者所拟"), ("pilot:chongqing-1-4", "申请机构或不全"), ("pilot:beijing-3-1", "批次为推断"),
        ("batch:suzhou-2", "总数由编者推算"), ("batch:sichuan-2024", "由编者归组,批次未载"), ("pilot:xiongan-2025-1", "名称为转述,或非原文"),
    ):  # fmt: skip
        page.evaluate("(node) => Store.set({ node })", node)
        assert text in page.inner_text("#details .marks"), node


def test_cohorts_without_a_day_add_up_by_their_last_possible_one(desk: Opened) -> None:
    """Shandong 1 (by 15 June 2021) is among what came before Gansu 1 (6 September); Liaoning 2, of no year, never is."""
    page = desk.fresh()
    page.evaluate("Store.set({ cohort: ['batch:gansu-1'], upTo: true })")
    chosen = page.evaluate("[...Filter.chosen(Store.state, 'cohort')]")
    assert "batch:shandong-1" in chosen
    assert "batch:guangzhou-2" in chosen
    assert "batch:chongqing-2" not in chosen  # 17 September
    assert "batch:liaoning-2" not in chosen


# ---- for everyone ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fragment", "language", "scheme", "window"),
    [
        ("", "zh", "light", DESK), ("#node=inst:unionpay&view=two-mode", "en", "dark", DESK), ("#view=matrix&node=pilot:beijing-1-3", "zh", "dark", DESK),
        ("#area=plc:shanghai&technology=tech:blockchain&cohort=batch:shenzhen-1&upTo=1", "en", "light", DESK), ("#edge=inst:ccb|inst:ccb-fintech", "zh", "light", PHONE), ("#view=matrix", "en", "dark", PHONE),
        ("#view=coverage", "zh", "light", DESK), ("#view=coverage&node=batch:suzhou-1", "en", "dark", DESK), ("#node=pilot:xiongan-2025-1", "en", "light", PHONE),
    ],
)  # fmt: skip
def test_axe_finds_nothing_serious(
    open_page: Open, file: Path, fragment: str, language: str, scheme: str, window: tuple[int, int]
) -> None:
    """The rules of axe-core, contrast among them, with evidence unfolded and the menu open."""
    with open_page(file, fragment, language=language, color_scheme=scheme, window=window) as seen:
        seen.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert seen.serious() == []
        seen.quiet()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_drawn_has_contrast(open_page: Open, file: Path, scheme: str) -> None:
    """On its ground: text of the picture at least 4.5, marks at least 3 (WCAG 2.1, 1.4.3 and 1.4.11)."""
    with open_page(file, color_scheme=scheme) as seen:
        palette = seen.page.evaluate("Drawing.palette()")
    ground = palette["paper"]
    for name in ("ink", "soft", "accent"):
        assert contrast(palette[name], ground) >= 4.5, name
    for color in (*palette["kinds"], palette["pilot"]):
        assert contrast(color, ground) >= 3, color


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.1)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    """The relative luminance of #rrggbb."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_whole_page_changes_its_language(desk: Opened) -> None:
    """Nothing Chinese is left in English but names as printed, the button back, and what sources call things."""
    page = desk.fresh("#lang=en")
    chinese = r"[\u3400-\u9fff]"
    for view in ("co-application", "two-mode", "matrix", "coverage"):
        page.evaluate("(view) => Store.set({ view })", view)
        said = page.inner_text("body")
        assert [line for line in said.splitlines() if re.search(chinese, line)] == ["中文"]
        labels = page.evaluate(
            "[...document.querySelectorAll('[aria-label], [title], [placeholder]')].map((e) => [e.getAttribute('aria-label'), e.title, e.placeholder].join(' '))"
        )
        assert [text for text in labels if re.search(chinese, text)] == []
    assert not re.search(chinese, page.evaluate("Figure.svg()").partition("<title>")[2].replace("PingFang", ""))
    page.click("#language")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.inner_text("button[data-view=matrix]").startswith("矩阵")


# ---- a hostile graph -------------------------------------------------------------------------------------------------

PAYLOADS = [
    "</script><img src=x onerror=alert(1)>",
    '"><svg onload=alert(2)>',
    "javascript:alert(3)",
    "{{ 7*7 }}{% include '/etc/passwd' %}",
    "\u202egnp.exe\u2066",
    "<!--<script>",
    "长" * 10_000,
    "`~`!!\u2028\u2029\x00",
    "=cmd|' /C calc'!A0",
]


class Hostile:
    """A graph with something bad in every text; what is a name of a thing stays one."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._kg, self._next = kg, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kg, name)

    def _bad(self) -> str:
        self._next += 1
        return PAYLOADS[self._next % len(PAYLOADS)]

    @property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """Every label."""
        if not hasattr(self, "_labels"):
            self._labels = {iri: {"zh": self._bad(), "en": self._bad()} for iri in sorted(self._kg.labels)}
        return self._labels

    def network(self, kind: str, **given: str) -> Any:
        """Every label and note of a network."""
        network = self._kg.network(kind, **given)
        for name, data in network.nodes(data=True):
            labels = self.labels[self._kg.context.expand(name)]
            data.update(label_zh=labels["zh"], label_en=labels["en"])
        network.graph.update(
            cite=self._bad(), licence=self._bad(), graph_version=self._bad(), filters={"area": self._bad()}
        )
        return network

    def internal(self, name: str) -> list[dict[str, str]]:
        """Every text of every row; names of things stay."""
        rows = [dict(row) for row in self._kg.internal(name)]
        for row in rows:
            for key, value in row.items():
                is_name = value.startswith("https://w3id.org/sandbox-kg/") or key in ("order", "sort", "mirror")
                if value and not is_name and not (key == "detail" or key == "property"):
                    row[key] = self._bad()
        return rows


def test_a_hostile_graph_shows_as_text_and_runs_nothing(open_page: Open, kg: KnowledgeGraph, tmp_path: Path) -> None:
    """Payloads in every field: nothing runs, nothing is asked for, no link leads anywhere but to http(s)."""
    path = written(explorer.make_page(Hostile(kg)), tmp_path)
    with open_page(path, "#view=two-mode") as seen:
        page = seen.page
        page.wait_for_function("document.documentElement.dataset.drawn")
        links: set[str] = set()
        for language in ("zh", "en"):
            page.evaluate("(language) => Languages.set(language)", language)
            for view in ("co-application", "two-mode", "matrix", "coverage"):
                page.evaluate("(view) => Store.set({ view })", view)
                links |= set(
                    page.evaluate("""() => [...Graph.at(Store.state.level).nodes.keys()].slice(-30).flatMap((id) => {
                  Store.set({ node: id, edge: '' });
                  document.querySelectorAll('#details details').forEach((one) => { one.open = true; });
                  return [...document.querySelectorAll('a')].map((a) => a.protocol);
                })""")
                )
            page.evaluate(
                "() => { for (const pair of Graph.at(Store.state.level).pairs) Store.set({ edge: pair.id, node: '' }); }"
            )
        assert links <= {"http:", "https:", "file:"}
        said = page.evaluate(
            "Store.set({ node: 'inst:unionpay', edge: '' }), document.getElementById('side').textContent"
        )
        assert "onerror=alert(1)" in said
        assert page.evaluate("document.querySelectorAll('img, svg[onload], iframe, object').length") == 0
        for view in ("two-mode", "matrix"):
            page.evaluate("(view) => Store.set({ view })", view)
            ET.fromstring(page.evaluate("Figure.svg()"))
            assert page.evaluate("Figure.canvas().width") > 0
        page.fill("#search", "<img src=x onerror=alert(4)>")
        page.fill("#search", "onerror")
        assert page.locator("#results [role=option]").count() > 0
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.content())
        rows = list(csv.reader(io.StringIO(page.evaluate("Exports.csv()"))))
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "@"))]
        assert page.evaluate("document.documentElement.scrollWidth") <= DESK[0]
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        page.wait_for_timeout(200)
        seen.quiet()


def test_what_is_left_out_is_said(
    open_page: Open, kg: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are more institutions than a page can show, it opens on the largest islands and says so."""
    monkeypatch.setattr(scenes, "MOST_INSTITUTIONS", 16)
    path = written(explorer.make_page(kg, filters={"scope": "article"}), tmp_path)
    with open_page(path, language="en") as seen:
        said = seen.page.inner_text("#left-out")
        assert re.findall(r"\d+", said)[:2] == ["29", "19"]
        assert "sandbox-kg explore" in said
        assert seen.page.evaluate("Graph.at('as-filed').pilots.size") == 16
        seen.quiet()


def test_squeezed_texts_come_back(desk: Opened) -> None:
    """What Python squeezes the page unsqueezes, signs, surrogate pairs and long repetitions included."""
    from sandbox_kg.pages.squeezed import squeezed

    page = desk.fresh()
    texts = ["", "`~`~", "a" * 5000, "😀😁😀😁" * 50, "机构 institution " * 400, json.dumps(PAYLOADS), "~!!" * 30 + "`"]
    texts += ["".join(chr(32 + (k * k * 7 + k) % 95) for k in range(4000)) * 3, "x" + "长短" * 9000 + "y"]
    for text in texts:
        assert page.evaluate("(text) => unsqueeze(text)", squeezed(text)) == text
