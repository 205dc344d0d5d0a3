"""Files to search with: kept under the hash of their bytes for a day after their last use, within a cap."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from sensorium.errors import NotFound
from sensorium.media import image
from sensorium.media.read import read_one
from sensorium.server.api.bodies import Received
from sensorium.server.api.hits import media
from sensorium.server.api.pictures import PICTURE
from sensorium.types import Audio, Image, Modality, Page, Pixels, Reading, Source, Video

BASE = "/api/v1/uploads"
MAX_BYTES = 64 << 20
TOTAL_BYTES = 1 << 30
SECONDS = 24 * 3600.0
_ID = re.compile(r"[0-9a-f]{32}")
_TEXT = 1_000
_SIDE = 640


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to search with. ``width`` and ``height`` are of its first picture, as it is seen."""

    id: str
    name: str
    modality: str
    media_type: str
    bytes: int
    width: int | None
    height: int | None
    seconds: float | None
    text: str | None
    notes: tuple[str, ...]
    has_sound: bool


class Uploads:
    """The folder of query files. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()

    def keep(self, received: Received, name: str) -> Upload:
        """Look into a file that came in, and keep it. Raises as ``read_one`` for one that cannot be searched with."""
        name = shown_name(name)
        try:
            upload = described(Source(name, path=received.path), received)
            with self._lock:
                received.path.replace(self.folder / upload.id)
                (self.folder / f"{upload.id}.json").write_bytes(orjson.dumps(asdict(upload)))
        finally:
            received.path.unlink(missing_ok=True)
        self._clear(upload.id)
        return upload

    def get(self, id: str) -> tuple[Upload, Source]:
        """The upload of that id, used again. Raises NotFound for one that is gone or never was."""
        path = self.folder / id
        try:
            if not _ID.fullmatch(id):
                raise FileNotFoundError
            found = orjson.loads((self.folder / f"{id}.json").read_bytes())
            path.touch(exist_ok=True) if path.exists() else path.stat()
        except FileNotFoundError:
            raise NotFound(f"no upload {id[:40]!r}; it may have expired: send the file again", path="upload") from None
        upload = Upload(**{**found, "notes": tuple(found["notes"])})
        return upload, Source(upload.name, path=path)

    def media(self, upload: Upload) -> dict[str, Any]:
        """The addresses of its forms."""
        base = f"{BASE}/{upload.id}"
        found = media(base, "", upload.modality, upload.media_type, None)
        if upload.modality == Modality.DOCUMENT and upload.width is not None:
            found |= {"thumbnail": f"{base}/thumbnail", "picture": f"{base}/thumbnail?size={PICTURE}"}
        return found

    def expires_s(self, id: str) -> float:
        """When it is forgotten unless it is used again, in seconds since the epoch."""
        return (self.folder / id).stat().st_mtime + SECONDS

    def _clear(self, spared: str) -> None:
        """Remove what has expired, and what was used longest ago where all of them are too much."""
        with self._lock:
            found = [path for path in self.folder.iterdir() if _ID.fullmatch(path.name)]
            files = sorted(((path.stat().st_mtime, path.stat().st_size, path) for path in found), reverse=True)
            used, oldest = 0, time.time() - SECONDS
            for used_s, size, path in files:
                used += size
                if path.name != spared and (used_s < oldest or used > TOTAL_BYTES):
                    path.unlink(missing_ok=True)
                    path.with_name(f"{path.name}.json").unlink(missing_ok=True)
            for path in self.folder.glob(".part-*"):
                if path.stat().st_mtime < oldest:  # what a killed server left
                    path.unlink(missing_ok=True)


def described(source: Source, received: Received) -> Upload:
    """What the file is, by decoding the part of it that a search would take."""
    segment = read_one(source, Reading(frames=1, picture_side=_SIDE))
    extent: tuple[int, int] | None = None
    seconds: float | None = None
    has_sound = False
    match segment.payload:
        case Image():
            extent = image.size(source)
        case Page(picture=Image(pixels=pixels)):
            extent = _extent(pixels)
        case Video() as video:
            extent, seconds, has_sound = _extent(video.frames[0].pixels), video.seconds, video.sound is not None
        case Audio() as audio:
            seconds, has_sound = audio.seconds, True
    return Upload(
        id=received.digest,
        name=source.uri,
        modality=segment.modality.value,
        media_type=segment.media_type,
        bytes=received.size,
        width=None if extent is None else extent[0],
        height=None if extent is None else extent[1],
        seconds=None if seconds is None else round(seconds, 3),
        text=segment.text[:_TEXT] if segment.text and segment.modality is not Modality.IMAGE else None,
        notes=segment.notes,
        has_sound=has_sound,
    )


def document(upload: Upload, addresses: dict[str, Any], expires_s: float) -> dict[str, Any]:
    """Its JSON."""
    aspect = None if upload.width is None or not upload.height else round(upload.width / upload.height, 4)
    return {**asdict(upload), "aspect": aspect, "expires_s": expires_s, "media": addresses}


def shown_name(name: str) -> str:
    """A name that is only shown: its last part, without control characters, of at most 200 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable()).strip()[-200:] or "file"


def _extent(pixels: Pixels) -> tuple[int, int]:
    return int(pixels.shape[1]), int(pixels.shape[0])
