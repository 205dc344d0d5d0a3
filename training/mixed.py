"""The mixed list: 24 things, each as text, page, picture, sound and clip, and a text query for each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from sensorium.types import Audio, Image, Matrix, Page, Video
from training.data import DataFolder
from training.measures import Embed, Figures, cut
from training.pages import render

TOP, EACH = 10, 2
THINGS = (
    # thing, sound set and label, picture set and label, what its text and page say
    ("dog", "animals", "dog", "tinyimagenet", "Labrador retriever", "A dog barks and wags its tail in the yard."),
    ("cat", "animals", "cat", "tinyimagenet", "tabby", "A cat purrs and meows on the sofa."),
    ("bird", "animals", "bird", "imagenet_samples", "robin", "A small bird sings in the tree."),
    ("cow", "animals", "cow", "tinyimagenet", "ox", "A cow moos and eats grass on the farm."),
    ("lion", "animals", "lion", "tinyimagenet", "lion", "A lion roars in the savanna."),
    ("frog", "animals", "frog", "tinyimagenet", "bullfrog", "A frog croaks by the pond at night."),
    ("sheep", "animals", "sheep", "tinyimagenet", "bighorn", "A sheep bleats in its flock on the hill."),
    ("chicken", "animals", "chicken", "imagenet_samples", "hen", "A chicken clucks in the henhouse and lays eggs."),
    ("monkey", "animals", "monkey", "tinyimagenet", "baboon", "A monkey screams in the jungle."),
    ("donkey", "animals", "donkey", "imagenet_samples", "sorrel", "A donkey brays in the stable."),
    ("car", "urbansound8k", "car horn", "tinyimagenet", "sports car", "A car honks its horn in traffic."),
    ("siren of an ambulance", "urbansound8k", "siren", "imagenet_samples", "ambulance", "An ambulance, siren on."),
    ("drill", "urbansound8k", "drilling", "imagenet_samples", "power drill", "A power drill bores a hole in the wall."),
    ("engine of a tractor", "urbansound8k", "engine idling", "tinyimagenet", "tractor", "A tractor idles in a field."),
    ("gun", "urbansound8k", "gun shot", "imagenet_samples", "revolver", "Someone fires a gun, a loud shot."),
    ("fan", "urbansound8k", "air conditioner", "imagenet_samples", "electric fan", "A fan hums and cools the room."),
    ("guitar", "instruments", "acoustic guitar", "imagenet_samples", "acoustic guitar", "She plays the guitar."),
    ("cello", "instruments", "cello", "imagenet_samples", "cello", "The cello plays a slow, deep melody."),
    ("flute", "instruments", "flute", "imagenet_samples", "flute", "A flute plays a light tune."),
    ("saxophone", "instruments", "saxophone", "imagenet_samples", "sax", "A saxophone plays jazz in the club."),
    ("violin", "instruments", "violin or fiddle", "imagenet_samples", "violin", "The violin plays in the orchestra."),
    ("drum", "instruments", "bass drum", "imagenet_samples", "drum", "The drummer beats his drum."),
    ("clarinet", "instruments", "clarinet", "tinyimagenet", "oboe", "The clarinet is a woodwind instrument."),
    ("street musicians", "urbansound8k", "street music", "imagenet_samples", "accordion", "Buskers play in the road."),
)


@dataclass(frozen=True)
class MixedList:
    """Items of all modalities: rows (n, dim), which thing each is about, and its modality; a query row a thing."""

    items: Matrix
    about: list[int]
    kinds: list[str]
    queries: Matrix

    @classmethod
    def of(cls, embed: Embed, data: DataFolder) -> MixedList:
        """EACH pictures, sounds and clips, one text and one page a thing; dev rows before others."""
        rows: dict[str, list[Matrix]] = defaultdict(list)
        about: dict[str, list[int]] = defaultdict(list)
        for i, (thing, sound_set, sound, picture_set, label, text) in enumerate(THINGS):
            page = f"{thing.capitalize()}\n\n{text} This page is about the {thing}."
            pictures = [Image(p) for p in data.images(picture_set, _files(data, picture_set, label))]
            sounds = [Audio(s, 16_000) for s in data.sounds(sound_set, _files(data, sound_set, sound))]
            clips = [Video((pictures[j % len(pictures)],), (0.0,), s.seconds, s) for j, s in enumerate(sounds)]
            for kind, found in (
                ("text", embed([text])),
                ("document", embed([Page(page, Image(render(page)))])),
                ("image", embed(pictures)),
                ("audio", embed(sounds)),
                ("video", embed(clips)),
            ):
                rows[kind].append(found)
                about[kind] += [i] * len(found)
        kinds = [kind for kind in rows for part in rows[kind] for _ in part]
        queries = embed([thing for thing, *_ in THINGS])
        return cls(
            np.concatenate([part for kind in rows for part in rows[kind]]),
            [i for kind in rows for i in about[kind]],
            kinds,
            queries,
        )

    def figures(self, size: int) -> Figures:
        """Modalities in the top 10 on average, and the share of queries with a right item of another modality there."""
        order = (-(cut(self.queries, size) @ cut(self.items, size).T)).argsort(1)[:, :TOP]
        modalities = [len({self.kinds[j] for j in best}) for best in order]
        right = [any(self.about[j] == i for j in best) for i, best in enumerate(order)]
        others = [
            any(self.about[j] == i and self.kinds[j] in ("image", "audio", "video") for j in best)
            for i, best in enumerate(order)
        ]
        return {
            "mixed list: modalities in the top 10": float(np.mean(modalities)),
            "mixed list: queries with a right item": 100 * float(np.mean(right)),
            "mixed list: queries with a right picture, sound or clip": 100 * float(np.mean(others)),
        }


def _files(data: DataFolder, name: str, label: str) -> list[str]:
    rows = [row for row in data.rows(name) if row["label"] == label]
    return [row["file"] for row in sorted(rows, key=lambda row: (row["split"] != "dev", row["file"]))[:EACH]]
