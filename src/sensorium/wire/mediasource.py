"""Media in a request body: base64 in the body itself, or the place in S3 where it lies."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sensorium.errors import Invalid
from sensorium.wire.schema import Object, Text, malformed

S3_URI = r"s3://[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]/.+"
S3_LOCATION = Object(
    {"uri": Text(high=1024 + 68, pattern=S3_URI), "bucketOwner": Text(pattern="[0-9]{12}")}, required=("uri",)
)
S3_ONLY = Object({"s3Location": S3_LOCATION}, required=("s3Location",))


@dataclass(frozen=True, slots=True)
class MediaSource:
    """Either the bytes themselves or an ``s3://bucket/key`` URI, with the account that must own the bucket."""

    data: bytes | None = None
    uri: str | None = None
    bucket_owner: str | None = None

    def __post_init__(self) -> None:
        if (self.data is None) == (self.uri is None):
            raise Invalid("a media source has either bytes or a URI; found both or neither", path="source")


def schema(inline: str) -> Object:
    """A source object whose member ``inline`` holds base64, or whose ``s3Location`` names the object."""
    return Object({inline: Text(low=1), "s3Location": S3_LOCATION}, choices=((inline, "s3Location"),))


def parse(document: Mapping[str, Any], inline: str, path: str) -> MediaSource:
    """The source object of a checked body. Raises AwsFault, with the JSON pointer ``path``, for what is no base64."""
    if inline in document:
        return MediaSource(data=decoded(document[inline], f"{path}/{inline}"))
    place = document["s3Location"]
    return MediaSource(uri=place["uri"], bucket_owner=place.get("bucketOwner"))


def body(source: MediaSource, inline: str) -> dict[str, Any]:
    """The inverse of :func:`parse`."""
    if source.data is not None:
        return {inline: base64.b64encode(source.data).decode("ascii")}
    owner = {} if source.bucket_owner is None else {"bucketOwner": source.bucket_owner}
    return {"s3Location": {"uri": source.uri, **owner}}


def decoded(text: str, path: str) -> bytes:
    """The bytes of a base64 string (padded, without line ends). Raises AwsFault with the JSON pointer ``path``."""
    try:
        if len(text) % 4:  # the decoder alone forgives superfluous padding
            raise binascii.Error(f"{len(text)} characters, no multiple of 4")
        return binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise malformed((path, f"not valid base64 ({error})")) from error
