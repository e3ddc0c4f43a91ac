"""Pages in a real browser: Debian's Chromium without a window and without a network, and all that a page complains of.

Test modules take the fixtures with `pytest_plugins = ["browser"]`; the browser is started once a session.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
DESK, PHONE = (1280, 800), (390, 844)
_RECORDER = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


@dataclass
class Opened:
    """A page and all that it complained of.

    Attributes:
        page: the page.
        address: its file.
        requests: addresses that it asked for beyond its own file; each was refused.
        complaints: what it said to the console, threw, or asked in a dialog.
    """

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def quiet(self) -> None:
        """Asserts that nothing was asked for, said, thrown, or stopped by the Content-Security-Policy."""
        assert self.requests == []
        assert self.complaints == []
        assert self.page.evaluate("window.violations") == []

    def fresh(self, fragment: str = "") -> Page:
        """The page opened anew with an address, as if from a link, by a reader who has not been here before."""
        self.page.evaluate("localStorage.clear()")
        self.page.goto("about:blank")
        self.page.goto(self.address + fragment)
        return self.page

    def serious(self) -> list[tuple[str, str, list[str]]]:
        """What axe-core finds serious or critical: rule, impact, and where."""
        if not self.page.evaluate("typeof axe !== 'undefined'"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        return [
            (rule["id"], rule["impact"], [str(node["target"]) for node in rule["nodes"]][:4])
            for rule in found["violations"]
            if rule["impact"] in ("serious", "critical")
        ]


Open = Callable[..., AbstractContextManager[Opened]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser; without one the tests are skipped, and in CI they fail."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        reason = "chromium is not installed: the tests of pages in a browser were NOT run"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pages were NOT tested")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def open_page(browser: Browser) -> Open:
    """A way to open a file in a fresh profile: in a `with`, given the file, a hash, `language` and `window`.

    A window as narrow as a phone's is a phone's, with touch. Further options go to Playwright's `new_context`.
    """

    @contextmanager
    def opened(
        file: Path, fragment: str = "", *, language: str = "zh", window: tuple[int, int] = DESK, **options: Any
    ) -> Iterator[Opened]:
        is_phone = window[0] < 500
        context = browser.new_context(
            **{
                "locale": LOCALES[language],
                "viewport": {"width": window[0], "height": window[1]},
                "is_mobile": is_phone,
                "has_touch": is_phone,
                "accept_downloads": True,
                **options,
            }
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        seen = Opened(page, file.as_uri())

        def refuse(route: Any) -> None:
            if route.request.url.partition("#")[0] == seen.address:
                route.continue_()
            else:
                seen.requests.append(route.request.url)
                route.abort()

        context.route("**/*", refuse)
        page.on("console", lambda said: seen.complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (seen.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        if options.get("java_script_enabled", True):
            page.add_init_script(_RECORDER)
        page.goto(seen.address + fragment)
        try:
            yield seen
        finally:
            context.close()

    return opened
