"""The public names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import sensorium
from sensorium.errors import Invalid


def test_every_name_is_there_and_there_are_a_dozen_at_most() -> None:
    assert len([*sensorium.__all__, "__version__"]) <= 12
    for name in sensorium.__all__:
        assert getattr(sensorium, name).__name__ == name
    assert set(sensorium.__all__) < set(dir(sensorium))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sensorium.nothing


def test_importing_loads_nothing_but_what_is_used() -> None:
    code = "import sys, sensorium; print([n for n in ('numpy', 'rich', 'av', 'onnxruntime') if n in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_open_makes_a_space_that_closes_its_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sensorium.models.registry import Registry
    from sensorium.testing.weightless import WeightlessProvider

    registry = Registry()
    registry.register("weightless", WeightlessProvider())
    monkeypatch.setattr(Registry, "installed", lambda: registry)
    note = tmp_path / "note.txt"
    note.write_text("The bell rings at noon.", "utf-8")
    with sensorium.open("things", home=tmp_path / "home", model="weightless", dim=16) as space:
        assert sensorium.index(space, [note]).embedded == 1
        (hit,) = space.search("The bell rings at noon.")
        assert hit.source == note.as_uri()
    with pytest.raises(Invalid, match="closed"):
        space.search("anything")
    with sensorium.open("things", home=tmp_path / "home", create=False) as space:
        assert (space.embedder.spec.id, space.embedder.spec.dim) == ("weightless", 16)
    with pytest.raises(sensorium.SensoriumError, match="no index 'others'"):
        sensorium.open("others", home=tmp_path / "home", create=False)
