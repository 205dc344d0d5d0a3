"""An opened index: reads of one moment, and errors that say which file is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorium.errors import Corrupt, Invalid, NotFound
from sensorium.filter import parse
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore
from sensorium.stores.embedded.moment import Opened, marks, parts


def test_a_moment_stays_while_others_write(index: EmbeddedIndex, make_records: Any) -> None:
    index.put(make_records(5))
    with index._opened.reading(parse({"kind": "cat"})) as moment:
        index.delete(["key-00000"])
        index.put(make_records(1, seed=9, prefix="new"))
        assert moment.snapshot.count == 5
        assert moment.mask is not None
        assert np.flatnonzero(moment.mask).tolist() == [0, 3]
        assert [row.text() for row in moment.by_slot([3, 0])] == ["key-00003", "key-00000"]
        assert set(moment.by_key(["key-00000", "new-00000"])) == {"key-00000"}
        assert moment.record(moment.by_slot([0])[0]).metadata == {"n": 0, "kind": "cat"}
        assert moment.matrix.shape == (5, 8)
    assert index.count() == 5


def test_a_row_that_is_missing_is_damage(index: EmbeddedIndex, make_records: Any) -> None:
    index.put(make_records(2))
    with index._opened.reading() as moment, pytest.raises(Corrupt, match="row of slot 7 is missing"):
        moment.by_slot([0, 7])


def test_a_slot_file_that_is_gone_is_damage(home: Path, store: EmbeddedStore, index: EmbeddedIndex) -> None:
    (path,) = home.rglob("records.*.sqlite")
    (slots,) = home.rglob("*.slots")
    slots.unlink()
    opened = Opened("default", "index", path, 1)
    for way in (opened.reading, opened.writing):
        with pytest.raises(Corrupt, match=r"slot file .*vectors\.0\.slots is missing"), way():
            pytest.fail("an index without vectors was opened")
    opened.close()


def test_an_index_that_is_gone_is_not_found(store: EmbeddedStore, index: EmbeddedIndex) -> None:
    store.drop("default", "index")
    assert index.is_dropped()
    for way in (index._opened.reading, index._opened.writing):
        with pytest.raises(NotFound, match="no index default/index"), way():
            pytest.fail("a dropped index was opened")


def test_a_closed_one_says_so(index: EmbeddedIndex) -> None:
    index.close()
    assert not index._opened.dropped
    for way in (index._opened.reading, index._opened.writing):
        with pytest.raises(Invalid, match="closed"), way():
            pytest.fail("a closed index was opened")


def test_parts_and_marks() -> None:
    assert list(parts([1, 2, 3, 4, 5], 2)) == [[1, 2], [3, 4], [5]]
    assert list(parts([], 2)) == []
    assert marks("abc") == "?,?,?"
    assert marks([]) == ""
