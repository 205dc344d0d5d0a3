"""One server for the articles' workflows, and boto3's clients led to it by nothing but the environment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from sensorium.config import Settings
from sensorium.samples.library import SAMPLES, write_samples
from sensorium.testing.server import RunningServer


@dataclass(frozen=True)
class Aws:
    """boto3's clients of a running server, and the folder that stands in for S3."""

    s3vectors: Any
    bedrock: Any
    objects: Path


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The parts of the sample library that the workflows use."""
    folder = tmp_path_factory.mktemp("library")
    used = ("photos/", "products/", "music/", "clips/pets", "clips/fruit", "reports/annual")
    write_samples(folder, [sample for sample in SAMPLES if sample.path.startswith(used)])
    return folder


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """What a reader of the articles has after setting two endpoints."""
    home, objects = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("objects")
    settings = Settings(home, serve_port=0, serve_access_log="off", objects=str(objects))
    with RunningServer(settings) as server, pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("AWS_ACCESS_KEY_ID", "anything")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "anything")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_ENDPOINT_URL_S3VECTORS", server.url)
        patch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.url)
        found = Aws(boto3.client("s3vectors"), boto3.client("bedrock-runtime"), objects)
        yield found
        found.s3vectors.close()
        found.bedrock.close()
