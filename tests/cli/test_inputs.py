"""Files to search with: their order, their modality, their weights."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensorium.cli import inputs
from sensorium.errors import Invalid
from sensorium.objects.local import LocalObjects
from sensorium.testing import payloads
from sensorium.types import Audio, Modality, Reading, Segment, Video

A, B, C = Path("a"), Path("b"), Path("c")

NOWHERE = LocalObjects(Path("/none"))


def test_the_order_is_that_of_the_command_line() -> None:
    given = {"image": [A, C], "audio": [B], "video": [], "document": []}
    args = ["words", "--image", "a", "--k=3", "--audio=b", "--image", "c"]
    assert inputs.in_order(args, given) == [("image", A), ("audio", B), ("image", C)]


def test_weights_of_minus_are_negated() -> None:
    assert inputs.signed(None, 2, 0) is None
    assert inputs.signed(None, 3, 1) == [1, 1, -1]
    assert inputs.signed([1, 0.5, 2], 3, 2) == [1, -0.5, -2]
    with pytest.raises(Invalid, match="1 weights for 2 inputs"):
        inputs.signed([1], 2, 0)


def test_a_video_can_be_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    clip = payloads.video(1)
    silent = Video(clip.frames, clip.times, clip.seconds)

    def read(payload: Video) -> None:
        segment = Segment("file:///c", Modality.VIDEO, "video/mp4", None, payload, notes=("only a part",))
        monkeypatch.setattr("sensorium.media.read.read_one", lambda source, reading: segment)

    read(clip)
    sound, notes = inputs.payload("audio", C, Reading(), NOWHERE)
    assert isinstance(sound, Audio)
    assert (sound, notes) == (clip.sound, ("only a part",))
    assert inputs.payload("video", C, Reading(), NOWHERE)[0] is clip
    with pytest.raises(Invalid, match="this is video/mp4, not image; use --video"):
        inputs.payload("image", C, Reading(), NOWHERE)
    read(silent)
    with pytest.raises(Invalid, match="a video without sound"):
        inputs.payload("audio", C, Reading(), NOWHERE)
