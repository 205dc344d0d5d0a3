"""The indexes of faiss that were tried for the embedded store: how each is built and searched.

A candidate turns the vectors first (a rotation, a Matryoshka prefix, a PCA), keeps codes of them, finds a shortlist by
the codes, and ranks that by the float32 vectors, which stay in a memory-mapped file.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sensorium.types import Matrix, Vector

Ids = NDArray[np.int64]

faiss: Any = import_module("faiss")
"""Untyped: the stubs that it ships know neither its transforms nor half of its parameters."""

BLOCK = 32_768
POINTS, ROUNDS = 48, 8
"""Rows a list that k-means sees, and its rounds."""
DEGREE, CARE = 32, 100
"""M and efConstruction of an HNSW graph."""


@dataclass(frozen=True)
class Candidate:
    """``code`` is flat, hnsw-sq8, hnsw-rabitq, sq8, pq, rabitq or rabitq-fastscan; the last four lie in inverted lists.

    ``bits`` are those of a dimension in the code; ``turn`` is none, prefix, pca or padded (with zeros), to ``dim``
    dimensions; ``rotation`` is none, hadamard or random; there are ``lists * sqrt(rows)`` lists.
    """

    code: str
    bits: int = 8
    turn: str = "none"
    dim: int = 0
    rotation: str = "none"
    lists: float = 4

    @property
    def inverted(self) -> bool:
        return self.code in ("sq8", "pq", "rabitq", "rabitq-fastscan")

    @property
    def name(self) -> str:
        """One word, also the name of its files."""
        words = [f"{self.code}{self.bits}" if "rabitq" in self.code else self.code]
        words += [f"{self.turn}{self.dim}"] if self.dim else []
        words += [self.rotation] if self.rotation != "none" else []
        return "-".join(["ivf", *words, f"{self.lists:g}"] if self.inverted else words)


class Selector:
    """A mask of the rows as faiss takes it; the bits live as long as the selector."""

    def __init__(self, mask: NDArray[np.bool_]) -> None:
        self.mask = mask
        self._bits = np.packbits(mask, bitorder="little")
        self.faiss = faiss.IDSelectorBitmap(self._bits)


class Turn:
    """How rows and queries are changed before an index sees them; made from the rows that it holds."""

    def __init__(self, candidate: Candidate, matrix: Matrix) -> None:
        self._candidate = candidate
        self._pca: Any = None
        self._rotation: Any = None
        width = candidate.dim or matrix.shape[1]
        if candidate.turn == "pca":
            self._pca = faiss.PCAMatrix(matrix.shape[1], width)
            sample = np.random.default_rng(0).choice(len(matrix), min(len(matrix), 50_000), replace=False)
            self._pca.train(matrix[np.sort(sample)])
        if candidate.rotation != "none":
            hadamard = candidate.rotation == "hadamard"
            self._rotation = faiss.HadamardRotation(width) if hadamard else faiss.RandomRotationMatrix(width, width)
            self._rotation.init(1)
            if self._rotation.d_out != width:
                raise SystemExit(f"{candidate.name}: the rotation makes {self._rotation.d_out} of {width} dimensions")

    def cut(self, rows: Matrix) -> Matrix:
        """The rows cut, projected or padded."""
        match self._candidate.turn:
            case "prefix":
                rows = rows[:, : self._candidate.dim]
            case "pca":
                rows = self._pca.apply(np.ascontiguousarray(rows))
            case "padded":
                rows = np.pad(rows, ((0, 0), (0, self._candidate.dim - rows.shape[1])))
        return np.ascontiguousarray(rows)

    def rotated(self, rows: Matrix) -> Matrix:
        """Cut rows rotated, which keeps all distances between them."""
        found: Matrix = rows if self._rotation is None else self._rotation.apply(rows)
        return found

    def __call__(self, rows: Matrix) -> Matrix:
        return self.rotated(self.cut(rows))


@dataclass(frozen=True)
class Built:
    """A candidate over rows: the faiss index, its turn, CPU seconds of the build, bytes a vector of its file."""

    candidate: Candidate
    index: Any
    turn: Turn
    seconds: float
    size: float

    def parameters(self, effort: int, selector: Selector | None = None) -> Any:
        """What faiss takes beside a query: ``effort`` is nprobe, or efSearch."""
        if self.candidate.code.startswith("hnsw"):
            parameters = faiss.SearchParametersHNSW()
            parameters.efSearch = effort
        elif self.candidate.code.startswith("rabitq"):
            parameters = faiss.IVFRaBitQSearchParameters()
            parameters.nprobe, parameters.qb = effort, self.index.qb
        elif self.candidate.inverted:
            parameters = faiss.SearchParametersIVF()
            parameters.nprobe = effort
        else:
            parameters = faiss.SearchParameters()
        if selector is not None:
            parameters.sel = selector.faiss
        return parameters

    def shortlist(self, queries: Matrix, most: int, effort: int, selector: Selector | None = None) -> Ids:
        """The rows (n, most) that the codes rank first for queries that are turned already; -1 fills the end."""
        found: Ids = self.index.search(queries, most, params=self.parameters(effort, selector))[1]
        return found

    def search(
        self, matrix: Matrix, query: Vector, k: int, most: int, effort: int, selector: Selector | None = None
    ) -> Ids:
        """The rows (at most k) nearest to a query, by float32 rescoring of a shortlist."""
        ids = self.shortlist(self.turn(query[None]), most, effort, selector)[0]
        ids = ids[ids >= 0]
        near = matrix[ids] @ query
        best: Ids = ids[np.argsort(-near)[:k]]
        return best


def build(candidate: Candidate, matrix: Matrix, cache: Path) -> Built:
    """Build a candidate, or read it where an earlier call left it under ``cache``."""
    path, facts = cache / f"{candidate.name}.faiss", cache / f"{candidate.name}.build.json"
    cache.mkdir(parents=True, exist_ok=True)
    began = time.process_time()
    turn = Turn(candidate, matrix)
    if not facts.exists():
        rows = np.concatenate([turn.cut(matrix[at : at + BLOCK]) for at in range(0, len(matrix), BLOCK)])
        if candidate.inverted:
            centroids, owners, shared = coarse(candidate, rows, cache)
            index = inverted(candidate, turn.rotated(rows), turn.rotated(centroids), owners)
        else:
            shared, index = 0.0, graph(candidate, turn.rotated(rows))
        spent = time.process_time() - began + shared
        faiss.write_index(index, str(path))
        facts.write_text(json.dumps({"seconds": spent, "size": path.stat().st_size / len(matrix)}))
    known = json.loads(facts.read_text())
    return Built(candidate, faiss.read_index(str(path)), turn, known["seconds"], known["size"])


def coarse(candidate: Candidate, rows: Matrix, cache: Path) -> tuple[Matrix, Ids, float]:
    """Centroids of the lists of rows that are not rotated yet, the list of each row, and the CPU seconds of both.

    The seconds are 0 where they were spent in this call. Candidates that differ in code or rotation share the lists.
    """
    path = cache / f"lists-{candidate.turn}{candidate.dim or ''}-{candidate.lists:g}.npz"
    fresh = not path.exists()
    if fresh:
        began, dim = time.process_time(), rows.shape[1]
        count = round(candidate.lists * len(rows) ** 0.5)
        means = faiss.Kmeans(dim, count, niter=ROUNDS, max_points_per_centroid=POINTS, seed=1)
        sample = np.random.default_rng(1).choice(len(rows), min(len(rows), count * POINTS), replace=False)
        means.train(rows[np.sort(sample)])
        nearest = faiss.IndexFlatL2(dim)
        nearest.add(means.centroids)
        owners = np.concatenate([nearest.search(rows[at : at + BLOCK], 1)[1] for at in range(0, len(rows), BLOCK)])
        np.savez(path, centroids=means.centroids, owners=owners[:, 0], seconds=time.process_time() - began)
    with np.load(path) as known:
        return known["centroids"], known["owners"], 0.0 if fresh else float(known["seconds"])


def inverted(candidate: Candidate, rows: Matrix, centroids: Matrix, owners: Ids) -> Any:
    """Codes in the lists of a known assignment."""
    count, dim = centroids.shape
    quantizer = faiss.IndexFlatL2(dim)
    quantizer.add(centroids)
    match candidate.code:
        case "sq8":
            index = faiss.IndexIVFScalarQuantizer(quantizer, dim, count, faiss.ScalarQuantizer.QT_8bit)
        case "pq":  # 4 bits for 4 dimensions: as many bytes as 1-bit RaBitQ
            index = faiss.IndexIVFPQ(quantizer, dim, count, dim // 4, 4)
        case _:
            index = faiss.IndexIVFRaBitQ(quantizer, dim, count, faiss.METRIC_L2, True, candidate.bits)
    index.train(rows[np.sort(np.random.default_rng(2).choice(len(rows), min(len(rows), 30_000), replace=False))])
    for at in range(0, len(rows), BLOCK):
        block, own = rows[at : at + BLOCK], np.ascontiguousarray(owners[at : at + BLOCK])
        index.add_core(len(block), faiss.swig_ptr(block), None, faiss.swig_ptr(own))
    # The fast-scan indexes take no known assignment: add_core of theirs leaves garbage behind.
    match candidate.code:
        case "pq":
            scan = faiss.IndexIVFPQFastScan(index)
        case "rabitq-fastscan":
            scan = faiss.IndexIVFRaBitQFastScan(index)
        case _:
            scan = index
    scan.referenced_objects = [quantizer] if scan is index else [quantizer, index]
    return scan


def graph(candidate: Candidate, rows: Matrix) -> Any:
    """A flat index, or an HNSW graph over codes."""
    dim = rows.shape[1]
    match candidate.code:
        case "flat":
            index = faiss.IndexFlatIP(dim)
        case "hnsw-sq8":
            index = faiss.IndexHNSWSQ(dim, faiss.ScalarQuantizer.QT_8bit, DEGREE)
        case _:
            index = faiss.IndexHNSWRaBitQ(dim, DEGREE, candidate.bits)
    if candidate.code != "flat":
        index.hnsw.efConstruction = CARE
        index.train(rows[:30_000])
    index.add(rows)
    return index
