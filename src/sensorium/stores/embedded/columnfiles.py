"""The segment files of an index: which there are, which of them can be believed, and which nobody needs any more.

``columns.GENERATION.BEGIN-END.col`` stands beside the database. Several processes may write and remove them at once:
a file appears whole, under a name that says what is in it, and goes on being readable for whoever has it mapped.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sensorium.errors import Corrupt
from sensorium.stores.embedded import segmentfile
from sensorium.stores.embedded.segment import Segment
from sensorium.stores.embedded.segmentfile import Head, Witnesses
from sensorium.stores.embedded.values import Values

_NAME = re.compile(r"columns\.(\d+)\.(\d+)-(\d+)\.col")
_ABANDONED_S = 3600.0
"""Age from which a half-written file is what a crash left behind."""


class Ahead(Exception):
    """A file is of a later commit than the one that is asked for: begin another transaction."""


class ColumnFiles:
    """Those of one generation of an index."""

    def __init__(self, database_path: Path, owner: bytes, generation: int) -> None:
        self._folder = database_path.parent
        self._owner = owner
        self._generation = generation
        self._ahead: set[str] = set()
        """Files that were of a later commit when they were seen first."""
        self._refused: set[str] = set()
        """Files that must not be believed and could not be removed."""

    def following(self, connection: sqlite3.Connection, begin: int, seq: int) -> list[Segment]:
        """Segments from slot ``begin`` on, side by side, as far as files of commits up to ``seq`` reach.

        What is damaged, or not of these records, is removed. :class:`Ahead` where a file is of a later commit; one that
        is so again, in a transaction that was begun after it was seen, is of another history and is removed as well.
        """
        found: list[Segment] = []
        there = {span: path for span, path in self._there().items() if path.name not in self._refused}
        while starting := [(end, path) for (start, end), path in there.items() if start == begin]:
            end, path = max(starting)
            del there[begin, end]
            segment = self._read(connection, path, seq)
            if segment is not None:
                found.append(segment)
                begin = end
        return found

    def write(self, span: Segment, witnesses: Witnesses, columns: Iterable[tuple[str, Values]]) -> Segment:
        """Keep columns of the slots of ``span`` in a file and map it; files of slots among these are removed.

        OSError where there is no room or no permission, and nothing is left of the file.
        """
        head = Head(self._owner, self._generation, span.begin, span.end, span.seq)
        path = self._path(span.begin, span.end)
        segmentfile.write(path, head, witnesses, columns)
        self._refused.discard(path.name)
        segment, _ = segmentfile.read(path, self._owner, self._generation)
        for (begin, end), other in self._there().items():
            if other != path and span.begin <= begin and end <= span.end:
                remove(other)
        return segment

    def refuse(self, path: Path) -> None:
        """Remove a file that is damaged or foreign, and never look at it again."""
        remove(path)
        self._refused.add(path.name)

    def sweep(self) -> None:
        """Remove the files of earlier generations, and what crashes left of files that were being written."""
        for path in self._folder.glob("columns.*"):
            if (parsed := _NAME.fullmatch(path.name)) is not None:
                if int(parsed[1]) < self._generation:
                    remove(path)
            elif path.suffix == ".tmp" and _age_s(path) > _ABANDONED_S:
                remove(path)

    def clear(self) -> None:
        """Remove all files of the generation: of one that was never committed, or whose records are others now."""
        for path in self._there().values():
            remove(path)

    def all(self) -> list[Path]:
        """The files of the generation, by their first slot."""
        return [path for _, path in sorted(self._there().items())]

    def _there(self) -> dict[tuple[int, int], Path]:
        found = {}
        for path in self._folder.glob(f"columns.{self._generation}.*.col"):
            if (parsed := _NAME.fullmatch(path.name)) is not None:
                found[int(parsed[2]), int(parsed[3])] = path
        return found

    def _path(self, begin: int, end: int) -> Path:
        return self._folder / f"columns.{self._generation}.{begin}-{end}.col"

    def _read(self, connection: sqlite3.Connection, path: Path, seq: int) -> Segment | None:
        try:
            segment, known = segmentfile.read(path, self._owner, self._generation)
        except FileNotFoundError:  # another process has put a larger one in its place
            return None
        except Corrupt:  # it is made anew from the records
            self.refuse(path)
            return None
        if segment.seq > seq and path.name not in self._ahead:
            self._ahead.add(path.name)
            raise Ahead(path.name)
        named = path == self._path(segment.begin, segment.end)
        if segment.seq <= seq and named and _reached(connection, segment.end) and _witnessed(connection, known):
            return segment
        self.refuse(path)
        return None


def remove(path: Path) -> None:
    """Remove a file that nobody needs.

    Where that cannot be (Windows has it mapped, the folder is read-only) it is left to the next who tries.
    """
    with suppress(OSError):
        path.unlink()


def witnesses(connection: sqlite3.Connection, begin: int, end: int) -> Witnesses:
    """Live rows of these slots, at steps that double from the last one back.

    Another history of the same database has other rows from some slot on, so that one of them at least differs.
    """
    statement = "SELECT slot, row_check FROM records WHERE slot >= ? AND slot < ? ORDER BY slot DESC LIMIT 1"
    found: dict[int, int] = {}
    for back in steps(end - begin):
        found.update(connection.execute(statement, (begin, end - back)))
    return sorted(found.items())


def steps(count: int) -> list[int]:
    """0, 1, 2, 4, 8 … as far as they are less than ``count``."""
    return [0] * (count > 0) + [1 << power for power in range(count.bit_length()) if 1 << power < count]


def _reached(connection: sqlite3.Connection, end: int) -> bool:
    """Whether so many slots were handed out: in an older copy, put back under a newer file, they are yet to come."""
    (slots,) = connection.execute("SELECT slots FROM state").fetchone()
    return bool(end <= slots)


def _witnessed(connection: sqlite3.Connection, known: Witnesses) -> bool:
    """Whether those of them that still live are the same, and one at least lives."""
    statement = f"SELECT slot, row_check FROM records WHERE slot IN ({','.join('?' * len(known))})"
    found = dict(connection.execute(statement, [slot for slot, _ in known]))
    return bool(found) and all(found.get(slot, check) == check for slot, check in known)


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
