"""A job: files into an index, with everything that a page shows of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sensorium.errors import Invalid
from sensorium.home import REMOTE, split_name
from sensorium.pipeline import Options, Report
from sensorium.server.api.fields import Fields
from sensorium.server.api.hits import name_of
from sensorium.space import check_user_metadata
from sensorium.stores import names
from sensorium.types import MetadataValue, Segmentation

RECEIVING, QUEUED, RUNNING, STOPPING = "receiving", "queued", "running", "stopping"
DONE, FAILED, CANCELLED, INTERRUPTED = "done", "failed", "cancelled", "interrupted"
ENDED = frozenset((DONE, FAILED, CANCELLED, INTERRUPTED))
SHOWN_FAILURES = 200
_COUNTED = ("total", "finished", "embedded", "reused", "unchanged", "removed", "gone", "failed", "segments")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a job is asked to do; kept, so that it can be tried again."""

    index: str
    paths: tuple[str, ...]
    upload: bool = False
    model: str | None = None
    dim: int | None = None
    metric: str | None = None
    metadata: Mapping[str, MetadataValue] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    prune: bool = False
    segment_seconds: float | None = None
    segment_chars: int | None = None

    def options(self, default: Segmentation, workers: int | None, lookahead_bytes: int) -> Options:
        """The run's options; ``default`` is how the model wants sources cut."""
        cut = None
        if self.segment_seconds is not None or self.segment_chars is not None:
            cut = Segmentation(self.segment_chars or default.max_chars, self.segment_seconds or default.seconds)
        return Options(
            metadata=self.metadata,
            include=self.include,
            exclude=self.exclude,
            segmentation=cut,
            prune=self.prune,
            workers=workers,
            lookahead_bytes=lookahead_bytes,
        )


def wish(members: Mapping[str, Any], index: str) -> Wish:
    """What ``POST /jobs`` asks. Raises Invalid naming the member."""
    fields = Fields(members)
    create = Fields(fields.document("create") or {}, "create")
    metadata = fields.document("metadata") or {}
    for key, value in metadata.items():
        if not isinstance(value, str | int | float | bool | list):
            raise Invalid(
                f"metadata.{key[:100]}: a string, number, boolean or list is needed", path=f"metadata.{key[:100]}"
            )
    check_user_metadata(metadata)
    found = Wish(
        index=fields.text("index", index, 300) or index,
        paths=fields.texts("paths", 1_000),
        upload=fields.flag("upload"),
        model=create.text("model", None, 300),
        dim=create.whole("dim", 0, 1, 4096) or None,
        metric=create.text("metric", None, 20),
        metadata=metadata,
        include=fields.texts("include", 100),
        exclude=fields.texts("exclude", 100),
        prune=fields.flag("prune"),
        segment_seconds=fields.number("segment_seconds"),
        segment_chars=fields.whole("segment_chars", 0, 50, 50_000) or None,
    )
    create.done()
    fields.done()
    check_name(found.index)
    if found.upload == bool(found.paths):
        raise Invalid("say what to add: paths, or upload", path="paths")
    if found.segment_seconds is not None and not 1 <= found.segment_seconds <= 30:
        raise Invalid(f"segment_seconds {found.segment_seconds:g}: from 1 to 30", path="segment_seconds")
    return found


def check_name(index: str) -> None:
    """Raises Invalid for what can be no index: its name becomes a folder's."""
    bucket, name = split_name(index)
    names.check_bucket(bucket.removeprefix(REMOTE))
    names.check_index(name)


@dataclass(slots=True, eq=False)
class Job:
    """One job and how far it is. Its fields change under the lock of ``Jobs``; ``version`` rises with each change."""

    id: str
    wish: Wish
    state: str
    created_s: float
    started_s: float | None = None
    ended_s: float | None = None
    counts: dict[str, Any] = field(default_factory=dict)
    current: str | None = None
    error: dict[str, Any] | None = None
    received: dict[str, int] = field(default_factory=lambda: {"files": 0, "bytes": 0})
    version: int = 0

    def note(self, report: Report, current: str | None) -> None:
        """Take over what a run has done so far."""
        self.counts = counts(report)
        self.current = current
        self.version += 1

    def document(self, now: float | None = None) -> dict[str, Any]:
        """Its JSON."""
        seconds = ((now or time.time()) if self.ended_s is None else self.ended_s) - (self.started_s or self.created_s)
        found = {**_NOTHING, **self.counts}
        finished = found["finished"]
        rate = finished / seconds if self.started_s is not None and seconds > 0 else 0.0
        left = found["total"] - finished
        return {
            "id": self.id,
            "index": self.wish.index,
            "kind": "upload" if self.wish.upload else "paths",
            "paths": [] if self.wish.upload else list(self.wish.paths),
            "state": self.state,
            "created_s": self.created_s,
            "started_s": self.started_s,
            "ended_s": self.ended_s,
            **found,
            "current": self.current,
            "rate": round(rate, 2),
            "eta_s": round(left / rate, 1) if rate and self.state == RUNNING else None,
            "error": self.error,
            "received": dict(self.received),
        }


def counts(report: Report) -> dict[str, Any]:
    """What a report counts, for JSON: the first failures, and notes with how many sources they are of."""
    failures = [
        {"source": one.source, "title": name_of(one.source), "code": one.code, "reason": one.reason}
        for one in report.failures[:SHOWN_FAILURES]
    ]
    notes = [{"note": note, "sources": len(sources)} for note, sources in sorted(report.notes.items())]
    numbers = {name: getattr(report, name) for name in _COUNTED}
    by_modality, skipped = dict(sorted(report.by_modality.items())), dict(sorted(report.skipped.items()))
    return {**numbers, "by_modality": by_modality, "skipped": skipped, "failures": failures, "notes": notes}


_NOTHING = counts(Report())
