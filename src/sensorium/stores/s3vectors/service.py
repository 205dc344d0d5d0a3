"""Calls of the S3 Vectors service: its client, its pages, its bodies, and its errors as ours."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sensorium import aws
from sensorium.wire.fault import AwsFault
from sensorium.wire.faults import S3VECTORS

Answer = dict[str, Any]
_PLACEHOLDER = [{"key": "-", "data": {"float32": [0.0]}}]


class Service:
    """The client, made when it is first needed. Thread-safe."""

    def __init__(self, client: Any = None) -> None:
        """``client`` is botocore's, for tests; None makes one from AWS's own settings."""
        self._lock = threading.Lock()
        self._written = threading.local()
        self._client = None if client is None else self._prepared(client)

    @property
    def client(self) -> Any:
        """Raises as :func:`sensorium.aws.client`."""
        with self._lock:
            if self._client is None:
                self._client = self._prepared(aws.client("s3vectors"))
            return self._client

    def call(self, operation: str, **members: Any) -> Answer:
        """One call by botocore's method name (``get_index``). Raises from our tree."""
        method: Callable[..., Answer] = getattr(self.client, operation)
        try:
            with aws.told("S3 Vectors"):
                return method(**members)
        except AwsFault as fault:
            raise S3VECTORS.error(fault.name, fault.message, fault.fields[0][0] if fault.fields else None) from fault

    def put(self, place: dict[str, str], records: Sequence[bytes]) -> None:
        """PutVectors of records that are JSON already.

        botocore would check and write every number one by one, which takes 25 times as long and makes twice the bytes;
        so it signs and sends a body that stands in the place of its own.
        """
        self._written.body = json.dumps(place).encode()[:-1] + b',"vectors":[' + b",".join(records) + b"]}"
        try:
            self.call("put_vectors", vectors=_PLACEHOLDER, **place)
        finally:
            self._written.body = b""  # megabytes

    def pages(self, operation: str, **members: Any) -> Iterator[Answer]:
        """The answers of an operation that goes on by ``nextToken``."""
        token: str | None = None
        while True:
            answer = self.call(operation, **members, **({"nextToken": token} if token else {}))
            yield answer
            token = answer.get("nextToken")
            if not token:
                return

    def close(self) -> None:
        """Let the connections go."""
        with self._lock:
            if self._client is not None:
                self._client.close()

    def _prepared(self, client: Any) -> Any:
        client.meta.events.register("before-call.s3vectors.PutVectors", self._write)
        for operation in ("GetVectors", "ListVectors"):
            client.meta.events.register(f"before-parse.s3vectors.{operation}", _read)
        return client

    def _write(self, params: dict[str, Any], **_: object) -> None:
        """botocore's event before a PutVectors is signed."""
        params["body"] = self._written.body


def _read(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    """botocore's event before an answer is parsed: it would walk over every number, which takes several times as long.

    What is no JSON object is left for botocore to tell of.
    """
    import orjson  # of the extra `aws`, without which nobody comes here

    if response_dict["status_code"] != 200:
        return
    try:
        document = orjson.loads(response_dict["body"])
    except orjson.JSONDecodeError:
        return
    if isinstance(document, dict):
        customized_response_dict["vectors"] = document.pop("vectors", [])
        response_dict["body"] = orjson.dumps({**document, "vectors": []})
