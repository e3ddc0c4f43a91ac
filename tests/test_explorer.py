"""The explorer before a browser sees it: places, lines, colours, facts, and one page that is always the same."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unsqueezing import unsqueezed

import sandbox_kg as skg
from sandbox_kg.explorer import kinds, layout
from sandbox_kg.explorer import page as explorer
from sandbox_kg.explorer import scene as scenes
from sandbox_kg.explorer.arrangement import by_stress
from sandbox_kg.explorer.asked import readable
from sandbox_kg.explorer.boxes import Box, Mark, Spot, covered, label_box, mark_box
from sandbox_kg.explorer.lines import Breaker, Limits, width
from sandbox_kg.explorer.packing import filling_order, packed
from sandbox_kg.explorer.scene import Scene, make_scene
from sandbox_kg.explorer.search import index, readings
from sandbox_kg.explorer.sprawl import sprawl
from sandbox_kg.explorer.stress import places
from sandbox_kg.knowledge_graph import KnowledgeGraph
from sandbox_kg.network import LEVELS
from sandbox_kg.network.rows import compact_rows
from sandbox_kg.pages import html
from sandbox_kg.pages.squeezed import squeezed
from sandbox_kg.project import Project
from sandbox_kg.store.errors import QueryError

if TYPE_CHECKING:
    from servers import Server

pytest_plugins = ["servers"]

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "sandbox_kg" / "explorer" / "template"
INTERNAL = sorted(path.stem for path in (ROOT / "queries" / "internal").glob("explorer-*.rq"))


@pytest.fixture(scope="module")
def kg(project: Project) -> KnowledgeGraph:
    """The built graph."""
    return skg.open(project.root)


@pytest.fixture(scope="module")
def scene(kg: KnowledgeGraph) -> Scene:
    """The scene of the whole graph."""
    return make_scene(kg, {})


@pytest.fixture(scope="module")
def article(kg: KnowledgeGraph) -> Scene:
    """The scene of the article of 2020, whose numbers are those of DESIGN."""
    return make_scene(kg, {"scope": "article"})


@pytest.fixture(scope="module")
def page(kg: KnowledgeGraph) -> str:
    """The page of the whole graph."""
    return explorer.make_page(kg)


# ---- one page --------------------------------------------------------------------------------------------------------


def test_it_is_the_same_under_every_hash_seed(page: str) -> None:
    """Three processes with different hash seeds write the same bytes."""
    code = "import hashlib, sandbox_kg as skg; from sandbox_kg.explorer.page import make_page; print(hashlib.sha256(make_page(skg.open()).encode()).hexdigest())"
    running = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, stdout=subprocess.PIPE, text=True)
        for seed in ("1", "7", "4242")
    ]  # fmt: skip
    digests = {process.communicate(timeout=400)[0].strip() for process in running}
    assert digests == {hashlib.sha256(page.encode()).hexdigest()}


def test_it_is_small_and_asks_nobody(page: str) -> None:
    """At most 1 MB; no address in it is fetched; scripts and styles only those of the policy."""
    assert len(page.encode()) <= 1_000_000
    assert page.startswith("<!doctype html>\n<html lang=")
    markup = re.sub(r"<(script|style)\b[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"\b(?:src|srcset|poster|data|background|xlink:href)\s*=", markup)
    assert not re.search(r"""\bon[a-z]+\s*=\s*["']""", markup)
    assert " style=" not in markup
    assert set(re.findall(r'href="([^"]*)"', markup)) == {"#stage"}
    styles = "".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    assert "url(" not in styles
    assert "@import" not in styles
    assert "sourceMappingURL" not in page
    assert "@license" in page
    assert "vis.js is dual licensed" in page


