import json
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from tests.media import pdf_files
from tests.pipeline.conftest import contents, write_image, write_sound, write_text

from sensorium.errors import Invalid, NotFound, Unavailable
from sensorium.fusion import weighted
from sensorium.home import Home
from sensorium.ledger import Ledger
from sensorium.models.base import ModelSpec
from sensorium.pipeline import Annotations, Options, Report, index
from sensorium.space import Space, record_key
from sensorium.testing.weightless import WeightlessEmbedder
from sensorium.types import Matrix, Payload, Purpose, Segmentation


def settle_clock(folder: Path) -> None:
    """Make the files look old, so that size and time alone are trusted."""
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, ns=(1_600_000_000_000_000_000, 1_600_000_000_000_000_000))


class Counting(WeightlessEmbedder):
    """Counts the payloads that reach the model, and can refuse some."""

    def __init__(self, fail_on: str | None = None) -> None:
        super().__init__()
        self.seen = 0
        self.fail_on = fail_on

    def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
        self.seen += len(batch)
        if self.fail_on is not None and any(isinstance(p, str) and self.fail_on in p for p in batch):
            raise Invalid(f"the model does not take {self.fail_on!r}", path="batch")
        return super().embed(batch, purpose)


def with_model(space: Space, model: WeightlessEmbedder) -> Space:
    return Space(space.index, model, space.ledger)


def test_everything_is_found_again(space: Space, folder: Path) -> None:
    report = index(space, [folder])
    assert (report.total, report.embedded, report.failed) == (12, 12, 0)
    assert report.segments == space.index.count() == sum(report.by_modality.values())
    assert report.by_modality["image"] == 4
    assert report.by_modality["audio"] == 8, "seven seconds are a segment of five and one of two"
    best = space.search(folder / "tile4.png", k=1)[0]
    assert best.source == (folder / "tile4.png").as_uri()
    assert best.distance == pytest.approx(0, abs=1e-6)


def test_a_hit_names_what_was_embedded(space: Space, folder: Path) -> None:
    index(space, [folder])
    text = (folder / "note0.txt").read_text("utf-8")
    for hit in space.search("cart0", modalities=["text"], k=5):
        if hit.source == (folder / "note0.txt").as_uri():
            start, end = hit.metadata["start_char"], hit.metadata["end_char"]
            assert isinstance(start, int)
            assert isinstance(end, int)
            assert hit.metadata["text"] == text[start:end]
            assert hit.key == record_key(hit.source, "text", hit.span)
            return
    pytest.fail("note0.txt was not among the hits")


def test_a_second_run_embeds_nothing(space: Space, folder: Path) -> None:
    index(space, [folder])
    before = contents(space)
    model = Counting()
    again = index(with_model(space, model), [folder])
    assert (again.embedded, again.unchanged, model.seen) == (0, 12, 0)
    settle_clock(folder)
    assert index(with_model(space, model), [folder]).unchanged == 12
    third = index(with_model(space, model), [folder])
    assert (third.unchanged, model.seen) == (12, 0)
    assert contents(space) == before


def test_a_changed_file_replaces_its_records(space: Space, folder: Path) -> None:
    index(space, [folder])
    source = (folder / "note0.txt").as_uri()
    write_text(folder / "note0.txt", "lorry", sentences=2)
    report = index(space, [folder])
    assert (report.embedded, report.unchanged) == (1, 11)
    mine = [record for record in space.index.scan(None, 1000) if record.metadata["source"] == source]
    assert len(mine) == 1
    assert "lorry" in str(mine[0].metadata["text"])


def test_a_deleted_file_goes_with_prune_only(space: Space, folder: Path) -> None:
    index(space, [folder])
    (folder / "note0.txt").unlink()
    kept = index(space, [folder])
    assert (kept.gone, kept.removed) == (1, 0)
    pruned = index(space, [folder], Options(prune=True))
    assert (pruned.gone, pruned.removed) == (0, 1)
    sources = {record.metadata["source"] for record in space.index.scan(None, 1000)}
    assert len(sources) == 11


