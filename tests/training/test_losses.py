"""The losses of the shared space."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.losses import DIM, Centre, Scale, TextMap, contrast, similarity, soft_neighbours  # noqa: E402  # after the skip


def test_contrast_is_least_where_pairs_agree() -> None:
    a = torch.randn(8, DIM)
    target, scale = torch.eye(8), torch.tensor(20.0)
    assert contrast(a, a, scale, target) < 0.05 < 2.0 < contrast(a, a.roll(1, 0), scale, target)


def test_a_hidden_pair_costs_nothing() -> None:
    a = torch.randn(2, DIM)
    b = torch.cat([a, a[:1]])
    hidden = torch.zeros(2, 3, dtype=torch.bool)
    target = torch.eye(2, 3)
    twin = contrast(a, b, torch.tensor(20.0), target, hidden)
    hidden[0, 2] = True
    assert contrast(a, b, torch.tensor(20.0), target, hidden) < 0.05 < twin


def test_every_cut_is_trained() -> None:
    a = torch.randn(3, DIM)
    weights = [sum(weight for weight, _ in similarity(a, a)) for _ in range(20)]
    assert weights == [1.0] * 20
    assert all(cosine.diagonal().allclose(torch.ones(3), atol=1e-5) for _, cosine in similarity(a, a))


def test_centre_learns_the_mean_in_training_only() -> None:
    centre = Centre(4)
    rows = torch.tensor([[1.0, 2.0, 3.0, 4.0]]).repeat(5, 1)
    assert torch.allclose(centre(rows), torch.zeros(5, 4))
    centre.eval()
    before = centre.mean.clone()
    centre(rows * 9)
    assert torch.equal(centre.mean, before)


def test_text_map_starts_orthogonal() -> None:
    mapped = TextMap().eval()
    rows = torch.nn.functional.normalize(torch.randn(5, 384), dim=1)
    assert torch.allclose(mapped(rows) @ mapped(rows).T, rows @ rows.T, atol=1e-4)


def test_scale_is_bounded() -> None:
    scale = Scale(20.0)
    assert scale().item() == pytest.approx(20.0)
    with torch.no_grad():
        scale.log.fill_(9.0)
    assert scale().item() == pytest.approx(100.0)


def test_soft_neighbours_keep_rows_at_one() -> None:
    rows = soft_neighbours(torch.randn(4, 9), torch.eye(4, 9), 0.05, 0.3)
    assert torch.allclose(rows.sum(1), torch.ones(4))
    assert bool((rows[torch.arange(4), torch.arange(4)] >= 0.7).all())
