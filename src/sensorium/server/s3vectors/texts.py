"""Keys of full-text search: ``textSearchConfigurations``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sensorium.errors import Conflict, NotFound
from sensorium.server.attributes import ENHANCED
from sensorium.server.s3vectors.limits import refuse
from sensorium.stores.base import IndexSpec, Language, TextKey
from sensorium.wire.s3vectors import metadata_configuration, text_keys_of

_PATH = "metadataConfiguration.textSearchConfigurations"


def keys_of(members: Iterable[Mapping[str, str]]) -> tuple[TextKey, ...]:
    """The keys that TextSearchConfigurations name; what status they claim is no matter."""
    return tuple(TextKey(key, Language(said) if said else None) for key, said in text_keys_of(members))


def configuration(spec: IndexSpec, status: str) -> dict[str, Any]:
    """An index's MetadataConfiguration, empty where it has none."""
    return metadata_configuration(spec.non_filterable, [(key.key, key.language) for key in spec.text_keys], status)


def check_mode(mode: str, text_keys: Sequence[TextKey], path: str = _PATH) -> None:
    """A ValidationException for keys of full-text search in an index that is not ENHANCED."""
    if text_keys:
        check_enhanced(mode, path)


def check_enhanced(mode: str, path: str) -> None:
    """A ValidationException where full-text search is asked of an index that is not ENHANCED."""
    if mode != ENHANCED:
        raise refuse("Full-text search requires an index in ENHANCED mode", path)


def added(spec: IndexSpec, mode: str, members: Sequence[Mapping[str, str]]) -> tuple[TextKey, ...]:
    """All keys of the index with those of ``add.textSearchConfigurations``. Conflict for one that is there."""
    check_enhanced(mode, "add")
    known = {key.key for key in spec.text_keys}
    for key in (new := keys_of(members)):
        if key.key in known:
            raise Conflict(
                f"The metadata key {key.key!r} of {spec.bucket}/{spec.name} is searchable as text already",
                code="text_key_exists",
                path="add.textSearchConfigurations",
            )
    return (*spec.text_keys, *new)


def deleted(spec: IndexSpec, mode: str, members: Sequence[Mapping[str, str]]) -> tuple[TextKey, ...]:
    """The keys of the index without those of ``delete.textSearchConfigurations``. NotFound for one that is not."""
    check_enhanced(mode, "delete")
    gone = {member["metadataKey"] for member in members}
    if missing := sorted(gone - {key.key for key in spec.text_keys}):
        raise NotFound(
            f"The metadata key {missing[0]!r} of {spec.bucket}/{spec.name} is not searchable as text",
            code="no_text_key",
            path="delete.textSearchConfigurations",
        )
    return tuple(key for key in spec.text_keys if key.key not in gone)
