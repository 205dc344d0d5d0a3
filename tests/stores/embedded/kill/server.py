"""A process that has imported everything and opened nothing: each life is a fork of it, and costs no interpreter.

Reads a line of JSON for each life: a mode, after how many seconds to kill it (null: not), and its arguments. Says which
process it is, and how it ended.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable

import faiss  # noqa: F401  # before any fork, as they take their time
import pyarrow.parquet  # noqa: F401
from tests.stores.embedded.kill.forks import fork
from tests.stores.embedded.kill.hammer import read, write
from tests.stores.embedded.kill.life import live, say, telling

MODES: dict[str, Callable[..., None]] = {"live": live, "write": write, "read": read, "fork": fork}
_LOOK_S = 0.002


def serve() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    say(ready=True)
    for line in sys.stdin:
        what = json.loads(line)
        mode, kill_after_s = MODES[what.pop("mode")], what.pop("kill_after_s")
        child = os.fork()
        if child == 0:
            say(born=os.getpid())
            with telling():
                mode(**what)
            os._exit(0)
        say(ended=_ended(child, kill_after_s))


def _ended(child: int, kill_after_s: float | None) -> int:
    """The exit status of a child, or minus the signal that ended it."""
    if kill_after_s is not None:
        end = time.monotonic() + kill_after_s
        while time.monotonic() < end:
            found, status = os.waitpid(child, os.WNOHANG)
            if found:
                return os.waitstatus_to_exitcode(status)
            time.sleep(_LOOK_S)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    serve()
