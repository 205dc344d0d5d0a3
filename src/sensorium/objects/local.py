"""A folder that stands in for S3: each folder in it is a bucket, each regular file below that an object.

The key is the file's path below the bucket. Symbolic links inside a bucket are no objects (the bucket itself may be
one); neither are folders, so keys that end with a slash, or have an empty, ``.`` or ``..`` part, cannot be stored.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sensorium.errors import Conflict, Invalid, NotFound, Unavailable
from sensorium.objects.address import Address, address, prefix
from sensorium.objects.base import ObjectInfo

PART = ".sensorium-part-"
"""How the name of a file begins that is being written."""
_PIECE = 1 << 20


class LocalObjects:
    """Objects in a folder. Buckets are made by making folders; several processes may use them at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def holds(self, bucket: str) -> bool:
        """Whether there is such a bucket."""
        return (self.folder / bucket).is_dir()

    def list(self, prefix_uri: str) -> Iterator[ObjectInfo]:
        """Files whose names are not UTF-8 have no key and are not listed."""
        start = prefix(prefix_uri)
        yield from _below(self._bucket(start.bucket), start, "")

    def info(self, uri: str) -> ObjectInfo:
        where = address(uri)
        with self._opened(where) as file:
            return _described(where, os.fstat(file.fileno()))

    def read(self, uri: str, max_bytes: int | None = None) -> bytes:
        where = address(uri)
        with self._opened(where) as file:
            check_size(uri, os.fstat(file.fileno()).st_size, max_bytes)
            return file.read()

    def fetch(self, uri: str, to: Path, max_bytes: int | None = None) -> ObjectInfo:
        where = address(uri)
        with self._opened(where) as file, to.open("wb") as out:
            info = os.fstat(file.fileno())
            check_size(uri, info.st_size, max_bytes)
            while piece := file.read(_PIECE):
                out.write(piece)
            return _described(where, info)

    def write(self, uri: str, data: bytes | Path, media_type: str) -> None:
        """The media type is not kept: bytes say what they are."""
        where = address(uri)
        root = self._bucket(where.bucket)
        parts = _parts(where)
        target = root.joinpath(*parts)
        try:
            if _linked(root, parts):
                raise Invalid(f"{uri}: a symbolic link is in the way, and none is followed inside a bucket", path="uri")
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=PART, dir=root)
            part = Path(name)
            try:
                with os.fdopen(handle, "wb") as out:
                    for piece in pieces(data):
                        out.write(piece)
                    out.flush()
                    os.fsync(out.fileno())
                part.chmod(0o644)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            message = f"{uri}: part of the key is both a file and a folder, which a local bucket cannot hold"
            raise Conflict(message, path="uri") from error
        except OSError as error:
            raise _told(uri, error) from error

    def _bucket(self, name: str) -> Path:
        if not self.holds(name):
            message = f"no bucket {name!r}; a folder of that name in the folder of buckets makes one"
            raise NotFound(message, code="no_bucket", path=name)
        return self.folder / name

    @contextlib.contextmanager
    def _opened(self, where: Address) -> Iterator[BinaryIO]:
        root = self._bucket(where.bucket)
        parts = _parts(where)
        path = root.joinpath(*parts)
        try:
            if _linked(root, parts) or not stat.S_ISREG(path.stat().st_mode):
                raise FileNotFoundError
            # Should the file become a link or a pipe in this moment, it is neither followed nor waited for.
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(f"no object {where.uri}", code="no_object", path="uri") from None
        except OSError as error:
            raise _told(where.uri, error) from error
        with os.fdopen(handle, "rb") as file:
            yield file


def check_size(uri: str, size: int, max_bytes: int | None) -> None:
    """Raises Invalid (code ``too_large``) for more bytes than are wanted."""
    if max_bytes is not None and size > max_bytes:
        raise Invalid(f"{uri}: {size:,} bytes, at most {max_bytes:,} are accepted", code="too_large", path="uri")


def pieces(data: bytes | Path) -> Iterator[bytes]:
    """Bytes, or those of a file piece by piece."""
    if isinstance(data, bytes):
        yield data
        return
    with data.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _parts(where: Address) -> list[str]:
    """The key as the parts of a path. Raises Invalid for one that is no path below the bucket."""
    parts = where.key.split("/")
    if any(part in ("", ".", "..") or part.startswith(PART) or "\0" in part for part in parts):
        message = f"{where.uri!r}: a local bucket holds no key with an empty, '.' or '..' part; real S3 does"
        raise Invalid(message, path="uri")
    return parts


def _linked(root: Path, parts: list[str]) -> bool:
    """Whether a symbolic link is on the way."""
    return any(root.joinpath(*parts[: end + 1]).is_symlink() for end in range(len(parts)))


def _below(folder: Path, start: Address, above: str) -> Iterator[ObjectInfo]:
    """Objects of a folder whose keys begin with ``above``, in the order of their keys' bytes, as S3 lists them."""
    try:
        with os.scandir(folder) as found:
            entries = sorted((_sortable(entry), entry) for entry in found if _is_key(entry.name))
    except FileNotFoundError:  # removed meanwhile
        return
    except OSError as error:
        raise _told(f"s3://{start.bucket}/{above}", error) from error
    for name, entry in entries:
        key = above + name.decode()
        if not (key.startswith(start.key) or start.key.startswith(key)):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _below(Path(entry.path), start, key)
        elif entry.is_file(follow_symlinks=False) and key.startswith(start.key):
            with contextlib.suppress(FileNotFoundError):
                yield _described(Address(start.bucket, key), entry.stat(follow_symlinks=False))


def _sortable(entry: os.DirEntry[str]) -> bytes:
    """The name in UTF-8, a folder's with the slash that its keys have: ``a-b`` comes before ``a/b``."""
    return entry.name.encode() + (b"/" if entry.is_dir(follow_symlinks=False) else b"")


def _is_key(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return not name.startswith(PART)


def _described(where: Address, info: os.stat_result) -> ObjectInfo:
    """The etag changes whenever the file is written or replaced; reading every file to list it would cost too much."""
    etag = f"{info.st_ino:x}-{info.st_mtime_ns:x}-{info.st_size:x}"
    return ObjectInfo(where.uri, info.st_size, etag, info.st_mtime_ns / 1e9)


def _told(uri: str, error: OSError) -> Invalid | Unavailable:
    if isinstance(error, PermissionError):
        return Unavailable(f"{uri}: {error.strerror}", code="access_denied", path="uri")
    if error.errno == errno.ENAMETOOLONG:
        return Invalid(f"{uri[:80]}…: a part of the key is too long for a file's name", path="uri")
    return Unavailable(f"{uri}: {error.strerror or error}", path="uri")
