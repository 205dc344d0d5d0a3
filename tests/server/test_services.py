"""The real services behind a real socket: enough to see that they are wired."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from botocore.config import Config

from sensorium.config import Settings
from sensorium.errors import Invalid
from sensorium.server.bedrock.parts import AWS_LIMITS
from sensorium.server.services import job_limits, model_map
from sensorium.stores.base import IndexSpec
from sensorium.testing.server import RunningServer
from sensorium.types import Record


def test_vectors_are_put_and_found(server: RunningServer) -> None:
    client = server.client("s3vectors")
    client.create_vector_bucket(vectorBucketName="wired")
    where = {"vectorBucketName": "wired", "indexName": "things"}
    client.create_index(**where, dataType="float32", dimension=2, distanceMetric="cosine")
    records = [{"key": "east", "data": {"float32": [1, 0]}}, {"key": "north", "data": {"float32": [0, 1]}}]
    client.put_vectors(**where, vectors=records)
    found = client.query_vectors(**where, topK=1, queryVector={"float32": [3, 1]}, returnDistance=True)
    assert found["vectors"] == [{"key": "east", "distance": pytest.approx(1 - 3 / 10**0.5, abs=1e-6)}]


def test_words_are_embedded(server: RunningServer) -> None:
    request = {
        "taskType": "SINGLE_EMBEDDING",
        "singleEmbeddingParams": {
            "embeddingPurpose": "GENERIC_INDEX",
            "embeddingDimension": 256,
            "text": {"truncationMode": "END", "value": "a red dress"},
        },
    }
    client = server.client("bedrock-runtime")
    answer = client.invoke_model(modelId="amazon.nova-2-multimodal-embeddings-v1:0", body=json.dumps(request))
    found = json.loads(answer["body"].read())["embeddings"][0]
    assert found["embeddingType"] == "TEXT"
    assert len(found["embedding"]) == 256


def test_jobs_are_listed(server: RunningServer) -> None:
    assert server.client("bedrock-runtime").list_async_invokes()["asyncInvokeSummaries"] == []


def test_the_map_of_models_is_read() -> None:
    assert model_map("") == {"*": "builtin"}
    assert model_map(" amazon.titan-*=clip, *=other ") == {"amazon.titan-*": "clip", "*": "other"}
    for broken in ("amazon", "=builtin", "amazon="):
        with pytest.raises(Invalid, match="ID=MODEL"):
            model_map(broken)


def test_the_limits_of_jobs_are_amazons_until_settings_say_otherwise(tmp_path: Path) -> None:
    assert job_limits(Settings(tmp_path)) == AWS_LIMITS
    found = job_limits(Settings(tmp_path, serve_jobs_video_mb=1, serve_jobs_seconds=60))
    assert (found.sizes.video, found.sizes.audio, found.seconds) == (1 << 20, 1 << 30, 60.0)


@pytest.mark.slow
def test_two_hundred_clients_at_once(server: RunningServer) -> None:
    """20,000 vectors of 1,024 numbers, 200 boto3 clients, five questions each: no error, everybody finds its own."""
    rows = np.random.default_rng(5).standard_normal((20_000, 1024), np.float32)
    store = server.server.home.store
    store.create_bucket("crowd")
    store.create(IndexSpec("crowd", "all", 1024)).put(Record(str(i), row) for i, row in enumerate(rows))
    clients = [server.client("s3vectors", config=Config(read_timeout=300)) for _ in range(200)]

    def ask(which: int) -> list[str]:
        where = {"vectorBucketName": "crowd", "indexName": "all"}
        wanted = [{"float32": rows[which * 100 + n].tolist()} for n in range(5)]
        found = [clients[which].query_vectors(**where, topK=1, queryVector=vector)["vectors"] for vector in wanted]
        return [hits[0]["key"] for hits in found]

    with ThreadPoolExecutor(200) as pool:
        answers = list(pool.map(ask, range(200)))
    assert answers == [[str(which * 100 + n) for n in range(5)] for which in range(200)]
