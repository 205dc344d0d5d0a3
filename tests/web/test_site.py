"""How the page's files are served, and what they may not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

import httpx
import pytest
from tests.server.api.conftest import Desk

from sensorium.server.web.site import POLICY

FOLDER = files("sensorium.server.web").joinpath("assets")
SOURCES = {found.name: found.read_text("utf-8") for found in FOLDER.iterdir() if found.is_file()}
SCRIPTS = {name: text for name, text in SOURCES.items() if name.endswith(".js")}
FIRST_LOAD_BYTES = 60_000


@pytest.fixture(scope="module")
def client(site: Desk) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.running.url) as found:
        yield found


def named(client: httpx.Client) -> list[str]:
    return re.findall(r'(?:src|href)="(assets/[^"]+)"', client.get("/").text)


def test_the_page_may_do_little(client: httpx.Client) -> None:
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    assert policy == POLICY
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def first_load() -> set[str]:
    """The files that are loaded before anything is done: what the page names, and what those import."""
    found: set[str] = set()
    more = {name for name in SOURCES if f"assets/{name}" in SOURCES["index.html"]}
    while more:
        found |= more
        code = "\n".join(SOURCES[name] for name in more)
        more = set(re.findall(r'^import .*?"\./(\w+\.js)";$', code, re.MULTILINE)) - found
    return found


def test_the_first_load_is_light(client: httpx.Client) -> None:
    """Compressed, as it goes over the wire; and all that may follow, below what the first load alone was allowed."""
    version = re.search(r"assets/(\w+)/", client.get("/").text)
    assert version
    first = first_load()
    assert "grid.js" in first
    assert "map.js" not in first
    sizes = {}
    for name in SOURCES.keys() - {"index.html"}:
        with client.stream("GET", f"/assets/{version[1]}/{name}") as answer:
            assert answer.headers["content-encoding"] == "gzip"
            sizes[name] = len(b"".join(answer.iter_raw()))
    assert sum(sizes[name] for name in first) < FIRST_LOAD_BYTES, sizes
    assert sum(sizes.values()) < 200_000


def test_files_are_kept_for_good_and_the_page_is_asked_for_again(client: httpx.Client) -> None:
    for address in named(client):
        answer = client.get("/" + address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["cache-control"]
        assert client.get("/" + address, headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    page = client.get("/")
    assert page.headers["cache-control"] == "no-cache"
    again = client.get("/", headers={"if-none-match": f'"x", W/{page.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")


def test_a_client_without_gzip_gets_the_plain_file(client: httpx.Client) -> None:
    for accepted in ("identity", "gzip;q=0", ""):
        answer = client.get("/", headers={"accept-encoding": accepted})
        assert "content-encoding" not in answer.headers
        assert answer.text.startswith("<!doctype html>")


def test_an_old_version_gets_what_there_is_unkept(client: httpx.Client) -> None:
    answer = client.get("/assets/0123456789abcdef/main.js")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


@pytest.mark.parametrize("name", ["nothing.js", "..%2fsite.py", "index.html", "%2e%2e%2fsite.py"])
def test_no_other_file_is_served(client: httpx.Client, name: str) -> None:
    assert client.get(f"/assets/v/{name}").status_code == 404


def test_there_is_no_way_from_text_to_code() -> None:
    """No markup from strings, no code from strings, no handlers or styles in markup, nothing from elsewhere."""
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc")
    for name, text in SCRIPTS.items():
        for word in forbidden:
            assert word not in text, (name, word)
        assert not re.search(r"https?://(?!www\.w3\.org)", text), name
    page = SOURCES["index.html"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style|https?://", page)


def test_every_string_is_there_and_used() -> None:
    """Names that are made at run time end in what a variable holds: their beginnings count."""
    english = dict(re.findall(r'^  "([^"]+)": "(.*)",$', SOURCES["en.js"], re.MULTILINE))
    code = "\n".join(text for name, text in SCRIPTS.items() if name != "en.js")
    exact = set(re.findall(r"""["']([a-z][\w.]+(?: [a-z]+)?)["']""", code))
    begun = set(re.findall(r"t\(`([^`$]+)\$\{", code))
    for name in re.findall(r'\bt\("([^"]+)"', code):
        assert name in english or f"{name}.other" in english, name
    unused = [
        name
        for name in english
        if name not in exact
        and name.removesuffix(".one").removesuffix(".other") not in exact
        and not any(name.startswith(start) for start in begun)
    ]
    assert not unused


def test_everything_is_within_its_length() -> None:
    assert not [name for name, text in SOURCES.items() if text.count("\n") > 300]


def test_what_is_compressed_can_be_read(client: httpx.Client) -> None:
    answer = client.get("/", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "accept-encoding"
    assert "<title>Sensorium</title>" in answer.text
