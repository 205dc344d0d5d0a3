"""A home: the folder where Sensorium keeps its store, its catalog and its settings.

``HOME/store`` holds the embedded store, ``HOME/catalog.db`` what has been indexed, ``HOME/config.toml`` the settings.
"""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

import platformdirs

from sensorium.catalog import Catalog, Ledger
from sensorium.errors import Conflict, Invalid, NotFound, SensoriumError
from sensorium.models.base import Embedder
from sensorium.models.registry import Registry
from sensorium.models.resized import Resized
from sensorium.space import TEXT_KEY, Space, local_path
from sensorium.stores.base import DEFAULT_BUCKET, Index, IndexSpec, TextKey
from sensorium.stores.embedded import EmbeddedStore
from sensorium.types import Metric

DEFAULT_MODEL = "builtin"
DEFAULT_INDEX = "default"


def default_path() -> Path:
    """Where the home lies when nobody says otherwise: the platform's folder for a user's data."""
    return Path(platformdirs.user_data_dir("sensorium", appauthor=False))


def split_name(name: str) -> tuple[str, str]:
    """``NAME`` or ``BUCKET/NAME`` to (bucket, name). Raises Invalid for more than one slash."""
    parts = name.split("/")
    if len(parts) > 2 or not all(parts):
        raise Invalid(f"index {name!r}: accepted are NAME and BUCKET/NAME", path="index")
    return (DEFAULT_BUCKET, parts[0]) if len(parts) == 1 else (parts[0], parts[1])


class Home:
    """Opens spaces. Use it as a context manager, or call ``close``."""

    def __init__(
        self, path: Path | str | None = None, registry: Registry | None = None, *, create: bool = True
    ) -> None:
        """Without ``create`` a folder that is not there is not made: it is a home that holds no index.

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
        self.store = EmbeddedStore(self.path / "store")
        self._create_missing = create
        self._catalog: Catalog | None = None
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
        """All indexes, ordered by bucket and name."""
        return [spec for bucket in self.store.buckets() for spec in self.store.indexes(bucket)]

    def index(self, name: str = DEFAULT_INDEX) -> Index:
        """The index alone, without a model. Raises NotFound that lists what there is and says how to make one."""
        bucket, short = split_name(name)
        there = self.indexes()
        if not any(spec.bucket == bucket and spec.name == short for spec in there):
            known = ", ".join(display_name(spec) for spec in there)
            hint = f"there are: {known}" if known else "there is none yet"
            flag = "" if name == DEFAULT_INDEX else f" --index {name}"
            raise NotFound(
                f"no index {name!r} in {self.path}; {hint}. `sensorium index PATH{flag}` makes one", path=name
            )
        return self.store.open(bucket, short)

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
        bucket, short = split_name(name)
        metric = None if metric is None else _metric(metric)
        exists = any(spec.name == short for spec in self._indexes_of(bucket))
        if not exists and create:
            return self._create(bucket, short, model or DEFAULT_MODEL, dim, metric or Metric.COSINE)
        index = self.index(name)
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
        return Space(index, self._load(model or stamped or DEFAULT_MODEL, spec.dim), self.ledger(spec))

    def drop(self, name: str) -> None:
        """Remove a whole index with its records and its ledger."""
        spec = self.index(name).spec
        self.store.drop(spec.bucket, spec.name)
        self.catalog.drop(spec.bucket, spec.name)

    def ledger(self, spec: IndexSpec) -> Ledger:
        """The catalog of one index."""
        return self.catalog.ledger(spec.bucket, spec.name, spec.created_s)

    def close(self) -> None:
        """Close the store and the catalog."""
        self.store.close()
        with self._lock:
            if self._catalog is not None:
                self._catalog.close()

    def __enter__(self) -> Home:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _create(self, bucket: str, name: str, model: str, dim: int | None, metric: Metric) -> Space:
        if not self._create_missing:
            raise Invalid(f"{self.path} was opened with create=False, so no index is made in it", path="create")
        embedder = self._load(model, dim)
        if bucket not in self.store.buckets():
            with contextlib.suppress(Conflict):  # another process made it first
                self.store.create_bucket(bucket)
        spec = IndexSpec(
            bucket,
            name,
            embedder.spec.dim,
            metric,
            non_filterable=frozenset((TEXT_KEY,)),
            text_keys=(TextKey(TEXT_KEY),),
            model=embedder.spec.stamp,
        )
        try:
            index = self.store.create(spec)
        except Conflict:  # likewise
            index = self.store.open(bucket, name)
        return Space(index, embedder, self.ledger(index.spec))

    def _indexes_of(self, bucket: str) -> list[IndexSpec]:
        return self.store.indexes(bucket) if bucket in self.store.buckets() else []

    def _load(self, model: str, dim: int | None) -> Embedder:
        embedder = self.registry.load(model)
        return embedder if dim is None or dim == embedder.spec.dim else Resized(embedder, dim)


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
