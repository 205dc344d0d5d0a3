"""Whom the page lets in: axe-core's rules in every view, light and dark, small and large; motion; widths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.server.api.conftest import Desk
from tests.web.browser import AXE, NO_AXE
from tests.web.conftest import Look

VIEWS = {
    "search": "/?q=red+shoes&in=t:-0.5:blue",
    "welcome": "/",
    "library": "/?view=library",
    "map": "/?view=map",
}
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  const told = (node) => node.html.slice(0, 160) + " " + (node.any[0]?.message ?? "");
  return found.violations.map((one) => [one.id, one.help, one.nodes.map(told)]);
}"""


BEYOND = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("main *, header *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth)
    .map((one) => one.outerHTML.slice(0, 120))"""


def violations(page: Any) -> list[Any]:
    found: list[Any] = page.evaluate(RUN)
    return found


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1600, "light")])
def test_axe_finds_nothing(looks: Callable[..., Look], site: Desk, width: int, scheme: str) -> None:
    if not AXE.is_file():
        pytest.skip(NO_AXE)
    # axe is put in by the driver, past the page's policy, which would refuse it.
    look = looks(site.running.url, width=width, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    for name, path in VIEWS.items():
        page = look.go(path)
        ready(page, name)
        page.add_script_tag(path=str(AXE))
        assert not violations(page), name
        look.shot(f"{name}-{width}-{scheme}")
        if name == "search":
            page.get_by_role("button", name="Filters").click()
            page.get_by_label("Add a condition…").select_option("year")
            page.locator(".results:not([aria-busy])").wait_for()
            page.locator(".tile-open").first.focus()
            assert not violations(page), "filters"
            look.shot(f"filters-{width}-{scheme}")
            page.keyboard.press("Enter")
            page.locator(".detail-facts .pairs", has_text="Vector").wait_for()
            assert not violations(page), "detail"
            look.shot(f"detail-{width}-{scheme}")
            page.keyboard.press("Escape")
            page.keyboard.press("?")
            page.get_by_role("heading", name="Keyboard shortcuts").wait_for()
            assert not violations(page), "help"


def ready(page: Any, name: str) -> None:
    waited = {
        "search": ".tile",
        "welcome": ".tally",
        "library": ".browse .tile",
        "map": ".legend button",
    }
    page.locator(waited[name]).first.wait_for()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("width", [390, 1024, 1600])
def test_no_view_is_wider_than_the_window(looks: Callable[..., Look], site: Desk, width: int) -> None:
    look = looks(site.running.url, width=width)
    for name, path in VIEWS.items():
        page = look.go(path)
        ready(page, name)
        assert page.evaluate(BEYOND) == [], name


def test_reduced_motion_is_kept_still(looks: Callable[..., Look], site: Desk) -> None:
    look = looks(site.running.url, reduced_motion="reduce")
    page = look.search("/?q=blue&m=video")
    page.locator(".tile").first.hover()
    page.wait_for_timeout(500)
    assert page.locator("video").count() == 0
    assert page.evaluate("getComputedStyle(document.querySelector('.picture img')).transitionDuration") == "1e-05s"
