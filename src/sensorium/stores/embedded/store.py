"""The embedded store: buckets of durable indexes in a folder, shared by threads and processes."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from sensorium.errors import Corrupt, Invalid, NotFound
from sensorium.stores import names
from sensorium.stores.base import IndexSpec
from sensorium.stores.embedded.database import LOCK_TIMEOUT_S, Database
from sensorium.stores.embedded.durable import sync_folder
from sensorium.stores.embedded.forking import Turn
from sensorium.stores.embedded.index import EmbeddedIndex
from sensorium.stores.embedded.layout import Layout, database_path
from sensorium.stores.embedded.limits import Limits
from sensorium.stores.embedded.staterow import StateRow


class EmbeddedStore:
    """Buckets under ``home``, which is made when the first bucket is. Thread-safe; a context manager."""

    def __init__(
        self,
        home: Path,
        lock_timeout_s: float = LOCK_TIMEOUT_S,
        limits: Limits = Limits(),
    ) -> None:
        """``lock_timeout_s``: how long a writer waits for its turn before it is Unavailable."""
        self._limits = limits
        self._layout = Layout(home)
        self._lock_timeout_s = lock_timeout_s
        self._open: dict[tuple[str, str], EmbeddedIndex] = {}
        self._turn = Turn()
        self._closed = False
        self._layout.sweep()

    def __enter__(self) -> EmbeddedStore:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def buckets(self) -> list[str]:
        return self._layout.buckets()

    def create_bucket(self, name: str) -> None:
        self._layout.create_bucket(name)

    def drop_bucket(self, name: str) -> None:
        for index in self._layout.indexes(name):
            self._finish_drop(name, index)
        self._layout.drop_bucket(name)

    def create(self, spec: IndexSpec) -> EmbeddedIndex:
        spec = replace(names.check_spec(spec), created_s=time.time())
        self._finish_drop(spec.bucket, spec.name)
        self._layout.create_index(spec)
        return self.open(spec.bucket, spec.name)

    def open(self, bucket: str, name: str) -> EmbeddedIndex:
        with self._turn.taken():
            if self._closed:
                raise Invalid("The store is closed; open it again", code="closed")
            known = self._open.get((bucket, name))
            if known is not None:
                if not known.is_dropped():
                    return known
                del self._open[bucket, name]
                known.close()
            index = self._open[bucket, name] = self._fresh(bucket, name)
            return index

    def indexes(self, bucket: str) -> list[IndexSpec]:
        specs = []
        for name in self._layout.indexes(bucket):
            known = self._open.get((bucket, name))
            if known is not None and not known.is_dropped():
                specs.append(known.spec)
                continue
            try:
                index = self._fresh(bucket, name)
            except NotFound:  # dropped by another process while we looked
                continue
            specs.append(index.spec)
            index.close()
        return specs

    def names(self, bucket: str) -> list[str]:
        """The names of a bucket's indexes, those that are too damaged to be opened among them."""
        return self._layout.indexes(bucket)

    def drop(self, bucket: str, name: str) -> None:
        try:
            self.open(bucket, name).mark_dropped()
        except Corrupt as error:
            if error.code != "damaged":  # what is foreign or newer may be of use to somebody
                raise
            shutil.rmtree(self._layout.move_out(self._layout.index(bucket, name)))
        else:
            self._finish_drop(bucket, name)

    def backup(self, to: Path, progress: Callable[[int, int], None] | None = None) -> list[tuple[IndexSpec, int]]:
        """Copy every index, each as it is at one moment, into the empty home ``to``; what they are, and their records.

        Others may go on writing. What is made or dropped meanwhile may be among them or not. ``progress`` is told how
        many of how many indexes are done.
        """
        copied: list[tuple[IndexSpec, int]] = []
        copy = Layout(to)
        names = [(bucket, name) for bucket in self.buckets() for name in self.names(bucket)]
        for bucket in self.buckets():
            copy.create_bucket(bucket)
        for done, (bucket, name) in enumerate(names):
            if progress is not None:
                progress(done, len(names))
            folder = copy.bucket(bucket) / name
            folder.mkdir()
            try:
                index = self.open(bucket, name)
                copied.append((index.spec, index.backup(folder)))
            except NotFound:
                shutil.rmtree(folder)
            sync_folder(folder.parent)
        return copied

    def close(self) -> None:
        """Let go of all files; idempotent."""
        with self._turn.taken():
            self._closed = True
            while self._open:
                self._open.popitem()[1].close()

    def _fresh(self, bucket: str, name: str) -> EmbeddedIndex:
        try:
            path = database_path(self._layout.index(bucket, name))
            return EmbeddedIndex(bucket, name, path, self._lock_timeout_s, self._limits)
        except FileNotFoundError as error:
            raise names.no_index(bucket, name) from error

    def _finish_drop(self, bucket: str, name: str) -> None:
        """Remove an index that is marked as dropped, ours or one whose process died; nothing where there is none.

        Under the write lock of its database, so that of several processes one removes it, and never its successor.
        """
        try:
            folder = self._layout.index(bucket, name)
            path = database_path(folder)
            database = Database(path, self._lock_timeout_s)
        except (NotFound, FileNotFoundError, Corrupt):
            return
        moved: Path | None = None
        try:
            with database.write() as connection:
                if StateRow.read(connection, path).dropped and path.exists():
                    moved = self._layout.move_out(folder)
        finally:
            database.close()
        if moved is not None:
            shutil.rmtree(moved)
