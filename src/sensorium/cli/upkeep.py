"""What a command does for the searches that come after it: the inverted index is made to cover what was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sensorium.stores.base import Index

_WAITS = "another process is building this index: waiting until it is done"
_KEPT = "all records are stored; the index is built beside later writes and searches, or by `sensorium compact`"


def finish(index: Index, due_only: bool = False) -> None:
    """Build what is due, with a bar; nothing where vectors are few or the store takes care of itself.

    Nothing is lost where it cannot be built, or Ctrl-C ends it: searches measure what is not covered.
    """
    from sensorium.cli import output, progress
    from sensorium.errors import SensoriumError
    from sensorium.stores.base import Optimises

    if not isinstance(index, Optimises):
        return
    try:
        with progress.counter("building the index") as shown:
            index.optimise(_told(shown), due_only)
    except KeyboardInterrupt:
        output.remark(f"note: {_KEPT}")
        raise
    except (SensoriumError, OSError) as error:
        output.remark(f"note: the index for fast searches could not be built: {error}")


def _told(shown: Callable[[int, int | None], None] | None) -> Callable[[int, int], None]:
    """What moves the bar, and says once that another process is waited for."""
    from sensorium.cli import output

    waits = False

    def told(done: int, total: int) -> None:
        nonlocal waits
        if not total and not waits:
            waits = True
            output.remark(_WAITS)
        if shown is not None:
            shown(done, total or None)

    return told
