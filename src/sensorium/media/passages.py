"""Text cut into passages of at most ``max_chars``, at the best boundary that the room allows, in any language.

In order: a paragraph or heading that leaves the passage well filled, a sentence, a line, a clause, a word, a character
as people see it. Text comes in blocks and leaves in passages, so memory does not grow with the text.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sensorium.media.graphemes import extends, is_break

_AHEAD = 64
"""Characters beyond the room that a decision may look at."""
_REFILL = 1 << 16

_CLOSERS = "\"'”’»›)\\]}」』）】》〉〕］｝"
_PARAGRAPH = re.compile(r"\n[^\S\n]*+\n|\r[^\S\r\n]*+\r|[\f\u2029]")
_HEADING = re.compile(r"[\r\n](?=#{1,6}[ \t])")
_TITLE = re.compile(r"#{1,6}[ \t].*|[=\-~^\"'`*+#]{3,}\s*")
_STOPS = ".!?…‼⁇⁈⁉؟۔।॥։።፧។៕။"
_SENTENCE = re.compile(
    rf"(?<![。！？｡])[。！？｡]++[{_CLOSERS}]*+|(?<![{_STOPS}])[{_STOPS}]++[{_CLOSERS}]*+(?=\s)|[།༎]++"
)
_LINE = re.compile(r"[\r\n\u2028]++")
_CLAUSE = re.compile(r"[,;:،؛–—]++(?=\s)|[，、；：]++")
_SPACE = re.compile(r"\s++")
_VISIBLE = re.compile(r"\S")
_WORD_BEFORE = re.compile(r"[^\s(\[{\"'«“„]*\Z")
# Scripts that put no space between words: any character is as good a place as another.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_STARTS_NO_LINE = frozenset("、。，．！？；：」』）】》〉〕］｝〟ゝゞ々ーァィゥェォッャュョぁぃぅぇぉっゃゅょ")
_ENDS_NO_LINE = frozenset("「『（【《〈〔［｛〝เแโใไ")
_SHORT_WORDS = """
mr mrs ms dr prof st no nos vs e.g i.e cf fig figs eq ch sec vol pp p approx dept gov sen rep gen col capt lt
sgt rev hon mt ft jan feb mar apr jun jul aug sep sept oct nov dec z.b d.h u.a bzw ca nr str abs evtl vgl bsp
geb inkl m mme mlle sr sra srta dra ud uds pág núm art ed eds dott sig г гг т.е т.д т.п др стр рис см им ул
руб тыс млн млрд напр np tzn tj wg inż mgr tel por
"""
_ABBREVIATIONS = frozenset(_SHORT_WORDS.split())


class Style(enum.Enum):
    """What a line end means."""

    PROSE = "prose"
    """Little: text may be wrapped anywhere."""
    MARKDOWN = "markdown"
    """As in prose; a line that begins with # is a heading."""
    LINES = "lines"
    """As much as a full stop: tables, logs, source code."""


class Passage(NamedTuple):
    """``text`` is exactly the characters ``start`` to ``end`` (half open) of the whole text."""

    start: int
    end: int
    text: str


def passages(blocks: Iterable[str], max_chars: int, style: Style = Style.PROSE) -> Iterator[Passage]:
    """Cut the text that the blocks make up; what lies between two passages is white space and nothing else.

    A passage is at most ``max_chars`` code points, neither begins nor ends with white space, and never ends inside a
    word that would itself fit, nor inside a grapheme cluster that would.
    """
    source = iter(blocks)
    buffer, base, place, ended = "", 0, 0, False
    while True:
        visible = _VISIBLE.search(buffer, place)
        start = visible.start() if visible else len(buffer)
        if start > place and visible and extends(buffer[start]):
            start -= 1
        place = start if visible else max(start - 1, place)
        if not ended and len(buffer) - start < max_chars + _AHEAD:
            more, ended = _take(source, max(_REFILL, max_chars + _AHEAD))
            buffer, base, place = buffer[place:] + more, base + place, 0
            continue
        if not visible:
            return
        cut = len(buffer) if len(buffer) - start <= max_chars else _cut(buffer, start, start + max_chars, style)
        text = buffer[start:cut].rstrip() or buffer[start:cut]
        yield Passage(base + start, base + start + len(text), text)
        place = cut


