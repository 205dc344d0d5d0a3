"""Unmodified clients against a running server: what their users type, and LangChain's own suite."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.clients.conftest import SCRIPTS, Door, installed

pytestmark = pytest.mark.clients

NOVA = "amazon.nova-2-multimodal-embeddings-v1:0"
TITAN = "amazon.titan-embed-image-v1"


def test_aws_command_line(door: Door, cli: Path, tmp_path: Path) -> None:
    place = ("--vector-bucket-name", "from-the-shell", "--index-name", "words")

    def aws(*arguments: str) -> Any:
        out = door.run(cli / "aws", *arguments, "--output", "json")
        return json.loads(out) if out.strip() else None

    aws("s3vectors", "create-vector-bucket", *place[:2])
    shape = ("--data-type", "float32", "--dimension", "3", "--distance-metric", "cosine")
    aws("s3vectors", "create-index", *place, *shape)
    vectors = [
        {"key": "a", "data": {"float32": [1, 0, 0]}, "metadata": {"kind": "x"}},
        {"key": "b", "data": {"float32": [0, 1, 0]}, "metadata": {"kind": "y"}},
    ]
    aws("s3vectors", "put-vectors", *place, "--vectors", json.dumps(vectors))
    query = ("--query-vector", json.dumps({"float32": [1, 0.1, 0]}), "--top-k", "2", "--return-distance")
    assert [one["key"] for one in aws("s3vectors", "query-vectors", *place, *query)["vectors"]] == ["a", "b"]
    only = ("--filter", json.dumps({"kind": {"$eq": "y"}}))
    assert [one["key"] for one in aws("s3vectors", "query-vectors", *place, *query, *only)["vectors"]] == ["b"]
    assert len(aws("s3vectors", "list-vectors", *place)["vectors"]) == 2
    assert aws("sts", "get-caller-identity")["Account"] == "000000000000"
    aws("s3vectors", "delete-vectors", *place, "--keys", '["a"]')
    assert [one["key"] for one in aws("s3vectors", "list-vectors", *place)["vectors"]] == ["b"]

    body = tmp_path / "body.json"
    text = {"truncationMode": "END", "value": "a red dress"}
    parameters = {"embeddingPurpose": "GENERIC_INDEX", "embeddingDimension": 256, "text": text}
    body.write_text(json.dumps({"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": parameters}))
    out = tmp_path / "out.json"
    aws("bedrock-runtime", "invoke-model", "--model-id", NOVA, "--body", f"fileb://{body}", str(out))
    assert len(json.loads(out.read_text())["embeddings"][0]["embedding"]) == 256
    aws("s3vectors", "delete-index", *place)
    aws("s3vectors", "delete-vector-bucket", *place[:2])


def embed_command(door: Door, cli: Path, *arguments: str) -> Any:
    """What s3vectors-embed prints. Its code fixes the host, so that it goes through the proxy."""
    env = {"HTTPS_PROXY": door.proxy, "NO_PROXY": ""}
    out = door.run(cli / "s3vectors-embed", *arguments, "--region", "us-east-1", env=env)
    return json.JSONDecoder().raw_decode(out[out.index("{") :])[0]  # a remark may follow


def test_official_embed_command(door: Door, cli: Path, library: Path) -> None:
    place = ("--vector-bucket-name", "by-the-embed-command", "--index-name", "pictures")
    door.run(cli / "aws", "s3vectors", "create-vector-bucket", *place[:2])
    shape = ("--data-type", "float32", "--dimension", "1024", "--distance-metric", "cosine")
    door.run(cli / "aws", "s3vectors", "create-index", *place, *shape)
    with_model = (*place, "--model-id", TITAN)
    one = embed_command(door, cli, "put", *with_model, "--image", str(library / "animals/dog.jpg"))
    assert one["embeddingDimensions"] == 1024
    embed_command(door, cli, "put", *with_model, "--image", str(library / "products/*.jpg"))
    words = ("--text-value", "a guitar", "--return-distance", "--return-metadata", "--k", "3")
    found = embed_command(door, cli, "query", *with_model, *words)["results"]
    assert len(found) == 3
    assert "guitar" in found[0]["metadata"]["S3VECTORS-EMBED-SRC-LOCATION"]
    same = ("--image", str(library / "animals/dog.jpg"), "--return-distance", "--k", "1")
    assert embed_command(door, cli, "query", *with_model, *same)["results"][0]["distance"] == pytest.approx(0, abs=1e-3)


def test_langchain_suite(door: Door, frameworks: Path, tmp_path: Path) -> None:
    suite = (SCRIPTS / "langchain_suite.py").read_text()
    (tmp_path / "test_langchain.py").write_text(suite)
    out = door.run(
        *(frameworks, "-m", "pytest", "-q", "-o", "asyncio_mode=auto", "-p", "no:cacheprovider", tmp_path),
        env={"AWS_DEFAULT_REGION": "us-east-1"},
        cwd=tmp_path,
    )
    assert " passed" in out
    assert "skipped" not in out, out


@pytest.mark.parametrize("script", ["llamaindex.py", "litellm_embed.py"])
def test_python_frameworks(door: Door, frameworks: Path, script: str) -> None:
    out = door.run(frameworks, SCRIPTS / script, env={"AWS_DEFAULT_REGION": "us-east-1"})
    assert out.strip().endswith("ok")


def run_javascript(door: Door, tmp_path: Path) -> str:
    """The script beside the SDK's installation, where Node looks for packages."""
    (tmp_path / "node_modules").symlink_to(installed("js") / "node_modules")
    script = tmp_path / "sdk.mjs"
    script.write_text((SCRIPTS / "sdk.mjs").read_text())
    return door.run("node", script)


def test_javascript_sdk(door: Door, tmp_path: Path) -> None:
    assert run_javascript(door, tmp_path).strip() == "ok"


def test_javascript_sdk_over_tls_and_signed(safe_door: Door, tmp_path: Path) -> None:
    assert run_javascript(safe_door, tmp_path).strip() == "ok"


def test_boto3_with_a_bearer_token(safe_door: Door) -> None:
    """botocore sends a token over HTTPS only, and then signs nothing."""
    code = (
        "import boto3, json;"
        f"answer = boto3.client('bedrock-runtime').invoke_model(modelId={NOVA!r}, body=json.dumps({{"
        "'taskType': 'SINGLE_EMBEDDING', 'singleEmbeddingParams': {'embeddingPurpose': 'CLUSTERING',"
        "'embeddingDimension': 256, 'text': {'truncationMode': 'NONE', 'value': 'hello'}}}));"
        "print(len(json.loads(answer['body'].read())['embeddings'][0]['embedding']))"
    )
    env = {"AWS_BEARER_TOKEN_BEDROCK": "a-token-of-the-clients", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    assert safe_door.run(sys.executable, "-c", code, env=env).strip() == "256"
