"""What is flushed: data before the commit that refers to it, names before anybody relies on them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sensorium.stores.base import IndexSpec
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, compaction, layout, slots
from sensorium.stores.embedded.durable import sync, sync_folder
from sensorium.stores.embedded.staterow import StateRow


def test_files_and_folders_are_flushed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []
    for name in ("fsync", "fdatasync"):
        real: Callable[[int], None] = getattr(os, name)

        def counted(descriptor: int, name: str = name, real: Callable[[int], None] = real) -> None:
            flushed.append(name)
            real(descriptor)

        monkeypatch.setattr(os, name, counted)
    with (home / "file").open("wb") as file:
        sync(file.fileno())
    sync_folder(home)
    assert flushed == ["fdatasync", "fsync"]


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What happens in which order: flushes of slots and folders, and state rows that are about to be committed."""
    happened: list[str] = []

    def noted(what: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            happened.append(what)
            return real(*arguments)

        return call

    monkeypatch.setattr(slots, "sync", noted("slots", slots.sync))
    monkeypatch.setattr(compaction, "sync_folder", noted("folder", compaction.sync_folder))
    monkeypatch.setattr(layout, "sync_folder", noted("folder", layout.sync_folder))
    monkeypatch.setattr(StateRow, "write", noted("state", StateRow.write))
    return happened


def test_vectors_are_flushed_before_the_commit_that_refers_to_them(
    index: EmbeddedIndex, make_records: Any, order: list[str]
) -> None:
    index.put(make_records(3))
    assert order == ["slots", "state"]


def test_a_new_generation_is_flushed_with_its_name_before_its_commit(
    index: EmbeddedIndex, make_records: Any, order: list[str]
) -> None:
    index.put(make_records(3))
    index.delete(["key-00001"])
    order.clear()
    index.compact()
    assert order == ["slots", "folder", "state"]


def test_a_new_index_is_flushed_inside_before_its_name_is(store: EmbeddedStore, order: list[str]) -> None:
    store.create(IndexSpec("default", "index", 4))
    assert order == ["state", "folder", "folder"]
