"""Indexes and models, as the page shows and makes them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from tests.server.api.conftest import Desk

from sensorium.home import Home
from sensorium.ledger import Ledger


def test_an_index_is_told_in_full(desk: Desk) -> None:
    found = desk.get("/indexes")["indexes"]
    assert [one["name"] for one in found] == ["default"]
    index = found[0]
    assert index == desk.get("/indexes/default")
    assert index["counts"] == {"text": 3, "document": 2, "image": 2, "audio": 2, "video": 2}
    assert index["records"] == 11
    assert (index["model"], index["dim"], index["metric"]) == ("weightless@1", 64, "cosine")
    assert index["bytes"] > 0
    assert index["text_search"] is True
    assert index["remote"] is False
    keys = {one["key"]: one for one in index["metadata"]}
    colour = {"types": ["string"], "values": ["red"], "more": False, "min": None, "max": None, "standard": False}
    assert keys["colour"] == {"key": "colour", **colour}
    assert (keys["year"]["types"], keys["year"]["min"], keys["year"]["max"]) == (["number"], 2020.0, 2020.0)
    assert keys["modality"]["standard"] is True
    assert "text" not in keys  # not filterable
    assert {"query": "text", "hit": "image", "very_close": 0.2, "close": 0.6, "related": 0.9} in index["bands"]


def test_models_are_listed(desk: Desk) -> None:
    found = desk.get("/models")
    assert [one["id"] for one in found["models"]] == ["weightless"]
    assert found["models"][0]["modalities"] == ["audio", "document", "image", "text", "video"]
    assert found["broken"] == []


def test_an_index_is_made_and_removed(own: Desk, tmp_path: Path) -> None:
    made = own.client.post("/indexes", json={"name": "photos", "dim": 32, "metric": "euclidean"})
    assert (made.status_code, made.json()["dim"], made.json()["metric"]) == (201, 32, "euclidean")
    assert made.json()["bands"] == []
    assert own.client.post("/indexes", json={"name": "photos"}).status_code == 409
    nested = own.client.post("/indexes", json={"name": "bucket/notes"})
    assert nested.json()["name"] == "bucket/notes"
    assert own.get("/indexes/bucket%2Fnotes")["records"] == 0
    assert own.client.delete("/indexes/photos").json() == {"removed": 0}
    assert [one["name"] for one in own.get("/indexes")["indexes"]] == ["bucket/notes"]
    assert own.client.get("/indexes/photos").status_code == 404
    for name in ("../up", "UPPER", "a", "a/b/c"):
        assert own.client.post("/indexes", json={"name": name}).status_code == 400, name
    assert own.client.post("/indexes", json={"name": "more", "model": "nosuch"}).status_code == 404


def test_indexes_elsewhere_are_told_of_without_asking(own: Desk) -> None:
    with Home(own.home) as home:
        ledger = Ledger.of(home.catalog, "s3vectors://bucket", "photos", 1.0)
        ledger.fail("file:///x.png", "unreadable", "broken")
    found = own.get("/indexes")["indexes"]
    assert [(one["name"], one["remote"], one["failures"]) for one in found] == [("s3vectors://bucket/photos", True, 1)]
    assert found[0]["counts"] is None
    assert own.get("/indexes/s3vectors://bucket/photos") == found[0]
    assert own.client.get("/indexes/s3vectors://bucket/other").status_code == 404


def _map(desk: Desk, **query: object) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while (answer := desk.client.get("/map", params=query)).status_code == 202:
        assert answer.json() == {"state": "computing"}
        assert time.monotonic() < deadline
        time.sleep(0.02)
    found: dict[str, Any] = answer.json()
    return found


def test_a_map_is_computed_in_the_background(own: Desk) -> None:
    own.client.post("/indexes", json={"name": "fresh"})
    assert own.client.get("/map", params={"index": "fresh"}).status_code == 202
    found = _map(own, index="fresh")
    assert (found["state"], found["total"], found["x"], found["explained"]) == ("ready", 0, [], [0, 0])
    assert own.client.get("/map", params={"index": "nowhere"}).status_code == 404


def test_a_map_shows_each_record(desk: Desk) -> None:
    found = _map(desk, color="colour", limit=100)
    assert found["state"] == "ready"
    assert found["total"] == 11
    columns = [found[name] for name in ("x", "y", "key", "modality", "title", "thumbnail", "color")]
    assert {len(column) for column in columns} == {11}
    assert set(found["color"]) == {"red"}
    assert max(map(abs, [*found["x"], *found["y"]])) == 1
    drawn = next(address for address in found["thumbnail"] if address is not None)
    assert desk.fetch(drawn).headers["content-type"] == "image/webp"
    few = _map(desk, limit=3)
    assert few["color"] is None
    assert few["x"] == found["x"][:3]