def _take(source: Iterator[str], wanted: int) -> tuple[str, bool]:
    """Blocks joined until ``wanted`` characters are there, and whether the source has ended."""
    parts, length = [], 0
    for block in source:
        parts.append(block)
        length += len(block)
        if length >= wanted:
            return "".join(parts), False
    return "".join(parts), True


def _cut(text: str, start: int, limit: int, style: Style) -> int:
    """The best place in (start, limit] to end a passage, where more text follows."""
    half, quarter = start + (limit - start) // 2, start + (limit - start) // 4
    if style is Style.MARKDOWN and (place := _last(_HEADING, text, quarter, limit)) is not None:
        return place
    if (place := _last_paragraph(text, half, limit)) is not None:
        return place
    levels = (_last_line, _last_sentence) if style is Style.LINES else (_last_sentence, _last_line)
    for level in levels:
        for low in (half, start):
            if (place := level(text, low, limit)) is not None:
                return place
    for pattern in (_CLAUSE, _SPACE):
        if (place := _last(pattern, text, half, limit, after=pattern is _CLAUSE)) is not None:
            return place
    if (place := _last_unspaced(text, half, limit)) is not None:
        return place
    if (place := _last(_SPACE, text, start, limit)) is not None:
        return place
    return next((place for place in range(limit, start, -1) if is_break(text, place)), limit)


def _last(pattern: re.Pattern[str], text: str, low: int, limit: int, *, after: bool = False) -> int | None:
    """The last place in (low, limit] where the pattern starts (or, with ``after``, ends)."""
    found = None
    for match in pattern.finditer(text, low + (not after), limit + 1 + after):
        place = match.end() if after else match.start()
        if low < place <= limit and is_break(text, place):
            found = place
    return found


def _last_line(text: str, low: int, limit: int) -> int | None:
    return _last(_LINE, text, low, limit)


def _last_paragraph(text: str, low: int, limit: int) -> int | None:
    """The last blank line that does not part a title from what it names."""
    for match in reversed(list(_PARAGRAPH.finditer(text, low, limit + _AHEAD))):
        place = match.start()
        if low < place <= limit and is_break(text, place):
            line = text[max(text.rfind("\n", low, place) + 1, low) : place].strip()
            if not _TITLE.fullmatch(line):
                return place
    return None


def _last_sentence(text: str, low: int, limit: int) -> int | None:
    for match in reversed(list(_SENTENCE.finditer(text, low, limit + _AHEAD))):
        place = match.end()
        if low < place <= limit and is_break(text, place) and _ends_sentence(text, match.start(), place):
            return place
    return None


def _ends_sentence(text: str, stop: int, end: int) -> bool:
    """False for a full stop that only shortens a word, numbers a line, or is followed by a small letter."""
    if text[stop] != "." or end - stop > 1:
        return True
    follows = _VISIBLE.search(text, end, end + _AHEAD)
    if follows is not None and follows.group().islower():
        return False
    found = _WORD_BEFORE.search(text[max(0, stop - 24) : stop])
    word = found.group() if found else ""
    if len(word.rsplit(".", 1)[-1]) == 1 and word[-1].isalpha():
        return False
    return not (word.isdigit() and len(word) <= 2) and word.lower() not in _ABBREVIATIONS


def _last_unspaced(text: str, low: int, limit: int) -> int | None:
    """The last place beside a character of a script without spaces that neither tears a cluster nor orphans a mark."""
    for place in range(limit, low, -1):
        before, after = text[place - 1], text[place]
        if (
            (_UNSPACED.match(before) or _UNSPACED.match(after))
            and before not in _ENDS_NO_LINE
            and after not in _STARTS_NO_LINE
            and is_break(text, place)
        ):
            return place
    return None
