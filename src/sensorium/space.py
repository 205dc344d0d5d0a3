"""A space: a model and an index that agree. The only place that joins media, models and stores.

It turns segments into records and questions into hits. Every way in (library, command, server) writes through it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote_to_bytes, urlsplit

import numpy as np

from sensorium.errors import Conflict, Invalid
from sensorium.filter import And, Filter, parse
from sensorium.fusion import weighted
from sensorium.ledger import Ledger
from sensorium.media.read import read_one
from sensorium.models.base import Embedder
from sensorium.models.batched import Batched
from sensorium.stores.base import Explains, Index, Query
from sensorium.stores.records import metadata_bytes
from sensorium.types import (
    Hit,
    Matrix,
    Metadata,
    MetadataValue,
    Modality,
    Payload,
    Purpose,
    Record,
    Segment,
    Source,
    Span,
    Vector,
    span_metadata,
)

if TYPE_CHECKING:
    from sensorium.stores.embedded.plan import Explanation

STANDARD_KEYS = frozenset(
    ("source", "modality", "media_type", "page", "start_s", "end_s", "start_char", "end_char", "content_hash", "model")
)
"""Metadata keys that Sensorium writes; a user's own keys must be others. ``text`` is written where nobody gave one."""
TEXT_KEY = "text"
MAX_METADATA = 40_960

_PURPOSES = {
    Modality.TEXT: Purpose.TEXT_RETRIEVAL,
    Modality.DOCUMENT: Purpose.DOCUMENT_RETRIEVAL,
    Modality.IMAGE: Purpose.IMAGE_RETRIEVAL,
    Modality.AUDIO: Purpose.AUDIO_RETRIEVAL,
    Modality.VIDEO: Purpose.VIDEO_RETRIEVAL,
}


def record_key(source: str, modality: str, span: Span | None) -> str:
    """The key of a segment's record: the same in every run, so that indexing twice changes nothing."""
    identity = json.dumps([source, modality, sorted(span_metadata(span).items())], ensure_ascii=False)
    return hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def check_user_metadata(metadata: Mapping[str, MetadataValue]) -> None:
    """Raises Invalid for keys that Sensorium itself writes."""
    for key in sorted(STANDARD_KEYS & metadata.keys()):
        raise Invalid(f"metadata key {key!r} is written by Sensorium itself; choose another name", path=key)


