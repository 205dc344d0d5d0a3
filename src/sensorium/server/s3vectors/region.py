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
from sensorium.stores.embedded.limits import Limits

MOST = 100
"""Regions that one server keeps beside its own: each holds files open, and any caller can think of another name."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def check_name(name: str) -> str:
    """The name; Invalid for what is none of a region, since it becomes a folder's."""
    if not _NAME.fullmatch(name):
        raise Invalid(
            f"{name!r:.80} is no name of a region: lower-case letters, digits and hyphens", code="region", path="region"
        )
    return name


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

    def __init__(self, own: Region, folder: Path, limits: Limits = Limits()) -> None:
        """``folder`` holds the other regions, each in a folder that is made when its first bucket is.

        ``limits`` are those of their stores.
        """
        self._limits = limits
        self._own = own
        self._folder = folder
        self._others: dict[str, Region] = {}
        self._lock = threading.Lock()

    def named(self, name: str) -> Region:
        """The region of that name, empty where nothing was ever made in it.

        Invalid for what is no name, and for another one where :data:`MOST` have something in them.
        """
        if name == self._own.name:
            return self._own
        with self._lock:
            known = self._others.get(name)
            if known is None:
                folder = self._folder / check_name(name)
                if len(self._others) >= MOST:
                    self._forget_empty()
                known = Region(name, EmbeddedStore(folder / "store", limits=self._limits), Door(folder / "door.db"))
                self._others[name] = known
            return known

    def _forget_empty(self) -> None:
        """Let go of the regions that have nothing on the disk; a call that makes something there has its own hold."""
        self._others = {name: region for name, region in self._others.items() if (self._folder / name).exists()}
        if len(self._others) >= MOST:
            raise Invalid(f"this server keeps {MOST} regions beside its own at most", code="region", path="region")

    def close(self) -> None:
        """Let go of all files but the home's store, which is its owner's to close."""
        with self._lock:
            self._own.door.close()
            for region in self._others.values():
                region.store.close()
                region.door.close()
            self._others.clear()
