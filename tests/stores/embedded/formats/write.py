"""Write the small store of the present format that the tests keep: ``python write.py FOLDER``, once, at its release.

Its content follows from :func:`records`; a later Sensorium must read the same from it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from sensorium.stores.base import IndexSpec, TextKey
from sensorium.stores.embedded import EmbeddedStore
from sensorium.types import Metric, Record

SPEC = IndexSpec("kept-store", "every.kind", 6, Metric.EUCLIDEAN, frozenset({"text"}), (TextKey("text"),), "builtin@1")
GONE = ("key-04", "key-07", "ключ 9")


def records() -> list[Record]:
    """What the index holds, but for the keys in GONE: every type of metadata value, and keys beyond ASCII."""
    rows = np.linspace(-2, 2, 12 * 6, dtype=np.float32).reshape(12, 6)
    return [
        Record(
            f"key-{i:02d}" if i % 3 else f"ключ {i}",
            rows[i],
            {
                "n": i,
                "half": i / 2,
                "even": i % 2 == 0,
                "tags": ["a", i, "日本"][: i % 4],
                "text": f"passage {i}\n\0😀",
            },
        )
        for i in range(12)
    ]


def main(folder: str) -> None:
    with EmbeddedStore(Path(folder)) as store:
        store.create_bucket(SPEC.bucket)
        index = store.create(SPEC)
        index.put(Record(record.key, -record.vector, {"n": -1}) for record in records()[:5])  # to be replaced
        index.put(records())
        index.delete(GONE[:1])
        index.compact()
        index.delete(GONE[1:])
        report = index.verify()
        if report.damages:
            raise SystemExit(f"the store is damaged at once: {report.damages}")
        print(f"wrote {report.records} records to {folder}")


if __name__ == "__main__":
    main(sys.argv[1])
