"""The names and numbers of Nova's bodies."""

from __future__ import annotations

import pytest

from sensorium.types import Purpose
from sensorium.wire import nova
from sensorium.wire.mediasource import MediaSource
from sensorium.wire.nova import AudioInput, EmbeddingMode, SingleEmbedding, TextInput, VideoInput


def test_there_are_nine_purposes_and_four_dimensions() -> None:
    assert len(Purpose) == 9
    assert nova.DIMENSIONS == (256, 384, 1024, 3072)
    assert SingleEmbedding(TextInput("x"), Purpose.GENERIC_INDEX).dimension == 3072


@pytest.mark.parametrize("names", [nova.IMAGE_FORMATS, nova.LENIENT_AUDIO_FORMATS, nova.VIDEO_FORMATS])
def test_every_format_has_a_media_type(names: tuple[str, ...]) -> None:
    kinds = {nova.MEDIA_TYPES[name].split("/")[0] for name in names}
    assert len(kinds) == 1


def test_strict_formats_are_those_of_aws() -> None:
    assert nova.AUDIO_FORMATS == ("mp3", "wav", "ogg")
    assert set(nova.LENIENT_AUDIO_FORMATS) - set(nova.AUDIO_FORMATS) == {"flac", "m4a"}


def test_requests_are_equal_by_value() -> None:
    source = MediaSource(uri="s3://abc/k")
    assert AudioInput(source, "mp3") == AudioInput(MediaSource(uri="s3://abc/k"), "mp3")
    assert VideoInput(source, "mp4") != VideoInput(source, "mp4", EmbeddingMode.AUDIO_VIDEO_SEPARATE)
