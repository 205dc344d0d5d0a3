"""The bytes behind a source: opened, measured, peeked at; the same for a file and for bytes in memory."""

from __future__ import annotations

import io
from typing import BinaryIO

from sensorium.errors import Invalid, NotFound, Unreadable
from sensorium.types import Encoded, Source

_WHOLE_LIMIT = 2 << 30
"""A file that is asked for as one string of bytes is at most this long; nothing that models take is near it."""


def opened(source: Source) -> BinaryIO:
    """A seekable binary stream over the source, to be closed by the caller.

    Raises NotFound for a path that is not there, Unreadable for one that cannot be opened, Invalid for a source
    with neither path nor data.
    """
    if source.data is not None:
        return io.BytesIO(source.data)
    if source.path is None:
        raise Invalid(f"{source.uri}: the source has neither a path nor data; give one of them", path="source")
    if source.path.is_dir():
        raise Unreadable(f"{source.uri}: a folder, not a file", path=source.uri)
    try:
        return source.path.open("rb")
    except FileNotFoundError as error:
        raise NotFound(f"{source.uri}: there is no such file", path=source.uri) from error
    except OSError as error:
        raise Unreadable(f"{source.uri}: cannot be opened: {error.strerror or error}", path=source.uri) from error


def size(source: Source) -> int:
    """Length of the source in bytes."""
    if source.data is not None:
        return len(source.data)
    with opened(source) as stream:
        return stream.seek(0, io.SEEK_END)


def encoded(source: Source, media_type: str) -> Encoded:
    """The whole source as the encoded bytes of a payload, read only when a model asks for them."""

    def read() -> bytes:
        if (length := size(source)) > _WHOLE_LIMIT:
            raise Unreadable(f"{source.uri}: {length:,} bytes; at most {_WHOLE_LIMIT:,} fit one call", path=source.uri)
        with opened(source) as stream:
            return stream.read()

    return Encoded(media_type, read)
