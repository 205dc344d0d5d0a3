import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.pipeline.conftest import registry, write_image, write_text

from sensorium.errors import Conflict, Invalid, NotFound
from sensorium.home import Home
from sensorium.models.resized import Resized
from sensorium.pipeline import Options, index
from sensorium.space import (
    MAX_METADATA,
    Space,
    as_source,
    explain,
    path_of,
    record_key,
    search_text,
    text_question,
)
from sensorium.stores.base import IndexSpec
from sensorium.stores.memory import MemoryStore
from sensorium.stores.records import metadata_bytes
from sensorium.testing import payloads
from sensorium.testing.weightless import WeightlessEmbedder
from sensorium.types import Modality, PageSpan, Purpose, Segment, TextSpan, TimeSpan


@pytest.fixture
def space(tmp_path: Path) -> Iterator[Space]:
    with Home(tmp_path / "home", registry()) as home:
        yield home.open("things", model="weightless", create=True)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for seed in range(3):
        write_image(tmp_path / f"tile{seed}.png", seed)
    write_text(tmp_path / "note.txt", "barge")
    return tmp_path


def test_a_model_of_another_dimension_is_refused(space: Space) -> None:
    with pytest.raises(Conflict, match="64 dimensions, the model gives 32"):
        Space(space.index, Resized(WeightlessEmbedder(), 32))


def test_keys_name_source_modality_and_span() -> None:
    keys = {
        record_key(source, modality, span)
        for source in ("file:///a", "file:///b")
        for modality in ("text", "video")
        for span in (None, PageSpan(1), TimeSpan(0, 5), TimeSpan(5, 10), TextSpan(0, 5))
    }
    assert len(keys) == 20
    assert record_key("file:///a", "text", None) == record_key("file:///a", "text", None)
    assert all(len(key) == 32 for key in keys)


def test_a_file_has_one_name_however_it_is_spelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    names = ["../b c%.txt", "./../b c%.txt", tmp_path / "a" / ".." / "b c%.txt", tmp_path / "b c%.txt"]
    assert {as_source(name).uri for name in names} == {(tmp_path / "b c%.txt").as_uri()}
    assert as_source("~$a.docx").path == tmp_path / "a" / "~$a.docx"


def test_a_uri_leads_back_to_its_path() -> None:
    odd = Path(os.fsdecode(b"/tmp/caf\xe9 100%#?.txt"))
    assert path_of(odd.as_uri()) == odd
    assert path_of("s3://bucket/key") is None


def test_several_inputs_make_one_question(space: Space, files: Path) -> None:
    index(space, [files / f"tile{seed}.png" for seed in range(3)])
    both = space.search(files / "tile0.png", files / "tile1.png", k=3)
    assert {hit.source for hit in both[:2]} == {(files / f"tile{seed}.png").as_uri() for seed in (0, 1)}
    away = space.search(files / "tile0.png", files / "tile1.png", weights=[1, -0.9], k=3)
    assert away[0].source == (files / "tile0.png").as_uri()
    assert away[-1].source == (files / "tile1.png").as_uri()


def test_filters_modalities_and_distance_narrow(space: Space, files: Path) -> None:
    index(space, [files / "note.txt"], Options(metadata={"shelf": 1}))
    index(space, [files / "tile0.png"], Options(metadata={"shelf": 2}))
    assert {hit.modality for hit in space.search("barge", modalities="image")} == {"image"}
    assert {hit.metadata["shelf"] for hit in space.search("barge", filter={"shelf": {"$lt": 2}})} == {1}
    assert space.search("barge", modalities=["image"], filter={"shelf": 1}) == []
    near = space.search(files / "tile0.png", max_distance=0.01)
    assert [hit.source for hit in near] == [(files / "tile0.png").as_uri()]


def test_questions_that_make_no_sense(space: Space, files: Path) -> None:
    with pytest.raises(Invalid, match="nothing to search for"):
        space.search()
    with pytest.raises(Invalid, match="empty"):
        space.search("  ")
    with pytest.raises(Invalid, match="no modality 'smell'; there are text"):
        space.search("x", modalities=["smell"])
    with pytest.raises(NotFound):
        space.search(files / "none.png")
    with pytest.raises(Invalid):
        space.search("x", filter={"a": 1, "b": 2})


def test_removing(space: Space, files: Path) -> None:
    index(space, [files / "note.txt"])
    keys = [record.key for record in space.index.scan(None, 100)]
    assert space.remove([*keys, "absent"]) == len(keys)
    assert space.index.count() == 0


def test_long_text_is_cut_to_fit_the_record(space: Space) -> None:
    text = "ä" * 30_000
    segment = Segment("file:///a", Modality.TEXT, "text/plain", TextSpan(0, len(text)), text, text)
    vector = WeightlessEmbedder().embed([payloads.text(1)], Purpose.GENERIC_INDEX)[0]
    record = space.record(segment, vector, "hash", {"note": "x" * 100})
    assert MAX_METADATA - 2 <= metadata_bytes(record.metadata) <= MAX_METADATA
    space.index.put([record])
    assert np.array_equal(space.index.get([record.key])[0].vector, vector)


def test_a_hybrid_search_looks_for_the_words_themselves(space: Space, files: Path) -> None:
    write_text(files / "log.txt", "error XK-2041 on the barge")
    index(space, [files])
    assert space.search("xk 2041", hybrid=True)[0].source == (files / "log.txt").as_uri()
    found = space.search("barge", files / "tile1.png", weights=[0.1, 1], hybrid=True)
    assert all(hit.distance is not None and hit.scores is not None for hit in found)
    assert {hit.source for hit in found if hit.scores is not None and hit.scores.bm25} == {
        (files / name).as_uri() for name in ("note.txt", "log.txt")
    }
    away = space.search(files / "tile1.png", "xk", "barge", weights=[1, 0, -0.1], hybrid=True)
    assert {hit.source for hit in away if hit.scores is not None and hit.scores.bm25} == {(files / "log.txt").as_uri()}
    with pytest.raises(Invalid, match="needs words"):
        space.search(files / "tile1.png", "barge", weights=[1, -1], hybrid=True)


def test_words_alone_are_found_in_an_index_without_its_model(space: Space, files: Path) -> None:
    index(space, [files])
    (hit,) = search_text(space.index, "BARGE", k=1, modalities="text", filter={"media_type": "text/plain"})
    assert hit.source == (files / "note.txt").as_uri()
    assert hit.distance is None
    assert search_text(space.index, "barge", modalities=["image"]) == []
    with pytest.raises(Invalid, match="no modality"):
        search_text(space.index, "barge", modalities="smell")


def test_a_store_explains_or_does_not(space: Space, files: Path) -> None:
    index(space, [files])
    question = space.question("barge", k=2)
    hits, explanation = explain(space.index, question)
    assert hits == space.search("barge", k=2)
    assert explanation is not None
    assert explanation.records == space.index.count()
    store = MemoryStore()
    store.create_bucket("default")
    twin = store.create(IndexSpec("default", "twin", 64))
    twin.put(space.index.scan(None, 10))
    hits, explanation = explain(twin, question)
    assert ([hit.source for hit in hits], explanation) == ([hit.source for hit in space.search("barge", k=2)], None)


def test_texts_alone_are_explained_without_vectors(space: Space, files: Path) -> None:
    index(space, [files / "note.txt"])
    hits, explanation = explain(space.index, text_question("barge"))
    assert hits == search_text(space.index, "barge")
    assert explanation is not None
    assert (explanation.records, explanation.steps) == (space.index.count(), None)
