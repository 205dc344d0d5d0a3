"""Office documents: pages through LibreOffice where it is installed, else their text, with a note that says so."""

from __future__ import annotations

from collections.abc import Iterator

from sensorium.errors import Unreadable, Unsupported
from sensorium.media import libreoffice, signatures
from sensorium.media.blob import opened
from sensorium.media.officetext import parts
from sensorium.media.packages import archive
from sensorium.media.passages import Style, passages
from sensorium.media.sniff import Kind, sniff
from sensorium.types import Modality, Page, PageSpan, Reading, Segment, Segmentation, Source, TextSpan

_INSTALL = "install LibreOffice to index its pages as they look"
_ZIPPED = frozenset({signatures.DOCX, signatures.PPTX, signatures.XLSX, signatures.ODT, signatures.ODP, signatures.ODS})


def segments(
    source: Source,
    segmentation: Segmentation = Segmentation(),
    reading: Reading = Reading(),
    kind: Kind | None = None,
) -> Iterator[Segment]:
    """The document's pages (PageSpan), or, read as text only, its slides (PageSpan) or passages (TextSpan).

    Raises Unreadable for a locked or broken document and for a decompression bomb; Unsupported for the formats
    before 2007 where LibreOffice is not installed.
    """
    kind = kind or sniff(source)
    if kind.media_type in _ZIPPED:
        with opened(source) as stream, archive(source, stream):
            pass
    note = f"read as text only: {_INSTALL}"
    if libreoffice.program() is not None:
        try:
            made = libreoffice.converted(source, kind.media_type)
        except Unreadable as error:
            if kind.media_type not in _ZIPPED:
                raise
            note = f"read as text only: {error.message.removeprefix(f'{source.uri}: ')}"
        else:
            from sensorium.media.document import pages

            yield from pages(source, made.source, reading, kind.media_type, keep=made)
            return
    if kind.media_type not in _ZIPPED:
        what = kind.media_type.removeprefix("application/")
        message = f"{source.uri}: {what} is read through LibreOffice only; install it, or save as DOCX, PPTX or PDF"
        raise Unsupported(message, path=source.uri)
    yield from _as_text(source, segmentation, kind.media_type, note)


def _as_text(source: Source, segmentation: Segmentation, media_type: str, note: str) -> Iterator[Segment]:
    paged = media_type in {signatures.PPTX, signatures.ODP}
    style = Style.LINES if media_type in {signatures.XLSX, signatures.ODS} else Style.PROSE
    found = False
    with opened(source) as stream, archive(source, stream) as package:
        if paged:
            for part in parts(source, package, media_type):
                text = "".join(part.blocks).strip()
                if text:
                    found = True
                    yield _segment(source, media_type, PageSpan(part.number), text, note)
        else:
            blocks = (block for part in parts(source, package, media_type) for block in part.blocks)
            for passage in passages(blocks, segmentation.max_chars, style):
                found = True
                yield _segment(source, media_type, TextSpan(passage.start, passage.end), passage.text, note)
    if not found:
        raise Unreadable(f"{source.uri}: the document holds no text; {_INSTALL}", path=source.uri)


def _segment(source: Source, media_type: str, span: PageSpan | TextSpan, text: str, note: str) -> Segment:
    return Segment(source.uri, Modality.DOCUMENT, media_type, span, Page(text), text, (note,))
