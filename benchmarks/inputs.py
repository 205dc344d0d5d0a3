"""Distinct texts, pictures and sounds of a data folder, and their vectors by the built-in model.

The folder is the one that the model was trained on (``--data DIR`` of ``training``), so the vectors are those of things
the model knows; that flatters its ranking, which no benchmark here judges, and not the search for neighbours.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from functools import partial
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from training.data import IMAGE_SETS, SOUND_SETS, DataFolder

from sensorium.models.builtin import PROVIDER
from sensorium.models.builtin.tokens import tokens
from sensorium.types import Audio, Image, Payload, Purpose

Half = NDArray[np.float16]
Member = tuple[str, str]
"""A picture or a sound: the name of its set and of its file."""

TEXTS_AT_ONCE, PICTURES_AT_ONCE, SOUNDS_AT_ONCE = 8192, 512, 256
MOST_TEXTS = 1_000_000
RATE = 16_000


def strings(thing: object) -> Iterator[str]:
    """Every string inside of lists and the values of objects, in order."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, list):
        for one in thing:
            yield from strings(one)
    elif isinstance(thing, dict):
        yield from strings(list(thing.values()))


def distinct(texts: Iterable[str], seen: set[bytes]) -> Iterator[str]:
    """Texts that the model tells apart from those ``seen`` before: equal ones but for case and punctuation are one."""
    for text in texts:
        if found := tokens(text):
            digest = blake2b("\n".join(found).encode(), digest_size=12).digest()
            if digest not in seen:
                seen.add(digest)
                yield text


def captions(data: DataFolder) -> list[str]:
    """Captions of Flickr8k's dev photographs in English, Chinese and Arabic, in turns: texts that ask for pictures."""
    found: list[str] = []
    told = {row["image"]: row for row in data.text("flickr8k_zh_ar")}
    for row in data.split("flickr8k", "dev"):
        other = told.get(row["name"], {})
        found.extend([*row["captions"][:2], *other.get("zh_human", ())[:1], *other.get("ar", ())[:1]])
    return list(distinct(found, set()))


def texts(data: DataFolder, most: int) -> list[str]:
    """At most ``most`` distinct texts, mixed, the same for the same folder; none of them is in `captions`.

    Sentences are taken before words: captions of pictures and sounds, news and sentence pairs in up to 42 languages,
    and glosses come first (some 850,000); then names of emoji and lemmas, one to a few words each, in up to 60
    languages. All are whole texts: none is a window of another.
    """
    seen: set[bytes] = set()
    for _ in distinct(captions(data), seen):
        pass
    found = list(islice(distinct(chain.from_iterable(_sources(data)), seen), most))
    return mixed(found)


def _sources(data: DataFolder) -> Iterator[Iterable[str]]:
    yield strings([row["captions"] for row in data.rows("flickr8k")])
    dropped = ("image", "split", "source", "score", "ili", "pos", "c", "lang")
    for name in ("ntrex", "stsb", "multi30k", "multi30k_captions_en", "flickr8k_zh_ar", "audio_captions"):
        yield strings([{key: value for key, value in row.items() if key not in dropped} for row in data.text(name)])
    wordnet = data.text("wordnet")
    yield strings([row.get("gloss") for row in wordnet])
    yield strings([row["name"] for row in data.text("cldr_names")])
    yield strings([[row["en"], row.get("x")] for row in wordnet])
    yield strings([row["words"] for row in data.text("word_frequency")])


def pictures(data: DataFolder) -> list[Member]:
    """Every picture of every set, mixed."""
    return mixed([(name, row["file"]) for name in IMAGE_SETS for row in data.rows(name)])


def sounds(data: DataFolder) -> list[Member]:
    """Every sound of every set, mixed."""
    return mixed([(name, row["file"]) for name in SOUND_SETS for row in data.rows(name)])


def mixed(members: list[Any]) -> list[Any]:
    """The same members in an order of chance, always the same one."""
    random.Random(0).shuffle(members)
    return members


