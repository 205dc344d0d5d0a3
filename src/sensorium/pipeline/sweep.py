"""After a run: sources in the catalog that are no longer on the disk."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from sensorium.catalog import Ledger
from sensorium.errors import Invalid
from sensorium.pipeline.report import Report
from sensorium.pipeline.walk import Walk
from sensorium.space import Space


def sweep(space: Space, ledger: Ledger, found: Walk, prune: bool, report: Report) -> None:
    """Remove the records of sources under the walked folders that are gone.

    A source that was renamed (the same bytes stand in the catalog under a name that exists) is always removed, a
    deleted one only with ``prune``. Raises Invalid rather than empty an index whose folder shows no file at all, as an
    unmounted disk does.
    """
    seen = {candidate.uri for candidate in found.candidates}
    for root in found.roots:
        known = ledger.sources(root.as_uri().rstrip("/") + "/")
        gone = [source for source in known if source not in seen and not _exists(source)]
        renamed = [source for source in gone if _lives_on(source, ledger)]
        deleted = sorted(set(gone) - set(renamed))
        if deleted and prune and len(gone) == len(known) and not any(path.is_file() for path in root.rglob("*")):
            raise Invalid(
                f"{root} holds no file, the catalog {len(known)} sources of it; is it mounted? Nothing was removed. "
                "`sensorium rm --source` removes them on purpose",
                path=str(root),
            )
        space.remove_sources(renamed)
        if prune:
            space.remove_sources(deleted)
            report.removed += len(deleted)
        else:
            report.gone += len(deleted)


def path_of(uri: str) -> Path | None:
    """The local path of a ``file:`` URI, None for another one."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return None
    return Path(unquote_to_bytes(parts.path).decode("utf-8", "surrogateescape"))


def _exists(source: str) -> bool:
    path = path_of(source)
    return path is None or path.exists()


def _lives_on(source: str, ledger: Ledger) -> bool:
    entry = ledger.entry(source)
    if entry is None:
        return False
    return any(twin.source != source and _exists(twin.source) for twin in ledger.twins(entry.content))
