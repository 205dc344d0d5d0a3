from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from tests.media import office_files

from sensorium.errors import Unreadable
from sensorium.media import signatures
from sensorium.media.officetext import parts, relations
from sensorium.types import Source

SOURCE = Source("a.docx", data=b"")


def texts(data: bytes, media_type: str) -> list[str]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return ["".join(part.blocks) for part in parts(SOURCE, package, media_type)]


def test_paragraphs_tabs_breaks_and_tables_of_a_docx() -> None:
    body = (
        office_files.paragraph("Title & co")
        + "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>"
        + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        + "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:t>kept</w:t></w:r></w:p>"
        + "<w:p><mc:AlternateContent><mc:Choice><w:t>box</w:t></mc:Choice>"
        + "<mc:Fallback><w:t>box</w:t></mc:Fallback></mc:AlternateContent></w:p>"
    )
    (text,) = texts(office_files.docx_body(body), signatures.DOCX)
    assert text == "Title & co\n\na\tb\nc\n\n1\n\n\t\nkept\n\nbox\n\n"


def test_a_docx_whose_main_part_has_another_name_and_footnotes() -> None:
    note = '<w:footnotes xmlns:w="urn:w"><w:p><w:t>a footnote</w:t></w:p></w:footnotes>'
    data = office_files.docx_body(office_files.paragraph("main"), "word/document2.xml", **{"word__footnotes.xml": note})
    assert texts(data, signatures.DOCX) == ["main\n\n", "a footnote\n\n"]


def test_slides_come_in_the_order_of_the_presentation() -> None:
    found = texts(office_files.pptx(["First", "one"], ["Second"], ["Third"]), signatures.PPTX)
    assert [text.split() for text in found] == [["First", "one"], ["Second"], ["Third"]]


def test_opendocument_text_spaces_and_notes() -> None:
    body = (
        "<text:h>Head</text:h>"
        "<text:p>a<text:s text:c='3'/>b<text:tab/>c<text:line-break/>d <text:span>e</text:span></text:p>"
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
    )
    assert texts(office_files.opendocument("text", body), signatures.ODT) == ["Head\n\na   b\tc\nd e\n\n"]


def test_opendocument_slides_and_sheets() -> None:
    slides = "<draw:page><text:p>One</text:p></draw:page><draw:page><text:p>Two</text:p></draw:page>"
    assert texts(office_files.opendocument("presentation", slides), signatures.ODP) == ["One\n", "Two\n"]
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    sheet = f"<table:table><table:table-row>{cell.format('a')}{cell.format('b')}</table:table-row></table:table>"
    assert texts(office_files.opendocument("spreadsheet", sheet), signatures.ODS) == ["a \tb \t\n\n"]


def test_entities_cannot_expand() -> None:
    lol = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document xmlns:w="urn:w"><w:t>&b;</w:t></w:document>'
    data = office_files.package({"[Content_Types].xml": "<Types/>", "word/document.xml": lol})
    with pytest.raises(Unreadable, match=r"its part word/document\.xml is broken: a document type declaration"):
        texts(data, signatures.DOCX)


def test_broken_and_missing_parts_are_named() -> None:
    broken = office_files.package({"word/document.xml": "<w:document><w:p>"})
    with pytest.raises(Unreadable, match=r"a\.docx: its part word/document\.xml is broken"):
        texts(broken, signatures.DOCX)
    with pytest.raises(Unreadable, match=r"the document lacks its part content\.xml"):
        texts(office_files.package({"mimetype": "x"}), signatures.ODT)
    damaged = bytearray(office_files.docx("hello " * 5000))
    damaged[damaged.find(b"word/document.xml") + 60] ^= 0xFF
    with pytest.raises(Unreadable, match="is broken"):
        texts(bytes(damaged), signatures.DOCX)


def test_links_to_the_outside_are_no_parts() -> None:
    rows = "<Relationships><Relationship Type='t' Id='a' Target='http://x/y' TargetMode='External'/>"
    rows += "<Relationship Type='t' Id='b' Target='/ppt/z.xml'/><Relationship Type='t' Id='c' Target='../q.xml'/>"
    data = office_files.package({"ppt/_rels/a.xml.rels": rows + "</Relationships>"})
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert relations(SOURCE, package, "ppt/a.xml") == [("t", "b", "ppt/z.xml"), ("t", "c", "q.xml")]
        assert relations(SOURCE, package, "ppt/none.xml") == []
