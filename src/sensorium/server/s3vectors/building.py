"""Full-text indexes that are being built: an update answers when it is recorded, and what takes longer goes on behind.

The store builds in batches, each durable, and takes an unfinished build up where it was left. So nothing is lost when
the server stops meanwhile; whoever looks at the index next starts the rest.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait

from sensorium.errors import Conflict, NotFound, SensoriumError
from sensorium.stores.base import Index, IndexSpec, TextKey
from sensorium.stores.embedded import EmbeddedIndex

ACTIVE = "ACTIVE"
BUILDING = "BUILDING"
PATIENCE_S = 2.0
"""How long an update waits for its build; small ones are done by then."""

_LOG = logging.getLogger(__name__)
_GLANCE_S = 0.02


class Builds:
    """The builds that this process has under way, one an index at most. Thread-safe."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._running: dict[Index, Future[None]] = {}

    def configure(self, index: Index, keys: Callable[[IndexSpec], Sequence[TextKey]]) -> None:
        """Make the keys that ``keys`` takes from the index's present ones searchable; recorded on return.

        Conflict while another build of the index is under way; raises what ``keys`` and the store raise.
        """
        with self._lock:
            spec = index.spec
            if index in self._running:
                raise Conflict(
                    f"The text search of {spec.bucket}/{spec.name} is being built; try again when it is ACTIVE",
                    code="building",
                    path="indexName",
                )
            wanted = tuple(keys(spec))
            build = self._started(index, wanted)
        wait([build], self._patience_s)
        while not build.done() and index.spec.text_keys != wanted:
            wait([build], _GLANCE_S)
        if build.done():
            build.result()

    def status(self, index: Index) -> str:
        """ACTIVE, or BUILDING while some records are not searchable yet."""
        with self._lock:
            if index in self._running:
                return BUILDING
            if not isinstance(index, EmbeddedIndex) or not index.unsearchable():
                return ACTIVE
            self._started(index, index.spec.text_keys)
        return BUILDING

    def _started(self, index: Index, keys: Sequence[TextKey]) -> Future[None]:
        build: Future[None] = Future()
        self._running[index] = build
        threading.Thread(target=self._build, args=(index, keys, build), name="sensorium-texts", daemon=True).start()
        return build

    def _build(self, index: Index, keys: Sequence[TextKey], build: Future[None]) -> None:
        error: BaseException | None = None
        try:
            index.configure(keys)
        except SensoriumError as failed:
            error = failed
            if not isinstance(failed, NotFound) and failed.code != "closed":  # dropped, or the server stops
                _LOG.error("building a text index: %s", failed.message)
        except BaseException as failed:
            error = failed
            raise
        finally:
            with self._lock:
                del self._running[index]
            if error is None:
                build.set_result(None)
            else:
                build.set_exception(error)
