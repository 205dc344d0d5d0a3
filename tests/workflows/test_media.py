"""Sound and film: a song is found by ten seconds of it; a film in segments of 15 seconds, from bucket to index."""

from __future__ import annotations

import io
import json
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from tests.workflows.conftest import Aws
from tests.workflows.nova import NOVA, Nova

from sensorium.samples import music

SONGS = {
    "piano": music.piano,
    "guitar": music.guitar,
    "flute": music.flute,
    "violin": music.violin,
    "drums": music.drums,
}
RATE = 16_000


def wav(samples: np.ndarray) -> bytes:
    """Mono 16-bit WAV at ``RATE``."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray((samples * 32_000).astype(np.int16)[None], format="s16", layout="mono")
        frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return buffer.getvalue()


def decoded(path: Path) -> np.ndarray:
    """Mono samples at ``RATE`` in [-1, 1]."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        pieces = [out.to_ndarray()[0] for frame in container.decode(audio=0) for out in resampler.resample(frame)]
        pieces += [out.to_ndarray()[0] for out in resampler.resample(None)]
    return np.clip(np.concatenate(pieces), -1, 1)


def test_a_song_is_found_by_ten_seconds_of_it(aws: Aws, library: Path) -> None:
    place = {"vectorBucketName": "songs", "indexName": "whole"}
    aws.s3vectors.create_vector_bucket(vectorBucketName="songs")
    aws.s3vectors.create_index(**place, dataType="float32", dimension=1024, distanceMetric="cosine")
    nova = Nova(aws.bedrock)
    songs = {path.stem: np.tile(decoded(path), 6)[: 28 * RATE] for path in sorted((library / "music").iterdir())}
    assert len(songs) == len(SONGS)
    records = [{"key": name, "data": {"float32": nova.audio(wav(song), "wav")}} for name, song in songs.items()]
    aws.s3vectors.put_vectors(**place, vectors=records)
    for name, song in songs.items():
        cut = wav(song[10 * RATE : 20 * RATE])
        question = nova.audio(cut, "wav", "AUDIO_RETRIEVAL")
        found = aws.s3vectors.query_vectors(**place, queryVector={"float32": question}, topK=3)["vectors"]
        assert found[0]["key"] == name


def test_a_clip_gives_one_vector_or_one_for_each_sense(aws: Aws, library: Path) -> None:
    nova, data = Nova(aws.bedrock, 384), (library / "clips/pets.mp4").read_bytes()
    together = nova.video(data, "mp4", "AUDIO_VIDEO_COMBINED")
    apart = nova.video(data, "mp4", "AUDIO_VIDEO_SEPARATE")
    assert list(together) == ["AUDIO_VIDEO_COMBINED"]
    assert sorted(apart) == ["AUDIO", "VIDEO"]
    barking = nova.text("a dog barking", "AUDIO_RETRIEVAL")
    assert np.dot(barking, apart["AUDIO"]) != pytest.approx(np.dot(barking, apart["VIDEO"]), abs=1e-3)


def film(library: Path, path: Path) -> float:
    """A film of all sample clips one after the other, pictures only; its seconds."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=4, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        count = 0
        for clip in sorted((library / "clips").glob("*.*")):
            with av.open(str(clip)) as container:
                due = 0.0
                for frame in container.decode(video=0):
                    if frame.time is not None and frame.time >= due:
                        due += 0.25
                        small = frame.reformat(320, 180, "yuv420p")
                        small.pts, small.time_base = count, Fraction(1, 4)
                        out.mux(stream.encode(small))
                        count += 1
        out.mux(stream.encode(None))
    return count / 4


def test_a_film_goes_from_a_bucket_through_a_job_into_an_index(aws: Aws, library: Path, tmp_path: Path) -> None:
    (aws.objects / "films").mkdir()
    (aws.objects / "results").mkdir()
    seconds = film(library, aws.objects / "films" / "all.mp4")
    started = aws.bedrock.start_async_invoke(
        modelId=NOVA,
        modelInput={
            "taskType": "SEGMENTED_EMBEDDING",
            "segmentedEmbeddingParams": {
                "embeddingPurpose": "GENERIC_INDEX",
                "embeddingDimension": 1024,
                "video": {
                    "format": "mp4",
                    "embeddingMode": "AUDIO_VIDEO_COMBINED",
                    "source": {"s3Location": {"uri": "s3://films/all.mp4"}},
                    "segmentationConfig": {"durationSeconds": 15},
                },
            },
        },
        outputDataConfig={"s3OutputDataConfig": {"s3Uri": "s3://results"}},
    )
    arn = started["invocationArn"]
    deadline = time.monotonic() + 120
    while (job := aws.bedrock.get_async_invoke(invocationArn=arn))["status"] == "InProgress":
        assert time.monotonic() < deadline, "the job takes longer than two minutes"
        time.sleep(0.2)
    assert job["status"] == "Completed", job.get("failureMessage")
    assert arn in [one["invocationArn"] for one in aws.bedrock.list_async_invokes()["asyncInvokeSummaries"]]

    folder = aws.objects / job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"].removeprefix("s3://")
    result = json.loads((folder / "segmented-embedding-result.json").read_text())
    assert result["sourceFileUri"] == "s3://films/all.mp4"
    (part,) = result["embeddingResults"]
    assert (part["embeddingType"], part["status"]) == ("AUDIO_VIDEO_COMBINED", "SUCCESS")
    lines = [json.loads(line) for line in (folder / Path(part["outputFileUri"]).name).read_text().splitlines()]
    assert len(lines) == int(np.ceil(seconds / 15))
    starts = [line["segmentMetadata"]["segmentStartSeconds"] for line in lines]
    assert starts == [15 * number for number in range(len(lines))]

    place = {"vectorBucketName": "films", "indexName": "segments"}
    aws.s3vectors.create_vector_bucket(vectorBucketName="films")
    aws.s3vectors.create_index(**place, dataType="float32", dimension=1024, distanceMetric="cosine")
    records = [
        {
            "key": f"all-{line['segmentMetadata']['segmentIndex']}",
            "data": {"float32": line["embedding"]},
            "metadata": {"start": line["segmentMetadata"]["segmentStartSeconds"], "source": "s3://films/all.mp4"},
        }
        for line in lines
    ]
    for start in range(0, len(records), 2):
        aws.s3vectors.put_vectors(**place, vectors=records[start : start + 2])
    found = aws.s3vectors.query_vectors(
        **place, queryVector={"float32": lines[1]["embedding"]}, topK=1, returnMetadata=True
    )["vectors"]
    assert found[0]["metadata"] == {"start": starts[1], "source": "s3://films/all.mp4"}
