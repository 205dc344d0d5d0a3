"""The picture track as a reader that goes forward: what is shown, and how little is decoded for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from sensorium.media import pictures
from sensorium.media.pictures import Pictures
from sensorium.types import Source

Make = Callable[..., Path]
Seen = Callable[[NDArray[np.uint8]], int]


@contextmanager
def reader(path: Path) -> Iterator[Pictures]:
    with av.open(str(path)) as container:
        yield Pictures(container, container.streams.video[0], Source(str(path), path), 100, 0.0)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with every packet that is decoded."""
    counted: list[int] = []
    monkeypatch.setattr("sensorium.media.pictures.Damage.good", lambda self: counted.append(1))
    return counted


def test_key_frames_decode_alone(film: Make, seen: Seen, decoded: list[int]) -> None:
    with reader(film("a.mp4", seconds=7.0, sound=None, fps=24, gop=24)) as found:
        for second in range(7):
            shown = found.at(second, second + 0.5, second + 1)
            assert shown is not None
            assert shown[0] == second
            assert seen(shown[1].pixels) == second
    assert len(decoded) == 7


def test_without_a_key_frame_decoding_goes_on_to_what_is_shown_then(film: Make, seen: Seen, decoded: list[int]) -> None:
    with reader(film("a.mp4", seconds=7.0, sound=None, fps=24, gop=10_000)) as found:
        for second in range(1, 4):
            shown = found.at(second, second + 0.5, second + 1)
            assert shown is not None
            assert second + 0.3 < shown[0] <= second + 0.5
            assert seen(shown[1].pixels) == second
    assert 3.5 * 24 <= len(decoded) <= 3.5 * 24 + 12


def test_groups_in_which_nothing_is_wanted_are_not_decoded(film: Make, seen: Seen, decoded: list[int]) -> None:
    with reader(film("a.mp4", seconds=12.0, sound=None, fps=12, gop=24)) as found:
        shown = found.at(9.2, 9.5, 9.8)
        assert shown is not None
        assert seen(shown[1].pixels) == 9 % 7
        assert len(decoded) <= 24  # one group of two seconds


@pytest.mark.parametrize("length", [1, 3, 10])
def test_a_group_too_long_to_hold_is_read_in_pieces(
    film: Make, seen: Seen, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "_GROUP_PACKETS", length)
    with reader(film("a.mp4", seconds=6.0, sound=None, fps=24, gop=10_000)) as found:
        for at in (0.4, 0.5, 1.7, 4.2, 5.9):
            shown = found.at(at - 0.01, at, at + 0.01)
            assert shown is not None
            assert at - 0.5 <= shown[0] <= at
            assert seen(shown[1].pixels) == int(shown[0] + 1e-6)
        assert found.finish() == pytest.approx(6.0, abs=0.05)


def test_the_same_frame_is_the_same_image(film: Make) -> None:
    with reader(film("a.mp4", at=(0.0, 5.0), sound=None, fps=10)) as found:
        first, second = found.at(1.0, 1.5, 2.0), found.at(2.0, 2.5, 3.0)
        assert first is not None
        assert second is not None
        assert first[1] is second[1]


def test_finish_reads_to_the_end_without_decoding(film: Make, decoded: list[int]) -> None:
    with reader(film("a.mp4", seconds=5.0, sound=None)) as found:
        assert not found.over
        assert found.finish() == pytest.approx(5.0, abs=0.02)
        assert found.over
    assert decoded == []


def test_nothing_is_shown_before_the_first_and_after_the_last(film: Make) -> None:
    with reader(film("a.mkv", seconds=2.0, sound=None, pictures_late=3.0)) as found:
        assert found.at(0.0, 0.5, 1.0) is None
        assert found.at(3.0, 3.5, 4.0) is not None
        assert found.at(5.5, 6.0, 6.5) is None
