"""Hits as JSON and as a table."""

from __future__ import annotations

from dataclasses import replace

from sensorium.cli import hits
from sensorium.models.base import Band
from sensorium.testing.weightless import WeightlessEmbedder
from sensorium.types import Hit, Modality, Scores

SPEC = replace(WeightlessEmbedder().spec, bands={(Modality.TEXT, Modality.IMAGE): Band(0.2, 0.4, 0.6)})
PICTURE = Hit("k" * 32, 0.3, {"source": "file:///a/one[1].png", "modality": "image"})
FOREIGN = Hit("mine", 1.25, {"s3_uri": "s3://shop/talk.mp4", "start_s": 75, "end_s": 80, "colours": ["red", "blue"]})


def columns(*args: object) -> dict[str, list[str]]:
    made = hits.to_table(*args)  # type: ignore[arg-type]
    return {str(column.header): [str(cell) for cell in column.cells] for column in made.columns}


def test_json_holds_what_the_record_says() -> None:
    assert hits.to_json([FOREIGN]) == {
        "hits": [
            {
                "key": "mine",
                "distance": 1.25,
                "source": "s3://shop/talk.mp4",
                "modality": None,
                "span": {"start_s": 75.0, "end_s": 80.0},
                "metadata": dict(FOREIGN.metadata),
            }
        ]
    }


def test_columns_without_a_value_are_left_out() -> None:
    assert columns([FOREIGN]) == {
        "#": ["1"],
        "distance": ["1.250"],
        "found in": ["s3://shop/talk.mp4 01:15-01:20"],
        "key": ["mine"],
    }


def test_the_models_words_stand_by_the_distance() -> None:
    found = columns([PICTURE, FOREIGN], Modality.TEXT, SPEC)
    assert found["closeness"] == ["close", ""]
    assert "closeness" not in columns([PICTURE], Modality.AUDIO, SPEC)
    assert "closeness" not in columns([PICTURE], None, SPEC)


def test_brackets_in_names_are_no_markup() -> None:
    from rich.text import Text

    (cell,) = columns([PICTURE])["found in"]
    assert Text.from_markup(cell).plain == "one[1].png"


def test_scores_of_words_stand_in_both() -> None:
    scored = replace(PICTURE, scores=Scores(0.0325, {"text": 1.5, "title": 0.75}))
    other = replace(FOREIGN, distance=None, scores=Scores(0.0161))
    assert columns([scored, other])["bm25"] == ["2.25", ""]
    assert "bm25" not in columns([PICTURE, FOREIGN])
    listed = hits.to_json([scored, other, PICTURE])["hits"]
    assert isinstance(listed, list)
    assert [hit.get("scores") for hit in listed] == [
        {"fused": 0.0325, "bm25": {"text": 1.5, "title": 0.75}},
        {"fused": 0.0161, "bm25": {}},
        None,
    ]
