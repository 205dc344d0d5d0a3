"""The student learns, a cut run goes on, and its export agrees with it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")
pytest.importorskip("onnx", reason="needs the extra [train]: onnx is missing")

from training.corpus import read_corpus  # noqa: E402  # after the skip
from training.data import DataFolder  # noqa: E402  # after the skip
from training.export_text import export_table, export_text, text_map  # noqa: E402  # after the skip
from training.packing import Packed  # noqa: E402  # after the skip
from training.student import Student  # noqa: E402  # after the skip

from sensorium.models.builtin.text import TextEncoder  # noqa: E402  # after the skip
from training import text  # noqa: E402  # after the skip

STEPS = 6


@pytest.fixture(scope="module")
def small() -> object:
    patch = pytest.MonkeyPatch()
    patch.setattr(text, "BATCH", 24)
    patch.setattr(text, "STS_PAIRS", 8)
    patch.setattr(text, "WARM", 2)
    for module in ("sensorium.models.builtin.features", "training.student"):
        patch.setattr(f"{module}.BUCKETS", 2048)
    yield
    patch.undo()


@pytest.fixture
def source(tiny: Path, work: Path, small: object) -> text.Source:
    data = DataFolder(tiny)
    return text.Source.read(read_corpus(data), data, work)


def test_it_learns_and_goes_on(source: text.Source, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    data = DataFolder(tiny)
    probe = np.random.default_rng(0)
    before = float(sum(v.detach() for v in text.losses(Student(), source, probe).values()))
    text.train(source, data, tmp_path, STEPS, every=STEPS)
    student = text.train(source, data, tmp_path, STEPS + 2, every=STEPS)
    after = float(sum(v.detach() for v in text.losses(student, source, np.random.default_rng(0)).values()))
    assert after < before
    steps = [json.loads(line)["step"] for line in (tmp_path / "text" / "log.jsonl").read_text().splitlines()]
    assert steps == [STEPS, STEPS + 2]


def test_targets_are_means_of_the_teacher(source: text.Source) -> None:
    start, _ = source.spans["news"]
    owner = source.owners.values[source.owners.offsets[start]]
    target = source.targets(np.array([start]))[0].numpy()
    assert np.allclose(target, source.teacher[owner] / np.linalg.norm(source.teacher[owner]), atol=1e-4)


def test_sts_rows_are_the_pairs(source: text.Source, tiny: Path) -> None:
    rows, scores = source.draw_sts(np.random.default_rng(3))
    assert len(rows) == 2 * len(scores)
    start, end = source.spans["sts"]
    assert start <= rows.min()
    assert rows.max() < end


def test_cosent_is_low_when_the_order_is_right() -> None:
    cosine = torch.tensor([0.9, 0.5, 0.1])
    assert text.cosent(cosine, torch.tensor([5.0, 3.0, 1.0])) < text.cosent(cosine, torch.tensor([1.0, 3.0, 5.0]))


def test_same_meanings_are_no_negatives() -> None:
    rows = torch.nn.functional.normalize(torch.randn(2, 8), dim=1)
    same = torch.ones(2, 2, dtype=torch.bool)
    assert float(text.contrast(rows, rows, same)) == pytest.approx(0.0, abs=1e-4)


def test_rate_rises_stays_and_falls() -> None:
    rates = [text.rate(step, 1000) for step in (0, 200, 600, 900, 999)]
    assert rates[0] < rates[1] == rates[2] > rates[3] > rates[4] > 0


def test_packing_a_batch_keeps_every_text() -> None:
    packed = Packed.of(["a dog", "", "a dog runs far away", "dog"])
    buckets, offsets, parts = packed.batch(np.array([2, 0, 1, 3]))
    assert sorted(int(i) for rows, _, _ in parts for i in rows) == [0, 1, 2, 3]
    assert int(offsets[-1]) == len(buckets)
    lengths = {int(row): int(mask.sum()) for rows, _, masks in parts for row, mask in zip(rows, masks, strict=True)}
    assert lengths == {0: 5, 1: 2, 2: 1, 3: 1}


@pytest.mark.parametrize("mapped", [False, True])
def test_the_export_agrees_with_the_student(tmp_path: Path, small: object, mapped: bool) -> None:
    torch.manual_seed(1)
    student = Student().eval()
    path = None
    if mapped:
        path = tmp_path / "map.npz"
        random = np.random.default_rng(0)
        np.savez(
            path,
            weight=random.standard_normal((512, 384)).astype(np.float32) / 20,
            mean=random.standard_normal(512).astype(np.float32) / 50,
        )
    weight, mean = text_map(path)
    export_table(student, tmp_path)
    export_text(student, tmp_path / "text.onnx", weight, mean)
    texts = ["A man's café in Washington", "两只狗在路上打架。", "", "คำไทย", "word " * 60]
    wanted = text.encode(student, texts) @ weight.T - mean
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    found = TextEncoder(tmp_path).encode(texts)
    assert ((found * wanted).sum(1) > 0.999).all()


def test_the_command(tiny: Path, work: Path, small: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["text", "--data", str(tiny), "--work", str(work), "--steps", "2"])
    text.main()
    assert (work / "text" / "state.pt").is_file()
