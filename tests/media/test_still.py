"""One picture of a film, by seeking."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.media.conftest import COLOURS

from sensorium.errors import Unreadable
from sensorium.media.still import still
from sensorium.types import Source


def test_the_frame_that_is_shown_then(film: Callable[..., Path], seen: Callable[..., int]) -> None:
    path = film("film.mp4", seconds=9)
    source = Source("film.mp4", path=path)
    for second in (0, 3, 8):
        assert seen(still(source, second + 0.5)) == second % len(COLOURS)
    assert seen(still(source)) == 4
    assert seen(still(source, 99.0)) == 8 % len(COLOURS)  # beyond the end: the last
    small = still(source, 1.0, 16)
    assert min(small.shape[:2]) == 16


def test_what_has_no_pictures_says_so(film: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "note.mp4").write_bytes(b"\0\0\0\x18ftypisom" + b"\0" * 100)
    with pytest.raises(Unreadable):
        still(Source("note.mp4", path=tmp_path / "note.mp4"), 1.0)
