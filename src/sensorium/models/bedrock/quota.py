"""A rate that calls keep by themselves, so that the service seldom has to ask for it."""

from __future__ import annotations

import threading
import time

from sensorium.errors import Invalid


class Quota:
    """Lets calls go at most ``requests_per_minute`` times a minute, evenly spaced; None lets them go at once.

    Shared by threads. Raises Invalid for a rate that is not above zero.
    """

    def __init__(self, requests_per_minute: float | None = None) -> None:
        if requests_per_minute is not None and not requests_per_minute > 0:
            message = f"requests_per_minute {requests_per_minute}: a number above 0 is needed"
            raise Invalid(message, path="requests_per_minute")
        self._apart_s = 60 / requests_per_minute if requests_per_minute is not None else 0.0
        self._next_s = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when the next call may go."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next_s)
            self._next_s = turn + self._apart_s
        if turn > now:
            time.sleep(turn - now)
