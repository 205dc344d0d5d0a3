"""The map: points of all modalities, colours, previews, and a way through by the keyboard."""

from __future__ import annotations

import json

from tests.web.conftest import Look


def test_the_map_is_drawn_coloured_hovered_and_walked(look: Look) -> None:
    look.allowed.append("willReadFrequently")  # it is this test that reads the canvas
    page = look.go("/?view=map")
    legend = page.locator(".legend button")
    legend.first.wait_for()
    assert legend.all_inner_texts() == ["Texts", "Pages", "Pictures", "Sounds", "Clips"]
    assert "differences fit into two dimensions" in page.locator(".view-head").inner_text()
    canvas = page.locator("canvas")
    inked = "(c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((one) => one > 0)"
    look.until(f"({inked})(document.querySelector('canvas'))")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    card = page.locator(".map-card")
    card.wait_for()
    first = card.inner_text()
    assert first
    page.keyboard.press("ArrowLeft")
    look.until(f"document.querySelector('.map-card').innerText !== {json.dumps(first)}")
    assert page.locator("[aria-live]").inner_text() != ""
    look.shot("map")
    for key in ("+", "-", "0"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Show all").click()
    for at in range(5):
        legend.nth(at).click()
    assert legend.first.get_attribute("aria-pressed") == "false"
    look.until(f"!({inked})(document.querySelector('canvas'))")
    page.get_by_label("Colour by").select_option("colour")
    page.wait_for_url("**color=colour*")
    page.locator(".legend button", has_text="red").wait_for()
    canvas.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator("dialog.detail[open]").wait_for()
    page.locator(".detail-facts .pairs").first.wait_for()
