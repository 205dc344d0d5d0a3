"""Tokens: opaque, sealed, bound to a request."""

from __future__ import annotations

import pytest

from sensorium.server.s3vectors.token import Tokens, digest
from sensorium.wire.fault import AwsFault

TOKENS = Tokens(lambda: b"secret")


@pytest.mark.parametrize("place", [b"", b"k", b"\x00\xff" * 512, "größe".encode()])
def test_what_is_sealed_is_opened(place: bytes) -> None:
    token = TOKENS.seal(b"request", place)
    assert token.isascii()
    assert "=" not in token
    assert TOKENS.open(b"request", token) == place
    assert place == b"" or place.hex() not in token


def test_a_token_is_good_for_its_request_and_its_secret_only() -> None:
    token = TOKENS.seal(b"request", b"place")
    for tokens, request in ((TOKENS, b"other"), (TOKENS, b"requestp"), (Tokens(lambda: b"other"), b"request")):
        with pytest.raises(AwsFault, match="Invalid nextToken"):
            tokens.open(request, token)


def test_what_was_never_sealed_is_refused() -> None:
    token = TOKENS.seal(b"request", b"place")
    for forged in ("", "x", "é", "a b", "%%%", token[:-1], token + "A", token.swapcase(), token[::-1], "A" * 4096):
        with pytest.raises(AwsFault) as raised:
            TOKENS.open(b"request", forged)
        assert (raised.value.name, raised.value.fields[0][0]) == ("ValidationException", "nextToken")


def test_parts_of_a_request_do_not_run_together() -> None:
    assert digest(b"ab", b"c") != digest(b"a", b"bc")
    assert digest(b"a") != digest(b"a", b"")
