"""Our errors as AWS's, and AWS's as ours: one table per service, read in both directions.

The server looks up what to answer, an AWS back end what it was answered. A row ties a kind, code and path of ours to a
fault of AWS's with its verbatim words; what no row knows falls to its kind's own fault, in our words.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sensorium.errors import Conflict, Corrupt, Invalid, NotFound, SensoriumError, Unavailable, Unreadable, Unsupported
from sensorium.wire.fault import AwsFault

Kind = type[SensoriumError]

_RECORD = re.compile(r"Invalid record for key ('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"): (.*)", re.DOTALL)
"""How :mod:`sensorium.stores.records` begins the message for a bad record."""
_COUNTED = re.compile(r"; \d+ records of this call were stored before$")
_FOUND = re.compile(r", found .*$", re.DOTALL)
_NUMBER = r"\d+"


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of trouble. In paths ``[]`` stands for ``[3]``, in words ``{}`` for a number and ``'K'`` for a key."""

    kind: Kind
    code: str
    name: str
    """AWS's error shape."""
    words: str | None = None
    """AWS's message; None: ours, as it is."""
    ours: str | None = None
    """The path of our error; None: any."""
    theirs: str | None = None
    """The path in AWS's ``fieldList``; None: there is none."""

    def tells(self, error: SensoriumError) -> bool:
        """Whether this row is for an error of ours."""
        if not isinstance(error, self.kind) or error.code != self.code:
            return False
        return self.ours is None or _placed(self.ours).fullmatch(error.path or "") is not None

    def fault(self, error: SensoriumError) -> AwsFault:
        """What AWS answers where we raise ``error``."""
        message = error.message if self.words is None else self.words
        if self.words is not None and ("'K'" in self.words or "{}" in self.words):
            message = record_words(error.message)
        if self.theirs is None:
            return AwsFault(self.name, message)
        place = re.search(r"\[\d+\]", error.path or "")
        path = self.theirs.replace("[]", place[0] if place else "[0]")
        return AwsFault(self.name, message, ((path, message),))

    def known(self, name: str, message: str) -> bool:
        """Whether this row is for an answer of AWS's."""
        return self.name == name and self.words is not None and _worded(self.words).fullmatch(message) is not None

    def error(self, message: str, path: str | None) -> SensoriumError:
        """What we raise where AWS answers with this row's words; ``path`` as in AWS's field list."""
        place = re.search(r"\[\d+\]", path or "")
        ours = None if self.ours is None else self.ours.replace("[]", place[0] if place else "[0]")
        return self.kind(message, code=self.code, path=ours)


@dataclass(frozen=True, slots=True)
class Faults:
    """The table of one service."""

    rows: tuple[Row, ...]
    kinds: Mapping[Kind, str]
    """The fault of each kind of ours, for what no row knows; a kind stands before those that it derives from."""
    names: Mapping[str, tuple[Kind, str]] = field(default_factory=dict)
    """Kind and code of ours for each fault of AWS's, likewise."""

    def fault(self, error: SensoriumError) -> AwsFault:
        """What the service answers where we raise ``error``."""
        for row in self.rows:
            if row.tells(error):
                return row.fault(error)
        name = next(name for kind, name in self.kinds.items() if isinstance(error, kind))
        place = error.path if name == VALIDATION else None
        return AwsFault(name, error.message, () if place is None else ((place, error.message),))

    def error(self, name: str, message: str, path: str | None = None) -> SensoriumError:
        """What we raise where AWS answers ``name``; ``path`` is the first of its field list, where there is one."""
        for row in self.rows:
            if row.known(name, message):
                return row.error(message, path)
        kind, code = self.names.get(name, (Unavailable, "aws"))
        return kind(message, code=code, path=path)


def record_words(message: str) -> str:
    """Our message for a bad record as AWS words it: the key in plain quotes, without what was found and stored."""
    message = _COUNTED.sub("", message)
    found = _RECORD.fullmatch(message)
    if found is None:
        return _FOUND.sub("", message)
    return f"Invalid record for key '{ast.literal_eval(found[1])}': {_FOUND.sub('', found[2])}"


def _placed(path: str) -> re.Pattern[str]:
    return re.compile(re.escape(path).replace(r"\[\]", r"\[\d+\]"))


def _worded(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words).replace("'K'", "'.*'").replace(r"\{\}", _NUMBER), re.DOTALL)


VALIDATION = "ValidationException"
NOT_FOUND = "NotFoundException"
CONFLICT = "ConflictException"
ACCESS_DENIED = "AccessDeniedException"
QUOTA = "ServiceQuotaExceededException"
UNAVAILABLE = "ServiceUnavailableException"
INTERNAL = "InternalServerException"

