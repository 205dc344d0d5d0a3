"""The library view: indexes, adding with progress, what failed, what is in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.server.api.conftest import Desk
from tests.web.conftest import Look


@pytest.fixture
def at(looks: Callable[..., Look], own_site: Desk) -> Look:
    return looks(own_site.running.url)


def test_from_nothing_to_a_searched_library(at: Look, own_site: Desk) -> None:
    page = at.go("/")
    page.get_by_role("heading", name="Nothing is indexed yet").wait_for()
    at.shot("nothing")
    page.get_by_role("button", name="Open the library").click()
    page.get_by_role("heading", name="Add something to begin with").wait_for()
    page.get_by_role("button", name="New index").click()
    page.get_by_label("Name", exact=True).fill("photos")
    page.locator(".ask select").first.select_option("weightless")
    at.shot("new-index")
    page.get_by_role("button", name="Make it").click()
    page.locator(".card", has_text="photos").wait_for()
    # A folder by its path, with one file that is broken.
    (own_site.library / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno picture")
    page.get_by_label("Folder of this machine").fill(str(own_site.library))
    page.get_by_role("button", name="Add", exact=True).click()
    job = page.locator(".job", has=page.locator(".is-done"))
    job.wait_for()
    assert "8 of 8 files" in job.locator(".job-numbers").inner_text()
    job.locator("summary", has_text="1 file could not be read").click()
    assert "broken.png" in job.locator(".failures").inner_text()
    at.shot("job")
    (own_site.library / "broken.png").write_bytes((own_site.library / "green.png").read_bytes() + b"more")
    job.get_by_role("button", name="Try again").click()
    page.locator(".job .is-done").first.wait_for()
    page.locator(".job summary").wait_for(state="detached")
    page.locator(".counts", has_text="3 pictures").wait_for()
    page.locator(".browse .tile").first.wait_for()
    at.shot("library")
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("Search with words").fill("red")
    page.keyboard.press("Enter")
    at.settled()


def test_files_are_uploaded_and_dropped(at: Look, own_site: Desk) -> None:
    own_site.add("default", own_site.library / "red.txt")
    page = at.go("/?view=library")
    page.locator(".browse .tile").first.wait_for()
    page.locator("input[data-pick=files]").set_input_files(
        [own_site.library / "green.png", own_site.library / "tone.wav"]
    )
    page.locator(".job .is-done").nth(1).wait_for()
    page.locator(".counts", has_text="1 picture").wait_for()
    titles = {hit["title"] for hit in own_site.search({"text": "x"})["hits"]}
    assert titles == {"red.txt", "green.png", "tone.wav"}
    data = list((own_site.library / "turned.jpg").read_bytes())
    page.evaluate(
        """(bytes) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], "dropped.jpg"));
          document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        data,
    )
    page.locator(".counts", has_text="2 pictures").wait_for()


def test_files_of_an_index_are_found_removed_and_brought_back(at: Look, own_site: Desk) -> None:
    own_site.add("default", own_site.library)
    page = at.go("/?view=library")
    page.get_by_role("tab", name="Files").click()
    page.locator(".source").nth(6).wait_for()
    at.shot("files")
    page.get_by_label("Find a file by its name").fill("green")
    page.locator(".sources-head", has_text="1 file").wait_for()
    page.get_by_role("button", name="Remove green.png from the index").click()
    page.get_by_text("Removed green.png from the index").first.wait_for()
    assert "green.png" not in {hit["title"] for hit in own_site.search({"text": "x"})["hits"]}
    page.get_by_role("button", name="Undo").click()
    page.locator(".source", has_text="green.png").wait_for()
    page.get_by_role("tab", name="Browse").click()
    page.locator(".browse").get_by_role("button", name="Sounds").click()
    page.locator(".browse .picture.is-text").first.wait_for(state="detached")
    page.locator(".browse .picture.is-audio").first.wait_for()
    page.locator(".browse .tile-open").first.click()
    page.locator("dialog.detail h2", has_text="tone.wav").wait_for()


def test_an_index_goes_after_a_question(at: Look, own_site: Desk) -> None:
    own_site.add("old", own_site.library / "red.txt")
    page = at.go("/?view=library&index=old")
    page.get_by_role("button", name="Remove index").click()
    page.get_by_role("heading", name="Remove the index old?").wait_for()
    at.shot("remove-index")
    page.get_by_role("button", name="Cancel").click()
    assert own_site.get("/indexes")["indexes"]
    page.get_by_role("button", name="Remove index").click()
    page.get_by_role("button", name="Remove it").click()
    page.locator(".card").wait_for(state="detached")
    assert own_site.get("/indexes")["indexes"] == []


def test_a_path_that_is_not_there_is_told(at: Look) -> None:
    at.allowed.append("40[0-9]")
    page = at.go("/?view=library")
    page.get_by_label("Folder of this machine").fill("/no/such/folder")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("/no/such/folder").last.wait_for()
    at.shot("no-such-folder")
