"""Random textures that repeat without a seam, and how to look them up in perspective."""

from __future__ import annotations

import functools

import numpy as np

from sensorium.samples.canvas import Canvas, Field

SIZE = 512
COARSE = 300_000
"""Larger fields are looked up for every second row and column: in a supersampled picture nobody sees it."""


@functools.lru_cache(maxsize=64)
def noise(rough: float = 1.0, seed: int = 1, stretch: float = 1.0) -> Field:
    """Noise of spectrum 1 / f ** ``rough`` (0 white, 1 clouds and rock, 2 smooth), mean 0, deviation 1, ``(512, 512)``.

    ``stretch`` > 1 draws it out along x (water, wood, fog).
    """
    rng = np.random.default_rng(seed)
    fy = np.fft.fftfreq(SIZE)[:, None] * SIZE
    fx = np.fft.rfftfreq(SIZE)[None, :] * SIZE * stretch
    radius = np.sqrt(fx * fx + fy * fy)
    radius[0, 0] = np.inf
    spectrum = np.fft.rfft2(rng.standard_normal((SIZE, SIZE))) * radius ** -(rough + 0.5)
    field = np.fft.irfft2(spectrum, s=(SIZE, SIZE))
    return np.asarray((field - field.mean()) / field.std(), np.float32)


def lookup(field: Field, u: Field, v: Field) -> Field:
    """The texture at column ``u`` and row ``v`` (in its pixels, wrapping), between its pixels linearly."""
    u, v = np.broadcast_arrays(u, v)
    if u.size > COARSE and u.ndim == 2:
        half = lookup(field, u[::2, ::2], v[::2, ::2])
        return np.repeat(np.repeat(half, 2, axis=0)[: u.shape[0]], 2, axis=1)[:, : u.shape[1]]
    fu, fv = np.floor(u), np.floor(v)
    iu, iv = fu.astype(np.int32), fv.astype(np.int32)
    du, dv = u - fu, v - fv
    flat = field.ravel()
    m = SIZE - 1
    row0, row1 = (iv & m) * SIZE, ((iv + 1) & m) * SIZE
    col0, col1 = iu & m, (iu + 1) & m
    upper = flat[row0 + col0] * (1 - du) + flat[row0 + col1] * du
    lower = flat[row1 + col0] * (1 - du) + flat[row1 + col1] * du
    return (upper * (1 - dv) + lower * dv).astype(np.float32)


def grain(canvas: Canvas, x: Field, y: Field, size: float, rough: float = 0.9, stretch: float = 1.0) -> Field:
    """Noise in picture coordinates; features of about ``size`` pixels repeat every ``8 * size`` pixels."""
    scale = SIZE / (8 * size)
    u, v = canvas.rng.integers(0, SIZE, 2)
    return lookup(noise(rough, 1, stretch), x * scale + float(u), y * scale + float(v))
