"""Full text in SQLite's FTS5, changed in the transactions that change the records.

One table a text key. A row's number is the record's serial, its content the record's terms; FTS5 keeps of it which rows
hold which term and nothing else (no content, no positions, no sizes), so that it is small and quickly read. How often
a text holds a term is told by which of the term's variants it holds: ``term`` for the 1 of that number in binary,
``term#1`` for the 2, ``term#2`` for the 4 and so on. Terms are letters, marks and digits in lower case, so the
tokenizer for ASCII leaves them whole and no query syntax can stand in them.

Derived from the records. A replaced or deleted record's terms are removed with it, which keeps the tables small; but
what is dead is never found anyway, since whoever reads looks at what lives. A text is indexed up to the slot for which
lengths are stored; where that is not all of them (the key is new, or the index older than full text), puts leave it
alone and :mod:`~sensorium.stores.embedded.textbuild` goes on, a batch a transaction.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sensorium.errors import Unsupported
from sensorium.stores.analysis import ANALYSIS, terms, text_of
from sensorium.stores.base import Language, TextKey
from sensorium.stores.embedded import lengths, rows
from sensorium.stores.embedded.faults import damaged_in
from sensorium.stores.embedded.serials import Serials, Slots
from sensorium.types import Metadata

Counts = Mapping[str, int]
"""How often a text holds each of its terms."""


class Text(NamedTuple):
    """One text key with its table."""

    number: int
    """Never used again, also where the same key is built anew."""
    key: TextKey
    analysis: int
    """Which analysis its terms are of."""
    levels: int
    """Binary digits of how often any term stands in any of its texts: at most 16, as 40,960 bytes hold no more."""

    @property
    def table(self) -> str:
        return f"text_{self.number}"


def stored(connection: sqlite3.Connection) -> list[Text]:
    """The texts that the connection's transaction sees, those of an older analysis among them."""
    found = connection.execute("SELECT number, key, language, analysis, levels FROM texts ORDER BY number")
    try:
        return [
            Text(int(number), TextKey(key.decode(), language and Language(language.decode())), analysis, int(levels))
            for number, key, language, analysis, levels in found
        ]
    except (ValueError, TypeError, AttributeError) as error:
        raise damaged_in(connection, f"its table of texts cannot be read ({error})") from error


def reconcile(connection: sqlite3.Connection, wanted: Iterable[TextKey]) -> None:
    """Drop the texts that are not wanted or not of this analysis, and make those that are missing, empty.

    Unsupported where SQLite was built without FTS5.
    """
    missing = list(wanted)
    for text in stored(connection):
        if text.key in missing and text.analysis == ANALYSIS:
            missing.remove(text.key)
            continue
        connection.execute(f"DROP TABLE {text.table}")
        connection.execute("DELETE FROM texts WHERE number = ?", (text.number,))
        lengths.remove(connection, text.number)
    for key in missing:
        made = connection.execute(
            "INSERT INTO texts (key, language, analysis, levels) VALUES (?, ?, ?, 0)", (key.key, key.language, ANALYSIS)
        )
        try:
            connection.execute(
                f"CREATE VIRTUAL TABLE text_{made.lastrowid} USING fts5"
                "(terms, content = '', columnsize = 0, detail = none, tokenize = \"ascii tokenchars '#'\")"
            )
        except sqlite3.OperationalError as error:
            if "no such module" not in str(error):
                raise
            message = f"The SQLite {sqlite3.sqlite_version} of this Python has no FTS5, which full text needs ({error})"
            raise Unsupported(message, code="no_fts5", path=key.key) from error


def ready(connection: sqlite3.Connection, slots: int) -> list[Text]:
    """The texts that are indexed up to the newest slot."""
    return [
        text
        for text in stored(connection)
        if text.analysis == ANALYSIS and lengths.stored(connection, text.number) == slots
    ]


def behind(connection: sqlite3.Connection, wanted: Iterable[TextKey], slots: int) -> int:
    """How many slots are still to be indexed, for all of the wanted texts together."""
    known = {text.key: text.number for text in stored(connection) if text.analysis == ANALYSIS}
    return sum(slots - (lengths.stored(connection, known[key]) if key in known else 0) for key in wanted)


