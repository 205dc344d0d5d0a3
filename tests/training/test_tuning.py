"""Every layer is trained, and a cut run goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from tests.training.tiny_run import PLAN, fresh  # noqa: E402  # after the skip
from training.tuning import Tuning  # noqa: E402  # after the skip


def test_every_layer_is_trained_and_a_cut_run_goes_on(tiny: Path, work: Path, tmp_path: Path) -> None:
    model, examples = fresh(tiny, work, PLAN)
    base = [p.detach().clone() for p in model.base.body_parameters()]
    tuning = Tuning(model, examples, PLAN, tmp_path)
    batches = examples.photographs()
    for _ in range(2):
        tuning.advance(next(batches))
    assert tuning.sides() == (65, 33)
    assert all(not torch.equal(a, b) for a, b in zip(base, model.base.body_parameters(), strict=True))
    tuning.save()
    other, others = fresh(tiny, work, PLAN)
    resumed = Tuning(other, others, PLAN, tmp_path)
    resumed.restore()
    assert resumed.step == 2
    assert torch.equal(resumed.model.head.skip.weight, model.head.skip.weight)
    assert torch.equal(others.generator.get_state(), examples.generator.get_state())
