"""The benchmark of filters runs, and agrees with ``filter.matches`` on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import filters


def test_both_forms_of_columns_are_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "timed_ms", lambda call: (call(), (1.0, 1.0))[1])
    filters.measure(300, tmp_path)
    out = capsys.readouterr().out
    assert "300 rows arriving" in out
    assert all(name in out for name in filters.FILTERS)


def test_an_index_is_made_and_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filters.open_twice(300, tmp_path / "home")
    assert "300 rows, opened" in capsys.readouterr().out
    found = filters.opened(tmp_path / "home")
    assert 50 < found.found < 100
    assert found.open_ms > 0
