"""Objects in S3, or in a server that speaks like it, through boto3 (extra ``aws``)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from sensorium.errors import Invalid, NotFound, Unavailable, Unsupported
from sensorium.objects.address import address, prefix
from sensorium.objects.base import ObjectInfo
from sensorium.objects.local import check_size

PAGE = 1000
_PIECE = 1 << 20
_TRIES = 4
"""How often a download that breaks off is begun or gone on with."""


class S3Objects:
    """Objects by boto3's own settings (environment, profile, role), at ``endpoint`` where one is given.

    Nothing is imported and nobody is asked before the first call. Raises Unsupported without boto3.
    """

    def __init__(self, endpoint: str | None = None, region: str | None = None) -> None:
        if endpoint is not None and not endpoint.startswith(("http://", "https://")):
            raise Invalid(f"S3 endpoint {endpoint!r}: a URL is needed, as in http://127.0.0.1:9000", path="s3_endpoint")
        self._endpoint = endpoint
        self._region = region
        self._lock = threading.Lock()
        self._made: Any = None

    @property
    def client(self) -> Any:
        """boto3's S3 client, which threads may share."""
        with self._lock:
            if self._made is None:
                self._made = _client(self._endpoint, self._region)
            return self._made

    def list(self, prefix_uri: str) -> Iterator[ObjectInfo]:
        start, client = prefix(prefix_uri), self.client
        with _told(start.uri):
            pages = client.get_paginator("list_objects_v2").paginate(
                Bucket=start.bucket, Prefix=start.key, PaginationConfig={"PageSize": PAGE}
            )
        found = iter(pages)
        while True:
            with _told(start.uri):
                page = next(found, None)
            if page is None:
                return
            for each in page.get("Contents", ()):
                uri = start._replace(key=each["Key"]).uri
                yield ObjectInfo(uri, each["Size"], each["ETag"].strip('"'), each["LastModified"].timestamp())

    def info(self, uri: str) -> ObjectInfo:
        where, client = address(uri), self.client
        try:
            with _told(uri):
                return _described(uri, client.head_object(Bucket=where.bucket, Key=where.key))
        except NotFound:
            # An answer to HEAD has no body to say what is missing.
            with _told(uri):
                client.list_objects_v2(Bucket=where.bucket, MaxKeys=1)
            raise

    def read(self, uri: str, max_bytes: int | None = None) -> bytes:
        got = bytearray()
        self._stream(uri, got.extend, max_bytes)
        return bytes(got)

    def fetch(self, uri: str, to: Path, max_bytes: int | None = None) -> ObjectInfo:
        with to.open("wb") as out:
            return self._stream(uri, out.write, max_bytes)

    def write(self, uri: str, data: bytes | Path, media_type: str) -> None:
        where, client = address(uri), self.client
        with ExitStack() as stack:
            body = data if isinstance(data, bytes) else stack.enter_context(data.open("rb"))
            with _told(uri):
                client.put_object(Bucket=where.bucket, Key=where.key, Body=body, ContentType=media_type)

    def _stream(self, uri: str, take: Callable[[bytes], object], max_bytes: int | None) -> ObjectInfo:
        """Give the object's bytes to ``take``; where the connection breaks, go on from there with the same version."""
        where, client = address(uri), self.client
        from botocore.exceptions import HTTPClientError, IncompleteReadError, ResponseStreamingError

        info: ObjectInfo | None = None
        done = 0
        for tries_left in reversed(range(_TRIES)):
            rest = {} if info is None else {"Range": f"bytes={done}-", "IfMatch": f'"{info.etag}"'}
            with _told(uri):
                answer = client.get_object(Bucket=where.bucket, Key=where.key, **rest)
            # Not `with body`: that gives the raw stream, which may end early unnoticed.
            with closing(answer["Body"]) as body:
                if info is None:
                    info = _described(uri, answer)
                    check_size(uri, info.size, max_bytes)
                try:
                    while piece := body.read(_PIECE):
                        take(piece)
                        done += len(piece)
                except (HTTPClientError, IncompleteReadError, ResponseStreamingError) as error:
                    if not tries_left:
                        message = f"{uri}: broke off after {done:,} of {info.size:,} bytes: {error}"
                        raise Unavailable(message, path="uri") from error
                    continue
            return info
        raise AssertionError("the last try returns or raises")


def _described(uri: str, answer: Any) -> ObjectInfo:
    return ObjectInfo(uri, answer["ContentLength"], answer["ETag"].strip('"'), answer["LastModified"].timestamp())


@contextmanager
def _told(uri: str) -> Iterator[None]:
    """botocore's errors as ours."""
    from botocore.exceptions import BotoCoreError, ClientError

    from sensorium.objects.refusals import told

    try:
        yield
    except (BotoCoreError, ClientError, ValueError) as error:
        raise told(uri, error) from error


def _client(endpoint: str | None, region: str | None) -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        message = "s3:// needs boto3: pip install 'sensorium[aws]'"
        raise Unsupported(message, code="missing_extra", path="aws") from error
    settings: dict[str, Any] = {
        "connect_timeout": 5,
        "read_timeout": 60,
        "retries": {"mode": "standard", "total_max_attempts": 4},
        "max_pool_connections": 32,
    }
    if endpoint is not None:
        # What other servers understand: no bucket in the host's name, no checksum trailers.
        settings["s3"] = {"addressing_style": "path"}
        settings["request_checksum_calculation"] = settings["response_checksum_validation"] = "when_required"
    with _told(endpoint or "s3://"):
        return boto3.Session().client("s3", endpoint_url=endpoint, region_name=region, config=Config(**settings))
