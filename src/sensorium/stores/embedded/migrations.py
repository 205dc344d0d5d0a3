"""From older formats to the newest: a copy first, then every step in one transaction.

A step changes tables only. One that had to change slot files would write new ones under the next generation, so that
the copy of the database is a copy of everything.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sensorium.errors import Corrupt
from sensorium.stores.embedded import schema
from sensorium.stores.embedded.durable import sync_folder

Step = Callable[[sqlite3.Connection], None]


def _full_text(connection: sqlite3.Connection) -> None:
    """Format 2 brought full text; what is searchable is indexed when it is first asked for."""
    schema.make(connection, schema.TEXT_TABLES)


STEPS: dict[int, Step] = {1: _full_text}
"""By the format that a step starts from; it leads to the next. Format 1 is the first."""


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring an older database to the newest format; its copy stays beside it as ``NAME.format-N``.

    A crash leaves either the old database or the new one. Corrupt where no step leads on from the format found.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        for version in range(found, schema.FORMAT):  # empty where another process was faster
            if version not in STEPS:
                message = f"{path} is of the unknown format {version}, this Sensorium writes {schema.FORMAT}"
                raise Corrupt(f"{message}; nothing was changed", code="old_format", path=str(path))
        if found < schema.FORMAT:
            _copy(path, path.with_name(f"{path.name}.format-{found}"))
            for version in range(found, schema.FORMAT):
                STEPS[version](connection)
            connection.execute(f"PRAGMA user_version = {schema.FORMAT}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _copy(path: Path, to: Path) -> None:
    """Copy the database as committed, durably, by a second connection: a raw read would miss the write-ahead log."""
    draft = to.with_name(f"{to.name}.draft")
    draft.unlink(missing_ok=True)
    source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
    try:
        copy = sqlite3.connect(draft)
        try:
            source.backup(copy)
        finally:
            copy.close()
    finally:
        source.close()
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(to)
    sync_folder(to.parent)
