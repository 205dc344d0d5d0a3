"""What an installation needs and has. Each check says one thing and how to mend it."""

from __future__ import annotations

import enum
import importlib.util
import platform
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from sensorium.cli import format
from sensorium.errors import SensoriumError

if TYPE_CHECKING:
    from sensorium.models.registry import Registry

PACKAGES = (
    "numpy", "pillow", "av", "pypdfium2", "charset-normalizer", "onnxruntime", "anyascii", "click",
    "rich", "platformdirs",
)  # fmt: skip
SOUND_CODECS = ("aac", "flac", "mp3", "opus", "pcm_s16le", "vorbis", "wmav2")
PICTURE_CODECS = ("flv", "h264", "hevc", "mjpeg", "mpeg1video", "mpeg2video", "mpeg4", "vp8", "vp9", "wmv3")
LOW_DISK = 500_000_000
"""Bytes free under which an index is about to have no room."""


class Verdict(enum.StrEnum):
    """``broken`` is needed and missing; ``missing`` is an extra that nobody has to have."""

    OK = "ok"
    MISSING = "missing"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check. ``area`` is a modality or a part of the installation."""

    area: str
    name: str
    verdict: Verdict
    detail: str

    def to_json(self) -> dict[str, object]:
        return {"area": self.area, "name": self.name, "verdict": self.verdict, "detail": self.detail}


def all_findings(home: Path, model: str, models: Callable[[], Registry]) -> Iterator[Finding]:
    """Every check, one after the other."""
    yield Finding(
        "program", "sensorium", Verdict.OK, f"{metadata.version('sensorium')}, Python {platform.python_version()}"
    )
    yield packages()
    yield Finding("program", "SQLite", Verdict.OK, sqlite3.sqlite_version)
    yield writable(home)
    yield room(home)
    yield pictures("AVIF", _avif(), "a Pillow wheel of 11.3 or later reads it")
    yield pictures("HEIC", importlib.util.find_spec("pillow_heif") is not None, "pip install pillow-heif")
    yield office()
    yield ocr()
    yield codecs("audio", SOUND_CODECS)
    yield codecs("video", PICTURE_CODECS)
    yield embedding(model, models)
    yield from plugins(model, models)


def packages() -> Finding:
    """The packages that Sensorium is installed with."""
    missing, found = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding("program", "packages", Verdict.BROKEN, f"missing: {', '.join(missing)}; reinstall sensorium")
    return Finding("program", "packages", Verdict.OK, ", ".join(found))


def writable(home: Path) -> Finding:
    """Whether the home can be written to; one that is not there yet is made when it is first used."""
    place = _existing(home)
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        return Finding("home", "writable", Verdict.BROKEN, f"{place}: {error.strerror}; choose another with --home")
    return Finding(
        "home", "writable", Verdict.OK, format.at_home(str(home)) + ("" if home.is_dir() else " (not made yet)")
    )


def room(home: Path) -> Finding:
    """Space on the home's disk."""
    free = shutil.disk_usage(_existing(home)).free
    verdict = Verdict.OK if free >= LOW_DISK else Verdict.BROKEN
    return Finding("home", "disk", verdict, f"{format.size(free)} free")


def pictures(name: str, there: bool, way: str) -> Finding:
    """A picture format that not every installation reads."""
    return Finding("image", name, Verdict.OK, "readable") if there else Finding("image", name, Verdict.MISSING, way)


def office() -> Finding:
    """LibreOffice, which draws the pages of office documents."""
    from sensorium.media import libreoffice

    program = libreoffice.program()
    if program is None:
        detail = "not found: DOCX, PPTX, ODT … are read as text only, without pictures of their pages"
        return Finding("document", "LibreOffice", Verdict.MISSING, detail)
    return Finding("document", "LibreOffice", Verdict.OK, program)


def ocr() -> Finding:
    """Reading text in the pictures of pages."""
    from sensorium.media import ocr

    if not ocr.available():
        return Finding(
            "document", "OCR", Verdict.MISSING, f"scanned pages are indexed by their picture only; {ocr.INSTALL}"
        )
    detail = "reads Latin and Chinese, Japanese and Korean letters; nothing of Cyrillic, Arabic and other scripts"
    return Finding("document", "OCR", Verdict.OK, detail)


def codecs(area: str, wanted: tuple[str, ...]) -> Finding:
    """Decoders of the FFmpeg inside PyAV."""
    import av

    missing = [name for name in wanted if name not in av.codecs_available]
    version = ".".join(map(str, av.library_versions["libavcodec"]))
    if missing:
        detail = f"libavcodec {version} lacks {', '.join(missing)}; install the `av` wheel from PyPI"
        return Finding(area, "codecs", Verdict.BROKEN, detail)
    return Finding(area, "codecs", Verdict.OK, f"libavcodec {version}: {', '.join(wanted)}")


def embedding(model: str, models: Callable[[], Registry]) -> Finding:
    """The model that a new index gets, tried on a word of each kind that needs no file."""
    import numpy as np

    from sensorium.types import Audio, Image, Modality, Payload, Purpose

    trials: dict[Modality, Payload] = {
        Modality.TEXT: "a red dress",
        Modality.IMAGE: Image(np.full((64, 64, 3), 128, np.uint8)),
        Modality.AUDIO: Audio(np.sin(np.arange(16_000, dtype=np.float32) / 6), 16_000),
    }
    try:
        embedder = models().load(model)
        spec = embedder.spec
        for modality, payload in trials.items():
            if modality in spec.modalities:
                (row,) = embedder.embed([payload], Purpose.GENERIC_INDEX)
                if not abs(float(np.linalg.norm(row)) - 1) < 1e-3:
                    return Finding(
                        "model", spec.id, Verdict.BROKEN, f"its {modality} vectors are no unit vectors; reinstall it"
                    )
    except (SensoriumError, ImportError, OSError) as error:
        return Finding("model", model, Verdict.BROKEN, str(error))
    has = ", ".join(sorted(spec.modalities))
    return Finding("model", spec.id, Verdict.OK, f"revision {spec.revision}, {spec.dim} dimensions, embeds {has}")


def plugins(model: str, models: Callable[[], Registry]) -> Iterator[Finding]:
    """Packages that offer models and cannot be used; that of ``model`` itself is tried by :func:`embedding`."""
    registry = models()
    for name in registry.providers():
        if name == model.partition(":")[0]:
            continue
        try:
            registry.specs(name)
        except SensoriumError as error:
            yield Finding("model", name, Verdict.BROKEN, error.message)


def _avif() -> bool:
    from PIL import features

    return bool(features.check("avif"))


def _existing(folder: Path) -> Path:
    """The folder or its nearest parent that is there."""
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder
