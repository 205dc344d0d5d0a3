"""Nova's bodies in both directions, and every way in which one can be wrong."""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.errors import Unavailable
from sensorium.types import Purpose
from sensorium.wire import body, nova, novabody
from sensorium.wire.fault import AwsFault
from sensorium.wire.mediasource import MediaSource
from sensorium.wire.nova import (
    AudioInput,
    Content,
    DetailLevel,
    Embedded,
    EmbeddingMode,
    EmbeddingType,
    ImageInput,
    SegmentedEmbedding,
    SingleEmbedding,
    TextInput,
    TruncationMode,
    VideoInput,
)

TEXT = {"text": {"truncationMode": "END", "value": "a red dress"}}
S3 = {"s3Location": {"uri": "s3://media/film.mp4"}}


def single(**params: Any) -> dict[str, Any]:
    return {"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": {"embeddingPurpose": "GENERIC_INDEX", **params}}


def segmented(**params: Any) -> dict[str, Any]:
    params = {"embeddingPurpose": "GENERIC_INDEX", **params}
    return {"taskType": "SEGMENTED_EMBEDDING", "segmentedEmbeddingParams": params}


def refusal(document: object, parse: Any = novabody.parse_single, **more: Any) -> AwsFault:
    with pytest.raises(AwsFault) as caught:
        parse(document, **more)
    assert caught.value.name == "ValidationException"
    return caught.value


inline = st.builds(MediaSource, data=st.binary(min_size=1, max_size=40))
in_s3 = st.builds(
    MediaSource,
    uri=st.sampled_from(["s3://abc/k", "s3://my.bucket-9/a b/ü.mp4"]),
    bucket_owner=st.sampled_from([None, "123456789012"]),
)


def contents(sources: st.SearchStrategy[MediaSource], texts: st.SearchStrategy[Any]) -> st.SearchStrategy[Content]:
    return st.one_of(
        st.builds(TextInput, texts, st.sampled_from(TruncationMode)),
        st.builds(ImageInput, sources, st.sampled_from(nova.IMAGE_FORMATS), st.sampled_from(DetailLevel)),
        st.builds(AudioInput, sources, st.sampled_from(nova.AUDIO_FORMATS)),
        st.builds(VideoInput, sources, st.sampled_from(nova.VIDEO_FORMATS), st.sampled_from(EmbeddingMode)),
    )


singles = st.builds(
    SingleEmbedding,
    contents(inline | in_s3, st.text(min_size=1, max_size=50) | in_s3),
    st.sampled_from(Purpose),
    st.sampled_from(nova.DIMENSIONS),
)
cuts = (st.integers(800, 50_000), st.integers(1, 30))


@given(singles)
def test_what_is_written_for_invoke_model_is_read_back(request: SingleEmbedding) -> None:
    written = json.loads(json.dumps(novabody.single_body(request)))
    assert novabody.parse_single(written) == request


@given(contents(in_s3, in_s3), st.sampled_from(Purpose), st.sampled_from(nova.DIMENSIONS), *cuts)
def test_what_is_written_for_an_async_invoke_is_read_back(
    content: Content, purpose: Purpose, dimension: int, max_chars: int, seconds: int
) -> None:
    request = SegmentedEmbedding(content, purpose, dimension, max_chars, seconds)
    found = novabody.parse_segmented(json.loads(json.dumps(novabody.segmented_body(request))))
    assert (found.content, found.purpose, found.dimension) == (content, purpose, dimension)
    assert found.max_chars == (max_chars if isinstance(content, TextInput) else nova.DEFAULT_SEGMENT_CHARS)
    timed = isinstance(content, AudioInput | VideoInput)
    assert found.seconds == (seconds if timed else nova.DEFAULT_SEGMENT_SECONDS)


def test_defaults_are_those_of_the_documentation() -> None:
    found = novabody.parse_single(single(image={"format": "png", "source": S3}))
    assert found.dimension == 3072
    assert found.content == ImageInput(MediaSource(uri="s3://media/film.mp4"), "png", DetailLevel.STANDARD_IMAGE)
    text = {"truncationMode": "END", "source": S3, "segmentationConfig": {}}
    assert novabody.parse_segmented(segmented(text=text)).max_chars == 32_000
    sound = {"format": "mp3", "source": S3, "segmentationConfig": {}}
    assert novabody.parse_segmented(segmented(audio=sound)).seconds == 5


def test_the_schema_version_is_known() -> None:
    for version in ("nova-multimodal-embed-v1", "amazon.nova-embedding-v1:0"):
        assert novabody.parse_single({"schemaVersion": version, **single(**TEXT)})
    assert novabody.single_body(SingleEmbedding(TextInput("x"), Purpose.CLUSTERING))["schemaVersion"].endswith(
        "embed-v1"
    )
    fault = refusal({"schemaVersion": "nova-multimodal-embed-v2", **single(**TEXT)})
    assert fault.fields == (("#/schemaVersion", "nova-multimodal-embed-v2 is not a valid enum value"),)


