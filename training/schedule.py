"""What both training runs share: the rate over time, rates relative to a tensor's size, the log."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn


def rate(step: int, steps: int) -> float:
    """Share of the peak rate: 5 % warm-up, then a half cosine to nothing."""
    warm = max(1, round(0.05 * steps))
    return (step + 1) / warm if step < warm else 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def relative_groups(parameters: Sequence[nn.Parameter], relative: float) -> list[dict[str, Any]]:
    """One optimiser group a tensor, its rate proportional to the tensor's root mean square.

    The nets carry no normalisation (it is folded into the weights), so tensors differ in size by orders of magnitude.
    """
    return [
        {"params": [p], "lr": relative * max(1e-3, float(p.detach().square().mean().sqrt())), "weight_decay": 0.0}
        for p in parameters
    ]


def to_net(x: Tensor) -> Tensor:
    """float32 NCHW -> bfloat16 channels-last, which takes the nets' fused path."""
    return x.bfloat16().contiguous(memory_format=torch.channels_last)


def log(folder: Path, **entry: Any) -> None:
    """Append one JSON line to `<run>/log.jsonl` and print it."""
    line = json.dumps(entry)
    print(line, flush=True)
    with (folder / "log.jsonl").open("a", encoding="utf8") as out:
        out.write(line + "\n")
