"""Media files by format, and a service over the weightless model."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from tests.media.conftest import Film, make

from sensorium.errors import Invalid, NotFound
from sensorium.models.registry import Registry
from sensorium.server.bedrock import BedrockService
from sensorium.server.bedrock.installed import Installed, Model
from sensorium.server.bedrock.sources import Sources
from sensorium.server.call import Answer, Call, Caller
from sensorium.testing.weightless import WeightlessProvider

ACCOUNT = "000000000000"
NOVA = "amazon.nova-2-multimodal-embeddings-v1:0"
FILMS = {
    "mp4": Film(2.0),
    "mov": Film(2.0),
    "mkv": Film(2.0),
    "webm": Film(2.0, "libvpx", "libopus", fps=6, size=(64, 48)),
    "flv": Film(2.0, "flv1", "libmp3lame", rate=44_100),
    "mpeg": Film(2.0, "mpeg1video", "mp2", fps=25),
    "wmv": Film(2.0, "wmv2", "wmav2", rate=44_100),
    "3gp": Film(2.0, "mpeg4", "aac"),
    "mp3": Film(2.0, None, "libmp3lame"),
    "wav": Film(2.0, None, "pcm_s16le"),
    "ogg": Film(2.0, None, "libopus"),
    "flac": Film(2.0, None, "flac"),
    "m4a": Film(2.0, None, "aac"),
    "silent.mp4": Film(2.0, sound=None),
    "sound.mp4": Film(2.0, None, "aac"),
    "long.mp4": Film(32.0, fps=2, size=(64, 48)),
    "long.wav": Film(31.0, None, "pcm_s16le", rate=8000),
    "padded.mp3": Film(30.0, None, "libmp3lame", rate=16_000),
    "avi": Film(1.0, "mpeg4", "libmp3lame"),
}


def picture(form: str, seed: int = 1, size: tuple[int, int] = (64, 48)) -> bytes:
    """A picture file of coloured tiles."""
    tiles = np.random.default_rng(seed).integers(0, 255, (4, 4, 3), np.uint8)
    out = io.BytesIO()
    Pillow.fromarray(tiles).resize(size, Pillow.Resampling.NEAREST).save(out, form)
    return out.getvalue()


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """``film("mp4")``: the bytes of a file of FILMS, made when it is first asked for."""
    folder = tmp_path_factory.mktemp("films")

    def read(name: str) -> bytes:
        path = folder / (name if "." in name else f"film.{name}")
        return (path if path.exists() else make(path, FILMS[name])).read_bytes()

    return read


@dataclass
class Shelf:
    """Objects in memory."""

    held: dict[str, bytes] = field(default_factory=dict)

    def read(self, uri: str, max_bytes: int | None = None) -> bytes:
        if uri not in self.held:
            raise NotFound(f"no object {uri}", path=uri)
        if max_bytes is not None and len(self.held[uri]) > max_bytes:
            raise Invalid(f"{uri}: more than {max_bytes} bytes", code="too_large", path=uri)
        return self.held[uri]

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"an embedding needs no {name} of an object store")


@dataclass
class NoJobs:
    """Jobs that note what came."""

    calls: list[tuple[str, Call]] = field(default_factory=list)
    closed: bool = False

    def start(self, call: Call) -> Answer:
        self.calls.append(("start", call))
        return Answer({"invocationArn": "arn"})

    def get(self, call: Call) -> Answer:
        self.calls.append(("get", call))
        return Answer({"status": "Completed"})

    def list(self, call: Call) -> Answer:
        self.calls.append(("list", call))
        return Answer({"asyncInvokeSummaries": []})

    def close(self) -> None:
        self.closed = True


@pytest.fixture(scope="session")
def installed() -> Installed:
    registry = Registry()
    registry.register("builtin", WeightlessProvider())
    return Installed(registry)


@pytest.fixture
def model(installed: Installed) -> Model:
    return installed.resolve(NOVA)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def sources(shelf: Shelf) -> Sources:
    return Sources(shelf, ACCOUNT)


@dataclass
class Door:
    """Invokes models of a service."""

    service: BedrockService
    shelf: Shelf
    jobs: NoJobs

    def answer(self, document: Any, model: str = NOVA, **members: Any) -> Answer:
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        call = Call("InvokeModel", {"modelId": model, "body": data, **members}, Caller(ACCOUNT, "us-east-1"), "r-1")
        return self.service.call(call)

    def invoke(self, document: Any, model: str = NOVA, **members: Any) -> Any:
        return json.loads(self.answer(document, model, **members).members["body"])


@pytest.fixture
def door(installed: Installed, shelf: Shelf) -> Door:
    jobs = NoJobs()
    return Door(BedrockService(installed, shelf, jobs), shelf, jobs)


def text64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def single(**params: Any) -> dict[str, Any]:
    """A SINGLE_EMBEDDING body."""
    return {"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": {"embeddingPurpose": "GENERIC_INDEX", **params}}


def cosine(a: Any, b: Any) -> float:
    return float(np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b)))
