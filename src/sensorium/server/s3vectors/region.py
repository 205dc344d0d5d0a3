"""A region: a store, and the attributes that AWS keeps of what is in it."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path

from sensorium.errors import Invalid
from sensorium.server.attributes import BucketAttributes
from sensorium.server.door import Door
from sensorium.stores import names
from sensorium.stores.base import Store
from sensorium.stores.embedded import EmbeddedStore

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class Region:
    """One region of the account. ``turn`` is held by whoever creates or drops something in it."""

    def __init__(self, name: str, store: Store, door: Door) -> None:
        self.name = name
        self.store = store
        self.door = door
        self.turn = threading.Lock()

    def has(self, bucket: str) -> bool:
        """Whether there is such a bucket."""
        return bucket in self.store.buckets()

    def bucket(self, name: str) -> BucketAttributes:
        """What is known of a bucket that exists; NotFound otherwise. One that the command made gets its row now."""
        if not self.has(name):
            raise names.no_bucket(name)
        known = self.door.bucket(name)
        if known is None:
            made = [spec.created_s for spec in self.store.indexes(name)]
            known = self.door.change_bucket(name, lambda found: found, min(made, default=time.time()))
        return known


class Regions:
    """The regions that calls came for. The server's own is the home's store, so that the command sees what it holds."""

    def __init__(self, own: Region, folder: Path) -> None:
        """``folder`` holds the other regions, each in a folder that is made when its first bucket is."""
        self._own = own
        self._folder = folder
        self._others: dict[str, Region] = {}
        self._lock = threading.Lock()

    def named(self, name: str) -> Region:
        """The region of that name, empty where nothing was ever made in it."""
        if name == self._own.name:
            return self._own
        with self._lock:
            known = self._others.get(name)
            if known is None:
                if not _NAME.fullmatch(name):
                    raise Invalid(f"{name!r:.80} is no name of a region", code="region", path="region")
                folder = self._folder / name
                known = Region(name, EmbeddedStore(folder / "store"), Door(folder / "door.db"))
                self._others[name] = known
            return known

    def close(self) -> None:
        """Let go of all files but the home's store, which is its owner's to close."""
        with self._lock:
            self._own.door.close()
            for region in self._others.values():
                region.store.close()
                region.door.close()
            self._others.clear()
