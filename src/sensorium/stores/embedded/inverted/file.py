"""The file of an inverted index.

A header page (magic, format, checksum, then JSON: what it covers, where its parts lie, and the checksum of them all),
then the parts: ``signs``, ``axes``, ``centroids``, ``sizes``, ``slots``, and ``lists``, which is laid out as faiss maps
it: for each list its codes and then its slots as int64, both with room for a multiple of 8 rows. Written under another
name, flushed, and renamed, so that a reader finds a whole file, mapped for as long as it needs it.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.durable import sync_folder
from sensorium.stores.embedded.faults import damaged, told
from sensorium.stores.embedded.inverted.lists import Lists
from sensorium.stores.embedded.inverted.probe import Rule, Rules
from sensorium.types import Matrix

FORMAT = 2
_MAGIC = b"\x93SENIVF\0"
_HEAD = struct.Struct("<8sIII")
_PAGE = 4096
_ALIGNMENT = 64
_CHECKED_AT_ONCE = 1 << 24
_ABANDONED_S = 600.0
"""Age from which a draft is what a crash left behind."""
ROOM = 8
"""Lists have room for a multiple of so many rows, so that the slots after the codes are aligned."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What an inverted index is of, and how it is to be asked."""

    owner: str
    """The id of the database, in hexadecimal."""
    generation: int
    covered: int
    """The watermark: slots before it are in the lists, unless they were dead."""
    dim: int
    columns: int
    width: int
    metric: str
    bits: int
    """Of each dimension in a code."""
    print: int
    """:func:`fingerprint` of the covered vectors."""
    trained: int
    """How many rows there were when the centroids were made."""
    error: float
    """Mean squared distance of a row from its centroid then."""
    added: int
    """How many rows have been added since."""
    added_error: float
    """The same of these."""
    rules: Rules
    """How far to look."""


class Contents(NamedTuple):
    """A file as arrays."""

    meta: Meta
    signs: Matrix
    axes: Matrix
    centroids: Matrix
    lists: Lists


class Mapped(NamedTuple):
    """A file that is mapped for reading; its codes are faiss's to map."""

    meta: Meta
    signs: Matrix
    axes: Matrix
    centroids: Matrix
    sizes: NDArray[np.int64]
    slots: NDArray[np.uint32]
    """In the order of the lists."""
    offset: int
    """Where the lists begin."""
    size: int
    inode: int
    """While it is mapped, no other file has the same."""


def path_of(database_path: Path, generation: int) -> Path:
    """Where the file of a generation stands: beside the database."""
    return database_path.with_name(f"inverted.{generation}.ivf")


def fingerprint(rows: Matrix, slots: NDArray[np.int64] | None = None) -> int:
    """A checksum of some of ``rows`` (n, dim), or of those at ``slots``: the last among them.

    It tells a file of vectors that were here before an older copy of the index was put back.
    """
    count = len(rows) if slots is None else len(slots)
    spread = np.linspace(0, count - 1, 16, dtype=np.int64)
    places = np.unique(np.concatenate([spread, np.arange(count - 16, count)]).clip(0))
    return crc32(np.ascontiguousarray(rows[places if slots is None else slots[places]], "<f4").data) if count else 0


def write(path: Path, contents: Contents) -> None:
    """Put the file in its place, durably; whoever has an older one mapped keeps it. Unavailable where it cannot."""
    draft = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.draft")
    with told(path):
        try:
            with draft.open("xb") as file:
                file.write(bytes(_PAGE))
                places: dict[str, tuple[int, int]] = {}
                check = 0
                for name, blocks in _parts(contents):
                    padding = bytes(-file.tell() % _ALIGNMENT)
                    file.write(padding)
                    check = crc32(padding, check)
                    start = file.tell()
                    for block in blocks:
                        file.write(block)
                        check = crc32(block, check)
                    places[name] = start, file.tell() - start
                text = json.dumps({**asdict(contents.meta), "parts": places, "check": check}).encode()
                file.seek(0)
                file.write(_HEAD.pack(_MAGIC, FORMAT, len(text), crc32(text)) + text)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(path.parent)