BAD_QUERY = "Query vector contains invalid values or is invalid for this index"
INVALID_FILTER = "Invalid filter"
NO_BUCKET = "The specified vector bucket could not be found"


def _record(code: str, words: str, theirs: str) -> Row:
    place = "records[].metadata" if theirs.endswith("metadata") else "records[].vector"
    return Row(Invalid, code, VALIDATION, f"Invalid record for key 'K': {words}", place, theirs)


def _query(code: str) -> Row:
    return Row(Invalid, code, VALIDATION, BAD_QUERY, "vector", "vector")


_TEXTS = ("text_key", "text_twice", "text_length", "texts", "unicode")
"""What a query's texts may be; AWS's words for it are not known."""

S3VECTORS = Faults(
    rows=(
        Row(NotFound, "no_bucket", NOT_FOUND, NO_BUCKET, "bucket"),
        Row(NotFound, "no_index", NOT_FOUND, "The specified index could not be found", "name"),
        Row(NotFound, "no_policy", NOT_FOUND, "The specified vector bucket policy could not be found", "policy"),
        Row(NotFound, "no_resource", NOT_FOUND, "The specified resource could not be found", "resourceArn"),
        Row(Conflict, "bucket_exists", CONFLICT, "A vector bucket with the specified name already exists", "bucket"),
        Row(Conflict, "bucket_not_empty", CONFLICT, "The specified vector bucket is not empty", "bucket"),
        Row(Conflict, "index_exists", CONFLICT, "An index with the specified name already exists", "name"),
        Row(Invalid, "bucket_name", VALIDATION, "Invalid vector bucket name", "bucket", "vectorBucketName"),
        Row(Invalid, "index_name", VALIDATION, "Invalid index name", "name", "indexName"),
        Row(
            Invalid,
            "key",
            VALIDATION,
            "Record key length exceeds the maximum allowed",
            "records[].key",
            "vectors[].key",
        ),
        _record("vector_length", "vector must have length {}, but has length {}", "vectors[]"),
        _record("vector_values", "vector contains NaNs or Infs", "vectors[]"),
        _record("vector_zero", "cosine distance does not support vectors with zero norm", "vectors[]"),
        _record(
            "metadata_value",
            "Metadata values must be strings, numbers, booleans, or arrays",
            "vectors[].metadata",
        ),
        _record("metadata_array", "Metadata array values must be strings or numbers", "vectors[].metadata"),
        _record("metadata_number", "Metadata numbers must be finite float64", "vectors[].metadata"),
        _record("metadata_object", "Metadata must be an object", "vectors[].metadata"),
        _record("metadata_keys", "Metadata object must have at most {} keys", "vectors[].metadata"),
        _record("metadata_bytes", "Metadata object must have at most {} bytes", "vectors[].metadata"),
        _record("filterable_bytes", "Filterable metadata must have at most {} bytes", "vectors[].metadata"),
        _query("vector_length"),
        _query("vector_values"),
        _query("vector_zero"),
        Row(Invalid, "invalid_filter", VALIDATION, INVALID_FILTER, "filter", "filter"),
        Row(
            Invalid,
            "non_filterable",
            VALIDATION,
            "Invalid use of non-filterable metadata in filter",
            "filter",
            "filter",
        ),
        *(Row(Invalid, code, VALIDATION, None, "texts[]", "queryTexts[]") for code in _TEXTS),
        Row(Invalid, "closed", UNAVAILABLE),
    ),
    kinds={
        Invalid: VALIDATION,
        NotFound: NOT_FOUND,
        Conflict: CONFLICT,
        Unsupported: VALIDATION,
        Unreadable: VALIDATION,
        Unavailable: UNAVAILABLE,
        Corrupt: INTERNAL,
        SensoriumError: INTERNAL,
    },
    names={
        VALIDATION: (Invalid, "invalid"),
        "SerializationException": (Invalid, "invalid"),
        NOT_FOUND: (NotFound, "not_found"),
        CONFLICT: (Conflict, "conflict"),
        ACCESS_DENIED: (Unavailable, "access_denied"),
        QUOTA: (Unavailable, "quota"),
        UNAVAILABLE: (Unavailable, "unavailable"),
        INTERNAL: (Unavailable, "internal"),
        "TooManyRequestsException": (Unavailable, "throttled"),
        "RequestTimeoutException": (Unavailable, "timeout"),
        "KmsDisabledException": (Unavailable, "kms"),
        "KmsInvalidKeyUsageException": (Unavailable, "kms"),
        "KmsInvalidStateException": (Unavailable, "kms"),
        "KmsNotFoundException": (Unavailable, "kms"),
    },
)
