"""What SQLite and the operating system say went wrong, told in our own errors."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sensorium.errors import Corrupt, SensoriumError, Unavailable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DAMAGED = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_FORMAT,
        sqlite3.SQLITE_ERROR,  # the statements are constant: a table or column that is not there is damage
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
    }
)
_REFUSED = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH})


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and of file calls on ``path`` into Corrupt or Unavailable; a bug of ours stays one."""
    try:
        yield
    except sqlite3.Error as error:
        known = _of_sqlite(error, path)
        if known is None:
            raise
        raise known from error
    except UnicodeDecodeError as error:  # of stored text, or of SQLite's own message about it
        raise damaged(path, str(error)) from error
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _of_system(error, path) from error


def full(path: Path) -> Unavailable:
    """The error for a write that found no room."""
    return Unavailable(
        f"The disk that holds {path} is full: nothing was changed by this write; make room and do it again",
        code="disk_full",
        path=str(path),
    )


def locked(path: Path, waited_s: float) -> Unavailable:
    """The error for a writer whose turn did not come."""
    return Unavailable(
        f"Another writer holds the write lock of {path}: waited {waited_s:.1f} s for it; try again when it is done",
        code="locked",
        path=str(path),
    )


def damaged(path: Path, what: str) -> Corrupt:
    """The error for stored bytes that are not what was written."""
    return Corrupt(f"{path} is damaged: {what}; nothing was changed", code="damaged", path=str(path))


def damaged_in(connection: sqlite3.Connection, what: str) -> Corrupt:
    """The same, for whoever knows the connection alone."""
    return damaged(Path(os.fsdecode(connection.execute("PRAGMA database_list").fetchone()[2])), what)


def _of_sqlite(error: sqlite3.Error, path: Path) -> SensoriumError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = code & 0xFF
    if primary == sqlite3.SQLITE_FULL:
        return full(path)
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Unavailable(f"{path} is locked by another process ({error})", code="locked", path=str(path))
    if primary in _DAMAGED:
        return damaged(path, str(error))
    if primary == sqlite3.SQLITE_IOERR:
        message = f"The disk that holds {path} is full or failing ({error}): nothing was changed by this call"
        return Unavailable(message, code="disk", path=str(path))
    if primary in _REFUSED:
        return Unavailable(f"{path} cannot be opened for writing ({error})", code="refused", path=str(path))
    return None


def _of_system(error: OSError, path: Path) -> SensoriumError:
    if error.errno in _FULL:
        return full(path)
    message = f"{path} could not be read or written ({error.strerror or error}): nothing was changed by this call"
    return Unavailable(message, code="disk", path=str(path))
