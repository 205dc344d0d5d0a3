"""Bytes and names that must survive a power cut."""

from __future__ import annotations

import os
from pathlib import Path


def sync(descriptor: int) -> None:
    """Push a file's data, and its size where that changed, to the disk."""
    getattr(os, "fdatasync", os.fsync)(descriptor)


def sync_folder(folder: Path) -> None:
    """Push the names in a folder to the disk, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
