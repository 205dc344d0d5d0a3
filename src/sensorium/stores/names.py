"""What an index may be called and be: the rules of S3 Vectors for bucket and index names, dimensions and key lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sensorium.errors import Conflict, Invalid, NotFound
from sensorium.stores.base import MAX_DIM, MAX_TEXT_KEYS, IndexSpec, Language, TextKey
from sensorium.types import Metric

MAX_NON_FILTERABLE = 10
MAX_KEY_NAME_CHARS = 63
"""Characters of a metadata key that an index's specification names."""

_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_INDEX = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def check_bucket(name: str) -> str:
    """The name, or Invalid (code ``bucket_name``) where it is not 3 to 63 of a-z, 0-9 and hyphen."""
    if not isinstance(name, str) or not _BUCKET.fullmatch(name):
        raise Invalid(
            f"Invalid bucket name {name!r:.80}: it takes 3 to 63 lower-case letters, digits and hyphens,"
            " and begins and ends with a letter or a digit",
            code="bucket_name",
            path="bucket",
        )
    return name


def check_index(name: str) -> str:
    """The name, or Invalid (code ``index_name``); as a bucket's, and dots are fine inside."""
    if not isinstance(name, str) or not _INDEX.fullmatch(name):
        raise Invalid(
            f"Invalid index name {name!r:.80}: it takes 3 to 63 lower-case letters, digits, hyphens and dots,"
            " and begins and ends with a letter or a digit",
            code="index_name",
            path="name",
        )
    return name


def check_spec(spec: IndexSpec) -> IndexSpec:
    """The specification in plain types, or Invalid where no store may create such an index."""
    check_bucket(spec.bucket)
    check_index(spec.name)
    if not isinstance(spec.dim, int) or isinstance(spec.dim, bool) or not 1 <= spec.dim <= MAX_DIM:
        raise Invalid(f"dim must be a whole number from 1 to {MAX_DIM}, found {spec.dim!r}", code="dim", path="dim")
    if spec.metric not in tuple(Metric):
        raise Invalid(f"metric must be cosine or euclidean, found {spec.metric!r}", code="metric", path="metric")
    hidden = _key_names("non_filterable", spec.non_filterable, MAX_NON_FILTERABLE)
    if spec.model is not None:
        check_model(spec.model)
    return replace(
        spec,
        metric=Metric(spec.metric),
        non_filterable=frozenset(hidden),
        text_keys=check_text_keys(spec.text_keys),
    )


def check_text_keys(keys: Sequence[TextKey]) -> tuple[TextKey, ...]:
    """Metadata keys to search as text: at most ten, of 1 to 63 characters, none twice, in a language that is known."""
    if not all(isinstance(one, TextKey) for one in keys):
        raise Invalid(f"text_keys takes a list of TextKey, found {keys!r:.80}", code="text_keys", path="text_keys")
    _key_names("text_keys", [one.key for one in keys], MAX_TEXT_KEYS)
    return tuple(TextKey(one.key, _language(one)) for one in keys)


def _language(text_key: TextKey) -> Language | None:
    if text_key.language is None:
        return None
    try:
        return Language(text_key.language)
    except ValueError:
        message = (
            f"language of {text_key.key!r} is one of {', '.join(Language)}, or none; found {text_key.language!r:.80}"
        )
        raise Invalid(message, code="language", path="text_keys") from None


def check_model(model: str) -> str:
    """A model stamp, ``id@revision``: any text but the empty one."""
    if not isinstance(model, str) or not model.strip():
        raise Invalid(f"A model stamp is 'id@revision', found {model!r}", code="model", path="model")
    return model


def no_bucket(name: str) -> NotFound:
    """The error for a bucket that is not there."""
    return NotFound(f"There is no bucket {name!r}", code="no_bucket", path="bucket")


def no_index(bucket: str, name: str) -> NotFound:
    """The error for an index that is not there, or is no longer."""
    return NotFound(f"There is no index {bucket}/{name}", code="no_index", path="name")


def bucket_exists(name: str) -> Conflict:
    """The error for a bucket name that is taken."""
    return Conflict(f"There is a bucket {name!r} already", code="bucket_exists", path="bucket")


def bucket_not_empty(name: str, held: int) -> Conflict:
    """The error for dropping a bucket that holds indexes."""
    return Conflict(f"The bucket {name!r} still holds {held} indexes", code="bucket_not_empty", path="bucket")


def index_exists(bucket: str, name: str) -> Conflict:
    """The error for an index name that is taken."""
    return Conflict(f"There is an index {bucket}/{name} already", code="index_exists", path="name")


def other_model(spec: IndexSpec, model: str) -> Conflict:
    """The error for stamping an index that has another stamp."""
    return Conflict(
        f"The index {spec.bucket}/{spec.name} holds vectors of {spec.model}, so it cannot be stamped {model}",
        code="other_model",
        path="model",
    )


def _key_names(field: str, keys: Iterable[str], most: int) -> tuple[str, ...]:
    if isinstance(keys, str):
        raise Invalid(f"{field} takes a list of metadata keys, found the text {keys!r:.80}", code=field, path=field)
    names = tuple(keys)
    if len(names) > most:
        raise Invalid(f"{field} takes at most {most} metadata keys, found {len(names)}", code=field, path=field)
    for name in names:
        if not isinstance(name, str) or not 1 <= len(name) <= MAX_KEY_NAME_CHARS:
            raise Invalid(
                f"{field} takes metadata keys of 1 to {MAX_KEY_NAME_CHARS} characters, found {name!r:.80}",
                code=field,
                path=field,
            )
    if len(set(names)) < len(names):
        raise Invalid(f"{field} names a metadata key twice: {', '.join(names)}", code=field, path=field)
    return names
