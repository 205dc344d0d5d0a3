"""The models of Bedrock that are known here, by Bedrock's own names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sensorium.errors import NotFound
from sensorium.models.base import Limits, ModelSpec
from sensorium.models.bedrock import cohere as cohere_bodies
from sensorium.models.bedrock import marengo as marengo_bodies
from sensorium.models.bedrock import nova as nova_bodies
from sensorium.models.bedrock import titan as titan_bodies
from sensorium.models.bedrock.cohere import Cohere
from sensorium.models.bedrock.dialect import MAX_INLINE, Dialect
from sensorium.models.bedrock.marengo import Marengo
from sensorium.models.bedrock.nova import Nova
from sensorium.models.bedrock.titan import TitanImage, TitanText
from sensorium.types import Modality, Purpose, Reading, Segmentation
from sensorium.wire import cohere, marengo, nova, titan

PROVIDER = "bedrock"
DEFAULT = "amazon.nova-2-multimodal-embeddings-v1:0"
_BATCH = 16
_READING = Reading(sample_rate=48_000, frames=4, picture_side=1024)
"""Remote models get the file itself; what is decoded serves where they cannot, and to tell payloads apart."""
_SEEN = frozenset((Modality.TEXT, Modality.DOCUMENT, Modality.IMAGE))
_AWS = "AWS Service Terms (a paid service)"
_TWELVELABS = "TwelveLabs' terms on AWS Marketplace (a paid service)"
_COHERE = "Cohere's terms on AWS Marketplace (a paid service)"


@dataclass(frozen=True, slots=True)
class Known:
    """A model and how it is spoken to."""

    spec: ModelSpec
    dialect: Dialect


def find(name: str) -> Known:
    """The model of a Bedrock id, the id of an inference profile (``us.…``) or the ARN of either.

    Its spec carries that name, so that an index's stamp says what to ask for. Raises NotFound that lists what there is.
    """
    base = name.rpartition("/")[2] if name.startswith("arn:") else name
    for candidate in (base, base.partition(".")[2]):
        found = _MODELS.get(candidate) or _MODELS.get(candidate.removesuffix(":0"))
        if found is not None:
            return replace(found, spec=replace(found.spec, id=f"{PROVIDER}:{name}"))
    raise NotFound(f"no embedding model {name!r} of Bedrock is known; there are: {', '.join(_MODELS)}", path="model")


def all_specs() -> list[ModelSpec]:
    """Every model, by its plain id."""
    return [known.spec for known in _MODELS.values()]


def _spec(name: str, dims: tuple[int, ...], modalities: frozenset[Modality], licence: str, limits: Limits) -> ModelSpec:
    """A record with what all have in common; the revision is the version that stands in the id."""
    version = re.search(r"v\d+(:\d+)?$", name)
    return ModelSpec(
        id=f"{PROVIDER}:{name}",
        revision=version[0] if version else "1",
        dim=dims[-1],
        dims=dims,
        modalities=modalities,
        licence=licence,
        limits=limits,
        segmentation=Segmentation(max_chars=2000, seconds=15.0),
        reading=_READING,
    )


def _nova() -> Known:
    limits = Limits(
        max_batch=_BATCH,
        max_chars=nova.MAX_CHARS,
        max_seconds=nova.MAX_SECONDS,
        max_bytes=MAX_INLINE,
        formats=nova_bodies.IMAGES | nova_bodies.SOUNDS | nova_bodies.VIDEOS,
    )
    spec = _spec(DEFAULT, nova.DIMENSIONS, frozenset(Modality), _AWS, limits)
    return Known(replace(spec, purposes={purpose: purpose.value for purpose in Purpose}), Nova())


def _marengo(name: str, version: int, dim: int, chars: int) -> Known:
    limits = Limits(
        max_batch=_BATCH,
        max_chars=marengo_bodies.MAX_CHARS[version],
        max_bytes=marengo.MAX_IMAGE_BYTES,
        formats=marengo_bodies.IMAGES,
    )
    spec = _spec(name, (dim,), _SEEN, _TWELVELABS, limits)
    cut = Segmentation(max_chars=chars, seconds=marengo.DEFAULT_FIXED_SECONDS)
    return Known(replace(spec, segmentation=cut), Marengo(version))


def _titan_text(name: str, version: int, dims: tuple[int, ...]) -> Known:
    limits = Limits(max_batch=_BATCH, max_chars=titan_bodies.MAX_TEXT)
    return Known(_spec(name, dims, frozenset((Modality.TEXT,)), _AWS, limits), TitanText(version))


def _titan_image(name: str) -> Known:
    limits = Limits(
        max_batch=_BATCH,
        max_chars=titan_bodies.MAX_IMAGE_TEXT,
        max_bytes=titan_bodies.ROOM.max_bytes,
        formats=titan_bodies.IMAGES,
    )
    spec = _spec(name, titan.IMAGE_DIMENSIONS, _SEEN, _AWS, limits)
    return Known(replace(spec, segmentation=Segmentation(max_chars=400)), TitanImage())


def _cohere(name: str, version: int, dims: tuple[int, ...]) -> Known:
    limits = Limits(
        max_batch=cohere.MAX_TEXTS,
        max_chars=cohere_bodies.MAX_CHARS[version],
        max_bytes=cohere.MAX_IMAGE_BYTES,
        formats=cohere_bodies.IMAGES[version],
    )
    spec = _spec(name, dims, _SEEN, _COHERE, limits)
    return Known(replace(spec, purposes=cohere_bodies.PURPOSES), Cohere(version))


_MODELS: dict[str, Known] = {
    known.spec.id.removeprefix(f"{PROVIDER}:"): known
    for known in (
        _nova(),
        _marengo("twelvelabs.marengo-embed-3-0-v1:0", 3, marengo.DIMENSION_3, 400),
        _marengo("twelvelabs.marengo-embed-2-7-v1:0", 2, marengo.DIMENSION_2, 200),
        _titan_text("amazon.titan-embed-text-v2:0", 2, titan.TEXT_2_DIMENSIONS),
        _titan_text("amazon.titan-embed-text-v1", 1, (titan.TEXT_1_DIMENSION,)),
        _titan_image("amazon.titan-embed-image-v1"),
        _cohere("cohere.embed-v4:0", 4, cohere.V4_DIMENSIONS),
        _cohere("cohere.embed-english-v3", 3, (cohere.V3_DIMENSION,)),
        _cohere("cohere.embed-multilingual-v3", 3, (cohere.V3_DIMENSION,)),
    )
}
