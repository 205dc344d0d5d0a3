"""Listening sockets: opened before anything else, so that a taken port is told of at once."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import socket

from sensorium.errors import Invalid, Unavailable
from sensorium.server.guard import is_loopback

BACKLOG = 1024


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets on every address of a host, all on one port. Port 0 is any free one.

    Raises Invalid for a host that is none of this machine's, Unavailable for a port that is taken or not allowed.
    """
    found: list[socket.socket] = []
    with contextlib.ExitStack() as undo:
        for family, address in _addresses(host):
            opened = undo.enter_context(socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP))
            try:
                _bind(opened, family, address, port)
            except OSError as error:
                if error.errno == errno.EADDRNOTAVAIL and found:
                    continue  # a machine whose localhost has an IPv6 name and no IPv6
                raise _explained(error, host, port) from error
            port = opened.getsockname()[1]
            found.append(opened)
        undo.pop_all()
    return found


def is_only_loopback(sockets: list[socket.socket]) -> bool:
    """Whether nothing but this machine can reach them."""
    return all(is_loopback(opened.getsockname()[0]) for opened in sockets)


def shown(host: str) -> str:
    """A host as it stands in a URL: a name, or the address to reach a server by that listens on all of them."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "[::1]"
    return host if address.version == 4 else f"[{host}]"


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise Invalid(f"host {host!r}: is no address of this machine ({error})", path="host") from error
    # IPv4 first: it is what most clients try.
    return sorted({(family, str(name[0])) for family, _, _, _, name in found}, key=lambda pair: (pair[0], pair[1]))


def _bind(opened: socket.socket, family: socket.AddressFamily, address: str, port: int) -> None:
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted sockets inherit it. Without it the second half of an answer waits 40 ms for the client's acknowledgement.
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if family == socket.AF_INET6:
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    opened.bind((address, port))
    opened.listen(BACKLOG)
    opened.setblocking(False)


def _explained(error: OSError, host: str, port: int) -> Invalid | Unavailable:
    if error.errno == errno.EADDRINUSE:
        return Unavailable(
            f"port {port} of {host} is taken; name another with --port, or 0 for any free one", path="port"
        )
    if error.errno == errno.EACCES:
        return Unavailable(f"port {port} of {host} may not be opened by this user; take one from 1024 up", path="port")
    if error.errno == errno.EADDRNOTAVAIL:
        return Invalid(f"host {host!r}: is no address of this machine", path="host")
    return Unavailable(f"port {port} of {host}: {error.strerror}", path="port")
