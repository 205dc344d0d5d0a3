"""How fast a folder of photographs is indexed, and how much memory a long video takes.

    python -m benchmarks.indexing [--photos 1000] [--video] [--work DIR]

Photographs: the rate of a whole run (walk, decode, embed, put, commit) over the rate that decoding plus the model alone
reach in as many threads in the same process. Bar: 0.8. Video: the peak memory of a process that indexes a two-hour
720p film, made once and kept in ``--work``. Bar: 700 MB for both.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from PIL import Image

from sensorium.home import DEFAULT_MODEL, Home
from sensorium.media.read import read
from sensorium.models.registry import Registry
from sensorium.pipeline import index
from sensorium.space import as_source
from sensorium.testing.weightless import WeightlessProvider
from sensorium.types import Purpose

LOOP_S = 60
RATE = 25
CORES = os.cpu_count() or 1


def write_photos(folder: Path, count: int) -> None:
    """JPEGs of 640x480 with the detail and the size (about 100 KB) of photographs."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    for number in range(count):
        path = folder / f"photo{number:05}.jpg"
        if path.exists():
            continue
        layers = [
            np.asarray(
                Image.fromarray(rng.integers(0, 256, (480 // size, 640 // size, 3), np.uint8)).resize(
                    (640, 480), Image.Resampling.BICUBIC
                ),
                np.float32,
            )
            * weight
            for size, weight in ((160, 0.5), (40, 0.3), (8, 0.15), (2, 0.05))
        ]
        Image.fromarray(np.sum(layers, axis=0).astype(np.uint8)).save(path, quality=90)


def write_film(path: Path, minutes: int = 120) -> None:
    """720p with sound: a minute is encoded once and its packets repeated. Nothing is done where the file is there."""
    if path.exists():
        return
    minute = path.with_name("minute.mp4")
    _write_minute(minute)
    with av.open(str(path.with_suffix(".part.mp4")), "w", format="mp4") as film:
        outputs: dict[int, av.VideoStream | av.AudioStream] = {}
        last: dict[int, int] = {}
        for loop in range(minutes):
            with av.open(str(minute)) as source:
                tracks: list[av.VideoStream | av.AudioStream] = [*source.streams.video, *source.streams.audio]
                for each in tracks:
                    if each.index not in outputs:  # all of them before the first packet, which writes the header
                        outputs[each.index] = film.add_stream_from_template(each)
                for packet in source.demux():
                    stream = packet.stream
                    if packet.dts is None or stream.index not in outputs:
                        continue
                    shift = int(loop * LOOP_S / (packet.time_base or Fraction(1)))
                    if packet.dts + shift <= last.get(stream.index, packet.dts + shift - 1):
                        continue  # sound begins a little before its minute and overlaps with the one before
                    packet.dts += shift
                    packet.pts = (packet.pts or 0) + shift
                    last[stream.index] = packet.dts
                    packet.stream = outputs[stream.index]
                    film.mux(packet)
    minute.unlink()
    path.with_suffix(".part.mp4").rename(path)


def _write_minute(path: Path) -> None:
    rng = np.random.default_rng(2)
    scenes = [np.kron(rng.integers(0, 256, (9, 16, 3), np.uint8), np.ones((80, 80, 1), np.uint8)) for _ in range(12)]
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "crf": "28"})
        video.width, video.height, video.pix_fmt = 1280, 720, "yuv420p"
        sound = container.add_stream("aac", rate=44_100, layout="mono")
        for number in range(LOOP_S * RATE):
            picture = np.roll(scenes[number // (5 * RATE)], number * 4, axis=1)
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode(None))
        t = np.arange(LOOP_S * 44_100) / 44_100
        wave = (np.sin(2 * np.pi * (200 + 20 * t) * t) * 0.3).astype(np.float32)
        for start in range(0, len(wave), 1024):
            frame = av.AudioFrame.from_ndarray(wave[None, start : start + 1024], format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 44_100, start, Fraction(1, 44_100)
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))


def photographs(work: Path, count: int) -> None:
    """Print both rates and their ratio."""
    folder = work / f"photos-{count}"
    write_photos(folder, count)
    files = sorted(folder.iterdir())
    with tempfile.TemporaryDirectory(dir=work) as home_path, Home(home_path) as home:
        space = home.open("bench", create=True)
        spec = space.embedder.spec

        def alone(path: Path) -> None:
            payloads = [segment.payload for segment in read(as_source(path), spec.segmentation, spec.reading)]
            space.embed(payloads, Purpose.GENERIC_INDEX)

        with ThreadPoolExecutor(CORES) as pool:
            list(pool.map(alone, files[:32]))  # warm the model and the disk's cache
            began = time.perf_counter()
            list(pool.map(alone, files))
            bare = count / (time.perf_counter() - began)
        report = index(space, [folder])
        assert report.embedded == count, report
        whole = count / report.seconds
    print(f"photographs: {count} of 640x480 on {CORES} cores")
    print(f"  decode + model alone {bare:8.1f}/s")
    print(f"  whole run            {whole:8.1f}/s   ratio {whole / bare:.2f} (bar 0.80)")
    print(f"  peak memory          {_peak_mb():8.0f} MB  (bar 700)")


class Measured(NamedTuple):
    """What a fresh process needed to index one file."""

    segments: int
    failures: int
    seconds: float
    peak_mb: float


def measured(path: Path, home: Path, model: str) -> Measured:
    """Index the file in a process of its own, into a new home."""
    code = "import sys; from benchmarks.indexing import indexed; indexed(*sys.argv[1:])"
    command = [sys.executable, "-c", code, str(path), str(home), model]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    segments, failures, seconds, peak = done.stdout.split()
    return Measured(int(segments), int(failures), float(seconds), float(peak))


def indexed(path: str, home_path: str, model: str) -> None:
    """Index the file and print the numbers of :class:`Measured`; the work of its process."""
    registry = Registry.installed()
    registry.register("weightless", WeightlessProvider())
    with Home(home_path, registry) as home:
        report = index(home.open("bench", model=model, create=True), [path])
    print(report.segments, len(report.failures), report.seconds, _peak_mb())


def _peak_mb() -> float:
    """This process's peak. A child begins with its parent's in ``getrusage``, hence Linux's own number where it is."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def film(work: Path) -> None:
    """Print the time and peak memory of a fresh process that indexes the film."""
    path = work / "film-720p-2h.mp4"
    write_film(path)
    with tempfile.TemporaryDirectory(dir=work) as home:
        found = measured(path, Path(home), DEFAULT_MODEL)
    print(f"film: two hours of 720p, {found.segments} segments in {found.seconds:.0f} s, {found.failures} failures")
    print(f"  peak memory          {found.peak_mb:8.0f} MB  (bar 700)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=1000)
    parser.add_argument("--video", action="store_true", help="the two-hour film instead of the photographs")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "sensorium-bench")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    if options.video:
        film(options.work)
    else:
        photographs(options.work, options.photos)


if __name__ == "__main__":
    main()
