"""What goes in and out, as JSON Schema: the ``components`` of the OpenAPI document."""

from __future__ import annotations

from sensorium.server.api.schemawords import (
    ANY_OBJECT,
    FLAG,
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    enum,
    many,
    maybe,
    members,
    ref,
    told,
)
from sensorium.types import Modality

MODALITY = enum(*(one.value for one in Modality))
BAND = enum("very close", "close", "related", "unrelated")
SPAN = {
    "anyOf": [
        members({"page": WHOLE}),
        members({"start_s": NUMBER, "end_s": NUMBER}),
        members({"start_char": WHOLE, "end_char": WHOLE}),
        {"type": "null"},
    ]
}
_MEDIA = members(
    {name: maybe(TEXT) for name in ("thumbnail", "picture", "original", "clip", "clip_made", "waveform")},
    {"id": TEXT},
)
_RECORD = {
    "key": TEXT,
    "modality": maybe(TEXT),
    "media_type": maybe(TEXT),
    "title": told(TEXT, "plain text, never markup"),
    "source": maybe(TEXT),
    "missing": told(maybe(FLAG), "whether the original is gone; null where nobody looked"),
    "catalogued": told(FLAG, "whether it was indexed from here, so that its media are served"),
    "span": SPAN,
    "text": maybe(TEXT),
    "text_more": FLAG,
    "matches": told(many(many(WHOLE)), "half-open character ranges of the text"),
    "metadata": ANY_OBJECT,
    "width": maybe(WHOLE),
    "height": maybe(WHOLE),
    "aspect": maybe(NUMBER),
    "media": {"anyOf": [ref("Media"), {"type": "null"}]},
}
_SCORES = {"anyOf": [members({"fused": maybe(NUMBER), "bm25": ANY_OBJECT}), {"type": "null"}]}
_PLACE = {
    "rank": WHOLE,
    "distance": told(maybe(NUMBER), "smaller is nearer"),
    "band": maybe(BAND),
    "scores": _SCORES,
}
_COUNTS = ("total", "finished", "embedded", "reused", "unchanged", "removed", "gone", "failed", "segments")
_BAND_CUTS = members({"query": MODALITY, "hit": MODALITY, "very_close": NUMBER, "close": NUMBER, "related": NUMBER})
_FACET = members(
    {
        "key": TEXT,
        "types": many(enum("string", "number", "boolean")),
        "values": many({"type": ["string", "boolean"]}),
        "more": FLAG,
        "min": maybe(NUMBER),
        "max": maybe(NUMBER),
        "standard": FLAG,
    }
)
_FAILURE = members({"source": TEXT, "title": TEXT, "code": TEXT, "reason": TEXT})
_INPUT = members(
    {},
    {
        "text": TEXT,
        "upload": TEXT,
        "record": TEXT,
        "weight": told(NUMBER, "negative moves away", default=1),
        "as": told(enum("audio"), "take the sound of an uploaded video"),
    },
    closed=True,
)
_MODEL = {
    "id": TEXT,
    "revision": TEXT,
    "dim": WHOLE,
    "dims": many(WHOLE),
    "modalities": many(MODALITY),
    "licence": TEXT,
    "bands": many(_BAND_CUTS),
}

