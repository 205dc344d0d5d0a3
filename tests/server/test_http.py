from __future__ import annotations

from sensorium.server.http import Head, joined


def test_headers_are_joined_in_order() -> None:
    found = joined([(b"Host", b"a"), (b"x-n", b"1"), (b"X-N", b"2")])
    assert found == {b"host": b"a", b"x-n": b"1,2"}
    head = Head("GET", b"/", b"", found)
    assert (head.header(b"x-n"), head.header(b"x-m")) == ("1,2", "")
