"""Opaque ids and the secret behind them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.errors import Corrupt, NotFound
from sensorium.server.api.ids import Ids
from sensorium.server.api.secret import Secret


def test_an_id_is_the_same_after_a_restart_and_another_home_knows_it_not(tmp_path: Path) -> None:
    ids = Ids(Secret(tmp_path / "a"))
    id = ids.seal("photos", "key/../with anything\u2603")
    assert Ids(Secret(tmp_path / "a")).open(id) == ("photos", "key/../with anything\u2603")
    assert id == ids.seal("photos", "key/../with anything\u2603") != ids.seal("photo", "skey/../with anything\u2603")
    assert id.replace("-", "").replace("_", "").isalnum()
    with pytest.raises(NotFound, match="no such media"):
        Ids(Secret(tmp_path / "b")).open(id)


def test_the_secret_is_its_owners_alone(tmp_path: Path) -> None:
    Secret(tmp_path / "web" / "secret")
    assert (tmp_path / "web" / "secret").stat().st_mode & 0o777 == 0o600
    assert Secret(tmp_path / "web" / "secret").key("a") != Secret(tmp_path / "web" / "secret").key("b")
    assert [path.name for path in (tmp_path / "web").iterdir()] == ["secret"]
    (tmp_path / "short").write_bytes(b"x")
    with pytest.raises(Corrupt, match="1 bytes instead of 64"):
        Secret(tmp_path / "short")


@given(st.text(max_size=300))
def test_nothing_made_up_opens(tmp_path_factory: pytest.TempPathFactory, made: str) -> None:
    ids = Ids(Secret(tmp_path_factory.getbasetemp() / "made-up"))
    with pytest.raises(NotFound):
        ids.open(made)
