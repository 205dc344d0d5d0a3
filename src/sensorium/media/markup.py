"""The visible text of an HTML page, in blocks: what a reader sees, without tags, scripts and styles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from sensorium.errors import Unreadable

_HIDDEN = frozenset({"script", "style", "template", "svg", "math", "iframe", "object", "noscript", "select"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "title"})
_BLOCK_NAMES = """
address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer
form header hgroup hr html li main menu nav ol p pre section summary table tbody tfoot thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_PENDING_LIMIT = 32 << 20
_SPACE = re.compile(r"[ \t\n\r\f\v]+")


def visible(blocks: Iterable[str], name: str) -> Iterator[str]:
    """The text of the page: paragraphs apart by a blank line, a heading above its text, table cells by tabs.

    Raises Unreadable, naming ``name``, for markup that never closes.
    """
    page = _Page()
    for block in blocks:
        page.feed(block)
        if len(page.rawdata) > _PENDING_LIMIT:
            raise Unreadable(f"{name}: HTML with a tag that never closes", path=name)
        if text := page.taken():
            yield text
    page.close()
    if text := page.taken():
        yield text


class _Page(HTMLParser):
    """Collects text; breaks are kept back until text follows, so that none pile up."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._hidden: list[str] = []
        self._preformatted = 0
        self._gap = ""
        self._begun = False

    def taken(self) -> str:
        """What has been collected since the last call."""
        text = "".join(self._parts)
        self._parts.clear()
        return text

    def updatepos(self, i: int, j: int) -> int:
        """Lines are not counted: a tenth of the time."""
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag in _HEADINGS:
            self._break("\n\n")
        elif tag in {"br", "li", "tr", "dt", "dd"}:
            self._break("\n")
        elif tag in {"td", "th"}:
            self._break("\t")
        elif tag in _BLOCKS:
            self._break("\n\n")
        self._preformatted += tag in {"pre", "textarea"}

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _HIDDEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag in self._hidden:
                del self._hidden[self._hidden.index(tag) :]
            elif tag in {"body", "html"}:
                self._hidden.clear()
        elif tag in _HEADINGS or tag in {"li", "tr", "dt", "dd"}:
            self._break("\n")
        elif tag in _BLOCKS:
            self._break("\n\n")
        if tag in {"pre", "textarea"} and self._preformatted:
            self._preformatted -= 1

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        text = data if self._preformatted else _SPACE.sub(" ", data)
        if not self._preformatted:
            if text.startswith(" "):
                self._break(" ")
            trailing, text = text.endswith(" "), text.strip(" ")
        else:
            trailing = False
        if not text:
            return
        if self._begun:
            self._parts.append(self._gap)
        self._parts.append(text)
        self._begun, self._gap = True, " " if trailing else ""

    def _break(self, gap: str) -> None:
        """Remember the widest gap that is due: a paragraph over a line over a tab over a space."""
        order = ("", " ", "\t", "\n", "\n\n")
        if order.index(gap) > order.index(self._gap):
            self._gap = gap
