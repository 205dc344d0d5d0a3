"""Indexes that are open, by name: with their ledger, and with their model where one is needed."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass

from sensorium.errors import Invalid
from sensorium.home import Home
from sensorium.ledger import Ledger
from sensorium.server.api.permission import READ, Permission
from sensorium.space import Space
from sensorium.stores.base import Index
from sensorium.stores.embedded import EmbeddedIndex


@dataclass(frozen=True, slots=True)
class Opened:
    """An index and what the catalog knows of it. ``name`` is what it was asked for by."""

    name: str
    index: Index
    ledger: Ledger

    @property
    def is_near(self) -> bool:
        """Whether its records are on this machine, and cheap to count."""
        return isinstance(self.index, EmbeddedIndex)

    @property
    def state(self) -> str:
        """Changes whenever the index is written, as far as that can be told."""
        spec = self.index.spec
        seq = self.index.sequence if isinstance(self.index, EmbeddedIndex) else -1
        return hashlib.blake2b(f"{self.name}\0{spec.created_s}\0{seq}".encode(), digest_size=8).hexdigest()


class Indexes:
    """Opens indexes and spaces once and keeps them, for those who may read them. Thread-safe."""

    def __init__(self, home: Home, permission: Permission) -> None:
        self.home = home
        self._permission = permission
        self._lock = threading.Lock()
        self._opened: dict[str, Opened] = {}
        self._spaces: dict[tuple[str, str | None], Space] = {}

    def get(self, name: str) -> Opened:
        """The index of that name. Raises NotFound, Invalid for what is no name, Refusal for who may not read it."""
        self._permission.check(name, *READ)
        with self._lock:
            found = self._opened.get(name)
        if found is not None and not _is_gone(found.index):
            return found
        index = self.home.index(name)
        found = Opened(name, index, self.home.ledger(index.spec, name))
        with self._lock:
            self._opened[name] = found
        return found

    def space(self, name: str, model: str | None = None) -> Space:
        """The index with its model, loaded when it is first asked for. Raises as ``Home.open`` and ``get``."""
        self._permission.check(name, *READ)
        with self._lock:
            found = self._spaces.get((name, model))
        if found is not None and not _is_gone(found.index):
            return found
        try:
            space = self.home.open(name, model=model)
        except Invalid as error:
            if error.path != "model":
                raise
            message = f"index {name} does not say which model made its vectors; name it as `model`"
            raise Invalid(message, path="model") from error
        with self._lock:
            self._spaces[name, model] = space
        return space

    def forget(self, name: str) -> None:
        """Let go of an index that was dropped."""
        with self._lock:
            self._opened.pop(name, None)
            for key in [key for key in self._spaces if key[0] == name]:
                del self._spaces[key]


def _is_gone(index: Index) -> bool:
    return isinstance(index, EmbeddedIndex) and index.is_dropped()
