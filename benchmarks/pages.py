"""Measures how soon a page shows its picture: the explorer, beside what stock pyvis makes of the same network.

Usage: python benchmarks/pages.py [--json] [INSTITUTIONS ...]   (default 500 2000 10000; about three minutes)

The network of the graph itself comes first, then invented networks in its manner: many small consortia, a few
institutions in many of them. Stock pyvis lays its picture out in the browser (physics on); its page is given up after
`PATIENCE` seconds, and networks of more than `STOCK_UP_TO` institutions are not tried with it. Each page is opened
several times from `file://` in a fresh profile without a network, in turn.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from functools import cached_property
from pathlib import Path
from typing import Any

import networkx as nx

import sandbox_kg
from sandbox_kg.context import Context
from sandbox_kg.explorer.page import make_page
from sandbox_kg.network.projection import co_application
from sandbox_kg.network.two_mode import institutions, pilots
from sandbox_kg.store.results import Result

TIMES, PATIENCE = 3, 60.0
STOCK_UP_TO = 2000
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SURNAMES, KINDS = "东南西北中华长江黄河海山平安泰和信达", ("银行", "科技", "支付", "征信", "保险", "通信", "数据")


class Invented:
    """A graph with an invented network, asked as the real one is."""

    is_remote = False

    def __init__(self, count: int, context: Context) -> None:
        self.context, self._count = context, count

    @cached_property
    def two_mode(self) -> nx.Graph:
        """Pilots of 1 to 5 institutions; who is in one is likelier to be in the next, who is in none has one alone."""
        chance = random.Random(1)
        graph = nx.Graph()
        urn = list(range(self._count))
        for pilot in range(int(self._count * 0.75)):
            size = chance.choices((1, 2, 3, 4, 5), (45, 33, 13, 6, 3))[0]
            for one in {chance.choice(urn) for _ in range(size)}:
                graph.add_edge(f"inst:i{one:05}", f"pilot:p{pilot:05}", filed=(f"inst:i{one:05}",))
                if chance.random() < 0.12:
                    urn.append(one)
        for one in range(self._count):
            if f"inst:i{one:05}" not in graph:
                graph.add_edge(f"inst:i{one:05}", f"pilot:p{self._count + one:05}", filed=(f"inst:i{one:05}",))
        return self._described(graph)

    def _described(self, found: nx.Graph) -> nx.Graph:
        graph = nx.Graph()
        chance = random.Random(2)
        for name in sorted(found):
            is_pilot = name.startswith("pilot")
            kind = f"code:k{chance.choices(range(7), (30, 20, 10, 8, 6, 4, 2))[0]}"
            zh, en = self.labels[self.context.expand(name)].values()
            data: dict[str, Any] = {"label_zh": zh, "label_en": en, "bipartite": int(is_pilot)}
            if is_pilot:
                cohort = f"batch:b{int(name[-5:]) // 25:03}"
                data |= {"mode": "pilot", "cohort": cohort, "area": "plc:beijing", "members": len(found[name])}
                data["date"] = f"20{20 + int(name[-5:]) // 400}-01-01"
            else:
                joint = sum(len(found[pilot]) > 1 for pilot in found[name])
                data |= {"mode": "institution", "sector": kind, "pilots": len(found[name]), "joint_pilots": joint}
            graph.add_node(name, **data)
        graph.add_edges_from((*sorted(edge), found.edges[edge]) for edge in sorted(map(sorted, found.edges)))
        graph.graph.update(graph_version="0", cut_off="2021-01-01", licence="none", cite="invented")
        return graph

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """Names of the usual length."""
        chance = random.Random(3)
        found = {}
        for number in range(self._count):
            zh = "".join(chance.choices(SURNAMES, k=chance.randint(2, 5))) + chance.choice(KINDS)
            found[self.context.expand(f"inst:i{number:05}")] = {"zh": zh, "en": f"Invented Institution {number}"}
            for pilot in (number, self._count + number):
                names = {"zh": f"基于{zh}的融资服务", "en": f"Invented pilot {pilot}"}
                found[self.context.expand(f"pilot:p{pilot:05}")] = names
        for number in range(7):
            found[self.context.expand(f"code:k{number}")] = {"zh": KINDS[number], "en": f"kind {number}"}
        return found

    def network(self, kind: str, **_: str) -> nx.Graph:
        """The network, the same at each level."""
        return self.two_mode if kind == "two-mode" else co_application(self.two_mode)

    def query(self, _name: str, **_: str) -> Result:
        """No rows."""
        return Result("select")

    def internal(self, _name: str) -> list[dict[str, str]]:
        """No rows."""
        return []

    def count(self, _name: str, **_: str) -> int:
        """No rows."""
        return 0


def stock(network: nx.Graph) -> str:
    """What pyvis makes of the co-applications by itself, without the style sheets and scripts that it fetches."""
    import re

    from pyvis.network import Network

    made = Network(cdn_resources="in_line")
    graph = co_application(network)
    for name, data in graph.nodes(data=True):
        made.add_node(name, label=data["label_zh"])
    for one, other in graph.edges:
        made.add_edge(one, other)
    text = re.sub(r"<(?:link|script)[^>]*https?://[^>]*>(?:</script>)?", "", made.generate_html())
    drawn = "network.once('afterDrawing', () => performance.mark('picture'))"
    mark = f"network.once('stabilizationIterationsDone', () => {drawn});"
    return text.replace("</body>", f"<script>{mark}</script></body>")


def first_pictures(pages: dict[str, Path]) -> dict[str, list[float]]:
    """Milliseconds from navigation to the first complete picture, of each page several times in turn."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[float]] = {name: [] for name in pages}
    with sync_playwright() as playwright:
        for _ in range(TIMES):
            for name, path in pages.items():
                if found[name] and found[name][-1] > 5000:
                    continue  # once is enough for what takes so long
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                page = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True).new_page()
                page.goto(path.as_uri(), wait_until="commit")
                found[name].append(waited(page))
                browser.close()
    return found


