"""The data folder's readers and splits."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from training.data import DataFolder, flat_captions, flickr_translations, ntrex_split, split_of


def test_flickr_keeps_its_own_split(tiny: Path) -> None:
    data = DataFolder(tiny)
    assert len(data.split("flickr8k", "train")) == 24
    assert len(data.split("flickr8k", "dev")) == 8


def test_other_sets_split_by_the_hash_of_the_file(tiny: Path) -> None:
    for row in DataFolder(tiny).rows("scenes"):
        tenth = hashlib.sha1(row["file"].encode()).digest()[0] % 10 == 0
        assert row["split"] == ("dev" if tenth else "train")


def test_urbansound_splits_by_fold() -> None:
    assert split_of("urbansound8k", {"fold": 2, "file": "x"}) == "dev"
    assert split_of("urbansound8k", {"fold": 1, "file": "x"}) == "train"


def test_captions_know_their_owner(tiny: Path) -> None:
    rows = DataFolder(tiny).split("flickr8k", "train")
    texts, owner = flat_captions(rows)
    assert len(texts) == len(owner) == sum(len(row["captions"]) for row in rows)
    assert all(text in rows[i]["captions"] for text, i in zip(texts, owner, strict=True))


def test_pictures_and_sounds_are_decoded_in_order(tiny: Path) -> None:
    data = DataFolder(tiny)
    pictures = list(data.images("tinyimagenet", ["00003.webp", "00001.webp"]))
    again = list(data.images("tinyimagenet", ["00001.webp"]))
    assert pictures[0].shape == (64, 64, 3)
    assert np.array_equal(pictures[1], again[0])
    (sound,) = data.sounds("animals", ["00000.ogg"])
    assert sound.dtype == np.float32
    assert sound.ndim == 1


def test_ntrex_holds_its_last_200_rows_out(tiny: Path) -> None:
    train, held_out = ntrex_split(DataFolder(tiny))
    assert len(held_out) == 200
    assert not {row["en"] for row in train} & {row["en"] for row in held_out}


def test_translations_by_photograph(tiny: Path) -> None:
    assert flickr_translations(DataFolder(tiny))["3.jpg"]["ar"] == ["صورة 3"]
