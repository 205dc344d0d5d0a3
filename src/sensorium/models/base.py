"""The contract of a model: a record that describes it and one method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from sensorium.errors import Invalid, Unsupported
from sensorium.types import (
    Matrix,
    Modality,
    Payload,
    Purpose,
    Reading,
    Segmentation,
    TimeSpan,
    Vector,
    modality_of,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call takes. None means no limit of the model's own."""

    max_batch: int = 32
    max_chars: int | None = None
    max_seconds: float | None = None
    max_bytes: int | None = None
    formats: frozenset[str] = frozenset()
    """Media types that the model takes as encoded bytes; empty for a model that takes decoded payloads."""


@dataclass(frozen=True, slots=True)
class Band:
    """Distance cuts of a modality pair: up to ``very_close``, ``close`` and ``related``; unrelated beyond."""

    very_close: float
    close: float
    related: float

    def name(self, distance: float) -> str:
        """The word for a distance: very close, close, related or unrelated."""
        if distance <= self.very_close:
            return "very close"
        if distance <= self.close:
            return "close"
        return "related" if distance <= self.related else "unrelated"


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model is a record: everything that the rest of the house may know about it."""

    id: str
    revision: str
    dim: int
    """Native dimension."""
    dims: tuple[int, ...]
    """Matryoshka sizes that it was trained for, ascending, the native one last."""
    modalities: frozenset[Modality]
    licence: str
    purposes: Mapping[Purpose, str] = field(default_factory=dict)
    """How the nine purposes map to the model's own prompts; empty for a model that knows none."""
    limits: Limits = Limits()
    segmentation: Segmentation = Segmentation()
    reading: Reading = Reading()
    bands: Mapping[tuple[Modality, Modality], Band] = field(default_factory=dict)
    """Distance cuts by (query modality, hit modality), for cosine."""

    @property
    def stamp(self) -> str:
        """What an index is stamped with: ``id@revision``."""
        return f"{self.id}@{self.revision}"


def require(spec: ModelSpec, batch: Sequence[Payload]) -> Modality | None:
    """The one modality of a batch, None for an empty one.

    Every embedder calls this first. Raises Invalid for a mixed batch, Unsupported for a modality the model lacks.
    """
    found = {modality_of(payload) for payload in batch}
    if len(found) > 1:
        raise Invalid(f"a batch holds payloads of one modality; found {', '.join(sorted(found))}", path="batch")
    for modality in found - spec.modalities:
        has = ", ".join(sorted(spec.modalities))
        raise Unsupported(
            f"model {spec.id} has no {modality}; it has {has}. `sensorium models` lists others", path="model"
        )
    return next(iter(found), None)


@runtime_checkable
class Embedder(Protocol):
    """A model ready to embed. Thread-safe."""

    @property
    def spec(self) -> ModelSpec: ...

    def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
        """Unit rows ``(len(batch), spec.dim)`` in order; one modality a batch; a row never depends on its neighbours.

        Raises Unsupported for a modality that the model lacks, Invalid for a mixed batch.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A segment of sound or video that a model has cut from its source by itself: a unit row, or why there is none."""

    modality: Modality
    media_type: str
    span: TimeSpan
    vector: Vector | None
    message: str = ""


@runtime_checkable
class SourceEmbedder(Protocol):
    """A model that fetches, cuts and embeds some sources by itself."""

    def embeds(self, uri: str) -> bool:
        """Whether the source of that name is one of them."""
        ...

    def embed_source(self, uri: str, mark: str, segmentation: Segmentation, purpose: Purpose) -> Iterator[Cut]:
        """Its segments in order. ``mark`` names the source's state: an earlier attempt at the same is gone on with.

        Raises Unreadable for a source that the model cannot use.
        """
        ...


@runtime_checkable
class Sized(Protocol):
    """An embedder that makes the other sizes of its spec (``dims``) itself: better than cutting what it has made."""

    def at(self, dim: int) -> Embedder:
        """The same model at one of ``spec.dims``."""
        ...
