"""The command with an index in S3 Vectors and a model of Bedrock: boto3's settings lead both to our own server."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Command
from tests.pipeline.conftest import write_sound
from tests.server.conftest import server

from sensorium.models.bedrock.invocation import Invocations
from sensorium.models.bedrock.provider import BedrockProvider
from sensorium.models.registry import Registry
from sensorium.objects.local import LocalObjects
from sensorium.testing.server import RunningServer
from sensorium.testing.weightless import WeightlessProvider

__all__ = ["server"]

NOVA = "bedrock:amazon.nova-2-multimodal-embeddings-v1:0"


@dataclass(frozen=True)
class Elsewhere(Command):
    """The command with Bedrock's models beside the weightless one; ``buckets`` is the server's folder of objects."""

    buckets: Path

    def registry(self) -> Registry:
        jobs = Invocations(LocalObjects(self.buckets), "s3://media/out", lambda _: time.sleep(0.05))
        registry = Registry()
        registry.register("weightless", WeightlessProvider())
        registry.register("bedrock", BedrockProvider(concurrency=2, jobs=jobs))
        return registry


@pytest.fixture
def elsewhere(tmp_path: Path, server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """Both services at the server, as the environment says."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    said = {
        "AWS_ENDPOINT_URL_S3VECTORS": server.url,
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": server.url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "SENSORIUM_OBJECTS": str(server.server.home.path / "objects"),
    }
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    return Elsewhere(tmp_path / "home", server.server.home.path / "objects")


def test_a_folder_goes_to_vector_buckets_by_a_model_of_bedrock(elsewhere: Elsewhere, files: Path) -> None:
    index = "s3vectors://shelf-one/things"
    missing = elsewhere("search", "a cat", "--index", index)
    assert missing.exit_code == 2
    assert f"`sensorium index PATH --index {index}` makes one" in missing.stderr

    planned = elsewhere.json("index", files, "--index", index, "--model", "weightless", "--dry-run")
    assert planned["segments"] == 6
    assert elsewhere("search", "a cat", "--index", index).exit_code == 2, "a dry run makes nothing"

    first = elsewhere.json("index", files, "--index", index, "--model", NOVA, "--dim", "256")
    assert (first["segments"], first["failures"]) == (5, []), "a model of Bedrock takes 15 seconds in one segment"
    again = elsewhere.json("index", files, "--index", index)
    assert (again["unchanged"], again["segments"]) == (5, 0)

    hits: list[dict[str, Any]] = elsewhere.json("search", "the cat sleeps on the roof", "--index", index)["hits"]
    assert hits[0]["source"] == (files / "cats.txt").as_uri()
    picture = elsewhere.json("search", "--image", files / "two.png", "--index", index, "-k", "1")["hits"]
    assert [hit["source"] for hit in picture] == [(files / "two.png").as_uri()]

    listed = elsewhere.json("ls", "--index", index)["sources"]
    assert [line["modality"] for line in listed] == ["text", "image", "text", "audio", "image"]
    shown = elsewhere.json("show", hits[0]["key"][:20], "--index", index)
    assert shown["metadata"]["model"] == f"{NOVA}@v1:0"
    assert shown["metadata"]["text"] == "The cat sleeps on the warm roof."
    assert len(shown["vector"]) == 256

    assert elsewhere.json("ls") == {"indexes": [], "elsewhere": [index]}
    assert elsewhere.ok("ls").splitlines() == [f"{index} was filled from here"]
    told = elsewhere.json("status")
    assert told["elsewhere"] == [{"name": index, "sources": 5, "records": 5, "failures": []}]
    assert f"index {index}: 5 sources with 5 records put from here" in elsewhere.ok("status")

    assert elsewhere.json("rm", "--source", files / "one.png", "--index", index) == {"removed": 1}
    assert elsewhere.json("rm", "--all", "--yes", "--index", index) == {"removed": 4}
    assert elsewhere("ls", "--index", index).exit_code == 2
    assert elsewhere.json("status")["elsewhere"] == []


def test_sound_in_a_bucket_is_cut_and_embedded_by_the_service(elsewhere: Elsewhere) -> None:
    folder = elsewhere.buckets / "media" / "in"
    folder.mkdir(parents=True)
    write_sound(folder / "tone.wav", 440, seconds=14.0)
    (folder / "notes.txt").write_text("A note on tones.", "utf-8")
    (folder / "broken.mp4").write_bytes(b"no film")
    index = "s3vectors://shelf-four/things"
    call = ("index", "s3://media/in/", "--index", index, "--model", NOVA, "--dim", "256", "--segment-seconds", "5")
    first = json.loads(elsewhere(*call, "--json").stdout)
    assert (first["by_modality"], [failure["source"] for failure in first["failures"]]) == (
        {"audio": 3, "text": 1},
        ["s3://media/in/broken.mp4"],
    )
    again = json.loads(elsewhere(*call, "--json").stdout)
    assert (again["unchanged"], again["segments"]) == (2, 0)
    (hit,) = elsewhere.json("search", "--audio", folder / "tone.wav", "--index", index, "-k", "1")["hits"]
    assert (hit["source"], hit["modality"]) == ("s3://media/in/tone.wav", "audio")
    assert hit["span"]["end_s"] in (5, 10, 14)


def test_a_remote_index_and_one_of_the_home_may_have_one_name(elsewhere: Elsewhere, files: Path) -> None:
    elsewhere.ok("index", files / "cats.txt", "--index", "shelf-two/things")
    elsewhere.ok("index", files, "--index", "s3vectors://shelf-two/things")
    assert len(elsewhere.json("ls", "--index", "shelf-two/things")["sources"]) == 1
    assert len(elsewhere.json("ls", "--index", "s3vectors://shelf-two/things")["sources"]) == 5


def test_another_model_than_the_stamped_one_is_a_conflict(elsewhere: Elsewhere, files: Path) -> None:
    index = "s3vectors://shelf-three/things"
    elsewhere.ok("index", files / "cats.txt", "--index", index)
    refused = elsewhere("index", files, "--index", index, "--model", NOVA)
    assert refused.exit_code == 2
    assert "holds vectors of weightless@1" in refused.stderr


@pytest.mark.parametrize("name", ["s3vectors://", "s3vectors://bucket", "s3vectors://a/b/c", "s3vectors:/a/b"])
def test_half_a_name_is_refused(elsewhere: Elsewhere, name: str) -> None:
    result = elsewhere("ls", "--index", name, "--json")
    assert result.exit_code == 2
    assert "s3vectors://BUCKET/NAME" in json.loads(result.stdout)["error"]["message"]


def test_a_server_that_is_gone_is_told_at_once(
    elsewhere: Elsewhere, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3VECTORS", "http://127.0.0.1:9")
    result = elsewhere("ls", "--index", "s3vectors://shelf-one/things")
    assert result.exit_code == 1
    assert "S3 Vectors does not answer" in result.stderr
    assert "Traceback" not in result.stderr


def test_no_region_and_no_credentials_name_the_remedy(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    result = elsewhere("ls", "--index", "s3vectors://shelf-one/things")
    assert (result.exit_code, "AWS_ACCESS_KEY_ID" in result.stderr) == (1, True)
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    for call in (("ls", "--index", "s3vectors://shelf-one/things"), ("embed", "word", "--model", NOVA)):
        result = elsewhere(*call)
        assert (result.exit_code, "set AWS_DEFAULT_REGION" in result.stderr) == (2, True)
