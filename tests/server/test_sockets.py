from __future__ import annotations

import contextlib
import errno
import socket

import pytest

from sensorium.errors import Invalid, Unavailable
from sensorium.server import sockets


def test_any_free_port() -> None:
    (opened,) = sockets.listen("127.0.0.1", 0)
    with opened:
        address, port = opened.getsockname()
        assert (address, port > 0) == ("127.0.0.1", True)
        assert sockets.is_only_loopback([opened])
        # Accepted sockets inherit it; asyncio sets it on those alone that say that they are TCP.
        assert opened.proto == socket.IPPROTO_TCP
        assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        with pytest.raises(Unavailable, match=f"port {port} of 127.0.0.1 is taken"):
            sockets.listen("127.0.0.1", port)


def test_a_name_means_all_its_addresses() -> None:
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(opened) for opened in sockets.listen("localhost", 0)]
        assert len({opened.getsockname()[1] for opened in found}) == 1
        assert sockets.is_only_loopback(found)
        assert found[0].family is socket.AF_INET


def test_all_addresses_are_not_only_loopback() -> None:
    (opened,) = sockets.listen("0.0.0.0", 0)
    with opened:
        assert not sockets.is_only_loopback([opened])


def test_ports_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(sockets, "_bind", refuse)
    with pytest.raises(Unavailable, match="may not be opened by this user"):
        sockets.listen("127.0.0.1", 80)


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid", "a" * 300])
def test_hosts_that_are_not_here(host: str) -> None:
    with pytest.raises(Invalid, match="no address of this machine"):
        sockets.listen(host, 0)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
        ("::1", "[::1]"),
        ("localhost", "localhost"),
        ("box.lan", "box.lan"),
    ],
)
def test_hosts_in_a_url(host: str, shown: str) -> None:
    assert sockets.shown(host) == shown
