"""Names of records, and the addresses of their media."""

from __future__ import annotations

import pytest

from sensorium.server.api.hits import media, name_of, title
from sensorium.types import PageSpan, TextSpan, TimeSpan


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("file:///home/ada/a%20b%25.png", "a b%.png"),
        ("s3://bucket/deep/a b%20.png", "a b%20.png"),
        ("https://example.org/", "example.org"),
        ("/plain/path.txt", "path.txt"),
        ("file:///x/%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E.png", "<img src=x onerror=alert(1)>.png"),
        ("", ""),
        (None, ""),
    ],
)
def test_the_name_of_a_source(uri: str | None, name: str) -> None:
    assert name_of(uri) == name


def test_a_record_may_have_a_title_of_its_own() -> None:
    assert title("file:///a.png", {"title": " Sunset "}, "key") == "Sunset"
    assert title("file:///a.png", {"title": 3}, "key") == "a.png"
    assert title(None, {}, "key") == "key"


def test_addresses_by_modality_and_span() -> None:
    film = media("/m", "?v=1", "video", "video/mp4", TimeSpan(5, 7.5))
    assert film["clip"] == "/m/original?v=1#t=5,7.5"
    assert film["picture"] == "/m/thumbnail?v=1&size=1600"
    strange = media("/m", "?v=1", "video", "video/x-matroska", TimeSpan(5, 7.5))
    assert strange["clip"] == strange["clip_made"] == "/m/clip?v=1"
    page = media("/m", "?v=1", "document", "application/pdf", PageSpan(3))
    assert (page["original"], page["waveform"]) == ("/m/original?v=1#page=3", None)
    assert media("/m", "", "document", "application/pdf", TextSpan(0, 5))["thumbnail"] is None
    subtitle = media("/m", "", "text", "application/x-subrip", TimeSpan(1, 2))
    assert (subtitle["original"], subtitle["clip"], subtitle["thumbnail"]) == ("/m/original", None, None)