SCHEMAS: dict[str, Schema] = {
    "Error": members({"code": TEXT, "message": TEXT, "path": maybe(TEXT)}),
    "Session": members({"open": FLAG, "user": maybe(TEXT), "add_paths": FLAG, "version": TEXT}),
    "SignIn": members({}, {"token": TEXT, "access_key_id": TEXT, "secret_access_key": TEXT}, closed=True),
    "Model": members(_MODEL),
    "Models": members({"models": many(ref("Model")), "broken": many(members({"provider": TEXT, "reason": TEXT}))}),
    "Index": members(
        {
            "name": TEXT,
            "model": maybe(TEXT),
            "dim": maybe(WHOLE),
            "metric": maybe(TEXT),
            "records": WHOLE,
            "counts": maybe(ANY_OBJECT),
            "bytes": maybe(WHOLE),
            "created_s": maybe(NUMBER),
            "text_search": maybe(FLAG),
            "failures": WHOLE,
            "remote": FLAG,
            "state": maybe(TEXT),
            "metadata": {"anyOf": [many(_FACET), {"type": "null"}]},
            "bands": many(_BAND_CUTS),
        }
    ),
    "Indexes": members({"indexes": many(ref("Index"))}),
    "NewIndex": members(
        {"name": TEXT}, {"model": TEXT, "dim": WHOLE, "metric": enum("cosine", "euclidean")}, closed=True
    ),
    "Media": _MEDIA,
    "Upload": members(
        {
            "id": TEXT,
            "name": TEXT,
            "modality": MODALITY,
            "media_type": TEXT,
            "bytes": WHOLE,
            "width": maybe(WHOLE),
            "height": maybe(WHOLE),
            "aspect": maybe(NUMBER),
            "seconds": maybe(NUMBER),
            "has_sound": FLAG,
            "text": maybe(TEXT),
            "notes": many(TEXT),
            "expires_s": NUMBER,
            "media": ref("Media"),
        }
    ),
    "Question": members(
        {"inputs": {**many(_INPUT), "minItems": 1, "maxItems": 16}},
        {
            "index": TEXT,
            "model": TEXT,
            "k": told(WHOLE, "hits of the ranking", minimum=1, maximum=10_000, default=100),
            "offset": told(WHOLE, "where the answered part begins", minimum=0, maximum=10_000, default=0),
            "limit": told(WHOLE, "hits of the answered part", minimum=1, maximum=500, default=50),
            "modalities": many(MODALITY),
            "filter": maybe(told(ANY_OBJECT, "the grammar of S3 Vectors")),
            "max_distance": maybe(NUMBER),
            "band": maybe(enum("very close", "close", "related")),
            "hybrid": FLAG,
            "text_only": FLAG,
        },
        closed=True,
    ),
    "Hit": members({**_PLACE, **_RECORD}),
    "Input": members(
        {
            "kind": enum("text", "upload", "record"),
            "value": TEXT,
            "weight": NUMBER,
            "modality": maybe(TEXT),
            "label": TEXT,
            "thumbnail": maybe(TEXT),
        }
    ),
    "Answer": members(
        {
            "index": TEXT,
            "model": maybe(TEXT),
            "metric": TEXT,
            "state": TEXT,
            "inputs": many(ref("Input")),
            "notes": many(TEXT),
            "total": WHOLE,
            "offset": WHOLE,
            "limit": WHOLE,
            "next": maybe(WHOLE),
            "hits": many(ref("Hit")),
            "took_ms": NUMBER,
        }
    ),
    "Listed": members(_RECORD),
    "Record": members({**_RECORD, "vector": members({"dim": WHOLE, "norm": NUMBER, "first": many(NUMBER)})}),
    "Removal": members({}, {"index": TEXT, "keys": many(TEXT), "source": TEXT}, closed=True),
    "Removed": members({"removed": WHOLE, "undo": maybe(TEXT), "expires_s": maybe(NUMBER)}),
    "Token": members({"undo": TEXT}, closed=True),
    "Restored": members({"restored": WHOLE}),
    "Dropped": members({"removed": WHOLE}),
    "Records": members({"records": many(ref("Listed")), "next": maybe(TEXT)}),
    "Sources": members(
        {
            "sources": many(
                members(
                    {
                        "source": TEXT,
                        "title": TEXT,
                        "modality": TEXT,
                        "records": WHOLE,
                        "bytes": WHOLE,
                        "checked_s": NUMBER,
                        "missing": maybe(FLAG),
                    }
                )
            ),
            "next": maybe(TEXT),
            "total": WHOLE,
        }
    ),
    "Failures": members({"failures": many(_FAILURE)}),
    "NewJob": members(
        {},
        {
            "index": TEXT,
            "paths": many(TEXT),
            "upload": FLAG,
            "create": members({}, {"model": TEXT, "dim": WHOLE, "metric": enum("cosine", "euclidean")}, closed=True),
            "metadata": ANY_OBJECT,
            "include": many(TEXT),
            "exclude": many(TEXT),
            "prune": FLAG,
            "segment_seconds": NUMBER,
            "segment_chars": WHOLE,
        },
        closed=True,
    ),
    "Job": members(
        {
            "id": TEXT,
            "index": TEXT,
            "kind": enum("paths", "upload"),
            "paths": many(TEXT),
            "state": enum("receiving", "queued", "running", "stopping", "done", "failed", "cancelled", "interrupted"),
            "created_s": NUMBER,
            "started_s": maybe(NUMBER),
            "ended_s": maybe(NUMBER),
            **dict.fromkeys(_COUNTS, WHOLE),
            "by_modality": ANY_OBJECT,
            "skipped": ANY_OBJECT,
            "current": maybe(TEXT),
            "rate": told(NUMBER, "sources a second"),
            "eta_s": maybe(NUMBER),
            "failures": many(_FAILURE),
            "notes": many(members({"note": TEXT, "sources": WHOLE})),
            "error": {"anyOf": [ref("Error"), {"type": "null"}]},
            "received": members({"files": WHOLE, "bytes": WHOLE}),
        }
    ),
    "Jobs": members({"jobs": many(ref("Job"))}),
    "KeptFile": members({"name": TEXT, "bytes": WHOLE}),
    "Map": members(
        {"state": enum("ready", "computing")},
        {
            "index": TEXT,
            "index_state": TEXT,
            "total": WHOLE,
            "explained": many(NUMBER),
            "x": many(NUMBER),
            "y": many(NUMBER),
            "key": many(TEXT),
            "modality": many(maybe(TEXT)),
            "title": many(TEXT),
            "thumbnail": many(maybe(TEXT)),
            "color": {"type": ["array", "null"], "items": {}},
        },
    ),
    "Wave": members(
        {
            **dict.fromkeys(("seconds", "start_s", "end_s", "window_start_s", "window_end_s"), NUMBER),
            "peaks": many(NUMBER),
        }
    ),
}