def test_aws_own_words_for_a_wrong_dimension() -> None:
    assert refusal(single(embeddingDimension=512, **TEXT)).message == (
        "Malformed input request: #/singleEmbeddingParams/embeddingDimension: 512 is not a valid enum value, "
        "please reformat your input and try again."
    )


def test_aws_own_words_for_a_text_that_is_too_long() -> None:
    text = {"truncationMode": "END", "value": "x" * 50_001}
    assert refusal(single(text=text)).message == (
        "Malformed input request: #/singleEmbeddingParams/text/value: expected maxLength: 50000, actual: 50001, "
        "please reformat your input and try again."
    )
    assert novabody.parse_single(single(text={**text, "value": "ü" * 50_000}))


def test_everything_that_is_wrong_is_found_at_once() -> None:
    fault = refusal({})
    assert fault.message.startswith("Malformed input request: 2 schema violations found, ")
    assert [reason for _, reason in fault.fields] == [
        "required key [taskType] not found",
        "required key [singleEmbeddingParams] not found",
    ]


IMAGE = {"format": "png", "source": {"bytes": "aGk="}}
VIDEO = {"format": "mp4", "source": {"bytes": "aGk="}, "embeddingMode": "AUDIO_VIDEO_COMBINED"}


@pytest.mark.parametrize(
    ("document", "path", "reason"),
    [
        ({**single(**TEXT), "taskType": "SEGMENTED_EMBEDDING"}, "#/taskType", "is not a valid enum value"),
        ({**single(**TEXT), "inputText": "x"}, "#", "extraneous key [inputText] is not permitted"),
        (single(), "#/singleEmbeddingParams", "exactly one of [text, image, audio, video] is required, found none"),
        (single(image=IMAGE, **TEXT), "#/singleEmbeddingParams", "is required, found [text, image]"),
        (single(embeddingPurpose="INDEX", **TEXT), "/embeddingPurpose", "INDEX is not a valid enum value"),
        (single(embeddingDimension="1024", **TEXT), "/embeddingDimension", "expected type: Integer, found: String"),
        (single(embeddingDimension=None, **TEXT), "/embeddingDimension", "expected type: Integer, found: Null"),
        (single(dimension=256, **TEXT), "#/singleEmbeddingParams", "extraneous key [dimension] is not permitted"),
        (single(text={"value": "x"}), "/text", "required key [truncationMode] not found"),
        (single(text={"value": "x", "truncationMode": "end"}), "/truncationMode", "end is not a valid enum value"),
        (single(text={"truncationMode": "END"}), "/text", "exactly one of [value, source] is required, found none"),
        (single(text={"truncationMode": "END", "value": "x", "source": S3}), "/text", "found [value, source]"),
        (single(text={"truncationMode": "END", "value": ""}), "/text/value", "expected minLength: 1, actual: 0"),
        (
            single(text={"truncationMode": "END", "source": {"bytes": "aGk="}}),
            "/text/source",
            "extraneous key [bytes] is not permitted",
        ),
        (single(image={**IMAGE, "format": "PNG"}), "/image/format", "PNG is not a valid enum value"),
        (single(image={**IMAGE, "format": "jpg"}), "/image/format", "jpg is not a valid enum value"),
        (single(image={"source": {"bytes": "aGk="}}), "/image", "required key [format] not found"),
        (single(image={"format": "png"}), "/image", "required key [source] not found"),
        (single(image={**IMAGE, "source": "SourceObject"}), "/image/source", "expected type: JSONObject"),
        (single(image={**IMAGE, "detailLevel": "HIGH"}), "/image/detailLevel", "HIGH is not a valid enum value"),
        (single(image={**IMAGE, "source": {"bytes": "%"}}), "/image/source/bytes", "not valid base64"),
        (single(audio={"format": "flack", "source": S3}), "/audio/format", "flack is not a valid enum value"),
        (single(audio={"format": "flac", "source": S3}), "/audio/format", "flac is not a valid enum value"),
        (single(audio={"format": "m4a", "source": S3}), "/audio/format", "m4a is not a valid enum value"),
        (single(video={**VIDEO, "format": "avi"}), "/video/format", "avi is not a valid enum value"),
        (single(video={**VIDEO, "embeddingMode": "BOTH"}), "/video/embeddingMode", "BOTH is not a valid enum value"),
        (single(video={"format": "mp4", "source": S3}), "/video", "required key [embeddingMode] not found"),
        (
            single(video={**VIDEO, "segmentationConfig": {"durationSeconds": 5}}),
            "/video",
            "extraneous key [segmentationConfig] is not permitted",
        ),
    ],
)
def test_a_wrong_body_is_refused_with_path_and_reason(document: dict[str, Any], path: str, reason: str) -> None:
    fault = refusal(document)
    assert any(found.endswith(path) and reason in said for found, said in fault.fields), fault.fields


