"""The sample searches point at things that exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensorium.samples import QUERIES, SAMPLES, SampleQuery, write_queries
from sensorium.samples.clips import CLIPS, SECONDS
from sensorium.samples.queries import QUERY_FILES

BY_PATH = {s.path: s for s in SAMPLES}


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: f"{q.title}, {q.wanted}")
def test_a_search_has_an_input_and_looks_for_something_in_the_library(query: SampleQuery) -> None:
    assert query.text or query.file
    assert query.file in {None, *(s.path for s in QUERY_FILES)}
    target = BY_PATH[query.wanted]
    assert query.modality in (None, target.modality)
    assert (query.page is not None) == query.wanted.endswith(".pdf")
    assert (query.start_s is not None) == (target.modality == "video")
    if query.start_s is not None:
        assert 0 <= query.start_s < SECONDS * len(CLIPS[Path(query.wanted).name])


def test_there_are_ten_searches_or_more_of_many_kinds() -> None:
    assert len(QUERIES) >= 10
    assert len({q.title for q in QUERIES}) >= 9
    assert {BY_PATH[q.wanted].modality for q in QUERIES} == {"image", "audio", "video", "document", "text"}


def test_query_files_are_written_and_differ_from_the_library(tmp_path: Path, library: Path) -> None:
    paths = write_queries(tmp_path)
    assert [p.name for p in paths] == [s.path for s in QUERY_FILES]
    known = {p.read_bytes() for p in library.rglob("*") if p.is_file()}
    assert not known & {p.read_bytes() for p in paths}
