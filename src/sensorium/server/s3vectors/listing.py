"""Listings of names by pages: buckets and indexes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from sensorium.server.s3vectors.limits import LIST_PAGE
from sensorium.server.s3vectors.token import Tokens


def page(
    members: Mapping[str, Any], names: Sequence[str], tokens: Tokens, listing: str
) -> tuple[list[str], dict[str, str]]:
    """Names in order that begin with ``prefix``, and ``nextToken`` where there are more.

    ``listing`` is what the token is good for, beside the prefix.
    """
    prefix = members.get("prefix", "")
    request = f"{listing}\0{prefix}".encode()
    ordered = sorted(name for name in names if name.startswith(prefix))
    start = 0
    if (token := members.get("nextToken")) is not None:
        start = bisect_right(ordered, tokens.open(request, token).decode())
    shown = ordered[start : start + members.get("maxResults", LIST_PAGE)]
    more = start + len(shown) < len(ordered)
    return shown, {"nextToken": tokens.seal(request, shown[-1].encode())} if more else {}
