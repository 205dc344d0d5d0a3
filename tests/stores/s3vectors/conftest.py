"""Our own server, which the store is held against."""

from tests.server.conftest import server

__all__ = ["server"]
