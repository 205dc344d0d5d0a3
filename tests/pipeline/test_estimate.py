from pathlib import Path

from sensorium.pipeline import Options, estimate, index
from sensorium.space import Space
from sensorium.types import Segmentation


def test_a_dry_run_counts_and_stores_nothing(space: Space, folder: Path) -> None:
    (folder / "broken.png").write_bytes((folder / "tile4.png").read_bytes()[:60])
    (folder / "thing.bin").write_bytes(bytes(range(256)))
    found = estimate(space, [folder])
    assert found.by_modality == {"text": 4, "image": 5, "audio": 4}
    assert (found.total, found.unchanged, found.skipped) == (14, 0, {"unknown format": 1})
    assert found.seconds > 0
    assert space.index.count() == 0
    real = index(space, [folder])
    assert abs(found.segments - real.segments) <= 4


def test_what_is_unchanged_costs_nothing(space: Space, folder: Path) -> None:
    import os

    for path in folder.rglob("*.*"):
        os.utime(path, (1.6e9, 1.6e9))
    index(space, [folder])
    found = estimate(space, [folder])
    assert (found.unchanged, found.segments, found.seconds) == (12, 0, 0.0)
    other = estimate(space, [folder], Options(segmentation=Segmentation(max_chars=100)))
    assert other.unchanged == 0
    assert other.to_json()["unchanged"] == 0
