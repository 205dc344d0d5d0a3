"""Text indexes that are being built: recorded at once, ACTIVE when they are done, finished whatever comes between."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.server.s3vectors.conftest import INDEX, Aws

from sensorium.errors import Conflict, Unavailable
from sensorium.server.s3vectors.building import Builds
from sensorium.stores.base import Index, IndexSpec, TextKey
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore
from sensorium.stores.memory import MemoryStore

TITLE = (TextKey("title"),)


def status_of(aws: Aws) -> list[str]:
    found = aws("GetIndex", **INDEX)["index"]["metadataConfiguration"]["textSearchConfigurations"]
    return [member["status"] for member in found]


def until(what: Any) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Builds of the embedded store record their keys and wait for this event."""
    event = threading.Event()
    finish = EmbeddedIndex._build_texts

    def slow(index: EmbeddedIndex) -> None:
        assert event.wait(60)
        finish(index)

    monkeypatch.setattr(EmbeddedIndex, "_build_texts", slow)
    return event


def test_a_small_build_is_done_when_the_update_answers(aws: Aws) -> None:
    aws.put(a=([1, 2, 3], {"title": "blue moon"}))
    aws("UpdateMetadataConfiguration", **INDEX, add={"textSearchConfigurations": [{"metadataKey": "title"}]})
    assert status_of(aws) == ["ACTIVE"]
    assert aws.found(queryTexts=[{"metadataKey": "title", "text": "moon"}]) == ["a"]


def test_a_long_build_goes_on_behind_the_answer(aws: Aws, held: threading.Event) -> None:
    aws.put(a=([1, 2, 3], {"title": "blue moon"}))
    aws.service._builds._patience_s = 0.05
    add = {"textSearchConfigurations": [{"metadataKey": "title"}]}
    aws("UpdateMetadataConfiguration", **INDEX, add=add)
    assert status_of(aws) == ["BUILDING"]
    fault = aws.refused("UpdateMetadataConfiguration", **INDEX, delete=add)
    assert (fault.name, "is being built" in fault.message) == ("ConflictException", True)
    aws.put(b=([1, 2, 3], {"title": "red moon"}))
    aws.index("other")
    held.set()
    until(lambda: status_of(aws) == ["ACTIVE"])
    assert sorted(aws.found(queryTexts=[{"metadataKey": "title", "text": "moon"}])) == ["a", "b"]


def test_what_a_killed_server_left_is_finished_when_somebody_looks(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.put(a=([1, 2, 3], {"title": "blue moon"}))
    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedIndex, "_build_texts", lambda index: None)
        aws("UpdateMetadataConfiguration", **INDEX, add={"textSearchConfigurations": [{"metadataKey": "title"}]})
    again = Aws(aws.home)
    assert status_of(again) == ["BUILDING"]
    until(lambda: status_of(again) == ["ACTIVE"])
    again.close()


def test_what_the_store_refuses_is_told(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path) as store:
        store.create_bucket("media")
        index = store.create(IndexSpec("media", "songs", 2))

        def full(keys: Sequence[TextKey]) -> None:
            raise Unavailable("full", code="disk_full")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(index, "configure", full)
            with pytest.raises(Unavailable, match="full"):
                Builds().configure(index, lambda spec: TITLE)
        Builds().configure(index, lambda spec: TITLE)
        assert index.spec.text_keys == TITLE


def test_keys_are_taken_from_what_is_there_now() -> None:
    store = MemoryStore()
    store.create_bucket("media")
    index: Index = store.create(IndexSpec("media", "songs", 2, text_keys=TITLE))
    builds = Builds()
    seen = []
    builds.configure(index, lambda spec: seen.append(spec.text_keys) or (TextKey("lyrics"),))
    assert seen == [TITLE]
    assert builds.status(index) == "ACTIVE"

    def refuse(spec: IndexSpec) -> Sequence[TextKey]:
        raise Conflict("no")

    with pytest.raises(Conflict, match="no"):
        builds.configure(index, refuse)
    assert index.spec.text_keys == (TextKey("lyrics"),)


def test_a_build_of_an_index_that_is_dropped_ends(aws: Aws, held: threading.Event, caplog: Any) -> None:
    aws.service._builds._patience_s = 0.05
    aws("UpdateMetadataConfiguration", **INDEX, add={"textSearchConfigurations": [{"metadataKey": "title"}]})
    aws("DeleteIndex", **INDEX)
    held.set()
    until(lambda: not aws.service._builds._running)
    assert "building" not in caplog.text
