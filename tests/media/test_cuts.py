"""Where sound and video are cut."""

from __future__ import annotations

import pytest

from sensorium.errors import Invalid
from sensorium.media import cuts
from sensorium.types import Segmentation, TimeSpan


@pytest.mark.parametrize("seconds", [1.0, 5.0, 30.0])
def test_seconds_within_the_limits_are_accepted(seconds: float) -> None:
    cuts.check(Segmentation(seconds=seconds))


@pytest.mark.parametrize("seconds", [0.0, 0.99, 30.01, -5.0, float("nan"), float("inf")])
def test_other_seconds_are_invalid_and_the_field_is_named(seconds: float) -> None:
    with pytest.raises(Invalid, match=r"1\.\.30") as caught:
        cuts.check(Segmentation(seconds=seconds))
    assert caught.value.path == "segmentation.seconds"


@pytest.mark.parametrize("tail", [-0.1, 1.01, float("nan")])
def test_a_tail_beyond_a_second_is_invalid(tail: float) -> None:
    with pytest.raises(Invalid, match=r"0\.\.1") as caught:
        cuts.check(Segmentation(tail=tail))
    assert caught.value.path == "segmentation.tail"


@pytest.mark.parametrize(
    ("end", "seconds", "expected"),
    [
        (12.0, 5.0, [(0, 5), (5, 10), (10, 12)]),
        (10.0, 5.0, [(0, 5), (5, 10)]),
        (10.9, 5.0, [(0, 5), (5, 10.9)]),
        (11.0, 5.0, [(0, 5), (5, 10), (10, 11)]),
        (0.2, 5.0, [(0, 0.2)]),
        (5.5, 5.0, [(0, 5.5)]),
        (30.4, 30.0, [(0, 30), (30, 30.4)]),
        (30.0, 29.5, [(0, 30)]),
        (3.5, 1.0, [(0, 1), (1, 2), (2, 3.5)]),
    ],
)
def test_a_short_tail_goes_with_the_piece_before(
    end: float, seconds: float, expected: list[tuple[float, float]]
) -> None:
    assert _pieces(end, Segmentation(seconds=seconds)) == expected


@pytest.mark.parametrize(
    ("end", "tail", "expected"),
    [
        (10.9, 0.0, [(0, 5), (5, 10), (10, 10.9)]),
        (10.05, 0.1, [(0, 5), (5, 10.05)]),
        (10.2, 0.1, [(0, 5), (5, 10), (10, 10.2)]),
        (10.0, 0.0, [(0, 5), (5, 10)]),
    ],
)
def test_how_short_a_tail_is_can_be_said(end: float, tail: float, expected: list[tuple[float, float]]) -> None:
    assert _pieces(end, Segmentation(seconds=5.0, tail=tail)) == expected


def _pieces(end: float, segmentation: Segmentation) -> list[tuple[float, float]]:
    pieces = []
    start: float | None = 0.0
    while start is not None:
        stop = cuts.stop(start, end, segmentation)
        pieces.append((start, end if stop is None else stop))
        start = stop
    return pieces


def test_an_endless_source_has_no_last_piece() -> None:
    assert cuts.stop(5.0, float("inf"), Segmentation(seconds=5.0)) == 10.0


def test_spans_are_to_the_microsecond() -> None:
    assert cuts.span(0.1 + 0.2, 1 / 3) == TimeSpan(0.3, 0.333333)