def waited(page: Any) -> float:
    """Waits for the mark that a page sets when its picture is drawn."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        marks = page.evaluate("performance.getEntriesByName('picture').map((entry) => entry.startTime)")
        if marks:
            return float(marks[0])
        time.sleep(0.1)
    return PATIENCE * 1000


def measure(sizes: list[int]) -> list[dict[str, Any]]:
    """Makes the pages and opens them."""
    kg = sandbox_kg.open()
    graphs: dict[str, Any] = {"the graph": kg, "the article": kg}
    scopes = {"the article": {"scope": "article"}}
    graphs |= {f"{size} invented": Invented(size, kg.context) for size in sizes}
    with tempfile.TemporaryDirectory() as folder:
        pages: dict[str, Path] = {}
        built: dict[str, float] = {}
        for name, graph in graphs.items():
            network = graph.network("two-mode", **scopes.get(name, {}))
            for kind in ("explorer", "stock pyvis")[: 2 if len(institutions(network)) <= STOCK_UP_TO else 1]:
                began = time.monotonic()
                text = make_page(graph, filters=scopes.get(name)) if kind == "explorer" else stock(network)
                built[f"{name}, {kind}"] = time.monotonic() - began
                pages[f"{name}, {kind}"] = Path(folder) / f"page{len(pages)}.html"
                pages[f"{name}, {kind}"].write_bytes(text.encode())
        times = first_pictures(pages)
        rows: list[dict[str, Any]] = []
        for of, graph in graphs.items():
            network = graph.network("two-mode", **scopes.get(of, {}))
            for name in (f"{of}, explorer", f"{of}, stock pyvis"):
                row = {"page": name, "institutions": len(institutions(network)), "pilots": len(pilots(network))}
                row |= {"kilobytes": None, "made": None, "picture": None, "patience": PATIENCE * 1000}
                if name in pages:
                    row |= {"kilobytes": pages[name].stat().st_size / 1024, "made": built[name]}
                    row |= {"picture": statistics.median(times[name])}
                rows.append(row)
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as Markdown."""
    lines = ["| page | institutions | pilots | size (KB) | made in (s) | first picture (ms) |"]
    lines.append("|---|---:|---:|---:|---:|---:|")
    for row in rows:
        counts = f"| {row['page']} | {row['institutions']:,} | {row['pilots']:,} |"
        if row["picture"] is None:
            lines.append(f"{counts} – | – | not tried |")
            continue
        said = f"> {row['patience']:,.0f}" if row["picture"] >= row["patience"] else f"{row['picture']:,.0f}"
        lines.append(f"{counts} {row['kilobytes']:,.0f} | {row['made']:.1f} | {said} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sizes = [int(size) for size in sys.argv[1:] if size != "--json"]
    measured = measure(sizes or [500, 2000, 10_000])
    print(json.dumps(measured) if "--json" in sys.argv else table(measured), end="")