def test_prune_does_not_empty_the_index_of_an_unmounted_disk(space: Space, folder: Path) -> None:
    index(space, [folder])
    before = contents(space)
    for path in folder.rglob("*.*"):
        path.unlink()
    report = index(space, [folder], Options(prune=True))
    assert (report.removed, report.failures[0].code) == (0, "no_files")
    assert "is it mounted" in report.failures[0].reason
    assert contents(space) == before


def test_prune_leaves_other_folders_alone(space: Space, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "files-2"
    other.mkdir()
    write_image(other / "a.png", 77)
    index(space, [folder, other])
    (other / "a.png").unlink()
    assert index(space, [folder], Options(prune=True)).removed == 0
    assert space.index.count() == len(contents(space))


def test_a_renamed_file_is_not_embedded_again(space: Space, folder: Path) -> None:
    index(space, [folder])
    before = len(contents(space))
    (folder / "note0.txt").rename(folder / "renamed.txt")
    model = Counting()
    report = index(with_model(space, model), [folder])
    assert (report.reused, report.embedded, model.seen) == (1, 0, 0)
    assert len(contents(space)) == before
    sources = {record.metadata["source"] for record in space.index.scan(None, 1000)}
    assert (folder / "renamed.txt").as_uri() in sources
    assert (folder / "note0.txt").as_uri() not in sources


def test_other_metadata_changes_records_without_the_model(space: Space, folder: Path) -> None:
    index(space, [folder], Options(metadata={"shelf": 1, "old": True}))
    model = Counting()
    report = index(with_model(space, model), [folder], Options(metadata={"shelf": 2}))
    assert (report.reused, model.seen) == (12, 0)
    for record in space.index.scan(None, 1000):
        assert record.metadata["shelf"] == 2
        assert "old" not in record.metadata


def test_other_segments_are_embedded_again(space: Space, folder: Path) -> None:
    index(space, [folder])
    report = index(space, [folder], Options(segmentation=Segmentation(max_chars=5000, seconds=2)))
    assert report.embedded == 12
    spans = [r.metadata["end_s"] for r in space.index.scan(None, 1000) if r.metadata["modality"] == "audio"]
    assert sorted(set(map(float, map(str, spans)))) == [2.0, 4.0, 6.0, 7.0]


def test_broken_files_are_reported_and_the_rest_is_done(space: Space, folder: Path) -> None:
    (folder / "broken.png").write_bytes((folder / "tile4.png").read_bytes()[:200])
    (folder / "thing.bin").write_bytes(bytes(range(256)) * 10)
    (folder / "empty.txt").touch()
    report = index(space, [folder])
    assert (report.embedded, report.failed) == (12, 1)
    assert report.failures[0].source == (folder / "broken.png").as_uri()
    assert "broken.png" in report.failures[0].reason
    assert (report.skipped["unknown format"], report.skipped["empty"]) == (1, 1)
    assert report.finished == report.total == 15
    assert space.ledger is not None
    assert [source for source, _, _ in space.ledger.failures()] == [(folder / "broken.png").as_uri()]


def test_a_named_file_of_no_known_format_is_a_failure(space: Space, folder: Path) -> None:
    (folder / "thing.bin").write_bytes(bytes(range(256)) * 10)
    assert index(space, [folder / "thing.bin"]).failures[0].code == "unknown_format"


def test_a_file_that_breaks_keeps_its_earlier_records(space: Space, folder: Path) -> None:
    index(space, [folder])
    before = contents(space)
    whole = (folder / "below" / "tone5.wav").read_bytes()
    (folder / "below" / "tone5.wav").write_bytes(whole[:30])
    report = index(space, [folder])
    assert report.failed == 1
    assert contents(space) == before
    (folder / "below" / "tone5.wav").write_bytes(whole)
    assert index(space, [folder]).failed == 0
    assert contents(space) == before


def test_a_payload_the_model_refuses_fails_its_file_alone(space: Space, folder: Path) -> None:
    report = index(with_model(space, Counting(fail_on="cart6 ")), [folder])
    assert [failure.source for failure in report.failures] == [(folder / "note6.txt").as_uri()]
    assert report.embedded == 11
    sources = {record.metadata["source"] for record in space.index.scan(None, 1000)}
    assert (folder / "note6.txt").as_uri() not in sources, "of a new source that fails nothing stays"


def test_a_record_no_store_takes_fails_its_file_alone(space: Space, folder: Path, tmp_path: Path) -> None:
    rows = [{"source": str(folder / "tile4.png"), "essay": "x" * 3000}]
    (tmp_path / "meta.jsonl").write_text("\n".join(map(json.dumps, rows)))
    report = index(space, [folder], Options(annotations=Annotations.load(tmp_path / "meta.jsonl")))
    assert [failure.source for failure in report.failures] == [(folder / "tile4.png").as_uri()]
    assert "2048" in report.failures[0].reason
    assert (report.embedded, report.finished) == (11, 12)


def test_text_and_picture_of_a_product_become_one_record(space: Space, folder: Path, tmp_path: Path) -> None:
    rows = "source,text,price\nfiles/tile4.png,red shoe of leather,19.5\nfiles/gone.png,,1\n"
    (tmp_path / "meta.csv").write_text(rows)
    options = Options(annotations=Annotations.load(tmp_path / "meta.csv"))
    notes = index(space, [folder], options).notes
    assert notes == {
        "named in meta.csv, but not among the files of this run": [(folder / "gone.png").as_uri()],
    }
    picture = space.search(folder / "tile4.png", k=1, modalities=["image"])[0]
    assert picture.source == (folder / "tile4.png").as_uri()
    assert (picture.metadata["text"], picture.metadata["price"]) == ("red shoe of leather", 19.5)
    model = WeightlessEmbedder()
    words = model.embed(["red shoe of leather"], Purpose.GENERIC_INDEX)[0]
    plain = space._payload(folder / "tile4.png")
    both = weighted([model.embed([plain], Purpose.GENERIC_INDEX)[0], words])
    assert np.allclose(space.index.get([picture.key])[0].vector, both, atol=1e-6)
    assert index(space, [folder], options).unchanged == 12


def test_several_paths_hold_each_file_once(space: Space, folder: Path) -> None:
    report = index(space, [folder, folder / "note0.txt", folder / "below"])
    assert (report.total, report.embedded) == (12, 12)


def test_progress_is_told_for_each_source(space: Space, folder: Path) -> None:
    told: list[tuple[int, str]] = []
    index(space, [folder], progress=lambda report, source: told.append((report.finished, source)))
    assert [count for count, _ in told] == list(range(1, 13))
    assert len({source for _, source in told}) == 12


def test_ctrl_c_keeps_what_was_done_and_a_second_run_goes_on(
    space: Space, folder: Path, make_home: Callable[[str], Home]
) -> None:
    def stop(report: Report, source: str) -> None:
        if report.finished == 3:
            raise KeyboardInterrupt

    threads = threading.active_count()
    report = index(space, [folder], progress=stop)
    assert report.stopped
    assert threading.active_count() == threads
    assert space.index.count() > 0
    rest = index(space, [folder])
    assert rest.embedded + rest.unchanged == 12
    assert rest.embedded < 12
    whole = make_home("other").open("things", model="weightless", create=True)
    index(whole, [folder])
    assert contents(space) == contents(whole)


@pytest.mark.parametrize("step", ["journal", "settle"])
def test_a_catalog_that_fails_loses_nothing_that_was_committed(
    space: Space, folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    index(space, [folder / "below"])
    before = contents(space)

    def full(self: Ledger, *rows: object) -> None:
        raise Unavailable("the disk is full", path="catalog")

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, step, full)
        with pytest.raises(Unavailable, match="full"):
            index(space, [folder])
    assert before.items() <= contents(space).items()
    assert index(space, [folder]).failed == 0
    assert len({record.metadata["source"] for record in space.index.scan(None, 1000)}) == 12


@pytest.mark.parametrize("step", ["journal", "settle"])
def test_ctrl_c_in_the_middle_of_a_commit_loses_no_record(
    space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write_text(tmp_path / "long.txt", "word", sentences=1200)
    real = getattr(Ledger, step)
    calls = []

    def interrupted(self: Ledger, *rows: object) -> None:
        calls.append(step)
        if len(calls) == 1:
            raise KeyboardInterrupt
        real(self, *rows)

    options = Options(segmentation=Segmentation(max_chars=100))
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, step, interrupted)
        assert index(space, [tmp_path / "long.txt"], options).stopped
    index(space, [tmp_path / "long.txt"], options)
    assert len(calls) > 1
    text = (tmp_path / "long.txt").read_text()
    spans = sorted((r.metadata["start_char"], r.metadata["end_char"]) for r in space.index.scan(None, 10_000))
    found = "".join(text[start:end] for start, end in spans)
    assert "".join(found.split()) == "".join(text.split())
    assert len(spans) > 1000


def test_a_file_that_became_empty_is_a_failure_and_not_left_out_in_silence(space: Space, folder: Path) -> None:
    index(space, [folder])
    (folder / "note0.txt").write_bytes(b"")
    report = index(space, [folder])
    assert [failure.code for failure in report.failures] == ["empty"]


def test_failures_end_with_their_files(space: Space, folder: Path) -> None:
    assert space.ledger is not None
    (folder / "broken.png").write_bytes((folder / "tile4.png").read_bytes()[:200])
    index(space, [folder])
    assert len(space.ledger.failures()) == 1
    (folder / "broken.png").unlink()
    index(space, [folder])
    assert space.ledger.failures() == []


def test_text_given_as_metadata_goes_when_it_is_dropped(space: Space, folder: Path) -> None:
    index(space, [folder], Options(metadata={"text": "mine"}))
    assert {record.metadata["text"] for record in space.index.scan(None, 100)} == {"mine"}
    index(space, [folder])
    assert "mine" not in {record.metadata.get("text") for record in space.index.scan(None, 100)}


def test_an_error_that_is_a_bug_ends_the_run_even_in_a_second_try(space: Space, folder: Path) -> None:
    class Odd(WeightlessEmbedder):
        def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
            if len(batch) > 1:
                raise Invalid("one at a time", path="batch")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        index(with_model(space, Odd()), [folder])


def test_a_bug_in_a_model_is_raised_and_not_reported_as_a_bad_file(space: Space, folder: Path) -> None:
    class Buggy(WeightlessEmbedder):
        def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        index(with_model(space, Buggy()), [folder])


def test_a_model_that_is_away_ends_the_run_and_blames_no_file(space: Space, folder: Path) -> None:
    class Away(WeightlessEmbedder):
        def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
            raise Unavailable("the model's service does not answer", path="model")

    with pytest.raises(Unavailable, match="does not answer"):
        index(with_model(space, Away()), [folder])
    assert space.ledger is not None
    assert space.ledger.failures() == []
    assert index(space, [folder]).embedded == 12


def test_a_model_without_the_modality_says_so(space: Space, folder: Path) -> None:
    class TextOnly(WeightlessEmbedder):
        @property
        def spec(self) -> ModelSpec:
            from dataclasses import replace

            from sensorium.types import Modality

            return replace(super().spec, modalities=frozenset((Modality.TEXT,)))

    report = index(with_model(space, TextOnly()), [folder])
    assert report.embedded == 4
    assert {failure.code for failure in report.failures} == {"unsupported"}
    assert all("has no audio" in f.reason or "has no image" in f.reason for f in report.failures)
    assert len(report.failures) == 8


def test_a_small_budget_still_ends(space: Space, folder: Path) -> None:
    assert index(space, [folder], Options(lookahead_bytes=1, workers=3)).embedded == 12


def test_refusals(space: Space, folder: Path) -> None:
    with pytest.raises(NotFound, match="no such file or folder"):
        index(space, [folder / "nothing"])
    for segmentation in (Segmentation(max_chars=10), Segmentation(seconds=float("nan"))):
        with pytest.raises(Invalid):
            index(space, [folder], Options(segmentation=segmentation))
    with pytest.raises(Invalid, match="workers 0"):
        index(space, [folder], Options(workers=0))
    with pytest.raises(Invalid, match="'source' is written by Sensorium"):
        index(space, [folder], Options(metadata={"source": "x"}))
    with pytest.raises(Invalid, match="no catalog"):
        index(Space(space.index, WeightlessEmbedder()), [folder])


def test_an_empty_folder_is_no_error(space: Space, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert index(space, [tmp_path / "none"]).total == 0


def test_two_runs_at_once_end_in_the_same_index(space: Space, folder: Path, make_home: Callable[[str], Home]) -> None:
    write_sound(folder / "long.wav", 300, seconds=40)
    whole = make_home("other").open("things", model="weightless", create=True)
    index(whole, [folder])
    runs = [threading.Thread(target=index, args=(space, [folder])) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert contents(space) == contents(whole)


def test_the_good_pages_of_a_broken_document_are_found(space: Space, tmp_path: Path) -> None:
    whole = pdf_files.pages(["a page of wind", "a page of sun", "a page of rain"])
    broken = whole.replace(b"5 0 obj\n<</Type/Page/", b"5 0 obj\n<</Type/Xxxx/")
    assert broken != whole
    (tmp_path / "report.pdf").write_bytes(broken)
    for _ in range(2):
        report = index(space, [tmp_path / "report.pdf"])
        assert [failure.code for failure in report.failures] == ["partial"]
        assert "page 2" in report.failures[0].reason
        assert sorted(int(str(r.metadata["page"])) for r in space.index.scan(None, 10)) == [1, 3]
    assert report.segments == 0, "the second run tries again and embeds nothing twice"
    (tmp_path / "report.pdf").write_bytes(whole)
    assert index(space, [tmp_path / "report.pdf"]).failed == 0
    assert space.index.count() == 3


def test_a_document_is_read_again_when_a_better_tool_came(
    space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "report.pdf").write_bytes(pdf_files.pages(["a page of wind"]))
    settle_clock(tmp_path)
    monkeypatch.setattr("sensorium.media.ocr.available", lambda: False)
    assert index(space, [tmp_path / "report.pdf"]).embedded == 1
    assert index(space, [tmp_path / "report.pdf"]).unchanged == 1
    monkeypatch.setattr("sensorium.media.ocr.available", lambda: True)
    assert index(space, [tmp_path / "report.pdf"]).embedded == 1
    assert index(space, [tmp_path / "report.pdf"]).unchanged == 1
    monkeypatch.setattr("sensorium.media.ocr.available", lambda: False)
    assert index(space, [tmp_path / "report.pdf"]).unchanged == 1, "a tool that went is no reason to read worse"


def test_who_started_a_run_may_stop_it(space: Space, folder: Path) -> None:
    stop = threading.Event()

    class Stopping(WeightlessEmbedder):
        def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
            stop.set()
            return super().embed(batch, purpose)

    report = index(with_model(space, Stopping()), [folder], stop=stop)
    assert report.stopped
    assert report.finished < 12
    assert index(space, [folder], stop=stop).stopped
    rest = index(space, [folder], stop=threading.Event())
    assert not rest.stopped
    assert rest.embedded + rest.unchanged == 12
