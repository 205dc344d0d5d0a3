"""One hit in full."""

from __future__ import annotations

import pytest
from tests.web.conftest import Look

SHOWN = {
    "text": ".stage-text",
    "document": ".stage img",
    "image": ".stage img",
    "audio": ".stage-sound .wave-match[d]",
    "video": ".stage video",
}


@pytest.mark.parametrize("kind", SHOWN)
def test_every_modality_is_shown_in_full(look: Look, kind: str) -> None:
    page = look.search(f"/?q=red+shoes&m={kind}")
    page.locator(".tile-open").first.click()
    page.locator("dialog.detail[open]").wait_for()
    page.locator(SHOWN[kind]).first.wait_for(state="attached")
    facts = page.locator(".pairs", has_text="Vector")
    facts.wait_for()
    said = page.locator(".detail-facts").inner_text()
    assert "colour\nred" in said
    assert "year\n2020" in said
    assert "Source" in said
    if kind == "text":
        assert page.locator(".stage-text mark").first.inner_text() == "Red"
    if kind == "video":
        look.until("document.querySelector('.stage video').readyState > 0")
    look.shot(f"detail-{kind}")
    page.keyboard.press("Escape")
    look.until("!location.search.includes('open=')")


def test_an_address_opens_a_hit_and_steps_lead_on(look: Look) -> None:
    page = look.search("/?q=red")
    titles = look.titles()
    page.locator(".tile-open").first.click()
    page.locator("dialog.detail #detail-title", has_text=titles[0]).wait_for()
    page.get_by_role("button", name="Next hit").click()
    page.locator("dialog.detail #detail-title", has_text=titles[1]).wait_for()
    page.keyboard.press("ArrowLeft")
    page.locator("dialog.detail #detail-title", has_text=titles[0]).wait_for()
    page.reload()
    page.locator("dialog.detail #detail-title", has_text=titles[0]).wait_for()
    page.go_back()
    page.locator("dialog.detail[open]").wait_for(state="detached")
    assert "q=red" in page.url


def test_keys_are_copied_and_originals_opened(look: Look) -> None:
    look.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = look.search("/?q=red&m=image")
    page.locator(".tile-open").first.click()
    page.locator(".detail").get_by_role("button", name="Copy the key").click()
    page.get_by_text("Copied the key").first.wait_for()
    key = page.evaluate("navigator.clipboard.readText()")
    assert f"open={key}" in page.url
    with page.context.expect_page() as opened:
        page.locator(".detail").get_by_role("button", name="Open the original").click()
    assert "/api/v1/media/" in opened.value.url
