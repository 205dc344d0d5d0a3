"""How tokens are counted."""

from __future__ import annotations

import pytest

from sensorium.server.bedrock.reply import count


@pytest.mark.parametrize(
    ("texts", "tokens"),
    [
        ([], 0),
        ([""], 1),
        (["a"], 1),
        (["four"], 1),
        (["fives"], 2),
        (["a red dress"], 3),
        (["你好世界"], 3),
        (["\ud800"], 1),
    ],
)
def test_four_bytes_are_about_a_token(texts: list[str], tokens: int) -> None:
    assert count(texts) == tokens


def test_texts_add_up() -> None:
    assert count(["a red dress", "a blue one"]) == 6
