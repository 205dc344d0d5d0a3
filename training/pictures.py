"""The training pictures, decoded once into memory-mapped arrays, and batched augmentation.

Each set is one uint8 array (n, side, side, 3); a picture that is not square lies centred, its edge pixels repeated
outwards, and its box (width, height in pixels) is kept. A crop is a rectangle inside the box (or beyond it: zooming
out), flipped half the time and resampled bilinearly to the square that the net sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from training.base import image_input
from training.data import DataFolder, Row


@dataclass(frozen=True)
class Crop:
    """How a set is cropped: side of its array, range of the crop's area relative to the box, aspect jitter (factor)."""

    side: int
    least: float
    most: float
    aspect: float = 1.33


# Flickr8k is stored squashed to a square, so its aspect is drawn anew; products and emoji are also seen from afar.
CROPS = {
    "flickr8k": Crop(176, 0.55, 1.0, 1.4),
    "tinyimagenet": Crop(64, 0.4, 1.0),
    "scenes": Crop(150, 0.4, 1.0),
    "grocery": Crop(176, 0.4, 1.5),
    "clothing": Crop(176, 0.5, 1.5),
    "imagenet_samples": Crop(176, 0.4, 1.0),
    "emoji": Crop(72, 0.6, 4.0),
}


@dataclass(frozen=True)
class Pictures:
    """One set: its rows, pixels (n, side, side, 3) uint8 and boxes (n, 2) float32 (width, height)."""

    name: str
    rows: list[Row]
    pixels: NDArray[np.uint8]
    boxes: NDArray[np.float32]


def load_pictures(data: DataFolder, work: Path, name: str) -> Pictures:
    """Decode a set into `<work>/image/<name>.npy` on first use, then map it."""
    rows, side = data.rows(name), CROPS[name].side
    pixels_path, boxes_path = work / "image" / f"{name}.npy", work / "image" / f"{name}-boxes.npy"
    if not boxes_path.exists():
        pixels_path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.lib.format.open_memmap(pixels_path, "w+", np.uint8, (len(rows), side, side, 3))
        boxes = np.empty((len(rows), 2), np.float32)
        for i, picture in enumerate(data.images(name, [row["file"] for row in rows])):
            picture = picture[:side, :side]
            h, w = picture.shape[:2]
            top, left = (side - h) // 2, (side - w) // 2
            pixels[i] = np.pad(picture, ((top, side - h - top), (left, side - w - left), (0, 0)), "edge")
            boxes[i] = w, h
        pixels.flush()
        np.save(boxes_path, boxes)
    return Pictures(name, rows, np.load(pixels_path, mmap_mode="r"), np.load(boxes_path))


def _uniform(generator: torch.Generator, n: int, low: float, high: float) -> Tensor:
    return torch.rand(n, generator=generator) * (high - low) + low


def resample(pixels: Tensor, centre: Tensor, half: Tensor, flip: Tensor, side: int) -> Tensor:
    """Crop rectangles out of (n, s, s, 3) uint8: `centre` and `half` (n, 2) x, y in the -1..1 coordinates of the array.

    Returns (n, 3, side, side) float32 in 0..255; outside the array its edge is repeated.
    """
    theta = torch.zeros(len(pixels), 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = half[:, 0] * flip, half[:, 1]
    theta[:, :, 2] = centre
    grid = F.affine_grid(theta, [len(pixels), 3, side, side], align_corners=False)
    return F.grid_sample(pixels.permute(0, 3, 1, 2).float(), grid, "bilinear", "border", align_corners=False)


def clean(pictures: Pictures, index: NDArray[np.int64], side: int) -> Tensor:
    """The whole box of each picture squeezed into a square: net input (n, 3, side, side) float32."""
    pixels = torch.from_numpy(pictures.pixels[index])
    half = torch.from_numpy(pictures.boxes[index]) / CROPS[pictures.name].side
    ones = torch.ones(len(index))
    return image_input(resample(pixels, torch.zeros(len(index), 2), half, ones, side))


def augmented(pictures: Pictures, index: NDArray[np.int64], side: int, generator: torch.Generator) -> Tensor:
    """Random crops of the pictures: (n, 3, side, side) float32 in 0..255, before `degrade`."""
    crop, n = CROPS[pictures.name], len(index)
    pixels = torch.from_numpy(pictures.pixels[index])
    box = torch.from_numpy(pictures.boxes[index]) / crop.side
    area = torch.exp(_uniform(generator, n, float(np.log(crop.least)), float(np.log(crop.most))))
    aspect = torch.exp(_uniform(generator, n, -1.0, 1.0) * float(np.log(crop.aspect)) / 2)
    size = area.sqrt()[:, None] * torch.stack([aspect, 1 / aspect], 1)
    if crop.most <= 1:
        size = size.clamp(max=1.0)
    centre = box * (1 - size).abs() * _uniform(generator, 2 * n, -1.0, 1.0).view(n, 2)
    flip = (torch.rand(n, generator=generator) < 0.5).float() * 2 - 1
    out = resample(pixels, centre, box * size, flip, side)
    if pictures.name == "emoji":  # drawn on white: half of them on a random pale or full colour
        tint = torch.rand(n, 3, generator=generator) * (torch.rand(n, 1, generator=generator) < 0.5) * 0.6
        out = out * (1 - tint)[:, :, None, None]
    return out


def degrade(x: Tensor, generator: torch.Generator, small_share: float = 0.25) -> Tensor:
    """Colour jitter for all, grey for 3 %, and a detour over 32-96 px for a share: 0..255 -> net input."""
    n, side = len(x), x.shape[-1]
    gain = 1 + 0.25 * _uniform(generator, n, -1, 1)[:, None] + 0.06 * _uniform(generator, 3 * n, -1, 1).view(n, 3)
    shift = 18 * _uniform(generator, n, -1, 1)
    x = (x - 127) * gain[:, :, None, None] + (127 + shift)[:, None, None, None]
    grey = torch.rand(n, generator=generator) < 0.03
    if bool(grey.any()):
        x[grey] = x[grey].mean(1, keepdim=True).expand(-1, 3, -1, -1)
    small = torch.rand(n, generator=generator) < small_share
    if bool(small.any()):
        r = int(torch.randint(32, 97, (1,), generator=generator))
        if r < side:
            tiny = F.interpolate(x[small], size=(r, r), mode="bilinear", antialias=True)
            x[small] = F.interpolate(tiny, size=(side, side), mode="bilinear")
    return image_input(x.clamp_(0, 255))
