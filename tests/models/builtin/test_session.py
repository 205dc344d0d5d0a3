"""Opening a net that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensorium.errors import NotFound
from sensorium.models.builtin.session import open_net


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no\.onnx"):
        open_net(tmp_path / "no.onnx")
