"""Strings have codes, and prefixes find them however they came."""

from __future__ import annotations

import random

from sensorium.stores.embedded.dictionary import Dictionary


def test_codes_count_from_zero_and_stay() -> None:
    dictionary = Dictionary()
    assert dictionary.add(["b", "a", "b"]) == [0, 1, 0]
    assert dictionary.add(["a", ""]) == [1, 2]
    assert [dictionary.code(string) for string in ("b", "a", "", "c")] == [0, 1, 2, None]
    assert len(dictionary) == 3


def test_prefixes_agree_with_startswith_while_strings_arrive() -> None:
    rng = random.Random(6)
    dictionary, strings = Dictionary(), []
    for turn in range(6_000):
        string = "".join(rng.choices("ab\u00e9\U0001f600\U0010ffff", k=rng.randint(0, 7)))
        if dictionary.add([string]) == [len(strings)]:
            strings.append(string)
        if turn % 400 == 0:
            for prefix in ("", "a", "b\u00e9", "\U0010ffff", "\U0010ffff\U0010ffff", "zz", string, string + "a"):
                found = sorted(dictionary.starting(prefix).tolist())
                assert found == [code for code, one in enumerate(strings) if one.startswith(prefix)]


def test_no_strings() -> None:
    assert Dictionary().starting("").tolist() == []
