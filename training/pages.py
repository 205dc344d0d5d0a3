"""A hundred rendered pages with queries, made from WordNet: what the text->page bar is measured on.

Each page is about one noun that at least twelve glosses mention. It holds such glosses as running text of up to 3,000
characters, never the noun's own gloss. The queries are the noun, and the noun with its own gloss; the gloss alone,
which shares few words with the page, is measured beside them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from sensorium.types import Image, Page
from training.data import DataFolder

PAGES, CHARACTERS, FEWEST = 100, 3_000, 12
SIZE, MARGIN, LETTER = (850, 1_100), 60, 17


@dataclass(frozen=True)
class Sheet:
    """A page, the queries that should find it, and what its noun means (the gloss alone)."""

    page: Page
    queries: tuple[str, ...]
    meaning: str


def sheets(data: DataFolder, number: int = PAGES) -> list[Sheet]:
    """Pages about `number` different nouns, chosen by a fixed seed."""
    rows = [row for row in data.text("wordnet") if row.get("gloss")]
    mentions: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for word in set(re.findall("[a-z]{4,}", row["gloss"].lower())):
            mentions[word].append(row["gloss"])
    first: dict[str, str] = {}
    for row in rows:
        for lemma in row["en"][:1]:
            if row["pos"] == "n" and FEWEST <= len(mentions.get(lemma, ())) <= 150 and len(row["gloss"]) > 30:
                first.setdefault(lemma, row["gloss"])
    random = np.random.default_rng(0)
    names = [str(name) for name in random.permutation(sorted(first))[:number]]
    found = []
    for name in names:
        page = _page(name, [gloss for gloss in mentions[name] if gloss != first[name]], random)
        found.append(Sheet(page, (name, f"{name}, {first[name]}"), first[name]))
    return found


def _page(name: str, glosses: list[str], random: np.random.Generator) -> Page:
    text = ""
    for i in random.permutation(len(glosses)):
        sentence = glosses[i][0].upper() + glosses[i][1:] + ". "
        if len(text) + len(sentence) > CHARACTERS:
            break
        text += sentence
    return Page(text.strip(), Image(render(text)))


def render(text: str) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """Black text on a white sheet, (1100, 850, 3) uint8; what does not fit is cut off."""
    sheet = Picture.new("RGB", SIZE, "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(LETTER)
    line, y = "", MARGIN
    for word in [*text.split(), ""]:
        longer = f"{line} {word}".strip()
        if word and draw.textlength(longer, font) <= SIZE[0] - 2 * MARGIN:
            line = longer
            continue
        draw.text((MARGIN, y), line, "black", font)
        line, y = word, y + LETTER + 6
        if y > SIZE[1] - MARGIN:
            break
    return np.asarray(sheet, np.uint8)
