"""Run the jobs of a folder until they have ended: ``python -m tests.server.bedrock.killed FOLDER``. To be killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.server.bedrock.desk import opened

if __name__ == "__main__":
    with opened(Path(sys.argv[1])) as desk:
        print("ready", flush=True)
        while any(each["status"] == "InProgress" for each in desk.listed()["asyncInvokeSummaries"]):
            time.sleep(0.01)
        print("done", flush=True)
