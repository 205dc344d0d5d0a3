"""Which Chromium the tests of the page drive. ``python -m tests.web.browser`` says it aloud where there is none."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

VARIABLE = "SENSORIUM_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "NO CHROMIUM: the web page is NOT tested. Install one (`apt-get install chromium`), or name it in "
    f"{VARIABLE}, and run again."
)
NO_DRIVER = (
    "NO PLAYWRIGHT: the web page is NOT tested. Install the extra [dev] (`pip install playwright`) and run again."
)
AXE = Path(__file__).parents[2] / ".clients" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
NO_AXE = "NO AXE-CORE: the page's accessibility is NOT checked. `make axe` fetches it; then run again."
ARGUMENTS = (
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)
"""Containers have no user namespaces; a microphone that beeps; hovering plays without a click before it."""


def chromium() -> str | None:
    """The path of a Chromium, None where there is none."""
    return os.environ.get(VARIABLE) or next((found for name in NAMES if (found := shutil.which(name))), None)


def missing() -> str | None:
    """Why the page cannot be tested here; None where it can."""
    if chromium() is None:
        return MISSING
    return None if find_spec("playwright") else NO_DRIVER


def main() -> None:
    """Print what is not tested, so that nobody overlooks it."""
    said = [why for why in (missing(), None if AXE.is_file() else NO_AXE) if why]
    for why in said:
        line = "=" * len(why)
        print(line, why, line, sep="\n", file=sys.stderr)


if __name__ == "__main__":
    main()
