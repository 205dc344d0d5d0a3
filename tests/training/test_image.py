"""The image run from end to end on a tiny folder: head, tuning, a cut run that goes on, what is left out."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from tests.training.tiny_run import PLAN, fresh  # noqa: E402  # after the skip
from training.image import train_head  # noqa: E402  # after the skip
from training.plan import RETOLD  # noqa: E402  # after the skip

from training import image, image_net  # noqa: E402  # after the skip


def test_head_learns(tiny: Path, work: Path) -> None:
    model, examples = fresh(tiny, work, PLAN)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    train_head(model, examples, PLAN)
    moved = {name for name, p in model.named_parameters() if not torch.equal(p, before[name])}
    assert {"head.skip.weight", "head.mlp.1.weight", "text.linear.weight", "label_scale.log"} <= moved
    assert not any(name.startswith("base.") for name in moved)


def test_main_leaves_its_weights_and_its_log(tiny: Path, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "FIRST", PLAN)
    monkeypatch.setattr(image, "AGAIN", replace(PLAN, labels=20))
    given = [
        "image",
        "--data",
        str(tiny),
        "--work",
        str(work),
        "--steps",
        "2",
        "--threads",
        str(torch.get_num_threads()),
    ]
    monkeypatch.setattr(sys, "argv", [*given, "--run", "t", "--threads", str(torch.get_num_threads())])
    image.main()
    written = {path.name for path in (work / "image" / "t").iterdir()}
    assert {"head.pt", "net.pt", "checkpoint.pt", "log.jsonl"} <= written


def test_a_warm_restart_begins_with_stored_weights(
    tiny: Path, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image, "AGAIN", PLAN)
    torch.manual_seed(1)
    start = image_net.fresh(tiny / "base")
    torch.save(start.state_dict(), tmp_path / "start.pt")
    retold = {key: np.random.default_rng(0).random((24, 5, 384), np.float32) for key in RETOLD}
    np.savez(tmp_path / "retold.npz", en=retold["en"], zh_human=retold["zh_human"], ar=retold["ar"])
    given = ["image", "--data", str(tiny), "--work", str(work), "--run", "again", "--steps", "0"]
    files = ["--start", str(tmp_path / "start.pt"), "--retold", str(tmp_path / "retold.npz")]
    monkeypatch.setattr(sys, "argv", [*given, *files, "--threads", str(torch.get_num_threads())])
    image.main()
    net = torch.load(work / "image" / "again" / "net.pt", weights_only=True)
    assert torch.equal(net["head.skip.weight"], start.head.skip.weight)
