"""The text inside an office document's zip: streamed by expat, with no document type, so that no entity can expand."""

from __future__ import annotations

import posixpath
import xml.parsers.expat
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sensorium.errors import Unreadable
from sensorium.media import signatures
from sensorium.media.packages import BROKEN
from sensorium.types import Source

_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Part:
    """A body of text: a whole document (number 1), a slide or a sheet, counted from 1; its text in blocks."""

    number: int
    blocks: Iterator[str]


@dataclass(frozen=True, slots=True)
class _Tags:
    """What the elements of one format mean; local names with their usual prefix, ``*`` for text right inside."""

    text: frozenset[str]
    """Elements whose character data is text."""
    breaks: Mapping[str, str]
    """What the end of an element adds."""
    marks: Mapping[str, str]
    """What the start of an element adds."""
    skipped: frozenset[str] = frozenset()
    page: str | None = None
    """The element that opens a new page."""


_DOCX = _Tags(
    frozenset({"w:t"}),
    {"w:p": "\n\n", "w:tc": "\t", "w:tr": "\n"},
    {"w:tab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"},
    frozenset({"mc:Fallback", "w:pPr", "w:rPr", "w:sectPr"}),
)
_PPTX = _Tags(
    frozenset({"a:t"}),
    {"a:p": "\n", "p:sp": "\n", "a:tc": "\t", "a:tr": "\n"},
    {"a:br": "\n"},
    frozenset({"mc:Fallback"}),
)
_ODF = _Tags(
    frozenset({"text:p", "text:h"}),
    {"text:p": "\n\n", "text:h": "\n\n", "table:table-row": "\n"},
    {"text:tab": "\t", "text:s": " ", "text:line-break": "\n"},
    frozenset({"office:annotation", "text:tracked-changes", "presentation:notes", "text:note-citation"}),
)
_ODP = _Tags(_ODF.text, {"text:p": "\n", "text:h": "\n"}, _ODF.marks, _ODF.skipped, "draw:page")
_ODS = _Tags(
    _ODF.text,
    {"text:p": " ", "table:table-cell": "\t", "table:table-row": "\n", "table:table": "\n"},
    _ODF.marks,
    _ODF.skipped,
)


def parts(source: Source, package: zipfile.ZipFile, media_type: str) -> Iterator[Part]:
    """The document's bodies of text in reading order. Raises Unreadable for broken XML and a missing member."""
    if media_type == signatures.DOCX:
        main = _main(source, package, "word/document.xml")
        notes = [posixpath.join(posixpath.dirname(main), name) for name in ("footnotes.xml", "endnotes.xml")]
        for name in (main, *(name for name in notes if name in package.namelist())):
            yield Part(1, _text(source, package, name, _DOCX))
    elif media_type == signatures.PPTX:
        for number, name in enumerate(_slides(source, package), 1):
            yield Part(number, _text(source, package, name, _PPTX))
    elif media_type == signatures.XLSX:
        from sensorium.media.workbook import sheets

        for number, blocks in enumerate(sheets(source, package), 1):
            yield Part(number, blocks)
    elif media_type == signatures.ODP:
        yield from _drawn_pages(source, package)
    else:
        yield Part(1, _text(source, package, "content.xml", _ODS if media_type == signatures.ODS else _ODF))


def parsed(
    source: Source,
    package: zipfile.ZipFile,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    data: Callable[[str], None],
) -> Iterator[None]:
    """Parse a member block by block, calling the handlers; yields after each block, so that a caller can stream."""
    parser = xml.parsers.expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        with package.open(name) as member:
            while block := member.read(_BLOCK):
                parser.Parse(block, False)
                yield
            parser.Parse(b"", True)
            yield
    except KeyError as error:
        raise Unreadable(f"{source.uri}: the document lacks its part {name}", path=source.uri) from error
    except (xml.parsers.expat.ExpatError, _Doctype, *BROKEN) as error:
        raise Unreadable(f"{source.uri}: its part {name} is broken: {error}", path=source.uri) from error


class _Doctype(Exception):
    """XML with a document type, which no office program writes and entity bombs need."""


def _refuse_doctype(*declaration: object) -> None:
    raise _Doctype("a document type declaration, which office documents do not have")


class _Collector:
    """Handlers that turn elements into text."""

    def __init__(self, tags: _Tags) -> None:
        self._tags = tags
        self._parts: list[str] = []
        self._skipping = 0
        self._open = 0
        self.page = 0

    def taken(self) -> str:
        text = "".join(self._parts)
        self._parts.clear()
        return text

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipping or name in self._tags.skipped:
            self._skipping += 1
            return
        if name == self._tags.page:
            self.page += 1
        self._open += name in self._tags.text
        if name in self._tags.marks:
            count = int(attributes.get("text:c", "1")[:3]) if attributes.get("text:c", "1").isdigit() else 1
            self._parts.append(self._tags.marks[name] * min(count, 100))

    def end(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        self._open -= name in self._tags.text
        if name in self._tags.breaks:
            self._parts.append(self._tags.breaks[name])

    def data(self, text: str) -> None:
        if self._open and not self._skipping:
            self._parts.append(text)


def _text(source: Source, package: zipfile.ZipFile, name: str, tags: _Tags) -> Iterator[str]:
    collector = _Collector(tags)
    for _ in parsed(source, package, name, collector.start, collector.end, collector.data):
        if text := collector.taken():
            yield text


def _drawn_pages(source: Source, package: zipfile.ZipFile) -> Iterator[Part]:
    """The slides of an ODP, all in one member: text is cut where a page begins."""
    texts: list[list[str]] = []
    collector = _Collector(_ODP)

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == _ODP.page:
            settle()
            texts.append([])
        collector.start(name, attributes)

    def settle() -> None:
        text = collector.taken()
        if texts:
            texts[-1].append(text)

    for _ in parsed(source, package, "content.xml", start, collector.end, collector.data):
        settle()
    for number, page in enumerate(texts, 1):
        yield Part(number, iter(page))


def _main(source: Source, package: zipfile.ZipFile, usual: str) -> str:
    """The main member: named by the package's relations, which some programs do not call ``document.xml``."""
    found = [target for kind, _, target in relations(source, package, "") if kind.endswith("/officeDocument")]
    return found[0] if found and found[0] in package.namelist() else usual


def relations(source: Source, package: zipfile.ZipFile, of: str) -> list[tuple[str, str, str]]:
    """(type, id, target member) of the relations of a member; of the package itself for an empty name."""
    folder, name = posixpath.split(of)
    member = posixpath.join(folder, "_rels", f"{name}.rels")
    if member not in package.namelist():
        return []
    found: list[tuple[str, str, str]] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        if element.rsplit(":", 1)[-1] == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found.append((attributes.get("Type", ""), attributes.get("Id", ""), path))

    for _ in parsed(source, package, member, start, _ignore, _ignore):
        continue
    return found


def _slides(source: Source, package: zipfile.ZipFile) -> list[str]:
    """Members of the slides, in the order of the presentation and not of their names."""
    main = _main(source, package, "ppt/presentation.xml")
    targets = {
        identity: target for kind, identity, target in relations(source, package, main) if kind.endswith("/slide")
    }
    order: list[str] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        if element.rsplit(":", 1)[-1] == "sldId":
            order.extend(value for key, value in attributes.items() if key.endswith(":id"))

    for _ in parsed(source, package, main, start, _ignore, _ignore):
        continue
    return [targets[identity] for identity in order if identity in targets]


def _ignore(_: str) -> None:
    return None
