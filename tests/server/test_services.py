"""The real services behind a real socket: enough to see that they are wired."""

from __future__ import annotations

import pytest

from sensorium.testing.server import RunningServer


def test_vectors_are_put_and_found(server: RunningServer) -> None:
    client = server.client("s3vectors")
    client.create_vector_bucket(vectorBucketName="wired")
    where = {"vectorBucketName": "wired", "indexName": "things"}
    client.create_index(**where, dataType="float32", dimension=2, distanceMetric="cosine")
    records = [{"key": "east", "data": {"float32": [1, 0]}}, {"key": "north", "data": {"float32": [0, 1]}}]
    client.put_vectors(**where, vectors=records)
    found = client.query_vectors(**where, topK=1, queryVector={"float32": [3, 1]}, returnDistance=True)
    assert found["vectors"] == [{"key": "east", "distance": pytest.approx(1 - 3 / 10**0.5, abs=1e-6)}]
