from dataclasses import replace
from pathlib import Path

import pytest

from sensorium.errors import Unreadable
from sensorium.ledger import Entry
from sensorium.pipeline.candidate import RACY_NS, FileCandidate


@pytest.fixture
def file(tmp_path: Path) -> FileCandidate:
    (tmp_path / "a.txt").write_text("words")
    return FileCandidate(tmp_path / "a.txt", 0, 0, False).again()


def entry(file: FileCandidate, checked_ns: int) -> Entry:
    return Entry(file.uri, file.size, file.mtime_ns, "c", "s", "t", "text", 1, checked_ns / 1e9)


def test_a_file_is_the_same_by_size_and_time_once_the_time_can_be_trusted(file: FileCandidate) -> None:
    late = file.mtime_ns + 2 * RACY_NS
    assert file.is_same(entry(file, late))
    assert not file.is_same(entry(file, file.mtime_ns + RACY_NS // 2))
    assert not file.is_same(entry(replace(file, size=1), late))
    assert not file.is_same(entry(replace(file, mtime_ns=1), late))


def test_a_file_that_changes_while_it_is_read_is_unreadable(file: FileCandidate) -> None:
    same, source = file.opened()
    assert (same, source.path) == (file, file.path)
    file.check()
    file.path.write_text("other words")
    with pytest.raises(Unreadable, match="changed while it was read"):
        file.check()
