"""Whatever byte is flipped on the disk, the index says so, or still holds exactly what was written."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorium.errors import Corrupt, SensoriumError
from sensorium.stores.base import IndexSpec, Query, TextKey
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore
from sensorium.stores.embedded.slots import HEADER_BYTES
from sensorium.stores.embedded.verify import Damage, Part

DIM = 8
Content = list[tuple[str, bytes, dict[str, Any]]]


def content(index: EmbeddedIndex) -> Content:
    return [(r.key, r.vector.tobytes(), dict(r.metadata)) for r in index.scan(None, 10_000)]


@pytest.fixture
def written(home: Path, make_records: Any) -> tuple[Path, Content]:
    """A closed store of 40 records, five of them deleted and five replaced; and what it holds."""
    with EmbeddedStore(home / "good") as store:
        store.create_bucket("default")
        index = store.create(IndexSpec("default", "index", DIM, text_keys=(TextKey("kind"),)))
        index.put(make_records(40))
        index.delete([f"key-{i:05d}" for i in range(5)])
        index.put(make_records(10, seed=1)[5:])
        assert len(index.query(Query(40, texts=(("kind", "cat owl"),)))) == 24
        assert index.verify().damages == ()
        return home / "good", content(index)


class Flipper:
    """A copy of a store in which bytes are flipped and mended again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (self.database,) = home.glob("buckets/*/*/records.*.sqlite")
        (self.slots,) = home.glob("buckets/*/*/vectors.*.slots")
        self._clean = {path: path.read_bytes() for path in (self.database, self.slots)}

    def flip(self, path: Path, at: int, bits: int = 0x01) -> None:
        changed = bytearray(self._clean[path])
        changed[at] ^= bits
        path.write_bytes(changed)

    def mend(self) -> None:
        for path, clean in self._clean.items():
            path.write_bytes(clean)
        for name in ("-wal", "-shm"):
            Path(f"{self.database}{name}").unlink(missing_ok=True)

    def places(self, text: bytes) -> Iterator[int]:
        """Every place of ``text`` in the database."""
        at = self._clean[self.database].find(text)
        while at >= 0:
            yield at
            at = self._clean[self.database].find(text, at + 1)


@pytest.fixture
def flipper(home: Path, written: tuple[Path, Content]) -> Flipper:
    shutil.copytree(written[0], home / "bad")
    return Flipper(home / "bad")


def near(key: str, other: str) -> bool:
    """Whether two keys differ in one character at most: a damaged key is named as it is found."""
    return sum(a != b for a, b in zip(key, other, strict=True)) <= 1


def damages(home: Path) -> tuple[Damage, ...]:
    with EmbeddedStore(home) as store:
        return store.open("default", "index").verify().damages


def test_every_flipped_byte_of_a_key_or_of_metadata_is_found_and_its_record_named(flipper: Flipper) -> None:
    seen = 0
    for text in (b"key-00017", b'{"n":17,"kind":"owl"}'):
        for place in flipper.places(text):
            for at in range(place, place + len(text)):
                flipper.flip(flipper.database, at)
                found = damages(flipper.home)
                assert any(damage.key is not None and near(damage.key, "key-00017") for damage in found)
                assert any(damage.slot == 17 for damage in found)
                flipper.mend()
                seen += 1
    assert seen == 9 * 2 + 21  # the key stands in its row and in the index of keys
    assert damages(flipper.home) == ()


def test_every_flipped_byte_of_a_vector_is_found_and_its_record_named(flipper: Flipper) -> None:
    for at in range(DIM * 4):
        flipper.flip(flipper.slots, HEADER_BYTES + 23 * DIM * 4 + at, 0x80)
        (damage,) = damages(flipper.home)
        assert (damage.key, damage.slot) == ("key-00023", 23)
        assert "its vector is not what was written" in str(damage)


def test_a_damaged_record_is_never_given_out(flipper: Flipper) -> None:
    flipper.flip(flipper.slots, HEADER_BYTES + 23 * DIM * 4)
    row = next(flipper.places(b'{"n":24,'))
    flipper.flip(flipper.database, row + 5)
    with EmbeddedStore(flipper.home) as store:
        index = store.open("default", "index")
        for call, key in (
            (lambda: index.get(["key-00023"]), "key-00023"),
            (lambda: index.get(["key-00024"]), "key-00024"),
            (lambda: index.scan("key-00022", 1), "key-00023"),
            (lambda: index.query(Query(40, np.ones(DIM, np.float32))), "key-00024"),
            (index.compact, "key-0002"),
        ):
            with pytest.raises(Corrupt, match=key):
                call()
        assert [record.key for record in index.get(["key-00022", "key-00025"])] == ["key-00022", "key-00025"]
        assert {damage.key for damage in index.verify().damages} == {"key-00023", "key-00024"}


