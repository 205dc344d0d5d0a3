"""Joint tuning draws captions of the photographs and learns to find them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from torch.nn import functional as F  # noqa: E402  # after the skip
from training.data import DataFolder  # noqa: E402  # after the skip
from training.student import Student  # noqa: E402  # after the skip

from training import joint, text  # noqa: E402  # after the skip


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint, "PICTURES", 16)
    monkeypatch.setattr(text, "BATCH", 16)
    monkeypatch.setattr(text, "STS_PAIRS", 4)
    for module in ("sensorium.models.builtin.features", "training.student"):
        monkeypatch.setattr(f"{module}.BUCKETS", 2048)


def vectors(number: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((number, 512)).astype(np.float32)


def test_a_draw_pairs_captions_with_their_photographs(tiny: Path) -> None:
    photographs = joint.Photographs(DataFolder(tiny), torch.from_numpy(vectors(24))[None])
    rows, pictures = photographs.draw(np.random.default_rng(1))
    assert len(rows) == len(pictures) == 16
    for row, picture in zip(rows, pictures, strict=True):
        owner = int((photographs.vectors[0] @ picture).argmax())
        assert any(row in photographs.choices[key][owner] for key in joint.KEYS)


def test_the_number_of_vectors_is_checked(tiny: Path) -> None:
    with pytest.raises(ValueError, match="23 rows"):
        joint.Photographs(DataFolder(tiny), torch.from_numpy(vectors(23))[None])


def test_names_are_drawn_in_their_prompts(tiny: Path, work: Path) -> None:
    names = joint.Names(DataFolder(tiny), work)
    assert len(names.packed.texts) == len(names.teacher) == len(names.chance)
    rows = names.draw(np.random.default_rng(0))
    assert len(set(rows.tolist())) == len(rows)
    assert names.chance.max() > names.chance.min()


def test_parts_of_a_prompt() -> None:
    assert {"sports car", "the sound of sports car", "the sound"} <= joint.parts("the sound of sports car")


def test_the_command_writes_a_student(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text").mkdir()
    before = Student()
    torch.save({"student": before.state_dict()}, tmp_path / "text" / "state.pt")
    (tmp_path / "image" / "main").mkdir(parents=True)
    np.savez(
        tmp_path / "image" / "main" / "text_map.npz",
        weight=np.eye(512, 384, dtype=np.float32),
        mean=np.zeros(512, np.float32),
    )
    found = F.normalize(torch.from_numpy(vectors(32)), dim=1)
    monkeypatch.setattr(joint, "picture_vectors", lambda *_: (found[:24][None], found[24:]))
    monkeypatch.setattr(
        sys,
        "argv",
        [
            "joint",
            "--data",
            str(tiny),
            "--work",
            str(tmp_path),
            "--ranking",
            "1",
            "--names",
            "1",
            "--steps",
            "3",
        ],
    )
    joint.main()
    after = torch.load(tmp_path / "text" / "joint.pt")["student"]
    assert not torch.equal(after["reader.out.weight"], before.reader.out.weight)
