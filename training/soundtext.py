"""The text side of the audio run: names and captions in the shared space, as teacher and student put them there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.data import DataFolder
from training.packing import Packed
from training.student import Student
from training.teacher import SOUND_PROMPTS, embeddings, label_vectors

CAPTIONS = 6000  # audio captions that serve as text neighbours
AT_ONCE = 256


class TextSide:
    """Frozen. Names (n, 384) by the teacher and by the student; `banks`: both in the shared space, unit."""

    def __init__(self, data: DataFolder, work: Path, text_map: Path, student: Path | None = None) -> None:
        with np.load(text_map) as stored:
            self.weight, self.mean = torch.from_numpy(stored["weight"]), torch.from_numpy(stored["mean"])
        vectors = label_vectors(work, data, "sound")
        self.index = {name: i for i, name in enumerate(vectors)}
        self.names = torch.from_numpy(np.stack(list(vectors.values())).astype(np.float32))
        learned = self.names if student is None else student_names(student, list(vectors))
        self.both = F.normalize(self.names + learned, dim=1)
        self.banks = [self.space(self.names), self.space(learned)]
        texts = [row["captions"][0] for row in data.text("audio_captions")]
        kept = [texts[i] for i in np.unique(np.linspace(0, len(texts) - 1, CAPTIONS).astype(int))]
        self.captions = torch.from_numpy(embeddings(work, "audio_captions", kept))
        self.caption_bank = self.space(self.captions)

    def space(self, teacher: Tensor) -> Tensor:
        """Rows of the teacher's space (n, 384) in the shared one (n, 512), unit."""
        return F.normalize(teacher @ self.weight.T - self.mean, dim=1)


@torch.inference_mode()
def student_names(weights: Path, names: list[str]) -> Tensor:
    """What the text student makes of each name, the mean over the prompts: unit rows (names, 384)."""
    student = Student()
    student.load_state_dict(torch.load(weights, weights_only=True)["student"])
    student.eval()
    packed = Packed.of([prompt.format(name) for name in names for prompt in SOUND_PROMPTS])
    random, total = np.random.default_rng(0), len(names) * len(SOUND_PROMPTS)
    rows = [
        student(*packed.batch(np.arange(start, min(start + AT_ONCE, total)), random, 0.0))
        for start in range(0, total, AT_ONCE)
    ]
    return F.normalize(torch.cat(rows).view(len(names), len(SOUND_PROMPTS), -1).mean(1), dim=1)
