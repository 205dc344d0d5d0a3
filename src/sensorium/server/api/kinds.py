"""What an original is sent as: by its bytes and never by its name, and nothing that a browser could run."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sensorium.errors import SensoriumError
from sensorium.media.sniff import sniff
from sensorium.types import Modality, Source

_INLINE_PICTURES = frozenset(
    ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "image/x-icon"]
)
_PDF = "application/pdf"
_RUNS = ("html", "xml", "svg", "javascript")
"""Texts that browsers act upon, by a part of their type."""
_SANDBOX = "default-src 'none'; sandbox"
_VIEWER = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self' data: blob:"
"""For a PDF: browsers show none in a sandbox, and their viewers run no script of the page that it is on."""
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Kind:
    """How a file is sent."""

    media_type: str
    is_inline: bool

    def headers(self, name: str) -> dict[str, str]:
        """The headers that keep it harmless; ``name`` is what it is saved under."""
        safe = "".join(letter if letter.isprintable() and letter not in '/\\"' else "_" for letter in name)[-150:]
        encoded = quote(safe.encode("utf-8", "replace"))
        disposition = "inline" if self.is_inline else "attachment"
        return {
            "content-type": self.media_type,
            "content-disposition": f"{disposition}; filename*=UTF-8''{encoded}",
            "content-security-policy": _VIEWER if self.media_type == _PDF else _SANDBOX,
            "x-content-type-options": "nosniff",
        }


_DOWNLOAD = Kind("application/octet-stream", False)


class Kinds:
    """Looks at files once. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[int, int, int, int], Kind] = OrderedDict()

    def of(self, path: Path) -> Kind:
        """How the file is sent; what no reader knows is a download of no type."""
        info = path.stat()
        identity = info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns
        with self._lock:
            if identity in self._known:
                return self._known[identity]
        found = kind(path)
        with self._lock:
            self._known[identity] = found
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found


def kind(path: Path) -> Kind:
    """As ``Kinds.of``, looking again."""
    try:
        found = sniff(Source("file", path=path))
    except SensoriumError:
        return _DOWNLOAD
    if found.modality in (Modality.AUDIO, Modality.VIDEO):
        return Kind(found.media_type, True)
    if found.modality is Modality.IMAGE:
        return Kind(found.media_type, found.media_type in _INLINE_PICTURES)
    if found.modality is Modality.TEXT:
        if any(part in found.media_type for part in _RUNS):
            return Kind("text/plain; charset=utf-8", False)
        charset = "utf-8" if found.charset is None else found.charset.codec.replace("_", "-")
        return Kind(f"text/plain; charset={charset}", True)
    return Kind(found.media_type, found.media_type == _PDF)
