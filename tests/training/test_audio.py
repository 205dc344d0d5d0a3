"""The audio run from end to end on a tiny folder, and what is left out of it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.audio import AudioModel, Examples, Plan, TextSide, check, train  # noqa: E402  # after the skip
from training.base import AUDIO_STEM, LayerNet  # noqa: E402  # after the skip
from training.data import DataFolder  # noqa: E402  # after the skip

from training import audio  # noqa: E402  # after the skip

OUT = ("jackhammer", "chicken", "cello")


@pytest.fixture
def text_map(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    np.savez(
        tmp_path / "map.npz", weight=rng.normal(0, 0.05, (512, 384)).astype(np.float32), mean=np.zeros(512, np.float32)
    )
    return tmp_path / "map.npz"


def fresh(tiny: Path, work: Path, text_map: Path, without: tuple[str, ...] = ()) -> tuple[AudioModel, Examples]:
    torch.manual_seed(0)
    data = DataFolder(tiny)
    text = TextSide(data, work, text_map)
    examples = Examples(data, work, text, without, 0)
    return AudioModel(LayerNet(data.base, AUDIO_STEM), text.names[examples.classes], text.weight), examples


def test_every_layer_and_the_bridge_are_trained(tiny: Path, work: Path, text_map: Path, tmp_path: Path) -> None:
    model, examples = fresh(tiny, work, text_map)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    average = train(model, examples, Plan(steps=2, batch=8), tmp_path, ())
    still = {name for name, p in model.named_parameters() if torch.equal(p, before[name])}
    assert still <= {"residual.1.weight", "residual.1.bias"}  # behind a last layer that starts at zero
    found = check(average, examples)
    assert set(found) == {"urbansound8k", "animals", "instruments", "all"}
    assert all(0 <= value <= 100 for value in found.values())
    assert (tmp_path / "net.pt").exists()


def test_dev_clips_and_held_out_classes_are_never_drawn(tiny: Path, work: Path, text_map: Path) -> None:
    _, examples = fresh(tiny, work, text_map, OUT)
    rows = [examples.sounds.rows[i] for i in examples.draw(200)]
    assert {row["split"] for row in rows} == {"train"}
    assert not {row["label"] for row in rows} & set(OUT)
    assert not examples.allowed_names[[examples.text.index[name] for name in OUT]].any()


def test_a_batch_is_three_patches_a_clip(tiny: Path, work: Path, text_map: Path) -> None:
    _, examples = fresh(tiny, work, text_map)
    batch = examples.batch(examples.draw(8))
    assert batch.shape[1:] == (3, 96, 64)
    assert bool(torch.isfinite(batch).all())


def test_main_measures_the_held_out_names_only(
    tiny: Path, work: Path, text_map: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audio, "HELD_OUT", OUT)
    monkeypatch.setattr(
        sys,
        "argv",
        [
            "audio",
            "--data",
            str(tiny),
            "--work",
            str(work),
            "--text-map",
            str(text_map),
            "--run",
            "held",
            "--steps",
            "1",
            "--without-held-out",
            "--threads",
            str(torch.get_num_threads()),
        ],
    )
    audio.main()
    assert '"held_out"' in capsys.readouterr().out.splitlines()[-1]
