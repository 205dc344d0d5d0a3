"""Features: names meet across scripts, and hashes never change."""

from __future__ import annotations

import pytest

from sensorium.models.builtin.features import BUCKETS, buckets, feature_names, skeleton
from sensorium.models.builtin.tokens import tokens

GOLDEN = 44032
"""crc32("wa") modulo the number of buckets: another value means that every shipped weight is void."""


@pytest.mark.parametrize("name", ["washington", "Вашингтон", "ワシントン", "واشنطن"])
def test_one_skeleton_for_one_name(name: str) -> None:
    assert "sfsntn" in feature_names(tokens(name)[0])


def test_skeleton_drops_vowels_and_doubles() -> None:
    assert skeleton("mississippi") == "nsp"


def test_a_word_has_itself_and_its_ngrams() -> None:
    names = feature_names("dogs")
    assert {"wdogs", "g<do", "ggs>", "g<dog", "g<dogs"} <= set(names)


def test_accents_share_the_plain_form() -> None:
    assert set(feature_names("cafe")) & set(feature_names("café")) >= {"wcafe", "g<ca"}


def test_a_window_has_its_beginnings() -> None:
    assert feature_names("总统说")[:3] == ["c总", "c总统", "c总统说"]


def test_buckets_are_sorted_distinct_and_stable() -> None:
    rows = buckets("washington")
    assert (rows[1:] > rows[:-1]).all()
    assert rows.min() >= 0
    assert rows.max() < BUCKETS
    assert buckets("a").tolist() == [GOLDEN]
