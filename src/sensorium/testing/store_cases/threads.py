"""Cases about several threads at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from sensorium.filter import parse
from sensorium.stores.base import MAX_TOP_K, Index, Store
from sensorium.testing.store_cases.base import MakeIndex, StoreCases, ask, everything, keys_of, record
from sensorium.types import Metric


class ThreadCases(StoreCases):
    """Readers and writers share an index."""

    def test_many_writers_lose_nothing(self, index: Index) -> None:
        def write(worker: int) -> None:
            for turn in range(10):
                index.put(record(f"{worker}-{turn}-{n}", worker=worker) for n in range(5))
            index.delete([f"{worker}-{turn}-0" for turn in range(10)])

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(write, range(6)))
        assert sorted(everything(index)) == sorted(
            f"{worker}-{turn}-{n}" for worker in range(6) for turn in range(10) for n in range(1, 5)
        )
        assert [index.count(parse({"worker": worker})) for worker in range(6)] == [40] * 6

    def test_readers_see_whole_chunks_only(self, make_index: MakeIndex) -> None:
        if not self.whole_chunks:
            pytest.skip("this store may show a chunk in parts")
        index = make_index(dim=2, metric=Metric.EUCLIDEAN)
        index.put(record(f"{n:02}", (0, n), turn=0) for n in range(40))
        torn: list[str] = []
        done = threading.Event()

        def read() -> None:
            while not done.is_set():
                hits = index.query(ask((0, 0), k=MAX_TOP_K))
                turns = {hit.metadata.get("turn") for hit in hits}
                if len(hits) != 40 or len(turns) != 1:
                    torn.append(f"{len(hits)} hits of turns {turns}")
                (turn,) = turns if len(turns) == 1 else (None,)
                if [hit.distance for hit in hits if turn is not None] != [
                    pytest.approx(np.hypot(float(str(turn)), n), rel=1e-5) for n in range(40)
                ]:
                    torn.append(f"distances of another turn than {turn}")

        with ThreadPoolExecutor(2) as pool:
            readers = [pool.submit(read) for _ in range(2)]
            for turn in range(1, 30):
                index.put(record(f"{n:02}", (turn, n), turn=turn) for n in range(40))
            done.set()
            for reader in readers:
                reader.result()
        assert torn == []

    def test_indexes_do_not_hinder_each_other(self, store: Store, bucket: str, make_index: MakeIndex) -> None:
        for name in ("one", "two", "three"):
            make_index(name=name)

        def work(name: str) -> list[str]:
            index = store.open(bucket, name)
            for n in range(30):
                index.put([record(f"{name}{n:02}", (1, n, 0))])
            return keys_of(index.query(ask(k=100)))

        with ThreadPoolExecutor(3) as pool:
            for name, keys in zip(("one", "two", "three"), pool.map(work, ("one", "two", "three")), strict=True):
                assert keys == [f"{name}{n:02}" for n in range(30)]
