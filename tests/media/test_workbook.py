from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from tests.media import office_files

from sensorium.errors import Unreadable
from sensorium.media import workbook
from sensorium.types import Source

SOURCE = Source("a.xlsx", data=b"")


def texts(data: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return ["".join(blocks) for blocks in workbook.sheets(SOURCE, package)]


def test_sheets_are_lines_of_cells_under_their_name() -> None:
    data = office_files.xlsx({"Prices": [["apple", 3], ["pear & plum", 12]], "Flags": [[True, "yes"]]})
    assert texts(data) == ["Prices\napple\t3\npear & plum\t12\n\n", "Flags\nTRUE\tyes\n\n"]


def test_text_written_in_the_cell_is_read() -> None:
    row = '<row><c t="inlineStr"><is><t>here</t></is></c><c/><c t="s"><v>99</v></c></row>'
    sheet = f"<worksheet><sheetData>{row}</sheetData></worksheet>"
    members = {"xl/workbook.xml": '<workbook xmlns:r="u"><sheets><sheet name="S" r:id="r1"/></sheets></workbook>'}
    relations = office_files.relations(("worksheet", "r1", "worksheets/sheet1.xml"))
    data = office_files.package(members | {"xl/_rels/workbook.xml.rels": relations, "xl/worksheets/sheet1.xml": sheet})
    assert texts(data) == ["S\nhere\t\n\n"]


def test_too_many_shared_strings_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_STRINGS_LIMIT", 1000)
    with pytest.raises(Unreadable, match="more than 1,000 characters of shared strings"):
        texts(office_files.xlsx({"S": [["word " * 300]]}))
