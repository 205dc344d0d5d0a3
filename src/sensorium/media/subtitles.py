"""Subtitles: cues of SubRip and WebVTT, gathered into passages that name the seconds at which they are said."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sensorium.media.passages import passages

_TIMES = re.compile(
    r"^[ \t]*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[,.](\d{1,3})[ \t]*-->[ \t]*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[,.](\d{1,3})",
    re.MULTILINE,
)
_TAGS = re.compile(r"</?[a-zA-Z][^>\n]{0,200}>|<\d[\d:.]{0,20}>|\{\\[^}\n]{0,100}\}")
_NOT_CUES = re.compile(r"(?:NOTE|STYLE|REGION)\b")
_PAUSE_S = 6.0
_ENDS = tuple('.!?…。！？؟।"”»」』)）')


@dataclass(frozen=True, slots=True)
class Cue:
    """Text said from ``start_s`` to ``end_s``."""

    start_s: float
    end_s: float
    text: str


def cues(text: str) -> list[Cue]:
    """The cues of an SRT or VTT file in order of time; those of the same times are one. Tags are left out."""
    times = list(_TIMES.finditer(text))
    said: dict[tuple[float, float], list[str]] = {}
    for index, match in enumerate(times):
        line_end = text.find("\n", match.end())
        following = times[index + 1].start() if index + 1 < len(times) else len(text)
        body = text[line_end + 1 : following] if 0 <= line_end < following else ""
        words = _words(body, last=index + 1 == len(times))
        start, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
        if words:
            said.setdefault((start, max(start, end)), []).append(words)
    return [Cue(*when, "\n".join(dict.fromkeys(words))) for when, words in sorted(said.items())]


def gathered(all_cues: Iterable[Cue], max_chars: int) -> Iterator[Cue]:
    """Cues joined up to ``max_chars``, parted at pauses and, when half full, at sentence ends; no two spans are equal.

    A cue longer than that is cut at its sentences and its time shared out by characters.
    """
    held: list[Cue] = []
    length = 0
    for cue in (part for whole in all_cues for part in _parts(whole, max_chars)):
        full = length + 1 + len(cue.text) > max_chars
        rest = held and (
            cue.start_s - held[-1].end_s > _PAUSE_S or (length * 2 > max_chars and held[-1].text.endswith(_ENDS))
        )
        if held and (full or rest):
            yield _joined(held)
            held, length = [], 0
        held.append(cue)
        length += len(cue.text) + (len(held) > 1)
    if held:
        yield _joined(held)


def _joined(held: list[Cue]) -> Cue:
    return Cue(held[0].start_s, max(cue.end_s for cue in held), "\n".join(cue.text for cue in held))


def _parts(cue: Cue, max_chars: int) -> Iterator[Cue]:
    if len(cue.text) <= max_chars:
        yield cue
        return
    seconds = max(cue.end_s - cue.start_s, 0.001)
    pace = seconds / len(cue.text)
    for passage in passages([cue.text], max_chars):
        yield Cue(cue.start_s + passage.start * pace, cue.start_s + passage.end * pace, passage.text)


def _words(body: str, *, last: bool) -> str:
    """A cue's lines: up to the blank line that ends it, without the number of the cue that follows."""
    kept: list[str] = []
    for line in body.splitlines():
        if not line.strip():
            if kept:
                break
            continue
        kept.append(line)
    else:
        if not last and kept and kept[-1].strip().isdigit():
            kept.pop()
    if kept and _NOT_CUES.match(kept[0]):
        return ""
    return "\n".join(filter(None, (html.unescape(_TAGS.sub("", line)).strip() for line in kept)))


def _seconds(fields: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = fields
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction}")
