"""Media of a request as payloads."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from tests.server.bedrock.conftest import picture

from sensorium.errors import Invalid, Unreadable
from sensorium.media import ocr
from sensorium.models.base import ModelSpec
from sensorium.server.bedrock import decoding
from sensorium.testing.weightless import WeightlessEmbedder
from sensorium.types import Audio, Image, Modality, Page, Source, Video
from sensorium.wire import nova

SPEC = WeightlessEmbedder().spec
Read = Callable[[str], bytes]


def source(data: bytes, media_type: str | None = None) -> Source:
    return Source("#/source", data=data, media_type=media_type)


@pytest.mark.parametrize("form", nova.IMAGE_FORMATS)
def test_every_image_format_is_read(form: str) -> None:
    image = decoding.picture(source(picture(form)), nova.IMAGE_FORMATS, SPEC)
    assert image.pixels.shape == (48, 64, 3)
    assert image.encoded is not None
    assert image.encoded.media_type == f"image/{form}"


@pytest.mark.parametrize("name", ["mp3", "wav", "ogg"])
def test_every_sound_format_is_read(name: str, film: Read) -> None:
    sound = decoding.sound(source(film(name)), nova.AUDIO_FORMATS, SPEC)
    assert sound.seconds == pytest.approx(2.0, abs=0.1)
    assert sound.encoded is not None
    assert sound.encoded.read() == film(name)


@pytest.mark.parametrize("name", ["flac", "m4a"])
def test_sounds_that_aws_refuses_are_read_leniently_alone(name: str, film: Read) -> None:
    assert decoding.sound(source(film(name)), nova.LENIENT_AUDIO_FORMATS, SPEC).seconds == pytest.approx(2.0, abs=0.1)
    with pytest.raises(Invalid, match="accepted formats are mp3, wav, ogg"):
        decoding.sound(source(film(name)), nova.AUDIO_FORMATS, SPEC)


@pytest.mark.parametrize("name", ["mp4", "mov", "mkv", "webm", "flv", "mpeg", "wmv", "3gp"])
def test_every_video_format_is_read(name: str, film: Read) -> None:
    clip = decoding.clip(source(film(name)), nova.VIDEO_FORMATS, SPEC)
    assert isinstance(clip, Video)
    assert clip.seconds == pytest.approx(2.0, abs=0.2)
    assert len(clip.frames) == SPEC.reading.frames
    assert clip.sound is not None


def test_bytes_decide_and_a_wrong_claim_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        decoding.picture(source(picture("webp"), "image/jpeg"), nova.IMAGE_FORMATS, SPEC)
    assert "claimed as image/jpeg, its content is image/webp" in caplog.text


@pytest.mark.parametrize("form", ["bmp", "tiff"])
def test_a_format_that_is_not_accepted_is_named(form: str) -> None:
    with pytest.raises(Invalid, match=f"the content is image/{form}; accepted formats are png, jpeg, gif, webp"):
        decoding.picture(source(picture(form)), nova.IMAGE_FORMATS, SPEC)


def test_one_kind_of_media_does_not_pass_for_another(film: Read) -> None:
    with pytest.raises(Invalid, match="the content is image/png; accepted formats are mp3"):
        decoding.sound(source(picture("png")), nova.AUDIO_FORMATS, SPEC)
    with pytest.raises(Invalid, match="the content is audio/mpeg; accepted formats are png"):
        decoding.picture(source(film("mp3")), nova.IMAGE_FORMATS, SPEC)
    with pytest.raises(Invalid, match="accepted formats are mp4"):
        decoding.clip(source(film("avi")), nova.VIDEO_FORMATS, SPEC)


def test_damage_is_told(film: Read) -> None:
    with pytest.raises(Unreadable, match="damaged or cut short"):
        decoding.picture(source(picture("png", size=(200, 200))[:120]), nova.IMAGE_FORMATS, SPEC)
    with pytest.raises(Unreadable):
        decoding.clip(source(film("mp4")[:3000]), nova.VIDEO_FORMATS, SPEC)
    with pytest.raises(Unreadable, match="no known format"):
        decoding.picture(source(np.random.default_rng(1).bytes(500)), nova.IMAGE_FORMATS, SPEC)


def test_half_a_minute_is_the_most(film: Read) -> None:
    with pytest.raises(Invalid, match="longer than 30 s") as caught:
        decoding.clip(source(film("long.mp4")), nova.VIDEO_FORMATS, SPEC)
    assert caught.value.code == "too_long"
    with pytest.raises(Invalid, match="longer than 30 s"):
        decoding.sound(source(film("long.wav")), nova.AUDIO_FORMATS, SPEC)


def test_an_encoders_padding_is_forgiven(film: Read) -> None:
    assert decoding.sound(source(film("padded.mp3")), nova.AUDIO_FORMATS, SPEC).seconds == pytest.approx(30, abs=0.5)


def test_a_video_is_separated_into_what_it_has(film: Read) -> None:
    def parts(name: str) -> list[object]:
        given = source(film(name))
        return list(decoding.separated(given, decoding.clip(given, nova.VIDEO_FORMATS, SPEC)))

    silent, sound = parts("mp4")
    assert isinstance(silent, Video)
    assert silent.sound is None
    assert isinstance(sound, Audio)
    assert [type(part) for part in parts("silent.mp4")] == [Video]
    assert [type(part) for part in parts("sound.mp4")] == [Audio]


def test_the_silent_part_goes_to_a_remote_model_without_its_sound(film: Read) -> None:
    given = source(film("mp4"))
    silent = decoding.separated(given, decoding.clip(given, nova.VIDEO_FORMATS, SPEC))[0]
    assert isinstance(silent, Video)
    assert silent.encoded is not None
    again = decoding.clip(source(silent.encoded.read()), nova.VIDEO_FORMATS, SPEC)
    assert isinstance(again, Video)
    assert again.sound is None


def test_a_document_image_is_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: True)
    monkeypatch.setattr(ocr, "recognised", lambda pixels: ocr.Recognised(f"read at {pixels.shape[0]}", 1, 0))
    spec: ModelSpec = replace(SPEC, reading=replace(SPEC.reading, picture_side=16))
    page = decoding.page(source(picture("png", size=(400, 300))), nova.IMAGE_FORMATS, spec)
    assert isinstance(page, Page)
    assert page.text == "read at 300"
    assert page.picture is not None


def test_a_large_page_is_read_no_larger_than_print_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, ...]] = []
    monkeypatch.setattr(ocr, "available", lambda: True)
    monkeypatch.setattr(ocr, "recognised", lambda pixels: seen.append(pixels.shape) or ocr.Recognised("", 0, 0))
    decoding.page(source(picture("jpeg", size=(4000, 8000))), nova.IMAGE_FORMATS, SPEC)
    assert 1600 <= min(seen[0][:2]) < 3200


def test_without_ocr_a_page_has_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    page = decoding.page(source(picture("png")), nova.IMAGE_FORMATS, SPEC)
    assert isinstance(page, Page)
    assert page.text == ""


def test_a_model_without_documents_sees_an_image() -> None:
    spec = replace(SPEC, modalities=frozenset({Modality.IMAGE}))
    assert isinstance(decoding.page(source(picture("png")), nova.IMAGE_FORMATS, spec), Image)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_file_is_read_in_its_charset(codec: str) -> None:
    said = "Ein rotes Kleid für Größe 38, schön geschnitten und überall gern getragen. " * 5
    assert decoding.text(source(said.encode(codec))) == said


def test_what_is_no_text_is_told() -> None:
    with pytest.raises(Unreadable, match="no text"):
        decoding.text(source(np.random.default_rng(1).bytes(2000)))
