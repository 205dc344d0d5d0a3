"""The audio run from end to end on a tiny folder, and what is left out of it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.audio import Blend, Plan, check, train  # noqa: E402  # after the skip
from training.base import AUDIO_STEM, LayerNet  # noqa: E402  # after the skip
from training.data import DataFolder  # noqa: E402  # after the skip
from training.hearing import AudioModel  # noqa: E402  # after the skip
from training.soundexamples import Examples  # noqa: E402  # after the skip
from training.soundtext import TextSide  # noqa: E402  # after the skip

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
    examples = Examples(data, work, text, without)
    model = AudioModel(LayerNet(data.base, AUDIO_STEM), text.both[examples.classes], text.weight)
    model.expect(examples.frequency)
    return model, examples


def test_every_layer_and_the_bridge_are_trained(tiny: Path, work: Path, text_map: Path, tmp_path: Path) -> None:
    model, examples = fresh(tiny, work, text_map)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    average = train(model, examples, Plan(head_steps=2, head_batch=20, steps=2, batch=20), tmp_path, ())
    assert not {name for name, p in model.named_parameters() if torch.equal(p, before[name])}
    found = check(average, examples)
    assert set(found) == {"urbansound8k", "animals", "instruments", "all"}
    assert all(0 <= value <= 100 for value in found.values())
    assert (tmp_path / "head.pt").exists()
    assert (tmp_path / "net.pt").exists()


def test_targets_of_the_bridge_are_shares_of_open_classes(tiny: Path, work: Path, text_map: Path) -> None:
    _, examples = fresh(tiny, work, text_map, OUT)
    assert torch.allclose(examples.bridge.sum(1), torch.ones(len(examples.bridge)), atol=1e-5)
    assert not examples.allowed_names[[examples.text.index[name] for name in OUT]].any()
    assert float(examples.frequency.min()) > 0


def test_a_blend_keeps_the_shape_and_mixes_some(tiny: Path, work: Path, text_map: Path) -> None:
    _, examples = fresh(tiny, work, text_map)
    copies = examples.copies
    x, pieces, (share, other) = Blend(Plan(mix=1.0), 40, 0).batch(copies, copies.mel, loud=True)
    assert x.shape == (len(pieces), 2, 96, 64)
    assert bool(torch.isfinite(x).all())
    assert float(share.min()) >= 0.5
    assert sorted(other.tolist()) == list(range(len(pieces)))


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
            "--head-steps",
            "1",
            "--without-held-out",
            "--threads",
            str(torch.get_num_threads()),
        ],
    )
    audio.main()
    assert '"held_out"' in capsys.readouterr().out.splitlines()[-1]
