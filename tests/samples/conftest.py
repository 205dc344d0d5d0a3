"""The library, written once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensorium.samples import write_library


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples") / "library"
    write_library(folder)
    return folder
