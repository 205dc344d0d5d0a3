"""A space over the embedded store with the weightless model, and a folder of small real files."""

import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sensorium.home import Home
from sensorium.models.registry import Registry
from sensorium.space import Space
from sensorium.testing.weightless import WeightlessProvider

SENTENCE = "The {} goes slowly over the hill and nobody looks up from the paper until the bell rings at noon. "


def registry() -> Registry:
    """A registry of the weightless model alone."""
    found = Registry()
    found.register("weightless", WeightlessProvider())
    return found


def write_text(path: Path, word: str, sentences: int = 12) -> None:
    path.write_text("".join(SENTENCE.format(f"{word} {number}") for number in range(sentences)), encoding="utf-8")


def write_image(path: Path, seed: int) -> None:
    tiles = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    Image.fromarray(tiles).resize((160, 120), Image.Resampling.NEAREST).save(path)


def write_sound(path: Path, pitch: float, seconds: float = 7.0) -> None:
    t = np.arange(int(16_000 * seconds)) / 16_000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((12_000 * np.sin(2 * np.pi * pitch * t)).astype("<i2").tobytes())


def write_folder(folder: Path, files: int = 12) -> None:
    """A third each of texts (several segments), pictures (one) and sounds (two)."""
    (folder / "below").mkdir(parents=True, exist_ok=True)
    for number in range(files):
        place = folder / "below" if number % 2 else folder
        match number % 3:
            case 0:
                write_text(place / f"note{number}.txt", f"cart{number}")
            case 1:
                write_image(place / f"tile{number}.png", number)
            case _:
                write_sound(place / f"tone{number}.wav", 200.0 + 50 * number)


def contents(space: Space) -> dict[str, tuple[bytes, dict[str, object]]]:
    """Everything in the index, comparable: key to vector bytes and metadata."""
    records = space.index.scan(None, 10_000)
    return {record.key: (record.vector.tobytes(), dict(record.metadata)) for record in records}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home(tmp_path / "home", registry()) as home:
        yield home


@pytest.fixture
def space(home: Home) -> Space:
    return home.open("things", model="weightless", create=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_folder(tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def make_home(tmp_path: Path) -> Iterator[Callable[[str], Home]]:
    """More homes beside the first."""
    made: list[Home] = []

    def make(name: str) -> Home:
        made.append(Home(tmp_path / name, registry()))
        return made[-1]

    yield make
    for home in made:
        home.close()