class Space:
    """Search and add. Thread-safe as far as its index and model are."""

    def __init__(self, index: Index, embedder: Embedder, ledger: Ledger | None = None) -> None:
        """Raises Conflict where the index holds vectors of another model, revision or dimension."""
        spec = index.spec
        if spec.model is not None and spec.model != embedder.spec.stamp:
            raise Conflict(
                f"index {spec.bucket}/{spec.name} holds vectors of {spec.model}, the model here is "
                f"{embedder.spec.stamp}; open it with its own, or index again under another name "
                "(`sensorium index PATH --index NEW`)",
                path="model",
            )
        if spec.dim != embedder.spec.dim:
            raise Conflict(
                f"index {spec.bucket}/{spec.name} has {spec.dim} dimensions, the model gives {embedder.spec.dim}; "
                f"use --dim {spec.dim}",
                path="dim",
            )
        self.index = index
        self.embedder = Batched(embedder)
        self.ledger = ledger
        self.on_close: Callable[[], None] | None = None
        """What else ends with the space: its home, when ``sensorium.open`` made that for it."""

    def close(self) -> None:
        """Close what was opened for this space alone; one that a home opened ends with that home."""
        if self.on_close is not None:
            self.on_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """``BUCKET/NAME`` of the index."""
        return f"{self.index.spec.bucket}/{self.index.spec.name}"

    # --- in ---

    def record(self, segment: Segment, vector: Vector, content: str, metadata: Metadata) -> Record:
        """The record of a segment: its key, its vector, the standard metadata and the user's own."""
        own: dict[str, MetadataValue] = {
            "source": segment.source,
            "modality": segment.modality.value,
            "media_type": segment.media_type,
            **span_metadata(segment.span),
            "content_hash": content,
            "model": self.embedder.spec.stamp,
            **metadata,
        }
        if segment.text and TEXT_KEY not in own:
            own[TEXT_KEY] = _fitting(segment.text, MAX_METADATA - metadata_bytes({**own, TEXT_KEY: ""}))
        return Record(record_key(segment.source, segment.modality, segment.span), vector, own)

    def moved(self, record: Record, source: str, metadata: Metadata) -> Record:
        """The same segment under another source or with other metadata of the user's; the vector stays."""
        kept = {key: value for key, value in record.metadata.items() if key in STANDARD_KEYS or key == TEXT_KEY}
        hit = Hit(record.key, None, kept)
        return Record(
            record_key(source, hit.modality or "", hit.span), record.vector, {**kept, "source": source, **metadata}
        )

    def embed(self, payloads: Sequence[Payload], purpose: Purpose = Purpose.GENERIC_INDEX) -> Matrix:
        """Unit rows for payloads of any number and modality, in order."""
        return self.embedder.embed(payloads, purpose)

    # --- out ---

    def search(
        self,
        *inputs: Payload | Path,
        weights: Sequence[float] | None = None,
        k: int = 10,
        modalities: Iterable[Modality | str] | str = (),
        filter: Filter | Mapping[str, object] | None = None,
        max_distance: float | None = None,
        hybrid: bool = False,
    ) -> list[Hit]:
        """The k nearest records to the inputs, which together make one fused query.

        A ``str`` is words, a ``Path`` a file to search with; weights may be negative. ``modalities`` and ``filter``
        apply before k. With ``hybrid`` the records' text is searched for the words, too (BM25; those of negative
        weight left aside), and reciprocal rank fusion makes one of the two rankings. Raises Invalid for no input, empty
        words or unknown modalities, and for ``hybrid`` without words or over an index that searches no text.
        """
        return self.index.query(
            self.question(
                *inputs,
                weights=weights,
                k=k,
                modalities=modalities,
                filter=filter,
                max_distance=max_distance,
                hybrid=hybrid,
            )
        )

    def question(
        self,
        *inputs: Payload | Path,
        weights: Sequence[float] | None = None,
        k: int = 10,
        modalities: Iterable[Modality | str] | str = (),
        filter: Filter | Mapping[str, object] | None = None,
        max_distance: float | None = None,
        hybrid: bool = False,
    ) -> Query:
        """What :meth:`search` asks the index; :func:`explain` says how the index answers it."""
        payloads = [self._payload(one) if isinstance(one, Path) else one for one in inputs]
        wanted = [as_modality(one) for one in ([modalities] if isinstance(modalities, str) else modalities)]
        vector = self.query_vector(payloads, weights, wanted)
        words = _words(payloads, weights) if hybrid else None
        return _query(vector, words, k, narrowed(filter, wanted), max_distance)

    def _payload(self, path: Path) -> Payload:
        return read_one(as_source(path), self.embedder.spec.reading).payload

    def query_vector(
        self, payloads: Sequence[Payload], weights: Sequence[float] | None = None, modalities: Sequence[Modality] = ()
    ) -> Vector:
        """One unit vector for a question of one or several payloads."""
        return weighted(list(self.query_vectors(payloads, modalities)), weights)

    def query_vectors(self, payloads: Sequence[Payload], modalities: Sequence[Modality] = ()) -> Matrix:
        """A unit row for each payload of a question, made for finding these modalities (none: all)."""
        if not payloads:
            raise Invalid("nothing to search for: give words or a file", path="query")
        if any(isinstance(payload, str) and not payload.strip() for payload in payloads):
            raise Invalid("the words to search for are empty", path="query")
        purpose = _PURPOSES[modalities[0]] if len(set(modalities)) == 1 else Purpose.GENERIC_RETRIEVAL
        return self.embed(payloads, purpose)

    def nearest(
        self,
        vector: Vector,
        *,
        k: int = 10,
        modalities: Sequence[Modality] = (),
        filter: Filter | Mapping[str, object] | None = None,
        max_distance: float | None = None,
        words: str | None = None,
    ) -> list[Hit]:
        """The k nearest records to a vector; with ``words`` their text counts as much as the vector."""
        return self.index.query(_query(vector, words, k, narrowed(filter, modalities), max_distance))

    # --- away ---

    def remove(self, keys: Sequence[str]) -> int:
        """Remove records by key; absent keys are fine. Returns how many were there."""
        removed = self.index.delete(keys)
        if self.ledger is not None:
            self.ledger.forget_keys(keys)
        return removed


