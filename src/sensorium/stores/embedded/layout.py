"""Where things stand under a home folder, and how whole indexes appear and vanish in one step.

``HOME/buckets/BUCKET/INDEX/`` holds ``records.ID.sqlite`` (the truth) and ``vectors.N.slots`` (its vectors). An index
is built in ``HOME/buckets/.work`` and renamed into its place; a dropped one is renamed out of it before it is removed.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from sensorium.errors import Invalid
from sensorium.stores import names
from sensorium.stores.base import IndexSpec
from sensorium.stores.embedded import faults
from sensorium.stores.embedded.database import Database
from sensorium.stores.embedded.durable import sync_folder
from sensorium.stores.embedded.slots import SlotFile, SlotHeader
from sensorium.stores.embedded.state import slot_path
from sensorium.stores.embedded.staterow import StateRow, spec_text

_TAKEN = frozenset({errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR})
"""What renaming a folder onto one that is there says."""
_ABANDONED_S = 3600.0
"""Age from which a folder in ``.work`` is what a crash left behind."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of a store."""

    home: Path

    @property
    def root(self) -> Path:
        return self.home / "buckets"

    def bucket(self, name: str) -> Path:
        """The folder of a bucket that exists, else NotFound."""
        try:
            folder = self.root / names.check_bucket(name)
        except Invalid as error:
            raise names.no_bucket(name) from error
        if not folder.is_dir():
            raise names.no_bucket(name)
        return folder

    def index(self, bucket: str, name: str) -> Path:
        """The folder of an index that exists, else NotFound."""
        parent = self.bucket(bucket)
        try:
            folder = parent / names.check_index(name)
        except Invalid as error:
            raise names.no_index(bucket, name) from error
        if not folder.is_dir():
            raise names.no_index(bucket, name)
        return folder

    def buckets(self) -> list[str]:
        return _folders(self.root) if self.root.is_dir() else []

    def indexes(self, bucket: str) -> list[str]:
        return _folders(self.bucket(bucket))

    def create_bucket(self, name: str) -> None:
        """Conflict where it is there."""
        folder = self.root / names.check_bucket(name)
        with faults.told(folder):
            self.root.mkdir(parents=True, exist_ok=True)
            try:
                folder.mkdir()
            except FileExistsError as error:
                raise names.bucket_exists(name) from error
            sync_folder(self.root)

    def drop_bucket(self, name: str) -> None:
        """Conflict unless it is empty."""
        folder = self.bucket(name)
        with faults.told(folder):
            held = len(list(folder.iterdir()))
            if held:
                raise names.bucket_not_empty(name, held)
            try:
                folder.rmdir()
            except OSError as error:
                if folder.is_dir() and any(folder.iterdir()):  # another process was faster to put something in
                    raise names.bucket_not_empty(name, len(list(folder.iterdir()))) from error
                raise
            sync_folder(self.root)

    def create_index(self, spec: IndexSpec) -> Path:
        """Build an empty index and put it in its place, durably; Conflict where the name is taken."""
        bucket = self.bucket(spec.bucket)
        folder = bucket / spec.name
        if folder.exists():
            raise names.index_exists(spec.bucket, spec.name)
        work = self._work()
        with faults.told(folder):
            try:
                _build(work, spec)
                try:
                    work.rename(folder)
                except FileNotFoundError as error:
                    raise names.no_bucket(spec.bucket) from error
                except OSError as error:
                    if error.errno in _TAKEN:  # another process was faster
                        raise names.index_exists(spec.bucket, spec.name) from error
                    raise
            except BaseException:
                shutil.rmtree(work, ignore_errors=True)
                raise
            sync_folder(bucket)
        return folder

    def move_out(self, folder: Path) -> Path:
        """Take an index out of its place in one step; where its files are now, for :func:`shutil.rmtree`."""
        work = self._work()
        with faults.told(folder):
            folder.rename(work)
            sync_folder(folder.parent)
        return work

    def sweep(self) -> None:
        """Remove what crashes left in ``.work`` more than an hour ago."""
        place = self.root / ".work"
        if place.is_dir():
            for folder in place.iterdir():
                if time.time() - folder.stat().st_mtime > _ABANDONED_S:
                    shutil.rmtree(folder, ignore_errors=True)

    def _work(self) -> Path:
        folder = self.root / ".work" / os.urandom(16).hex()
        with faults.told(folder):
            folder.mkdir(parents=True)
        return folder


def database_path(folder: Path) -> Path:
    """The database of the index that stands in ``folder``; Corrupt where there is none, or more than one.

    Its name is never used again, so that whoever still has a dropped index open can do its successor no harm:
    SQLite removes its log by name when the last one closes.
    """
    try:
        found = sorted(folder.glob("records.*.sqlite"))
    except FileNotFoundError:
        found = []
    if len(found) == 1:
        return found[0]
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    raise faults.damaged(folder, f"an index has one database, records.ID.sqlite, found {len(found)}")


def _build(folder: Path, spec: IndexSpec) -> None:
    owner = os.urandom(16)
    path = folder / f"records.{owner.hex()[:12]}.sqlite"
    SlotFile.create(slot_path(path, 0), SlotHeader(spec.dim, 0, owner)).close()
    Database.create(path, StateRow(0, 0, 0, 0, 0, 0, owner, spec_text(spec)))
    sync_folder(folder)


def _folders(parent: Path) -> list[str]:
    return sorted(entry.name for entry in parent.iterdir() if entry.is_dir() and not entry.name.startswith("."))
