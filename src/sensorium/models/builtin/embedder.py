"""The built-in model behind the contract: three encoders, composed for pages and clips."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np

from sensorium.errors import Invalid
from sensorium.models.base import ModelSpec
from sensorium.models.builtin.audio import AudioEncoder
from sensorium.models.builtin.calibration import Calibration, unit
from sensorium.models.builtin.image import ImageEncoder
from sensorium.models.builtin.resample import resample
from sensorium.models.builtin.text import TextEncoder
from sensorium.models.builtin.video import compose
from sensorium.types import Audio, Image, Matrix, Modality, Page, Payload, Purpose, Video, modality_of

RATE = 16_000


class BuiltinEmbedder:
    """Embeds every modality into one space; a net is opened when it is first needed. Purposes make no difference."""

    def __init__(self, folder: Path, spec: ModelSpec) -> None:
        self.spec = spec
        self._folder = folder
        self._calibration = Calibration.read(folder)
        self._lock = threading.Lock()
        self._text: TextEncoder | None = None
        self._image: ImageEncoder | None = None
        self._audio: AudioEncoder | None = None

    def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
        """Unit rows (n, dim). Raises Invalid for a batch of several modalities."""
        kinds = {modality_of(payload) for payload in batch}
        if len(kinds) > 1:
            raise Invalid(f"a batch holds one modality, this one holds {', '.join(sorted(kinds))}", path="batch")
        if not kinds:
            return np.empty((0, self.spec.dim), np.float32)
        match kinds.pop():
            case Modality.TEXT:
                return self._texts(cast(Sequence[str], batch))
            case Modality.DOCUMENT:
                return self._pages(cast(Sequence[Page], batch))
            case Modality.IMAGE:
                return self._images(cast(Sequence[Image], batch))
            case Modality.AUDIO:
                return self._sounds(cast(Sequence[Audio], batch))
            case Modality.VIDEO:
                return self._clips(cast(Sequence[Video], batch))

    def _texts(self, texts: Sequence[str]) -> Matrix:
        with self._lock:
            self._text = self._text or TextEncoder(self._folder)
        return self._calibration.centred(self._text.encode(texts), Modality.TEXT)

    def _images(self, images: Sequence[Image]) -> Matrix:
        with self._lock:
            self._image = self._image or ImageEncoder(self._folder / "image.onnx")
        return self._calibration.centred(self._image.encode([image.pixels for image in images]), Modality.IMAGE)

    def _sounds(self, sounds: Sequence[Audio]) -> Matrix:
        with self._lock:
            self._audio = self._audio or AudioEncoder(self._folder / "audio.onnx")
        samples = [resample(sound.samples, sound.rate, RATE) for sound in sounds]
        return self._calibration.centred(self._audio.encode(samples), Modality.AUDIO)

    def _pages(self, pages: Sequence[Page]) -> Matrix:
        """Text layer plus weighted picture; the text alone without a picture, the picture alone without text."""
        rows = np.zeros((len(pages), self.spec.dim), np.float32)
        seen = [i for i, page in enumerate(pages) if page.picture is not None]
        if seen:
            pictures = [cast(Image, pages[i].picture) for i in seen]
            rows[seen] = np.float32(self._calibration.picture) * self._images(pictures)
        read = [i for i, page in enumerate(pages) if page.text.strip() or page.picture is None]
        if read:
            rows[read] += self._texts([pages[i].text for i in read])
        return unit(rows)

    def _clips(self, clips: Sequence[Video]) -> Matrix:
        """Frames and sound of each clip, composed."""
        rows = np.empty((len(clips), self.spec.dim), np.float32)
        for i, clip in enumerate(clips):
            frames = self._images(clip.frames) if clip.frames else None
            heard = clip.sound is not None and len(clip.sound.samples) > 0
            sound = self._sounds([cast(Audio, clip.sound)])[0] if heard else None
            rows[i] = compose(frames, sound, self._calibration.sound)
        return rows
