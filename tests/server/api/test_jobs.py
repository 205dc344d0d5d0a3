"""Jobs: folders and uploads into an index, with progress, and what ends them."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import httpx
import pytest
from PIL import Image
from tests.server.api.conftest import FILE, Desk, opened, write_sound
from tests.server.conftest import until

from sensorium.errors import Invalid
from sensorium.server.api.jobcalls import safe_name


def test_a_folder_is_added_with_progress(own: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    for number in range(5):
        Image.new("RGB", (20, 20), (number * 40, 0, 0)).save(folder / f"{number}.png")
    (folder / "<img src=x onerror=alert(1)>.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    begun = own.client.post("/jobs", json={"index": "photos", "paths": [str(folder)], "metadata": {"trip": "sea"}})
    assert begun.status_code == 202
    events = []
    with own.client.stream("GET", f"/jobs/{begun.json()['id']}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        events = [json.loads(line[5:]) for line in stream.iter_lines() if line.startswith("data:")]
    job = events[-1]
    assert (job["state"], job["total"], job["finished"], job["embedded"], job["failed"]) == ("done", 6, 6, 5, 1)
    assert job["by_modality"] == {"image": 5}
    failure = job["failures"][0]
    assert failure["title"] == "<img src=x onerror=alert(1)>.png"
    assert failure["code"] == "unreadable"
    assert own.get("/failures", index="photos")["failures"][0]["title"] == failure["title"]
    assert own.search({"text": "x"}, index="photos", filter={"trip": "sea"})["total"] == 5
    Image.new("RGB", (20, 20), "blue").save(folder / failure["title"])
    again = own.client.post(f"/jobs/{job['id']}/retry")
    assert again.status_code == 202
    done = own.wait(job["id"])
    assert (done["state"], done["failed"], done["embedded"]) == ("done", 0, 1)
    assert done["unchanged"] == 5
    assert own.get("/failures", index="photos") == {"failures": []}
    assert [one["id"] for one in own.get("/jobs", index="photos")["jobs"]] == [job["id"]]
    assert own.client.delete(f"/jobs/{job['id']}").status_code == 204
    assert own.client.get(f"/jobs/{job['id']}").status_code == 404


def test_files_are_uploaded_into_an_index(own: Desk, tmp_path: Path) -> None:
    write_sound(tmp_path / "tone.wav", 3.0)
    job = own.client.post("/jobs", json={"index": "sounds", "upload": True}).json()
    assert job["state"] == "receiving"
    files, tone = f"/jobs/{job['id']}/files", (tmp_path / "tone.wav").read_bytes()
    for _ in range(2):  # the same name twice is two files
        sent = own.client.put(files, params={"name": "deep/tone.wav"}, content=tone, headers=FILE)
        assert sent.status_code == 201, sent.text
    assert sent.json()["name"] == "deep/tone (1).wav"
    other = own.client.put(f"/jobs/{job['id']}/files", params={"name": "note.txt"}, content=b"red words", headers=FILE)
    assert other.status_code == 201
    for name in ("../../etc/passwd", ".hidden", "a/../b", "", "a\0b"):
        answer = own.client.put(f"/jobs/{job['id']}/files", params={"name": name}, content=b"x", headers=FILE)
        assert answer.status_code == 400, name
    assert own.client.post(f"/jobs/{job['id']}/start").status_code == 202
    done = own.wait(job["id"])
    assert (done["state"], done["total"], done["received"]["files"]) == ("done", 3, 3)
    hits = own.search({"text": "red words"}, index="sounds")["hits"]
    assert hits[0]["title"] == "note.txt"
    assert own.fetch(hits[0]["media"]["original"]).content == b"red words"
    late = own.client.put(f"/jobs/{job['id']}/files", params={"name": "b.txt"}, content=b"x", headers=FILE)
    assert late.status_code == 409


def test_a_job_is_cancelled_and_what_was_embedded_stays(own: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    for number in range(1_000):
        (folder / f"{number}.txt").write_text(f"words number {number}. " * 60)
    job = own.client.post("/jobs", json={"index": "notes", "paths": [str(folder)]}).json()
    second = own.client.post("/jobs", json={"index": "notes", "paths": [str(folder)]}).json()
    assert own.get(f"/jobs/{second['id']}")["state"] == "queued"  # one of an index at a time
    while own.get(f"/jobs/{job['id']}")["embedded"] < 3:
        time.sleep(0.01)
    assert own.client.post(f"/jobs/{second['id']}/cancel").json()["state"] == "cancelled"
    assert own.client.post(f"/jobs/{job['id']}/cancel").json()["state"] in ("stopping", "cancelled")
    done = own.wait(job["id"])
    assert done["state"] == "cancelled"
    assert 0 < done["embedded"] < 1_000
    assert own.get("/indexes/notes")["records"] >= done["embedded"]
    own.client.post(f"/jobs/{job['id']}/retry")
    assert own.wait(job["id"])["state"] == "done"
    assert len(own.get("/sources", index="notes", limit=1000)["sources"]) == 1_000


def test_a_restart_interrupts_and_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    for number in range(600):
        (folder / f"{number}.txt").write_text(f"words number {number}. " * 30)
    with opened(tmp_path / "home", folder) as desk:
        job = desk.client.post("/jobs", json={"index": "notes", "paths": [str(folder)]}).json()
        while not desk.get(f"/jobs/{job['id']}")["embedded"]:
            time.sleep(0.01)
    with opened(tmp_path / "home", folder) as desk:
        assert desk.get(f"/jobs/{job['id']}")["state"] == "interrupted"
        desk.client.post(f"/jobs/{job['id']}/retry")
        done = desk.wait(job["id"])
        assert (done["state"], done["finished"]) == ("done", 600)


def test_what_makes_no_job_is_refused(own: Desk, tmp_path: Path) -> None:
    for body, status in (
        ({"paths": [str(tmp_path / "nowhere")]}, 404),
        ({}, 400),
        ({"upload": True, "paths": ["x"]}, 400),
        ({"paths": ["x"], "metadata": {"source": "mine"}}, 400),
        ({"paths": ["x"], "metadata": {"a": {"b": 1}}}, 400),
        ({"paths": ["x"], "segment_seconds": 0.5}, 400),
        ({"paths": ["x"], "create": {"dims": 3}}, 400),
        ({"upload": True, "index": "../../up"}, 400),
        ({"upload": True, "index": "../up"}, 400),
        ({"upload": True, "index": "UP"}, 400),
    ):
        assert own.client.post("/jobs", json=body).status_code == status, body
    assert own.get("/indexes")["indexes"] == []
    failed = own.add("photos", tmp_path, create={"model": "nosuch"})
    assert (failed["state"], failed["error"]["code"]) == ("failed", "not_found")


@pytest.mark.parametrize("name", ["/", "a/..", "..\\b", "a/.git/b", "x" * 300, "a\nb"])
def test_a_name_leads_nowhere_else(name: str) -> None:
    with pytest.raises(Invalid, match="relative name"):
        safe_name(name)


def test_a_name_may_hold_folders() -> None:
    assert safe_name("/Holiday\\2024/été.jpg") == ["Holiday", "2024", "été.jpg"]


def test_a_stream_of_events_ends_with_the_server(tmp_path: Path) -> None:
    with opened(tmp_path / "home", tmp_path) as desk:
        job = desk.client.post("/jobs", json={"upload": True}).json()
        lines: list[str] = []

        def follow() -> None:
            with httpx.stream("GET", f"{desk.running.url}/api/v1/jobs/{job['id']}/events", timeout=60) as stream:
                for line in stream.iter_lines():
                    lines.append(line)  # one by one, so that the test sees the first

        thread = threading.Thread(target=follow)
        thread.start()
        assert until(lambda: desk.running.server.api.context.stopping.is_set() or bool(lines))
        began = time.monotonic()
    thread.join(30)
    assert not thread.is_alive()
    assert time.monotonic() - began < 30
    assert lines[0] == "event: job"
