"""Notes are real text in many languages and formats."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from sensorium.samples.notes import NOTES


def test_formats_and_writing_systems_are_many() -> None:
    assert {Path(name).suffix for name in NOTES} == {".txt", ".md", ".html", ".csv", ".json", ".srt"}
    everything = "".join(NOTES.values())
    for letter in "éüóãй茶のقब":
        assert letter in everything


@pytest.mark.parametrize("name", NOTES)
def test_a_note_is_a_few_paragraphs_long(name: str) -> None:
    assert 180 <= len(NOTES[name]) <= 1700


def test_the_structured_ones_parse() -> None:
    rows = list(csv.DictReader(NOTES["shop_prices.csv"].splitlines()))
    assert len(rows) == 12
    assert all(float(row["price"]) > 0 for row in rows)
    assert len(json.loads(NOTES["weather_station.json"])["days"]) == 6
    assert NOTES["astronomy_lecture.srt"].count("-->") == 6
