"""Numbers, spans and sources as a person reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensorium.cli import format
from sensorium.types import PageSpan, Span, TextSpan, TimeSpan


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (PageSpan(11), "page 11"),
        (TimeSpan(75, 80), "01:15-01:20"),
        (TimeSpan(0, 4.96), "00:00-00:05"),
        (TimeSpan(2.5, 3.25), "00:02.5-00:03.2"),
        (TimeSpan(59.97, 3725), "01:00-1:02:05"),
        (TextSpan(120, 480), "chars 120-480"),
        (None, ""),
    ],
)
def test_spans(span: Span | None, shown: str) -> None:
    assert format.span(span) == shown


def test_a_source_is_a_path_below_the_folder_or_below_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    assert format.source("file:///data/a%20b/talk.mp4", "/data") == "a b/talk.mp4"
    assert format.source("file:///data/a%20b/talk.mp4") == "/data/a b/talk.mp4"
    assert format.source("file:///database/x.txt", "/data") == "/database/x.txt"
    assert format.source("file:///home/ann/x.txt") == "~/x.txt"
    assert format.source("s3://bucket/x.txt", "/data") == "s3://bucket/x.txt"
    assert format.source(None) == "(no source)"


def test_a_name_that_is_no_utf8_comes_back_as_it_is_on_the_disk() -> None:
    path = Path("/tmp/caf\udce9.txt")
    assert format.file_path(path.as_uri()) == str(path)


def test_a_message_names_its_file_by_its_path() -> None:
    assert format.named("file:///a%20b/c.pdf: only a page") == "/a b/c.pdf: only a page"
    assert format.named("page 3: no text") == "page 3: no text"
    assert format.named("no colon") == "no colon"


def test_the_common_folder() -> None:
    assert format.common_folder(["file:///a/b/c.txt", "file:///a/d/e.txt", "s3://x/y", None]) == "/a"
    assert format.common_folder(["file:///a/b/c.txt"]) == "/a/b"
    assert format.common_folder(["file:///a/x", "file:///b/x"]) == ""
    assert format.common_folder([]) == ""


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (999_960, "1.0 MB"), (20_400_000, "20 MB"), (5 * 10**12, "5.0 TB")],
)
def test_sizes(count: int, shown: str) -> None:
    assert format.size(count) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.04, "0.0 s"), (9.96, "10 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")],
)
def test_durations(seconds: float, shown: str) -> None:
    assert format.duration(seconds) == shown


def test_a_snippet_is_one_short_line() -> None:
    assert format.snippet("one\n  two\tthree", 40) == "one two three"
    assert format.snippet("word " * 100, 20) == "word word word word…"
    assert format.snippet(7) == ""


def test_counts_have_their_plural() -> None:
    assert [format.count(1, "file"), format.count(2000, "file"), format.count(0, "index")] == [
        "1 file",
        "2,000 files",
        "0 indexes",
    ]
