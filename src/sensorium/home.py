"""A home: the folder where Sensorium keeps its store, its catalog and its settings.

``HOME/store`` holds the embedded store, ``HOME/catalog.db`` what has been indexed, ``HOME/config.toml`` the settings.
An index in S3 Vectors (``s3vectors://BUCKET/NAME``) is opened through a home as well: what has been put into it from
here stands in the home's catalog.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from pathlib import Path

import platformdirs

from sensorium.catalog import Catalog
from sensorium.errors import Conflict, Invalid, NotFound, SensoriumError
from sensorium.ledger import Ledger, ledgers
from sensorium.models.base import Embedder
from sensorium.models.registry import Registry
from sensorium.models.resized import resized
from sensorium.space import TEXT_KEY, Space, local_path
from sensorium.stores.base import DEFAULT_BUCKET, Index, IndexSpec, Store, TextKey
from sensorium.stores.embedded import EmbeddedStore
from sensorium.stores.embedded.limits import Limits
from sensorium.types import Metric

DEFAULT_MODEL = "builtin"
DEFAULT_INDEX = "default"
REMOTE = "s3vectors://"
"""How the name of an index in S3 Vectors begins."""


def default_path() -> Path:
    """Where the home lies when nobody says otherwise: the platform's folder for a user's data."""
    return Path(platformdirs.user_data_dir("sensorium", appauthor=False))


def split_name(name: str) -> tuple[str, str]:
    """``NAME``, ``BUCKET/NAME`` or ``s3vectors://BUCKET/NAME`` to (bucket, name); the scheme stays with the bucket.

    Raises Invalid for anything else.
    """
    scheme = REMOTE if name.startswith(REMOTE) else ""
    parts = name.removeprefix(scheme).split("/")
    if len(parts) > 2 or not all(parts) or (scheme and len(parts) < 2) or ":" in parts[0]:
        raise Invalid(f"index {name!r}: accepted are NAME, BUCKET/NAME and {REMOTE}BUCKET/NAME", path="index")
    return (DEFAULT_BUCKET, parts[0]) if len(parts) == 1 else (scheme + parts[0], parts[1])


class Home:
    """Opens spaces. Use it as a context manager, or call ``close``."""

    def __init__(
        self,
        path: Path | str | None = None,
        registry: Registry | None = None,
        *,
        create: bool = True,
        limits: Limits = Limits(),
    ) -> None:
        """Without ``create`` a folder that is not there is not made: it is a home that holds no index.

        ``limits`` says when the indexes that lie in it turn from measuring all vectors to an inverted index.
        Raises Invalid for a path that cannot be a home.
        """
        self.path = default_path() if path is None else local_path(path)
        self.registry = Registry.installed() if registry is None else registry
        if create:
            try:
                self.path.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise Invalid(f"{self.path}: cannot be used as a home: {error.strerror}", path="home") from error
        elif self.path.exists() and not self.path.is_dir():
            raise Invalid(f"{self.path}: cannot be used as a home: it is no folder", path="home")
        self.limits = limits
        self.store = EmbeddedStore(self.path / "store", limits=limits)
        self._create_missing = create
        self._catalog: Catalog | None = None
        self._remote: Store | None = None
        self._lock = threading.Lock()
        if create:
            try:
                _ = self.catalog
            except SensoriumError:
                self.store.close()
                raise

    @property
    def catalog(self) -> Catalog:
        """What has been indexed; opened when it is first needed. Raises as :class:`Catalog`."""
        with self._lock:
            if self._catalog is None:
                self._catalog = Catalog(self.path / "catalog.db")
            return self._catalog

    def indexes(self) -> list[IndexSpec]:
        """All indexes that lie in the home, ordered by bucket and name."""
        return [spec for bucket in self.store.buckets() for spec in self.store.indexes(bucket)]

    def elsewhere(self) -> list[tuple[str, Ledger]]:
        """Indexes in S3 Vectors that were filled from here, by name, with what the catalog knows of them."""
        if not (self.path / "catalog.db").is_file():
            return []
        return [(f"{bucket}/{name}", ledger) for bucket, name, ledger in ledgers(self.catalog, REMOTE)]

    def has(self, name: str) -> bool:
        """Whether there is an index of that name."""
        return self._found(name) is not None

    def index(self, name: str = DEFAULT_INDEX) -> Index:
        """The index alone, without a model. Raises NotFound that lists what there is and says how to make one."""
        found = self._found(name)
        if found is not None:
            return found
        flag = "" if name == DEFAULT_INDEX else f" --index {name}"
        if name.startswith(REMOTE):
            raise NotFound(f"no index {name!r}; `sensorium index PATH{flag}` makes one", path=name)
        known = ", ".join(display_name(spec) for spec in self.indexes())
        hint = f"there are: {known}" if known else "there is none yet"
        raise NotFound(f"no index {name!r} in {self.path}; {hint}. `sensorium index PATH{flag}` makes one", path=name)

    def open(
        self,
        name: str = DEFAULT_INDEX,
        *,
        model: str | None = None,
        dim: int | None = None,
        metric: Metric | str | None = None,
        create: bool = False,
    ) -> Space:
        """The space of an index, with the model that it is stamped with.

        With ``create`` a missing index (and bucket) is made for ``model`` (the built-in one by default), ``dim`` (the
        model's own) and ``metric`` (cosine). Raises NotFound for a missing index otherwise, Conflict where an existing
        one disagrees with what is asked, Invalid for an index without a stamp when no model is named.
        """
        metric = None if metric is None else _metric(metric)
        found = self._found(name)
        if found is None and create:
            return self._create(name, model or DEFAULT_MODEL, dim, metric or Metric.COSINE)
        index = self.index(name) if found is None else found
        spec = index.spec
        if dim is not None and dim != spec.dim:
            raise Conflict(f"index {name} has {spec.dim} dimensions, not {dim}; name another index", path="dim")
        if metric is not None and metric != spec.metric:
            raise Conflict(
                f"index {name} measures {spec.metric} distance, not {metric}; name another index", path="metric"
            )
        if spec.model is None and model is None:
            raise Invalid(f"index {name} does not say which model made its vectors; name it with --model", path="model")
        stamped = spec.model.rpartition("@")[0] if spec.model else None
        if model is not None and stamped is not None and model != stamped:
            raise Conflict(
                f"index {name} holds vectors of {spec.model}, not of {model}; name another index", path="model"
            )
        return Space(index, self._load(model or stamped or DEFAULT_MODEL, spec.dim), self.ledger(spec, name))

    def make(self, name: str, spec: IndexSpec) -> Index:
        """The index of that name, made as ``spec`` says but for its names; one that is there already is opened.

        A missing bucket is made, too.
        """
        if not self._create_missing:
            raise Invalid(f"{self.path} was opened with create=False, so no index is made in it", path="create")
        bucket, short = split_name(name)
        return _made(self._store_of(bucket), replace(spec, bucket=bucket.removeprefix(REMOTE), name=short))

    def drop(self, name: str) -> None:
        """Remove a whole index with its records and its ledger."""
        spec = self.index(name).spec
        bucket, short = split_name(name)
        self._store_of(bucket).drop(spec.bucket, spec.name)
        self.catalog.drop(bucket, short)

    def ledger(self, spec: IndexSpec, name: str | None = None) -> Ledger:
        """The catalog of one index; ``name`` is what it was opened by, needed where it does not lie in the home."""
        bucket = spec.bucket if name is None else split_name(name)[0]
        return Ledger.of(self.catalog, bucket, spec.name, spec.created_s)

    def close(self) -> None:
        """Close the stores and the catalog."""
        self.store.close()
        with self._lock:
            if self._remote is not None:
                self._remote.close()
            if self._catalog is not None:
                self._catalog.close()

    def __enter__(self) -> Home:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _create(self, name: str, model: str, dim: int | None, metric: Metric) -> Space:
        embedder = self._load(model, dim)
        spec = IndexSpec(
            *split_name(name),
            embedder.spec.dim,
            metric,
            non_filterable=frozenset((TEXT_KEY,)),
            text_keys=(TextKey(TEXT_KEY),),
            model=embedder.spec.stamp,
        )
        index = self.make(name, spec)
        return Space(index, embedder, self.ledger(index.spec, name))

    def _found(self, name: str) -> Index | None:
        bucket, short = split_name(name)
        store = self._store_of(bucket)
        if store is self.store and not any((spec.bucket, spec.name) == (bucket, short) for spec in self.indexes()):
            return None
        try:
            return store.open(bucket.removeprefix(REMOTE), short)
        except NotFound:
            return None

    def _store_of(self, bucket: str) -> Store:
        if not bucket.startswith(REMOTE):
            return self.store
        from sensorium.stores.s3vectors import S3VectorsStore  # the extra `aws`, for those who use it

        with self._lock:
            if self._remote is None:
                self._remote = S3VectorsStore()
            return self._remote

    def _load(self, model: str, dim: int | None) -> Embedder:
        return resized(self.registry.load(model), dim)


def _made(store: Store, spec: IndexSpec) -> Index:
    """The new index, in a new bucket where there is none."""
    try:
        return _new_or_there(store, spec)
    except NotFound:
        with contextlib.suppress(Conflict):  # another process made it first
            store.create_bucket(spec.bucket)
        return _new_or_there(store, spec)


def _new_or_there(store: Store, spec: IndexSpec) -> Index:
    try:
        return store.create(spec)
    except Conflict:  # likewise
        return store.open(spec.bucket, spec.name)


def open(
    name: str = DEFAULT_INDEX,
    *,
    home: Path | str | None = None,
    model: str | None = None,
    dim: int | None = None,
    metric: Metric | str | None = None,
    create: bool = True,
) -> Space:
    """The space of an index in a home of its own, which closes with it: ``with sensorium.open("photos") as space``.

    ``home`` is the platform's folder for a user's data by default. A missing home and a missing index are made unless
    ``create`` is False; the rest is as in :meth:`Home.open`.
    """
    owner = Home(home, create=create)
    try:
        space = owner.open(name, model=model, dim=dim, metric=metric, create=create)
    except SensoriumError:
        owner.close()
        raise
    space.on_close = owner.close
    return space


def display_name(spec: IndexSpec) -> str:
    """``NAME`` in the default bucket, else ``BUCKET/NAME``."""
    return spec.name if spec.bucket == DEFAULT_BUCKET else f"{spec.bucket}/{spec.name}"


def _metric(name: Metric | str) -> Metric:
    try:
        return Metric(name)
    except ValueError:
        raise Invalid(f"no metric {name!r}; there are {', '.join(Metric)}", path="metric") from None
