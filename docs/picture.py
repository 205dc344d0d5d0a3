"""Draw the README's picture of searches: the questions and their best hits, from a real run over the sample library.

python -m docs.picture HOME OUT.png      (after `sensorium --home HOME demo`)
"""

from __future__ import annotations

import sys
import textwrap
import unicodedata
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sensorium.home import Home
from sensorium.media.read import read, read_one
from sensorium.space import Space, as_source, path_of
from sensorium.types import Audio, Hit, Page, PageSpan, Payload, Pixels, Samples, TimeSpan, Video
from sensorium.types import Image as Picture

QUESTIONS = ("waves on a beach", "a barking dog", "electricity from wind turbines")
HITS = 5
CARD, PICTURE, MARGIN, HEAD = (232, 236), (212, 148), 14, 46
INK, GREY, PAPER, LINE, ACCENT = "#1d2430", "#667085", "#ffffff", "#d0d5dd", "#2458d6"
BACK = "#f5f7fa"


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font, so that the picture is the same everywhere."""
    return ImageFont.load_default(size)


def hit_payload(hit: Hit) -> Payload:
    """The segment that a hit names, read again from its source."""
    path = path_of(hit.source or "")
    assert path is not None
    for segment in read(as_source(path)):
        if segment.span == hit.span and segment.modality.value == hit.modality:
            return segment.payload
    return read_one(as_source(path)).payload


def thumbnail(payload: Payload) -> Image.Image:
    """What a person would recognise a payload by."""
    match payload:
        case Picture(pixels=pixels):
            return fitted(pixels)
        case Page(picture=Picture(pixels=pixels)):
            return fitted(pixels[: int(pixels.shape[1] * 0.75)])
        case Video(frames=frames):
            return fitted(frames[len(frames) // 2].pixels)
        case Audio(samples=samples):
            return waveform(samples)
        case str() | Page():
            return passage(payload if isinstance(payload, str) else payload.text)


def fitted(pixels: Pixels) -> Image.Image:
    picture = Image.fromarray(pixels)
    scale = max(PICTURE[0] / picture.width, PICTURE[1] / picture.height)
    picture = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    left, top = (picture.width - PICTURE[0]) // 2, (picture.height - PICTURE[1]) // 2
    return picture.crop((left, top, left + PICTURE[0], top + PICTURE[1]))


def waveform(samples: Samples) -> Image.Image:
    picture = Image.new("RGB", PICTURE, "#eef3ff")
    draw = ImageDraw.Draw(picture)
    peaks = [float(np.abs(part).max(initial=0)) for part in np.array_split(samples, PICTURE[0] // 4)]
    middle, top = PICTURE[1] // 2, max(*peaks, 1e-3)
    for x, peak in enumerate(peaks):
        half = max(1, round(peak / top * (middle - 16)))
        draw.rectangle((x * 4 + 1, middle - half, x * 4 + 3, middle + half), fill=ACCENT)
    return picture


def passage(text: str) -> Image.Image:
    picture = Image.new("RGB", PICTURE, "#fffdf5")
    draw = ImageDraw.Draw(picture)
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
    )  # the font has no more
    for number, line in enumerate(textwrap.wrap(" ".join(plain.split()), 31)[:8]):
        draw.text((10, 9 + number * 17), line, fill=INK, font=font(12))
    return picture


def place(hit: Hit) -> str:
    match hit.span:
        case TimeSpan(start, end):
            return f"{int(start) // 60}:{start % 60:04.1f} to {int(end) // 60}:{end % 60:04.1f}"
        case PageSpan(page):
            return f"page {page}"
        case _:
            return ""


def card(hit: Hit) -> Image.Image:
    picture = Image.new("RGB", CARD, PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, CARD[0] - 1, CARD[1] - 1), outline=LINE)
    picture.paste(thumbnail(hit_payload(hit)), ((CARD[0] - PICTURE[0]) // 2, 10))
    path = path_of(hit.source or "")
    draw.text((10, 166), path.name if path else "", fill=INK, font=font(14))
    draw.text((10, 187), place(hit), fill=GREY, font=font(12))
    draw.text((10, 209), f"{hit.modality}", fill=ACCENT, font=font(12))
    draw.text((CARD[0] - 104, 209), f"distance {hit.distance:.2f}", fill=GREY, font=font(12))
    return picture


def draw(space: Space) -> Image.Image:
    """The whole picture."""
    row = HEAD + CARD[1] + MARGIN
    size = (HITS * (CARD[0] + MARGIN) + MARGIN, len(QUESTIONS) * row + MARGIN)
    picture = Image.new("RGB", size, BACK)
    pen = ImageDraw.Draw(picture)
    for number, question in enumerate(QUESTIONS):
        top = number * row + MARGIN
        pen.text((MARGIN, top + 8), f'sensorium search "{question}"', fill=INK, font=font(20))
        for column, hit in enumerate(space.search(question, k=HITS)):
            picture.paste(card(hit), (MARGIN + column * (CARD[0] + MARGIN), top + HEAD))
    return picture


def main(home: str, out: str) -> None:
    with Home(home) as opened:
        Path(out).parent.mkdir(parents=True, exist_ok=True)
        draw(opened.open("demo")).quantize(128).save(out, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:3])