SOUND = {"format": "mp3", "source": S3, "segmentationConfig": {"durationSeconds": 5}}
PROSE = {"truncationMode": "END", "source": S3, "segmentationConfig": {"maxLengthChars": 1000}}


@pytest.mark.parametrize(
    ("document", "path", "reason"),
    [
        ({**segmented(audio=SOUND), "taskType": "SINGLE_EMBEDDING"}, "#/taskType", "is not a valid enum value"),
        (segmented(audio={**SOUND, "source": {"bytes": "aGk="}}), "/audio/source", "required key [s3Location]"),
        (segmented(image={**IMAGE}), "/image/source", "required key [s3Location] not found"),
        (segmented(text={**PROSE, "value": "x"}), "/text", "extraneous key [value] is not permitted"),
        (segmented(audio={"format": "mp3", "source": S3}), "/audio", "required key [segmentationConfig] not found"),
        (
            segmented(audio={**SOUND, "segmentationConfig": {"durationSeconds": 0}}),
            "/durationSeconds",
            "0 is not greater or equal to 1",
        ),
        (
            segmented(audio={**SOUND, "segmentationConfig": {"durationSeconds": 31}}),
            "/durationSeconds",
            "31 is not less or equal to 30",
        ),
        (
            segmented(audio={**SOUND, "segmentationConfig": {"durationSeconds": 5.5}}),
            "/durationSeconds",
            "expected type: Integer, found: BigDecimal",
        ),
        (
            segmented(text={**PROSE, "segmentationConfig": {"maxLengthChars": 799}}),
            "/maxLengthChars",
            "799 is not greater or equal to 800",
        ),
        (
            segmented(text={**PROSE, "segmentationConfig": {"maxLengthChars": 50_001}}),
            "/maxLengthChars",
            "50001 is not less or equal to 50000",
        ),
        (
            segmented(text={**PROSE, "segmentationConfig": {"durationSeconds": 5}}),
            "/segmentationConfig",
            "extraneous key [durationSeconds] is not permitted",
        ),
    ],
)
def test_a_wrong_async_body_is_refused(document: dict[str, Any], path: str, reason: str) -> None:
    fault = refusal(document, novabody.parse_segmented)
    assert any(found.endswith(path) and reason in said for found, said in fault.fields), fault.fields


@pytest.mark.parametrize("name", ["flac", "m4a"])
def test_lenient_takes_the_sounds_that_articles_name_but_no_typing_error(name: str) -> None:
    document = single(audio={"format": name, "source": S3})
    assert novabody.parse_single(document, lenient=True).content == AudioInput(
        MediaSource(uri=S3["s3Location"]["uri"]), name
    )
    assert novabody.parse_segmented(segmented(audio={**SOUND, "format": name}), lenient=True)
    document["singleEmbeddingParams"]["audio"]["format"] = "flack"
    assert "flack is not a valid enum value" in refusal(document, lenient=True).message


def test_parsing_leaves_the_document_alone() -> None:
    document = single(image=IMAGE)
    before = copy.deepcopy(document)
    novabody.parse_single(document)
    assert document == before


def test_an_answer_is_read_back() -> None:
    vector = np.array([0.6, -0.8], np.float32)
    embeddings = [Embedded(EmbeddingType.VIDEO, vector), Embedded(EmbeddingType.AUDIO, -vector)]
    found = novabody.parse_answer(json.loads(body.encode(novabody.answer(embeddings))))
    assert [each.type for each in found] == [EmbeddingType.VIDEO, EmbeddingType.AUDIO]
    assert np.array_equal(found[0].vector, vector)
    assert found[0].vector.dtype == np.float32
    assert found[0].truncated is None


def test_the_length_of_a_cut_text_is_told_only_where_it_was_cut() -> None:
    vector = np.ones(1, np.float32)
    plain = novabody.answer([Embedded(EmbeddingType.TEXT, vector)])["embeddings"][0]
    assert set(plain) == {"embeddingType", "embedding"}
    cut = novabody.answer([Embedded(EmbeddingType.TEXT, vector, 8120)])
    assert cut["embeddings"][0]["truncatedCharLength"] == 8120
    assert novabody.parse_answer(json.loads(body.encode(cut)))[0].truncated == 8120


@pytest.mark.parametrize(
    "document",
    [
        *(None, [], {}, {"embeddings": 1}, {"embeddings": [{}]}, {"embeddings": ["x"]}),
        *({"embeddings": [{"embeddingType": "SMELL", "embedding": [1]}]},),
        *({"embeddings": [{"embeddingType": "TEXT", "embedding": value}]} for value in ([], "x", None, [[1]], ["x"])),
    ],
)
def test_what_is_no_answer_is_told_as_a_remotes_fault(document: object) -> None:
    with pytest.raises(Unavailable, match="without readable embeddings"):
        novabody.parse_answer(document)
