from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.pipeline.conftest import registry

from sensorium.errors import Conflict, Invalid, NotFound
from sensorium.home import Home, display_name, split_name
from sensorium.space import explain
from sensorium.stores.base import IndexSpec, Optimises, Query
from sensorium.stores.embedded import Limits
from sensorium.stores.embedded.plan import Way
from sensorium.types import Metric, Record


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home(tmp_path / "home", registry()) as home:
        yield home


def test_names() -> None:
    assert split_name("photos") == ("default", "photos")
    assert split_name("shop/photos") == ("shop", "photos")
    assert split_name("s3vectors://shop/photos") == ("s3vectors://shop", "photos")
    for name in ("", "a/b/c", "/x", "x/", "s3vectors://", "s3vectors://shop", "s3vectors://a/b/c", "s3:/a"):
        with pytest.raises(Invalid, match="BUCKET/NAME"):
            split_name(name)
    assert display_name(IndexSpec("default", "photos", 4)) == "photos"
    assert display_name(IndexSpec("shop", "photos", 4)) == "shop/photos"


def test_a_missing_index_says_how_to_make_one(home: Home) -> None:
    with pytest.raises(NotFound, match=r"there is none yet. `sensorium index PATH` makes one"):
        home.open()
    home.open("shop/photos", model="weightless", create=True)
    with pytest.raises(NotFound, match=r"there are: shop/photos. `sensorium index PATH --index others` makes one"):
        home.open("others")


def test_whether_there_is_an_index(home: Home) -> None:
    assert not home.has("shop/photos")
    home.open("shop/photos", model="weightless", create=True)
    assert home.has("shop/photos")
    assert not home.has("photos")


def test_what_was_put_elsewhere_is_known_by_its_name(home: Home, tmp_path: Path) -> None:
    assert home.elsewhere() == []
    spec = IndexSpec("shop", "photos", 64, created_s=1.0)
    home.ledger(spec, "s3vectors://shop/photos").journal([("key", "file:///a.txt", "version")])
    assert home.ledger(spec).keys("file:///a.txt") == [], "an index of the same name that lies here is another one"
    ((name, ledger),) = home.elsewhere()
    assert name == "s3vectors://shop/photos"
    assert ledger.keys("file:///a.txt") == ["key"]
    assert home.indexes() == []
    with Home(tmp_path / "nowhere", registry(), create=False) as missing:
        assert missing.elsewhere() == []


def test_an_index_remembers_its_model_dimension_and_metric(home: Home) -> None:
    home.open("photos", model="weightless", dim=32, metric="euclidean", create=True)
    space = home.open("photos")
    assert (space.index.spec.dim, space.index.spec.metric) == (32, Metric.EUCLIDEAN)
    assert space.index.spec.model == "weightless@1"
    assert space.embedder.spec.dim == 32
    assert home.open("photos", model="weightless", dim=32, create=True).name == "default/photos"


def test_what_disagrees_is_a_conflict(home: Home) -> None:
    home.open("photos", model="weightless", create=True)
    with pytest.raises(Conflict, match="64 dimensions, not 32"):
        home.open("photos", dim=32)
    with pytest.raises(Conflict, match="cosine distance, not euclidean"):
        home.open("photos", metric="euclidean")
    with pytest.raises(Conflict, match="holds vectors of weightless@1"):
        home.open("photos", model="other")
    with pytest.raises(Invalid, match="no metric 'manhattan'"):
        home.open("photos", metric="manhattan")


def test_an_index_without_a_stamp_needs_a_named_model(home: Home) -> None:
    home.store.create_bucket("made-elsewhere")
    home.store.create(IndexSpec("made-elsewhere", "vectors", 64))
    with pytest.raises(Invalid, match="name it with --model"):
        home.open("made-elsewhere/vectors")
    space = home.open("made-elsewhere/vectors", model="weightless")
    assert space.index.spec.model is None, "opening does not stamp"


def test_another_revision_is_refused(home: Home) -> None:
    home.store.create_bucket("old")
    home.store.create(IndexSpec("old", "vectors", 64, model="weightless@0"))
    with pytest.raises(Conflict, match=r"weightless@0, the model here is weightless@1"):
        home.open("old/vectors")


def test_dropping(home: Home) -> None:
    space = home.open("photos", model="weightless", create=True)
    assert space.ledger is not None
    space.ledger.journal([("key", "file:///a.txt", "version")])
    home.drop("photos")
    assert home.indexes() == []
    assert home.catalog.rows("SELECT * FROM keys", ()) == []
    with pytest.raises(NotFound):
        home.drop("photos")


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Invalid, match="cannot be used as a home"):
        Home(tmp_path / "file", registry())


def test_without_create_nothing_is_made(tmp_path: Path) -> None:
    with Home(tmp_path / "typo", registry(), create=False) as home:
        assert home.indexes() == []
        with pytest.raises(NotFound, match=r"in .*typo; there is none yet. `sensorium index PATH` makes one"):
            home.open()
        with pytest.raises(Invalid, match="create=False"):
            home.open(model="weightless", create=True)
    assert list(tmp_path.iterdir()) == []
    with Home(tmp_path / "typo", registry()) as home:
        home.open(model="weightless", create=True)
    with Home(tmp_path / "typo", registry(), create=False) as home:
        assert home.open().index.count() == 0
    (tmp_path / "file").touch()
    with pytest.raises(Invalid, match="it is no folder"):
        Home(tmp_path / "file", registry(), create=False)


def test_a_home_has_one_name(tmp_path: Path) -> None:
    with Home(tmp_path / "a" / ".." / "home", registry()) as home:
        assert home.path == tmp_path / "home"
    assert not (tmp_path / "a").exists()


def test_an_index_is_made_as_a_specification_says_in_a_new_bucket(home: Home) -> None:
    spec = IndexSpec("other", "name", 7, Metric.EUCLIDEAN, frozenset({"a"}), model="m@1")
    made = home.make("shop/photos", spec)
    assert (made.spec.bucket, made.spec.name) == ("shop", "photos")
    assert (made.spec.dim, made.spec.metric, made.spec.non_filterable) == (7, Metric.EUCLIDEAN, frozenset({"a"}))
    assert made.spec.model == "m@1"
    assert home.make("shop/photos", IndexSpec("x", "y", 3)).spec == made.spec
    with Home(home.path, registry(), create=False) as looking, pytest.raises(Invalid, match="create=False"):
        looking.make("more", spec)


def test_limits_hold_for_its_indexes(tmp_path: Path) -> None:
    """Nothing is too little for them: no byte, and one vector."""
    rows = np.random.default_rng(1).standard_normal((300, 16), dtype=np.float32)
    for limits, way in ((Limits(0, 0, 0), Way.LISTS), (Limits(), Way.ALL)):
        with Home(tmp_path / "home", registry(), limits=limits) as home:
            for count in (1, 2, 300):
                index = home.make(f"of-{count}", IndexSpec("", "", 16))
                if not index.count():
                    index.put(Record(str(number), row, {}) for number, row in enumerate(rows[:count]))
                    assert isinstance(index, Optimises)
                    assert index.optimise()
        with Home(home.path, registry(), limits=limits) as home:
            for count in (1, 2, 300):
                hits, explanation = explain(home.index(f"of-{count}"), Query(1, rows[count - 1]))
                assert [hit.key for hit in hits] == [str(count - 1)]
                assert explanation is not None
                assert explanation.steps is not None
                assert explanation.steps.uncovered == 0
        assert explanation.steps.way is way
