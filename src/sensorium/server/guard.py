"""What keeps the pages of the internet away from a server that checks no signatures.

Such a server listens on loopback only, but a browser on the same machine runs the pages of strangers. A page can post
to ``http://127.0.0.1:8765``, and it can point a host name of its own at 127.0.0.1 (DNS rebinding). Hence two rules for
a server without keys: the Host of a request is a loopback one, and so is its Origin, if it has one. Programs send no
Origin; browsers do with every request that could change anything. Where signatures are checked, they are the proof.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Container
from urllib.parse import urlsplit

from sensorium.server.http import Head
from sensorium.wire.fault import AwsFault

DENIED = "AccessDeniedException"


class Guard:
    """The two rules. ``hosts`` are accepted beside loopback; ``proxied``, over TLS, what the proxy stands for."""

    def __init__(self, hosts: tuple[str, ...] = (), proxied: Container[str] = ()) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._proxied = proxied

    def check(self, head: Head) -> None:
        """Raises AwsFault AccessDeniedException (403)."""
        host = host_name(head.header(b"host"))
        if not self._is_local(host) and not (head.secure and host in self._proxied):
            raise AwsFault(
                DENIED,
                f"Host {host[:100]!r} is not this machine's; a server without --credentials answers to localhost and "
                "loopback addresses only",
            )
        origin = head.headers.get(b"origin")
        if origin is not None and not self._is_local(_origin_host(origin.decode("latin-1"))):
            raise AwsFault(
                DENIED,
                f"Origin {origin[:100].decode('latin-1')!r} is not this machine's; pages from elsewhere may not use a "
                "server without --credentials",
            )
        if head.header(b"sec-fetch-site") == "cross-site" and origin is None:
            raise AwsFault(DENIED, "a page from elsewhere may not use a server without --credentials")

    def _is_local(self, host: str) -> bool:
        return host in self._hosts or is_loopback(host)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its very name: localhost, a name under it, or a loopback address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_name(host: str) -> str:
    """The Host header without its port and brackets, in lower case; empty for what is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _origin_host(origin: str) -> str:
    """The host of an origin; empty for ``null`` and for what is none."""
    try:
        return urlsplit(origin).hostname or ""
    except ValueError:
        return ""