def test_the_policy_names_just_what_is_there(page: str) -> None:
    """Each script and style is allowed by its hash; nothing inline is allowed as such."""
    import base64

    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    said = policy[1].replace("&#39;", "'")
    assert "unsafe" not in said
    assert said.startswith("default-src 'none'; ")
    codes = re.findall(r"<script>(.*?)</script>|<style>(.*?)</style>", page, re.DOTALL)
    for code in codes:
        digest = base64.b64encode(hashlib.sha256("".join(code).encode()).digest()).decode()
        assert f"'sha256-{digest}'" in said
    assert said.count("'sha256-") == len(codes)
    assert len(codes) == 4 + 1 + len(explorer.SHARED) + len(explorer.SCRIPTS)


def test_pyvis_holds_the_network(article: Scene) -> None:
    """The network on which the page opens is what pyvis writes; nodes and edges are those of the scene."""
    page = explorer.page_of(article)
    block = re.search(r'id="network-as-filed">(.*?)</script>', page, re.DOTALL)
    assert block
    data = json.loads(block[1])
    made = explorer.network_of(article.levels["as-filed"])
    nodes, edges, *_, options = made.get_network_data()
    assert data == {"nodes": nodes, "edges": edges}
    assert json.loads(options)["physics"] == {"enabled": False}
    assert Counter(node["group"] == "pilot" for node in data["nodes"]) == {False: 45, True: 29}
    assert Counter("pilots" in edge for edge in data["edges"]) == {False: 52, True: 33}


def test_a_part_of_the_graph(kg: KnowledgeGraph) -> None:
    """Filters leave that part; the page says so. What does not exist is refused."""
    part = make_scene(kg, {"area": "上海", "scope": "article"})
    assert part.levels["as-filed"].finding["pilots"] == 8
    assert set(part.data["pilots"]) == set(kg.network("two-mode", area="上海", scope="article")) - set(
        kg.network(area="上海", scope="article")
    )
    assert part.data["about"]["filters"] == {"area": "上海"}
    english = explorer.make_page(kg, filters={"cohort": "batch:beijing-1"}, level="group", language="en")
    assert '<html lang="en" data-lang="en">' in english
    assert 'id="network-group">' in english
    with pytest.raises(QueryError):
        explorer.make_page(kg, level="galaxy")
    with pytest.raises(QueryError):
        explorer.make_page(kg, filters={"colour": "red"})


