"""A copy of a whole home while a server and other commands go on using it.

Copied are the databases (by SQLite, each as it is at one moment), then the stores, then all other files but those that
are made anew when they are missed. The order matters: what the catalog of the copy says was done is in its store, so
that indexing again finds at most too much to do. To restore is to copy it back, or to use it with ``--home``.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sensorium import draft
from sensorium.errors import Corrupt, Invalid, NotFound, Unavailable
from sensorium.stores.embedded import EmbeddedStore

_DERIVED = frozenset({"thumbnails", "queries", "jobs"})
"""Folders of a home whose files somebody makes anew, or was in the middle of making."""
_USERS = frozenset({"library", "objects", "demo"})
"""Folders of files that people brought: whatever these are called, they are none of our databases."""
_DATABASE = ".db"
_BESIDE_DATABASE = (f"{_DATABASE}-wal", f"{_DATABASE}-shm", f"{_DATABASE}-journal")
_PAGES = 4096


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    indexes: int
    records: int
    files: int
    """Beside those of the indexes: databases, settings, uploads."""
    bytes: int


def back_up(home: Path, to: Path, progress: Callable[[int, int], None] | None = None) -> Backup:
    """Copy the home into the new folder ``to``, which is there whole or not at all.

    ``progress`` is told how many of how many indexes are done. Raises NotFound where there is no home, Invalid for a
    place inside of it, Conflict where ``to`` is there already, Unavailable where there is no room, Corrupt where a
    database cannot be read.
    """
    if not home.is_dir():
        raise NotFound(f"{home}: there is no home to back up", path=str(home))
    if to.resolve().is_relative_to(home.resolve()):
        raise Invalid(f"{to} lies in the home that is to be backed up; name a place outside of {home}", path=str(to))
    indexes = records = files = 0
    with draft.folder(to) as folder:
        found = sorted(_files(home))
        for path in filter(_is_database, found):
            _copy_database(home / path, _place(folder / path))
            files += 1
        for store in _stores(home):
            with EmbeddedStore(home / store) as opened:
                for _, count in opened.backup(_place(folder / store), progress):
                    indexes += 1
                    records += count
        for path in _files(home):  # once more: an upload whose record was copied just now is among them
            if not _is_database(path) and _copied(home / path, _place(folder / path)):
                files += 1
        for parent, _, _ in os.walk(folder):
            draft.sync_folder(Path(parent))
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Backup(indexes, records, files, size)


def _stores(home: Path) -> list[Path]:
    """The folders of stores, relative: the home's own and those of a server's other regions."""
    found = [home / "store", *sorted((home / "regions").glob("*/store"))]
    return [path.relative_to(home) for path in found if path.is_dir()]


def _files(home: Path) -> Iterator[Path]:
    """Every file and link to copy but those of stores, relative."""
    left_out = {home / name for name in _DERIVED} | {home / store for store in _stores(home)}
    for name, folders, files in os.walk(home):
        parent = Path(name)
        folders[:] = [one for one in folders if parent / one not in left_out]
        links = [one for one in folders if (parent / one).is_symlink()]  # copied as links, as those to files are
        for one in files + links:
            path = (parent / one).relative_to(home)
            if path.parts[0] in _USERS or not one.endswith(_BESIDE_DATABASE):
                yield path


def _is_database(path: Path) -> bool:
    return path.suffix == _DATABASE and path.parts[0] not in _USERS


def _place(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _copy_database(source: Path, to: Path) -> None:
    """By a second connection, since a raw read would miss the write-ahead log and let go of SQLite's locks."""
    try:
        uri = f"{source.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, timeout=60)) as database, closing(sqlite3.connect(to)) as copy:
            database.backup(copy, pages=_PAGES)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
            message = f"The disk that is to hold {to} is full; nothing was written under this name"
            raise Unavailable(message, code="disk_full", path=str(to)) from error
        raise Unavailable(f"{source}: cannot be copied now: {error}", path=str(source)) from error
    except sqlite3.DatabaseError as error:
        raise Corrupt(f"{source}: not a database, or damaged ({error})", path=str(source)) from error
    _flush(to)


def _copied(source: Path, to: Path) -> bool:
    """Copy a file; whether it was still there, and a file."""
    if not source.is_symlink() and not source.is_file():
        return False
    try:
        shutil.copy2(source, to, follow_symlinks=False)
    except FileNotFoundError:
        return False
    if not to.is_symlink():
        _flush(to)
    return True


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
