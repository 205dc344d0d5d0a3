"""InvokeModel for Nova: what comes in, what goes to the model, what is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from tests.server.bedrock.conftest import NOVA, Shelf, cosine, picture, single, text64

from sensorium.errors import Invalid
from sensorium.media import ocr
from sensorium.models.base import Limits
from sensorium.server.bedrock import nova
from sensorium.server.bedrock.catalogue import Entry, Family
from sensorium.server.bedrock.installed import Model
from sensorium.server.bedrock.reply import Reply
from sensorium.server.bedrock.sources import Sources
from sensorium.testing.weightless import WeightlessEmbedder
from sensorium.types import Audio, Image, Matrix, Page, Payload, Purpose, Video
from sensorium.wire.fault import AwsFault
from sensorium.wire.nova import DIMENSIONS, TruncationMode

Read = Callable[[str], bytes]


@dataclass
class Noted:
    """The weightless model; notes what it is asked."""

    max_chars: int | None = None
    asked: list[tuple[list[Payload], Purpose]] = field(default_factory=list)
    inner: WeightlessEmbedder = field(default_factory=WeightlessEmbedder)

    @property
    def spec(self) -> Any:
        return replace(self.inner.spec, limits=Limits(max_chars=self.max_chars))

    def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
        self.asked.append((list(batch), purpose))
        return np.concatenate([self.inner.embed([payload], purpose) for payload in batch])


@dataclass
class Desk:
    noted: Noted
    sources: Sources

    def invoke(self, lenient: bool = False, **params: Any) -> Reply:
        return nova.invoke(single(**params), Model(Entry(NOVA, Family.NOVA), self.noted), self.sources, lenient)

    def embeddings(self, **params: Any) -> list[Any]:
        return list(self.invoke(**params).document["embeddings"])

    @property
    def payloads(self) -> list[Payload]:
        return self.noted.asked[-1][0]


@pytest.fixture
def desk(sources: Sources) -> Desk:
    return Desk(Noted(), sources)


def text(value: str = "a red dress", mode: str = "END") -> dict[str, Any]:
    return {"truncationMode": mode, "value": value}


def media(form: str, data: bytes, **more: Any) -> dict[str, Any]:
    return {"format": form, "source": {"bytes": text64(data)}, **more}


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_text_at_every_dimension(desk: Desk, dimension: int) -> None:
    (entry,) = desk.embeddings(text=text(), embeddingDimension=dimension)
    assert entry["embeddingType"] == "TEXT"
    assert entry["embedding"].shape == (dimension,)
    assert np.linalg.norm(entry["embedding"]) == pytest.approx(1, abs=1e-5)
    assert "truncatedCharLength" not in entry
    assert desk.payloads == ["a red dress"]


def test_the_default_dimension_is_3072(desk: Desk) -> None:
    assert desk.embeddings(text=text())[0]["embedding"].shape == (3072,)


def test_a_smaller_dimension_is_the_beginning_of_a_larger_one(desk: Desk) -> None:
    small, large = (desk.embeddings(text=text(), embeddingDimension=dim)[0]["embedding"] for dim in (256, 3072))
    assert cosine(small, large[:256]) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_purpose_reaches_the_model(desk: Desk, purpose: Purpose) -> None:
    desk.invoke(text=text(), embeddingPurpose=purpose.value)
    assert desk.noted.asked[-1][1] is purpose


@pytest.mark.parametrize(
    ("mode", "kept"), [(TruncationMode.START, "efghij"), (TruncationMode.END, "abcdef"), (TruncationMode.NONE, None)]
)
def test_a_text_beyond_the_models_limit(desk: Desk, mode: TruncationMode, kept: str | None) -> None:
    desk.noted.max_chars = 6
    if kept is None:
        with pytest.raises(AwsFault, match="#/singleEmbeddingParams/text/value: expected maxLength: 6, actual: 10"):
            desk.invoke(text=text("abcdefghij", mode.value))
        return
    (entry,) = desk.embeddings(text=text("abcdefghij", mode.value))
    assert desk.payloads == [kept]
    assert entry["truncatedCharLength"] == 6


@pytest.mark.parametrize("mode", list(TruncationMode))
def test_a_text_within_the_limit_is_not_cut(desk: Desk, mode: TruncationMode) -> None:
    desk.noted.max_chars = 6
    assert "truncatedCharLength" not in desk.embeddings(text=text("abcdef", mode.value))[0]
    desk.noted.max_chars = None
    assert "truncatedCharLength" not in desk.embeddings(text=text("x" * 50_000, mode.value))[0]
    assert len(str(desk.payloads[0])) == 50_000


def test_a_text_in_s3(desk: Desk, shelf: Shelf) -> None:
    shelf.held["s3://texts/a.txt"] = "größer".encode()
    said = {"truncationMode": "END", "source": {"s3Location": {"uri": "s3://texts/a.txt"}}}
    desk.invoke(text=said)
    assert desk.payloads == ["größer"]
    shelf.held["s3://texts/a.txt"] = b"x" * 50_001
    with pytest.raises(AwsFault, match="text/source: expected maxLength: 50000, actual: 50001"):
        desk.invoke(text=said)
    shelf.held["s3://texts/a.txt"] = b"x" * ((1 << 20) + 1)
    with pytest.raises(Invalid, match="more than 1048576 bytes"):
        desk.invoke(text=said)
    shelf.held["s3://texts/a.txt"] = b""
    with pytest.raises(AwsFault, match="expected minLength: 1, actual: 0"):
        desk.invoke(text=said)


@pytest.mark.parametrize("form", ["png", "jpeg", "gif", "webp"])
def test_an_image_in_every_format(desk: Desk, form: str) -> None:
    (entry,) = desk.embeddings(image=media(form, picture(form)))
    assert entry["embeddingType"] == "IMAGE"
    assert isinstance(desk.payloads[0], Image)


def test_an_image_in_s3(desk: Desk, shelf: Shelf) -> None:
    shelf.held["s3://pictures/a.png"] = picture("png")
    place = {"s3Location": {"uri": "s3://pictures/a.png", "bucketOwner": "000000000000"}}
    (entry,) = desk.embeddings(image={"format": "png", "source": place})
    (inline,) = desk.embeddings(image=media("png", picture("png")))
    assert np.array_equal(entry["embedding"], inline["embedding"])


def test_detail_level_tells_an_image_from_a_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    (entry,) = desk.embeddings(image=media("png", picture("png"), detailLevel="DOCUMENT_IMAGE"))
    assert entry["embeddingType"] == "IMAGE"
    assert isinstance(desk.payloads[0], Page)
    desk.invoke(image=media("png", picture("png"), detailLevel="STANDARD_IMAGE"))
    assert isinstance(desk.payloads[0], Image)


@pytest.mark.parametrize("form", ["mp3", "wav", "ogg"])
def test_sound_in_every_format(desk: Desk, film: Read, form: str) -> None:
    (entry,) = desk.embeddings(audio=media(form, film(form)))
    assert entry["embeddingType"] == "AUDIO"
    assert isinstance(desk.payloads[0], Audio)


def test_lenient_sounds(desk: Desk, film: Read) -> None:
    assert desk.invoke(lenient=True, audio=media("flac", film("flac"))).document["embeddings"]
    with pytest.raises(AwsFault, match="flac is not a valid enum value"):
        desk.invoke(audio=media("flac", film("flac")))
    with pytest.raises(Invalid, match="the content is audio/flac"):
        desk.invoke(audio=media("mp3", film("flac")))


@pytest.mark.parametrize("form", ["mp4", "mov", "mkv", "webm", "flv", "mpeg", "mpg", "wmv", "3gp"])
def test_video_in_every_format(desk: Desk, film: Read, form: str) -> None:
    data = film("mpeg" if form == "mpg" else form)
    (entry,) = desk.embeddings(video=media(form, data, embeddingMode="AUDIO_VIDEO_COMBINED"))
    assert entry["embeddingType"] == "AUDIO_VIDEO_COMBINED"
    assert isinstance(desk.payloads[0], Video)


@pytest.mark.parametrize(
    ("name", "types"), [("mp4", ["VIDEO", "AUDIO"]), ("silent.mp4", ["VIDEO"]), ("sound.mp4", ["AUDIO"])]
)
def test_a_video_separated(desk: Desk, film: Read, name: str, types: list[str]) -> None:
    found = desk.embeddings(video=media("mp4", film(name), embeddingMode="AUDIO_VIDEO_SEPARATE"))
    assert [entry["embeddingType"] for entry in found] == types
    (whole,) = desk.embeddings(video=media("mp4", film(name), embeddingMode="AUDIO_VIDEO_COMBINED"))
    assert whole["embeddingType"] == "AUDIO_VIDEO_COMBINED"


def test_a_long_video_names_the_limit(desk: Desk, film: Read) -> None:
    with pytest.raises(Invalid, match="#/singleEmbeddingParams/video/source: longer than 30 s"):
        desk.invoke(video=media("mp4", film("long.mp4"), embeddingMode="AUDIO_VIDEO_COMBINED"))


def test_tokens_are_counted_of_texts_alone(desk: Desk) -> None:
    assert desk.invoke(text=text("a red dress")).tokens == 3
    assert desk.invoke(image=media("png", picture("png"))).tokens == 0


def test_a_part_of_a_video_has_a_type() -> None:
    with pytest.raises(Invalid, match="not str"):
        nova.embedding_type("text")