def embedded_texts(batch: Sequence[str]) -> Half:
    """Vectors (n, 512) of texts."""
    return embedded(batch)


def embedded_pictures(root: Path, batch: Sequence[Member]) -> Half:
    """Vectors (n, 512) of pictures, which are read in the process that embeds them."""
    read = DataFolder(root).images
    return embedded([Image(pixels) for pixels in _decoded(read, batch)])


def embedded_sounds(root: Path, batch: Sequence[Member]) -> Half:
    """Vectors (n, 512) of whole sounds."""
    read = DataFolder(root).sounds
    return embedded([Audio(samples, RATE) for samples in _decoded(read, batch)])


def _decoded(read: Callable[[str, list[str]], Iterator[Any]], batch: Sequence[Member]) -> list[Any]:
    """Decoded members in order; each archive is opened once, as its list of contents takes longer than a picture."""
    found: dict[Member, Any] = {}
    for name in {name for name, _ in batch}:
        files = [file for owner, file in batch if owner == name]
        found |= {(name, file): one for file, one in zip(files, read(name, files), strict=True)}
    return [found[member] for member in batch]


def embedded(batch: Sequence[Payload]) -> Half:
    return PROVIDER.load("").embed(batch, Purpose.GENERIC_INDEX).astype(np.float16)


class Pool:
    """The vectors of everything in the folder, made as far as they are asked for and kept by blocks under ``cache``."""

    def __init__(self, folder: Path, cache: Path, workers: int) -> None:
        """``workers`` are the processes that embed; 0 is this one."""
        self._data = DataFolder(folder)
        self._cache = cache / f"pool-{PROVIDER.specs()[0].revision}"
        self._workers = workers
        self._kinds: dict[str, tuple[Callable[[], Sequence[Any]], Callable[..., Half], int]] = {
            "captions": (lambda: captions(self._data), embedded_texts, TEXTS_AT_ONCE),
            "texts": (lambda: texts(self._data, MOST_TEXTS), embedded_texts, TEXTS_AT_ONCE),
            "pictures": (lambda: pictures(self._data), partial(embedded_pictures, folder), PICTURES_AT_ONCE),
            "sounds": (lambda: sounds(self._data), partial(embedded_sounds, folder), SOUNDS_AT_ONCE),
        }

    def vectors(self, kind: str, wanted: int) -> Half:
        """At least the first ``wanted`` vectors (n, 512) of a kind, fewer only where there are fewer.

        ``kind`` is captions, texts, pictures or sounds. Of equal vectors only the first is there.
        """
        read, embed, size = self._kinds[kind]
        blocks = -(-wanted // size)
        paths = [self._cache / f"{kind}-{number:04}.npy" for number in range(blocks)]
        if missing := [number for number, path in enumerate(paths) if not path.exists()]:
            self._cache.mkdir(parents=True, exist_ok=True)
            members = read()
            missing = [number for number in missing if number * size < len(members)]
            batches = [members[number * size : (number + 1) * size] for number in missing]
            began = time.perf_counter()
            with ProcessPoolExecutor(self._workers) if self._workers else nullcontext() as pool:
                parts = pool.map(embed, batches) if pool else map(embed, batches)
                for done, (number, part) in enumerate(zip(missing, parts, strict=True), 1):
                    unfinished = paths[number].with_suffix(".part.npy")
                    np.save(unfinished, part)
                    unfinished.replace(paths[number])
                    rate = done * size / (time.perf_counter() - began)
                    print(f"{kind}: block {done} of {len(missing)}, {rate:,.0f}/s", file=sys.stderr, flush=True)
        found = np.concatenate([np.load(path) for path in paths if path.exists()])
        return found[distinct_rows(found)]


def distinct_rows(rows: Half) -> NDArray[np.int64]:
    """Numbers of the rows that equal none before them, ascending."""
    first: dict[bytes, int] = {}
    for number, row in enumerate(rows):
        first.setdefault(blake2b(row.tobytes(), digest_size=12).digest(), number)
    return np.fromiter(first.values(), np.int64, len(first))
