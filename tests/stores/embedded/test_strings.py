"""Sorted strings: found by bisection, merged and thinned out in numpy, whatever characters they are of."""

from __future__ import annotations

import random

import numpy as np
import pytest

from sensorium.stores.embedded import strings
from sensorium.stores.embedded.strings import Strings, merged

ALPHABET = "ab\x00\x01\x7f\u00e9\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0001f600\U0010ffff"


def random_string(rng: random.Random) -> str:
    if rng.random() < 0.01:
        return "".join(rng.choices(ALPHABET, k=500))
    return "".join(rng.choices(ALPHABET, k=rng.choice((0, 1, 2, 3, 9))))


def random_strings(rng: random.Random, count: int) -> list[str]:
    return sorted({random_string(rng) for _ in range(count)})


def texts(found: Strings) -> list[str]:
    return [found[code].decode() for code in range(len(found))]


@pytest.fixture(autouse=True, params=[64, 1 << 20])
def block_bytes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strings, "_BLOCK_BYTES", request.param)


def test_codes_and_prefixes() -> None:
    rng = random.Random(1)
    known = random_strings(rng, 400)
    found = Strings.of(known)
    assert texts(found) == known
    assert found.lengths().tolist() == [len(one.encode()) for one in known]
    for one in (*known[::3], *random_strings(rng, 100)):
        assert found.code(one) == (known.index(one) if one in known else None)
        for prefix in (one[:1], one[:2], one, one + "\U0010ffff"):
            assert list(found.starting(prefix)) == [code for code, s in enumerate(known) if s.startswith(prefix)]


def test_half_a_surrogate_pair_is_nowhere() -> None:
    found = Strings.of(["", "a", "\uffff", "\U00010000"])
    assert found.code("\ud800") is None
    assert len(found.starting("\udfff")) == 0


@pytest.mark.parametrize("sizes", [(0,), (300,), (1, 1), (300, 300), (500, 20, 0, 90)])
def test_merging(sizes: tuple[int, ...]) -> None:
    rng = random.Random(2)
    parts = [random_strings(rng, size) for size in sizes]
    if len(parts) > 1:
        parts[1] = sorted({*parts[1], *parts[0][::2]})
    whole, codes = merged([Strings.of(part) for part in parts])
    assert texts(whole) == sorted({one for part in parts for one in part})
    for part, own in zip(parts, codes, strict=True):
        assert [whole[code].decode() for code in own] == part


def test_many_strings_after_those_of_another() -> None:
    left, right = [f"a{n:05}" for n in range(3_000)], [f"b{n:05}" for n in range(1_000)]
    whole, codes = merged([Strings.of(right), Strings.of(left)])
    assert texts(whole) == left + right
    assert codes[0].tolist() == list(range(3_000, 4_000))
    assert codes[1].tolist() == list(range(3_000))


def test_some_are_selected() -> None:
    rng = random.Random(3)
    known = random_strings(rng, 400)
    for share in (0, 0.1, 0.9, 1):
        codes = np.array([code for code in range(len(known)) if rng.random() < share], np.int64)
        assert texts(Strings.of(known).selected(codes)) == [known[code] for code in codes]


def test_more_than_four_gigabytes_have_wide_offsets() -> None:
    assert strings._offsets(np.array([2**31, 2**31], np.int64)).dtype == np.uint64
    wide = Strings(np.frombuffer(b"abc", np.uint8), np.array([0, 1, 3], np.uint64))
    assert texts(wide) == ["a", "bc"]
    assert texts(wide.selected(np.array([1]))) == ["bc"]
    assert texts(merged([wide, Strings.of(["b"])])[0]) == ["a", "b", "bc"]
