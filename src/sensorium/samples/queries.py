"""A dozen searches to try on the sample library. What they look for is only shown; the search knows nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sensorium.samples import (
    animals,
    calls,
    machines,
    scenes,
    shores,
)
from sensorium.samples.library import Sample, audio, image, write_samples


@dataclass(frozen=True)
class SampleQuery:
    """One search: ``title`` says which way it goes; the inputs are fused into one query when there are several.

    ``file`` is a path below the queries folder. ``wanted`` is the library file looked for; ``page`` (1-based) or
    ``start_s`` (the second where the looked-for part of five seconds begins) narrow it. ``modality`` keeps hits of
    that kind only.
    """

    title: str
    wanted: str
    text: str | None = None
    file: str | None = None
    page: int | None = None
    start_s: float | None = None
    modality: str | None = None


QUERY_FILES: tuple[Sample, ...] = (
    image("another_beach.jpg", "a beach, drawn differently", partial(shores.beach, 2)),
    image("another_dog.jpg", "another dog", partial(animals.dog, 66)),
    image("another_forest.jpg", "a green forest, drawn differently", partial(scenes.forest, 40)),
    image("another_mountain.jpg", "another snowy mountain", partial(scenes.snowy_mountain, 8)),
    audio("another_siren.wav", "another siren", partial(machines.siren, 5, 91)),
    audio("another_bark.wav", "another dog barking", partial(calls.dog_bark, 4, 92)),
)

REPORT, TOWN = "reports/annual_report.pdf", "clips/night_in_town.mp4"
SKI, AUTUMN = "notes/зимний_поход.txt", "photos/autumn_forest.jpg"

QUERIES: tuple[SampleQuery, ...] = (
    SampleQuery("text to image", "products/red_dress.jpg", text="red summer dress", modality="image"),
    SampleQuery("text to anything", "photos/snowy_mountain.jpg", text="mountains covered with snow"),
    SampleQuery("text to audio", "sounds/dog_bark.wav", text="the sound of a dog barking", modality="audio"),
    SampleQuery("text to video moment", TOWN, text="a police siren at night", start_s=5, modality="video"),
    SampleQuery("text to page", REPORT, text="electricity from wind turbines", page=4, modality="document"),
    SampleQuery("text to anything", REPORT, text="average wait in the emergency room", page=9),
    SampleQuery("image to image", "photos/beach.jpg", file="another_beach.jpg", modality="image"),
    SampleQuery("image to video moment", "clips/pets.mp4", file="another_dog.jpg", start_s=0, modality="video"),
    SampleQuery("audio to video moment", TOWN, file="another_siren.wav", start_s=5, modality="video"),
    SampleQuery("audio to image", "animals/dog.jpg", file="another_bark.wav", modality="image"),
    SampleQuery("German text to image", "animals/cat.jpg", text="eine graue Katze", modality="image"),
    SampleQuery("English text to Russian note", SKI, text="a winter ski trip through the forest", modality="text"),
    SampleQuery("text and image to image", AUTUMN, text="orange autumn leaves", file="another_forest.jpg"),
    SampleQuery("image to text", SKI, file="another_mountain.jpg", modality="text"),
)


def write_queries(folder: Path, progress: Callable[[int, int], None] | None = None) -> list[Path]:
    """Write the pictures and sounds that :data:`QUERIES` search with; keep ``folder`` out of the index."""
    return write_samples(folder, QUERY_FILES, progress)
