"""What a run did, while it runs and at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

SKIPPED = {"unknown_format": "unknown format", "empty": "empty"}
"""Error codes of a folder's files that are left out and counted; named by the user they are failures."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be indexed. Its earlier records stay."""

    source: str
    code: str
    reason: str


@dataclass(slots=True)
class Report:
    """Counts of sources unless said otherwise. ``failures`` and ``notes`` name the sources."""

    total: int = 0
    """Sources found."""
    finished: int = 0
    """Sources that need nothing more in this run, whatever became of them."""
    embedded: int = 0
    """Sources whose segments were embedded in this run."""
    reused: int = 0
    """Sources that only moved, were copied or got other metadata: their vectors were taken over."""
    unchanged: int = 0
    removed: int = 0
    """Sources gone from the disk whose records were removed (``prune``)."""
    gone: int = 0
    """Sources gone from the disk whose records are still there, for want of ``prune``."""
    segments: int = 0
    """Segments embedded, that is vectors made."""
    by_modality: dict[str, int] = field(default_factory=dict)
    """Segments embedded, by modality."""
    skipped: dict[str, int] = field(default_factory=dict)
    """Files left out, by reason: hidden, link, excluded, unknown format, empty."""
    failures: list[Failure] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)
    """What a reader should know, with the sources it is true of."""
    seconds: float = 0.0
    stopped: bool = False
    """Whether Ctrl-C ended the run early; running it again goes on."""

    @property
    def failed(self) -> int:
        return len(self.failures)

    def to_json(self) -> dict[str, object]:
        """For ``--json``: the counts, and the failures with their reasons."""
        return {
            "total": self.total,
            "embedded": self.embedded,
            "reused": self.reused,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "gone": self.gone,
            "failed": self.failed,
            "segments": self.segments,
            "by_modality": dict(sorted(self.by_modality.items())),
            "skipped": dict(sorted(self.skipped.items())),
            "failures": [{"source": f.source, "code": f.code, "reason": f.reason} for f in self.failures],
            "notes": {note: list(sources) for note, sources in sorted(self.notes.items())},
            "seconds": round(self.seconds, 3),
            "stopped": self.stopped,
        }


Progress = Callable[[Report, str], None]
"""Called with the report so far and the source just finished, from the thread that called ``index``."""
