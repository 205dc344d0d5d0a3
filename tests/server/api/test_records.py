"""Records: one, many, away and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.server.api.conftest import Desk, write_library

from sensorium.home import Home


def test_a_record_with_everything(desk: Desk) -> None:
    hit = desk.hit("red.txt")
    found = desk.get("/records", key=hit["key"])
    assert "distance" not in found
    assert found["vector"]["dim"] == 64
    assert abs(found["vector"]["norm"] - 1) < 1e-3
    assert len(found["vector"]["first"]) == 6
    assert found["title"] == "red.txt"
    missing = desk.client.get("/records", params={"key": "../../etc/passwd"})
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


def test_browsing_shows_every_record_once(desk: Desk) -> None:
    keys: list[str] = []
    after = None
    while True:
        page = desk.get("/browse", limit=2, **({} if after is None else {"after": after}))
        keys += [record["key"] for record in page["records"]]
        if (after := page["next"]) is None:
            break
    assert keys == sorted(set(keys))
    assert len(keys) == desk.get("/indexes/default")["records"]


def test_browsing_by_modality_filter_and_source(desk: Desk) -> None:
    sounds = desk.get("/browse", modality="audio")["records"]
    assert {record["title"] for record in sounds} == {"tone.wav"}
    source = (desk.library / "film.mp4").as_uri()
    assert [record["modality"] for record in desk.get("/browse", source=source)["records"]] == ["video", "video"]
    assert desk.get("/browse", filter='{"year": 1999}') == {"records": [], "next": None}
    first = desk.get("/browse", modality="video", limit=1)
    assert len(first["records"]) == 1
    rest = desk.get("/browse", modality="video", limit=1, after=first["next"])["records"]
    assert rest[0]["key"] > first["records"][0]["key"]


def test_sources_are_listed_by_name(desk: Desk) -> None:
    found = desk.get("/sources", limit=3)
    assert found["total"] == 7
    assert [one["title"] for one in found["sources"]] == ["film.mp4", "green.png", "page.html"]
    rest = desk.get("/sources", after=found["next"])
    assert [one["title"] for one in rest["sources"]] == ["red.txt", "report.pdf", "tone.wav", "turned.jpg"]
    assert rest["next"] is None
    assert [one["records"] for one in desk.get("/sources", contains="REPORT")["sources"]] == [2]


@pytest.fixture
def filled(own: Desk) -> Desk:
    write_library(own.library)
    assert own.add("default", own.library)["state"] == "done"
    return own


def test_a_removal_is_undone(filled: Desk) -> None:
    before = filled.get("/browse", limit=500)["records"]
    pages = [record["key"] for record in before if record["modality"] == "document"]
    removed = filled.client.request("DELETE", "/records", json={"index": "default", "keys": pages}).json()
    assert removed["removed"] == 2
    assert filled.client.get("/records", params={"key": pages[0]}).status_code == 404
    assert [one["title"] for one in filled.get("/sources", contains="report")["sources"]] == []
    assert filled.client.post("/undo", json={"undo": removed["undo"]}).json() == {"restored": 2}
    assert filled.get("/browse", limit=500)["records"] == before
    assert filled.fetch(before[0]["media"]["original"]).status_code == 200  # the catalog knows them again, too
    assert filled.client.post("/undo", json={"undo": removed["undo"]}).status_code == 404
    assert filled.add("default", filled.library)["unchanged"] == 7


def test_a_source_goes_as_a_whole(filled: Desk) -> None:
    source = (filled.library / "film.mp4").as_uri()
    removed = filled.client.request("DELETE", "/records", json={"source": source}).json()
    assert removed["removed"] == 2
    assert filled.search({"text": "x"}, modalities=["video"])["total"] == 0
    gone = filled.client.request("DELETE", "/records", json={"source": source})
    assert gone.status_code == 404


def test_an_undo_leaves_what_was_made_anew(filled: Desk) -> None:
    key = filled.hit("green.png")["key"]
    removed = filled.client.request("DELETE", "/records", json={"keys": [key]}).json()
    assert filled.add("default", filled.library, metadata={"new": True})["state"] == "done"
    assert filled.client.post("/undo", json={"undo": removed["undo"]}).json() == {"restored": 0}
    assert filled.get("/records", key=key)["metadata"]["new"] is True


def test_what_is_not_there_takes_no_undo(filled: Desk) -> None:
    answer = filled.client.request("DELETE", "/records", json={"keys": ["nokey"]}).json()
    assert answer == {"removed": 0, "undo": None, "expires_s": None}
    for body in ({}, {"keys": ["a"], "source": "b"}, {"keys": "a"}):
        assert filled.client.request("DELETE", "/records", json=body).status_code == 400


def test_an_undo_is_for_the_index_that_it_was_taken_from(filled: Desk) -> None:
    key = filled.hit("green.png")["key"]
    removed = filled.client.request("DELETE", "/records", json={"keys": [key]}).json()
    assert filled.client.delete("/indexes/default").json()["removed"] > 0
    filled.client.post("/indexes", json={"name": "default"})
    assert filled.client.post("/undo", json={"undo": removed["undo"]}).status_code == 404


def test_other_processes_writes_are_seen(filled: Desk, tmp_path: Path) -> None:
    key = filled.hit("green.png")["key"]
    with Home(filled.home) as home:
        home.index("default").delete([key])
    assert key not in [hit["key"] for hit in filled.search({"text": "anything"}, limit=500)["hits"]]
