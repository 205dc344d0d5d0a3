"""The real services behind a real socket: enough to see that they are wired."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sensorium.config import Settings
from sensorium.errors import Invalid
from sensorium.server.bedrock.parts import AWS_LIMITS
from sensorium.server.services import job_limits, model_map
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