def test_too_many_institutions(kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest islands stay, as many as fit; what is left out is counted; the other levels follow."""
    monkeypatch.setattr(scenes, "MOST_INSTITUTIONS", 16)
    part = make_scene(kg, {"scope": "article"})
    assert part.levels["as-filed"].finding["institutions"] == 16
    assert part.levels["as-filed"].finding["largest"] == 8
    pilots = part.data["pilots"]
    assert part.data["leftOut"] == {"institutions": 29, "pilots": 29 - len(pilots)}
    for level in LEVELS:
        assert {n for n in part.levels[level].network if n.startswith("pilot")} == set(pilots)


def test_a_page_leads_to_what_lies_beside_it_and_to_nothing_else(kg: KnowledgeGraph, page: str) -> None:
    """Written alone it has no link to another page; written with others it has one to each, and none to itself."""
    assert not re.findall(r'href="\w+\.html', page)
    beside = explorer.make_page(kg, beside=("report", "ask", "explorer", "index"))
    assert re.findall(r'href="(\w+)\.html"', beside) == ["index", "ask", "report"]


def test_texts_have_both_languages_and_are_used() -> None:
    """Each text of the page has zh and en with the same placeholders; each key that is asked for exists; none is idle."""
    own = tomllib.loads((TEMPLATE / "texts.toml").read_text(encoding="utf-8"))
    texts = html.texts(TEMPLATE / "texts.toml")
    for key, text in texts.items():
        assert set(text) == {"zh", "en"}, key
        found = [set(re.findall(r"\{(\w+)\}", one)) for one in text.values()]
        assert found[0] == found[1], key
    code = "".join(
        path.read_text(encoding="utf-8") for path in sorted(TEMPLATE.glob("*.js*")) if path.suffix != ".toml"
    )
    code += (TEMPLATE / "explorer.html.jinja").read_text(encoding="utf-8")
    asked = set(
        re.findall(
            r"""\bt\("([a-z-]+)"|text\("([a-z-]+)"|counted\("([a-z-]+)"|data-t-[a-z-]+="([a-z-]+)"|texts\["([a-z-]+)"\]""",
            code,
        )
    )
    keys = {key for group in asked for key in group if key}
    assert keys <= set(texts)
    families = ("facet-", "level-", "view-", "read-", "finding-", "take-", "part-", "mark-", "apart-")
    idle = {k for k in own if f'"{k}"' not in code and not k.startswith(families) and not k.endswith("-one")}
    assert idle == set()


# ---- what is missing ----


def test_coverage_is_that_of_the_library(scene: Scene, article: Scene, kg: KnowledgeGraph) -> None:
    """The rows of the view are those of the public questions; a part that is no scope has none."""
    covered = scene.data["coverage"]
    rows = compact_rows(kg, "cohort-coverage")
    assert [{key: value for key, value in row.items() if value} for row in rows] == covered["cohorts"]
    assert [row["recorded"] for row in covered["years"]] == [
        row["recorded"] for row in compact_rows(kg, "year-coverage")
    ]
    assert covered["article"] == ["batch:beijing-1", "batch:beijing-2", "batch:shanghai-1", "batch:shenzhen-1"]
    assert [row["cohort"] for row in article.data["coverage"]["cohorts"]] == covered["article"]
    assert "article" not in article.data["coverage"]
    assert make_scene(kg, {"area": "上海"}).data["coverage"] == {}


def test_what_stands_apart_is_on_the_page_but_counts_nowhere(scene: Scene, article: Scene) -> None:
    """The doubtful pilot, the one without applicants, and institutions that apply nowhere: found, described, no node.

    Counted by hand in data/cohorts: two pilots; Chengdu Rural Commercial Bank, Bank of Dalian, Bank of Suzhou and the
    central bank's Suzhou sub-branch applied for an unknown pilot; the branch of the doubtful pilot applied for nothing else.
    """
    apart = scene.data["apart"]
    reasons = {name: said["reason"] for name, said in apart.items()}
    assert {name for name, reason in reasons.items() if reason == "batch"} == {
        "inst:cdrcb", "inst:dalian-bank", "inst:pboc-suzhou", "inst:suzhou-bank",
    }  # fmt: skip
    assert {name for name in apart if name.startswith("pilot:")} == {"pilot:xiongan-2025-1", "pilot:chengdu-1-3"}
    assert (reasons["pilot:xiongan-2025-1"], reasons["pilot:chengdu-1-3"]) == ("doubtful", "unapplied")
    assert reasons["inst:icbc-xiongan"] == "doubtful"
    assert reasons["inst:nfrm"] == "contributor"
    nodes = {name for level in scene.levels.values() for name in level.network}
    assert not nodes & set(apart)
    assert set(apart) <= set(scene.data["found"])
    assert set(apart) <= set(scene.details["things"])
    assert article.data["apart"] == {}


def test_contributors_are_in_no_network(kg: KnowledgeGraph, scene: Scene) -> None:
    """Whoever only contributes is no partner: the pairs of the page are those of applicants."""
    only = {row["institution"] for row in compact_rows(kg, "contributions") if row["applies"] == "no"}
    applied = {row["filed"] for row in compact_rows(kg, "memberships")}
    assert only - applied
    as_filed = scene.levels["as-filed"]
    assert not (only - applied) & set(as_filed.network)
    assert not (only - applied) & set(as_filed.pairs)


def test_marks_of_the_editors(scene: Scene, kg: KnowledgeGraph) -> None:
    """Every mark of the public question on something of the page is told there."""
    marks = {(name, *pair) for name, pairs in scene.data["marks"].items() for pair in pairs}
    rows = {(row["thing"], row["mark"], row["value"]) for row in compact_rows(kg, "editorial-marks")}
    assert marks == rows
    assert ("pilot:chongqing-2-1", "sbx:chineseName", "code:descriptive") in marks


# ---- what it says ----------------------------------------------------------------------------------------------------


def test_findings_are_those_of_the_design(article: Scene) -> None:
    """The table of DESIGN: pilots, joint, institutions, pairs, islands, largest, solo; and the brokers."""
    keys = ("joint", "institutions", "pairs", "islands", "largest", "solo", "most")
    wanted = {
        "as-filed": (15, 45, 33, 22, 8, 9, 3),
        "legal-person": (14, 39, 32, 17, 11, 8, 3),
        "group": (11, 34, 29, 16, 14, 11, 4),
    }
    for level, numbers in wanted.items():
        found = article.levels[level].finding
        assert tuple(found[key] for key in keys) == numbers
        assert found["top"] == ["inst:unionpay"]
        assert found["brokers"][0] == "inst:unionpay"
    assert article.levels["as-filed"].finding["within"] == 4
    assert len(article.levels["group"].finding["brokers"]) == 3


def test_filings_are_the_memberships(scene: Scene, kg: KnowledgeGraph) -> None:
    """Each membership with its role and the fact behind it; at each level each institution has its holder."""
    rows = compact_rows(kg, "memberships")
    assert [(filed, pilot, role) for filed, pilot, roles, _ in scene.data["filings"] for role in roles or [""]] == [
        (row["institution"], row["pilot"], row["role"]) for row in rows
    ]
    assert all(facts for *_, facts in scene.data["filings"])
    for level in LEVELS:
        held = {row["filed"]: row["institution"] for row in compact_rows(kg, "memberships", level=level)}
        assert scene.data["holders"][level] == held


def test_every_fact_has_evidence_and_nothing_is_lost(scene: Scene, kg: KnowledgeGraph) -> None:
    """Facts of what is shown: as many as the graph has, each with all of its evidence; sources follow their originals."""
    shown = {name for level in scene.levels.values() for name in level.network}
    shown |= {*scene.data["cohorts"], *scene.data["apart"]}
    rows = [row for row in kg.internal("explorer-facts") if kg.context.compact(row["thing"]) in shown]
    facts = {row["fact"] for row in rows}
    assert len(scene.details["facts"]) == len(facts)
    evidence = [row for row in kg.internal("explorer-evidence") if row["fact"] in facts]
    assert sum(len(fact[1]) for fact in scene.details["facts"]) == len(evidence)
    assert all(fact[1] for fact in scene.details["facts"])
    sources = scene.details["sources"]
    originals = {row["source"]: row["original"] for row in kg.internal("explorer-sources") if row["original"]}
    for source in sources:
        copied = originals.get(kg.context.expand(source["name"]))
        assert (sources[source["original"]]["name"] if "original" in source else None) == (
            copied and kg.context.compact(copied)
        )


def test_properties_come_in_the_order_of_the_ontology(scene: Scene, kg: KnowledgeGraph) -> None:
    """What the panel lists first is what the ontology shows first; nothing is shown that it does not order."""
    order = {kg.context.compact(row["property"]): int(row["order"]) for row in kg.internal("explorer-order")}
    keys = scene.details["keys"]
    for thing in scene.details["things"].values():
        for part in ("about", "facts"):
            ranks = [order[keys[number]] for number, _ in thing[part]]
            assert ranks == sorted(ranks)
    for details, *_ in scene.details["facts"]:
        ranks = [order[keys[number]] for number, _ in details]
        assert ranks == sorted(ranks)


@pytest.mark.parametrize("name", INTERNAL)
def test_servers_give_the_same_rows(published: Server, kg: KnowledgeGraph, name: str) -> None:
    """The queries of the explorer agree on Oxigraph's server and on Virtuoso."""
    remote = skg.connect(published.query)
    assert remote.internal(name) == kg.internal(name)


def test_a_page_from_a_server_is_the_same(published: Server, page: str) -> None:
    """A page made over the network differs in nothing but the digest of the file, which a server does not tell."""
    remote = explorer.make_page(skg.connect(published.query))
    cut = r'<script type="application/json" id="squeezed">.*?</script>'
    assert re.sub(cut, "", remote) == re.sub(cut, "", page)
    assert len(remote) - len(page) < 200


# ---- places ----------------------------------------------------------------------------------------------------------


def overlaps(spots: dict[str, Spot], marks: dict[str, Mark]) -> list[tuple[str, str]]:
    """Marks and labels of different things that touch each other."""
    boxes: list[tuple[str, Box]] = [
        (name, box)
        for name, spot in spots.items()
        for box in (mark_box(spot, marks[name]), label_box(spot, marks[name]))
    ]

    def touch(one: Box, other: Box) -> bool:
        across = min(one[2], other[2]) - max(one[0], other[0])
        return across > 0.11 and min(one[3], other[3]) - max(one[1], other[1]) > 0.11

    return [(a, b) for (a, one), (b, other) in itertools.combinations(boxes, 2) if a != b and touch(one, other)]


def marks_of(
    network: nx.Graph, label: Callable[[str], tuple[float, float]] = lambda _: (70.0, 30.0)
) -> dict[str, Mark]:
    """Marks for a network, all of one size unless said otherwise."""
    return {name: Mark(9.0 if side == 0 else 6.0, label(name)) for name, side in network.nodes(data="bipartite")}


def two_mode(*pilots: str) -> nx.Graph:
    """A network of pilots p0, p1, … with members named by letters."""
    graph = nx.Graph()
    for name in sorted({member for pilot in pilots for member in pilot}):
        graph.add_node(name, bipartite=0)
    for number, members in enumerate(pilots):
        graph.add_node(f"p{number}", bipartite=1)
        graph.add_edges_from((member, f"p{number}") for member in members)
    return graph


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_covers_anything(scene: Scene, level: str) -> None:
    """In every packing and language all things have a place inside the picture, and no two touch."""
    made = scene.levels[level]
    for language, packings in made.packings.items():
        notes = html.texts(scenes.TEXTS)["in-joint"][language]
        marks = {}
        for name, data in made.network.nodes(data=True):
            lines = list(made.labels[name][language])
            if name in made.finding["brokers"]:
                lines.append(notes.format(count=data["joint_pilots"]))
            size = scenes.TYPE[data["mode"]][language]
            marks[name] = Mark(
                1.2 * made.radius(name),
                (size * max(map(width, lines)), size * 1.2 * len(lines)),
                scenes.GAP[data["mode"]],
            )
        for packing in packings:
            assert set(packing.spots) == set(made.network)
            assert overlaps(packing.spots, marks) == []
            boxes = [
                box
                for name, spot in packing.spots.items()
                for box in (mark_box(spot, marks[name]), label_box(spot, marks[name]))
            ]
            assert min(box[0] for box in boxes) >= -0.1
            assert max(box[2] for box in boxes) <= packing.width + 0.1
            assert max(box[3] for box in boxes) <= packing.height + 0.1
            assert packing.islands[0][1] <= 1  # the largest island begins at the top


def test_bars_and_polygons() -> None:
    """Two partners stand on one line, the pilot between them; more stand on a circle around it, evenly."""
    for count in range(2, 9):
        network = two_mode("abcdefgh"[:count])
        (packing,) = layout.packings(network, marks_of(network), [400], lambda _: 0)
        center = packing.spots["p0"]
        around = [packing.spots[name] for name in "abcdefgh"[:count]]
        radii = [math.dist(spot.point, center.point) for spot in around]
        assert max(radii) - min(radii) < 0.3
        if count == 2:
            assert {spot.y for spot in around} == {center.y}
            assert [spot.side for spot in around] == ["W", "E"]
        sides = [math.dist(around[k].point, around[(k + 1) % count].point) for k in range(count)]
        assert max(sides) - min(sides) < 0.3


def test_solo_applicants_stand_in_a_strip() -> None:
    """Below all islands, in rows of one length, with their pilots below them; those with most first."""
    network = two_mode("ab", "c", "d", "d", "e", "f")
    (packing,) = layout.packings(network, marks_of(network), [300], lambda name: -ord(name))
    strip = packing.strip
    assert strip is not None
    assert all(packing.spots[name].y > strip for name in "cdef")
    assert max(box[3] for box in packing.islands) <= strip
    rows: dict[float, list[str]] = {}
    for name in "dfec":
        rows.setdefault(packing.spots[name].y, []).append(name)
    assert [name for _, row in sorted(rows.items()) for name in sorted(row, key=lambda n: packing.spots[n].x)] == list(
        "dfec"
    )
    assert {len(row) for row in rows.values()} == {2}
    assert packing.spots["p2"].x == packing.spots["d"].x
    assert packing.spots["d"].y < packing.spots["p2"].y < packing.spots["p3"].y


MEMBERS = st.lists(st.text("abcdefghijkl", min_size=1, max_size=5), min_size=1, max_size=10)
LABELS = st.tuples(st.integers(10, 100), st.integers(12, 60))


@settings(max_examples=40)
@given(MEMBERS, LABELS, LABELS)
def test_any_small_network_is_laid_out(pilots: list[str], one: tuple[int, int], other: tuple[int, int]) -> None:
    """Everything has a place, nothing covers anything, a second run gives the same; the first island begins at the top."""
    network = two_mode(*("".join(sorted(set(members))) for members in pilots))
    marks = marks_of(network, lambda name: one if sum(map(ord, name)) % 2 else other)  # type: ignore[arg-type, return-value]
    made = layout.packings(network, marks, [300, 900], lambda name: name)
    for packing in made:
        assert set(packing.spots) == set(network)
        assert overlaps(packing.spots, marks) == []
    assert layout.packings(network, marks, [300, 900], lambda name: name) == made


def test_a_large_island_is_spread() -> None:
    """Some hundreds of institutions in one island: each has a place of its own, always the same."""
    chain = ["".join(chr(0x4E00 + number + step) for step in (0, 1, 7)) for number in range(150)]
    network = two_mode(*chain, chain[0][0])
    (island,) = layout.islands(network)
    marks = marks_of(network)
    (packing,) = layout.packings(network, marks, [1400], lambda _: 0)
    assert set(packing.spots) == set(network)
    bare = {name: Mark(mark.radius, (0.0, 0.0)) for name, mark in marks.items()}
    assert len(overlaps(packing.spots, bare)) < 0.02 * len(network)
    assert sprawl(island, by_stress(island), marks) == sprawl(island, by_stress(island), marks)


def test_stress_keeps_distances() -> None:
    """A path becomes about straight, a ring round; the same nodes in another process order give the same places."""
    nodes = [f"n{number:02}" for number in range(12)]
    path = {
        name: [n for n in (nodes[k - 1] if k else "", nodes[k + 1] if k < 11 else "") if n]
        for k, name in enumerate(nodes)
    }
    at = places(nodes, path)
    assert math.dist(at["n00"], at["n11"]) > 0.9 * 11
    ring = {name: [nodes[k - 1], nodes[(k + 1) % 12]] for k, name in enumerate(nodes)}
    at = places(nodes, ring)
    middle = (sum(x for x, _ in at.values()) / 12, sum(y for _, y in at.values()) / 12)
    radii = [math.dist(place, middle) for place in at.values()]
    assert max(radii) / min(radii) < 1.1


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(1, 200)), max_size=30), st.integers(100, 900))
def test_packed_boxes_do_not_overlap(sizes: list[tuple[int, int]], wide: int) -> None:
    """Each box lies inside the width, or alone if it is wider; none covers another; the height holds all."""
    at, height = packed(sizes, wide)
    boxes = [(x, y, x + w, y + h) for (x, y), (w, h) in zip(at, sizes, strict=True)]
    for one, other in itertools.combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    for box, (w, _) in zip(boxes, sizes, strict=True):
        assert box[0] >= 0
        assert box[2] <= max(wide, w)
        assert box[3] <= height


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(1, 200)), min_size=1, max_size=20), st.integers(100, 900))
def test_an_order_fills_gaps_and_loses_no_box(sizes: list[tuple[int, int]], wide: int) -> None:
    """Every box comes once, the first first."""
    order = filling_order(sizes, wide)
    assert order[0] == 0
    assert sorted(order) == list(range(len(sizes)))


