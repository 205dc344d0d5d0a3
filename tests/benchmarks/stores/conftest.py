from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.stores.corpus import Corpus


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """300 clustered vectors of 64 dimensions."""
    return Corpus("clustered", "tiny", tmp_path_factory.mktemp("vectors")).made()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "store"
    made.mkdir()
    return made
