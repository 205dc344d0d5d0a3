"""``s3://bucket/key``: the name of an object."""

from __future__ import annotations

import re
from typing import NamedTuple

from sensorium.errors import Invalid

SCHEME = "s3://"
MAX_KEY = 1024
"""UTF-8 bytes that a key may have."""
_BUCKET = re.compile(r"[A-Za-z0-9](?!.*\.\.)[A-Za-z0-9._-]{1,253}[A-Za-z0-9]")
"""Today's names are lower case; buckets of S3's first years have capitals and underscores."""


class Address(NamedTuple):
    """A bucket and a key, or the beginning of keys."""

    bucket: str
    key: str

    @property
    def uri(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.key}"


def is_remote(text: str) -> bool:
    """Whether the text names something in a bucket."""
    return text.startswith(SCHEME)


def prefix(uri: str) -> Address:
    """The bucket and the beginning of keys, which may be empty. Raises Invalid for what is no ``s3://`` URI."""
    if not is_remote(uri):
        raise Invalid(f"{uri!r}: an object is named s3://BUCKET/KEY", path="uri")
    bucket, _, key = uri[len(SCHEME) :].partition("/")
    if not _BUCKET.fullmatch(bucket):
        message = f"{uri!r}: {bucket!r} is no bucket's name (3 to 63 small letters, digits, hyphens and dots)"
        raise Invalid(message, path="uri")
    try:
        length = len(key.encode())
    except UnicodeEncodeError:
        raise Invalid(f"{uri!r}: a key is Unicode text; this one has a lone surrogate", path="uri") from None
    if length > MAX_KEY:
        raise Invalid(f"{uri[:80]!r}…: the key has {length:,} UTF-8 bytes, at most {MAX_KEY:,} can be", path="uri")
    return Address(bucket, key)


def address(uri: str) -> Address:
    """The bucket and the key of one object. Raises Invalid for what is no ``s3://`` URI and for one without a key."""
    found = prefix(uri)
    if not found.key:
        raise Invalid(f"{uri!r}: names a bucket and no object in it; s3://BUCKET/KEY is needed", path="uri")
    return found
