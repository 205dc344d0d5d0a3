"""Take the README's picture of the web app: one question of several parts, asked in a real browser of a real server.

python -m docs.app HOME OUT.png [INDEX]     (after `sensorium --home HOME demo`; needs a Chromium, see tests/web)
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from tests.web.browser import ARGUMENTS, chromium, missing

from sensorium.config import Settings
from sensorium.samples import SAMPLES
from sensorium.testing.server import RunningServer

WORDS = "by the sea"
FILES = {"photos/beach.jpg": "image/jpeg", "sounds/sea_waves.mp3": "audio/mpeg"}
SIZE = {"width": 1360, "height": 850}
COLOURS = 256


def photographed(page: Any, url: str, index: str) -> bytes:
    """The page as it answers the question."""
    page.goto(f"{url}/?q={WORDS.replace(' ', '+')}&in=t:-0.5:city&index={index}&k=50")
    made = {sample.path: sample.make for sample in SAMPLES if sample.path in FILES}
    page.locator(".tile").first.wait_for()
    page.locator(".box input[type=file]").set_input_files(
        [{"name": path.rpartition("/")[2], "mimeType": kind, "buffer": made[path]()} for path, kind in FILES.items()]
    )
    page.locator(".chip:not(.is-waiting)").nth(2).wait_for()
    page.locator(".results:not([aria-busy])").wait_for()
    page.goto(page.url.replace("k=50", "k=48"))  # ranked anew, now that the model is loaded
    page.locator(".chip img").first.wait_for()
    page.locator(".tile").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.mouse.move(2, 2)
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(600)
    found: bytes = page.screenshot()
    return found


def main(home: str, out: str, index: str = "demo") -> None:
    why = missing()
    if why:
        sys.exit(why)
    from playwright.sync_api import sync_playwright

    with (
        RunningServer(Settings(Path(home), serve_port=0, serve_access_log="off")) as server,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        shot = photographed(page, server.url, index)
        browser.close()
    Path(out).parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS).save(out, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
