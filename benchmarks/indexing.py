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

import av
import numpy as np
from PIL import Image

from sensorium.home import Home
from sensorium.media.read import read
from sensorium.pipeline import index
from sensorium.space import as_source
from sensorium.types import Purpose

HOURS = 2
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


def write_film(path: Path) -> None:
    """Two hours of 720p with sound: a minute is encoded once and its packets repeated."""
    if path.exists():
        return
    minute = path.with_name("minute.mp4")
    _write_minute(minute)
    with av.open(str(path.with_suffix(".part.mp4")), "w", format="mp4") as film:
        outputs: dict[int, av.VideoStream | av.AudioStream] = {}
        for loop in range(HOURS * 3600 // LOOP_S):
            with av.open(str(minute)) as source:
                for packet in source.demux():
                    stream = packet.stream
                    if packet.dts is None or not isinstance(stream, av.VideoStream | av.AudioStream):
                        continue
                    if stream.index not in outputs:
                        outputs[stream.index] = film.add_stream_from_template(stream)
                    shift = int(loop * LOOP_S / (packet.time_base or Fraction(1)))
                    packet.dts += shift
                    packet.pts = (packet.pts or 0) + shift
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
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"photographs: {count} of 640x480 on {CORES} cores")
    print(f"  decode + model alone {bare:8.1f}/s")
    print(f"  whole run            {whole:8.1f}/s   ratio {whole / bare:.2f} (bar 0.80)")
    print(f"  peak memory          {peak:8.0f} MB  (bar 700)")


def film(work: Path) -> None:
    """Print the time and peak memory of a fresh process that indexes the film."""
    path = work / "film-720p-2h.mp4"
    write_film(path)
    code = (
        "import resource, sys; from sensorium.home import Home; from sensorium.pipeline import index\n"
        "with Home(sys.argv[1]) as home:\n"
        "    report = index(home.open('bench', create=True), [sys.argv[2]])\n"
        "    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "    print(report.segments, round(report.seconds), round(peak), report.failures)"
    )
    with tempfile.TemporaryDirectory(dir=work) as home_path:
        command = [sys.executable, "-c", code, home_path, str(path)]
        segments, seconds, peak, *failures = subprocess.run(
            command, check=True, capture_output=True, text=True
        ).stdout.split(maxsplit=3)
    print(f"film: two hours of 720p, {segments} segments in {seconds} s, {failures[0].strip()} failures")
    print(f"  peak memory          {float(peak):8.0f} MB  (bar 700)")


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
