"""The inverted index of an open index: the newest file that this process knows, and whether there is a newer one."""

from __future__ import annotations

import time
from pathlib import Path

from sensorium.errors import Corrupt, Unavailable
from sensorium.stores.embedded import forking
from sensorium.stores.embedded.inverted.file import fingerprint, path_of
from sensorium.stores.embedded.inverted.inverted import Inverted
from sensorium.types import Matrix

_LOOKED_FOR_S = 0.5
"""How long a process goes on without looking whether another one has put a newer file in the place."""
_Identity = tuple[int, int, int]


class Kept:
    """Safe from any thread. A file that is damaged, foreign, unreadable or of other vectors is as good as none."""

    def __init__(self, database_path: Path, owner: bytes, turn: forking.Turn | None = None) -> None:
        """``turn``: made before, by whoever makes this while a connection is lent: a fork waits for that."""
        self._database = database_path
        self._owner = owner.hex()
        self._turn = turn or forking.Turn()  # somebody may fork while a new file is read
        self._generation = -1
        self._identity: _Identity | None = None
        self._inverted: Inverted | None = None
        self._looked = 0.0

    def of(self, generation: int, rows: Matrix) -> Inverted | None:
        """The inverted index of a generation, over the first of its ``rows`` (slots, dim); None where none is."""
        now = time.monotonic()
        known = self._inverted
        if self._generation != generation or now - self._looked > _LOOKED_FOR_S:
            patience_s = 0 if self._generation == generation else -1  # a newer one takes up to half a second to read
            with self._turn.taken(patience_s) as ours:
                if ours:
                    known = self._read(generation, rows)
                    self._looked = now
        if known is None or known.meta.generation != generation:  # another thread takes up another one just now
            return None
        return known if known.meta.covered <= len(rows) else None

    def look(self) -> None:
        """Let the next caller look for a newer file."""
        self._looked = 0.0

    def _read(self, generation: int, rows: Matrix) -> Inverted | None:
        path = path_of(self._database, generation)
        try:
            found = path.stat()
            identity: _Identity | None = found.st_ino, found.st_mtime_ns, found.st_size
            if (generation, identity) != (self._generation, self._identity):
                self._inverted = self._checked(path, generation, rows)
            if self._inverted is not None and self._inverted.meta.covered > len(rows):
                self._inverted, identity = None, None  # of a later moment, or of one that was taken back: look again
            self._identity, self._generation = identity, generation
        except FileNotFoundError:
            self._identity, self._generation, self._inverted = None, generation, None
        return self._inverted

    def _checked(self, path: Path, generation: int, rows: Matrix) -> Inverted | None:
        try:
            inverted = Inverted(path)
        except (Corrupt, Unavailable):  # derived: whoever keeps the index up makes it anew
            return None
        meta = inverted.meta
        if (meta.owner, meta.generation, meta.dim) != (self._owner, generation, rows.shape[1]):
            return None
        stale = meta.covered <= len(rows) and meta.print != fingerprint(rows[: meta.covered])
        return None if stale else inverted
