"""The built-in model keeps the contract, and pages and clips are composed as they should be."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.errors import Invalid
from sensorium.models.base import Embedder
from sensorium.models.builtin import PROVIDER
from sensorium.testing import payloads
from sensorium.testing.embedder_contract import EmbedderContract
from sensorium.types import Page, Purpose, Video

INDEX = Purpose.GENERIC_INDEX


@pytest.fixture(scope="module")
def model() -> Embedder:
    return PROVIDER.load("")


class TestBuiltin(EmbedderContract):
    @pytest.fixture
    def embedder(self, model: Embedder) -> Embedder:
        return model


def test_a_page_without_picture_is_its_text(model: Embedder) -> None:
    page, text = model.embed([Page("a red fox", None)], INDEX), model.embed(["a red fox"], INDEX)
    assert np.allclose(page, text, atol=1e-6)


def test_a_page_without_text_is_its_picture(model: Embedder) -> None:
    picture = payloads.image(1)
    assert np.allclose(model.embed([Page(" \n", picture)], INDEX), model.embed([picture], INDEX), atol=1e-6)


def test_text_dominates_a_page(model: Embedder) -> None:
    picture = payloads.image(1)
    page, text, seen = (model.embed([one], INDEX)[0] for one in (Page("a red fox", picture), "a red fox", picture))
    assert page @ text > page @ seen


def test_a_silent_clip_of_one_frame_is_its_frame(model: Embedder) -> None:
    frame = payloads.image(4)
    clip = Video((frame,), (0.5,), 1.0)
    assert np.allclose(model.embed([clip], INDEX), model.embed([frame], INDEX), atol=1e-5)


def test_a_clip_with_nothing_in_it_is_refused(model: Embedder) -> None:
    with pytest.raises(Invalid, match="frames or sound"):
        model.embed([Video((), (), 1.0)], INDEX)


def test_neighbours_never_matter_to_a_text(model: Embedder) -> None:
    texts = [payloads.text(seed) * (1 + seed % 7) for seed in range(40)]
    together = model.embed(texts, INDEX)
    for place in range(0, 40, 3):
        assert np.array_equal(model.embed([texts[place]], INDEX)[0], together[place])


def test_meaning(model: Embedder) -> None:
    texts = ["a dog runs on the beach", "Ein Hund rennt am Strand", "一只狗在沙滩上跑", "the price of oil fell"]
    dog, hund, gou, price = model.embed(texts, INDEX)
    assert dog @ hund > dog @ price + 0.3
    assert dog @ gou > dog @ price + 0.3
