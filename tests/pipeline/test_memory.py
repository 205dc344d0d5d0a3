"""Memory stays flat, however long a film is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from benchmarks.indexing import measured, write_film

MINUTES = int(os.environ.get("SENSORIUM_TEST_FILM_MINUTES", "120"))
"""How long the film is; a shorter one shows much the same."""


@pytest.fixture
def long_film() -> Path:
    """720p with sound, made once and kept in the user's cache folder."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sensorium-tests"
    cache.mkdir(parents=True, exist_ok=True)
    path = cache / f"film-720p-{MINUTES}min.mp4"
    write_film(path, MINUTES)
    return path


@pytest.mark.slow
@pytest.mark.timeout(3 * 3600)
def test_a_two_hour_film_is_indexed_within_700_megabytes(long_film: Path, tmp_path: Path) -> None:
    found = measured(long_film, tmp_path / "home", "weightless")
    assert found.failures == 0
    assert found.segments == pytest.approx(MINUTES * 60 / 5, rel=0.01)
    assert found.peak_mb < 700
