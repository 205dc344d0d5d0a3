"""What each bar measures, as functions of a model's vectors. All figures in per cent unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sensorium.types import Audio, Image, Matrix, Payload
from training.data import SOUND_SETS, DataFolder, flat_captions, flickr_translations
from training.pages import sheets
from training.probes import NEWS_LANGUAGES, STS_LANGUAGES, news, recalls, sts
from training.teacher import IMAGE_PROMPTS, SOUND_PROMPTS

Embed = Callable[[Sequence[Payload]], Matrix]
"""Payloads of one modality to unit rows of the native size."""
Figures = dict[str, float]
NAMED_SOUNDS = tuple(name for name in SOUND_SETS if name != "digits")


def cut(rows: Matrix, size: int) -> Matrix:
    """The first `size` numbers of each row, made unit again."""
    part = rows[:, :size]
    out: Matrix = part / np.linalg.norm(part, axis=1, keepdims=True)
    return out


class Prepared:
    """Vectors of the dev rows, embedded once at the native size and then cut."""

    def __init__(self, embed: Embed, data: DataFolder) -> None:
        self.embed, self.data = embed, data
        rows = data.split("flickr8k", "dev")
        self.captions, self.owner = flat_captions(rows)
        self.photographs = embed([Image(p) for p in data.images("flickr8k", [row["file"] for row in rows])])
        self.texts = embed(self.captions)
        other = flickr_translations(data)
        self.foreign = {}
        for key in ("zh_human", "ar"):
            pairs = [(text, i) for i, row in enumerate(rows) for text in other[row["name"]].get(key, ())]
            self.foreign[key] = embed([text for text, _ in pairs]), np.array([i for _, i in pairs])
        self.scenes = self._labelled_pictures("scenes")
        sounds: list[Payload] = []
        self.sound_labels: list[str] = []
        self.sound_sets: list[str] = []
        for name in NAMED_SOUNDS:
            dev = data.split(name, "dev")
            sounds.extend(Audio(s, 16_000) for s in data.sounds(name, [row["file"] for row in dev]))
            self.sound_labels.extend(row["label"] for row in dev)
            self.sound_sets.extend(name for _ in dev)
        self.sounds = embed(sounds)
        self.all_sound_labels = sorted({row["label"] for name in NAMED_SOUNDS for row in data.rows(name)})
        self.pages = sheets(data)
        self.page_rows = embed([sheet.page for sheet in self.pages])
        self.queries = embed([query for sheet in self.pages for query in sheet.queries])
        self.meanings = embed([sheet.meaning for sheet in self.pages])

    def _labelled_pictures(self, name: str) -> tuple[Matrix, list[str]]:
        rows = self.data.split(name, "dev")
        pictures = self.embed([Image(p) for p in self.data.images(name, [row["file"] for row in rows])])
        return pictures, [row["label"] for row in rows]


def name_rows(embed: Embed, labels: Sequence[str], prompts: Sequence[str]) -> Matrix:
    """One unit row a label, the mean over the prompts."""
    rows = embed([prompt.format(label) for label in labels for prompt in prompts])
    return cut(rows.reshape(len(labels), len(prompts), -1).mean(1), rows.shape[1])


def retrieval(ready: Prepared, size: int) -> Figures:
    """Flickr8k dev both ways, and the human Chinese and Arabic queries."""
    pictures, texts = cut(ready.photographs, size), cut(ready.texts, size)
    own = ready.owner[:, None] == np.arange(len(pictures))[None, :]
    scores = texts @ pictures.T
    forth, back = recalls(scores, own), recalls(scores.T, own.T)
    found = {
        "flickr8k dev text->image R@1": forth[0],
        "flickr8k dev text->image R@10": forth[2],
        "flickr8k dev image->text R@1": back[0],
        "flickr8k dev image->text R@10": back[2],
    }
    for key, name in (("zh_human", "human Chinese"), ("ar", "Arabic")):
        rows, owner = ready.foreign[key]
        right = owner[:, None] == np.arange(len(pictures))[None, :]
        found[f"{name} text->image R@10"] = recalls(cut(rows, size) @ pictures.T, right)[2]
    return found


def top_one(items: Matrix, names: Matrix, truth: NDArray[np.int64]) -> float:
    """Share of items whose nearest name is the right one."""
    return 100 * float(((items @ names.T).argmax(1) == truth).mean())


def by_name(ready: Prepared, size: int) -> Figures:
    """Scenes and sounds by their names: sounds among all names at once, and each set's among its own names only."""
    pictures, labels = ready.scenes
    scenes = sorted(set(labels))
    heard = ready.all_sound_labels
    sounds, names = cut(ready.sounds, size), cut(name_rows(ready.embed, heard, SOUND_PROMPTS), size)
    truth, sets = np.array([heard.index(label) for label in ready.sound_labels]), np.array(ready.sound_sets)
    own = []
    for name in NAMED_SOUNDS:
        known = np.array(sorted({heard.index(row["label"]) for row in ready.data.rows(name)}))
        own.append(top_one(sounds[sets == name], names[known], np.searchsorted(known, truth[sets == name])))
    return {
        "scenes by name (6, dev) top-1": top_one(
            cut(pictures, size),
            cut(name_rows(ready.embed, scenes, IMAGE_PROMPTS), size),
            np.array([scenes.index(label) for label in labels]),
        ),
        "sounds by name (dev, the names of all sets at once) top-1": top_one(sounds, names, truth),
        "sounds by name (dev, all classes, each set's own names, mean of 3) top-1": float(np.mean(own)),
    }


def language(ready: Prepared, size: int) -> Figures:
    """STS and cross-lingual news."""

    def encode(texts: Sequence[str]) -> Matrix:
        return cut(ready.embed(texts), size)

    found = {f"STSb dev Spearman {name}": value for name, value in sts(encode, ready.data, STS_LANGUAGES).items()}
    values = news(encode, ready.data, NEWS_LANGUAGES)
    found["NTREX held-out X->en R@1, mean of 8"] = float(np.mean(list(values.values())))
    return found | {f"NTREX {name}->en R@1": value for name, value in values.items()}


def pages(ready: Prepared, size: int) -> Figures:
    """R@5 of a noun, with and without its gloss, finding the page about it; and of the gloss alone."""
    rows, own = cut(ready.page_rows, size), np.eye(len(ready.pages), dtype=bool)
    each = len(ready.queries) // len(ready.pages)
    found = recalls(cut(ready.queries, size) @ rows.T, np.repeat(own, each, 0))
    alone = recalls(cut(ready.meanings, size) @ rows.T, own)
    return {"text->page R@5 (100 pages)": found[1], "text->page R@1": found[0], "meaning alone->page R@5": alone[1]}
