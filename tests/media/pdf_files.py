"""PDFs written by hand, object by object, so that a test says exactly what is in them."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Sequence

FONT = b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"


def pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1, the first of them the catalog."""
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    end = b"trailer<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (entries, len(data), data)


def shown(text: str) -> bytes:
    """Drawing commands that show the text, a line a line."""
    lines = b" ".join(b"(%b) Tj 0 -24 Td" % line.encode("latin-1") for line in text.split("\n"))
    return b"BT /F 18 Tf 40 700 Td %b ET" % lines


def pages(texts: Sequence[str], box: bytes = b"0 0 612 792", entries: bytes = b"") -> bytes:
    """A PDF with one page a text; an empty text makes an empty page."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * number) for number in range(len(texts)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, len(texts))]
    for number, text in enumerate(texts):
        place = 4 + 2 * number
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[%b]/Contents %d 0 R/Resources<<%b>>%b>>" % (
            box,
            place,
            FONT,
            entries,
        )
        objects += [page, stream(b"", shown(text) if text else b"")]
    return pdf(objects)


def drawing(content: bytes, resources: bytes = b"", extra: Sequence[bytes] = (), filters: bytes = b"") -> bytes:
    """A PDF of one page with these drawing commands; ``extra`` objects are numbered from 5."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<<%b>>>>" % resources
    tree = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page]
    return pdf([*tree, stream(filters, content), *extra])


def picture(width: int, height: int, data: bytes) -> bytes:
    """A page filled by an RGB picture of that many pixels, packed ``data``."""
    entries = (
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode"
    )
    image = stream(entries % (width, height), data)
    return drawing(b"q 612 0 0 792 0 0 cm /I Do Q", b"/XObject<</I 5 0 R>>", [image])


@functools.cache
def packed_zeros(megabytes: int) -> bytes:
    """That many megabytes of spaces, deflated to about a thousandth."""
    deflate = zlib.compressobj(6)
    parts = [deflate.compress(b" " * (1 << 20)) for _ in range(megabytes)]
    return b"".join(parts) + deflate.flush()
