"""One way to open a net: onnxruntime on one thread, quiet, deterministic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnxruntime

from sensorium.errors import NotFound


def open_net(path: Path) -> Any:
    """An onnxruntime session on the CPU. One thread, so that a row is the same on every machine load; safe to share.

    Raises NotFound where the installation lacks the file.
    """
    if not path.is_file():
        raise NotFound(f"weights of the built-in model: {path} is missing; reinstall sensorium", path=str(path))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
