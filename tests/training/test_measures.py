"""What the bars measure, on vectors whose answer is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from tests.training.fake import embed
from training.data import DataFolder
from training.measures import Prepared, by_name, cut, language, name_rows, pages, retrieval, top_one
from training.probes import news, recalls, sts


@pytest.fixture(scope="module")
def ready(tiny: Path) -> Prepared:
    return Prepared(embed, DataFolder(tiny))


def test_a_cut_row_is_a_unit_row() -> None:
    rows = cut(embed(["a", "b"]), 64)
    assert rows.shape == (2, 64)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)


def test_recall_counts_queries_with_a_right_item_near_the_top() -> None:
    scores = np.array([[0.9, 0.1, 0.5], [0.9, 0.1, 0.5]], np.float32)
    right = np.array([[True, False, False], [False, True, False]])
    assert recalls(scores, right, (1, 3)) == [50.0, 100.0]


def test_top_one() -> None:
    assert top_one(np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32), np.array([0, 1, 0])) == pytest.approx(
        66.667, 0.01
    )


def test_every_bar_of_the_native_size_has_a_figure(ready: Prepared) -> None:
    found = retrieval(ready, 512) | by_name(ready, 512) | language(ready, 512) | pages(ready, 512)
    assert all(np.isfinite(value) for value in found.values())
    assert {
        "Arabic text->image R@10",
        "scenes by name (6, dev) top-1",
        "STSb dev Spearman zh",
        "text->page R@5 (100 pages)",
    } <= set(found)
    assert all(0 <= value <= 100 for name, value in found.items() if "Spearman" not in name)


def test_sounds_are_easier_to_name_among_the_names_of_their_set(ready: Prepared) -> None:
    found = by_name(ready, 512)
    pooled = found["sounds by name (dev, the names of all sets at once) top-1"]
    assert found["sounds by name (dev, all classes, each set's own names, mean of 3) top-1"] >= pooled


def test_an_encoder_that_ignores_language_finds_every_translation(tiny: Path) -> None:
    def by_number(texts: list[str]) -> np.ndarray:
        return embed([text.rsplit(" ", 1)[1] for text in texts])

    assert set(news(by_number, DataFolder(tiny)).values()) == {100.0}
    assert sts(by_number, DataFolder(tiny))["en"] > 50


def test_names_are_means_over_prompts() -> None:
    rows = name_rows(embed, ["dog"], ("{}", "a {}"))
    assert np.allclose(rows, cut(embed(["dog", "a dog"]).mean(0, keepdims=True), 512), atol=1e-6)
