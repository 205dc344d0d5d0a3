"""A process that has imported everything and opened nothing: each life is a fork of it, and costs no interpreter.

Reads a line of JSON for each life, the arguments of :func:`~tests.stores.embedded.kill.life.live`; says how it ended.
"""

from __future__ import annotations

import json
import os
import resource
import sys

import pyarrow.parquet  # noqa: F401  # before any fork, as it takes its time
from tests.stores.embedded.kill.life import live, say


def serve() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            live(**json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        say(ended=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    serve()
