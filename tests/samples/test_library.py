"""The sample library is complete, decodes, and stays as it is."""

from __future__ import annotations

import collections
from pathlib import Path

import av
import pypdfium2
import pytest
from PIL import Image

from sensorium.samples import SAMPLES, write_library
from sensorium.samples.library import RECEIPT, write_samples

IMAGES = [s for s in SAMPLES if s.modality == "image"]
SOUNDS = [s for s in SAMPLES if s.modality == "audio"]


def test_there_are_many_files_of_all_five_modalities() -> None:
    count = collections.Counter(s.modality for s in SAMPLES)
    assert len(SAMPLES) >= 60
    assert len({s.path for s in SAMPLES}) == len(SAMPLES)
    assert count["image"] >= 30
    assert count["audio"] >= 20
    assert min(count["video"], count["text"]) >= 8
    assert count["document"] >= 4
    assert {Path(s.path).suffix for s in IMAGES} == {".jpg", ".png", ".webp"}
    assert {Path(s.path).suffix for s in SOUNDS} == {".wav", ".flac", ".mp3", ".ogg", ".m4a"}


def test_every_file_is_written_and_a_second_run_touches_none(library: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in sorted(library.rglob("*"))}
    heard: list[tuple[int, int]] = []
    paths = write_library(library, lambda done, total: heard.append((done, total)))
    assert {p.relative_to(library).as_posix() for p in paths} == {s.path for s in SAMPLES}
    assert {p: p.stat().st_mtime_ns for p in sorted(library.rglob("*"))} == before
    assert heard == [(i, len(SAMPLES)) for i in range(1, len(SAMPLES) + 1)]


@pytest.mark.parametrize("path", ["products/red_dress.jpg", "sounds/siren.wav", "clips/pets.mp4", "reports/bees.pptx"])
def test_what_was_damaged_or_lost_comes_back_the_same(tmp_path: Path, library: Path, path: str) -> None:
    one = [s for s in SAMPLES if s.path == path]
    write_samples(tmp_path, one)
    good = (library / path).read_bytes()
    assert (tmp_path / path).read_bytes() == good
    (tmp_path / path).write_bytes(good[:100])
    write_samples(tmp_path, one)
    assert (tmp_path / path).read_bytes() == good
    (tmp_path / RECEIPT).write_text("not JSON", "utf-8")
    before = (tmp_path / path).stat().st_mtime_ns
    write_samples(tmp_path, one)
    assert (tmp_path / path).stat().st_mtime_ns == before


@pytest.mark.parametrize("sample", IMAGES, ids=lambda s: s.path)
def test_every_picture_decodes_and_is_not_flat(library: Path, sample) -> None:
    with Image.open(library / sample.path) as image:
        assert min(image.size) >= 448
        spread = [high - low for low, high in image.convert("RGB").getextrema()]
        assert max(spread) > 120


def test_one_picture_lies_on_its_side_and_says_so(library: Path) -> None:
    turned = {}
    for sample in IMAGES:
        with Image.open(library / sample.path) as image:
            if image.getexif().get(0x0112, 1) != 1:
                turned[sample.path] = (image.getexif()[0x0112], image.size)
    assert turned == {"photos/lighthouse.jpg": (6, (640, 480))}


@pytest.mark.parametrize("sample", SOUNDS, ids=lambda s: s.path)
def test_every_sound_decodes_to_four_seconds_or_more(library: Path, sample) -> None:
    with av.open(str(library / sample.path)) as box:
        frames = list(box.decode(audio=0))
    seconds = sum(f.samples / f.sample_rate for f in frames)
    assert 4 <= seconds <= 10.5
    peak = max(abs(f.to_ndarray().astype("float64")).max() / (32768 if "s16" in f.format.name else 1) for f in frames)
    assert 0.05 < peak <= 1.1


def test_the_pdf_has_ten_pages_of_text_and_the_scan_has_none(library: Path) -> None:
    report = pypdfium2.PdfDocument(library / "reports/annual_report.pdf")
    texts = [page.get_textpage().get_text_range() for page in report]
    assert len(texts) == 10
    assert all(len(t) > 80 for t in texts)
    assert "wind turbines" in texts[3]
    assert "emergency room" in texts[8]
    scan = pypdfium2.PdfDocument(library / "reports/scanned_letter.pdf")
    assert len(scan) == 1
    assert scan[0].get_textpage().get_text_range() == ""
