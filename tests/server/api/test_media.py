"""Thumbnails, originals, clips and waves, by opaque ids."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from tests.server.api.conftest import Desk


def _pixels(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as found:
        assert found.format == "WEBP"
        return found.convert("RGB")


def test_a_photograph_is_shown_upright(desk: Desk) -> None:
    hit = desk.hit("turned.jpg")
    assert (hit["width"], hit["height"], hit["aspect"]) == (60, 120, 0.5)
    answer = desk.fetch(hit["media"]["thumbnail"])
    assert answer.headers["content-type"] == "image/webp"
    assert "immutable" in answer.headers["cache-control"]
    assert _pixels(answer.content).size == (60, 120)
    again = desk.fetch(hit["media"]["thumbnail"], **{"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    small = desk.fetch(hit["media"]["thumbnail"] + "&size=160")
    assert max(_pixels(small.content).size) == 120


def test_the_matched_page_is_drawn(desk: Desk) -> None:
    hits = list(desk.search({"text": "pears"}, modalities=["document"])["hits"])
    first, second = sorted(hits, key=lambda hit: hit["span"]["page"])
    assert second["text"] == "Second page of pears"
    assert second["media"]["original"].endswith("#page=2")
    drawn = [desk.fetch(hit["media"]["thumbnail"]) for hit in (first, second)]
    assert [answer.status_code for answer in drawn] == [200, 200]
    assert drawn[0].content != drawn[1].content
    shape = _pixels(drawn[0].content).size
    assert abs(shape[0] / shape[1] - 612 / 792) < 0.01
    measured = desk.get("/records", key=first["key"])
    assert abs(measured["aspect"] - 612 / 792) < 0.01


def test_the_frame_of_the_matched_moment_is_shown(desk: Desk) -> None:
    hits = sorted(desk.search({"text": "x"}, modalities=["video"])["hits"], key=lambda hit: hit["span"]["start_s"])
    assert [hit["span"] for hit in hits] == [{"start_s": 0.0, "end_s": 5.0}, {"start_s": 5.0, "end_s": 8.0}]
    colours = [np.asarray(_pixels(desk.fetch(hit["media"]["thumbnail"]).content)).mean(axis=(0, 1)) for hit in hits]
    assert colours[0][0] > 150 > 80 > colours[0][2]  # 2.5 s is red
    assert colours[1][2] > 150 > 80 > colours[1][0]  # 6.5 s is blue
    assert hits[1]["media"]["clip"].endswith("#t=5,8")


def test_a_clip_is_cut_for_browsers_that_cannot_play_the_original(desk: Desk) -> None:
    film, tone = desk.hit("film.mp4"), desk.hit("tone.wav")
    answer = desk.fetch(film["media"]["clip_made"])
    assert (answer.status_code, answer.headers["content-type"], answer.content[4:8]) == (200, "video/mp4", b"ftyp")
    answer = desk.fetch(tone["media"]["clip_made"], range="bytes=0-3")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (206, "audio/wav", b"RIFF")
    text = desk.hit("red.txt")["media"]["original"].partition("/original")[0]
    assert desk.fetch(f"{text}/clip").json()["code"] == "no_clip"


def test_the_wave_of_a_sound(desk: Desk) -> None:
    hit = desk.hit("tone.wav")
    found = desk.fetch(hit["media"]["waveform"] + "&n=80").json()
    assert found["seconds"] == 8.0
    assert (found["start_s"], found["end_s"]) == (hit["span"]["start_s"], hit["span"]["end_s"])
    assert len(found["peaks"]) == 80
    assert max(found["peaks"][:19]) < 0.01  # two seconds of silence
    assert min(found["peaks"][21:]) > 0.9
    window = desk.fetch(hit["media"]["waveform"] + "&n=8&window=2").json()
    assert window["window_end_s"] - window["window_start_s"] == 2
    silent = desk.fetch(desk.hit("film.mp4")["media"]["waveform"])
    assert (silent.status_code, silent.json()["code"]) == (422, "no_sound")


def test_what_cannot_be_shown_says_so(desk: Desk) -> None:
    base = desk.hit("red.txt")["media"]["original"].partition("/original")[0]
    assert desk.fetch(f"{base}/thumbnail").json()["code"] == "no_picture"
    picture = desk.hit("green.png")["media"]["thumbnail"]
    assert desk.fetch(f"{picture}&size=641").json() == {
        "code": "invalid",
        "message": "size 641: there are 160, 320, 640, 1600",
        "path": "size",
    }


def test_ids_cannot_be_made_up(desk: Desk) -> None:
    address = desk.hit("green.png")["media"]["original"].partition("?")[0]
    base, _, id, noun = (*address.rpartition("/")[0].rpartition("/"), "original")
    other = ("A" if id[0] != "A" else "B") + id[1:]
    for made in (other, id + "A", "x", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%2f..%2fhome"):
        answer = desk.fetch(f"{base}/{made}/{noun}")
        assert answer.status_code == 404, made
        assert "passwd" not in answer.text
    assert str(desk.library) not in address
    assert "green" not in address
