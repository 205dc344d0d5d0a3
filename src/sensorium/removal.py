"""Records away from an index and its ledger, without the model that made them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sensorium.errors import Conflict, Corrupt, NotFound
from sensorium.filter import Compare, Filter, Op, Or, matches
from sensorium.ledger import Ledger
from sensorium.stores.base import Index
from sensorium.types import Record

PAGE = 500
"""Records that are looked at, and removed, at a time."""


def remove_keys(index: Index, ledger: Ledger, keys: Sequence[str]) -> int:
    """Remove records by key; absent keys are fine. Returns how many were there."""
    removed = 0
    for start in range(0, len(keys), PAGE):
        part = keys[start : start + PAGE]
        removed += index.delete(part)
        ledger.forget_keys(part)
    return removed


def remove_matching(index: Index, ledger: Ledger, filter: Filter) -> int:
    """Remove every record whose metadata match. Returns how many there were."""
    return sum(
        remove_keys(index, ledger, [record.key for record in page if matches(filter, record.metadata)])
        for page in pages(index)
    )


def remove_sources(index: Index, ledger: Ledger, uris: Sequence[str]) -> int:
    """Remove every record of these sources, or of the sources in these folders. Returns how many there were.

    Also those that the catalog does not know, because another program wrote them. What it knows goes first, unread: so
    damaged records go, too, and keep nobody from finding the others.
    """
    removed = 0
    for uri in uris:
        known = [one for one in ledger.sources(uri.rstrip("/")) if one == uri or one.startswith(_below(uri))]
        for source in known:
            removed += index.delete(ledger.keys(source))
        ledger.forget(known)
    for uri in uris:
        of_source: Filter = Or((Compare("source", Op.EQ, uri), Compare("source", Op.STARTS_WITH, _below(uri))))
        if index.count(of_source):
            removed += remove_matching(index, ledger, of_source)
    return removed


def _below(uri: str) -> str:
    return f"{uri.rstrip('/')}/"


def pages(index: Index) -> Iterator[list[Record]]:
    """All records in key order, a page at a time; records may be removed meanwhile."""
    after: str | None = None
    while page := index.scan(after, PAGE):
        yield page
        after = page[-1].key


def find_key(index: Index, key: str) -> str:
    """The key that is, or alone begins with, ``key``, as :func:`find`; a record too damaged to be read has its own."""
    try:
        return find(index, key).key
    except Corrupt:
        return key


def find(index: Index, key: str) -> Record:
    """The record whose key is, or alone begins with, ``key``. Raises NotFound, or Conflict naming what fits."""
    exact = index.get([key])
    if exact:
        return exact[0]
    found = [record for record in index.scan(key, 2) if record.key.startswith(key)] if key else []
    if len(found) == 1:
        return found[0]
    name = f"{index.spec.bucket}/{index.spec.name}"
    if found:
        raise Conflict(f"{key}: several keys of {name} begin so: {', '.join(r.key for r in found)}, …", path=key)
    raise NotFound(
        f"no key {key!r} in {name}; `sensorium search --json` and `sensorium ls` show what is there", path=key
    )
