"""How much of the disk files take."""

from __future__ import annotations

from pathlib import Path

from sensorium.cli import disk


def test_files_and_folders_are_summed_and_holes_are_not(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"x" * 5000)
    (tmp_path / "c").write_bytes(b"x" * 10)
    assert disk.used([tmp_path]) == 5010
    assert disk.used([tmp_path / "a", tmp_path / "c", tmp_path / "gone"]) == 5010
    with (tmp_path / "hole").open("wb") as file:
        file.truncate(50_000_000)
    assert disk.used([tmp_path / "hole"]) < 1_000_000
