"""The sample library: what it holds, and how it gets onto the disk."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import av
import numpy as np
import PIL

from sensorium.samples import (
    animals,
    calls,
    clips,
    clothing,
    encode,
    machines,
    music,
    notes,
    office,
    plants,
    products,
    report,
    scenes,
    shores,
    streets,
    weather,
)
from sensorium.samples.canvas import Canvas
from sensorium.samples.synthesis import Wave

RECEIPT = ".samples.json"
"""A hidden file that remembers what was written, so that a second run writes nothing."""


@dataclass(frozen=True)
class Sample:
    """One file: where it goes below the folder, what it is, in words, and how its bytes are made."""

    path: str
    modality: Literal["text", "document", "image", "audio", "video"]
    about: str
    make: Callable[[], bytes]


def _suffix(path: str) -> str:
    return "." + path.rpartition(".")[2]


def image(path: str, about: str, draw: Callable[[], Canvas], orientation: int = 1) -> Sample:
    """A drawn picture."""
    return Sample(path, "image", about, lambda: encode.picture(draw().image(), _suffix(path), orientation))


def audio(path: str, about: str, play: Callable[[], Wave]) -> Sample:
    """A synthesised sound."""
    return Sample(path, "audio", about, lambda: encode.sound(play(), _suffix(path)))


IMAGES = (
    image("photos/beach.jpg", "a sandy beach with sea, palm tree and parasol", shores.beach),
    image("photos/sunset.jpg", "sunset over the sea", shores.sunset),
    image("photos/snowy_mountain.jpg", "snowy mountains", scenes.snowy_mountain),
    image("photos/mountain_lake.webp", "a mountain lake", scenes.lake),
    image("photos/forest.jpg", "a green forest with a path", scenes.forest),
    image("photos/autumn_forest.jpg", "a forest in autumn", partial(scenes.forest, 12, autumn=True)),
    image("photos/rainbow.jpg", "a rainbow over hills", scenes.rainbow),
    image("photos/desert.jpg", "sand dunes in the desert", scenes.desert),
    image("photos/meadow.jpg", "a meadow of flowers", scenes.meadow),
    image("photos/night_sky.png", "the moon and stars at night", scenes.night_sky),
    image("photos/sailing_boat.jpg", "a sailing boat at sea", shores.sailing_boat),
    image("photos/city_at_night.jpg", "a city skyline at night", streets.city_night),
    image("photos/street.jpg", "cars on a street with houses", streets.street),
    image("photos/train.webp", "a red train", streets.train),
    image("photos/lighthouse.jpg", "a red and white lighthouse", shores.lighthouse, 6),
    image("photos/hot_air_balloon.jpg", "a hot-air balloon", streets.balloon),
    image("animals/dog.jpg", "a brown dog", animals.dog),
    image("animals/cat.jpg", "a grey cat", animals.cat),
    image("animals/goldfish.jpg", "an orange fish", animals.goldfish),
    image("animals/butterfly.png", "a butterfly", animals.butterfly),
    image("animals/bird.jpg", "a blue bird on a branch", animals.bird),
    image("plants/sunflower.jpg", "a sunflower", plants.sunflower),
    image("plants/rose.jpg", "a red rose", plants.rose),
    image("products/apple.png", "a red apple", plants.apple),
    image("products/banana.jpg", "ripe bananas", plants.banana),
    image("products/orange.webp", "an orange fruit", plants.orange),
    image("products/red_dress.jpg", "a red summer dress", clothing.dress),
    image("products/blue_jeans.png", "blue jeans", clothing.jeans),
    image("products/yellow_tshirt.jpg", "a yellow T-shirt", clothing.tshirt),
    image("products/green_handbag.webp", "a green handbag", clothing.handbag),
    image("products/sneaker.jpg", "a white running shoe", clothing.sneaker),
    image("products/straw_hat.jpg", "a straw hat", clothing.hat),
    image("products/sunglasses.png", "black sunglasses", clothing.sunglasses),
    image("products/umbrella.png", "a colourful umbrella", clothing.umbrella),
    image("products/coffee_mug.jpg", "a red mug of coffee", products.mug),
    image("products/chair.jpg", "a wooden chair", products.chair),
    image("products/armchair.jpg", "a blue armchair", products.armchair),
    image("products/lamp.jpg", "a table lamp", products.lamp),
    image("products/clock.png", "a wall clock", products.clock),
    image("products/guitar.jpg", "an acoustic guitar", products.guitar),
    image("products/football.jpg", "a football on grass", products.football),
)

SOUNDS = (
    audio("sounds/rain.mp3", "rain falling", weather.rain),
    audio("sounds/thunder.flac", "thunder", weather.thunder),
    audio("sounds/wind.ogg", "howling wind", weather.wind),
    audio("sounds/sea_waves.mp3", "sea waves on a beach", weather.waves),
    audio("sounds/siren.wav", "a police siren", machines.siren),
    audio("sounds/church_bell.flac", "a church bell ringing", machines.church_bell),
    audio("sounds/dog_bark.wav", "a dog barking", calls.dog_bark),
    audio("sounds/cat_meow.wav", "a cat meowing", calls.cat_meow),
    audio("sounds/birds.ogg", "birds singing", calls.birds),
    audio("sounds/crickets.mp3", "crickets chirping", calls.crickets),
    audio("sounds/frogs.ogg", "frogs croaking", calls.frog),
    audio("sounds/engine.mp3", "a car engine idling", machines.engine),
    audio("sounds/jackhammer.m4a", "a jackhammer drilling", machines.jackhammer),
    audio("sounds/gunshots.wav", "gunshots", machines.gunshots),
    audio("sounds/clock_ticking.flac", "a clock ticking", machines.clock_ticking),
    audio("sounds/telephone.m4a", "a telephone ringing", machines.telephone),
    audio("sounds/alarm_clock.wav", "an alarm clock beeping", machines.alarm_clock),
    audio("sounds/applause.mp3", "people clapping, applause", machines.applause),
    audio("sounds/baby_crying.mp3", "a baby crying", calls.baby_cry),
    audio("sounds/train.ogg", "a train with its horn", machines.train_pass),
    audio("sounds/footsteps.wav", "footsteps", machines.footsteps),
    audio("music/piano.mp3", "piano music", music.piano),
    audio("music/guitar.ogg", "an acoustic guitar", music.guitar),
    audio("music/flute.flac", "a flute melody", music.flute),
    audio("music/violin.m4a", "a violin melody", music.violin),
    audio("music/drums.ogg", "drums", music.drums),
)

VIDEOS = tuple(
    Sample(f"clips/{name}", "video", ", then ".join(part.about for part in parts), partial(clips.render, name))
    for name, parts in clips.CLIPS.items()
)

DOCUMENTS = (
    Sample("reports/annual_report.pdf", "document", "annual report of a town, ten pages", report.annual_report),
    Sample("reports/scanned_letter.pdf", "document", "a scanned letter about a telescope", report.scanned_letter),
    Sample("reports/garden_club.docx", "document", "minutes of a garden club", office.minutes),
    Sample("reports/bees.pptx", "document", "slides about bees", office.slides),
)

TEXTS = tuple(
    Sample(f"notes/{name}", "text", body.strip().splitlines()[0], partial(body.encode, "utf-8"))
    for name, body in notes.NOTES.items()
)

SAMPLES: tuple[Sample, ...] = (*IMAGES, *SOUNDS, *VIDEOS, *DOCUMENTS, *TEXTS)


def write_library(folder: Path, progress: Callable[[int, int], None] | None = None) -> list[Path]:
    """Write the sample library into ``folder`` and return its files.

    A file that is there as it should be is left alone, so its time stays. ``progress`` hears (done, of how many).
    """
    return write_samples(folder, SAMPLES, progress)


def write_samples(
    folder: Path, samples: Sequence[Sample], progress: Callable[[int, int], None] | None = None
) -> list[Path]:
    """Write these samples below ``folder``; see :func:`write_library`."""
    folder.mkdir(parents=True, exist_ok=True)
    makers = _makers()
    known = _receipt(folder / RECEIPT) if (folder / RECEIPT).is_file() else {}
    done: dict[str, str] = {}
    paths = []
    for number, sample in enumerate(samples, 1):
        path = folder / sample.path
        now = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
        if now is None or known.get(sample.path) != f"{makers} {now}":
            body = sample.make()
            wanted = hashlib.sha256(body).hexdigest()
            if wanted != now:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
            now = wanted
        done[sample.path] = f"{makers} {now}"
        paths.append(path)
        if progress is not None:
            progress(number, len(samples))
    if done != known:
        (folder / RECEIPT).write_text(json.dumps(done, indent=0, sort_keys=True), "utf-8")
    return paths


def _receipt(path: Path) -> dict[str, str]:
    """What an earlier run noted; nothing when somebody has damaged the note, since everything can be made again."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _makers() -> str:
    """A fingerprint of all that decides the bytes: this code and the libraries that encode."""
    code = hashlib.sha256()
    for part in sorted(Path(__file__).parent.glob("*.py")):
        code.update(part.read_bytes())
    code.update(f"{np.__version__} {PIL.__version__} {av.__version__} {sys.byteorder}".encode())
    return code.hexdigest()[:16]
