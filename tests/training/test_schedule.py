"""The rate over time, relative rates, the log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.schedule import log, rate, relative_groups, to_net  # noqa: E402  # after the skip


def test_rate_rises_then_falls_to_nothing() -> None:
    rates = [rate(step, 100) for step in range(101)]
    assert rates[0] == pytest.approx(0.2)
    assert max(rates) == pytest.approx(1.0) == rates[5]
    assert rates[100] == pytest.approx(0.0)
    assert rates[5:] == sorted(rates[5:], reverse=True)


def test_groups_follow_the_size_of_a_tensor() -> None:
    groups = relative_groups([torch.nn.Parameter(torch.full((4,), 3.0)), torch.nn.Parameter(torch.zeros(2))], 0.01)
    assert [group["lr"] for group in groups] == pytest.approx([0.03, 1e-5])


def test_log_appends_lines(tmp_path: Path) -> None:
    log(tmp_path, step=1)
    log(tmp_path, step=2, loss=0.5)
    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [{"step": 1}, {"step": 2, "loss": 0.5}]


def test_to_net_is_bfloat16_channels_last() -> None:
    x = to_net(torch.zeros(2, 3, 5, 5))
    assert x.dtype == torch.bfloat16
    assert x.is_contiguous(memory_format=torch.channels_last)
