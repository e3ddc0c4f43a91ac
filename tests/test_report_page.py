"""The report in a browser: nothing is asked of a network, nothing overlaps, both languages, all sizes, no mouse needed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sandbox_kg as skg
from sandbox_kg.knowledge_graph import KnowledgeGraph
from sandbox_kg.project import Project
from sandbox_kg.report.bars import Bar, Segment, bars
from sandbox_kg.report.drawing import Drawing
from sandbox_kg.report.figure import NARROW, WIDE
from sandbox_kg.report.heat import heat
from sandbox_kg.report.page import known_links, make_report
from sandbox_kg.report.scale import Point, scale
from sandbox_kg.report.timeline import Event, Join, Strip, timeline

if TYPE_CHECKING:
    from browser import Open

pytest_plugins = ["browser"]

PAGES = ("report", "index")
DESK, PHONE = (1280, 800), (390, 844)
# Texts of each picture that is shown: those that leave it, and pairs that lie on each other (by more than a pixel).
MEASURE = """
(root) => {
  const found = [];
  for (const svg of (root.tagName === "svg" ? [root] : root.querySelectorAll("svg"))) {
    if (!svg.getClientRects().length) continue;
    const box = svg.getBoundingClientRect(), unit = box.width / svg.viewBox.baseVal.width;
    const texts = [...svg.querySelectorAll("text")].map((text) => {
      const r = text.getBoundingClientRect(), upright = text.hasAttribute("transform");
      const [x, y] = upright ? [r.width * .2, 0] : [0, r.height * .2];  // what is above and below the letters
      return { what: text.textContent, l: r.left + x, r: r.right - x, t: r.top + y, b: r.bottom - y };
    });
    for (const a of texts)
      if (a.l < box.left - unit || a.r > box.right + unit || a.t < box.top - unit || a.b > box.bottom + unit)
        found.push(`outside: ${a.what}`);
    for (let i = 0; i < texts.length; i++)
      for (let j = i + 1; j < texts.length; j++) {
        const a = texts[i], b = texts[j];
        if (Math.min(a.r, b.r) - Math.max(a.l, b.l) > unit && Math.min(a.b, b.b) - Math.max(a.t, b.t) > unit)
          found.push(`overlap: ${a.what} | ${b.what}`);
      }
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def kg(project: Project) -> KnowledgeGraph:
    """The built graph."""
    return skg.open(project.root)


@pytest.fixture(scope="module")
def folder(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report, written."""
    out = tmp_path_factory.mktemp("visualizations")
    for name, content in make_report(skg.open(project.root), pages=tuple(known_links())).items():
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_bytes(content)
    return out


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_and_its_pictures_are_clear(
    open_page: Open, folder: Path, name: str, language: str, scheme: str
) -> None:
    """At both sizes: no request or complaint, no text on another or outside its picture, no sideways scrolling."""
    for window in (DESK, PHONE):
        with open_page(folder / f"{name}.html", language=language, color_scheme=scheme, window=window) as seen:
            page = seen.page
            assert page.evaluate("document.documentElement.scrollWidth") <= window[0]
            shown = page.evaluate(
                "[...document.querySelectorAll('svg')].filter((s) => s.getClientRects().length).length"
            )
            assert shown == (8 if name == "report" else 1)
            assert page.evaluate(f"({MEASURE})(document.body)") == []
            seen.quiet()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_figures_are_clear_by_themselves(open_page: Open, folder: Path, language: str) -> None:
    """Each file: no text on another or outside, as wide as it says, on light ground whatever the reader prefers."""
    for file in sorted((folder / "figures").glob(f"*.{language}.svg")):
        with open_page(file, language=language, color_scheme="dark") as seen:
            assert seen.page.evaluate(f"({MEASURE})(document.documentElement)") == [], file.name
            smallest = seen.page.evaluate(
                "Math.min(...[...document.querySelectorAll('text')].map((t) => parseFloat(getComputedStyle(t).fontSize)))"
            )
            assert smallest >= 10.5
            seen.quiet()


def test_a_wider_font_does_no_harm(open_page: Open, folder: Path) -> None:
    """With a font wider than those of the list no text leaves its picture."""
    for file in sorted((folder / "figures").glob("*.en.svg")):
        with open_page(file, language="en") as seen:
            seen.page.evaluate("document.documentElement.setAttribute('font-family', 'DejaVu Sans')")
            assert seen.page.evaluate(f"({MEASURE})(document.documentElement)") == [], file.name


def test_the_language_switches(open_page: Open, folder: Path) -> None:
    """The reader's language first; a button turns texts, pictures, title and document language; a link fixes it."""
    visible = """[...document.querySelectorAll("[lang]:not(html)")].filter((e) => e.getClientRects().length)
        .map((e) => e.getAttribute("lang"))"""
    for name in PAGES:
        with open_page(folder / f"{name}.html", language="zh") as seen:
            page = seen.page
            assert page.evaluate("document.documentElement.lang") == "zh-CN"
            titles = [page.title()]
            page.click("#switch-language")
            assert page.evaluate("document.documentElement.lang") == "en"
            titles.append(page.title())
            assert len(set(titles)) == 2
            assert set(page.evaluate(visible)) <= {"en", "zh-CN"}
            # What stays Chinese in English: the button, and the links to the Chinese pictures.
            chinese = page.evaluate(
                r"""[...new Set(document.body.innerText.match(/[^\n]*[\u3400-\u9fff][^\n]*/g) || [])]"""
            )
            assert all(set(filter(lambda c: "\u3400" <= c <= "\u9fff", line)) <= set("中文") for line in chinese), (
                chinese
            )
            # The choice is kept, and a kept choice is taken; a link that names a language comes first.
            assert page.evaluate("localStorage.getItem('sandbox-kg-lang')") == "en"
            page.add_init_script("try { localStorage.setItem('sandbox-kg-lang', 'en'); } catch { /* a blank page */ }")
            assert seen.fresh().evaluate("document.documentElement.lang") == "en"
            assert seen.fresh("#lang=zh").evaluate("document.documentElement.lang") == "zh-CN"
            seen.quiet()


def test_it_reads_without_scripts(open_page: Open, folder: Path) -> None:
    """Without JavaScript the Chinese page stands whole, and the button that would do nothing is not there."""
    with open_page(folder / "report.html", language="en", java_script_enabled=False) as seen:
        page = seen.page
        assert page.locator("#technologies svg >> visible=true").count() == 1
        assert page.locator("#switch-language >> visible=true").count() == 0
        assert page.locator("h1").inner_text() == "表与图"
        assert page.locator("noscript").count() == 1
        assert "English file" in page.locator("footer").inner_text()


def test_without_a_mouse(open_page: Open, folder: Path, kg: KnowledgeGraph) -> None:
    """The first key leads past the head; the switch and the data of a figure open by keys; the focus can be seen."""
    with open_page(folder / "report.html", language="zh", window=DESK) as seen:
        page = seen.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
        page.keyboard.press("Enter")
        assert page.url.endswith("#content")
        page.locator("#switch-language").focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.documentElement.lang") == "en"
        page.locator("#technologies summary").focus()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        page.keyboard.press("Enter")
        rows = page.locator("#technologies details tbody tr >> visible=true")
        assert rows.count() == kg.count("technology-bases")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "region"
        seen.quiet()


def test_the_table_of_pilots_on_a_phone(open_page: Open, folder: Path, kg: KnowledgeGraph) -> None:
    """The rows become cards and stay a table to a screen reader; nothing is cut off."""
    with open_page(folder / "report.html", language="en", window=PHONE) as seen:
        page = seen.page
        cohorts = {row["cohort"] for row in kg.query("pilots")}
        lines = kg.count("pilots") + len(cohorts)  # each cohort has a line above its pilots
        assert page.locator("#pilots tbody tr >> visible=true").count() == lines
        assert page.get_by_role("table").filter(has_text="Weijie Loan").get_by_role("row").count() >= lines
        wide = page.evaluate(
            "Math.max(...[...document.querySelectorAll('#pilots td')].map((e) => e.getBoundingClientRect().right))"
        )
        assert wide <= 390
        seen.quiet()


@pytest.mark.parametrize("name", PAGES)
def test_it_prints(open_page: Open, folder: Path, name: str) -> None:
    """On paper: light, wide pictures, nothing to press, whatever the screen looked like."""
    with open_page(folder / f"{name}.html", language="zh", color_scheme="dark") as seen:
        page = seen.page
        page.emulate_media(media="print", color_scheme="dark")
        page.set_viewport_size({"width": 700, "height": 990})
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("getComputedStyle(document.querySelector('.f-label')).fill") == "rgb(28, 35, 41)"
        assert page.locator("button >> visible=true").count() == 0
        assert page.locator(".wide.zh >> visible=true").count() == (8 if name == "report" else 1)
        assert page.locator(".narrow >> visible=true").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 700
        assert len(page.pdf()) > 10_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(open_page: Open, folder: Path, name: str, language: str, scheme: str) -> None:
    """The rules of axe-core, contrast among them, with the data of every figure opened; wide and on a phone."""
    for window in (DESK, PHONE):
        with open_page(folder / f"{name}.html", language=language, color_scheme=scheme, window=window) as seen:
            page = seen.page
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            assert seen.serious() == []


# ---- pictures of other data -------------------------------------------------------------------------------------

LONG = {
    "zh": "基于多方安全图计算与可信执行环境的中小微企业供应链融资服务平台(二期)",
    "en": "Supply-chain financing platform for micro, small and medium enterprises on secure multi-party graph computation",
}


def of_other_data(language: str, room: float) -> dict[str, Drawing]:
    """Charts of what may come: six years of cohorts, long names, ranges, hundreds, a hundred rows."""
    name = LONG[language]
    strips = []
    for place in range(24):
        year, month = 2020 + place // 4, 1 + 3 * (place % 4)
        events = [Event(f"{year}-{month:02d}-{10 + step:02d}", 1 + step // 2, 3 + step) for step in range(5)]
        events += [
            Event(f"{year}-{month + 1:02d}", 2, 120),
            Event(f"{year + 1}", 3, 7),
            Event(f"{year + 1}-12-31", 4, 1),
        ]
        strips.append(Strip(f"{place} {name}" if place % 5 == 0 else f"{place}", f"{place} items", events))
    joins = [Join("2019-12-05", name), Join("2025-11", name), Join("2025-12-30", "x" * 90)]
    rows = [
        Bar(name if place % 7 == 0 else f"{name[:4]}{place}", [Segment(300 - place * 2, "bar-2", "inside")],
            [Segment(place, "bar-4")], total=str(300 - place * 2), more=f"+{place}", aside=f"{place * 1000}", depth=place % 4)
        for place in range(100)
    ]  # fmt: skip
    points = [
        Point(f"{name[: 4 + place]}", name, Decimal(10) ** (1 + place % 13), Decimal(10) ** (2 + place % 13) if sort == "range" else None,
              sort, limit, place % 2 == 0, name[: 20 + place], name)
        for place, (sort, limit) in enumerate(
            [(s, b) for s in ("value", "range", "magnitude") for b in ("none", "lower", "upper")] * 2
        )
    ]  # fmt: skip
    columns = [(str(place), name if place == 3 else f"{name[:6]}{place}") for place in range(8)]
    table = [(f"r{place}", name if place == 2 else f"{name[:5]}{place}", place % 3) for place in range(20)]
    cells = {(f"r{a}", str(b)): a * b for a in range(20) for b in range(8)}
    kinds = [(1, name), (2, "b"), (3, "c"), (4, "d")]
    return {
        "timeline": timeline(joins, strips, room, language, (name[:8], name[:8]), kinds),
        "bars": bars(rows, room, name[:9], ("", name[:3]), [("bar-2", name), ("bar-4", name[:7])]),
        "scale": scale(points, room, name[:9], lambda power: f"1e{power}", [(points[0], name), (points[1], "b")]),
        "heat": heat(table, columns, cells, room, (name[:4], name[:4])),
    }


@pytest.mark.parametrize("room", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_other_data_are_clear_too(open_page: Open, tmp_path: Path, language: str, room: float) -> None:
    """No text lies on another or leaves its picture, however many and however long."""
    for name, drawing in of_other_data(language, room).items():
        file = tmp_path / f"{name}.svg"
        file.write_bytes(drawing.file(name, language, name, name))
        with open_page(file, language=language) as seen:
            assert seen.page.evaluate(f"({MEASURE})(document.documentElement)") == [], name
