"""One file of the page, as it goes over the wire."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
"""What the page is made of. Another kind of file among the assets is a mistake."""
_LEVEL = 9


@dataclass(frozen=True, slots=True)
class Asset:
    """A file: its bytes plain and compressed, and a tag that changes with them."""

    media_type: str
    plain: bytes
    packed: bytes
    etag: str

    @classmethod
    def of(cls, name: str, data: bytes) -> Asset:
        """Raises KeyError for a kind of file that the page does not use."""
        media_type = MEDIA_TYPES["." + name.rpartition(".")[2]]
        packed = gzip.compress(data, _LEVEL, mtime=0)  # without a time the same bytes come out on every machine
        return cls(media_type, data, packed, f'"{hashlib.sha256(data).hexdigest()[:32]}"')

    def is_known(self, asked: str | None) -> bool:
        """Whether ``If-None-Match`` names these bytes."""
        return asked is not None and self.etag in [one.strip().removeprefix("W/") for one in asked.split(",")]


def takes_gzip(accepted: str) -> bool:
    """Whether ``Accept-Encoding`` allows gzip."""
    for offer in accepted.split(","):
        name, _, weight = offer.partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return weight.replace(" ", "").lower() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
