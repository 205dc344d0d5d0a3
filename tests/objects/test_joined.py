from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sensorium.errors import NotFound, Unavailable
from sensorium.objects.joined import JoinedObjects, opened
from sensorium.objects.local import LocalObjects
from sensorium.objects.s3 import S3Objects


def test_a_folder_goes_before_a_bucket_of_the_same_name(
    tmp_path: Path, s3_objects: S3Objects, s3_client: Any, s3_bucket: str
) -> None:
    s3_client.put_object(Bucket=s3_bucket, Key="a", Body=b"remote")
    objects = JoinedObjects(LocalObjects(tmp_path), s3_objects)
    assert objects.read(f"s3://{s3_bucket}/a") == b"remote"
    (tmp_path / s3_bucket).mkdir()
    (tmp_path / s3_bucket / "a").write_bytes(b"local")
    assert objects.read(f"s3://{s3_bucket}/a") == b"local"
    with pytest.raises(NotFound):
        objects.read(f"s3://{s3_bucket}/b")


def test_without_s3_the_message_names_the_bucket_and_no_path_of_the_machine(tmp_path: Path) -> None:
    """It may reach a client of the server."""
    with pytest.raises(NotFound, match="no bucket 'media' in the folder of buckets") as raised:
        JoinedObjects(LocalObjects(tmp_path), None).read("s3://media/a")
    assert str(tmp_path) not in raised.value.message
    (tmp_path / "media").mkdir()
    with pytest.raises(NotFound, match="no object s3://media/a") as raised:
        JoinedObjects(LocalObjects(tmp_path), None).read("s3://media/a")
    assert str(tmp_path) not in raised.value.message


def test_s3_without_credentials_names_the_missing_folder_too(
    tmp_path: Path, aws_keys: None, s3_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(Unavailable, match="no local bucket") as raised:
        list(opened(tmp_path, s3_endpoint).list("s3://media/a"))
    assert raised.value.code == "no_credentials"
    assert "no local bucket 'media'" in raised.value.message
    assert str(tmp_path) not in raised.value.message
