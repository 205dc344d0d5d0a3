"""What a running job works with: its sources as files, its output as one whole, and the wish to stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sensorium.errors import Invalid, NotFound, Unavailable, Unreadable, Unsupported
from sensorium.objects.base import Objects
from sensorium.server.bedrock.installed import Model
from sensorium.server.bedrock.sources import Sources
from sensorium.types import Payload, Purpose, Source, Vector
from sensorium.wire import body
from sensorium.wire.mediasource import MediaSource

JSON = "application/json"
LINES = "application/jsonl"
PAUSES_S = (1.0, 4.0, 15.0, 60.0)
"""Seconds between tries of an object store that does not answer; it has its own tries of some seconds, too."""
_BATCH = 8
"""Segments that are decoded before they are embedded together; a film's pictures take most of the memory."""
_LOG = logging.getLogger(__name__)
T = TypeVar("T")


class Stopped(Exception):
    """The server ends; the job is put down as it is and begun again when the server is back."""


@dataclass(frozen=True, slots=True)
class Work:
    """``folder`` is the job's own and goes with it; ``target`` the URI below which its output is to lie."""

    objects: Objects
    sources: Sources
    folder: Path
    target: str
    stopping: Callable[[], bool]

    def fetch(self, source: MediaSource, name: str, max_bytes: int, media_type: str | None = None) -> Source:
        """The source as a file, or with the bytes that came inline. Raises as ``Sources.fetch``."""
        if source.data is not None:
            return self.sources.fetch(source, name, max_bytes, media_type)
        uri, path = self.sources.checked(source), self.folder / "source"
        try:
            self._patiently(lambda: self.objects.fetch(uri, path, max_bytes))
        except NotFound as error:
            raise Invalid(error.message, code="not_found", path=name) from error
        return Source(uri, path=path, media_type=media_type)

    def going(self, items: Iterable[T]) -> Iterator[list[T]]:
        """Batches of the items. Raises Stopped between two of them when the server ends."""
        rest = iter(items)
        while batch := list(islice(rest, _BATCH)):
            if self.stopping():
                raise Stopped
            yield batch

    def publish(self, files: Mapping[str, Path | Mapping[str, Any]]) -> None:
        """Write the output in this order: files of lines, and documents. What is there from an earlier try goes."""
        for name, content in files.items():
            if self.stopping():
                raise Stopped
            data = content if isinstance(content, Path) else body.encode(content)
            media_type = LINES if name.endswith(".jsonl") else JSON
            self._patiently(partial(self.objects.write, f"{self.target}/{name}", data, media_type))

    def _patiently(self, call: Callable[[], object]) -> None:
        """Call, and call again where the store does not answer: hours of work may hang on it."""
        for pause in PAUSES_S:
            try:
                call()
            except Unavailable as error:
                if error.code != "unavailable":
                    raise
                _LOG.warning("%s; trying again in %g s", error.message, pause)
                self._rest(pause)
            else:
                return
        call()

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.stopping():
                raise Stopped
            time.sleep(0.05)


def embedded(
    model: Model, payloads: Sequence[Payload], purpose: Purpose, dim: int
) -> list[Vector | Invalid | Unreadable]:
    """A vector for each payload, or why the model does not take it. Raises Unsupported and what blames no payload."""
    try:
        return list(model.embed(payloads, purpose, dim))
    except Unsupported:
        raise
    except (Invalid, Unreadable) as error:
        if len(payloads) == 1:
            return [error]
    return [embedded(model, [payload], purpose, dim)[0] for payload in payloads]
