"""What the caller of a request may do with an index: what the bucket's policy lets it do by S3 Vectors' operations.

The page is another way to the same records, so it asks the same policies. The owner of an open server may do all.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from sensorium.home import REMOTE, Home, split_name
from sensorium.server.api.faults import Refusal
from sensorium.wire.fault import AwsFault

READ = ("GetIndex", "ListVectors", "GetVectors", "QueryVectors")
WRITE = (*READ, "PutVectors", "DeleteVectors")
CREATE = ("CreateVectorBucket", "CreateIndex")

Judge = Callable[[str, str, str, tuple[str, ...]], None]
"""(user, bucket, index, operations): raises AwsFault where the bucket's policy denies the user one of them."""

ASKER: ContextVar[str | None] = ContextVar("asker")
"""The user of the request under way; None is the owner. Where nobody has been named, nothing is allowed: an error."""


class Permission:
    """Asked before anything is read of an index, and again before it is changed. Thread-safe."""

    def __init__(self, home: Home, judge: Judge) -> None:
        self._home, self._judge = home, judge

    def check(self, name: str, *operations: str) -> None:
        """Raises Refusal (403) where the asker may not do all of that with the index; whether it exists is not asked.

        An index elsewhere is reached with the server's own credentials: users get those that were filled from here.
        """
        user = ASKER.get()
        if user is None:
            return
        if name.startswith(REMOTE):
            if name not in {known for known, _ in self._home.elsewhere()}:
                raise Refusal("forbidden", f"index {name} was not filled from here", path=name)
            return
        bucket, short = split_name(name)
        try:
            self._judge(user, bucket, short, operations)
        except AwsFault as fault:
            raise Refusal("forbidden", fault.message, path=name) from fault

    def owner_only(self, what: str) -> None:
        """Raises Refusal (403) for everyone but the owner of an open server."""
        if ASKER.get() is not None:
            raise Refusal("forbidden", what, path="paths")
