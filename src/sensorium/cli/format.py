"""Numbers, spans and sources as a person reads them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sensorium.types import Span


def clock(seconds: float) -> str:
    """``01:15``, ``00:02.5``, ``1:02:03``: no more decimals than are needed, at most one."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    text = f"{rest // 10:02d}" + (f".{rest % 10}" if rest % 10 else "")
    return f"{hours}:{minutes:02d}:{text}" if hours else f"{minutes:02d}:{text}"


def span(span: Span | None) -> str:
    """``page 11``, ``01:15-01:20``, ``chars 120-480``; empty for a source that is one segment."""
    from sensorium.types import PageSpan, TextSpan, TimeSpan

    match span:
        case PageSpan(page):
            return f"page {page}"
        case TimeSpan(start, end):
            return f"{clock(start)}-{clock(end)}"
        case TextSpan(start, end):
            return f"chars {start}-{end}"
        case None:
            return ""


def source(uri: str | None, folder: str = "") -> str:
    """A file URI as its path, below ``folder`` where it lies there; any other URI as it is."""
    if uri is None:
        return "(no source)"
    path = file_path(uri)
    if path is None:
        return uri
    inside = folder and path.startswith(folder.rstrip(os.sep) + os.sep)
    return path[len(folder.rstrip(os.sep)) + 1 :] if inside else at_home(path)


def file_path(uri: str) -> str | None:
    """The path of a file URI, None for any other."""
    from sensorium.space import path_of

    path = path_of(uri)
    return None if path is None else str(path)


def named(text: str) -> str:
    """A message that begins with a file URI, beginning with its path instead."""
    uri, colon, rest = text.partition(": ")
    return f"{source(uri)}: {rest}" if colon and file_path(uri) else text


def common_folder(uris: Iterable[str | None]) -> str:
    """The deepest folder that holds every file among the URIs; empty where that is the root or nothing."""
    folders = [str(Path(path).parent) for uri in uris if uri and (path := file_path(uri))]
    folder = os.path.commonpath(folders) if folders else ""
    return "" if folder == os.sep else folder


def at_home(path: str) -> str:
    """The path with ``~`` for the user's folder."""
    user = str(Path.home())
    return f"~{path[len(user) :]}" if path.startswith(user + os.sep) and user != os.sep else path


def size(count: int) -> str:
    """Bytes: ``512 B``, ``1.5 kB``, ``20 MB``; powers of 1000."""
    if count < 1000:
        return f"{count} B"
    value = float(count)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 999.5:
            return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"
    return f"{value / 1000:.1f} TB"


def duration(seconds: float) -> str:
    """``0.4 s``, ``12 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def snippet(text: object, length: int = 80) -> str:
    """The beginning of a text on one line; empty for anything that is no text."""
    line = " ".join(text[: 4 * length].split()) if isinstance(text, str) else ""
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def count(number: int, noun: str) -> str:
    """``1 file``, ``2,000 files``, ``3 indexes``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}{'es' if noun.endswith('x') else 's'}"
