"""Text read out of a picture, with the extra ``[ocr]`` (PP-OCR through rapidocr, offline): Latin and CJK lines.

It finds lines of other scripts (Cyrillic, Arabic, Devanagari …) but cannot read them: see ``unread``.
"""

from __future__ import annotations

import functools
import importlib.util
import threading
from dataclasses import dataclass
from typing import Any

from sensorium.errors import Unsupported
from sensorium.types import Pixels

INSTALL = "pip install 'sensorium[ocr]'"
_CERTAIN = 0.5
"""Below this score the recogniser guesses: it turns a Cyrillic line into Latin look-alikes."""
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a picture says: its lines from top to bottom, and how many more text-like marks were found but not read."""

    text: str
    lines: int
    unread: int


def available() -> bool:
    """Whether the extra is installed; imports nothing."""
    return importlib.util.find_spec("rapidocr") is not None


def recognised(pixels: Pixels) -> Recognised:
    """The text in the picture ``(height, width, 3)``, one line a line; empty where none is read.

    About 3 s for a dense page on one core; one picture at a time in a process. Raises Unsupported, naming what to
    install, without the extra.
    """
    picture = pixels[:, :, ::-1]
    with _LOCK:
        engine = _engine()
        # The engine remembers its switches from call to call, so each call sets all of them.
        found = engine(picture, use_det=True, use_cls=False, use_rec=True, text_score=0.0)
        texts: tuple[str, ...] = getattr(found, "txts", None) or ()
        scores: tuple[float, ...] = getattr(found, "scores", None) or ()
        sure = [text.strip() for text, score in zip(texts, scores, strict=True) if score >= _CERTAIN and text.strip()]
        marks = len(texts)
        if not sure:  # lines that the recogniser read as nothing are dropped from its answer
            boxes = getattr(engine(picture, use_det=True, use_cls=False, use_rec=False), "boxes", None)
            marks = 0 if boxes is None else len(boxes)
    return Recognised("\n".join(sure), len(sure), max(0, marks - len(sure)))


@functools.cache
def _engine() -> Any:
    """The engine, made once. Untyped: rapidocr is optional and ships no types."""
    if not available():
        raise Unsupported(f"OCR is not installed; {INSTALL}", path="ocr")
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
