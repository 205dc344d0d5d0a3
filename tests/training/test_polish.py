"""The head's last passes over stored features."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training import image_net, polish  # noqa: E402  # after the skip


def test_head_moves_and_net_stays(tiny: Path, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    folder = work / "image" / "polish"
    folder.mkdir(parents=True)
    before = image_net.fresh(tiny / "base").state_dict()
    torch.save(before, folder / "net.pt")
    monkeypatch.setattr(polish, "SIDE", 33)
    monkeypatch.setattr(
        sys,
        "argv",
        [
            "polish",
            "--data",
            str(tiny),
            "--work",
            str(work),
            "--run",
            "polish",
            "--steps",
            "2",
            "--threads",
            str(torch.get_num_threads()),
        ],
    )
    polish.main()
    after = torch.load(folder / "polished.pt", weights_only=True)
    assert all(torch.equal(after[name], before[name]) for name in before if name.startswith("base."))
    assert not torch.equal(after["head.skip.weight"], before["head.skip.weight"])
    assert not torch.equal(after["text.linear.weight"], before["text.linear.weight"])
    views = torch.load(folder / "views.pt", weights_only=True)
    assert views["flickr8k"].shape == (3, 32, 1280)
    assert not views["flickr8k"][:, 24:].any()  # dev photographs have no part in it
