"""What the AWS door costs over the store behind it, through a real socket, with signatures on.

    python -m benchmarks.server [--rows 20000] [--dim 1024] [--clients 200]

The server is a process of its own. Requests of the first bar are written and signed before the clock runs, so that
only the server's reading, checking and answering is counted; the others go through boto3.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import boto3
import numpy as np
import psutil
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from benchmarks.store import K, bar, interleaved, records_of, seconds
from sensorium.stores.base import IndexSpec, Query
from sensorium.stores.embedded import EmbeddedStore
from sensorium.types import Matrix, Vector

KEY, SECRET, REGION = "AKIDBENCH", "bench-secret", "us-east-1"
WHERE = {"vectorBucketName": "bench", "indexName": "rows"}


@contextmanager
def serving(home: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The URL of ``sensorium serve`` over a home, and its process."""
    keys = home / "keys"
    keys.write_text(f"[bench]\naws_access_key_id={KEY}\naws_secret_access_key={SECRET}\n")
    flags = [
        "--home",
        str(home),
        "--port",
        "0",
        "--credentials",
        str(keys),
        "--access-log",
        str(home / "log"),
        "--json",
    ]
    process = subprocess.Popen([sys.executable, "-m", "sensorium", "serve", *flags], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"], psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        process.stdout.close()


class Raw:
    """One keep-alive connection that sends requests as they were written down."""

    def __init__(self, url: str) -> None:
        self._url = url
        host, _, port = url.removeprefix("http://").partition(":")
        self._socket = socket.create_connection((host, int(port)))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def written(self, operation: str, members: dict[str, Any]) -> bytes:
        body = json.dumps(members).encode()
        request = AWSRequest("POST", f"{self._url}/{operation}", {"Content-Type": "application/json"}, body)
        SigV4Auth(Credentials(KEY, SECRET), "s3vectors", REGION).add_auth(request)
        headers = {**dict(request.headers), "Host": self._url.removeprefix("http://"), "Content-Length": len(body)}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST /{operation} HTTP/1.1\r\n{lines}\r\n".encode() + body

    def send(self, request: bytes) -> bytes:
        self._socket.sendall(request)
        status = self._file.readline()
        length = 0
        while (line := self._file.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = self._file.read(length)
        assert status.startswith(b"HTTP/1.1 200"), (status, body)
        return body

    def close(self) -> None:
        self._file.close()
        self._socket.close()


def query(url: str, home: Path, questions: Matrix) -> bool:
    """One client and one question after the other, by turns with the store itself."""
    raw = Raw(url)
    asked = [
        raw.written("QueryVectors", {**WHERE, "topK": K, "queryVector": {"float32": row.tolist()}}) for row in questions
    ]
    store = EmbeddedStore(home / "store")
    index = store.open("bench", "rows")
    turn = [0, 0, 0]

    def next_of(which: int) -> int:
        turn[which] = (turn[which] + 1) % len(questions)
        return turn[which]

    def over_http() -> None:
        found = json.loads(raw.send(asked[next_of(0)]))["vectors"]
        assert len(found) == K

    def in_process() -> None:
        vector: Vector = questions[next_of(1)]
        assert len(index.query(Query(vector=vector, k=K))) == K

    empty = raw.written("ListVectorBuckets", {"maxResults": 1})
    http_s, store_s, empty_s = interleaved(over_http, in_process, lambda: raw.send(empty))
    raw.close()
    store.close()
    added = (http_s - store_s) * 1000
    print(
        f"      a request for one bucket's name {empty_s * 1000:.2f} ms, a query of the store {store_s * 1000:.2f} ms"
    )
    found = f"{added:.2f} ms added, {http_s * 1000:.2f} ms in all"
    return bar("a query through the door", found, "<= 2 ms added", added <= 2)


def client(url: str, connections: int = 10) -> Any:
    config = Config(retries={"total_max_attempts": 1}, max_pool_connections=connections)
    return boto3.client(
        "s3vectors", REGION, endpoint_url=url, aws_access_key_id=KEY, aws_secret_access_key=SECRET, config=config
    )


def put(url: str, server: psutil.Process, rows: Matrix) -> bool:
    """Batches of 500 through boto3: whose processor is busy?"""
    calls = client(url)
    calls.create_index(
        vectorBucketName="bench", indexName="puts", dataType="float32", dimension=rows.shape[1], distanceMetric="cosine"
    )
    batches = [
        [{"key": f"{n}-{i}", "data": {"float32": row}} for i, row in enumerate(rows[:500].tolist())] for n in range(10)
    ]
    ours, theirs, taken = [], [], []
    for batch in batches:
        before = sum(server.cpu_times()[:2])
        busy = time.process_time()
        taken.append(seconds(partial(calls.put_vectors, vectorBucketName="bench", indexName="puts", vectors=batch)))
        theirs.append(time.process_time() - busy)
        ours.append(sum(server.cpu_times()[:2]) - before)
    calls.close()
    client_s, server_s = median(theirs), median(ours)
    found = f"client {client_s * 1000:.0f} ms, server {server_s * 1000:.0f} ms of {median(taken) * 1000:.0f} ms"
    return bar("CPU of 500 vectors put through boto3", found, "server <= client", server_s <= client_s)


def crowd(url: str, questions: Matrix, clients: int) -> bool:
    """Many boto3 clients at once, five questions each."""
    made = [client(url) for _ in range(clients)]
    wanted = [{"float32": row.tolist()} for row in questions]

    def ask(which: int) -> list[float]:
        return [
            seconds(partial(made[which].query_vectors, **WHERE, topK=K, queryVector=wanted[(which + n) % len(wanted)]))
            for n in range(5)
        ]

    errors: list[BaseException] = []
    times: list[float] = []
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        for future in [pool.submit(ask, which) for which in range(clients)]:
            error = future.exception()
            if error is None:
                times.extend(future.result())
            else:
                errors.append(error)
    rate = len(times) / (time.perf_counter() - started)
    for one in made:
        one.close()
    for error in errors[:3]:
        print(f"      {error}")
    found = f"{len(errors)} errors, {rate:,.0f} queries/s, median {median(times or [0]) * 1000:.0f} ms"
    return bar(f"{clients} boto3 clients at once", found, "no error", not errors)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.server", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--dim", type=int, default=1024)
    parser.add_argument("--clients", type=int, default=200)
    args = parser.parse_args()
    random = np.random.default_rng(7)
    rows = random.standard_normal((args.rows, args.dim), np.float32)
    questions = random.standard_normal((50, args.dim), np.float32)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        store = EmbeddedStore(home / "store")
        store.create_bucket("bench")
        store.create(IndexSpec("bench", "rows", args.dim)).put(records_of(rows))
        store.close()
        with serving(home) as (url, process):
            met = [query(url, home, questions), put(url, process, rows), crowd(url, questions, args.clients)]
    print(f"{os.cpu_count()} cores, {args.rows:,} x {args.dim}")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
