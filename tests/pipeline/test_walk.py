import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sensorium.errors import NotFound
from sensorium.pipeline.walk import walk


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a.txt", "b.JPG", ".hidden", "sub/c.txt", "sub/deep/d.png", ".git/config", "node_modules/x.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


def names(tree: Path, **patterns: tuple[str, ...]) -> list[str]:
    return [c.path.relative_to(tree).as_posix() for c in walk([tree], **patterns).candidates]


def test_a_folder_is_walked_in_order_without_hidden_files_links_and_pipes(tree: Path) -> None:
    assert names(tree) == ["a.txt", "b.JPG", "node_modules/x.txt", "sub/c.txt", "sub/deep/d.png"]
    assert walk([tree]).skipped == {"hidden": 2, "link": 2, "not a file": 1}


def test_patterns(tree: Path) -> None:
    assert names(tree, include=("*.txt",)) == ["a.txt", "node_modules/x.txt", "sub/c.txt"]
    assert names(tree, include=("sub/*",)) == ["sub/c.txt", "sub/deep/d.png"]
    assert names(tree, exclude=("node_modules", "*.png")) == ["a.txt", "b.JPG", "sub/c.txt"]
    assert names(tree, include=("*.txt",), exclude=("sub/",)) == ["a.txt", "node_modules/x.txt"]


def test_what_is_named_is_taken(tree: Path) -> None:
    found = walk([tree / ".hidden", tree / "link.txt"]).candidates
    assert [(c.path.name, c.named) for c in found] == [(".hidden", True), ("link.txt", True)]


def test_a_named_pipe_is_refused_and_not_opened(tree: Path) -> None:
    result = walk([tree / "pipe"])
    assert "not a regular file" in result.failures[0].reason


def test_each_file_once(tree: Path) -> None:
    found = walk([tree / "a.txt", tree, tree / "sub"]).candidates
    assert len(found) == len({c.path for c in found}) == 5


def test_names_that_are_no_utf8_have_a_uri(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9 100%.txt"))
    path.write_text("x")
    assert walk([tmp_path]).candidates[0].uri.endswith("/caf%E9%20100%25.txt")


def test_a_missing_path(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such file or folder"):
        walk([tmp_path / "none"])


def test_a_folder_that_cannot_be_listed_is_a_failure(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def refuse(path: str) -> Iterator[os.DirEntry[str]]:
        if Path(path).name == "sub":  # root may list every folder, so the refusal is played
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    result = walk([tree])
    assert [(failure.source, failure.reason) for failure in result.failures] == [
        ((tree / "sub").as_uri(), f"{tree / 'sub'}: Permission denied")
    ]
    assert [c.path.name for c in result.candidates] == ["a.txt", "b.JPG", "x.txt"]
