"""What a store takes: memory that no file backs, and room on the disk."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


def private_bytes(processes: Sequence[int]) -> int:
    """Memory of these processes that no file backs; what they share among them (as PostgreSQL does) counts once."""
    own, shared = 0, 0
    for process in processes:
        with suppress(FileNotFoundError, ProcessLookupError):  # one that has ended since
            fields = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
            own += _kib(fields.get("RssAnon", "0 kB")) * 1024  # who has ended and is not waited for yet has none
            shared = max(shared, _kib(fields.get("RssShmem", "0 kB")) * 1024)
    return own + shared


def _kib(field: str) -> int:
    return int(field.split()[0])


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


def disk_bytes(folder: Path) -> int:
    """Blocks that are really taken; a file with holes is smaller than it looks."""
    return sum(path.stat().st_blocks * 512 for path in files(folder))


def flush(folder: Path) -> None:
    """Bring every file of the folder, and the names of the files, to the disk; what is there already costs nothing."""
    for path in [folder, *folder.rglob("*")]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def forget(folder: Path) -> None:
    """Put the files' pages out of the page cache, as far as nobody has them mapped."""
    for path in files(folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fdatasync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def remember(folder: Path) -> None:
    """Read all files once, so that the page cache has them as far as it has room."""
    for path in files(folder):
        with path.open("rb", buffering=0) as file:
            while file.read(1 << 22):
                pass
