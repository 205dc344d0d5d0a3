"""Sensorium: search everything you can read, see and hear, with anything you can read, see or hear.

    import sensorium

    with sensorium.open("photos") as space:
        sensorium.index(space, ["~/Pictures"])
        for hit in space.search("red summer dress"):
            print(hit.distance, hit.source, hit.span)

A ``str`` is always words; a file to search with is a ``pathlib.Path``. Names load when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sensorium.errors import SensoriumError
    from sensorium.home import Home, open
    from sensorium.pipeline import index
    from sensorium.space import Space
    from sensorium.types import Audio, Hit, Image, Page, Purpose, Video

    __version__: str

_HOMES = {
    "Audio": "types",
    "Hit": "types",
    "Home": "home",
    "Image": "types",
    "Page": "types",
    "Purpose": "types",
    "SensoriumError": "errors",
    "Space": "space",
    "Video": "types",
    "index": "pipeline",
    "open": "home",
}

__all__ = [
    "Audio",
    "Hit",
    "Home",
    "Image",
    "Page",
    "Purpose",
    "SensoriumError",
    "Space",
    "Video",
    "index",
    "open",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        found: object = version("sensorium")
    elif name in _HOMES:
        found = getattr(import_module(f"sensorium.{_HOMES[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
