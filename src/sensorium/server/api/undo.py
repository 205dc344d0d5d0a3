"""Records that were removed a short while ago, kept in memory so that they can come back."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sensorium.errors import NotFound
from sensorium.ledger import Entry
from sensorium.removal import remove_keys
from sensorium.server.api.opened import Opened
from sensorium.types import Record

SECONDS = 600.0
MOST_RECORDS = 20_000
"""Records of all removals together."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A removal: its records, whose they were, and the sources that were whole before."""

    index: str
    created_s: float
    records: list[Record]
    owners: dict[str, tuple[str, str]]
    entries: dict[str, Entry]
    until_s: float


class Undo:
    """Removals by token. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Removed] = OrderedDict()

    def remove(self, opened: Opened, keys: list[str]) -> tuple[int, str | None, float | None]:
        """Remove records: (how many there were, token, until when it holds); no token where there were none."""
        records = opened.index.get(list(dict.fromkeys(keys)))
        found = [record.key for record in records]
        owners = opened.ledger.owners(found)
        sources = {source for source, _ in owners.values()}
        entries = {source: entry for source in sources if (entry := opened.ledger.entry(source)) is not None}
        removed = remove_keys(opened.index, opened.ledger, keys)
        if not records:
            return removed, None, None
        until_s = time.time() + SECONDS
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._kept[token] = Removed(opened.name, opened.index.spec.created_s, records, owners, entries, until_s)
            self._clear()
        return removed, token, until_s

    @contextmanager
    def taken(self, token: str) -> Iterator[Removed]:
        """What a token stands for; it holds until the body has ended well, and for one caller at a time.

        Raises NotFound for one that is unknown, used or over. Where the body fails (a full disk, a caller who may not),
        the records are kept on.
        """
        with self._lock:
            self._clear()
            found = self._kept.pop(token, None)
        if found is None:
            message = f"nothing to undo: removals are kept for {SECONDS / 60:.0f} minutes, until the server ends"
            raise NotFound(message, path="undo")
        try:
            yield found
        except BaseException:
            with self._lock:
                self._kept[token] = found
            raise

    def _clear(self) -> None:
        now = time.time()
        held = sum(len(one.records) for one in self._kept.values())
        for token, one in list(self._kept.items()):
            if one.until_s < now or (held > MOST_RECORDS and len(self._kept) > 1):
                del self._kept[token]
                held -= len(one.records)


def restore(opened: Opened, removed: Removed) -> int:
    """Put those back that nobody has made anew since; how many. Raises NotFound for another index of that name."""
    if opened.index.spec.created_s != removed.created_s:
        raise NotFound(f"index {removed.index} is another one now; its records are gone", path="undo")
    there = {record.key for record in opened.index.get([record.key for record in removed.records])}
    lost = [record for record in removed.records if record.key not in there]
    rows = [(record.key, *removed.owners[record.key]) for record in lost if record.key in removed.owners]
    opened.ledger.journal(rows)
    restored = opened.index.put(lost)
    whole = [entry for source, entry in removed.entries.items() if opened.ledger.entry(source) is None]
    opened.ledger.settle([key for key, _, _ in rows], whole)
    return restored
