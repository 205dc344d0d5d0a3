"""The inverted index against the records: every live slot that it covers in one list, once, and the file as written."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sensorium.errors import SensoriumError
from sensorium.stores.embedded.inverted.file import fingerprint, path_of
from sensorium.stores.embedded.moment import Moment


def differing(moment: Moment) -> Iterator[tuple[int | None, str]]:
    """What is wrong: a slot, None where it is the file as a whole, and what."""
    path = path_of(moment.path, moment.snapshot.generation)
    if not path.exists():
        return
    from sensorium.stores.embedded.inverted.inverted import Inverted  # here for what imports faiss

    try:
        inverted = Inverted(path)
    except FileNotFoundError:  # that of the next generation has taken its place
        return
    except SensoriumError as error:
        yield None, error.message
        return
    meta, snapshot = inverted.meta, moment.snapshot
    if meta.covered > snapshot.slots:
        return  # of a later moment
    if meta.print != fingerprint(moment.matrix[: meta.covered]):
        yield None, f"{path} is of vectors that are not here"
        return
    held = np.bincount(inverted.slots, minlength=meta.covered)
    live = np.ones(meta.covered, np.bool_) if snapshot.live is None else snapshot.live[: meta.covered]
    for slot in np.flatnonzero(held > 1).tolist():
        yield slot, f"the inverted index holds it {held[slot]} times"
    for slot in np.flatnonzero((held == 0) & live).tolist():
        yield slot, "the inverted index covers it and holds it in no list"


def proved(moment: Moment) -> Iterator[str]:
    """What holds where nothing is wrong."""
    inverted = moment.tracker.inverted(moment.snapshot, newest=True)
    if inverted is not None:
        covered = f"{inverted.meta.covered:,} of {moment.snapshot.slots:,} slots"
        lists = f"{len(inverted.sizes):,} lists"
        yield f"the inverted index covers {covered}: each that holds a record is in one of {lists}, once"
