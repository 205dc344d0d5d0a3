"""Our own server, which the models are held against."""

from __future__ import annotations

import pytest
from tests.server.conftest import server

from sensorium.media import ocr

__all__ = ["server"]


@pytest.fixture(autouse=True)
def no_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server reads no text in pictures of pages: it takes seconds, and none of it is looked at here."""
    monkeypatch.setattr(ocr, "available", lambda: False)
