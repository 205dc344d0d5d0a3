from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.server.bedrock.desk import NOVA

from sensorium.errors import Invalid, Unsupported
from sensorium.objects.local import LocalObjects
from sensorium.server.bedrock.catalogue import identify
from sensorium.server.bedrock.installed import Model
from sensorium.server.bedrock.jobwork import Stopped, Work, embedded
from sensorium.server.bedrock.sources import Sources
from sensorium.testing.weightless import WeightlessEmbedder
from sensorium.types import Matrix, Payload, Purpose
from sensorium.wire.mediasource import MediaSource


class Picky(WeightlessEmbedder):
    """Takes no text with a 7 in it, and nothing at all with an 8."""

    def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
        if any("8" in str(payload) for payload in batch):
            raise Unsupported("no text here")
        if any("7" in str(payload) for payload in batch):
            raise Invalid("a 7")
        return super().embed(batch, purpose)


def test_one_bad_payload_spoils_no_other() -> None:
    model = Model(identify(NOVA), Picky())
    found = embedded(model, ["1", "7", "2"], Purpose.GENERIC_INDEX, 256)
    assert isinstance(found[1], Invalid)
    good = embedded(model, ["1", "2"], Purpose.GENERIC_INDEX, 256)
    assert [vector.tolist() for vector in good if not isinstance(vector, Exception)] == [
        vector.tolist() for vector in (found[0], found[2]) if not isinstance(vector, Exception)
    ]
    assert embedded(model, [], Purpose.GENERIC_INDEX, 256) == []


def test_what_the_model_cannot_do_at_all_ends_the_job() -> None:
    with pytest.raises(Unsupported):
        embedded(Model(identify(NOVA), Picky()), ["1", "8"], Purpose.GENERIC_INDEX, 256)


@pytest.fixture
def work(tmp_path: Path) -> Work:
    (tmp_path / "buckets" / "media").mkdir(parents=True)
    objects = LocalObjects(tmp_path / "buckets")
    return Work(objects, Sources(objects, "0" * 12), tmp_path, "s3://media/out", lambda: False)


def test_sources_come_as_files_or_inline(work: Work) -> None:
    work.objects.write("s3://media/a", b"12345", "text/plain")
    source = work.fetch(MediaSource(uri="s3://media/a"), "text", 5)
    assert source.path is not None
    assert source.path.read_bytes() == b"12345"
    assert source.uri == "s3://media/a"
    assert work.fetch(MediaSource(data=b"inline"), "text", 10).data == b"inline"
    with pytest.raises(Invalid, match="5 bytes"):
        work.fetch(MediaSource(uri="s3://media/a"), "text", 4)
    with pytest.raises(Invalid, match="no object s3://media/b"):
        work.fetch(MediaSource(uri="s3://media/b"), "text", 4)


def test_a_stop_is_seen_between_batches_and_before_each_file(work: Work, tmp_path: Path) -> None:
    stop = threading.Event()
    stoppable = Work(work.objects, work.sources, tmp_path, work.target, stop.is_set)
    batches = stoppable.going(range(20))
    assert next(batches) == list(range(8))
    stop.set()
    with pytest.raises(Stopped):
        next(batches)
    with pytest.raises(Stopped):
        stoppable.publish({"a.json": {}})
    assert list(work.objects.list("s3://media/")) == []