def search_text(
    index: Index,
    words: str,
    *,
    k: int = 10,
    modalities: Iterable[Modality | str] | str = (),
    filter: Filter | Mapping[str, object] | None = None,
) -> list[Hit]:
    """The k records whose text answers the words best (BM25). It takes no model, and the hits have no distance."""
    return index.query(text_question(words, k=k, modalities=modalities, filter=filter))


def text_question(
    words: str,
    *,
    k: int = 10,
    modalities: Iterable[Modality | str] | str = (),
    filter: Filter | Mapping[str, object] | None = None,
) -> Query:
    """What :func:`search_text` asks the index."""
    wanted = [as_modality(one) for one in ([modalities] if isinstance(modalities, str) else modalities)]
    return _query(None, words, k, narrowed(filter, wanted), None)


def explain(index: Index, query: Query) -> tuple[list[Hit], Explanation | None]:
    """The hits of a query, and how they were found; None for the latter where the store does not explain it."""
    return index.explain(query) if isinstance(index, Explains) else (index.query(query), None)


def _query(
    vector: Vector | None, words: str | None, k: int, filter: Filter | None, max_distance: float | None
) -> Query:
    texts = () if words is None else ((TEXT_KEY, words),)
    return Query(k, None if vector is None else np.asarray(vector, np.float32), texts, filter, max_distance)


def _words(payloads: Sequence[Payload], weights: Sequence[float] | None) -> str:
    """What to look for in texts: the words among the inputs that do not count against a hit."""
    factors = [1.0] * len(payloads) if weights is None else weights
    words = [one for one, factor in zip(payloads, factors, strict=True) if isinstance(one, str) and factor >= 0]
    if not words:
        raise Invalid("a hybrid search needs words to look for in texts: found none", path="query")
    return " ".join(words)


def narrowed(filter: Filter | Mapping[str, object] | None, modalities: Sequence[Modality]) -> Filter | None:
    """The filter, and one of the modalities where any are named."""
    parts = [] if filter is None else [parse(dict(filter)) if isinstance(filter, Mapping) else filter]
    if modalities:
        parts.append(parse({"modality": {"$in": [modality.value for modality in modalities]}}))
    return parts[0] if len(parts) == 1 else And(tuple(parts)) if parts else None


def as_modality(name: Modality | str) -> Modality:
    """The modality of that name. Raises Invalid that lists them."""
    try:
        return Modality(name)
    except ValueError:
        raise Invalid(f"no modality {name!r}; there are {', '.join(Modality)}", path="modality") from None


def as_source(source: Source | str | Path) -> Source:
    """A file as a source, named by its URI. A ``str`` here is a path."""
    if isinstance(source, Source):
        return source
    path = local_path(source)
    return Source(path.as_uri(), path=path)


def local_path(path: str | Path) -> Path:
    """The one absolute name of a path, without ``~`` and ``..``: a file under two names would be indexed twice.

    Symbolic links stay as they are named.
    """
    return Path(os.path.abspath(os.path.expanduser(path)))  # noqa: PTH100, PTH111  # Path keeps "..", and raises on "~$a"


def path_of(uri: str) -> Path | None:
    """The local path of a ``file:`` URI, None for another one."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return None
    return Path(os.fsdecode(unquote_to_bytes(parts.path)))


def content_hash(source: Source) -> str:
    """32 hexadecimal digits over the source's bytes, read in pieces."""
    digest = hashlib.blake2b(digest_size=16)
    if source.path is not None:
        with source.path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    else:
        digest.update(source.data or b"")
    return digest.hexdigest()


def _fitting(text: str, room: int) -> str:
    """The longest beginning of the text that fits ``room`` UTF-8 bytes."""
    data = text.encode("utf-8", "replace")
    return text if len(data) <= room and data.isascii() else data[: max(room, 0)].decode("utf-8", "ignore")
