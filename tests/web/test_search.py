"""The search view: what people ask with, what they see, what they do with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.server.api.conftest import Desk
from tests.web.conftest import Look

ALL = {"text", "document", "image", "audio", "video"}


def query(look: Look) -> dict[str, list[str]]:
    return parse_qs(urlsplit(look.page.url).query)


def test_words_find_all_modalities_and_the_address_holds_the_question(look: Look) -> None:
    page = look.go("/")
    look.shot("welcome")
    page.get_by_label("Search with words").fill("red shoes")
    page.keyboard.press("Enter")
    look.settled()
    assert query(look) == {"q": ["red shoes"]}
    assert {kind for kind in ALL if page.locator(f".picture.is-{kind}").count()} == ALL
    first = page.locator(".tile").first
    assert first.locator(".number").inner_text().startswith(("0.", "1."))
    assert first.locator(".band").inner_text() in ("very close", "close", "related", "unrelated")
    page.locator(".picture.is-document .badge").first.wait_for()
    page.locator(".picture.is-image img.is-loaded").first.wait_for()
    page.locator(".wave-match[d]").first.wait_for(state="attached")
    assert page.locator(".passage mark").first.inner_text().lower() in ("red", "shoes")
    assert page.title() == "red shoes · Sensorium"
    look.shot("results")

    page.get_by_label("Search with words").fill("pears")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=pears*")
    page.go_back()
    page.wait_for_url("**q=red*")
    look.settled()
    assert page.get_by_label("Search with words").input_value() == "red shoes"
    page.go_back()
    page.locator(".hero").wait_for()


def test_a_file_words_and_weights_make_one_question(look: Look, site: Desk) -> None:
    page = look.go("/?q=apples")
    look.settled()
    page.locator(".box input[type=file]").set_input_files([site.library / "green.png", site.library / "tone.wav"])
    page.locator(".chip:not(.is-waiting)").nth(1).wait_for()
    page.locator(".chip .name", has_text="green.png").wait_for()
    page.locator(".chip-picture img").first.wait_for()
    assert len(query(look)["in"]) == 2
    page.locator(".chip input[type=range]").first.fill("-1.5")
    page.locator(".chip.is-negative output", has_text="−1.5").wait_for()
    page.wait_for_url("**in=u%3A-1.5%3A*")
    look.settled()
    look.shot("parts")
    # The address alone brings everything back: names, thumbnails, weights.
    page.reload()
    look.settled()
    page.locator(".chip.is-negative .name", has_text="green.png").wait_for()
    page.get_by_role("button", name="Remove green.png from the query").click()
    page.locator(".chip.is-negative").wait_for(state="detached")
    assert len(query(look)["in"]) == 1
    # Words become a part of their own.
    page.get_by_label("Search with words").fill("not leather")
    page.keyboard.press("Shift+Enter")
    page.wait_for_url("**t%3A1%3Anot*")
    assert page.get_by_label("Search with words").input_value() == ""


GIVE = """([how, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "given.png", {type: "image/png"}));
  const event = how === "paste"
    ? new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})
    : new DragEvent(how, {dataTransfer: data, bubbles: true, cancelable: true});
  document.body.dispatchEvent(event);
}"""


@pytest.mark.parametrize("how", ["paste", "drop"])
def test_files_can_be_pasted_and_dropped(look: Look, site: Desk, how: str) -> None:
    page = look.go("/")
    page.locator(".box").wait_for()
    data = list((site.library / "green.png").read_bytes())
    if how == "drop":
        page.evaluate(GIVE, ["dragenter", data])
        page.get_by_text("Search with this").wait_for()
        look.shot("drop")
    page.evaluate(GIVE, [how, data])
    page.locator(".chip .name", has_text="given.png").wait_for()
    look.settled()
    assert page.locator(".veil").is_hidden()


def test_a_recording_is_searched_with(look: Look) -> None:
    page = look.go("/")
    page.get_by_role("button", name="Record a sound to search with").click()
    stop = page.get_by_role("button", name="Stop recording and search")
    stop.wait_for()
    page.wait_for_timeout(1200)
    stop.click()
    page.locator(".chip .name", has_text="recording.").wait_for()
    look.settled()


def test_filters_narrow(look: Look) -> None:
    page = look.search("/?q=red")
    page.get_by_role("button", name="Pictures").click()
    page.wait_for_url("**m=image*")
    page.locator(".picture.is-text").first.wait_for(state="detached")
    look.settled()
    assert set(look.titles()) == {"turned.jpg", "green.png"}
    page.get_by_role("button", name="Pictures").click()
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Add a condition…").select_option("year")
    page.get_by_label("Value of year", exact=True).fill("2021")
    page.get_by_label("Value of year", exact=True).press("Tab")
    page.get_by_text("Nothing was found").wait_for()
    assert json.loads(query(look)["where"][0]) == [["year", "$gte", 2021]]
    look.shot("filters")
    page.get_by_label("Condition on year", exact=True).select_option("$lte")
    look.settled()
    page.get_by_role("button", name="Remove the condition on year").click()
    page.get_by_label("Look for").select_option("words")
    page.locator(".near", has_text="words").first.wait_for()
    assert look.titles() == ["red.txt"] * len(look.titles())
    page.get_by_label("Look for").select_option("hybrid")
    page.wait_for_url("**hybrid=1*")
    page.get_by_label("At most").select_option("20")
    page.wait_for_url("**k=20*")
    page.get_by_label("Look for").select_option("meaning")
    page.get_by_label("Largest distance").fill("0.0001")
    page.get_by_label("Largest distance").press("Tab")
    page.get_by_text("Nothing was found").wait_for()
    page.get_by_label("Largest distance").fill("")
    page.get_by_label("Largest distance").press("Tab")
    page.locator(".segment", has_text="Related").click()
    page.wait_for_url("**band=related*")
    page.locator(".results:not([aria-busy])").wait_for()
    assert "unrelated" not in page.locator(".band").all_inner_texts()


def test_more_like_it_and_not_like_it(look: Look) -> None:
    page = look.search("/?q=red")
    tile = page.locator(".tile", has=page.locator(".picture.is-image")).first
    title = tile.locator(".name").inner_text()
    tile.hover()
    tile.get_by_role("button", name="More like this").click()
    page.wait_for_url("**in=r%3A1%3A*")
    page.locator(".chip .name", has_text=title).wait_for()
    look.settled()
    other = page.locator(".tile").first
    other.hover()
    other.get_by_role("button", name="Not like this").click()
    page.locator(".chip.is-negative").wait_for()
    look.settled()
    page.locator(".tile").first.locator(".tile-open").focus()
    page.keyboard.press("m")
    page.locator(".chip.is-negative").wait_for(state="detached")


def test_a_clip_plays_from_the_matched_moment_and_a_sound_on_click(look: Look) -> None:
    page = look.search("/?q=blue&m=audio,video")
    clip = page.locator(".tile", has=page.locator(".picture.is-video")).first
    clip.hover()
    film = clip.locator("video.is-playing")
    film.wait_for()
    assert "#t=" in film.get_attribute("src") or "clip" in film.get_attribute("src")
    page.mouse.move(5, 5)
    film.wait_for(state="detached")
    sound = page.locator(".tile", has=page.locator(".picture.is-audio")).first
    sound.locator(".tile-play").click()
    page.locator(".tile-play.is-playing").wait_for()
    look.until("Number(document.querySelector('.picture.is-audio .wave-head').getAttribute('x1')) > 0")
    sound.locator(".tile-play").click()
    page.locator(".tile-play.is-playing").wait_for(state="detached")


def test_keys_lead_through(look: Look) -> None:
    page = look.search("/?q=red")
    page.locator("main").focus()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('.tile').dataset.at") == "0"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.closest('.tile').dataset.at") == "1"
    page.keyboard.press("Enter")
    page.locator("dialog.detail[open]").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog.detail[open]").wait_for(state="detached")
    page.wait_for_function("document.activeElement.matches('.tile[data-at=\"1\"] .tile-open')")  # focus comes back
    page.keyboard.press("ArrowDown")
    page.wait_for_function("Number(document.activeElement.closest('.tile').dataset.at) > 1")
    page.keyboard.press("?")
    page.get_by_role("heading", name="Keyboard shortcuts").wait_for()
    look.shot("help")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.name") == "q"


def test_a_removed_hit_comes_back(looks: Callable[..., Look], own_site: Desk) -> None:
    own_site.add("default", own_site.library / "green.png", own_site.library / "red.txt")
    look = looks(own_site.running.url)
    page = look.search("/?q=green")
    tile = page.locator(".tile", has_text="green.png")
    tile.hover()
    tile.get_by_role("button", name="Remove from the index").click()
    tile.wait_for(state="detached")
    look.shot("removed")
    page.get_by_role("button", name="Undo").click()
    tile.wait_for()
    assert "green.png" in [hit["title"] for hit in own_site.search({"text": "green"})["hits"]]
    # Its original goes: the record stays usable and says so.
    Path(own_site.library / "green.png").unlink()
    look.allowed.append("404")
    page.reload()
    page.locator(".tile", has_text="original missing").wait_for()
    look.shot("missing")
    tile.locator(".tile-open").click()
    page.locator(".banner", has_text="no longer where it was indexed").wait_for()
    page.locator(".detail").get_by_role("button", name="More like this").click()
    page.locator(".chip .name", has_text="green.png").wait_for()


def test_themes_turn(look: Look) -> None:
    page = look.search("/?q=red")
    button = page.get_by_role("button", name="Theme")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    button.click()
    button.click()
    assert page.evaluate(paper) != light
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(paper) != light


def test_errors_are_told_in_words(look: Look) -> None:
    look.allowed.append("404")
    page = look.go("/?q=red&index=nothing")
    page.get_by_role("heading", name="That did not work").wait_for()
    assert "nothing" in page.locator(".notice p").inner_text()
    page.get_by_role("button", name="Try again").wait_for()
    look.shot("error")
