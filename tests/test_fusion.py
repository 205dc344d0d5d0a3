import numpy as np
import pytest

from sensorium.errors import Invalid
from sensorium.fusion import ranking_depth, reciprocal_ranks, weighted
from sensorium.types import Vector


def unit(*values: float) -> Vector:
    vector = np.asarray(values, np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def test_equal_weights_are_the_mean() -> None:
    fused = weighted([unit(1, 0), unit(0, 1)])
    assert np.allclose(fused, unit(1, 1))
    assert fused.dtype == np.float32


def test_weights_pull_and_push() -> None:
    pulled = weighted([unit(1, 0), unit(0, 1)], [3, 1])
    assert np.allclose(pulled, unit(3, 1))
    pushed = weighted([unit(1, 1), unit(0, 1)], [1, -0.5])
    assert pushed[1] < unit(1, 1)[1]


def test_one_vector_is_itself() -> None:
    assert np.allclose(weighted([unit(3, 4)]), unit(3, 4))


@pytest.mark.parametrize(
    ("vectors", "weights", "message"),
    [
        ([], None, "0 vectors"),
        ([unit(1, 0)], [1, 2], "2 weights for 1 inputs"),
        ([unit(1, 0)], [0], "not all zero"),
        ([unit(1, 0)], [float("nan")], "finite"),
        ([unit(1, 0), unit(1, 0, 0)], None, r"\[2, 3\]"),
        ([unit(1, 0), unit(1, 0)], [1, -1], "cancel"),
    ],
)
def test_refusals(vectors: list[Vector], weights: list[float] | None, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        weighted(vectors, weights)


def test_ranks_of_both_lists_add_up() -> None:
    fused = reciprocal_ranks([["a", "b", "c"], ["b", "d"]])
    assert [key for key, _ in fused] == ["b", "a", "d", "c"]
    assert fused[0][1] == pytest.approx(1 / 62 + 1 / 61)


def test_rank_weights_and_repeats() -> None:
    assert reciprocal_ranks([["a", "a", "b"], ["b"]], [1, 0])[0] == ("a", pytest.approx(1 / 61))
    assert dict(reciprocal_ranks([["a", "a", "b"]]))["b"] == pytest.approx(1 / 62)
    with pytest.raises(Invalid, match="one weight each"):
        reciprocal_ranks([["a"]], [1, 2])
    with pytest.raises(Invalid, match="constant"):
        reciprocal_ranks([["a"]], constant=-1)


def test_a_ranking_counts_deeper_than_k_and_alike_for_every_small_k() -> None:
    assert [ranking_depth(k) for k in (1, 10, 1_000, 1_001, 10_000)] == [1_000, 1_000, 1_000, 10_000, 10_000]
    assert ranking_depth(20_000) == 20_000
