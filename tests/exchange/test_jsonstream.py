"""Vector objects out of JSON in any of its forms, however the text is cut into pieces."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensorium.exchange import jsonstream
from sensorium.exchange.jsonstream import Broken, objects

VECTORS = [{"key": "a", "data": {"float32": [1, -2.5e-7]}}, {"key": 'é "\\', "metadata": {"n": [1, "]}"]}}, {}]


def read(text: str) -> list[Any]:
    return [found for _, found in objects(io.StringIO(text))]


@pytest.mark.parametrize("indent", [None, 4])
def test_an_answer_pages_of_answers_a_list_and_lines(indent: int | None) -> None:
    answer = json.dumps({"vectors": VECTORS, "nextToken": "t"}, indent=indent)
    before = json.dumps({"nextToken": None, "indexName": {"a": []}, "vectors": VECTORS}, indent=indent)
    assert read(answer) == read(before) == VECTORS
    assert read(answer + before) == read(f"{answer}\n\n{before}\n") == VECTORS * 2
    assert read(json.dumps(VECTORS, indent=indent)) == VECTORS
    assert read("\n".join(json.dumps(one, indent=indent) for one in VECTORS)) == VECTORS
    assert read("") == read(" \n ") == read('{"vectors": []}') == read("[]") == []


def test_a_vector_object_may_have_a_member_of_that_name() -> None:
    assert read('{"key": "a", "vectors": 5}') == [{"key": "a", "vectors": 5}]


def test_lines_are_counted() -> None:
    text = '{"vectors": [\n{"key":\n"a"},\n\n{"key": "b"}]}\n{"key": "c"}'
    assert [(line, found["key"]) for line, found in objects(io.StringIO(text))] == [(2, "a"), (5, "b"), (6, "c")]


@pytest.mark.parametrize("piece", [1, 2, 7, 64])
def test_pieces_may_end_anywhere(monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    monkeypatch.setattr(jsonstream, "_PIECE", piece)
    text = json.dumps({"a": 12345.678e-5, "b": True, "vectors": VECTORS, "c": "\u00e9\\n"}, indent=1) * 2
    assert read(text) == VECTORS * 2


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the text
@given(st.lists(st.dictionaries(st.text(), st.none() | st.booleans() | st.floats(allow_nan=False) | st.text())))
def test_any_objects_come_back(found: list[dict[str, Any]]) -> None:
    assert read(json.dumps({"vectors": found}, ensure_ascii=False)) == found


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{", 1),
        ('{"vectors": [', 1),
        ('{"vectors": [{}', 1),
        ('{"vectors": [{},]}', 1),
        ('\n{"key": "a" "b"}', 2),
        ('{"key": "a"}\n{"key": nope}', 2),
        ('{"key":\n"a', 2),
        ("[1 2]", 1),
        ("{1: 2}", 1),
        ("hello", 1),
        ("5", 1),
        ('{"a": 1}}', 1),
        ('{"a": ' + "[" * 100_000, 1),
    ],
)
def test_what_is_broken_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(Broken, match=f"^line {line}: "):
        read(text)


def test_a_broken_file_is_not_read_to_its_end() -> None:
    text = io.StringIO('{"vectors": [{"key": ?}' + " " * 50_000_000)
    with pytest.raises(Broken):
        list(objects(text))
    assert text.tell() <= 2 << 20


def test_a_value_without_an_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonstream, "_PIECE", 1000)
    monkeypatch.setattr(jsonstream, "_MOST", 100_000)
    text = io.StringIO('{"key": "' + "x" * 10_000_000)
    with pytest.raises(Broken, match="Unterminated"):
        list(objects(text))
    assert text.tell() < 1_000_000