def sweep(path: Path, generation: int) -> None:
    """Remove the files of earlier generations, and what crashes left.

    Not those of later ones: a compaction may have made the next while lists were made for this one.
    """
    for other in path.parent.glob("inverted.*"):
        number, _, rest = other.name.removeprefix("inverted.").partition(".")
        earlier = rest == "ivf" and number.isdigit() and int(number) < generation
        try:
            if earlier or (other.suffix == ".draft" and time.time() - other.stat().st_mtime > _ABANDONED_S):
                other.unlink()
        except OSError:  # another process was faster; Windows has it mapped: the next sweep takes it
            continue


def read(path: Path) -> Mapped:
    """Map a file whose every byte is what was written, else Corrupt; FileNotFoundError where there is none."""
    with told(path), path.open("rb") as file:
        found = os.fstat(file.fileno())
        size = found.st_size
        if size < _PAGE:
            raise damaged(path, f"it is cut short, at {size} bytes")
        view = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
    fields = _fields(view, path)
    places: dict[str, list[int]] = fields.pop("parts")
    rules: list[tuple[int, float]] = fields.pop("rules")
    check = 0
    for start in range(_PAGE, size, _CHECKED_AT_ONCE):
        check = crc32(memoryview(view)[start : min(start + _CHECKED_AT_ONCE, size)], check)
    if check != fields.pop("check"):
        raise damaged(path, "its checksum is wrong")
    meta = Meta(**fields, rules=Rules(*(Rule(*rule) for rule in rules)))

    def part(name: str, kind: str) -> NDArray[Any]:
        start, length = places[name]
        return np.frombuffer(view, kind, length // np.dtype(kind).itemsize, start)

    return Mapped(
        meta,
        part("signs", "<f4").reshape(3, -1),
        part("axes", "<f4").reshape(-1, meta.columns),
        part("centroids", "<f4").reshape(-1, meta.width),
        part("sizes", "<i8"),
        part("slots", "<u4"),
        places["lists"][0],
        size,
        found.st_ino,
    )


def room(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """For how many rows each list has room."""
    return -(-sizes // ROOM) * ROOM


def _fields(view: mmap.mmap, path: Path) -> dict[str, Any]:
    magic, version, length, check = _HEAD.unpack_from(view)
    text = view[_HEAD.size : min(_HEAD.size + length, _PAGE)]
    if magic != _MAGIC or version != FORMAT or crc32(text) != check:
        raise damaged(path, "its header is not one that this Sensorium wrote")
    fields: dict[str, Any] = json.loads(text)
    return fields


def _parts(contents: Contents) -> Iterator[tuple[str, Iterator[memoryview | bytes]]]:
    lists = contents.lists
    for name, array, kind in (
        ("signs", contents.signs, "<f4"),
        ("axes", contents.axes, "<f4"),
        ("centroids", contents.centroids, "<f4"),
        ("sizes", lists.sizes, "<i8"),
        ("slots", lists.slots, "<u4"),
    ):
        yield name, iter([np.ascontiguousarray(array, kind).data.cast("B")] if array.size else [])
    yield "lists", _blocks(lists)


def _blocks(lists: Lists) -> Iterator[memoryview | bytes]:
    ends = np.cumsum(lists.sizes)
    slots = np.ascontiguousarray(lists.slots, "<i8")
    code_size = lists.codes.shape[1]
    for size, space, end in zip(lists.sizes.tolist(), room(lists.sizes).tolist(), ends.tolist(), strict=True):
        if size:
            yield np.ascontiguousarray(lists.codes[end - size : end]).data.cast("B")
            yield bytes((space - size) * code_size)
            yield slots[end - size : end].data.cast("B")
            yield bytes((space - size) * 8)
