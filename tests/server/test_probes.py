from __future__ import annotations

import httpx
from tests.server.conftest import Small

from sensorium.errors import Corrupt


def test_health(plain: Small) -> None:
    raw = httpx.get(f"{plain.url}/health")
    assert raw.json() == {"status": "ok", "version": raw.json()["version"], "indexes": 0}

    def fail() -> int:
        raise Corrupt("the store is broken")

    plain.running.server.home.indexes = fail  # type: ignore[assignment,method-assign]
    raw = httpx.get(f"{plain.url}/health")
    assert (raw.status_code, raw.json()["status"], raw.json()["error"]) == (503, "failing", "the store is broken")
