"""InvokeModel for Marengo."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.server.bedrock.conftest import Door, cosine, picture, text64

from sensorium.wire.fault import AwsFault

V3, V2 = "us.twelvelabs.marengo-embed-3-0-v1:0", "twelvelabs.marengo-embed-2-7-v1:0"
SHOWN = {"mediaSource": {"base64String": text64(picture("jpeg"))}}
SAID = {"inputText": "a red dress"}


def vector(door: Door, body: dict[str, Any], model: str = V3) -> list[float]:
    (entry,) = door.invoke(body, model)["data"]
    assert set(entry) == {"embedding"}
    found: list[float] = entry["embedding"]
    return found


def test_text_and_image_and_both(door: Door) -> None:
    text = vector(door, {"inputType": "text", "text": SAID})
    image = vector(door, {"inputType": "image", "image": SHOWN})
    both = vector(door, {"inputType": "text_image", "text_image": {**SAID, **SHOWN}, "inferenceId": "mine"})
    assert len(text) == len(image) == len(both) == 512
    assert cosine(np.add(text, image), both) == pytest.approx(1, abs=1e-5)


def test_several_images_in_a_text(door: Door) -> None:
    named = [
        {"name": "a", "mediaType": "image", "base64String": text64(picture("png", 1))},
        {"name": "b", "mediaType": "image", "base64String": text64(picture("png", 2))},
    ]
    found = vector(
        door, {"inputType": "multi_input", "multi_input": {"inputText": "<@a> like <@b>", "mediaSources": named}}
    )
    assert len(found) == 512
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-5)


def test_an_image_in_s3(door: Door) -> None:
    door.shelf.held["s3://pictures/a.jpg"] = picture("jpeg")
    place = {"mediaSource": {"s3Location": {"uri": "s3://pictures/a.jpg", "bucketOwner": "000000000000"}}}
    assert vector(door, {"inputType": "image", "image": place}) == vector(door, {"inputType": "image", "image": SHOWN})


def test_2_7_is_flat_and_longer(door: Door) -> None:
    assert len(vector(door, {"inputType": "text", **SAID, "textTruncate": "none"}, V2)) == 1024
    assert len(vector(door, {"inputType": "image", **SHOWN}, V2)) == 1024


def test_sound_and_video_are_for_async_invokes(door: Door) -> None:
    for kind in ("audio", "video"):
        with pytest.raises(AwsFault, match="schema violations found"):
            door.invoke({"inputType": kind, kind: SHOWN}, V3)
        with pytest.raises(AwsFault, match="not a valid enum value"):
            door.invoke({"inputType": kind, **SHOWN}, V2)


def test_an_image_has_at_most_5_mb(door: Door) -> None:
    door.shelf.held["s3://pictures/a.jpg"] = picture("jpeg") + bytes(5 << 20)
    place = {"mediaSource": {"s3Location": {"uri": "s3://pictures/a.jpg"}}}
    with pytest.raises(AwsFault, match="more than 5242880 bytes"):
        door.invoke({"inputType": "image", "image": place}, V3)
