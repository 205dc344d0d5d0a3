"""Async invokes: on our own server, and where they fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.pipeline.conftest import write_sound
from tests.scripted import Said, fault, scripted

from sensorium.errors import SensoriumError, Unavailable, Unreadable
from sensorium.media.read import read
from sensorium.models.bedrock import known
from sensorium.models.bedrock.clip import drawn
from sensorium.models.bedrock.embedder import BedrockEmbedder
from sensorium.models.bedrock.invocation import SLOWEST_S, Invocations
from sensorium.models.bedrock.quota import Quota
from sensorium.objects.local import LocalObjects
from sensorium.testing import payloads
from sensorium.testing.server import RunningServer
from sensorium.types import Modality, Purpose, Segmentation, Source, TimeSpan

ARN = "arn:aws:bedrock:us-east-1:000000000000:async-invoke/abcdefghij12"
INDEX = Purpose.GENERIC_INDEX
Make = Callable[..., BedrockEmbedder]


@pytest.fixture
def make(server: RunningServer) -> Iterator[Make]:
    """Models of the server that write into one of its own buckets."""
    client = server.client("bedrock-runtime")
    objects = LocalObjects(server.server.home.path / "objects")
    with ThreadPoolExecutor(2) as pool:

        def embedder(name: str, sleep: Callable[[float], None] = lambda _: time.sleep(0.05)) -> BedrockEmbedder:
            found = known.find(name)
            jobs = Invocations(objects, "s3://media/out", sleep)
            return BedrockEmbedder(found.spec, name, found.dialect, client, pool, Quota(), jobs)

        yield embedder


@pytest.fixture
def media(server: RunningServer) -> Path:
    """The server's bucket ``media`` with a sound of 14 seconds and a clip of 4."""
    folder = server.server.home.path / "objects" / "media"
    folder.mkdir(parents=True, exist_ok=True)
    write_sound(folder / "tone.wav", 440, seconds=14.0)
    (folder / "clip.mp4").write_bytes(drawn(payloads.video(5, frames=8, seconds=4.0)))
    (folder / "broken.mp4").write_bytes(b"no film at all")
    return folder


def test_only_sound_and_video_in_buckets_are_embedded_there(make: Make) -> None:
    nova, titan = make(known.DEFAULT), make("amazon.titan-embed-image-v1")
    assert nova.embeds("s3://media/a/Film.MP4")
    assert nova.embeds("s3://media/song.mp3")
    for uri in ("s3://media/notes.txt", "s3://media/film", "file:///film.mp4", "s3://media/mp4"):
        assert not nova.embeds(uri)
    assert not titan.embeds("s3://media/film.mp4")


def test_nova_cuts_a_sound_and_its_vectors_are_those_of_the_clips(make: Make, media: Path) -> None:
    nova = make(known.DEFAULT).at(256)
    cuts = list(nova.embed_source("s3://media/tone.wav", "v1", Segmentation(seconds=5.0), INDEX))
    assert [(cut.modality, cut.media_type, cut.span) for cut in cuts] == [
        (Modality.AUDIO, "audio/wav", TimeSpan(start, end)) for start, end in ((0, 5), (5, 10), (10, 14))
    ]
    source = Source("memory:tone", data=(media / "tone.wav").read_bytes())
    clips = [segment.payload for segment in read(source, Segmentation(seconds=5.0), nova.spec.reading)]
    rows = nova.embed(clips, INDEX)
    for cut, row in zip(cuts, rows, strict=True):
        assert cut.vector is not None
        assert cut.vector.shape == (256,)
        assert float(cut.vector @ row) > 0.99


def test_nova_and_marengo_embed_a_video(make: Make, media: Path) -> None:
    for name, seconds in ((known.DEFAULT, 2.0), ("us.twelvelabs.marengo-embed-3-0-v1:0", 2.0)):
        embedder = make(name)
        cuts = list(embedder.embed_source("s3://media/clip.mp4", "v1", Segmentation(seconds=seconds), INDEX))
        assert [round(cut.span.start_s) for cut in cuts] == [0, 2]
        assert {cut.modality for cut in cuts} == {Modality.VIDEO}
        assert all(cut.vector is not None and cut.vector.shape == (embedder.spec.dim,) for cut in cuts)


def test_a_source_that_cannot_be_used_is_unreadable(make: Make, media: Path) -> None:
    with pytest.raises(Unreadable, match="failed: "):
        list(make(known.DEFAULT).embed_source("s3://media/broken.mp4", "v1", Segmentation(), INDEX))


def state(status: str, **more: object) -> Said:
    return Said(
        {
            "invocationArn": ARN,
            "modelArn": "arn:aws:bedrock:us-east-1::foundation-model/x",
            "status": status,
            "submitTime": "2099-01-01T00:00:00Z",
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://media/out"}},
            **more,
        }
    )


def test_it_is_asked_less_and_less_often_until_it_ends(tmp_path: Path) -> None:
    waits: list[float] = []
    going = [state("InProgress")] * 12
    with scripted(Said({"invocationArn": ARN}), *going, state("Completed")) as script:
        jobs = Invocations(LocalObjects(tmp_path), "s3://media/out", waits.append)
        folder = jobs.run(script.client("bedrock-runtime"), known.DEFAULT, {"any": "body"}, "token")
    assert folder == "s3://media/out/abcdefghij12"
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (1.0, SLOWEST_S)


def test_a_failure_of_an_earlier_run_is_tried_once_more(tmp_path: Path) -> None:
    old = state("Failed", submitTime="2020-01-01T00:00:00Z", failureMessage="was busy")
    with scripted(Said({"invocationArn": ARN}), old, Said({"invocationArn": ARN}), state("Completed")) as script:
        jobs = Invocations(LocalObjects(tmp_path), "s3://o", lambda _: None)
        jobs.run(script.client("bedrock-runtime"), "m", {}, "token")
        tokens = [body.partition(b'clientRequestToken": "')[2][:6] for path, body in script.asked if body]
    assert tokens == [b'token"', b"token-"]


@pytest.mark.parametrize(
    ("said", "kind", "message"),
    [
        ([Said({"invocationArn": ARN}), state("Failed", failureMessage="no such video")], Unreadable, "no such video"),
        ([fault("AccessDeniedException", 403, "not the bucket")], Unavailable, "not the bucket"),
        ([Said({"invocationArn": ARN}), fault("ThrottlingException", 429, "slow down")], Unavailable, "slow down"),
    ],
)
def test_what_goes_wrong_is_told(tmp_path: Path, said: list[Said], kind: type[SensoriumError], message: str) -> None:
    jobs = Invocations(LocalObjects(tmp_path), "s3://o", lambda _: None)
    with scripted(*said) as script, pytest.raises(kind, match=message):
        jobs.run(script.client("bedrock-runtime"), "m", {}, "token")
