"""Settings: one frozen record, from ``HOME/config.toml``, then ``SENSORIUM_*`` in the environment, then flags.

Only the command and the server read it; the library takes arguments.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from sensorium.errors import Invalid
from sensorium.home import DEFAULT_INDEX, DEFAULT_MODEL, default_path
from sensorium.space import local_path
from sensorium.stores.embedded.limits import Limits

PREFIX = "SENSORIUM_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting and its default. A name here is a key of the TOML file and, in capitals, of the environment."""

    home: Path
    index: str = DEFAULT_INDEX
    model: str = DEFAULT_MODEL
    workers: int = 0
    """Threads that decode, and as many that embed; 0 means one a core."""
    lookahead_mb: int = 96
    """Megabytes of decoded segments that may wait for the model."""
    bedrock_concurrency: int = 8
    """Calls of Bedrock's models that are under way at a time."""
    bedrock_requests_per_minute: int = 0
    """Calls a minute to one of Bedrock's models, as many as the account's quota; 0 leaves that to Bedrock."""
    bedrock_output: str = ""
    """``s3://BUCKET/FOLDER`` for Bedrock to write into: sound and video in buckets are then cut and embedded there."""
    s3_endpoint: str = ""
    """URL that stands in for Amazon S3; empty means what boto3 takes by itself."""
    store_exact_mb: int = 16
    """Megabytes of an index's vectors up to which a search measures them all; 0 means never, where it can be helped."""
    store_gather_mb: int = 12
    """Megabytes of vectors that a filter keeps up to which a search measures them all; 0 means never, likewise."""
    store_memory_mb: int = 1024
    """Megabytes that building an inverted index may hold, about; 0 means as little as it can do with."""
    objects: str = ""
    """Folder whose subfolders are buckets of objects, asked before S3; empty means HOME/objects."""
    serve_host: str = "127.0.0.1"
    """Address to serve on, or a host name, which means every address that it has."""
    serve_port: int = 8765
    """0 means any free one."""
    serve_credentials: str = ""
    """File of access keys in AWS's own format; empty means that no request is checked, on loopback only."""
    serve_bearer_token_file: str = ""
    serve_account: str = "000000000000"
    serve_region: str = "us-east-1"
    """Of requests that are not signed."""
    serve_tls: bool = False
    serve_connect_proxy: int = 0
    """Port of the CONNECT proxy on loopback; 0 means none."""
    serve_models: str = ""
    """``ID=MODEL,…``: which installed model answers for an id of Bedrock's, or for a pattern of ids."""
    serve_lenient: bool = False
    """Take the invalid filters that circulate in articles."""
    serve_jobs: int = 2
    """Async invokes that run at a time."""
    serve_jobs_text_mb: int = 634
    """Megabytes that a text object of an async invoke may have; this and the next are Amazon's own limits."""
    serve_jobs_image_mb: int = 50
    serve_jobs_audio_mb: int = 1024
    serve_jobs_video_mb: int = 2048
    serve_jobs_seconds: int = 7200
    """The longest sound or video of an async invoke."""
    serve_threads: int = 0
    """Calls of one service that run at a time; 0 means four a core, at most 32."""
    serve_queue: int = 1000
    """Calls of one service that may wait for a thread; more are told to come again."""
    serve_body_mb: int = 512
    """Megabytes of request bodies that may be in memory; more are told to come again."""
    serve_body_seconds: int = 60
    """How long a client may take to send a body; large ones get a second more for every 64 KiB."""
    serve_grace_seconds: int = 20
    """How long requests that are under way may take to finish when the server is stopped."""
    serve_access_log: str = "-"
    """File of one JSON line a request; ``-`` means standard error, ``off`` none."""

    @property
    def buckets(self) -> Path:
        """The folder whose subfolders are buckets of objects."""
        return local_path(self.objects) if self.objects else self.home / "objects"

    @property
    def store_limits(self) -> Limits:
        """When the embedded store turns from measuring all vectors to an inverted index."""
        return Limits(self.store_exact_mb << 20, self.store_gather_mb << 20, self.store_memory_mb << 20)


def load(
    home: Path | str | None = None,
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """Read the settings. Raises Invalid for a broken file, an unknown key or a value of the wrong type."""
    path = local_path(home or environment.get(f"{PREFIX}HOME") or default_path())
    settings = Settings(path)
    file = path / "config.toml"
    if file.is_file():
        settings = replace(settings, **_from_file(file))
    names = {field.name for field in fields(Settings)} - {"home"}
    found = {name: environment[PREFIX + name.upper()] for name in sorted(names) if PREFIX + name.upper() in environment}
    settings = replace(settings, **{name: _typed(name, text, PREFIX + name.upper()) for name, text in found.items()})
    return replace(settings, **{name: value for name, value in (flags or {}).items() if value is not None})


def _from_file(file: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Invalid(f"{file}: cannot be read as TOML: {error}", path=str(file)) from error
    return {name: _typed(name, value, f"{file}: {name}") for name, value in found.items()}


def _typed(name: str, value: object, where: str) -> Any:
    """A value from the file or the environment as the type of the setting."""
    kinds = {field.name: field.type for field in fields(Settings) if field.name != "home"}
    kind = kinds.get(name)
    if kind is None:
        raise Invalid(f"{where}: unknown setting; there are {', '.join(sorted(kinds))}", path=name)
    if kind == "int":
        return _number(name, value, where)
    if kind == "bool":
        return _switch(name, value, where)
    if not isinstance(value, str) or not value:
        raise Invalid(f"{where}: found {value!r}; a name is needed", path=name)
    return value


def _number(name: str, value: object, where: str) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = -1
    if number < 0 or isinstance(value, bool):
        raise Invalid(f"{where}: found {value!r}; a whole number of 0 or more is needed", path=name)
    return number


def _switch(name: str, value: object, where: str) -> bool:
    found = {"true": True, "1": True, "false": False, "0": False}.get(str(value).lower())
    if found is None:
        raise Invalid(f"{where}: found {value!r}; true or false is needed", path=name)
    return found
