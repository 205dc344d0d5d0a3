"""The tiny data folder and the hash teacher, for every test of the recipe. Needs torch: the extra [train]."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.train)


@pytest.fixture(scope="session", autouse=True)
def extra() -> None:
    """Leave every test of the recipe out, and say so, where its extra is not installed."""
    for name in ("torch", "onnx", "soundfile", "safetensors", "tokenizers"):
        pytest.importorskip(name, reason=f"needs the extra [train]: {name} is missing")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder (`--data`)."""
    from tests.training.tiny import write_folder

    return write_folder(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The work folder (`--work`), shared so that caches are filled once."""
    return tmp_path_factory.mktemp("work")


@pytest.fixture(autouse=True)
def hash_teacher(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test needs the real teacher."""
    import training.teacher
    from tests.training.tiny import HashTeacher

    monkeypatch.setattr(training.teacher, "Teacher", HashTeacher)
    monkeypatch.setattr(training.teacher, "_LOADED", {})
