"""After a run: sources in the catalog that are no longer on the disk, or in the bucket."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from sensorium.ledger import Ledger
from sensorium.pipeline.report import Failure, Report
from sensorium.pipeline.walk import Walk
from sensorium.space import Space, path_of

AT_ONCE = 200
"""Sources whose records are removed together."""


def sweep(space: Space, ledger: Ledger, found: Walk, prune: bool, report: Report) -> None:
    """Remove the records of sources under the walked folders and listed buckets that are gone.

    A source that was renamed (the same bytes stand in the catalog under a name that exists) is always removed, a
    deleted one only with ``prune``. A folder that shows no file at all, as an unmounted disk does, is a failure in the
    report rather than a reason to empty the index; so is a bucket that shows no object.
    """
    seen = {candidate.uri for candidate in found.candidates}
    roots = {root.as_uri().rstrip("/") + "/": root for root in found.roots}
    for below in (*roots, *found.prefixes):
        known = ledger.sources(below)
        gone = [source for source in known if source not in seen and not _exists(source, found)]
        renamed = {source for source in gone if _lives_on(source, ledger, found)}
        deleted = [source for source in gone if source not in renamed]
        if deleted and prune and len(gone) == len(known) and _shows_nothing(below, roots.get(below), found):
            report.failures.append(_unmounted(below, roots.get(below), len(known)))
            continue
        _remove(space, ledger, sorted(renamed))
        if prune:
            _remove(space, ledger, deleted)
            report.removed += len(deleted)
        else:
            report.gone += len(deleted)
        failed = (source for source, _, _ in ledger.failures())
        ledger.recover([source for source in failed if source.startswith(below) and not _exists(source, found)])


def _remove(space: Space, ledger: Ledger, sources: list[str]) -> None:
    rest = iter(sources)
    while batch := list(islice(rest, AT_ONCE)):
        space.index.delete([key for source in batch for key in ledger.keys(source)])
        ledger.forget(batch)


def _shows_nothing(below: str, root: Path | None, found: Walk) -> bool:
    return not found.prefixes[below] if root is None else not any(path.is_file() for path in root.rglob("*"))


def _unmounted(below: str, root: Path | None, known: int) -> Failure:
    if root is None:
        what = f"{below} holds no object, the catalog {known} sources of it; is it the right bucket?"
        name = below
    else:
        what = f"{root} holds no file, the catalog {known} sources of it; is it mounted?"
        name = root.as_uri()
    return Failure(
        name, "no_files", f"{what} Nothing of it was removed. `sensorium rm --source` removes them on purpose"
    )


def _exists(source: str, found: Walk) -> bool:
    """Whether the source is there; what was not looked for is believed to be."""
    path = path_of(source)
    if path is None:
        lists = [listed for below, listed in found.prefixes.items() if source.startswith(below)]
        return not lists or any(source in listed for listed in lists)
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # a folder that may not be entered is no proof that the file is gone
        return True
    return True


def _lives_on(source: str, ledger: Ledger, found: Walk) -> bool:
    entry = ledger.entry(source)
    if entry is None:
        return False
    return any(twin.source != source and _exists(twin.source, found) for twin in ledger.twins(entry.content))
