"""What a running job works with: its sources as files, its output as one whole, and the wish to stop."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sensorium.errors import Invalid, NotFound, Unreadable, Unsupported
from sensorium.objects.base import Objects
from sensorium.server.bedrock.installed import Model
from sensorium.server.bedrock.sources import Sources
from sensorium.types import Payload, Purpose, Source, Vector
from sensorium.wire import body
from sensorium.wire.mediasource import MediaSource

JSON = "application/json"
LINES = "application/jsonl"
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
            self.objects.fetch(uri, path, max_bytes)
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
            self.objects.write(f"{self.target}/{name}", data, LINES if name.endswith(".jsonl") else JSON)


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
