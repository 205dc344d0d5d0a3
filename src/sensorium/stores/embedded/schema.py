"""The tables of a store's database, as of the newest format, and the numbers that mark the file as ours.

``records``  one row a record. Its rowid is its slot; slots are never used twice within a generation.
``dead``     the slots that were given up, in that order: what another process has to learn since it last looked.
``state``    one row, changed by every commit: ``seq`` counts them.
``texts``    the text keys, each with its table ``text_NUMBER``; :mod:`~sensorium.stores.embedded.texts` explains them.
``lengths``  how many terms the text of each slot has, by text and in blocks.
``serials``  one row once there was a compaction: what the slots that it kept had been before.

So whoever knows (seq, slots, deaths) of a moment catches up by reading the dead since then; opening reads them all.
"""

from __future__ import annotations

import sqlite3

APPLICATION_ID = 0x53454E53
"""``SENS``, in the header of the database file."""
FORMAT = 2
"""``user_version``: the newest format, and the only one that is written."""

TEXT_TABLES = """
CREATE TABLE texts (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    language TEXT,
    analysis INTEGER NOT NULL,
    levels INTEGER NOT NULL
);
CREATE TABLE lengths (
    text INTEGER NOT NULL,
    block INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (text, block)
);
CREATE TABLE serials (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    following INTEGER NOT NULL,
    kept BLOB NOT NULL
);
"""
"""What format 2 brought."""
TABLES = """
CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    slots INTEGER NOT NULL,
    records INTEGER NOT NULL,
    deaths INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    owner BLOB NOT NULL,
    spec TEXT NOT NULL,
    state_check INTEGER NOT NULL
);
CREATE TABLE records (
    slot INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    metadata TEXT NOT NULL,
    vector_check INTEGER NOT NULL,
    row_check INTEGER NOT NULL
);
CREATE UNIQUE INDEX records_key ON records (key);
CREATE TABLE dead (
    id INTEGER PRIMARY KEY,
    slot INTEGER NOT NULL
);
"""


def write(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty database, inside the caller's transaction."""
    make(connection, TABLES)
    make(connection, TEXT_TABLES)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def make(connection: sqlite3.Connection, tables: str) -> None:
    """Run statements that make tables, inside the caller's transaction."""
    for statement in tables.split(";"):
        if statement.strip():
            connection.execute(statement)
