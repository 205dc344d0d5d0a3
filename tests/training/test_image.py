"""The image run from end to end on a tiny folder: head, tuning, a cut run that goes on, what is left out."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.base import IMAGE_STEM, LayerNet  # noqa: E402  # after the skip
from training.data import DataFolder  # noqa: E402  # after the skip
from training.image import Examples, Model, Plan, Tuning, check, train_head  # noqa: E402  # after the skip

from training import image  # noqa: E402  # after the skip

PLAN = Plan(steps=4, captions=6, labels=25, head_steps=3, head_batch=25, sides=((0.5, 33, 33), (0.5, 65, 33)))


def fresh(tiny: Path, work: Path, plan: Plan, without: list[str] | None = None) -> tuple[Model, Examples]:
    torch.manual_seed(0)
    data = DataFolder(tiny)
    return Model(LayerNet(data.base, IMAGE_STEM)), Examples(data, work, plan, without or [])


def test_head_learns(tiny: Path, work: Path) -> None:
    model, examples = fresh(tiny, work, PLAN)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    train_head(model, examples, PLAN)
    moved = {name for name, p in model.named_parameters() if not torch.equal(p, before[name])}
    assert {"head.skip.weight", "head.mlp.1.weight", "text.linear.weight", "label_scale.log"} <= moved
    assert not any(name.startswith("base.") for name in moved)


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


def test_dev_rows_are_never_drawn(tiny: Path, work: Path) -> None:
    _, examples = fresh(tiny, work, PLAN)
    for name, pictures in examples.sets.items():
        assert {pictures.rows[i]["split"] for i in examples.use[name]} == {"train"}
    drawn = next(examples.photographs())
    assert all(examples.sets["flickr8k"].rows[i]["split"] == "train" for i in drawn)


def test_held_out_classes_leave_no_trace(tiny: Path, work: Path) -> None:
    _, examples = fresh(tiny, work, PLAN, ["n00000005"])
    for name in ("tinyimagenet", "imagenet_samples"):
        assert all(examples.sets[name].rows[i]["wnid"] != "n00000005" for i in examples.use[name])
    soft = examples.soft_classes("scenes", np.arange(6))
    assert soft[:, 5].tolist() == [0.0] * 6
    assert soft.sum(1).tolist() == pytest.approx([1.0] * 6)
    assert not examples.bank.free[examples.bank.index["thing 5"]]


def test_check_gives_shares_in_per_cent(tiny: Path, work: Path) -> None:
    model, examples = fresh(tiny, work, replace(PLAN))
    found = check(model, examples, 33)
    assert set(found) == {
        "text_image_1",
        "text_image_10",
        "image_text_1",
        "image_text_10",
        "scenes",
        "tinyimagenet",
        "grocery",
        "clothing",
    }
    assert all(0 <= value <= 100 for value in found.values())
    assert found["text_image_10"] == 100.0  # eight photographs


def test_main_leaves_its_weights_and_its_log(tiny: Path, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "Plan", lambda steps: replace(PLAN, steps=steps))
    monkeypatch.setattr(image.Plan, "steps", 2, raising=False)
    monkeypatch.setattr(image.Plan, "seed", 0, raising=False)
    monkeypatch.setattr(
        sys,
        "argv",
        [
            "image",
            "--data",
            str(tiny),
            "--work",
            str(work),
            "--run",
            "t",
            "--steps",
            "2",
            "--threads",
            str(torch.get_num_threads()),
        ],
    )
    image.main()
    written = {path.name for path in (work / "image" / "t").iterdir()}
    assert {"head.pt", "net.pt", "checkpoint.pt", "log.jsonl"} <= written
