"""Office documents, zipped by hand: minutes as DOCX, slides as PPTX."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

MINUTES = (
    ("Minutes of the garden club", True),
    ("Present: Amara, Bruno, Chiyo, Dmitri and Elif. Excused: Farid. Bruno took the minutes.", False),
    ("1. The greenhouse", True),
    ("Two panes were broken by hail. Chiyo asks the glazier for an offer. The tomatoes stay under fleece.", False),
    ("2. Compost", True),
    ("The heap is too wet. Members bring dry leaves and cardboard, and no more citrus peel.", False),
    ("3. Plant sale", True),
    ("The sale takes place on the second Sunday in May, from nine to one. Elif prints the posters.", False),
    ("4. Slugs", True),
    ("After a long discussion the club decided against poison and for two ducks, on loan from Farid's cousin.", False),
)  # fmt: skip


def _archive(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, body in files.items():
            box.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _types(parts: dict[str, str]) -> str:
    rows = "".join(
        f'<Override PartName="{name}" ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/>'
        for name, kind in parts.items()
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>'
    )


def _links(targets: dict[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for i, (target, kind) in enumerate(targets.items(), 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def minutes() -> bytes:
    """The minutes of a garden club as DOCX."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = ""
    for words, head in MINUTES:
        style = '<w:rPr><w:b/><w:sz w:val="30"/></w:rPr>' if head else ""
        body += f'<w:p><w:r>{style}<w:t xml:space="preserve">{escape(words)}</w:t></w:r></w:p>'
    return _archive({
        "[Content_Types].xml": _types({"/word/document.xml": "wordprocessingml.document.main"}),
        "_rels/.rels": _links({"word/document.xml": "officeDocument"}),
        "word/document.xml": f'{_XML}<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
    })  # fmt: skip


SLIDES = (
    (
        "Why bees matter",
        "One third of what we eat is pollinated by bees. A colony has forty thousand members and one queen.",
    ),
    ("What harms them", "Pesticides, mites, and lawns without flowers. A hive needs blossoms from March to October."),
    ("What you can do", "Sow a strip of wild flowers, leave dead wood, and buy honey from a neighbour."),
)


def slides() -> bytes:
    """Three slides about bees as PPTX."""
    draw, show = (
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        "http://schemas.openxmlformats.org/presentationml/2006/main",
    )
    spaces = f'xmlns:a="{draw}" xmlns:p="{show}" xmlns:r="{_OFFICE}"'
    top = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    files = {
        "_rels/.rels": _links({"ppt/presentation.xml": "officeDocument"}),
        "ppt/_rels/presentation.xml.rels": _links({f"slides/slide{i}.xml": "slide" for i in range(1, len(SLIDES) + 1)}),
        "ppt/presentation.xml": f"{_XML}<p:presentation {spaces}><p:sldIdLst>"
        + "".join(f'<p:sldId id="{255 + i}" r:id="rId{i}"/>' for i in range(1, len(SLIDES) + 1))
        + '</p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>',
    }
    for i, (head, words) in enumerate(SLIDES, 1):
        shapes = ""
        for k, (text, y, size) in enumerate(((head, 600000, 4000), (words, 2200000, 2400)), 2):
            shapes += (
                f'<p:sp><p:nvSpPr><p:cNvPr id="{k}" name="Text {k}"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
                f'<p:spPr><a:xfrm><a:off x="600000" y="{y}"/><a:ext cx="7900000" cy="1400000"/></a:xfrm>'
                '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/>'
                f'<a:p><a:r><a:rPr lang="en" sz="{size}"/><a:t>{escape(text)}</a:t></a:r></a:p></p:txBody></p:sp>'
            )
        files[f"ppt/slides/slide{i}.xml"] = (
            f"{_XML}<p:sld {spaces}><p:cSld><p:spTree>{top}{shapes}</p:spTree></p:cSld></p:sld>"
        )
    parts = {
        "/ppt/presentation.xml": "presentationml.presentation.main",
        **{f"/ppt/slides/slide{i}.xml": "presentationml.slide" for i in range(1, len(SLIDES) + 1)},
    }
    return _archive({"[Content_Types].xml": _types(parts), **files})
