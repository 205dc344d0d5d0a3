"""``s3://`` on the command line: indexed, searched with, shown, removed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Command


@pytest.fixture
def bucket(command: Command, files: Path) -> Path:
    """The files as the bucket ``media`` of the home."""
    folder = command.home / "objects"
    folder.mkdir(parents=True)
    files.rename(folder / "media")
    return folder / "media"


def test_a_bucket_of_the_home_goes_in_and_is_found(command: Command, bucket: Path) -> None:
    assert command.json("index", "s3://media/", "--dry-run")["segments"] == 6
    assert command.json("index", "s3://media/")["embedded"] == 5
    assert command.json("index", "s3://media")["unchanged"] == 5
    hit = command.json("search", "the cat sleeps on the warm roof", "-k", "1")["hits"][0]
    assert hit["source"] == "s3://media/cats.txt"
    assert "s3://media/cats.txt" in command.ok("search", "the cat sleeps on the warm roof", "-k", "1")
    assert "s3://media/cats.txt" in command.ok("show", hit["key"])
    hit = command.json("search", "--image", "s3://media/two.png", "-k", "1")["hits"][0]
    assert hit["source"] == "s3://media/two.png"
    (bucket / "cats.txt").unlink()
    assert "1 file gone" in command.ok("index", "s3://media/")
    assert command.json("index", "s3://media/", "--prune")["removed"] == 1
    assert command.json("rm", "--source", "s3://media/")["removed"] == 5


def test_a_bucket_on_a_server(
    command: Command, s3_endpoint: str, s3_client: Any, s3_bucket: str, aws_keys: None
) -> None:
    s3_client.put_object(Bucket=s3_bucket, Key="deep/ä note.txt", Body=b"the words of a note")
    uri = f"s3://{s3_bucket}/deep"
    report = command.json("index", uri, "--s3-endpoint", s3_endpoint)
    assert report["embedded"] == 1
    assert command.json("search", "note")["hits"][0]["source"] == f"{uri}/ä note.txt"
    s3_client.put_object(Bucket=s3_bucket, Key="deep/broken.png", Body=b"\x89PNG\r\n\x1a\n rubbish")
    result = command("index", uri, "--s3-endpoint", s3_endpoint)
    assert result.exit_code == 1
    assert f"{uri}/broken.png: " in result.stderr


def test_what_is_not_there_is_said(
    indexed: Command, s3_endpoint: str, aws_keys: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = indexed
    result = command("index", "s3://no-such-bucket-anywhere/x", "--s3-endpoint", s3_endpoint)
    assert result.exit_code == 2
    assert "no such bucket" in result.stderr
    assert "Traceback" not in result.stderr
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3_endpoint)
    result = command("search", "--image", "s3://no-such-bucket-anywhere/x.png")
    assert result.exit_code == 2
    assert "no such bucket" in result.stderr


def test_no_credentials_are_said(
    command: Command, s3_endpoint: str, aws_keys: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    result = command("index", "s3://some-bucket/x", "--s3-endpoint", s3_endpoint)
    assert result.exit_code == 1
    assert "without credentials" in result.stderr
    assert "and there is no local bucket" in result.stderr
