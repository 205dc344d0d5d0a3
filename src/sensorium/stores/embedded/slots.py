"""The slot file: the float32 vectors of one index, one after another, only ever appended to.

A header of one page (magic, format, dimension, generation, the database's id, checksum), then slot 0, slot 1 … of
``dim`` little-endian float32 each. Which slots count is the database's to say: bytes past them are a torn tail or room
made in advance, and the next writer writes over them. Writers hold the database's write lock; readers need none.
"""

from __future__ import annotations

import mmap
import os
import struct
import threading
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from zlib import crc32

import numpy as np

from sensorium.errors import Corrupt
from sensorium.stores.embedded.durable import sync
from sensorium.stores.embedded.faults import damaged, told
from sensorium.types import Matrix

SLOT_FORMAT = 1
HEADER_BYTES = 4096
_MAGIC = b"\x93SENSLOT"
_FIELDS = struct.Struct("<8sIIQ16s")
_GROWTH_BYTES = (64 << 10, 64 << 20)
"""Room made in advance is an eighth of the file, between these: a map of the file then outlives many puts."""


@dataclass(frozen=True, slots=True)
class SlotHeader:
    """What the first page of a slot file says."""

    dim: int
    generation: int
    owner: bytes
    """The 16 bytes that name the database it belongs to."""

    def packed(self) -> bytes:
        fields = _FIELDS.pack(_MAGIC, SLOT_FORMAT, self.dim, self.generation, self.owner)
        return (fields + struct.pack("<I", crc32(fields))).ljust(HEADER_BYTES, b"\0")


class SlotFile:
    """An open slot file. Matrices that were given out stay valid after it has grown, and after it is closed."""

    def __init__(self, path: Path, header: SlotHeader) -> None:
        """Open it, or raise Corrupt where its header is not ``header``; FileNotFoundError where there is none."""
        self.path = path
        self.header = header
        self._row_bytes = header.dim * 4
        self._lock = threading.Lock()
        with told(path):
            self._file = path.open("r+b", buffering=0)
            try:
                _check(self._file.read(HEADER_BYTES), header, path)
            except BaseException:
                self._file.close()
                raise
        self._matrix: Matrix = np.empty((0, header.dim), np.float32)

    @classmethod
    def create(cls, path: Path, header: SlotHeader) -> SlotFile:
        """Write an empty one, durable on return but for its name in the folder."""
        with told(path):
            with path.open("xb", buffering=0) as file:
                _write(file, memoryview(header.packed()))
                os.fsync(file.fileno())
            return cls(path, header)

    def rows(self, count: int) -> Matrix:
        """The first ``count`` slots, ``(count, dim)``, mapped read-only; Corrupt where the file is shorter."""
        matrix = self._matrix
        if len(matrix) < count:
            with self._lock:
                matrix = self._matrix = self._mapped(count)
        return matrix[:count]

    def append(self, count: int, *parts: Matrix) -> None:
        """Write the rows of all parts after the first ``count`` slots, durable on return.

        The caller holds the write lock.
        """
        with told(self.path):
            start = HEADER_BYTES + count * self._row_bytes
            end = start + sum(rows.nbytes for rows in parts)
            size = os.fstat(self._file.fileno()).st_size
            try:
                if end > size:
                    least, most = _GROWTH_BYTES
                    self._file.truncate(end + min(max(size // 8, least), most))
                self._file.seek(start)
                for rows in parts:
                    _write(self._file, np.ascontiguousarray(rows, "<f4").data.cast("B"))
                sync(self._file.fileno())
            except OSError:
                if end > size:
                    self._file.truncate(max(size, start))
                raise

    def close(self) -> None:
        """Let go of the file. What was mapped stays mapped for as long as somebody holds it."""
        with self._lock:
            self._file.close()

    def _mapped(self, count: int) -> Matrix:
        with told(self.path):
            slots = (os.fstat(self._file.fileno()).st_size - HEADER_BYTES) // self._row_bytes  # never move its position
            if slots < count:
                raise damaged(self.path, f"it is cut short, at {max(slots, 0)} of {count} vectors")
            length = HEADER_BYTES + slots * self._row_bytes
            mapped = mmap.mmap(self._file.fileno(), length, access=mmap.ACCESS_READ)
        return np.frombuffer(mapped, "<f4", offset=HEADER_BYTES).reshape(slots, self.header.dim)


def _write(file: FileIO, data: memoryview) -> None:
    """Write all of it: where room runs out, the system takes a part first and says so the next time only."""
    while data:
        data = data[file.write(data) :]


def _check(page: bytes, header: SlotHeader, path: Path) -> None:
    if not page.startswith(_MAGIC):
        raise Corrupt(f"{path} is not a slot file of Sensorium; nothing was changed", code="foreign", path=str(path))
    if len(page) < HEADER_BYTES:
        raise damaged(path, f"its header is cut short, at {len(page)} of {HEADER_BYTES} bytes")
    _, version, dim, generation, owner = _FIELDS.unpack_from(page)
    if version > SLOT_FORMAT:
        message = f"{path} is of the newer format {version}, this Sensorium reads up to {SLOT_FORMAT}; update it"
        raise Corrupt(f"{message}; nothing was changed", code="newer_format", path=str(path))
    if page != header.packed():
        found = SlotHeader(dim, generation, owner)
        if page != found.packed():
            raise damaged(path, "the checksum of its header is wrong")
        raise Corrupt(
            f"{path} belongs to another index (dimension {dim}, generation {generation}, owner {owner.hex()};"
            f" expected {header.dim}, {header.generation}, {header.owner.hex()}); nothing was changed",
            code="foreign",
            path=str(path),
        )
