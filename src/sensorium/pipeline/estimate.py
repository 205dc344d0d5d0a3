"""A dry run: what a run would find and how long it would take, measured on a few of the user's own segments."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath

from sensorium.errors import Invalid, SensoriumError
from sensorium.ledger import Ledger
from sensorium.media.extent import Extent, extent
from sensorium.media.read import read
from sensorium.objects.base import Objects
from sensorium.pipeline.buckets import DOWN, look_around
from sensorium.pipeline.job import is_unchanged, make_job, segmentation
from sensorium.pipeline.options import Options
from sensorium.pipeline.report import SKIPPED, Failure
from sensorium.pipeline.walk import Walk
from sensorium.space import Space
from sensorium.types import Modality, Source

SAMPLES = 3
"""Sources of a modality that are read and embedded to learn the pace, and segments of each."""


@dataclass(slots=True)
class Estimate:
    """Counts of sources unless said otherwise."""

    total: int = 0
    unchanged: int = 0
    by_modality: dict[str, int] = field(default_factory=dict)
    """Sources to embed, by modality."""
    segments: int = 0
    """Segments to embed, about."""
    seconds: float = 0.0
    """How long the run would take, about."""
    skipped: dict[str, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        """For ``--json``."""
        return {
            "total": self.total,
            "unchanged": self.unchanged,
            "by_modality": dict(sorted(self.by_modality.items())),
            "segments": self.segments,
            "seconds": round(self.seconds, 1),
            "skipped": dict(sorted(self.skipped.items())),
            "failed": len(self.failures),
            "failures": [{"source": f.source, "code": f.code, "reason": f.reason} for f in self.failures],
        }


@dataclass(slots=True)
class Kind:
    """Objects whose names end alike, of which ``SAMPLES`` were looked into."""

    modality: Modality = Modality.TEXT
    sources: int = 0
    segments: int = 0
    size: int = 0

    @property
    def known(self) -> bool:
        return self.sources >= SAMPLES

    def add(self, size: int, found: Extent) -> None:
        """Learn from one of them."""
        self.modality = found.modality
        self.sources += 1
        self.segments += found.segments
        self.size += size

    def guess(self, size: int) -> Extent:
        """What another one of ``size`` bytes holds: one segment where all did, else as many a byte."""
        if self.segments == self.sources:
            return Extent(self.modality, 1)
        return Extent(self.modality, max(1, round(self.segments * size / self.size)))


def estimate(
    space: Space, paths: Sequence[Path | str], options: Options = Options(), objects: Objects | None = None
) -> Estimate:
    """Look at every file's headers, embed a few segments to learn the pace, store nothing. Raises as ``index``.

    Of objects in buckets a few of each kind are fetched, and the others are taken to be like them.
    """
    if space.ledger is None:
        raise Invalid("this space has no catalog, which indexing needs; open it with sensorium.open", path="space")
    with ExitStack() as stack:
        return _estimated(space, space.ledger, look_around(paths, options, objects, stack), options)


def _estimated(space: Space, ledger: Ledger, found: Walk, options: Options) -> Estimate:
    result = Estimate(total=len(found.candidates) + len(found.failures), skipped=dict(found.skipped))
    result.failures.extend(found.failures)
    segments: dict[Modality, int] = {}
    samples: dict[Modality, list[Source]] = {}
    kinds: dict[str, Kind] = {}
    for candidate in found.candidates:
        job = make_job(candidate, space, options)
        if is_unchanged(job, ledger):
            result.unchanged += 1
            continue
        kind = kinds.setdefault(PurePosixPath(candidate.uri).suffix.lower(), Kind())
        try:
            if candidate.etag and kind.known:
                size, source = kind.guess(candidate.size), None
            else:
                _, source = candidate.opened()
                size = extent(source, segmentation(space, options))
                kind.add(candidate.size, size)
        except OSError as error:
            result.failures.append(Failure(candidate.uri, "unreadable", f"{candidate.uri}: {error.strerror}"))
            continue
        except SensoriumError as error:
            if error.code == DOWN:
                raise
            if error.code in SKIPPED and not candidate.named:
                result.skipped[SKIPPED[error.code]] = result.skipped.get(SKIPPED[error.code], 0) + 1
            else:
                result.failures.append(Failure(candidate.uri, error.code, error.message))
            continue
        result.by_modality[size.modality] = result.by_modality.get(size.modality, 0) + 1
        segments[size.modality] = segments.get(size.modality, 0) + size.segments
        if source is not None and len(samples.setdefault(size.modality, [])) < SAMPLES:
            samples[size.modality].append(source)
    result.segments = sum(segments.values())
    workers = options.workers or os.cpu_count() or 1
    for modality, count in segments.items():
        result.seconds += _pace(space, samples[modality], options) * count / workers
    return result


def _pace(space: Space, sources: Sequence[Source], options: Options) -> float:
    """Seconds that reading and embedding a segment takes on one thread."""
    began, count = time.perf_counter(), 0
    for source in sources:
        try:
            found = read(source, segmentation(space, options), space.embedder.spec.reading)
            sample = list(islice(found, SAMPLES))
            space.embed([segment.payload for segment in sample], options.purpose)
        except SensoriumError:  # the headers were fine and the rest is not; the run itself will report it
            continue
        count += len(sample)
    return (time.perf_counter() - began) / count if count else 0.0