def add(connection: sqlite3.Connection, text: Text, serials: Sequence[int], counts: Sequence[Counts]) -> None:
    """Index the next slots by their serials and their :func:`counted` terms."""
    connection.executemany(
        f"INSERT INTO {text.table} (rowid, terms) VALUES (?, ?)",
        [(serial, leveled(held)) for serial, held in zip(serials, counts, strict=True) if held],
    )
    levels = max((max(held.values()) for held in counts if held), default=0).bit_length()
    if levels > text.levels:
        connection.execute("UPDATE texts SET levels = ? WHERE number = ?", (levels, text.number))
    lengths.append(connection, text.number, [sum(held.values()) for held in counts])


def remove(connection: sqlite3.Connection, serials: Serials, dead: Sequence[tuple[int, bytes]]) -> None:
    """Take the terms of dead records, given by slot and metadata as stored, out of the texts that know them."""
    known = [text for text in stored(connection) if text.analysis == ANALYSIS]
    if not known:
        return
    numbers = serials.of(np.array([slot for slot, _ in dead], np.int64)).tolist()
    metadata = [_readable(text) for _, text in dead]
    for text in known:
        end = lengths.stored(connection, text.number)
        connection.executemany(
            f"INSERT INTO {text.table} ({text.table}, rowid, terms) VALUES ('delete', ?, ?)",
            [
                (number, leveled(held))
                for number, (slot, _), one in zip(numbers, dead, metadata, strict=True)
                if slot < end and (held := counted(one, text.key))
            ],
        )


def holding(connection: sqlite3.Connection, text: Text, term: str, after: int = -1) -> Iterator[tuple[int, Slots]]:
    """The rising serials beyond ``after`` of what holds a term, for each binary digit of how often it does."""
    for level in range(text.levels):
        found = rows_with(connection, text, _variant(term, level), after)
        if found is not None:
            yield level, found


def rows_with(connection: sqlite3.Connection, text: Text, word: str, after: int = -1) -> Slots | None:
    """The rising serials beyond ``after`` of what holds one of a term's variants; None for none at all."""
    (found,) = connection.execute(
        f"SELECT group_concat(rowid) FROM {text.table} WHERE {text.table} MATCH ? AND rowid > ?", (f'"{word}"', after)
    ).fetchone()
    return None if found is None else np.fromstring(found, np.int64, sep=",")


def is_asked_for(text: Text, word: str) -> bool:
    """Whether any search asks for this variant of a term."""
    level = word.rpartition("#")[2] if "#" in word else "0"
    return '"' not in word and level.isdecimal() and int(level) < text.levels


def compact(connection: sqlite3.Connection, serials: Serials, kept: Slots, slots: int) -> None:
    """Let only these of so many slots remain, in this order."""
    found = stored(connection)
    for text in found:
        known = lengths.read(connection, text.number)
        lengths.remove(connection, text.number)
        lengths.append(connection, text.number, known[kept[kept < len(known)]])
    if found:
        serials.compacted(kept, slots).write(connection)
    else:
        connection.execute("DELETE FROM serials")  # nothing refers to them: they begin anew as slots


def counted(metadata: Metadata, key: TextKey) -> Counts:
    """How often a record's text holds each term."""
    return Counter(terms(text_of(metadata.get(key.key)), key.language))


def _readable(metadata: bytes) -> Metadata:
    """The metadata; nothing where they are damaged, which must not keep anybody from replacing the record."""
    try:
        return rows.decoded(metadata)
    except ValueError:
        return {}


def leveled(counts: Counts) -> str:
    """What FTS5 is given for a record."""
    words = [term for term, count in counts.items() if count & 1]
    for term, count in counts.items():
        if count > 1:  # seldom
            words += [_variant(term, level) for level in range(1, count.bit_length()) if count >> level & 1]
    return " ".join(words)


def _variant(term: str, level: int) -> str:
    return f"{term}#{level}" if level else term
