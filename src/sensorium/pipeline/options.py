"""How a run is to go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sensorium.pipeline.annotations import Annotations
from sensorium.types import MetadataValue, Purpose, Segmentation


@dataclass(frozen=True, slots=True)
class Options:
    """``None`` leaves the choice to the model's spec or to the machine."""

    metadata: Mapping[str, MetadataValue] = field(default_factory=dict)
    """The user's own keys, for every source."""
    annotations: Annotations | None = None
    """More of them by source, and texts to join (``--metadata-file``)."""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    segmentation: Segmentation | None = None
    purpose: Purpose = Purpose.GENERIC_INDEX
    prune: bool = False
    workers: int | None = None
    """Threads that decode, and as many that embed."""
    lookahead_bytes: int = 96 << 20
    """Decoded bytes that may wait for the model."""
