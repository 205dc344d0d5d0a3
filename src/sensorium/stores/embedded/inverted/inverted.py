"""An inverted index as readers use it: mapped, immutable, safe from any thread."""

from __future__ import annotations

import os
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from sensorium.errors import Unavailable
from sensorium.stores.embedded.beside import Beside
from sensorium.stores.embedded.faults import damaged
from sensorium.stores.embedded.inverted import file
from sensorium.stores.embedded.inverted.lists import Lists
from sensorium.stores.embedded.inverted.probe import Near
from sensorium.stores.embedded.inverted.projection import Projection
from sensorium.types import Matrix, Metric, Vector

_PAGE = 4096
_THREADS = os.cpu_count() or 1
_SHARE = 1 << 16
"""Codes that are worth a thread of their own, which takes a tenth of a millisecond to begin."""
CODE_BITS = 2
"""Bits of each dimension in a code. One finds as much near a query; far from it its shortlist is ten times as long."""
_QUERY_BITS = 4
"""Bits of each dimension of a query while it is compared with codes; more cost time and find no more (measured)."""


class Inverted:
    """The lists over the first :attr:`meta.covered` slots of one generation."""

    def __init__(self, path: Path) -> None:
        """Map the file at ``path``; Corrupt where it is damaged, FileNotFoundError where there is none."""
        mapped, self._index, self._files = _mapped(path)
        self.path = path
        self.meta = mapped.meta
        metric = Metric(mapped.meta.metric)
        self.projection = Projection(mapped.meta.columns, mapped.meta.width, metric, mapped.signs, mapped.axes)
        self.centroids = mapped.centroids
        self.squares: Vector = np.vecdot(mapped.centroids, mapped.centroids)
        self.sizes = mapped.sizes
        self.starts = np.concatenate([[0], np.cumsum(mapped.sizes)])
        self.slots = mapped.slots

    @property
    def code_bytes(self) -> int:
        """Bytes of one code."""
        return int(self._index.code_size)

    @cached_property
    def owners(self) -> NDArray[np.intp]:
        """The list of each covered slot, ``(covered,)``; one beyond the last list where it was dead already."""
        owners = np.full(self.meta.covered, len(self.sizes), np.intp)
        owners[self.slots] = np.repeat(np.arange(len(self.sizes)), self.sizes)
        return owners

    def lists(self) -> Lists:
        """A copy of all rows with their codes, for whoever makes the next index of them."""
        codes = np.empty((len(self.slots), self.code_bytes), np.uint8)
        files = self._files
        for number, (start, end) in enumerate(zip(self.starts[:-1].tolist(), self.starts[1:].tolist(), strict=True)):
            if end > start:
                taken = faiss.rev_swig_ptr(files.get_codes(number), (end - start) * self.code_bytes)
                codes[start:end] = taken.reshape(-1, self.code_bytes)
        return Lists(self.sizes, self.slots.astype(np.int64), codes)

    def found(
        self, row: Matrix, near: Near, count: int, bits: NDArray[np.uint8] | None
    ) -> tuple[NDArray[np.int64], Vector]:
        """Up to ``count`` slots whose codes are nearest to ``row`` (1, width), nearest first, from the lists ``near``.

        With their squared distances as the codes estimate them. ``bits`` has a bit for each slot that may be found.
        """
        parameters, _selector = _parameters(near, bits)
        out = np.empty(count, np.float32)
        slots = np.empty(count, np.int64)
        self._index.search_preassigned_c(
            1,
            faiss.swig_ptr(row),
            count,
            faiss.swig_ptr(near.lists),
            faiss.swig_ptr(near.squares),
            faiss.swig_ptr(out),
            faiss.swig_ptr(slots),
            False,
            parameters,
        )
        there = int(np.count_nonzero(slots >= 0))
        return slots[:there], out[:there] * self.projection.scale

    def within(
        self, row: Matrix, near: Near, square: float, bits: NDArray[np.uint8] | None
    ) -> tuple[NDArray[np.int64], Vector]:
        """All slots whose codes are nearer to ``row`` (1, width) than a squared distance, in any order.

        Otherwise as :meth:`found`, and several times as fast: what is too far is seen by the first bit of a code.
        """
        shares = min(_THREADS, len(near.lists), int(self.sizes[near.lists].sum()) // _SHARE)
        if shares < 2:
            return self._within(row, near, square, bits)
        mine, *others = (near.at(np.arange(first, len(near.lists), shares)) for first in range(shares))
        beside = [Beside(partial(self._within, row, other, square, bits), "sensorium query") for other in others]
        found = [self._within(row, mine, square, bits), *(one.result() for one in beside)]
        return np.concatenate([slots for slots, _ in found]), np.concatenate([squares for _, squares in found])

    def _within(
        self, row: Matrix, near: Near, square: float, bits: NDArray[np.uint8] | None
    ) -> tuple[NDArray[np.int64], Vector]:
        parameters, _selector = _parameters(near, bits)
        result = faiss.RangeSearchResult(1)
        self._index.range_search_preassigned_c(
            1,
            faiss.swig_ptr(row),
            square / float(self.projection.scale),
            faiss.swig_ptr(near.lists),
            faiss.swig_ptr(near.squares),
            result,
            False,
            parameters,
            None,
        )
        count = int(faiss.rev_swig_ptr(result.lims, 2)[1])
        if not count:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        slots: NDArray[np.int64] = faiss.rev_swig_ptr(result.labels, count).copy()  # the result's own go with it
        return slots, faiss.rev_swig_ptr(result.distances, count) * self.projection.scale


def _parameters(near: Near, bits: NDArray[np.uint8] | None) -> tuple[Any, Any]:
    """What faiss wants to know for a search, and the selector, which must live as long, as must the bits."""
    parameters = faiss.IVFRaBitQSearchParameters()
    parameters.nprobe = len(near.lists)
    parameters.qb = _QUERY_BITS
    if bits is None:
        return parameters, None
    selector = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
    parameters.sel = selector
    return parameters, selector


def blank(centroids: Matrix) -> Any:
    """An empty index of faiss over these centroids (nlist, width)."""
    quantizer: Any = faiss.IndexFlatL2(centroids.shape[1])
    quantizer.add(centroids)
    index = faiss.IndexIVFRaBitQ(quantizer, centroids.shape[1], len(centroids), faiss.METRIC_L2, True, CODE_BITS)
    index.own_fields = True
    quantizer.this.disown()
    index.is_trained = True
    return index


def _mapped(path: Path) -> tuple[file.Mapped, Any, Any]:
    """The file, and what :func:`_faiss` makes of it, which opens it once more by its name.

    Whoever puts a newer file there between the two makes us begin again with that one.
    """
    while True:
        mapped = file.read(path)
        try:
            index, files = _faiss(path, mapped)
        except RuntimeError as error:  # faiss's word for whatever the system says
            path.stat()  # FileNotFoundError where it was removed
            raise Unavailable(f"{path} cannot be mapped: {error}", code="disk", path=str(path)) from error
        if path.stat().st_ino == mapped.inode:
            # Touched only now, as another file may have been shorter; else queries would wait for the pages one by one.
            _ = faiss.rev_swig_ptr(files.ptr, mapped.size)[::_PAGE].max()
            return mapped, index, files


def _faiss(path: Path, mapped: file.Mapped) -> tuple[Any, Any]:
    """faiss's index over the mapped lists, and the object that maps them, which must live as long."""
    index = blank(mapped.centroids)
    files: Any = faiss.OnDiskInvertedLists()
    files.nlist = len(mapped.sizes)
    files.code_size = index.code_size
    files.filename = str(path)
    files.totsize = mapped.size
    files.read_only = True
    files.prefetch_nthread = 0
    spaces = file.room(mapped.sizes)
    bytes_each = spaces * (index.code_size + 8)
    if mapped.meta.bits != CODE_BITS or mapped.offset + int(bytes_each.sum()) > mapped.size:
        raise damaged(path, "its codes are not those that this Sensorium writes")
    table = np.stack([mapped.sizes, spaces, mapped.offset + np.cumsum(bytes_each) - bytes_each], axis=1)
    table = np.ascontiguousarray(table, np.uint64)
    files.lists.resize(len(mapped.sizes))
    faiss.memcpy(files.lists.data(), faiss.swig_ptr(table), table.nbytes)
    files.do_mmap()
    index.replace_invlists(files, False)
    index.ntotal = int(mapped.sizes.sum())
    return index, files
