"""The file of a segment: its columns in a form that is mapped and used as it is. Derived from the records, rebuildable.

A header (magic, format, generation, rows, commit, the database's id, where the directory is, checksums), then the
arrays of one key after another, little-endian and aligned, then a JSON directory that says where they are and what
their checksums are. A key's checksum is proved when the key is first asked for, the header's and the directory's at
once: a file that is torn, damaged or foreign is Corrupt, and whoever finds it makes the segment anew from the records.
So nothing is flushed to the disk here: what a power cut leaves of a file fails its checksums.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.faults import damaged
from sensorium.stores.embedded.segment import Segment, strings_of
from sensorium.stores.embedded.series import View
from sensorium.stores.embedded.strings import Strings
from sensorium.stores.embedded.values import Values

COLUMNS_FORMAT = 1
HEADER_BYTES = 128
_MAGIC = b"\x93SENSCOL"
_FIELDS = struct.Struct("<8sIQQQQ16sQQI")
_ALIGNED = 64
"""Where arrays begin: at the line of a processor's cache."""
_KINDS = ("strings", "numbers", "booleans", "empties")
Witnesses = list[tuple[int, int]]
"""Slots and the checksums of their rows: whether the file is of these records at all, and not of others that had the
same slots before a backup was put in their place."""
_Json = dict[str, Any]


class Head(NamedTuple):
    """What a segment file is of."""

    owner: bytes
    """The 16 bytes that name the database."""
    generation: int
    begin: int
    end: int
    seq: int


def write(path: Path, head: Head, witnesses: Witnesses, columns: Iterable[tuple[str, Values]]) -> None:
    """Put a file in its place in one step; OSError where that cannot be, and nothing is left of it."""
    work = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}.tmp")
    try:
        with work.open("xb") as file:
            file.write(bytes(HEADER_BYTES))
            keys = {key: _written(file, values) for key, values in columns}
            directory = json.dumps({"witnesses": witnesses, "keys": keys}).encode()
            start = file.tell()
            file.write(directory)
            file.seek(0)
            file.write(_header(head, start, directory))
        work.replace(path)
    except BaseException:
        work.unlink(missing_ok=True)
        raise


def read(path: Path, owner: bytes, generation: int) -> tuple[Segment, Witnesses]:
    """Map a file; Corrupt where it is not what was written for this database and generation, OSError as it comes."""
    with path.open("rb") as file:
        page = file.read(HEADER_BYTES)
        size = os.fstat(file.fileno()).st_size
        if len(page) < HEADER_BYTES or not page.startswith(_MAGIC):
            raise damaged(path, "it is no file of columns")
        _, version, found_generation, begin, end, seq, found_owner, start, length, _ = _FIELDS.unpack_from(page)
        if version != COLUMNS_FORMAT:
            raise damaged(path, f"it is of the format {version}, expected {COLUMNS_FORMAT}")
        if size != start + length:
            raise damaged(path, f"it has {size} bytes, expected {start + length}")
        mapped = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
    head = Head(found_owner, found_generation, begin, end, seq)
    text = mapped[start:]
    if page != _header(head, start, text):
        raise damaged(path, "the checksum of its header is wrong")
    if (found_owner, found_generation) != (owner, generation):
        raise damaged(path, f"it belongs to the database {found_owner.hex()}, generation {found_generation}")
    directory = json.loads(text)
    columns = _Mapped(path, mapped, directory["keys"])
    return Segment(begin, end, seq, columns, path), [(slot, check) for slot, check in directory["witnesses"]]


class _Mapped(Mapping[str, Values]):
    """Values by key, each proved when first asked for."""

    def __init__(self, path: Path, mapped: mmap.mmap, keys: dict[str, _Json]) -> None:
        self._path = path
        self._mapped = mapped
        self._keys = keys
        self._proved: dict[str, Values] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __getitem__(self, key: str) -> Values:
        values = self._proved.get(key)
        if values is None:
            entry = self._keys[key]
            with memoryview(self._mapped) as view, view[entry["start"] : entry["end"]] as region:
                if crc32(region) != entry["check"]:
                    raise damaged(self._path, f"the checksum of its key {key!r} is wrong")
            values = self._proved[key] = self._values(entry)
        return values

    def _values(self, entry: _Json) -> Values:
        texts = Strings(self._array(entry["blob"]), self._array(entry["offsets"]))
        strings, numbers, booleans, empties = (tuple(map(self._view, entry[kind])) for kind in _KINDS)
        return Values(strings, numbers, booleans, empties, texts)

    def _view(self, lane: _Json) -> View:
        values = self._array(lane["values"])
        owners = None if lane["owners"] is None else self._array(lane["owners"])
        return View(len(values), lane["first"], owners, values, lane["holes"])

    def _array(self, place: tuple[str, int, int]) -> NDArray[Any]:
        dtype, start, count = place
        return np.frombuffer(self._mapped, dtype, count, start)


def _written(file: IO[bytes], values: Values) -> _Json:
    """Append the arrays of a key; its entry in the directory."""
    texts = strings_of(values)
    _align(file)
    start = file.tell()
    check = 0

    def place(array: NDArray[Any]) -> tuple[str, int, int]:
        nonlocal check
        check = crc32(_align(file), check)
        little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        at = file.tell()
        data = little.view(np.uint8).data
        file.write(data)
        check = crc32(data, check)
        return little.dtype.str, at, len(little)

    def lane(view: View) -> _Json:
        owners = None if view.owners is None else place(view.owners[: view.size])
        values = place(view.values[: view.size])
        return {"first": view.first, "holes": view.holes, "owners": owners, "values": values}

    entry: _Json = {kind: [lane(view) for view in lanes] for kind, lanes in zip(_KINDS, values[:4], strict=True)}
    entry["blob"], entry["offsets"] = place(texts.blob), place(texts.offsets)
    return entry | {"start": start, "end": file.tell(), "check": check}


def _align(file: IO[bytes]) -> bytes:
    padding = bytes(-file.tell() % _ALIGNED)
    file.write(padding)
    return padding


def _header(head: Head, start: int, directory: bytes) -> bytes:
    fields = _FIELDS.pack(
        _MAGIC,
        COLUMNS_FORMAT,
        head.generation,
        head.begin,
        head.end,
        head.seq,
        head.owner,
        start,
        len(directory),
        crc32(directory),
    )
    return (fields + struct.pack("<I", crc32(fields))).ljust(HEADER_BYTES, b"\0")
