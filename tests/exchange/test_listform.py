"""The list form of S3 Vectors: what the AWS command prints, and a vector a line."""

from __future__ import annotations

import gzip
import io
import json
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from tests.exchange.conftest import DIM, Make, held, records

from sensorium.errors import Invalid, Unreadable
from sensorium.exchange import fill
from sensorium.exchange.listform import ListForm, write
from sensorium.stores.base import Index
from sensorium.types import Record

AS_AWS_PRINTS_IT = """{
    "vectors": [
        {
            "key": "a",
            "data": {
                "float32": [
                    0.10000000149011612,
                    1.0
                ]
            },
            "metadata": {
                "year": 1999
            }
        },
        {
            "key": "b",
            "data": {"float32": [1, 0]},
            "metadata": {}
        }
    ],
    "nextToken": "more"
}
"""


def written(found: list[Record], *, lines: bool = False, compressed: bool = False) -> bytes:
    stream = io.BytesIO()
    write(stream, [found[:2], [], found[2:]], lines=lines, compressed=compressed)
    return stream.getvalue()


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("compressed", [False, True])
def test_what_is_written_is_read_bit_for_bit(
    tmp_path: Path, make: Make, full: Index, lines: bool, compressed: bool
) -> None:
    path = tmp_path / "a"
    path.write_bytes(written(full.scan(None, 1000), lines=lines, compressed=compressed))
    content = ListForm(path)
    assert content.header.dim == DIM
    assert content.header.model is None
    index = make()
    fill(index, content, fresh=True)
    content.close()
    assert held(index) == held(full)


def test_an_answer_has_the_members_of_the_service() -> None:
    record = Record("a", np.array([0.5, 2], np.float32), {"n": 1})
    assert json.loads(written([record])) == {
        "vectors": [{"key": "a", "data": {"float32": [0.5, 2.0]}, "metadata": {"n": 1}}]
    }
    assert json.loads(written([])) == {"vectors": []}
    assert [json.loads(line)["key"] for line in written(records(3), lines=True).splitlines()] == [
        record.key for record in records(3)
    ]
    assert written([], lines=True) == b""


def test_what_the_aws_command_prints_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(AS_AWS_PRINTS_IT)
    content = ListForm(path)
    assert content.header.dim == 2
    first, second = content.records()
    assert (first.place, first.record.key, dict(first.record.metadata)) == ("line 3", "a", {"year": 1999})
    assert first.record.vector.tolist() == [np.float32(0.1), 1.0]
    assert second.record.key == "b"
    content.close()


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("")
    content = ListForm(path)
    assert content.header.dim is None
    assert list(content.records()) == []
    content.close()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"key": "b"}', "no data.float32; list it with --return-data"),
        ('{"key": "b", "data": {"float32": ["x"]}}', "a list of numbers"),
        ('{"key": "b", "data": {"float32": [[1], [1, 2]]}}', "a list of numbers"),
        ('{"key": "b", "data": {"float32": [1], "metadata": 1}, "metadata": 5}', "Metadata must be an object"),
        ('{"data": {"float32": [1]}}', "key, data and metadata"),
        ("[5]", "key, data and metadata"),
    ],
)
def test_what_is_no_vector_object_is_named_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"key": "a", "data": {{"float32": [1]}}}}\n{line}\n')
    with closing(ListForm(path)) as content, pytest.raises(Invalid, match=message) as caught:
        list(content.records())
    assert caught.value.path == "line 2"


def test_a_broken_file_is_unreadable(tmp_path: Path) -> None:
    for name, data in (
        ("text", b"hello"),
        ("latin", '{"key": "é"}'.encode("latin-1")),
        ("cut", gzip.compress(written(records(3)))[:-20]),
        ("rubbish", b"\x1f\x8b" + b"x" * 100),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(Unreadable, match=str(path)), closing(ListForm(path)) as content:
            list(content.records())
