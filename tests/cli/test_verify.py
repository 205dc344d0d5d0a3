"""``sensorium verify``."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import Command

from sensorium.home import Home
from sensorium.types import Record


def database(command: Command, index: str = "default") -> sqlite3.Connection:
    (path,) = (command.home / "store" / "buckets" / "default" / index).glob("records.*.sqlite")
    return sqlite3.connect(path, isolation_level=None)


def change(command: Command, before: str, after: str) -> None:
    """Change a text in stored metadata behind the store's back."""
    with closing(database(command)) as opened:
        where = f"WHERE instr(CAST(metadata AS TEXT), '{before}')"
        done = opened.execute(
            f"UPDATE records SET metadata = replace(CAST(metadata AS TEXT), '{before}', '{after}') {where}"
        )
        assert done.rowcount == 1


def test_a_sound_index_is_told_what_was_proved(indexed: Command) -> None:
    shown = indexed.ok("verify")
    assert shown.splitlines() == [
        "index default",
        "  proved: 6 records: key, metadata and vector are what was written",
        "  proved: the index of keys, the log of 0 dead slots and the count agree with the records",
        "  proved: full text of text agrees with the records",
    ]
    (found,) = indexed.json("verify")["indexes"]
    assert found["index"] == "default"
    assert found["whole"] == 6
    assert len(found["proved"]) == 3
    assert found["damages"] == found["rebuilt"] == []


def test_damaged_records_are_named_with_their_file_and_the_way_back(indexed: Command, files: Path) -> None:
    change(indexed, "The cat", "The cow")
    change(indexed, "A ship", "A shop")
    result = indexed("verify")
    assert result.exit_code == 1
    assert "  proved: 4 of 6 records: key, metadata and vector are what was written\n" in result.stdout
    assert f"its key, metadata or slot is not what was written ({files / 'cats.txt'})" in result.stdout
    found = indexed("verify", "--json")
    assert found.exit_code == 1
    (index,) = json.loads(found.stdout)["indexes"]
    sources = [(files / name).as_uri() for name in ("cats.txt", "ships.txt")]
    damages = [damage for damage in index["damages"] if damage["part"] == "records"]
    assert sorted(damage["source"] for damage in damages) == sources
    named = indexed("--home", indexed.home, "verify").stdout
    assert f"    sensorium rm --home {indexed.home} --source {files / 'cats.txt'} " in named
    remove, again = [line.split()[1:] for line in result.stdout.splitlines() if line.startswith("    sensorium ")]
    assert remove == ["rm", "--source", str(files / "cats.txt"), "--source", str(files / "ships.txt")]
    indexed.ok(*remove)  # as it is printed
    indexed.ok(*again)
    assert "  proved: 6 records: " in indexed.ok("verify")


def test_a_damaged_record_of_no_known_file_goes_by_its_key(indexed: Command) -> None:
    with Home(indexed.home, indexed.registry()) as home:
        index = home.index()
        key = "put by hand"
        (like,) = index.scan(None, 1)
        index.put([Record(key, like.vector, {"note": "The hand"})])
    change(indexed, "The hand", "The hound")
    result = indexed("verify")
    assert result.exit_code == 1
    assert "    sensorium rm -- 'put by hand'\n" in result.stdout
    assert indexed.json("rm", key) == {"removed": 1}
    assert "  proved: 6 records: " in indexed.ok("verify")


def test_what_is_derived_is_repaired(indexed: Command) -> None:
    with closing(database(indexed)) as opened:
        (number,) = opened.execute("SELECT number FROM texts").fetchone()
        opened.execute(f"INSERT INTO text_{number} (rowid, terms) VALUES (1, 'nonsense')")
    result = indexed("verify")
    assert result.exit_code == 1
    assert "what is indexed of its text 'text' is not what it says" in result.stdout
    assert "what is derived comes back by: sensorium verify --repair" in result.stdout
    assert "full text" not in result.stdout
    shown = indexed.ok("verify", "--repair")
    assert "  rebuilt: texts\n" in shown
    assert "  proved: full text of text agrees with the records\n" in shown
    assert "rebuilt" not in indexed.ok("verify", "--repair")


def test_what_cannot_be_rebuilt_is_said(indexed: Command) -> None:
    change(indexed, "The cat", "The cow")
    with closing(database(indexed)) as opened:
        (number,) = opened.execute("SELECT number FROM texts").fetchone()
        opened.execute(f"INSERT INTO text_{number} (rowid, terms) VALUES (1, 'nonsense')")
    result = indexed("verify", "--repair")
    assert result.exit_code == 1
    assert "  not rebuilt: texts: " in result.stdout
    assert "  proved: 5 of 6 records: " in result.stdout


def test_an_index_that_does_not_open_hides_no_other(indexed: Command, files: Path) -> None:
    indexed.ok("index", files, "--index", "other")
    (slots,) = (indexed.home / "store" / "buckets" / "default" / "other").glob("vectors.*.slots")
    slots.unlink()
    result = indexed("verify")
    assert result.exit_code == 1
    assert f"its slot file {slots} is missing" in result.stdout
    assert "  proved: 6 records: " in result.stdout
    assert "  proved: 6 records: " in indexed.ok("verify", "--index", "default")


def test_which_index(indexed: Command) -> None:
    assert indexed("verify", "--index", "nothing").exit_code == 2
    result = indexed("verify", "--index", "s3vectors://bucket/name")
    assert result.exit_code == 2
    assert "does not lie in this home" in result.stderr


def test_an_empty_home(command: Command) -> None:
    assert "no index yet" in command("verify").stderr
    assert command.json("verify") == {"indexes": []}
    assert not command.home.exists()


def test_a_damaged_inverted_index_is_built_anew(listed: Command) -> None:
    last = listed.ok("verify").splitlines()[-1]
    assert re.fullmatch(
        r"  proved: the inverted index covers 506 of 506 slots: each that holds a record is in one of \d+ lists, once",
        last,
    )
    (path,) = (listed.home / "store" / "buckets" / "default" / "default").glob("inverted.*.ivf")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    result = listed("verify")
    assert result.exit_code == 1
    assert f"  damaged: the index: {path} is damaged: " in result.stdout
    assert "  what is derived comes back by: sensorium verify --repair\n" in result.stdout
    assert "proved: the inverted index" not in result.stdout
    (index,) = json.loads(listed("verify", "--json").stdout)["indexes"]
    assert [damage["part"] for damage in index["damages"]] == ["inverted index"]
    assert listed.json("search", "the cat", "-k", "1")["hits"][0]["key"] == "near-000"  # all are measured meanwhile
    shown = listed.ok("verify", "--repair").splitlines()
    assert shown[1] == "  rebuilt: inverted index"
    assert shown[-1] == last
    assert "rebuilt" not in listed.ok("verify", "--repair")
