"""The plan of an image run: sizes, rates, shares of the sets."""

from __future__ import annotations

from dataclasses import dataclass

SHARES = {
    "tinyimagenet": 0.42,
    "scenes": 0.12,
    "grocery": 0.12,
    "clothing": 0.12,
    "imagenet_samples": 0.08,
    "emoji": 0.14,
}


@dataclass(frozen=True)
class Plan:
    """Sizes and rates. `sides` are (share of the steps, caption side, label side)."""

    steps: int = 1700
    captions: int = 96
    labels: int = 80
    head_steps: int = 400
    head_batch: int = 160
    head_rate: float = 1e-3
    tune_head_rate: float = 3e-4
    body_rate: float = 2e-3  # relative to a tensor's root mean square
    decay: float = 0.05
    soft_share: float = 0.1
    soft_temperature: float = 0.05
    label_weight: float = 1.0
    conse_weight: float = 0.5
    sides: tuple[tuple[float, int, int], ...] = ((0.5, 129, 97), (0.5, 161, 129))
    average: float = 0.998
    seed: int = 0


FIRST = Plan()
AGAIN = Plan(labels=56, body_rate=1.2e-3, tune_head_rate=2e-4, sides=((0.6, 161, 113), (0.4, 177, 129)))
"""A warm restart: gentler, fewer names, larger photographs at the end."""

RETOLD = {"en": 0.3, "zh_human": 0.15, "ar": 0.1}
"""How often a step shows the photographs' captions as the text student reads them; else as the teacher does."""
