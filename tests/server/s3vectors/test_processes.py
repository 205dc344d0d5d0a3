"""Beside a server that writes, other processes read and write the same index: each sees what was acknowledged."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.stores.embedded.conftest import DIM, StartChild, start_child

from sensorium.config import Settings
from sensorium.stores.base import Query
from sensorium.stores.embedded import EmbeddedStore
from sensorium.testing.server import RunningServer
from sensorium.types import Record, Vector

__all__ = ["start_child"]
INDEX = {"vectorBucketName": "default", "indexName": "index"}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningServer]:
    with RunningServer(Settings(tmp_path / "home", serve_port=0, serve_access_log="off")) as running:
        yield running


def count(client: Any, **query: Any) -> int:
    """How many vectors the server finds: by listing, or by a query with a filter."""
    if not query:
        return len(client.list_vectors(**INDEX, maxResults=1000)["vectors"])
    vector = {"float32": [1.0] * DIM}
    return len(client.query_vectors(**INDEX, topK=100, queryVector=vector, filter=query)["vectors"])


def one(seed: int) -> Vector:
    return np.random.default_rng(seed).standard_normal(DIM, dtype=np.float32)


def vectors(first: int, size: int, batch: str) -> list[dict[str, Any]]:
    return [
        {"key": f"{batch}-{place}", "data": {"float32": one(first + place).tolist()}, "metadata": {"batch": batch}}
        for place in range(size)
    ]


def test_a_writer_and_a_reader_beside_a_server_catch_up(
    tmp_path: Path, running: RunningServer, start_child: StartChild
) -> None:
    client = running.client("s3vectors")
    client.create_vector_bucket(vectorBucketName="default")
    client.create_index(**INDEX, dataType="float32", dimension=DIM, distanceMetric="cosine")
    client.put_vectors(**INDEX, vectors=vectors(0, 20, "server-0"))
    assert count(client, batch="server-0") == 20
    home = tmp_path / "home" / "store"
    reader, writer = start_child("read", home, 20, 2.0), start_child("write", home, "other", 10, 20)
    with EmbeddedStore(home) as store:
        index = store.open("default", "index")
        for batch in range(1, 10):
            client.put_vectors(**INDEX, vectors=vectors(batch, 20, f"server-{batch}"))
            hits = index.query(Query(1000, np.ones(DIM, np.float32)))
            assert {hit.key for hit in hits} >= {f"server-{batch}-{place}" for place in range(20)}
            client.put_vectors(**INDEX, vectors=vectors(batch, 1, "gone"))
            assert len(index.get(["gone-0"])) == 1
            client.delete_vectors(**INDEX, keys=["gone-0"])
            assert index.get(["gone-0"]) == []
            index.put(Record(f"here-{batch}-{place}", one(place), {"batch": f"here-{batch}"}) for place in range(20))
            assert count(client, batch=f"here-{batch}") == 20
        assert said(writer) == {"done": True}
        assert count(client, batch="other-9") == 20
        assert count(client) == index.count() == 29 * 20
        assert index.verify().damages == ()
    assert said(reader)["asked"] > 0


def said(child: subprocess.Popen[str]) -> Any:
    assert child.stdout is not None
    return json.loads(child.stdout.readline())