def test_covered_has_air() -> None:
    """Boxes count as covering each other when less than the air between them is left."""
    assert covered((0, 0, 10, 10), (12.9, 0, 20, 10)) > 0
    assert covered((0, 0, 10, 10), (13.1, 0, 20, 10)) == 0


# ---- labels, colours, search -----------------------------------------------------------------------------------------


@given(st.text(max_size=80), st.integers(4, 12), st.integers(1, 4))
def test_lines_fit(text: str, wide: int, lines: int) -> None:
    """No more lines than allowed, none wider than allowed, and what is left out is told by an ellipsis."""
    limits = Limits(float(wide), lines)
    found = Breaker([]).broken(text, limits)
    assert 0 < len(found) <= lines or not text.split()
    assert all(width(line) <= wide + 1e-6 for line in found)
    kept = "".join("".join(found).split())
    whole = "".join(text.split())
    assert kept == whole or kept.rstrip("…") == whole[: len(kept.rstrip("…"))]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("工商银行上海分行", ["工商银行", "上海分行"]),
        ("人寿财保北京分公司", ["人寿财保", "北京分公司"]),
        ("中信银行信用卡中心", ["中信银行", "信用卡中心"]),
        ("北京小微企业金融综合服务有限公司", ["北京小微企业", "金融综合服务", "有限公司"]),
        ("中国电信集团系统集成有限责任公司", ["中国电信集团", "系统集成", "有限责任公司"]),
        ("中国银联", ["中国银联"]),
        ("National Computer Network and Information Security Management Center", None),
    ],
)
def test_lines_are_balanced(kg: KnowledgeGraph, text: str, lines: list[str] | None) -> None:
    """Breaks stand before the endings of names and between words, never leaving one character alone."""
    breaker = Breaker(labels["zh"] for labels in kg.labels.values())
    found = breaker.broken(text, Limits(7.4, 3))
    assert lines is None or found == lines
    assert all(len(line) > 1 for line in found)


