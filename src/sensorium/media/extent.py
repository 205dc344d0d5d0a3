"""How much a source holds, without decoding it: what a dry run goes by."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sensorium.media import blob
from sensorium.media.read import check
from sensorium.media.sniff import sniff
from sensorium.types import Modality, Segmentation, Source


@dataclass(frozen=True, slots=True)
class Extent:
    """The modality, and about how many segments reading would give."""

    modality: Modality
    segments: int


def extent(source: Source, segmentation: Segmentation = Segmentation()) -> Extent:
    """Look at headers only: pages are counted, seconds declared or estimated, characters follow from the size.

    Office documents count as one segment a 3,000 bytes of text, which is a guess. Raises as ``read`` does.
    """
    check(segmentation)
    kind = sniff(source)
    if kind.modality is Modality.IMAGE:
        return Extent(kind.modality, 1)
    if kind.modality is Modality.TEXT:
        return Extent(kind.modality, _parts(blob.size(source), segmentation.max_chars))
    if kind.media_type == "application/pdf":
        from sensorium.media.pdf import Pdf

        with Pdf(source) as document:
            return Extent(kind.modality, document.pages)
    if kind.modality is Modality.DOCUMENT:
        return Extent(kind.modality, _parts(blob.size(source), 3000))
    from sensorium.media import container

    with container.opened(source) as opened:
        tracks = container.tracks(opened, source)
        modality = Modality.VIDEO if tracks.pictures is not None else Modality.AUDIO
        return Extent(modality, _parts(tracks.estimated, segmentation.seconds))


def _parts(amount: float, size: float) -> int:
    return max(1, math.ceil(amount / size))
