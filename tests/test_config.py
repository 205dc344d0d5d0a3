from pathlib import Path

import pytest

from sensorium.config import load
from sensorium.errors import Invalid
from sensorium.home import default_path


def test_defaults() -> None:
    settings = load(environment={})
    assert (settings.home, settings.index, settings.model, settings.workers) == (
        default_path(),
        "default",
        "builtin",
        0,
    )


def test_flags_beat_the_environment_beats_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('index = "from-file"\nmodel = "file-model"\nworkers = 3\n')
    environment = {"SENSORIUM_HOME": str(tmp_path), "SENSORIUM_MODEL": "env-model", "SENSORIUM_WORKERS": "5"}
    settings = load(flags={"workers": 7, "index": None}, environment=environment)
    assert settings.home == tmp_path
    assert (settings.index, settings.model, settings.workers) == ("from-file", "env-model", 7)
    assert load(tmp_path / "elsewhere", environment=environment).home == tmp_path / "elsewhere"
    assert load(tmp_path / "a" / ".." / "elsewhere", environment=environment).home == tmp_path / "elsewhere"


def test_a_home_in_the_environment_may_begin_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    assert load(environment={"SENSORIUM_HOME": "~/sense"}).home == Path("/home/ann/sense")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("index = ", "cannot be read as TOML"),
        ("colour = 1", "unknown setting; there are index"),
        ("workers = -1", "0 or more"),
        ("workers = true", "0 or more"),
        ("workers = 'many'", "0 or more"),
        ("model = 3", "a name is needed"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(Invalid, match=message):
        load(tmp_path, environment={})
