"""Frozen columns, joined and thinned out at random, say what ``filter.matches`` says."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from sensorium.filter import Compare, Filter, Op, matches
from sensorium.stores.embedded import segmentfile
from sensorium.stores.embedded.columns import Columns, Part, Snapshot
from sensorium.stores.embedded.segment import Segment, joined, thinned
from sensorium.stores.embedded.segmentfile import Head
from sensorium.testing.filters import random_filter, random_metadata
from sensorium.types import Metadata

OWNER = bytes(range(16))
ODD = ("\x00", "a\x00", "a\x00b", "\U0010ffff", "\U0010ffffa", "\ue000", "\ud7ff", "x" * 3_000, "x" * 3_001, "\uffff")


def odd_metadata(rng: random.Random, row: int) -> dict:
    """What :func:`random_metadata` makes; at times also strings of odd characters, and keys that come late."""
    metadata: dict = random_metadata(rng)
    if rng.random() < 0.4:
        metadata["odd"] = rng.choice(ODD) if rng.random() < 0.7 else rng.sample(ODD, rng.randint(0, 9))
    if row > 50 and rng.random() < 0.5:
        metadata["late"] = rng.choice((True, 1, "1", [1, "1"], []))
    if row % 3:
        metadata["all but a third"] = f"{row % 7}"
    return metadata


def odd_filter(rng: random.Random) -> Filter:
    draw = rng.random()
    if draw < 0.6:
        return random_filter(rng)
    if draw < 0.75:
        prefix = rng.choice(ODD)
        return Compare("odd", Op.STARTS_WITH, prefix[: rng.randint(0, len(prefix))])
    if draw < 0.9:
        return Compare("odd", rng.choice((Op.EQ, Op.NE)), rng.choice(ODD))
    key = rng.choice(("late", "odd", "all but a third"))
    return Compare(key, rng.choice((Op.IN, Op.NIN)), rng.choice(((True, "1"), (1, "3"), ("5", *ODD))))


def frozen(begin: int, rows: list[Metadata]) -> Segment:
    columns = Columns()
    columns.extend(rows)
    return Segment(begin, begin + len(rows), 0, columns.frozen())


def on_disk(folder: Path, segment: Segment) -> Segment:
    path = folder / f"{segment.begin}-{segment.end}-{random.random()}.col"
    segmentfile.write(path, Head(OWNER, 0, segment.begin, segment.end, segment.seq), [(0, 0)], segment.columns.items())
    return segmentfile.read(path, OWNER, 0)[0]


def agree(snapshot: Snapshot, rows: list[Metadata], rng: random.Random, filters: int = 150) -> None:
    for _ in range(filters):
        filter = odd_filter(rng)
        assert snapshot.mask(filter).tolist() == [matches(filter, one) for one in rows], filter


@pytest.mark.parametrize("seed", range(8))
def test_segments_joined_ones_and_rows_after_them_agree_with_matches(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    rows: list[Metadata] = [odd_metadata(rng, row) for row in range(160)]
    cuts = sorted(rng.sample(range(1, 150), 4))
    segments = [frozen(begin, rows[begin:end]) for begin, end in zip([0, *cuts], cuts, strict=False)]
    tail = Columns()
    tail.extend(rows[cuts[-1] :])
    tail.snapshot()

    def snapshot() -> Snapshot:
        parts = [Part(segment.begin, segment.end, segment) for segment in segments]
        return Snapshot(160, (*parts, Part(cuts[-1], 160, tail)))

    agree(snapshot(), rows, rng)
    while len(segments) > 1:
        at = rng.randrange(len(segments) - 1)
        end = min(len(segments), at + rng.choice((2, 2, 3)))
        few = segments[at:end]
        both = Segment(few[0].begin, few[-1].end, 0, dict(joined(few)))
        segments[at:end] = [on_disk(tmp_path, both) if rng.random() < 0.5 else both]
        agree(snapshot(), rows, rng)
    cut = rng.randrange(160)
    agree(
        Snapshot(cut, tuple(p._replace(end=min(p.end, cut)) for p in snapshot().parts if p.begin < cut)),
        rows[:cut],
        rng,
    )


@pytest.mark.parametrize("seed", range(8))
def test_thinned_segments_agree_with_matches(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed + 100)
    rows: list[Metadata] = [odd_metadata(rng, row) for row in range(160)]
    dead = set(rng.sample(range(160), 10))  # when they were read
    shown: list[Metadata] = [{} if row in dead else one for row, one in enumerate(rows)]
    segments = [frozen(0, shown[:70]), on_disk(tmp_path, frozen(70, shown[70:75])), frozen(75, shown[75:])]
    share = rng.choice((0.02, 0.5, 0.9))
    kept = np.array([row for row in range(160) if row not in dead and rng.random() < share], np.int64)
    whole = Segment(0, len(kept), 0, dict(thinned(segments, kept)))
    agree(Snapshot(len(kept), (Part(0, len(kept), whole),)), [rows[row] for row in kept], rng)
    used = {element for row in kept for value in rows[row].values() for element in elements(value)}
    texts = {v.texts[code].decode() for v in whole.columns.values() for code in range(len(v.texts))}
    assert texts == used, "strings that no row has any more are gone"


def elements(value: object) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def test_values_of_many_rows_have_holes_and_no_owners() -> None:
    some: list[Metadata] = [{"k": "a", "n": 1, "b": True, "e": []}, {}, {"k": "b"}, {"n": 2, "b": False, "e": []}]
    segments = [frozen(0, some), frozen(4, [{"k": "c"}, *[{}] * 28])]
    whole = dict(joined(segments))
    (strings,) = whole["k"].strings
    assert (strings.owners, strings.holes, strings.values.tolist()) == (None, True, [0, 3, 1, 3, 2, *[3] * 28])
    for few in (whole["n"].numbers, whole["b"].booleans, whole["e"].empties):
        assert few[0].owners is not None
    assert dict(thinned(segments, np.array([1, 3, 9]))).keys() == {"n", "b", "e"}
    ((_, values),) = thinned(segments, np.array([2, 4]))
    assert values.strings[0][:3] == (2, 0, None)
    assert not values.strings[0].holes
