"""What a file of records holds: what it says of its index, and its records with the places where they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sensorium.errors import Unreadable
from sensorium.stores.base import IndexSpec, Language, TextKey
from sensorium.types import Metric, Record

_FORMAT = 1


class Placed(NamedTuple):
    """A record and its place in the file, for messages: ``row 12``."""

    place: str
    record: Record


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of the index that its records come from; None and empty where it says nothing."""

    dim: int | None = None
    metric: Metric | None = None
    non_filterable: frozenset[str] = frozenset()
    text_keys: tuple[TextKey, ...] = ()
    model: str | None = None
    """``id@revision`` of the model that made the vectors."""
    records: int | None = None
    """How many there are, where the file says so before it is read."""

    @classmethod
    def of(cls, spec: IndexSpec) -> Header:
        return cls(spec.dim, spec.metric, spec.non_filterable, spec.text_keys, spec.model)

    def to_json(self) -> str:
        """As the file keeps it; ``records`` is not part of it."""
        return json.dumps(
            {
                "format": _FORMAT,
                "dim": self.dim,
                "metric": self.metric,
                "non_filterable": sorted(self.non_filterable),
                "text_keys": [{"key": one.key, "language": one.language} for one in self.text_keys],
                "model": self.model,
            }
        )

    @classmethod
    def from_json(cls, text: str | bytes, name: str) -> Header:
        """The inverse of :meth:`to_json`; ``name`` is the file's. Unreadable where it is not what we write."""
        try:
            fields = json.loads(text)
            if fields["format"] > _FORMAT:
                message = (
                    f"{name}: of the newer format {fields['format']}, this Sensorium reads up to {_FORMAT}; update it"
                )
                raise Unreadable(message, path=name)
            return cls(
                dim=fields["dim"],
                metric=Metric(fields["metric"]),
                non_filterable=frozenset(fields["non_filterable"]),
                text_keys=tuple(
                    TextKey(one["key"], None if one["language"] is None else Language(one["language"]))
                    for one in fields["text_keys"]
                ),
                model=fields["model"],
            )
        except (ValueError, TypeError, KeyError) as error:
            raise Unreadable(f"{name}: what it says of its index cannot be read ({error!r})", path=name) from error


class Content(Protocol):
    """A file of records. Use it as a context manager, and read its records once."""

    @property
    def name(self) -> str:
        """The file's."""
        ...

    @property
    def header(self) -> Header: ...

    def records(self) -> Iterator[Placed]:
        """The records as they stand in the file; what they may hold is the store's to check.

        Raises Unreadable where the file is broken, and Invalid, which names the place, for what is no record.
        """
        ...

    def close(self) -> None: ...
