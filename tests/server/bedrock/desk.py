"""A desk for async jobs: buckets in a folder, the weightless model, and calls as the transport makes them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.pipeline.conftest import registry

from sensorium.objects.base import ObjectInfo, Objects
from sensorium.objects.local import LocalObjects
from sensorium.server.bedrock.installed import Installed
from sensorium.server.bedrock.jobs import AsyncJobs
from sensorium.server.bedrock.parts import Limits
from sensorium.server.call import Call, Caller

NOVA = "amazon.nova-2-multimodal-embeddings-v1:0"
CALLER = Caller("123456789012", "us-east-1")


def start_call(model: str, document: dict[str, Any], caller: Caller = CALLER, **members: Any) -> Call:
    """StartAsyncInvoke as the transport hands it on."""
    output = {"s3OutputDataConfig": {"s3Uri": members.pop("s3Uri", "s3://out-bucket/results/")}}
    found = {"modelId": model, "modelInput": document, "outputDataConfig": output, **members}
    return Call("StartAsyncInvoke", found, caller, "request")


def nova_input(kind: str, uri: str, dimension: int = 256, **member: Any) -> dict[str, Any]:
    """A SEGMENTED_EMBEDDING of an object."""
    usual: dict[str, dict[str, Any]] = {
        "text": {"truncationMode": "END", "segmentationConfig": {"maxLengthChars": 800}},
        "image": {"format": "png"},
        "audio": {"format": "wav", "segmentationConfig": {"durationSeconds": 5}},
        "video": {
            "format": "mp4",
            "embeddingMode": "AUDIO_VIDEO_COMBINED",
            "segmentationConfig": {"durationSeconds": 5},
        },
    }
    what = {**usual[kind], "source": {"s3Location": {"uri": uri}}, **member}
    params = {"embeddingPurpose": "GENERIC_INDEX", "embeddingDimension": dimension, kind: what}
    return {
        "schemaVersion": "nova-multimodal-embed-v1",
        "taskType": "SEGMENTED_EMBEDDING",
        "segmentedEmbeddingParams": params,
    }


class Slow(LocalObjects):
    """Sources come only once ``gate`` is open."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.gate = threading.Event()
        self.fetched: list[str] = []
        self.most = self.now = 0
        self.lock = threading.Lock()

    def fetch(self, uri: str, to: Path, max_bytes: int | None = None) -> ObjectInfo:
        with self.lock:
            self.fetched.append(uri)
            self.now += 1
            self.most = max(self.most, self.now)
        self.gate.wait(20)
        with self.lock:
            self.now -= 1
        return super().fetch(uri, to, max_bytes)


@dataclass
class Desk:
    """``folder`` holds the home's files and, in ``buckets``, the buckets ``in-bucket`` and ``out-bucket``."""

    folder: Path
    objects: Objects
    jobs: AsyncJobs = field(init=False)

    def put(self, key: str, data: bytes) -> str:
        """An object to embed, by its URI."""
        uri = f"s3://in-bucket/{key}"
        self.objects.write(uri, data, "application/octet-stream")
        return uri

    def start(self, model: str, document: dict[str, Any], **members: Any) -> str:
        """The ARN of a new job."""
        return str(self.jobs.start(start_call(model, document, **members)).members["invocationArn"])

    def get(self, arn: str, caller: Caller = CALLER) -> dict[str, Any]:
        return dict(self.jobs.get(Call("GetAsyncInvoke", {"invocationArn": arn}, caller, "request")).members)

    def listed(self, caller: Caller = CALLER, **members: Any) -> dict[str, Any]:
        return dict(self.jobs.list(Call("ListAsyncInvokes", members, caller, "request")).members)

    def ended(self, arn: str, seconds: float = 60.0) -> dict[str, Any]:
        """The state of a job once it has ended."""
        until = time.monotonic() + seconds
        while (state := self.get(arn))["status"] == "InProgress":
            assert time.monotonic() < until, state
            time.sleep(0.01)
        return state

    def done(self, model: str, document: dict[str, Any], **members: Any) -> str:
        """The output folder's URI of a job that ran to its end."""
        state = self.ended(self.start(model, document, **members))
        assert state["status"] == "Completed", state
        return str(state["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"])

    def lines(self, uri: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.objects.read(uri).decode().splitlines()]

    def document(self, uri: str) -> Any:
        return json.loads(self.objects.read(uri))

    def files(self, uri: str) -> list[str]:
        return [info.uri.removeprefix(f"{uri}/") for info in self.objects.list(f"{uri}/")]


@contextmanager
def opened(folder: Path, objects: Objects | None = None, **options: Any) -> Iterator[Desk]:
    """A desk whose jobs run; opening it again on the same folder is a restart."""
    for bucket in ("in-bucket", "out-bucket"):
        (folder / "buckets" / bucket).mkdir(parents=True, exist_ok=True)
    desk = Desk(folder, objects or LocalObjects(folder / "buckets"))
    installed = Installed(registry(), {"*": "weightless"})
    options.setdefault("limits", Limits())
    desk.jobs = AsyncJobs(folder / "jobs.db", folder / "jobs", installed, desk.objects, **options)
    try:
        yield desk
    finally:
        desk.jobs.close()
