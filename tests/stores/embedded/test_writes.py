"""A write gives every record a new slot, and logs the slots of what it replaced or removed."""

from __future__ import annotations

from sensorium.stores.embedded import EmbeddedIndex, writes

from .conftest import MakeRecords


def test_a_replaced_record_has_a_new_slot_and_its_old_one_is_dead(
    index: EmbeddedIndex, make_records: MakeRecords
) -> None:
    opened, spec = index._opened, index.spec
    first = writes.put(opened, spec, make_records(5))
    again = writes.put(opened, spec, make_records(3, seed=1))
    assert (first.slots, first.records, first.deaths) == (5, 5, 0)
    assert (again.slots, again.records, again.deaths, again.seq) == (8, 5, 3, first.seq + 1)
    with opened.reading() as moment:
        assert [row.slot for row in moment.by_key(["key-00000", "key-00004"]).values()] == [5, 4]


def test_removing_what_is_not_there_changes_nothing(index: EmbeddedIndex, make_records: MakeRecords) -> None:
    index.put(make_records(4))
    before = index.sequence
    assert writes.delete(index._opened, ["nobody"])[0] == 0
    assert index.sequence == before
    removed, state = writes.delete(index._opened, ["key-00001", "nobody"])
    assert (removed, state.records, state.deaths) == (1, 3, 1)
