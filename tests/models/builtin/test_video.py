"""Composition of a clip's vector."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.errors import Invalid
from sensorium.models.builtin.video import compose, unit

X, Y, Z = np.eye(3, dtype=np.float32)


def test_frames_are_averaged() -> None:
    assert np.allclose(compose(np.stack([X, Y]), None), unit(X + Y))


def test_sound_alone_and_silence() -> None:
    assert np.allclose(compose(None, 3 * Z), Z)
    assert np.allclose(compose(np.zeros((0, 3), np.float32), Z), Z)
    assert np.allclose(compose(X[None], None), X)


def test_sound_has_its_share() -> None:
    both = compose(X[None], Z, 0.25)
    assert np.linalg.norm(both) == pytest.approx(1.0)
    assert both[2] / both[0] == pytest.approx(1 / 3)


def test_neither_is_refused() -> None:
    with pytest.raises(Invalid, match="neither"):
        compose(None, None)


def test_zero_stays_zero() -> None:
    assert not unit(np.zeros(3, np.float32)).any()
