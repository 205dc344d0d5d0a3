"""Records as the page shows them: where they came from, what stands in them, and the addresses of their media."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from sensorium.media import libreoffice, signatures
from sensorium.server.api import extents
from sensorium.server.api.context import Context
from sensorium.server.api.opened import Opened
from sensorium.server.api.passage import MOST, passage
from sensorium.server.api.pictures import PICTURE, PICTURED
from sensorium.space import TEXT_KEY, path_of
from sensorium.types import (
    SOURCE_KEYS,
    Modality,
    PageSpan,
    Record,
    Span,
    TimeSpan,
    metadata_source,
    metadata_span,
    span_metadata,
)

MEDIA = "/api/v1/media"
PLAYED = frozenset(
    [
        "video/mp4",
        "video/webm",
        "audio/mpeg",
        "audio/wav",
        "audio/flac",
        "audio/ogg",
        "audio/mp4",
        "audio/aac",
        "audio/webm",
    ]
)
"""What browsers play as it is, if its codec is one of theirs."""
_SHOWN = frozenset(("modality", "page", "start_s", "end_s", "start_char", "end_char", TEXT_KEY))
"""Metadata that stand in fields of their own."""


def title(source: str | None, metadata: Mapping[str, Any], key: str) -> str:
    """What to call a record: its own title, the file's name, else its key."""
    own = metadata.get("title")
    if isinstance(own, str) and own.strip():
        return own.strip()[:300]
    return name_of(source) or key


def name_of(source: str | None) -> str:
    """The file's name in a URI, with its escapes undone where it is a file's."""
    if not source:
        return ""
    parts = urlsplit(source) if "://" in source else None
    path = source if parts is None else unquote(parts.path) if parts.scheme == "file" else source.partition("://")[2]
    return PurePosixPath(path).name or source


class Hits:
    """Turns the records of one answer into JSON. Looks at files, and reads headers for as long as the time allows."""

    def __init__(self, context: Context, opened: Opened, words: frozenset[str] = frozenset(), most: int | None = MOST):
        """``words`` are marked in texts; ``most`` characters of a text are given."""
        self._context, self._opened, self._words, self._most = context, opened, words, most
        self._missing: dict[str, bool | None] = {}

    def all(self, records: Sequence[Record]) -> list[dict[str, Any]]:
        """Their JSON, in order."""
        owners = self._opened.ledger.owners([record.key for record in records])
        until = time.monotonic() + extents.BUDGET_S
        return [self._one(record, owners.get(record.key), until) for record in records]

    def _one(self, record: Record, owner: tuple[str, str] | None, until: float) -> dict[str, Any]:
        metadata = record.metadata
        source, span = metadata_source(metadata), metadata_span(metadata)
        catalogued = owner is not None and owner[0] == source
        modality = metadata.get("modality")
        modality = modality if isinstance(modality, str) else None
        missing = self._is_missing(source) if source and catalogued else None
        content = owner[1].partition(".")[0] if owner is not None and catalogued else ""
        extent = None
        if catalogued and modality is not None and source is not None:
            path = None if missing else path_of(source)
            extent = self._context.extents.measured(content, shape(modality, span), modality, path, until)
        text = metadata.get(TEXT_KEY)
        found = passage(text, self._words, self._most) if isinstance(text, str) and text else None
        hidden = _SHOWN | {source_key(metadata)}
        media_type = metadata.get("media_type")
        media_type = media_type if isinstance(media_type, str) else None
        return {
            "key": record.key,
            "modality": modality,
            "media_type": media_type,
            "title": title(source, metadata, record.key),
            "source": source,
            "missing": missing,
            "catalogued": catalogued,
            "span": span_metadata(span) or None,
            "text": None if found is None else found.text,
            "text_more": found is not None and found.more,
            "matches": [] if found is None else found.matches,
            "metadata": {name: value for name, value in metadata.items() if name not in hidden},
            "width": None if extent is None else extent[0],
            "height": None if extent is None else extent[1],
            "aspect": _aspect(extent, modality),
            "media": self._media(record.key, modality, media_type, span, content) if catalogued else None,
        }

    def _is_missing(self, source: str) -> bool | None:
        if source not in self._missing:
            self._missing[source] = self._context.originals.is_missing(source)
        return self._missing[source]

    def _media(
        self, key: str, modality: str | None, media_type: str | None, span: Span | None, content: str
    ) -> dict[str, Any]:
        id = self._context.ids.seal(self._opened.name, key)
        return media(f"{MEDIA}/{id}", f"?v={content[:8]}", modality, media_type, span) | {"id": id}


def media(base: str, version: str, modality: str | None, media_type: str | None, span: Span | None) -> dict[str, Any]:
    """The addresses of a record's media, or of an upload's."""

    def address(noun: str) -> str:
        return f"{base}/{noun}{version}"

    more = "&" if version else "?"
    pictured = modality in PICTURED and (modality != Modality.DOCUMENT or _is_drawn(media_type, span))
    timed = modality in (Modality.AUDIO, Modality.VIDEO)
    made = address("clip") if timed else None
    played = timed and media_type in PLAYED
    return {
        "thumbnail": address("thumbnail") if pictured else None,
        "picture": f"{address('thumbnail')}{more}size={PICTURE}" if pictured else None,
        "original": address("original") + _place(span, timed),
        "clip": address("original") + _place(span, timed) if played else made,
        "clip_made": made,
        "waveform": address("waveform") if timed else None,
    }


def _is_drawn(media_type: str | None, span: Span | None) -> bool:
    """Whether a document's pages can be drawn; one that was read as text has none."""
    return isinstance(span, PageSpan) and (media_type not in signatures.OFFICE or _has_office())


@cache
def _has_office() -> bool:
    return libreoffice.program() is not None


def shape(modality: str, span: Span | None) -> Span | None:
    """The part of a source that has a size of its own: a page; all moments of a film are alike."""
    return span if isinstance(span, PageSpan) and modality != Modality.VIDEO else None


def source_key(metadata: Mapping[str, Any]) -> str:
    """The metadata key that names the source."""
    return next((name for name in SOURCE_KEYS if isinstance(metadata.get(name), str) and metadata[name]), "source")


def _aspect(extent: tuple[int, int] | None, modality: str | None) -> float | None:
    if extent is not None:
        return round(extent[0] / max(extent[1], 1), 4)
    usual = extents.USUAL.get(modality or "")
    return None if usual is None else round(usual, 4)


def _place(span: Span | None, timed: bool) -> str:
    """The fragment that takes a viewer or player to the span."""
    if isinstance(span, PageSpan):
        return f"#page={span.page}"
    return f"#t={span.start_s:g},{span.end_s:g}" if isinstance(span, TimeSpan) and timed else ""
