"""Paths on the command line have one name each."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from sensorium.cli.paths import LocalPath, PathOrUri, local
from sensorium.space import local_path


def test_a_path_is_absolute_without_dots_and_a_tilde_is_a_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert local("~/a/../b.txt") == tmp_path / "~" / "b.txt"
    assert local("~$a.docx") == tmp_path / "~$a.docx"
    assert local_path(local("~/x/..")) == local("~"), "the library leaves what is absolute as it is"


def test_links_stay_as_they_are_named(tmp_path: Path) -> None:
    (tmp_path / "there.txt").touch()
    (tmp_path / "link.txt").symlink_to(tmp_path / "there.txt")
    assert LocalPath(exists=True).convert(str(tmp_path / "link.txt"), None, None) == tmp_path / "link.txt"


def test_what_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(click.BadParameter, match="does not exist"):
        LocalPath(exists=True).convert(str(tmp_path / "none"), None, None)
    with pytest.raises(click.BadParameter, match="is a directory"):
        LocalPath(exists=True, dir_okay=False).convert(str(tmp_path), None, None)


def test_an_objects_uri_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = PathOrUri(exists=True, dir_okay=False)
    assert kind.convert("s3://bucket/a//b/../c d", None, None) == "s3://bucket/a//b/../c d"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s3:").touch()
    assert kind.convert("s3:", None, None) == tmp_path / "s3:"
    with pytest.raises(click.BadParameter, match="does not exist"):
        kind.convert("S3://bucket/a", None, None)
