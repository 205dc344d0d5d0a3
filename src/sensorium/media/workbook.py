"""The cells of an XLSX workbook as lines of tab-separated text, a sheet at a time."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

from sensorium.errors import Unreadable
from sensorium.media.officetext import parsed, relations
from sensorium.types import Source

_STRINGS_LIMIT = 64 << 20
"""Characters of the strings that sheets share; they are held while the sheets are read."""


def sheets(source: Source, package: zipfile.ZipFile) -> Iterator[Iterator[str]]:
    """The text of each sheet in blocks: its name, then its rows; empty cells between filled ones keep no place."""
    main = "xl/workbook.xml"
    targets = {identity: target for _, identity, target in relations(source, package, main)}
    named: list[tuple[str, str]] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        if element.rsplit(":", 1)[-1] == "sheet":
            identity = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            named.append((attributes.get("name", ""), targets.get(identity, "")))

    for _ in parsed(source, package, main, start, _ignore, _ignore):
        continue
    strings = _shared(source, package)
    for name, member in named:
        if member.startswith("xl/worksheets/"):
            yield _rows(source, package, name, member, strings)


def _shared(source: Source, package: zipfile.ZipFile) -> list[str]:
    member = "xl/sharedStrings.xml"
    if member not in package.namelist():
        return []
    strings: list[str] = []
    parts: list[str] = []
    state = {"text": False, "total": 0}

    def start(element: str, _: dict[str, str]) -> None:
        name = element.rsplit(":", 1)[-1]
        state["text"] = name == "t"
        if name == "si":
            parts.clear()

    def end(element: str) -> None:
        state["text"] = False
        if element.rsplit(":", 1)[-1] == "si":
            strings.append("".join(parts))

    def data(text: str) -> None:
        if state["text"]:
            parts.append(text)
            state["total"] += len(text)

    for _ in parsed(source, package, member, start, end, data):
        if state["total"] > _STRINGS_LIMIT:
            message = f"{source.uri}: a workbook with more than {_STRINGS_LIMIT:,} characters of shared strings"
            raise Unreadable(message, path=source.uri)
    return strings


def _rows(source: Source, package: zipfile.ZipFile, name: str, member: str, strings: list[str]) -> Iterator[str]:
    sheet = _Sheet(strings)
    yield f"{name}\n"
    for _ in parsed(source, package, member, sheet.start, sheet.end, sheet.data):
        if sheet.lines:
            yield "".join(sheet.lines)
            sheet.lines.clear()
    yield "\n"


class _Sheet:
    """Handlers that turn cells into lines."""

    def __init__(self, strings: list[str]) -> None:
        self.lines: list[str] = []
        self._strings = strings
        self._cells: list[str] = []
        self._value: list[str] = []
        self._kind = ""
        self._inside = False

    def start(self, element: str, attributes: dict[str, str]) -> None:
        name = element.rsplit(":", 1)[-1]
        if name == "c":
            self._kind = attributes.get("t", "n")
            self._value.clear()
        self._inside = name in {"v", "t"}

    def end(self, element: str) -> None:
        name = element.rsplit(":", 1)[-1]
        self._inside = False
        if name == "c" and self._value:
            self._cells.append(self._shown("".join(self._value)))
        elif name == "row" and self._cells:
            self.lines.append("\t".join(self._cells) + "\n")
            self._cells.clear()

    def data(self, text: str) -> None:
        if self._inside:
            self._value.append(text)

    def _shown(self, value: str) -> str:
        if self._kind == "s":
            return self._strings[int(value)] if value.isdigit() and int(value) < len(self._strings) else ""
        return {"1": "TRUE", "0": "FALSE"}.get(value, value) if self._kind == "b" else value


def _ignore(_: str) -> None:
    return None
