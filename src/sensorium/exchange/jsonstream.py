"""Vector objects out of JSON of any size, one at a time.

Read are JSON documents one after another, with or without line ends between them: a vector object, a list of them, or
an object whose member ``vectors`` is such a list (what ListVectors answers and PutVectors takes). No more is held than
one vector object and a piece of the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

_PIECE = 1 << 20
"""Characters read at a time."""
_MOST = 1 << 26
"""Characters of one value: what is larger is no vector object, and must not fill the memory."""
_NEAR = 16
"""An error so near to the end of what was read may be due to that end."""
_BLANKS = re.compile(r"[ \t\r\n]*")
_VECTORS = "vectors"
_scan = json.JSONDecoder().raw_decode


class Broken(Exception):
    """The text is not JSON, or no vector object where one should be; says what and in which line."""


def objects(text: TextIO) -> Iterator[tuple[int, Any]]:
    """The vector objects, each with the line that it begins in, 1-based. What they hold is not looked at."""
    window = _Window(text)
    while window.peek():
        yield from _document(window)


def _document(window: _Window) -> Iterator[tuple[int, Any]]:
    line = window.line
    if window.peek() == "[":
        yield from _elements(window)
        return
    window.take("{")
    members: dict[str, Any] = {}
    held = False
    while not (window.peek() == "}" and not members and not held):
        key = window.value()
        if not isinstance(key, str):
            raise Broken(f"line {window.line}: the name of a member is needed, found {key!r:.40}")
        window.take(":")
        if key == _VECTORS and window.peek() == "[":
            held = True
            yield from _elements(window)
        else:
            members[key] = window.value()
        if window.peek() != ",":
            break
        window.take(",")
    window.take("}")
    if not held:
        yield line, members


def _elements(window: _Window) -> Iterator[tuple[int, Any]]:
    window.take("[")
    if window.peek() != "]":
        while True:
            window.peek()
            line = window.line
            yield line, window.value()
            if window.peek() != ",":
                break
            window.take(",")
    window.take("]")


class _Window:
    """The part of the text that is being looked at."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._piece = ""
        self._at = 0
        self._ended = False
        self.line = 1

    def peek(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            end = _BLANKS.match(self._piece, self._at).end()  # type: ignore[union-attr]  # it matches nothing, too
            self._move(end)
            if end < len(self._piece):
                return self._piece[end]
            if not self._more():
                return ""

    def take(self, wanted: str) -> None:
        """Go past this character, which must be next."""
        found = self.peek()
        if found != wanted:
            raise Broken(f"line {self.line}: {wanted!r} is needed, found {found or 'the end of the file'!r}")
        self._at += 1

    def value(self) -> Any:
        """The next value, whole."""
        self.peek()
        while True:
            try:
                found, end = _scan(self._piece, self._at)
            except json.JSONDecodeError as error:
                left = len(self._piece) - error.pos
                cut = left < _NEAR or error.msg.startswith("Unterminated string")
                if cut and len(self._piece) - self._at < _MOST and self._more():
                    continue
                self._move(min(error.pos, len(self._piece)))
                raise Broken(f"line {self.line}: {error.msg}") from None
            except RecursionError:
                raise Broken(f"line {self.line}: a value is nested too deeply") from None
            if len(self._piece) - end < _NEAR and self._more():
                continue  # a number may go on
            self._move(end)
            return found

    def _move(self, end: int) -> None:
        self.line += self._piece.count("\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        """Read on; whether there was anything. Where there was not, nothing moves."""
        piece = "" if self._ended else self._text.read(max(_PIECE, len(self._piece) - self._at))
        self._ended = not piece
        if piece:
            self._piece = self._piece[self._at :] + piece
            self._at = 0
        return not self._ended
