"""Ten thousand hits: few tiles in the page, no long task while scrolling, nothing moves once it is there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import Look
from tests.web.fake import Fake

from sensorium.config import Settings
from sensorium.server.app import App
from sensorium.server.server import Server
from sensorium.testing.server import RunningServer

MOST_TILES = 300
LONGEST_MS = 100
WATCH = """() => {
  window.seen = {shifts: 0, tiles: 0};
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) seen.shifts += one.value;
  }).observe({type: "layout-shift"});
}"""
SCROLL = """async (to) => {
  const from = scrollY;
  for (let step = 1; step <= 30; step += 1) {
    scrollTo(0, from + (to - from) * step / 30);
    await new Promise(requestAnimationFrame);
    seen.tiles = Math.max(seen.tiles, document.querySelectorAll(".tile").length);
  }
}"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Fake, str]]:
    """The page over a stand-in that has ten thousand hits at once; its routes come before the server's own."""
    made = Fake()
    build = App.__init__

    def first(self: App, door: object, pages: object = ()) -> None:
        build(self, door, [*made.routes(), *pages])  # type: ignore[arg-type, misc]  # a test's own doing

    monkeypatch.setattr(App, "__init__", first)
    with RunningServer(Server(Settings(tmp_path / "home", serve_port=0, serve_access_log="off"))) as server:
        yield made, server.url


def tasks(trace: bytes) -> list[float]:
    """The tasks of the page's main thread, in milliseconds of its own time, the longest first.

    Time on the clock would also count what other processes of a busy machine take.
    """
    events = json.loads(trace)["traceEvents"]
    mains = {(e["pid"], e["tid"]) for e in events if e.get("args", {}).get("name") == "CrRendererMain"}
    found = [
        e["tdur"] / 1000
        for e in events
        if e["name"].endswith("RunTask") and (e["pid"], e["tid"]) in mains and "tdur" in e
    ]
    assert len(found) > 100, "the trace holds no tasks"
    return sorted(found, reverse=True)


def test_ten_thousand_hits_scroll(browser: Any, looks: Callable[..., Look], fake: tuple[Fake, str]) -> None:
    look = looks(fake[1])
    page = look.search("/?q=red&k=10000")
    assert fake[0].asked[0]["limit"] < 100
    page.evaluate(WATCH)
    browser.start_tracing(page=page, categories=["toplevel", "disabled-by-default-devtools.timeline"])
    for part in range(1, 4):
        page.evaluate(SCROLL, part * 4_000)
        page.wait_for_timeout(80)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    look.until("document.querySelector('.tile[data-at=\"9999\"]') !== null")
    page.evaluate(SCROLL, 0)
    page.locator('.tile[data-at="0"]').wait_for()
    seen = page.evaluate("seen")
    assert seen["tiles"] <= MOST_TILES
    assert seen["shifts"] < 0.01
    longest = tasks(browser.stop_tracing())[0]
    assert longest <= LONGEST_MS, longest
    assert page.locator(".tile").first.get_attribute("aria-setsize") == "10000"
    assert page.evaluate("window.pwned") is None
