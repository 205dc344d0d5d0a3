import pytest

from sensorium.errors import Conflict, Invalid, NotFound
from sensorium.models.registry import Registry
from sensorium.testing.weightless import WeightlessProvider


def test_a_second_registration_is_a_conflict() -> None:
    registry = Registry()
    registry.register("one", WeightlessProvider())
    with pytest.raises(Conflict, match="'one' is registered already"):
        registry.register("one", WeightlessProvider())


@pytest.mark.parametrize("name", ["", "a:b"])
def test_names_that_cannot_be_referred_to(name: str) -> None:
    with pytest.raises(Invalid, match="colon"):
        Registry().register(name, WeightlessProvider())


def test_an_unknown_model_lists_what_there_is() -> None:
    registry = Registry()
    registry.register("one", WeightlessProvider())
    with pytest.raises(NotFound, match=r"no model provider 'two'; installed: one"):
        registry.load("two:large")
    assert [spec.id for spec in registry.specs()] == ["weightless"]


def test_the_built_in_model_enters_by_the_same_door() -> None:
    assert "builtin" in [spec.id for spec in Registry.installed().specs()]
