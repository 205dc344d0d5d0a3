"""The tables carry the marks by which a file is known as ours."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sensorium.stores.embedded import schema


def test_a_new_database_is_marked_and_empty() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        schema.write(connection)
        assert connection.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)
        assert schema.APPLICATION_ID.to_bytes(4, "big") == b"SENS"
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.FORMAT,)
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
        assert names == {
            "state",
            "records",
            "records_key",
            "dead",
            "texts",
            "lengths",
            "sqlite_autoindex_lengths_1",
            "serials",
            "sqlite_sequence",
        }
        for table in ("state", "records", "dead", "texts", "lengths", "serials"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
