"""Measures the page to ask in: its size, how soon it answers when it is opened, and how long each question takes in it.

Usage: python benchmarks/ask.py [COPIES]   (about half a minute on two cores)

With COPIES the graph is grown first: all that is said of pilots, cohorts, institutions and sources is said so many
times again, of invented ones and in other words, so that it cannot be written shorter because it is a copy.

The page is opened from `file://` in a fresh profile without a network, several times: once from the navigation in a
browser that runs already, once from the start of the browser. Each question of the library is then asked with its
example parameters several times, through the page and its worker.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import sandbox_kg
from sandbox_kg.ask.page import make_page
from sandbox_kg.knowledge_graph import KnowledgeGraph, graph_file

TIMES = 7
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
GROWN = ("pilot", "batch", "inst", "src")  # prefixes of what is said again
ASK = """async ([text, times]) => {
  const found = [];
  for (let k = 0; k < times; k++) {
    const began = performance.now();
    const { form } = Guard.check(text);
    await Engine.ask(text, form);
    found.push(performance.now() - began);
  }
  return found.sort((a, b) => a - b)[Math.floor(times / 2)];
}"""


def grown(kg: KnowledgeGraph, copies: int) -> bytes:
    """The graph and its copies as N-Triples; letters of a copy's texts stand for other letters, one for one."""
    triples = [quad.triple for quad in ox.parse(graph_file(kg.project).read_bytes(), format=ox.RdfFormat.N_TRIPLES)]
    namespaces = tuple(kg.context.prefixes[name] for name in GROWN)
    texts = [triple.object.value for triple in triples if isinstance(triple.object, ox.Literal)]
    letters = sorted({letter for text in texts for letter in text if "\u4e00" <= letter <= "\u9fff"})
    latin = "abcdefghijklmnopqrstuvwxyz"
    out = list(triples)
    for copy in range(1, copies + 1):
        chance = random.Random(copy)
        others = dict(zip(map(ord, letters), chance.sample(letters, len(letters)), strict=True))
        others |= dict(zip(map(ord, latin), chance.sample(latin, len(latin)), strict=True))

        def other(term: Any, copy: int = copy, others: dict[int, str] = others) -> Any:
            if isinstance(term, ox.NamedNode) and term.value.startswith(namespaces):
                namespace = next(one for one in namespaces if term.value.startswith(one))
                name, mark, rest = term.value[len(namespace) :].partition("_")
                return ox.NamedNode(f"{namespace}{name}-x{copy}{mark}{rest}")
            if isinstance(term, ox.Literal) and (term.language or term.datatype.value.endswith("#string")):
                text = term.value.translate(others)
                return ox.Literal(text, language=term.language) if term.language else ox.Literal(text)
            return term

        said = (triple for triple in triples if triple.subject.value.startswith(namespaces))
        out += [ox.Triple(other(one.subject), one.predicate, other(one.object)) for one in said]
    return b"".join(f"{triple} .\n".encode() for triple in out)


def opened(playwright: Any, path: Path) -> tuple[float, float, Any]:
    """Milliseconds to the first answer from the navigation and from the browser's start, and the page."""
    began = time.perf_counter()
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    page = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True).new_page()
    page.goto(path.as_uri(), wait_until="commit")
    page.wait_for_selector('#result[data-shows="table"]')
    whole = (time.perf_counter() - began) * 1000
    return page.evaluate("performance.getEntriesByName('answer')[0].startTime"), whole, page


def main() -> None:
    """Prints the measures."""
    from playwright.sync_api import sync_playwright

    kg = sandbox_kg.open()
    copies = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        graph = None
        if copies:
            graph = Path(folder) / "grown.nt"
            graph.write_bytes(grown(kg, copies))
        makings = []
        for _ in range(3 if copies else TIMES):
            began = time.perf_counter()
            text = make_page(kg, graph_file=graph)
            makings.append(time.perf_counter() - began)
        print(f"page: {len(text.encode()) / 1e6:.2f} MB, made in {statistics.median(makings):.2f} s (median)")
        path = Path(folder) / "ask.html"
        path.write_bytes(text.encode())
        answers, starts = [], []
        for turn in range(TIMES):
            answer, start, page = opened(playwright, path)
            answers.append(answer)
            starts.append(start)
            if turn < TIMES - 1:
                page.context.browser.close()
        for name, found in (("navigation", answers), ("start of the browser", starts)):
            print(f"{name} to first answer: {min(found):.0f} ms least, {statistics.median(found):.0f} ms median")
        page.wait_for_selector("html[data-ready]", state="attached")
        print(f"{page.evaluate('Engine.size')} triples")
        times = {}
        for question in kg.questions():
            bound = kg.bound(question.name, **{one.name: one.example for one in question.parameters})
            times[question.name] = page.evaluate(ASK, [bound, TIMES])
        slowest = max(times, key=lambda name: times[name])
        median = statistics.median(times.values())
        print(f"{len(times)} questions: {median:.1f} ms median, slowest {slowest} {times[slowest]:.1f} ms")
        page.context.browser.close()


if __name__ == "__main__":
    main()
