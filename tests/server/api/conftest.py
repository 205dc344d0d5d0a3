"""A running server over a small library of all five modalities, and clients that ask it as programs and pages do."""

from __future__ import annotations

import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image
from tests.media.pdf_files import pages

from sensorium.config import Settings
from sensorium.models.base import Band, Embedder, ModelSpec
from sensorium.models.registry import Registry
from sensorium.samples import encode
from sensorium.server.server import Server
from sensorium.testing.server import RunningServer
from sensorium.testing.weightless import WeightlessEmbedder
from sensorium.types import Modality

FILE = {"content-type": "application/octet-stream"}


class Banded(WeightlessEmbedder):
    """The weightless model with words for its distances."""

    @property
    def spec(self) -> ModelSpec:
        found = super().spec
        bands = {(query, hit): Band(0.2, 0.6, 0.9) for query in Modality for hit in Modality}
        return replace(found, bands=bands)


class BandedProvider:
    def specs(self) -> list[ModelSpec]:
        return [Banded().spec]

    def load(self, name: str) -> Embedder:
        assert not name
        return Banded()


def registry() -> Registry:
    found = Registry()
    found.register("weightless", BandedProvider())
    return found


@dataclass
class Desk:
    """A server, its address under ``/api/v1``, and a client of it."""

    running: RunningServer
    home: Path
    library: Path
    client: httpx.Client

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self.client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def search(self, *inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = self.client.post("/search", json={"inputs": list(inputs), **more})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def fetch(self, address: str, **headers: str) -> httpx.Response:
        """What is behind an address that the API gave."""
        return self.client.get(self.running.url + address.partition("#")[0], headers=headers)

    def hit(self, title: str, **more: Any) -> dict[str, Any]:
        """The first hit of that title."""
        found = self.search({"text": "anything"}, limit=500, **more)["hits"]
        hits: list[dict[str, Any]] = [hit for hit in found if hit["title"] == title]
        assert hits, [hit["title"] for hit in found]
        return sorted(hits, key=lambda hit: str(hit["span"]))[0]

    def add(self, index: str, *paths: Path, **more: Any) -> dict[str, Any]:
        """Index paths and wait."""
        answer = self.client.post("/jobs", json={"index": index, "paths": [str(path) for path in paths], **more})
        assert answer.status_code == 202, answer.text
        return self.wait(answer.json()["id"])

    def wait(self, id: str) -> dict[str, Any]:
        deadline = time.monotonic() + 60
        while (job := self.get(f"/jobs/{id}"))["state"] in ("queued", "running", "stopping"):
            assert time.monotonic() < deadline, job
            time.sleep(0.02)
        return job

    def upload(self, data: bytes, name: str = "file") -> dict[str, Any]:
        answer = self.client.post("/uploads", params={"name": name}, content=data, headers=FILE)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found


def write_library(folder: Path) -> None:
    """One or two files of each modality."""
    folder.mkdir(parents=True)
    (folder / "red.txt").write_text("Red shoes stand by the door. " * 20 + "A parrot speaks of rain.", "utf-8")
    html = "<!doctype html><title>Page</title><script>alert(1)</script><p>Green words."
    (folder / "page.html").write_text(html, "utf-8")
    (folder / "report.pdf").write_bytes(pages(["First page of apples", "Second page of pears"]))
    picture = Image.new("RGB", (120, 60), "red")
    picture.paste("blue", (0, 0, 60, 60))
    turned = Image.Exif()
    turned[0x0112] = 6
    picture.save(folder / "turned.jpg", exif=turned)
    Image.new("RGB", (64, 48), "green").save(folder / "green.png")
    write_sound(folder / "tone.wav")
    write_film(folder / "film.mp4")


def write_sound(path: Path, seconds: float = 8.0) -> None:
    """Silence for two seconds, then a tone."""
    t = np.arange(int(8_000 * seconds)) / 8_000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes((12_000 * np.sin(2 * np.pi * 300 * t) * (t >= 2)).astype("<i2").tobytes())


def write_film(path: Path, seconds: int = 8) -> None:
    """Red for the first half, then blue; without sound."""
    red, blue = (np.full((48, 64, 3), colour, np.uint8) for colour in ((220, 20, 20), (20, 20, 220)))
    frames = (red if second < seconds * 2 else blue for second in range(seconds * 4))
    path.write_bytes(encode.clip(frames, 4, (64, 48), None, ".mp4"))


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """For reading: tests that write make indexes of their own."""
    folder = tmp_path_factory.mktemp("api")
    write_library(folder / "library")
    with opened(folder / "home", folder / "library") as found:
        job = found.add("default", folder / "library", metadata={"colour": "red", "year": 2020})
        assert job["state"] == "done", job
        yield found


class opened:  # noqa: N801  # reads as a verb
    """A desk over a home; closes the server at the end."""

    def __init__(self, home: Path, library: Path, **settings: Any) -> None:
        given = {"serve_port": 0, "serve_access_log": "off", "model": "weightless", **settings}
        self._running = RunningServer(Server(Settings(home, **given), registry()))
        self._client = httpx.Client(base_url=f"{self._running.url}/api/v1", timeout=60)
        self._desk = Desk(self._running, home, library, self._client)

    def __enter__(self) -> Desk:
        self._running.__enter__()
        return self._desk

    def __exit__(self, *error: Any) -> None:
        self._client.close()
        self._running.__exit__(*error)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Desk]:
    """A desk for a test that writes, or restarts it."""
    with opened(tmp_path / "home", tmp_path / "library") as found:
        yield found


@pytest.fixture
def make_library() -> Callable[[Path], None]:
    return write_library