@pytest.mark.parametrize("flips", [200, pytest.param(6000, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_no_flipped_byte_changes_anything_in_silence(
    written: tuple[Path, Content], flipper: Flipper, flips: int
) -> None:
    chance = random.Random(flips)
    places = [(flipper.database, at) for at in range(flipper.database.stat().st_size)]
    places += [(flipper.slots, at) for at in range(HEADER_BYTES + 45 * DIM * 4)]
    found = 0
    for path, at in chance.sample(places, flips):
        flipper.flip(path, at, 1 << chance.randrange(8))
        try:
            with EmbeddedStore(flipper.home) as store:
                index = store.open("default", "index")
                sound = not index.verify().damages
                if sound:
                    assert content(index) == written[1], f"{path.name} at {at}"
                    assert len(index.query(Query(40, texts=(("kind", "cat owl"),)))) == 24, f"{path.name} at {at}"
                found += not sound
        except SensoriumError as error:
            assert isinstance(error, Corrupt), f"{path.name} at {at}: {error}"  # noqa: PT017
            found += 1
        flipper.mend()
    assert found > flips // 10  # the rest is room that nobody uses


def test_what_the_tables_say_of_one_another_must_agree(written: tuple[Path, Content]) -> None:
    home = written[0]
    with EmbeddedStore(home) as store:
        index = store.open("default", "index")
        with index._opened.writing() as (moment, _):
            moment.connection.execute("DELETE FROM records WHERE key = 'key-00030'")
            moment.connection.execute("INSERT INTO dead (slot) VALUES (31)")
            moment.connection.execute("UPDATE state SET seq = seq")
        found = {damage.slot: str(damage) for damage in index.verify().damages}
        assert found[30] == "slot 30: its row is missing"
    with EmbeddedStore(home) as store:
        found = {damage.slot: str(damage) for damage in store.open("default", "index").verify().damages}
        assert found[31] == "'key-00031' in slot 31: its slot is logged as dead"


def test_a_damaged_index_of_keys_is_told_from_damaged_records_and_made_anew(flipper: Flipper) -> None:
    parts = []
    for place in flipper.places(b"key-00017"):
        flipper.flip(flipper.database, place + 8)
        with EmbeddedStore(flipper.home) as store:
            index = store.open("default", "index")
            report = index.verify()
            parts.append({damage.part for damage in report.damages})
            if parts[-1] == {Part.KEYS}:
                assert report.records == 35
                index.rebuild(Part.KEYS)
                assert index.verify().damages == ()
                assert [record.key for record in index.get(["key-00017"])] == ["key-00017"]
        flipper.mend()
    assert len(parts) == 2
    assert {Part.KEYS} in parts
    assert any(Part.RECORDS in found for found in parts)


def test_a_key_under_another_type_is_named(flipper: Flipper) -> None:
    """As a blob it comes after all texts, and whoever looks for it, or for some beside it, ends too early."""
    seen = 0
    for place in flipper.places(b"\x1f\x01key-00017"):  # the type of a text of nine bytes, and of a slot
        flipper.flip(flipper.database, place, 1)
        with EmbeddedStore(flipper.home) as store:
            index = store.open("default", "index")
            if not index.get(["key-00017"]):  # else it is where nothing is read
                (damage,) = index.verify().damages
                assert (damage.slot, damage.part) == (17, Part.KEYS)
                index.rebuild(Part.KEYS)
                assert index.get(["key-00017"])
                seen += 1
            assert index.verify().damages == ()
        flipper.mend()
    assert seen == 1


def test_what_was_proved_is_said_and_nothing_else(flipper: Flipper) -> None:
    told: list[tuple[int, int]] = []
    with EmbeddedStore(flipper.home) as store:
        report = store.open("default", "index").verify(lambda *done: told.append(done))
        assert report.proved == (
            "35 records: key, metadata and vector are what was written",
            "the index of keys, the log of 10 dead slots and the count agree with the records",
            "full text of kind agrees with the records",
        )
    assert told == [(45, 45)]
    flipper.flip(flipper.slots, HEADER_BYTES + 23 * DIM * 4)
    with EmbeddedStore(flipper.home) as store:
        report = store.open("default", "index").verify()
        assert report.proved == (
            "34 of 35 records: key, metadata and vector are what was written",
            "full text of kind agrees with the records",
        )
