"""Originals: the files that records were made of, and no others.

A record alone proves nothing: whoever may write vectors may write ``source`` as they like. What counts is the catalog,
which only indexing writes. The file at the end of all symbolic links must still be what was indexed: by size and time
where no link is on the way, else by its bytes.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from sensorium.errors import NotFound, Unavailable
from sensorium.objects.address import is_remote
from sensorium.objects.base import Objects
from sensorium.server.api.diskcache import DiskCache
from sensorium.server.api.opened import Opened
from sensorium.space import path_of
from sensorium.types import Source

MAX_OBJECT = 4 << 30
_REMEMBERED = 10_000
Identity = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Original:
    """A catalogued source that is as it was: ``path`` without links, ``content`` the hash of its bytes."""

    source: Source
    path: Path
    content: str
    identity: Identity
    """Device, inode, bytes and time of the file that was looked at: whoever opens it again can tell another one."""


class Originals:
    """Finds originals. Thread-safe."""

    def __init__(self, objects: Objects, fetched: DiskCache) -> None:
        """``fetched`` keeps objects of buckets for a while."""
        self._objects, self._fetched = objects, fetched
        self._lock = threading.Lock()
        self._hashes: OrderedDict[Identity, str] = OrderedDict()

    def find(self, opened: Opened, key: str) -> Original:
        """The original of a record.

        Raises NotFound: ``not_catalogued`` for what was not indexed from here, ``missing`` for what is gone,
        ``changed`` for what is another file now. Unavailable for a bucket that does not answer.
        """
        owner = opened.ledger.owners([key]).get(key)
        if owner is None:
            raise NotFound(f"{key}: this record was not indexed from here", code="not_catalogued", path=key)
        uri, version = owner
        content = version.partition(".")[0]
        if is_remote(uri):
            return self._object(opened, uri, content)
        path = path_of(uri)
        if path is None:
            raise NotFound(f"{uri}: neither a file nor an object", code="not_catalogued", path=uri)
        return self._file(opened, uri, path, content)

    def is_missing(self, uri: str) -> bool | None:
        """Whether the original is gone, as far as a look at the folder tells; None for buckets, which are not asked."""
        path = path_of(uri)
        try:
            return None if path is None else not stat.S_ISREG(path.stat().st_mode)
        except (OSError, ValueError):
            return True

    def _file(self, opened: Opened, uri: str, path: Path, content: str) -> Original:
        try:
            real = path.resolve(strict=True)
            handle = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, RuntimeError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "its links form a circle"
            raise NotFound(f"{uri}: the original is gone: {reason}", code="missing", path=uri) from error
        try:
            info = os.fstat(handle)
            if not stat.S_ISREG(info.st_mode):
                raise NotFound(f"{uri}: the original is gone: no file is there", code="missing", path=uri)
            entry = opened.ledger.entry(uri)
            known = entry is not None and entry.mtime_ns == info.st_mtime_ns and real == path
            other = entry is not None and entry.size != info.st_size
            if other or not (known or self._hash(handle, info) == content):
                message = f"{uri}: the original is not what was indexed; index it again"
                raise NotFound(message, code="changed", path=uri)
        except OSError as error:
            raise Unavailable(f"{uri}: cannot be read: {error.strerror or error}", path=uri) from error
        finally:
            os.close(handle)
        return Original(Source(uri, path=real), real, content, identity(info))

    def _object(self, opened: Opened, uri: str, content: str) -> Original:
        info = self._objects.info(uri)
        entry = opened.ledger.entry(uri)
        if entry is not None and entry.etag and entry.etag != info.etag:
            raise NotFound(f"{uri}: the object is not what was indexed; index it again", code="changed", path=uri)
        name = hashlib.blake2b(f"{uri}\0{info.etag}".encode(), digest_size=16).hexdigest()
        path = self._fetched.filled(name, lambda part: self._objects.fetch(uri, part, MAX_OBJECT))
        return Original(Source(uri, path=path), path, content, identity(path.stat()))

    def _hash(self, handle: int, info: os.stat_result) -> str:
        file = identity(info)
        with self._lock:
            if file in self._hashes:
                self._hashes.move_to_end(file)
                return self._hashes[file]
        digest = hashlib.blake2b(digest_size=16)
        place = 0
        while piece := os.pread(handle, 1 << 20, place):
            digest.update(piece)
            place += len(piece)
        with self._lock:
            self._hashes[file] = digest.hexdigest()
            while len(self._hashes) > _REMEMBERED:
                self._hashes.popitem(last=False)
        return digest.hexdigest()


def identity(info: os.stat_result) -> Identity:
    """What tells one state of a file from another, without reading it."""
    return info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns
