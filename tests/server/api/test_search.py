"""``/search``: what is found, how it is told, and how a long result is gone down."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from tests.server.api.conftest import Desk

from sensorium.home import Home
from sensorium.types import Record


def test_words_find_the_passage_and_mark_themselves(desk: Desk) -> None:
    found = desk.search({"text": "a parrot speaks of rain"}, modalities=["text"])
    hit = found["hits"][0]
    assert (hit["rank"], hit["title"], hit["modality"], hit["missing"]) == (1, "red.txt", "text", False)
    assert [hit["text"][low:high].casefold() for low, high in hit["matches"]][-4:] == ["parrot", "speaks", "of", "rain"]
    assert found["inputs"] == [
        {
            "kind": "text",
            "value": "a parrot speaks of rain",
            "weight": 1.0,
            "modality": "text",
            "label": "a parrot speaks of rain",
            "thumbnail": None,
        }
    ]
    assert hit["metadata"]["colour"] == "red"
    assert hit["media"]["thumbnail"] is None


def test_hits_are_in_order_and_told_in_words(desk: Desk) -> None:
    hits = desk.search({"text": "red shoes"}, limit=500)["hits"]
    distances = [hit["distance"] for hit in hits]
    assert distances == sorted(distances)
    assert [hit["rank"] for hit in hits] == list(range(1, len(hits) + 1))
    for hit in hits:
        cuts = {
            "very close": hit["distance"] <= 0.2,
            "close": hit["distance"] <= 0.6,
            "related": hit["distance"] <= 0.9,
        }
        assert hit["band"] == next((name for name, holds in cuts.items() if holds), "unrelated")


def test_a_long_result_is_gone_down_in_parts(desk: Desk) -> None:
    whole = desk.search({"text": "red"}, limit=500)
    parts, offset = [], 0
    while offset is not None:
        part = desk.search({"text": "red"}, limit=2, offset=offset)
        assert part["total"] == whole["total"] == len(whole["hits"])
        parts += part["hits"]
        offset = part["next"]
    assert [hit["key"] for hit in parts] == [hit["key"] for hit in whole["hits"]]
    assert desk.search({"text": "red"}, k=3, limit=2)["total"] == 3
    assert desk.search({"text": "red"}, offset=9_000)["hits"] == []


def test_files_words_and_records_make_one_query(desk: Desk) -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(out, "PNG")
    upload = desk.upload(out.getvalue(), "leaf.png")
    found = desk.search({"upload": upload["id"]}, {"text": "red", "weight": -0.01})
    assert found["hits"][0]["title"] == "green.png"
    assert found["hits"][0]["band"] is None  # a mixture is no pair of modalities
    assert [(one["kind"], one["label"]) for one in found["inputs"]] == [("upload", "leaf.png"), ("text", "red")]
    assert desk.fetch(found["inputs"][0]["thumbnail"]).headers["content-type"] == "image/webp"
    key = found["hits"][0]["key"]
    more = desk.search({"record": key}, limit=500)
    assert key not in [hit["key"] for hit in more["hits"]]
    assert more["total"] == len(more["hits"]) == desk.get("/indexes/default")["records"] - 1
    assert more["inputs"][0]["label"] == "green.png"
    away = desk.search({"record": key, "weight": -1}, limit=500)["hits"]
    assert away[-1]["distance"] >= away[0]["distance"] >= 0


def test_modalities_filters_and_cuts_apply(desk: Desk) -> None:
    assert {hit["modality"] for hit in desk.search({"text": "x"}, modalities=["audio", "video"])["hits"]} == {
        "audio",
        "video",
    }
    assert desk.search({"text": "x"}, filter={"year": {"$gt": 2020}})["total"] == 0
    assert desk.search({"text": "x"}, filter={"colour": "red"})["total"] > 0
    near = desk.search({"text": "red shoes stand by the door"}, max_distance=0.5)["hits"]
    assert near
    assert all(hit["distance"] <= 0.5 for hit in near)
    words = desk.search({"text": "red shoes stand by the door"}, band="close")["hits"]
    assert words
    assert {hit["band"] for hit in words} <= {"very close", "close"}
    hybrid = desk.search({"text": "parrot"}, hybrid=True, band="related")["hits"]
    assert all(hit["distance"] <= 0.9 for hit in hybrid)


def test_the_words_themselves_are_looked_for(desk: Desk) -> None:
    hits = desk.search({"text": "parrot"}, text_only=True)["hits"]
    assert [hit["title"] for hit in hits] == ["red.txt"]
    assert hits[0]["distance"] is None
    assert hits[0]["scores"]["bm25"]["text"] > 0
    assert "parrot" in hits[0]["text"]
    fused = desk.search({"text": "parrot"}, hybrid=True)["hits"]
    assert fused[0]["scores"]["fused"] > 0


def test_a_link_asks_the_same(desk: Desk) -> None:
    asked = desk.search(
        {"text": "red"}, {"text": "rain", "weight": -1}, modalities=["text"], k=5, filter={"year": 2020}
    )
    link = desk.get("/search", q="red", minus="rain", modality="text", k=5, filter='{"year": 2020}')
    assert [hit["key"] for hit in link["hits"]] == [hit["key"] for hit in asked["hits"]]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "inputs"),
        ({"inputs": []}, "inputs"),
        ({"inputs": [{"text": "a", "upload": "b"}]}, "inputs[0]"),
        ({"inputs": [{"text": "a", "weight": 0}]}, "inputs[0].weight"),
        ({"inputs": [{"text": "   "}]}, "inputs[0].text"),
        ({"inputs": [{"text": "a", "colour": "red"}]}, "inputs[0].colour"),
        ({"inputs": [{"text": "a"}], "k": 10_001}, "k"),
        ({"inputs": [{"text": "a"}], "limit": True}, "limit"),
        ({"inputs": [{"text": "a"}], "modalities": ["smell"]}, "modality"),
        ({"inputs": [{"text": "a"}], "filter": {"$no": 1}}, "filter"),
        ({"inputs": [{"text": "a"}], "band": "far"}, "band"),
        ({"inputs": [{"text": "a"}], "nonsense": 1}, "nonsense"),
        ({"inputs": [{"text": "a"}] * 17}, "inputs"),
        ({"inputs": [{"text": "a"}, {"text": "b"}], "text_only": True}, "text_only"),
        ({"inputs": [{"text": "a", "weight": -1}], "hybrid": True}, "hybrid"),
        ({"inputs": [{"text": "a", "weight": -1}], "band": "close"}, "band"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(desk: Desk, body: dict[str, object], path: str) -> None:
    answer = desk.client.post("/search", json=body)
    assert (answer.status_code, answer.json()["path"]) == (400, path), answer.text


def test_what_is_not_there_is_named(desk: Desk) -> None:
    answers = [
        desk.client.post("/search", json={"inputs": [{"record": "nokey"}]}),
        desk.client.post("/search", json={"inputs": [{"upload": "0" * 32}]}),
        desk.client.post("/search", json={"inputs": [{"upload": "../secret"}]}),
        desk.client.get("/search", params={"q": "a", "index": "nowhere"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert all(answer.json()["code"] == "not_found" for answer in answers)
    assert "nowhere" in answers[3].json()["message"]


def test_ten_thousand_hits_decode_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a list was decoding media")

    for name in ("image.segments", "pdf.Pdf", "container.opened", "read.read"):
        monkeypatch.setattr(f"sensorium.media.{name}", refused)
    found = desk.search({"text": "anything"}, k=10_000, limit=500)
    assert {hit["modality"] for hit in found["hits"]} == {"text", "document", "image", "audio", "video"}
    assert all(hit["aspect"] for hit in found["hits"] if hit["modality"] != "text")
    assert len(desk.get("/browse", limit=500)["records"]) == found["total"]


def test_any_number_that_a_record_holds_is_told(own: Desk) -> None:
    own.client.post("/indexes", json={"name": "numbers"})
    with Home(own.home) as home:
        home.index("numbers").put([Record("big", np.ones(64, np.float32), {"n": 2**70, "title": "Big"})])
    hit = own.search({"text": "x"}, index="numbers")["hits"][0]
    assert (hit["metadata"]["n"], hit["title"], hit["catalogued"], hit["media"]) == (2**70, "Big", False, None)
