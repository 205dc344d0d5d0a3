"""The list form of S3 Vectors: JSON objects with ``key``, ``data.float32`` and ``metadata``.

Written are one ListVectors answer (``.json``: what ``aws s3vectors list-vectors --return-data --return-metadata``
prints) or a vector object a line (``.jsonl``, ``.ndjson``); read is either, whatever the name says, and pages of
answers one after another. With ``.gz`` behind it the file is compressed.

The form says nothing of the index. Numbers are written so that they are read as the same float32.
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import numpy as np

from sensorium.errors import Invalid, Unreadable
from sensorium.exchange import jsonstream
from sensorium.exchange.content import Header, Placed
from sensorium.types import Record
from sensorium.wire.s3vectors import put_record, stored_member

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_LINE_ENDS = {ord(one): f"\\u{ord(one):04x}" for one in "\x85\u2028\u2029"}
"""What JSON lets stand in a string, and many a reader takes for the end of a line."""


def write(stream: BinaryIO, pages: Iterable[Sequence[Record]], *, lines: bool, compressed: bool) -> None:
    """Write records as they come: an answer, or with ``lines`` an object a line.

    Compressed at gzip's fastest: of numbers like these the slower levels save 5 % and take five times as long.
    """
    packed = gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=1, mtime=0) if compressed else None
    text = io.TextIOWrapper(packed or stream, "utf-8", newline="\n", write_through=False)
    try:
        between = ""
        if not lines:
            text.write('{"vectors": [\n')
        for page in pages:
            for record in page:
                text.write(f"{between}{_line(record)}")
                between = "\n" if lines else ",\n"
        text.write("\n]}\n" if not lines else "\n" if between else "")
    finally:
        text.detach()
        if packed is not None:
            packed.close()


def _line(record: Record) -> str:
    text = _encode(stored_member(record, True, True))
    return text if text.isascii() else text.translate(_LINE_ENDS)


class ListForm:
    """A file of the list form, open for reading."""

    def __init__(self, path: Path) -> None:
        """Raises Unreadable where its beginning is not the list form."""
        self.name = str(path)
        self._text = _opened(path)
        try:
            self._records = self._read()
            first = next(self._records, None)
        except BaseException:
            self._text.close()
            raise
        self.header = Header(dim=None if first is None else len(first.record.vector))
        if first is not None:
            self._records = chain([first], self._records)

    def records(self) -> Iterator[Placed]:
        return self._records

    def close(self) -> None:
        self._text.close()

    def _read(self) -> Iterator[Placed]:
        try:
            for line, member in jsonstream.objects(self._text):
                yield Placed(f"line {line}", _record(member, f"line {line}"))
        except jsonstream.Broken as error:
            raise Unreadable(f"{self.name}: not the list form of S3 Vectors: {error}", path=self.name) from error
        except (UnicodeDecodeError, EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Unreadable(f"{self.name}: cannot be read: {error}", path=self.name) from error


def _opened(path: Path) -> TextIO:
    with path.open("rb") as stream:
        compressed = stream.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rt", encoding="utf-8-sig") if compressed else path.open(encoding="utf-8-sig")


def _record(member: Any, place: str) -> Record:
    """The record of a vector object. Raises Invalid where it is none."""
    numbers = member.get("data") if isinstance(member, Mapping) else None
    if not isinstance(member, Mapping) or "key" not in member:
        message = f"a vector object with key, data and metadata is needed, found {member!r:.80}"
        raise Invalid(message, code="vector_object", path=place)
    found = numbers.get("float32") if isinstance(numbers, Mapping) else None
    if not isinstance(found, list):
        message = f"the vector object {member['key']!r:.80} has no data.float32; list it with --return-data"
        raise Invalid(message, code="vector_data", path=place)
    try:
        with np.errstate(over="ignore", under="ignore"):
            vector = np.array(found, np.float64).astype(np.float32)
    except (ValueError, TypeError, OverflowError) as error:
        message = f"data.float32 of the vector object {member['key']!r:.80} is a list of numbers ({error})"
        raise Invalid(message, code="vector_values", path=place) from error
    try:
        record = put_record({**member, "data": {"float32": vector}}, 0)
    except Invalid as error:
        raise Invalid(error.message, code=error.code, path=place) from error
    return record
