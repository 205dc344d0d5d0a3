"""Office documents made by hand: the least XML that says what a test needs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="urn:p" xmlns:r="urn:r"'
_O = 'xmlns:office="urn:o" xmlns:text="urn:t" xmlns:table="urn:b" xmlns:draw="urn:d" xmlns:presentation="urn:p"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(members: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def relations(*rows: tuple[str, str, str]) -> str:
    """``(kind, id, target)`` rows."""
    inside = "".join(f'<Relationship Type="{_REL}/{kind}" Id="{key}" Target="{target}"/>' for kind, key, target in rows)
    return f"<Relationships>{inside}</Relationships>"


def docx_body(body: str, main: str = "word/document.xml", **more: str) -> bytes:
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("officeDocument", "r1", main)),
        main: f'<?xml version="1.0"?><w:document {_W} xmlns:mc="urn:mc"><w:body>{body}</w:body></w:document>',
    }
    return package(members | {name.replace("__", "/"): text for name, text in more.items()})


def paragraph(text: str) -> str:
    return f'<w:p><w:pPr><w:t>not text</w:t></w:pPr><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def docx(*paragraphs: str) -> bytes:
    return docx_body("".join(map(paragraph, paragraphs)))


def pptx(*slides: Sequence[str]) -> bytes:
    """Slides stored in the reverse of their order, as programs do once slides are moved."""
    count = len(slides)
    names = [f"slides/slide{count - number}.xml" for number in range(count)]
    order = "".join(f'<p:sldId id="{256 + n}" r:id="rId{n}"/>' for n in range(count))
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("officeDocument", "r1", "ppt/presentation.xml")),
        "ppt/presentation.xml": f"<p:presentation {_A}><p:sldIdLst>{order}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(*(("slide", f"rId{n}", name) for n, name in enumerate(names))),
    }
    for name, lines in zip(names, slides, strict=True):
        body = "".join(f"<p:sp><a:p><a:r><a:t>{escape(line)}</a:t></a:r></a:p></p:sp>" for line in lines)
        members[f"ppt/{name}"] = f"<p:sld {_A}>{body}</p:sld>"
    return package(members)


def xlsx(sheets: Mapping[str, Sequence[Sequence[str | int | bool]]]) -> bytes:
    strings: list[str] = []
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("officeDocument", "r1", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": relations(
            *(("worksheet", f"rId{n}", f"worksheets/sheet{n}.xml") for n in range(len(sheets)))
        ),
        "xl/workbook.xml": '<workbook xmlns:r="urn:r"><sheets>'
        + "".join(f'<sheet name="{name}" r:id="rId{n}"/>' for n, name in enumerate(sheets))
        + "</sheets></workbook>",
    }

    def cell(value: str | int | bool) -> str:
        if isinstance(value, bool):
            return f'<c t="b"><v>{int(value)}</v></c>'
        if isinstance(value, int):
            return f"<c><v>{value}</v></c>"
        strings.append(value)
        return f'<c t="s"><v>{len(strings) - 1}</v></c>'

    for number, rows in enumerate(sheets.values()):
        body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
        members[f"xl/worksheets/sheet{number}.xml"] = f"<worksheet><sheetData>{body}</sheetData></worksheet>"
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    return package(members | {"xl/sharedStrings.xml": f"<sst>{shared}</sst>"})


def opendocument(kind: str, body: str, manifest: str = "<manifest/>") -> bytes:
    """``kind`` is text, presentation or spreadsheet."""
    content = f"<office:document-content {_O}><office:body>{body}</office:body></office:document-content>"
    return package(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "META-INF/manifest.xml": manifest,
            "content.xml": content,
        }
    )


def odt(*paragraphs: str) -> bytes:
    return opendocument("text", "".join(f"<text:p>{escape(text)}</text:p>" for text in paragraphs))
