"""QueryVectors: by vector, by texts, or by both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from sensorium.server.attributes import CLASSIC, ENHANCED
from sensorium.server.s3vectors import filters, pages
from sensorium.server.s3vectors.limits import refuse
from sensorium.server.s3vectors.texts import check_enhanced
from sensorium.server.s3vectors.token import Tokens, digest
from sensorium.server.s3vectors.visit import Visit
from sensorium.stores.base import MAX_TOP_K, IndexSpec, Query
from sensorium.wire.s3vectors import PAGE, Arn, hit_member, texts_of
from sensorium.wire.violations import Violation, smithy


def query(visit: Visit, tokens: Tokens) -> dict[str, Any]:
    """QueryVectors: up to 100 results and ``nextToken`` for the next, ``topK`` at most."""
    arn = visit.index()
    members = visit.members
    with_metadata = members.get("returnMetadata", False)
    deeper = with_metadata or "filter" in members or "queryTexts" in members
    visit.allow(arn, *(("QueryVectors", "GetVectors") if deeper else ("QueryVectors",)))
    index = visit.open(arn)
    spec = index.spec
    asked = _asked(visit, spec, with_metadata)
    if asked.k > PAGE or "nextToken" in members:
        found, more = pages.page(asked, index, tokens, _request(asked, members, arn), members.get("nextToken"))
    else:
        found, more = index.query(asked), {}
    shown = {
        "distance": members.get("returnDistance", False),
        "metadata": with_metadata,
        "scores": bool(asked.texts) and members.get("returnScores", False),
    }
    hits = [hit_member(hit, **shown) for hit in found]
    return {"vectors": hits, "distanceMetric": spec.metric.value, **more}


def _asked(visit: Visit, spec: IndexSpec, with_metadata: bool) -> Query:
    """The query, checked as far as the store does not."""
    members = visit.members
    vector, texts = members.get("queryVector"), texts_of(members.get("queryTexts", ()))
    if vector is None and not texts:
        raise refuse("Must specify queryVector, queryTexts, or both", "queryVector")
    top_k: int = members["topK"]
    if top_k > MAX_TOP_K:
        raise smithy([Violation(("topK",), f"Member must be between 1 and {MAX_TOP_K}, inclusive")])
    mode = visit.region.door.index(spec).mode
    wanted = members.get("queryMode", mode)
    if wanted == CLASSIC and mode == ENHANCED:
        raise refuse("queryMode CLASSIC is not supported on an index in ENHANCED mode", "queryMode")
    if texts:
        check_enhanced(mode, "queryTexts")
    return Query(
        top_k,
        None if vector is None else vector["float32"],
        texts,
        filters.read(members["filter"], wanted, lenient=visit.lenient) if "filter" in members else None,
        with_metadata=with_metadata,
    )


def _request(asked: Query, members: Mapping[str, Any], arn: Arn) -> bytes:
    """What must be the same on every page: AWS says index, vector, texts, topK, filter and mode."""
    vector = b"" if asked.vector is None else np.asarray(asked.vector, np.float64).tobytes()
    rest = [asked.k, members.get("filter"), members.get("queryMode"), asked.texts]
    return digest(b"query", str(arn).encode(), vector, json.dumps(rest, sort_keys=True).encode())
