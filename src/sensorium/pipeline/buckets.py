"""Objects in buckets to candidates: listed by pages, fetched one by one when their turn comes.

A fetched object is a temporary file that goes when nothing refers to it any more: a payload may be asked for its
encoded bytes long after the object was cut into segments.
"""

from __future__ import annotations

import itertools
import tempfile
import threading
import weakref
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path, PosixPath

from sensorium.errors import NotFound, Unavailable
from sensorium.ledger import Entry
from sensorium.objects.address import address, is_remote, prefix
from sensorium.objects.base import ObjectInfo, Objects
from sensorium.objects.s3 import S3Objects
from sensorium.pipeline.budget import Budget
from sensorium.pipeline.options import Options
from sensorium.pipeline.walk import Walk, left_out, walk
from sensorium.types import Source

DOWN = "down"
"""Code of an Unavailable that ends a run: the store fails again and again, and would for every other object, too."""
_IN_A_ROW = 5
_DISK = 4 << 30
"""Bytes of fetched objects that may lie on the disk; one object is always let in."""


class _Held(PosixPath):
    """A path that can be watched for its end; what is derived from it (a parent, a sibling) is not."""


class Downloads:
    """Fetches objects into a folder that goes with :meth:`close`. Thread-safe."""

    def __init__(self, objects: Objects, limit: int = _DISK) -> None:
        self._objects = objects
        self._budget = Budget(limit)
        self._folder = tempfile.TemporaryDirectory(prefix="sensorium-", ignore_cleanup_errors=True)
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._failed = 0

    def fetch(self, uri: str, size: int) -> tuple[ObjectInfo, Source]:
        """The object as a file for as long as the source's path is referred to. Raises as ``Objects.fetch``.

        Waits while too many others lie there. Raises Unavailable with the code ``DOWN`` after several in a row.
        """
        self._budget.take(size)
        path = Path(self._folder.name) / str(next(self._numbers))
        held = _Held(path)
        weakref.finalize(held, _remove, path, self._budget, size)
        try:
            info = self._objects.fetch(uri, path)
        except Unavailable as error:
            with self._lock:
                self._failed += error.code == "unavailable"
                if self._failed >= _IN_A_ROW or error.code == "no_credentials":
                    raise Unavailable(error.message, code=DOWN, path=uri) from error
            raise
        with self._lock:
            self._failed = 0
        return info, Source(uri, path=held)

    def close(self) -> None:
        """Remove what is left, and let everyone go who waits."""
        self._budget.close()
        self._folder.cleanup()


def _remove(path: Path, budget: Budget, size: int) -> None:
    path.unlink(missing_ok=True)
    budget.give(size)


@dataclass(frozen=True, slots=True)
class ObjectCandidate:
    """An object to index."""

    uri: str
    size: int
    mtime_ns: int
    etag: str
    named: bool
    downloads: Downloads

    def again(self) -> ObjectCandidate:
        return self  # a listing costs less than a question for each object, and is soon enough made again

    def is_same(self, earlier: Entry) -> bool:
        return (self.size, self.etag) == (earlier.size, earlier.etag)

    def opened(self) -> tuple[ObjectCandidate, Source]:
        info, source = self.downloads.fetch(self.uri, self.size)
        return replace(self, size=info.size, mtime_ns=_ns(info), etag=info.etag), source

    def check(self) -> None:
        """What was fetched does not change."""


def look_around(paths: Sequence[Path | str], options: Options, objects: Objects | None, stack: ExitStack) -> Walk:
    """Everything under the paths, files and objects alike; what is fetched goes with the stack. Raises NotFound."""
    remote = [path for path in paths if isinstance(path, str) and is_remote(path)]
    found = walk([path for path in paths if path not in remote], options.include, options.exclude)
    if remote:
        objects = S3Objects() if objects is None else objects
        downloads = stack.enter_context(closing(Downloads(objects)))
        for uri in remote:
            walk_bucket(uri, objects, downloads, options.include, options.exclude, found)
    return found


def walk_bucket(
    uri: str, objects: Objects, downloads: Downloads, include: Sequence[str], exclude: Sequence[str], result: Walk
) -> None:
    """Add the object of that name, and every object below it as if it were a folder, to the walk.

    What is left out below it is what is left out of a folder, and the empty objects that stand for folders. Raises
    NotFound for what is not there.
    """
    root = prefix(uri)
    below = root.uri if not root.key or root.key.endswith("/") else f"{root.uri}/"
    known = {candidate.uri for candidate in result.candidates}
    listed: set[str] = set()
    for info in objects.list(below):
        listed.add(info.uri)
        name = info.uri.removeprefix(below)
        reason = "not a file" if info.uri.endswith("/") and not info.size else left_out(name, include, exclude)
        if reason:
            result.skip(reason)
        elif info.uri not in known:
            result.candidates.append(_candidate(info, downloads, named=False))
    if below != root.uri:
        try:
            info = objects.info(address(root.uri).uri)
        except NotFound:
            if not listed:
                raise
        else:
            if info.uri not in known:
                result.candidates.append(_candidate(info, downloads, named=True))
    result.prefixes[below] = listed


def _candidate(info: ObjectInfo, downloads: Downloads, named: bool) -> ObjectCandidate:
    return ObjectCandidate(info.uri, info.size, _ns(info), info.etag, named, downloads)


def _ns(info: ObjectInfo) -> int:
    return round(info.modified_s * 1e9)
