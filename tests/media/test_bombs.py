from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from tests.media import pdf_files

from sensorium.errors import Unreadable
from sensorium.media import bombs
from sensorium.types import Source


def test_a_stream_that_inflates_too_far_is_a_bomb(tmp_path: Path) -> None:
    data = pdf_files.drawing(pdf_files.packed_zeros(129), filters=b"/Filter/FlateDecode")
    path = tmp_path / "bomb.pdf"
    path.write_bytes(data)
    for source in (Source("bomb.pdf", data=data), Source("bomb.pdf", path=path)):
        with pytest.raises(
            Unreadable, match=r"bomb\.pdf: a decompression bomb: a stream of 13\d,\d\d\d bytes inflates"
        ):
            bombs.check_pdf(source)


def test_a_stream_packed_twice_is_no_way_around() -> None:
    data = zlib.compress(pdf_files.packed_zeros(129), 9)
    assert len(data) < 2000
    bomb = pdf_files.drawing(data, filters=b"/Filter [/FlateDecode /FlateDecode]")
    with pytest.raises(Unreadable, match="a decompression bomb"):
        bombs.check_pdf(Source("bomb.pdf", data=bomb))


def test_a_length_that_is_not_stated_is_no_way_around() -> None:
    bomb = pdf_files.drawing(pdf_files.packed_zeros(129), filters=b"/Filter/FlateDecode").replace(
        b"/Length ", b"/Width "
    )
    with pytest.raises(Unreadable, match="a decompression bomb"):
        bombs.check_pdf(Source("bomb.pdf", data=bomb))


def test_large_and_broken_streams_pass() -> None:
    bombs.check_pdf(
        Source("a.pdf", data=pdf_files.drawing(pdf_files.packed_zeros(100), filters=b"/Filter/FlateDecode"))
    )
    bombs.check_pdf(Source("a.pdf", data=pdf_files.drawing(b"\0" * 300_000, filters=b"/Filter/FlateDecode")))
    bombs.check_pdf(Source("a.pdf", data=pdf_files.pages(["hello"])))
    bombs.check_pdf(Source("a.pdf", data=b""))
