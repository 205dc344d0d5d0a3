"""Files and folders to candidates: what is indexed, what is left out and why. ``buckets`` does the same for objects.

Left out unless named on the command line: hidden files and folders (a leading dot), symbolic links (their targets are
found where they really are, and links can form loops), and everything that is no regular file (pipes, devices).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from sensorium.errors import NotFound
from sensorium.pipeline.candidate import Candidate, FileCandidate
from sensorium.pipeline.report import Failure
from sensorium.space import local_path


@dataclass(slots=True)
class Walk:
    """The result of a walk: candidates in a stable order, and what was left out."""

    candidates: list[Candidate] = field(default_factory=list)
    roots: list[Path] = field(default_factory=list)
    """The folders that were walked."""
    prefixes: dict[str, set[str]] = field(default_factory=dict)
    """The beginnings of URIs that were listed in buckets, with every URI that was found there."""
    skipped: dict[str, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def skip(self, reason: str) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + 1


def walk(paths: Sequence[Path | str], include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Walk:
    """Find every file under the paths, each once. Patterns are shell globs on the name or the path below the root.

    Raises NotFound for a path that is not there; a folder that cannot be listed is a failure in the result.
    """
    result = Walk()
    seen: set[Path] = set()
    for given in paths:
        path = local_path(given)
        if not path.exists():
            raise NotFound(f"{path}: no such file or folder", path=str(path))
        found = _folder(path, result, include, exclude) if path.is_dir() else iter((path,))
        for file in found:
            if file not in seen:
                seen.add(file)
                _add(file, file == path, result)
    return result


def _add(file: Path, named: bool, result: Walk) -> None:
    try:
        info = file.stat()
    except OSError as error:
        result.failures.append(Failure(file.as_uri(), "unreadable", f"{file}: {error.strerror}"))
        return
    if stat.S_ISREG(info.st_mode):
        result.candidates.append(FileCandidate(file, info.st_size, info.st_mtime_ns, named))
    elif named:
        result.failures.append(Failure(file.as_uri(), "unreadable", f"{file}: not a regular file"))
    else:
        result.skip("not a file")


def _folder(root: Path, result: Walk, include: Sequence[str], exclude: Sequence[str]) -> Iterator[Path]:
    result.roots.append(root)

    def cannot_list(error: OSError) -> None:
        name = Path(error.filename)
        result.failures.append(Failure(name.as_uri(), "unreadable", f"{name}: {error.strerror}"))

    for folder, folders, files in os.walk(root, onerror=cannot_list):
        here = Path(folder)
        kept = []
        for name in sorted(folders):
            reason = _reason(here / name, root, (), exclude)
            if reason:
                result.skip(reason)
            else:
                kept.append(name)
        folders[:] = kept
        for name in sorted(files):
            reason = _reason(here / name, root, include, exclude)
            if reason:
                result.skip(reason)
            else:
                yield here / name


def _reason(path: Path, root: Path, include: Sequence[str], exclude: Sequence[str]) -> str | None:
    """Why the path is left out, or None."""
    if path.name.startswith("."):
        return "hidden"
    if path.is_symlink():
        return "link"
    return _excluded(path.name, path.relative_to(root).as_posix(), include, exclude)


def left_out(below: str, include: Sequence[str], exclude: Sequence[str]) -> str | None:
    """Why something is left out whose path below the root is that, or None; the folders that it is in count, too."""
    parts = below.split("/")
    if any(part.startswith(".") for part in parts):
        return "hidden"
    folders = (("/".join(parts[:end]), parts[end - 1]) for end in range(1, len(parts)))
    if any(_excluded(name, folder, (), exclude) for folder, name in folders):
        return "excluded"
    return _excluded(parts[-1], below, include, exclude)


def _excluded(name: str, below: str, include: Sequence[str], exclude: Sequence[str]) -> str | None:
    def fits(patterns: Sequence[str]) -> bool:
        return any(fnmatch(name, pattern) or fnmatch(below, pattern.rstrip("/")) for pattern in patterns)

    return "excluded" if fits(exclude) or (include and not fits(include)) else None