def test_labels_of_the_graph_are_whole_and_even(scene: Scene) -> None:
    """Chinese names of institutions stand whole; no line of a label has one character alone or starts with 的."""
    for level in scene.levels.values():
        for name, labels in level.labels.items():
            lines = labels["zh"]
            if name.startswith("inst"):
                assert "".join(lines) == level.network.nodes[name]["label_zh"].replace(" ", "")
            assert all(len(line) > 1 and not line.startswith("的") for line in lines), lines


def test_kinds_have_colour_and_shape(article: Scene, scene: Scene) -> None:
    """The kinds that file most have their own; no two share a shape or, to any eye, a colour."""
    assert article.data["kinds"][:3] == ["code:bank", "code:technology-company", "code:card-network"]
    assert scene.data["kinds"][:2] == ["code:bank", "code:technology-company"]
    assert len(set(scene.data["shapes"][:-1])) == len(scene.data["shapes"]) - 1
    assert "square" not in scene.data["shapes"]
    assert kinds.slot_of(["b", "a", "a"], {"a": "x", "b": "y"}, ["x", "y"]) == 0
    assert kinds.slot_of(["a", "b"], {"a": "x", "b": "y"}, ["y", "x"]) == 0
    assert kinds.slot_of(["c"], {}, ["x"]) == kinds.OTHER


