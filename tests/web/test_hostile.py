"""Names, metadata and files that want to be code: nothing runs, nothing leaks, the reason is told."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.server.api.conftest import Desk
from tests.web.conftest import Look

NAME = '<img src=x onerror="window.pwned=1">.jpg'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="window.pwned=1"><script>window.pwned=1</script></svg>'


def huge_png() -> bytes:
    """30,000 x 30,000 pixels by its header."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 90)) + chunk(b"IEND", b"")


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("[Content_Types].xml", "<Types/>")
        box.writestr("word/document.xml", b"<w>" + b" " * 300_000_000)


def test_names_and_metadata_stay_text(looks: Callable[..., Look], own_site: Desk) -> None:
    (own_site.library / NAME.replace("/", "")).write_bytes((own_site.library / "green.png").read_bytes())
    (own_site.library / "script.txt").write_text("<script>window.pwned=1</script> red <b>bold</b>")
    own_site.add("default", own_site.library, metadata={"<b>key</b>": "<img src=x onerror=window.pwned=1>"})
    look = looks(own_site.running.url)
    page = look.search("/?q=red+script")
    page.locator(".name", has_text="<img src=x").wait_for()
    page.locator(".passage", has_text="<script>").first.wait_for()
    page.locator(".tile", has_text="<img src=x").locator(".tile-open").click()
    page.locator(".pairs dt", has_text="<b>key</b>").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Add a condition…").select_option("<b>key</b>")
    look.settled()
    look.shot("hostile-names")
    page.goto(look.url + "/?view=library")
    page.get_by_role("tab", name="Files").click()
    page.locator(".source-name", has_text="<img src=x").wait_for()
    page.goto(look.url + "/?view=map&color=<b>key</b>")
    page.locator(".legend button", has_text="<img").wait_for()
    page.goto(
        look.url
        + "/?q=%3Cimg%20src%3Dx%20onerror%3Dwindow.pwned%3D1%3E&in=t:1:%3Cscript%3Ewindow.pwned%3D1%3C/script%3E"
    )
    look.settled()
    assert page.evaluate("window.pwned") is None


def test_broken_and_oversized_files_are_told_and_nothing_of_them_runs(
    looks: Callable[..., Look], own_site: Desk, tmp_path: Path
) -> None:
    own_site.add("default", own_site.library / "red.txt")
    files = tmp_path / "hostile"
    files.mkdir()
    (files / "huge.png").write_bytes(huge_png())
    (files / "page.jpg").write_bytes(b"<!doctype html><script>window.pwned=1</script>")
    (files / "drawing.svg").write_bytes(SVG)
    bomb(files / "bomb.docx")
    look = looks(own_site.running.url)
    look.allowed.append("status of 4")
    page = look.go("/")
    page.locator(".box input[type=file]").set_input_files(files / "huge.png")
    page.locator(".toast.is-error", has_text="huge.png").wait_for()
    look.shot("hostile-file")
    page.goto(look.url + "/?view=library")
    page.locator(".browse .tile").first.wait_for()
    page.locator("input[data-pick=files]").set_input_files(sorted(files.iterdir()))
    job = page.locator(".job", has=page.locator("summary"))
    job.wait_for()
    page.locator(".job .is-done").nth(1).wait_for()
    job.locator("summary").click()
    failed = job.locator(".failures").inner_text()
    assert "huge.png" in failed
    assert "bomb.docx" in failed
    look.shot("hostile-files")
    assert page.evaluate("window.pwned") is None
