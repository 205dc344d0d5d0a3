"""How a text is cut into pieces, and what the encoder promises of its rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sensorium.models.builtin.calibration import WEIGHTS
from sensorium.models.builtin.text import LONGEST, SHARED, WHOLE, TextEncoder, pieces_of


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    return TextEncoder(WEIGHTS)


def test_golden(encoder: TextEncoder) -> None:
    """The vectors that the release wrote (`training/golden.py`) for four texts; other processors round differently."""
    texts = ("a dog runs on the beach", "一只狗在沙滩上跑", "Вашингтон, 21 ноября", "long text. " * 60)
    with np.load(Path(__file__).with_name("golden.npz")) as golden:
        assert (encoder.encode(texts) * golden["text"]).sum(1) == pytest.approx(1, abs=1e-4)


def test_a_short_text_is_one_piece() -> None:
    assert pieces_of("One dog. Two cats.") == [["one", "dog", "two", "cats"]]
    assert pieces_of("?!") == [[]]


def test_a_long_text_is_cut_at_its_sentences() -> None:
    pieces = pieces_of("The dog runs far away. " * 40)
    assert all(len(piece) % 5 == 0 and len(piece) <= SHARED for piece in pieces)
    assert sum(map(len, pieces)) == 200


def test_an_endless_sentence_is_cut_evenly() -> None:
    pieces = pieces_of("word " * (LONGEST * 2 + 10))
    assert sum(map(len, pieces)) == LONGEST * 2 + 10
    assert max(map(len, pieces)) - min(map(len, pieces)) <= 1
    assert WHOLE < max(map(len, pieces)) <= LONGEST


def test_rows_are_the_same_in_any_company(encoder: TextEncoder) -> None:
    texts = [f"{'very ' * (i % 9)}long text number {i} " * (1 + i % 30) for i in range(60)]
    rows = encoder.encode(texts)
    backwards = encoder.encode(texts[::-1])[::-1]
    assert np.array_equal(rows, backwards)
    assert all(np.array_equal(encoder.encode([texts[i]])[0], rows[i]) for i in range(0, 60, 7))


def test_a_long_page_resembles_what_it_is_about(encoder: TextEncoder) -> None:
    page = (
        "The volcano erupted at night. Lava ran down to the sea. People left their villages because of the ash. " * 20
    )
    query, other = encoder.encode(["an eruption of a volcano", "a recipe for apple pie"])
    row = encoder.encode([page])[0]
    assert row @ query > row @ other + 0.2


def test_punctuation_alone_still_has_a_row(encoder: TextEncoder) -> None:
    row = encoder.encode(["..."])[0]
    assert np.isclose(np.linalg.norm(row), 1, atol=1e-5)
