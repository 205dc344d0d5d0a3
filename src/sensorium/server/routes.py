"""Which operation a request asks for: rest-json routes made from botocore's own service models.

Paths are matched raw, segment by segment: ``%2F`` inside a segment is no separator, ``:`` may be escaped or not.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from botocore.model import OperationModel

from sensorium.server.dialect import BEDROCK, S3VECTORS, Dialect
from sensorium.wire import shapes
from sensorium.wire.fault import AwsFault

_LOG = logging.getLogger(__name__)
UNKNOWN_OPERATION = "UnknownOperationException"


@dataclass(frozen=True)
class Operation:
    """One operation of a service, with what is needed to read its requests and write its answers at hand."""

    dialect: Dialect
    model: OperationModel

    @property
    def name(self) -> str:
        """As in the model: ``QueryVectors``."""
        return str(self.model.name)


@dataclass(frozen=True, slots=True)
class Match:
    """The operation of a request and the labels of its path, decoded."""

    operation: Operation
    labels: dict[str, str]


class MethodRefused(AwsFault):
    """The path is known, with other methods."""

    def __init__(self, method: str, accepted: Iterable[str]) -> None:
        self.accepted = ", ".join(sorted(accepted))
        super().__init__(UNKNOWN_OPERATION, f"{method} is not supported here; accepted: {self.accepted}")


class Routes:
    """The operations of the services that speak rest-json, found by method and raw path."""

    def __init__(self, *dialects: Dialect) -> None:
        self._plain: dict[bytes, dict[str, Operation]] = {}
        self._labelled: dict[int, list[tuple[list[bytes | str], dict[str, Operation]]]] = {}
        self.operations: list[Operation] = []
        for dialect in dialects or (S3VECTORS, BEDROCK):
            for name in shapes.service(dialect.service).operation_names:
                self._add(Operation(dialect, shapes.operation(dialect.service, name)))

    def find(self, method: str, raw_path: bytes) -> Match:
        """Raises AwsFault UnknownOperationException for a path that no operation has, or with another method."""
        methods = self._plain.get(raw_path)
        labels: dict[str, str] = {}
        if methods is None:
            methods, labels = self._find_labelled(raw_path)
        operation = methods.get(method)
        if operation is None:
            raise MethodRefused(method, methods)
        return Match(operation, labels)

    def _find_labelled(self, raw_path: bytes) -> tuple[dict[str, Operation], dict[str, str]]:
        segments = raw_path.split(b"/")[1:]
        for pattern, methods in self._labelled.get(len(segments), []):
            pairs = list(zip(pattern, segments, strict=True))
            if all(part == found if isinstance(part, bytes) else found for part, found in pairs):
                return methods, {part: _text(found) for part, found in pairs if isinstance(part, str)}
        shown = raw_path[:200].decode("latin-1")
        raise AwsFault(UNKNOWN_OPERATION, f"no operation of S3 Vectors, Bedrock Runtime or STS has the path {shown}")

    def _add(self, operation: Operation) -> None:
        http: dict[str, Any] = operation.model.http
        uri, _, fixed_query = str(http["requestUri"]).partition("?")
        if "+}" in uri or fixed_query:
            # A later botocore's; today's services have none.
            _LOG.warning("%s is not served: its route %s is of a new kind", operation.name, http["requestUri"])
            return
        self.operations.append(operation)
        if "{" not in uri:
            self._claim(self._plain.setdefault(uri.encode(), {}), operation, uri)
            return
        pattern = [_part(segment) for segment in uri.split("/")[1:]]
        patterns = self._labelled.setdefault(len(pattern), [])
        known = [methods for other, methods in patterns if _shape(other) == _shape(pattern)]
        methods: dict[str, Operation] = known[0] if known else {}
        if not known:
            patterns.append((pattern, methods))
        self._claim(methods, operation, uri)

    @staticmethod
    def _claim(methods: dict[str, Operation], operation: Operation, uri: str) -> None:
        method = str(operation.model.http["method"])
        if methods.setdefault(method, operation) is not operation:
            _LOG.warning("%s is not served: %s has %s %s", operation.name, methods[method].name, method, uri)


def _part(segment: str) -> bytes | str:
    """A literal as bytes, a label as the text of its name."""
    return segment[1:-1] if segment.startswith("{") else segment.encode()


def _shape(pattern: list[bytes | str]) -> list[bytes | None]:
    return [part if isinstance(part, bytes) else None for part in pattern]


def _text(segment: bytes) -> str:
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        raise AwsFault("SerializationException", "the path holds bytes that are no UTF-8") from None
