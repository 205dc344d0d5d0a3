"""How large pictures are, by their headers or by what was made of them, so that a page can be laid out first."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

from sensorium.errors import SensoriumError
from sensorium.media import image
from sensorium.types import Modality, PageSpan, Source, Span

USUAL: Mapping[str, float] = {
    Modality.DOCUMENT: 210 / 297,
    Modality.IMAGE: 4 / 3,
    Modality.AUDIO: 3.0,
    Modality.VIDEO: 16 / 9,
}
"""Width to height of what nobody has measured."""
BUDGET_S = 0.03
"""Time that one answer spends on headers; what is not known then keeps the usual shape."""
_REMEMBERED = 200_000
Extent = tuple[int, int]


class Extents:
    """(width, height) by content and, for documents and films, page or moment. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, Span | None], Extent | None] = OrderedDict()

    def note(self, content: str, span: Span | None, extent: Extent | None) -> None:
        """Remember a size; None for what cannot be told."""
        with self._lock:
            self._known[content, span] = extent
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)

    def get(self, content: str, span: Span | None) -> Extent | None:
        """The size, where it is known."""
        with self._lock:
            return self._known.get((content, span))

    def measured(
        self, content: str, span: Span | None, modality: str, path: Path | None, until: float
    ) -> Extent | None:
        """The size; a photograph's header is read where there is a path and time until the monotonic second."""
        with self._lock:
            if (content, span) in self._known:
                return self._known[content, span]
        if modality != Modality.IMAGE or isinstance(span, PageSpan) or path is None or time.monotonic() > until:
            return None
        try:
            extent = image.size(Source(path.name, path=path))
        except SensoriumError:  # broken, or gone: the picture itself will tell
            extent = None
        self.note(content, span, extent)
        return extent
