"""What an async invoke of Nova leaves, as types."""

from __future__ import annotations

import json

import pytest

from sensorium.errors import Unavailable
from sensorium.wire.novaoutput import files, lines

URI = "s3://bucket/out/job/embedding-audio-video.jsonl"


def line(start: float, end: float, **more: object) -> str:
    place = {"segmentIndex": 0, "segmentStartSeconds": start, "segmentEndSeconds": end}
    return json.dumps({"segmentMetadata": place, "status": "SUCCESS", **more})


def test_the_result_names_the_files() -> None:
    results = [
        {"embeddingType": "AUDIO_VIDEO_COMBINED", "status": "PARTIAL_SUCCESS", "outputFileUri": URI},
        {"embeddingType": "AUDIO", "status": "FAILURE", "failureReason": "INVALID_CONTENT"},
    ]
    assert files(json.dumps({"sourceFileUri": "s3://a/b", "embeddingResults": results}).encode()) == [URI]
    for broken in (b"", b"{}", b'{"embeddingResults": 3}', b"[]"):
        with pytest.raises(Unavailable, match=r"segmented-embedding-result\.json cannot be read"):
            files(broken)


def test_a_line_is_a_segment_with_its_vector_or_the_reason_why_not() -> None:
    data = "\n".join(
        [
            line(0, 5, embedding=[0.5, -0.5]),
            line(5, 10, status="FAILURE", failureReason="RATE_LIMIT_EXCEEDED", message="too fast"),
            line(10, 12.5, status="FAILURE", failureReason="INVALID_CONTENT"),
        ]
    )
    first, second, third = lines(data.encode(), URI)
    assert (first.start_s, first.end_s) == (0, 5)
    assert first.vector is not None
    assert first.vector.tolist() == [0.5, -0.5]
    assert (second.vector, second.message) == (None, "too fast")
    assert (third.vector, third.message, third.end_s) == (None, "INVALID_CONTENT", 12.5)


@pytest.mark.parametrize("broken", ["x", "{}", line(0, 5), line(0, 5, embedding=[]), line(0, 5, embedding=[["a"]])])
def test_a_line_that_cannot_be_read_is_named(broken: str) -> None:
    with pytest.raises(Unavailable, match=r"embedding-audio-video.jsonl: line 2 cannot be read"):
        list(lines(f"{line(0, 5, embedding=[1.0])}\n{broken}".encode(), URI))
