from pathlib import Path

import pytest

from sensorium.config import load
from sensorium.errors import Invalid
from sensorium.home import default_path
from sensorium.stores.embedded import Limits


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
        ("colour = 1", "unknown setting; there are bedrock_concurrency"),
        ("workers = -1", "0 or more"),
        ("workers = true", "0 or more"),
        ("workers = 'many'", "0 or more"),
        ("model = 3", "a name is needed"),
        ("serve_tls = 'perhaps'", "true or false is needed"),
        ("serve_tls = 2", "true or false is needed"),
        ("serve_port = true", "0 or more"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(Invalid, match=message):
        load(tmp_path, environment={})


def test_switches_and_the_server_s_settings(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("serve_tls = true\nserve_port = 1234\nserve_region = 'eu-west-1'\n")
    settings = load(tmp_path, environment={"SENSORIUM_SERVE_LENIENT": "TRUE", "SENSORIUM_SERVE_TLS": "0"})
    assert (settings.serve_tls, settings.serve_lenient) == (False, True)
    assert (settings.serve_port, settings.serve_region, settings.serve_host) == (1234, "eu-west-1", "127.0.0.1")
    assert load(tmp_path, environment={}).serve_tls


def test_megabytes_of_the_store(tmp_path: Path) -> None:
    assert load(environment={}).store_limits == Limits()
    (tmp_path / "config.toml").write_text("store_exact_mb = 0\nstore_gather_mb = 3\n")
    limits = load(tmp_path, environment={"SENSORIUM_STORE_MEMORY_MB": "64"}).store_limits
    assert limits == Limits(0, 3 << 20, 64 << 20)
