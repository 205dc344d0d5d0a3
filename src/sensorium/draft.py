"""A file or a folder that stands under its name whole, or not at all.

It is written beside its place, as ``NAME.part``, flushed, and renamed. Whoever writes holds a lock on the part, which
goes with the process however it ends: what a killed one left behind is written over by the next that wants the name.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sensorium.errors import Conflict, NotFound, Unavailable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_LOCK = ".lock"
"""In the part of a folder."""


@contextmanager
def file(path: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """A stream to write the file with; it is at ``path`` after the block, and durable.

    Raises Conflict where the name is taken (with ``replace`` only by a folder) or another process is writing the same,
    NotFound where its folder is missing, and Unavailable (code ``disk_full``) where there is no room.
    """
    _check(path, replace=replace)
    part = _part(path)
    with _told(path):
        stream = _locked(part, path)
        try:
            with stream:
                stream.truncate()
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
                _check(path, replace=replace)
                part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


@contextmanager
def folder(path: Path) -> Iterator[Path]:
    """An empty folder to fill; it is at ``path`` after the block. What is in it is the caller's to flush.

    Raises as :func:`file`.
    """
    _check(path, replace=False)
    part = _part(path)
    with _told(path):
        part.mkdir(exist_ok=True)
        with _locked(part / _LOCK, path):
            try:
                _empty(part)
                yield part
                _check(path, replace=False)
                sync_folder(part)
                (part / _LOCK).unlink()
                part.rename(path)
            except BaseException:
                shutil.rmtree(part)
                raise
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Push the names in a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _check(path: Path, *, replace: bool) -> None:
    if not path.parent.is_dir():
        raise NotFound(f"{path}: there is no folder {path.parent}", path=str(path))
    if path.is_dir():
        raise Conflict(f"{path} is there already, and is a folder; give another name", code="taken", path=str(path))
    if path.exists() and not replace:
        raise Conflict(f"{path} is there already; give another name", code="taken", path=str(path))


def _locked(part: Path, path: Path) -> BinaryIO:
    """The part, open and locked by us alone."""
    while True:
        stream = part.open("ab+")
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            stream.close()
            raise Conflict(f"{path} is being written by another process", code="busy", path=str(path)) from error
        if part.exists() and part.stat().st_ino == os.fstat(stream.fileno()).st_ino:
            stream.seek(0)
            return stream
        stream.close()  # another process has just given it its name


def _empty(part: Path) -> None:
    for left in part.iterdir():
        if left.name == _LOCK:
            continue
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """The system's errors as ours, with the name of what was to be written."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            message = f"The disk that is to hold {path} is full; nothing was written under this name"
            raise Unavailable(message, code="disk_full", path=str(path)) from error
        raise
