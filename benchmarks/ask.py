"""Measures the page to ask in: its size, how soon it answers when it is opened, and how long each question takes in it.

Usage: python benchmarks/ask.py   (about half a minute on two cores)

The page is opened from `file://` in a fresh profile without a network, several times: once from the navigation in a
browser that runs already, once from the start of the browser. Each question of the library is then asked with its
example parameters several times, through the page and its worker.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import sandbox_kg
from sandbox_kg.ask.page import make_page

TIMES = 7
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
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
    makings = []
    for _ in range(TIMES):
        began = time.perf_counter()
        text = make_page(kg)
        makings.append(time.perf_counter() - began)
    print(f"page: {len(text.encode()) / 1e6:.2f} MB, made in {statistics.median(makings):.2f} s (median of {TIMES})")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
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
