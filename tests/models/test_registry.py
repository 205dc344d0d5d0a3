from pathlib import Path

import pytest

from sensorium.errors import Conflict, Invalid, NotFound, SensoriumError, Unsupported
from sensorium.models.registry import GROUP, Registry
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


def test_a_provider_of_the_callers_own_stands_in_for_the_installed_one() -> None:
    made: list[WeightlessProvider] = []

    def make() -> WeightlessProvider:
        made.append(WeightlessProvider())
        return made[-1]

    registry = Registry.installed({"builtin": make})
    assert made == [], "made when it is first asked for"
    assert [spec.id for spec in registry.specs("builtin")] == ["weightless"]
    assert registry.load("builtin").spec.id == "weightless"
    assert len(made) == 1


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages beside the installed ones."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def install(site: Path, package: str, provider: str, value: str) -> None:
    """A package that offers ``value`` as a provider."""
    folder = site / f"{package}-2.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 2.0\n")
    (folder / "entry_points.txt").write_text(f"[{GROUP}]\n{provider} = {value}\n")


def test_a_package_that_cannot_be_imported_harms_nobody_else(site: Path) -> None:
    (site / "shattered.py").write_text("raise ZeroDivisionError('oh')\n")
    install(site, "shattered", "shattered", "shattered:PROVIDER")
    registry = Registry.installed()
    assert {"builtin", "shattered"} <= set(registry.providers())
    assert [spec.id for spec in registry.specs("builtin")] == ["builtin"]
    for ask in (lambda: registry.specs(), lambda: registry.specs("shattered"), lambda: registry.load("shattered:x")):
        with pytest.raises(Unsupported, match=r"of package shattered 2.0 cannot be imported \(ZeroDivisionError: oh\)"):
            ask()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("PROVIDER = 7", "is no provider, it lacks `specs` or `load`"),
        ("OTHER = 7", "cannot be imported .AttributeError"),
        ("class PROVIDER:\n def specs(): return [1 / 0]\n def load(name): return 1", "cannot list its models"),
    ],
)
def test_what_is_no_provider_says_so(
    site: Path, monkeypatch: pytest.MonkeyPatch, code: str, message: str, request: pytest.FixtureRequest
) -> None:
    module = f"odd_{abs(hash(request.node.name))}"
    (site / f"{module}.py").write_text(code)
    install(site, "odd", "odd", f"{module}:PROVIDER")
    with pytest.raises(Unsupported, match=message):
        Registry.installed().specs("odd")


def test_one_name_of_two_packages_is_neither(site: Path) -> None:
    for package in ("left", "right"):
        install(site, package, "same", "sensorium.testing.weightless:WeightlessProvider")
    install(site, "colon", "a:b", "sensorium.testing.weightless:WeightlessProvider")
    registry = Registry.installed()
    with pytest.raises(Conflict, match=r"several packages: left 2.0, right 2.0; remove all but one"):
        registry.load("same")
    with pytest.raises(SensoriumError):
        registry.specs("a:b")
    assert registry.specs("builtin")
