"""What the files of the API share: the home, what is open of it, and the two pools of threads."""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from sensorium.config import Settings
from sensorium.home import Home
from sensorium.objects.base import Objects
from sensorium.server.api.diskcache import DiskCache
from sensorium.server.api.extents import Extents
from sensorium.server.api.ids import Ids
from sensorium.server.api.opened import Indexes
from sensorium.server.api.originals import Originals
from sensorium.server.api.permission import Permission
from sensorium.server.api.pictures import Pictures
from sensorium.server.api.secret import Secret
from sensorium.server.dialect import Dialect
from sensorium.server.limits import Limits
from sensorium.server.workers import Workers

T = TypeVar("T")
_POOL = Dialect("api", "", b"", 0, "", "TooManyRequestsException")
_MEDIA_QUEUE = 2_000
"""Pictures that may wait to be made: a page asks for those of all tiles that it shows."""
THUMBNAIL_BYTES = 2 << 30
OBJECT_BYTES = 8 << 30


@dataclass(eq=False)
class Context:
    """One server's. Made before its event loop; ``run`` and ``make`` belong to that loop."""

    home: Home
    settings: Settings
    limits: Limits
    objects: Objects
    permission: Permission
    indexes: Indexes = field(init=False)
    secret: Secret = field(init=False)
    ids: Ids = field(init=False)
    originals: Originals = field(init=False)
    pictures: Pictures = field(init=False)
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set when the server is told to stop: streams of events end then."""

    def __post_init__(self) -> None:
        self.indexes = Indexes(self.home, self.permission)
        self.secret = Secret(self.web / "secret")
        self.ids = Ids(self.secret)
        self.made = DiskCache(self.home.path / "thumbnails", THUMBNAIL_BYTES)
        self.originals = Originals(self.objects, DiskCache(self.web / "objects", OBJECT_BYTES))
        self.pictures = Pictures(self.made)
        self.extents = Extents()
        self._calls = Workers(self.limits.threads, self.limits.queue)
        self._media = Workers(max(2, os.cpu_count() or 1), _MEDIA_QUEUE)

    @property
    def web(self) -> Path:
        """The folder of what only the API needs."""
        return self.home.path / "web"

    async def run(self, work: Callable[[], T]) -> T:
        """A call's work, in a thread. Raises AwsFault where too many wait already."""
        return await self._calls.run(_POOL, _asked(work))

    async def make(self, work: Callable[[], T]) -> T:
        """Work that decodes media: as many at a time as there are cores, so that searches go on."""
        return await self._media.run(_POOL, _asked(work))

    async def ended(self, seconds: float) -> bool:
        """Wait for what is under way; False where it takes longer."""
        found = await asyncio.gather(
            asyncio.to_thread(self._calls.close, seconds), asyncio.to_thread(self._media.close, seconds)
        )
        return all(found)


def _asked(work: Callable[[], T]) -> Callable[[], T]:
    """The work, knowing in its thread who asks for it."""
    return partial(contextvars.copy_context().run, work)