# Machado, Oliveira & Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency (2009), severity 1.
SIGHT = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}


def lab(color: str, sight: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
    """A colour in CIELAB (D65) as an eye of that sight sees it."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    seen = [min(1.0, max(0.0, sum(m * c for m, c in zip(row, linear, strict=True)))) for row in sight]
    matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(m * c for m, c in zip(row, seen, strict=True)) for row in matrix]
    f = [
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116
        for t in (v / w for v, w in zip(xyz, (0.95047, 1, 1.08883), strict=True))
    ]
    return (116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2]))


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", [0, 1])
def test_colours_differ_to_every_eye(theme: int, sight: str) -> None:
    """The colours of kinds lie well apart in CIELAB as eyes of each sight see them; shape tells them apart as well."""
    css = (TEMPLATE / "explorer.css").read_text(encoding="utf-8")
    found = re.findall(r"--kind-(\d): (#[0-9a-f]{6});", css)
    colors = [color for _, color in found[7 * theme : 7 * theme + 7]]
    assert len(colors) == 7
    seen = [lab(color, SIGHT[sight]) for color in colors]
    least = min(math.dist(one, other) for one, other in itertools.combinations(seen, 2))
    assert least >= (30 if sight == "usual" else 15), least


def test_readings() -> None:
    """Pinyin in full and by initials; characters of several readings by each; Latin letters and digits stay."""
    assert readings("中国银联")[:2] == ["zhongguoyinlian", "zgyl"]
    assert {"baihangzhengxin", "bhzx"} <= set(readings("百行征信"))
    assert "chongqing" in readings("重庆")
    assert "5gzhinengyinhang" in readings("5G+智能银行")
    assert readings("UnionPay") == []
    assert len(readings("行" * 500)) <= 2
    assert index({"x": ["Ab", "ab", ""]}) == {"x": ["ab", ""]}


def test_nothing_hides_in_a_name() -> None:
    """Controls and signs that turn the direction of writing become visible; all else stays."""
    assert readable("a\u202eb\u2066c\x00d\u200f") == "a\ufffdb\ufffdc\ufffdd\ufffd"
    assert readable("重庆\n5G+\t“智能”…") == "重庆\n5G+\t“智能”…"


# ---- squeezed --------------------------------------------------------------------------------------------------------


@given(st.lists(st.text(max_size=40), max_size=12), st.integers(1, 6))
def test_squeezing_loses_nothing(parts: list[str], times: int) -> None:
    """Any text comes back, and is never more than twice as long."""
    text = "".join(parts * times)
    short = squeezed(text)
    assert unsqueezed(short) == text
    assert len(short.encode()) <= 4 * len(text.encode()) + 4


@given(st.lists(st.text("ab\n`~\U0001f600", max_size=30), max_size=8), st.integers(1, 6))
def test_squeezing_keeps_lines(parts: list[str], times: int) -> None:
    """There are as many lines as before, and each begins where it did: no reference reaches over the end of one."""
    text = "\n".join(parts * times)
    lines = squeezed(text).split("\n")
    assert len(lines) == len(text.split("\n"))
    for count in range(1, len(lines) + 1):
        assert unsqueezed("\n".join(lines[:count])) == "\n".join(text.split("\n")[:count])


def test_squeezing_makes_shorter(scene: Scene) -> None:
    """The records of the page take less than half their room."""
    text = html.embedded(scene.details)
    assert len(squeezed(text).encode()) < 0.5 * len(text.encode())
    assert unsqueezed(squeezed(text)) == text
    assert not set(squeezed(text)) & set('<>&"\\') - set(text)


def test_scripts_and_styles_cannot_end_their_element() -> None:
    """A script or style of ours that would end its element is refused."""
    for bad in ("</script>", "x</STYLE >", "<!--"):
        with pytest.raises(ValueError, match="ends its own element"):
            html.prepared(explorer.TEMPLATE, styles=[], scripts=[bad], data={})
