from __future__ import annotations

from pathlib import Path

import pytest

from sensorium.errors import Invalid
from sensorium.server.watched import Watched


def read(path: Path) -> int:
    try:
        return int(path.read_text("utf-8"))
    except ValueError:
        raise Invalid(f"{path}: no number") from None


def test_a_change_is_seen(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "number"
    path.write_text("1")
    watched = Watched(path, read, pause_s=0)
    assert watched.value() == 1
    path.write_text("22")
    assert watched.value() == 22
    path.write_text("none")
    assert watched.value() == 22
    assert watched.value() == 22
    assert caplog.text.count("stays in force") == 1
    path.unlink()
    assert watched.value() == 22
    assert caplog.text.count("stays in force") == 2
    fresh = tmp_path / "fresh"
    fresh.write_text("33")
    fresh.replace(path)
    assert watched.value() == 33


def test_the_file_is_not_looked_at_all_the_time(tmp_path: Path) -> None:
    path = tmp_path / "number"
    path.write_text("1")
    watched = Watched(path, read, pause_s=3600)
    path.write_text("22")
    assert watched.value() == 1


def test_what_is_broken_from_the_start_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        Watched(tmp_path / "missing", read)
    (tmp_path / "bytes").write_bytes(b"\xff")
    with pytest.raises(Invalid, match="cannot be read"):
        Watched(tmp_path / "bytes", lambda path: path.read_text("utf-8"))
