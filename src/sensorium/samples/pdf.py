"""A very small PDF writer: A4 pages of text in the standard fonts, rules and JPEG pictures."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

from sensorium.samples import encode
from sensorium.samples.canvas import Canvas

WIDTH, HEIGHT = 595, 842
MARGIN = 62


@dataclass
class PdfPage:
    """One page, filled from the top; ``y`` is where the next thing goes, in points from the bottom."""

    y: float = HEIGHT - 70
    drawing: list[str] = field(default_factory=list)
    pictures: list[tuple[bytes, int, int]] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, size: float = 10.5, bold: bool = False) -> None:
        """One line of text at a place (points from the lower left corner)."""
        safe = words.encode("cp1252").decode("latin-1")
        for sign in "\\()":
            safe = safe.replace(sign, "\\" + sign)
        self.drawing.append(f"BT /{'F2' if bold else 'F1'} {size} Tf {x:.1f} {y:.1f} Td ({safe}) Tj ET")

    def heading(self, words: str, size: float = 23) -> None:
        """A bold line with space around it."""
        self.y -= size * 0.4
        self.text(MARGIN, self.y, words, size, bold=True)
        self.y -= size * 1.35

    def paragraph(self, words: str, size: float = 12.5) -> None:
        """Wrapped text."""
        for line in textwrap.wrap(" ".join(words.split()), int(470 / (size * 0.49))):
            self.text(MARGIN, self.y, line, size)
            self.y -= size * 1.42
        self.y -= size * 0.6

    def table(self, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """A ruled table; the first row is its heading, ``widths`` are in points."""
        total = sum(widths)
        for r, row in enumerate(rows):
            if r == 0:
                self.drawing.append(f"0.88 0.92 0.97 rg {MARGIN} {self.y - 6:.1f} {total} 21 re f 0 g")
            x = float(MARGIN + 5)
            for cell, width in zip(row, widths, strict=True):
                self.text(x, self.y, cell, 11, bold=r == 0)
                x += width
            self.drawing.append(f"0.6 w {MARGIN} {self.y - 6:.1f} m {MARGIN + total} {self.y - 6:.1f} l S")
            self.y -= 21
        self.y -= 10

    def picture(self, canvas: Canvas, width: float) -> None:
        """A picture ``width`` points wide."""
        image = canvas.image()
        height = width * image.height / image.width
        self.y -= height
        name = f"P{len(self.pictures)}"
        self.pictures.append((encode.picture(image, ".jpg"), image.width, image.height))
        self.drawing.append(f"q {width:.1f} 0 0 {height:.1f} {(WIDTH - width) / 2:.1f} {self.y:.1f} cm /{name} Do Q")
        self.y -= 20


def write(pages: Sequence[PdfPage], title: str) -> bytes:
    """The PDF file of the pages."""
    objects: list[bytes] = [b"", b"", *(_font(name) for name in ("Helvetica", "Helvetica-Bold"))]

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    kids = []
    for page in pages:
        names = []
        for i, (jpeg, w, h) in enumerate(page.pictures):
            kind = f"/Type /XObject /Subtype /Image /Width {w} /Height {h} /ColorSpace /DeviceRGB"
            head = f"<< {kind} /BitsPerComponent 8 /Filter /DCTDecode /Length {len(jpeg)} >>"
            names.append(f"/P{i} {add(head.encode() + b' stream' + chr(10).encode() + jpeg + b' endstream')} 0 R")
        stream = "\n".join(page.drawing).encode("latin-1")
        content = add(b"<< /Length %d >> stream\n%b\nendstream" % (len(stream), stream))
        resources = f"<< /Font << /F1 3 0 R /F2 4 0 R >> /XObject << {' '.join(names)} >> >>"
        kids.append(
            add(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {content} 0 R "
                f"/Resources {resources} >>".encode()
            )
        )
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{k} 0 R' for k in kids)}] >>".encode()
    info = add(f"<< /Title ({title}) >>".encode("latin-1"))
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        info,
        start,
    )
    return bytes(out)


def _font(name: str) -> bytes:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()
