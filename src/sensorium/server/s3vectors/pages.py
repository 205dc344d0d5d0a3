"""The pages of a query of more than 100 results."""

from __future__ import annotations

import math
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sensorium.server.s3vectors.limits import TOKEN_S
from sensorium.server.s3vectors.token import Tokens, bad_token
from sensorium.stores.base import MAX_TOP_K, Index, Query
from sensorium.types import Hit
from sensorium.wire.s3vectors import PAGE

_NUMBERS = struct.Struct(">Idd")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the last page ended: how many results were given, the distance and key of the last, and when that was."""

    given: int
    distance: float
    """NaN where the query has no vector."""
    at_s: float
    key: str

    def packed(self) -> bytes:
        return _NUMBERS.pack(self.given, self.distance, self.at_s) + self.key.encode()

    @classmethod
    def read(cls, packed: bytes) -> _Place:
        given, distance, at_s = _NUMBERS.unpack_from(packed)
        return cls(given, distance, at_s, packed[_NUMBERS.size :].decode())

    def end(self, hits: Sequence[Hit], by_distance: bool) -> int:
        """How many of the hits, ordered as then, stand up to the last one given, though it may be gone by now."""
        for at, hit in enumerate(hits, start=1):
            if hit.key == self.key:
                return at
        if not by_distance:
            return min(self.given, len(hits))
        return sum(1 for hit in hits if (hit.distance, hit.key) < (self.distance, self.key))


_START = _Place(0, -math.inf, math.inf, "")


def page(
    query: Query, index: Index, tokens: Tokens, request: bytes, token: str | None
) -> tuple[Sequence[Hit], dict[str, str]]:
    """One page of a query, and ``nextToken`` where there are more; ``request`` is what the token is good for.

    Each page asks the store anew and goes on behind the last result given. So nothing needs to be remembered, and what
    is written in between neither repeats a result nor hides one.
    """
    last = _START if token is None else _Place.read(tokens.open(request, token))
    if time.time() - last.at_s > TOKEN_S:
        raise bad_token()
    left = query.k - last.given
    # One more than is shown tells whether there is another page. Fused ranks depend on how deep one looks: there, all.
    most = query.k if query.texts else MAX_TOP_K
    deep = query.k if query.texts else min(most, last.given + min(PAGE, left) + 1)
    while True:
        hits = index.query(replace(query, k=deep))
        rest = hits[last.end(hits, by_distance=not query.texts) :]
        cut = len(hits) == deep < most
        if rest or not cut:
            break
        deep = min(most, 2 * deep)  # so many came in between that all of these are before the last result
    shown = rest[: min(PAGE, left)]
    if len(shown) == left or not (cut or len(rest) > len(shown)):
        return shown, {}
    end = shown[-1]
    distance = math.nan if end.distance is None else end.distance
    place = _Place(last.given + len(shown), distance, time.time(), end.key)
    return shown, {"nextToken": tokens.seal(request, place.packed())}
