"""A source on its way through a run, and the look that decides what it needs."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

from sensorium.errors import PARTIAL, Unreadable
from sensorium.ledger import Entry, Ledger
from sensorium.media import libreoffice, ocr
from sensorium.media.read import read
from sensorium.models.base import SourceEmbedder
from sensorium.pipeline.candidate import Candidate
from sensorium.pipeline.options import Options
from sensorium.space import Space, content_hash, record_key
from sensorium.types import MetadataValue, Modality, Record, Segment, Segmentation, Source, Vector

TOOLS = "+"
"""In the settings of a document, this goes before the tools that read it (OCR, LibreOffice): a new one is worth a new
reading, a lost one is not."""


@dataclass(slots=True, eq=False)
class Job:
    """One source. The look-ahead thread fills in what it finds; only the run's own thread counts records."""

    candidate: Candidate
    metadata: Mapping[str, MetadataValue]
    joined: str | None
    settings: str
    tags: str
    content: str = ""
    modality: str = ""
    fresh: bool = True
    """Whether no earlier records exist, so that a failure may leave none."""
    found: int = 0
    """Segments in the source; known once the look-ahead has ended."""
    kept: int = 0
    """Segments whose records an earlier run that was cut off had put already."""
    ended: bool = False
    arrived: int = 0
    """Segments embedded."""
    held: list[Record] = field(default_factory=list)
    failed: bool = False
    reused: bool = False
    """Whether its records are those of an earlier embedding."""

    @property
    def uri(self) -> str:
        return self.candidate.uri

    @property
    def version(self) -> str:
        return self.entry().version

    @property
    def complete(self) -> bool:
        """Whether every segment has its vector."""
        return self.ended and self.arrived + self.kept == self.found

    def entry(self) -> Entry:
        """The catalog's entry for this state of the source."""
        return Entry(
            source=self.uri,
            size=self.candidate.size,
            mtime_ns=self.candidate.mtime_ns,
            etag=self.candidate.etag,
            content=self.content,
            settings=self.settings,
            tags=self.tags,
            modality=self.modality,
            records=self.found,
            checked_s=time.time(),
        )


# What a look can find. A stream of `Piece`s ends with one of the others.


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment to embed."""

    job: Job
    segment: Segment
    vector: Vector | None = None
    """Of a segment that the model has cut and embedded by itself."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing to do; ``entry`` is to be written where only the file's times differ."""

    job: Job
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Reused:
    """The same bytes were embedded before: their records serve again, under a new source or other metadata."""

    job: Job
    records: list[Record]


@dataclass(frozen=True, slots=True)
class Ended:
    """Every segment has been given out."""

    job: Job


Finding = Piece | Unchanged | Reused | Ended


def make_job(candidate: Candidate, space: Space, options: Options) -> Job:
    """The job of a candidate, with the hashes of everything but its bytes."""
    row = options.annotations.rows.get(candidate.uri) if options.annotations else None
    metadata = {**options.metadata, **(row.metadata if row else {})}
    joined = row.text if row else None
    if joined is not None:
        metadata["text"] = joined
    wanted, usual = segmentation(space, options), asdict(Segmentation())
    settings = {
        # Besides the first two, only what is unusual: catalogs did not know the others when they were begun.
        "segmentation": {"max_chars": wanted.max_chars, "seconds": wanted.seconds}
        | {name: value for name, value in asdict(wanted).items() if value != usual[name]},
        "reading": asdict(space.embedder.spec.reading),
        "purpose": options.purpose.value,
        "joined": joined,
        "text": metadata.get("text"),
    }
    return Job(candidate, metadata, joined, _digest(settings), _digest(metadata))


def segmentation(space: Space, options: Options) -> Segmentation:
    """How sources are cut in this run."""
    return options.segmentation or space.embedder.spec.segmentation


def is_unchanged(job: Job, ledger: Ledger) -> bool:
    """Whether the catalog holds the source as it is, by settings, size, and time or etag, without reading it."""
    earlier = ledger.entry(job.uri)
    if earlier is None or not _serves(earlier.settings, job.settings) or earlier.tags != job.tags:
        return False
    return job.candidate.is_same(earlier)


def look(job: Job, space: Space, ledger: Ledger, options: Options) -> Iterator[Finding]:
    """Decide what a source needs, reading as little as possible. Runs in a look-ahead thread.

    Raises Unreadable for a broken file and for one that changes while it is read, and as ``Candidate.opened``.
    """
    job.candidate = job.candidate.again()
    earlier = ledger.entry(job.uri)
    job.fresh = earlier is None
    if is_unchanged(job, ledger):
        yield Unchanged(job)
        return
    sources = space.embedder.sources
    if sources is not None and job.joined is None and sources.embeds(job.uri):
        yield from _elsewhere(job, sources, space, options)
        return
    job.candidate, source = job.candidate.opened()
    job.content = content_hash(source)
    if earlier is not None and _serves(earlier.settings, job.settings):
        job.settings = earlier.settings
    if earlier is not None and earlier.version == job.version:
        job.found, job.modality = earlier.records, earlier.modality
        yield Unchanged(job, job.entry())
        return
    for twin in ledger.twins(job.content):
        records = space.index.get(ledger.keys(twin.source, twin.version))
        if _serves(twin.settings, job.settings) and records and len(records) == twin.records:
            job.found, job.modality, job.settings = twin.records, twin.modality, twin.settings
            yield Reused(job, [space.moved(record, job.uri, job.metadata) for record in records])
            return
    yield from _segments(job, source, space, ledger, options)


def _segments(job: Job, source: Source, space: Space, ledger: Ledger, options: Options) -> Iterator[Finding]:
    stored: frozenset[str] = frozenset()
    count = kept = 0
    for segment in read(source, segmentation(space, options), space.embedder.spec.reading):
        count += 1
        if count == 1:
            job.modality = segment.modality.value
            if segment.modality is Modality.DOCUMENT:
                job.settings = f"{job.settings}{TOOLS}{_tools()}"
            stored = frozenset(ledger.keys(job.uri, job.version, stored=True))
        if record_key(segment.source, segment.modality, segment.span) in stored:
            kept += 1  # a run that was cut off had put it already
        else:
            yield Piece(job, segment)
    job.candidate.check()
    job.found, job.kept = count, kept
    yield Ended(job)


def _elsewhere(job: Job, sources: SourceEmbedder, space: Space, options: Options) -> Iterator[Finding]:
    """The segments of a source that the model fetches, cuts and embeds by itself; its etag stands for its bytes."""
    job.content = job.candidate.etag
    count = 0
    missing = ""
    for cut in sources.embed_source(job.uri, job.content, segmentation(space, options), options.purpose):
        if cut.vector is None:
            missing = missing or cut.message
            continue
        count += 1
        job.modality = cut.modality.value
        yield Piece(job, Segment(job.uri, cut.modality, cut.media_type, cut.span, payload=""), cut.vector)
    if missing or not count:
        code = PARTIAL if count else Unreadable.code
        raise Unreadable(
            f"{job.uri}: not all of it was embedded: {missing or 'nothing is in it'}", code=code, path=job.uri
        )
    job.found = count
    yield Ended(job)


def _tools() -> str:
    """A letter for each program that makes more of a document, where it is there."""
    return "o" * ocr.available() + "p" * (libreoffice.program() is not None)


def _serves(earlier: str, settings: str) -> bool:
    """Whether what was read under earlier settings serves still: the same ones, and no better tool came since."""
    base, mark, had = earlier.partition(TOOLS)
    return base == settings.partition(TOOLS)[0] and (not mark or set(_tools()) <= set(had))


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
