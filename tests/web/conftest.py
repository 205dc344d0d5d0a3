"""A Chromium, and a page of a server that it looks at. Whatever the page's console complains of fails the test."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.server.api.conftest import Desk, opened, write_library
from tests.web.browser import ARGUMENTS, chromium, missing

SHOTS = "SENSORIUM_SCREENSHOTS"
"""Names a folder where the tests leave what they see."""
TIMEOUT_MS = 30_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    why = missing()
    if why:
        pytest.skip(why)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield found
        found.close()


class Look:
    """One page: goes to addresses of a server, finds what is in it, keeps pictures."""

    def __init__(self, page: Any, url: str, shots: Path) -> None:
        self.page, self.url, self.shots = page, url, shots
        self.complaints: list[str] = []
        self.allowed: list[str] = []
        page.set_default_timeout(TIMEOUT_MS)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(f"{error} {error.stack}"))

    def _note(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")

    def go(self, path: str = "/") -> Any:
        self.page.goto(self.url + path)
        return self.page

    def search(self, path: str) -> Any:
        """Goes to a search and waits for its hits."""
        self.go(path)
        self.settled()
        return self.page

    def settled(self) -> None:
        self.page.locator(".tile").first.wait_for()
        self.page.locator(".results:not([aria-busy])").wait_for()

    def until(self, true: str, seconds: float = TIMEOUT_MS / 1000) -> None:
        """Waits for a condition in JavaScript. The driver's own waiting needs eval, which the page's policy forbids."""
        deadline = time.monotonic() + seconds
        while not self.page.evaluate(true):
            assert time.monotonic() < deadline, true
            self.page.wait_for_timeout(40)

    def titles(self) -> list[str]:
        found: list[str] = self.page.locator(".results .tile .name").all_inner_texts()
        return found

    def shot(self, name: str) -> None:
        self.page.screenshot(path=str(self.shots / f"{name}.png"))

    def check(self) -> None:
        wrong = [one for one in self.complaints if not any(re.search(fine, one) for fine in self.allowed)]
        assert not wrong, wrong


@pytest.fixture
def looks(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Look]]:
    """``looks(url, width=…)`` opens a page; the keywords go to the browser's context."""
    shots = Path(os.environ.get(SHOTS, tmp_path))
    shots.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        made: list[Look] = []

        def look(url: str, width: int = 1280, height: int = 860, **more: Any) -> Look:
            context = browser.new_context(viewport={"width": width, "height": height}, **more)
            stack.callback(context.close)
            made.append(Look(context.new_page(), url, shots))
            return made[-1]

        yield look
        for one in made:
            one.check()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server over a library of all five modalities, for looking only."""
    folder = tmp_path_factory.mktemp("web")
    write_library(folder / "library")
    with opened(folder / "home", folder / "library") as desk:
        job = desk.add("default", folder / "library", metadata={"colour": "red", "year": 2020})
        assert job["state"] == "done", job
        yield desk


@pytest.fixture
def look(looks: Callable[..., Look], site: Desk) -> Look:
    """A page over the shared library."""
    return looks(site.running.url)


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Desk]:
    """A server of a test that writes."""
    write_library(tmp_path / "library")
    with opened(tmp_path / "home", tmp_path / "library") as desk:
        yield desk
