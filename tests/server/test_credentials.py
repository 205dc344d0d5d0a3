from __future__ import annotations

from pathlib import Path

import pytest

from sensorium.errors import Invalid
from sensorium.server.credentials import digest, read_keys, read_tokens


def write(folder: Path, text: str) -> Path:
    path = folder / "file"
    path.write_text(text, "utf-8")
    return path


def test_aws_s_own_format_is_read(tmp_path: Path) -> None:
    text = """\ufeff# comment
[default]
aws_access_key_id=AKIDALICE
aws_secret_access_key = a/b+c=
region = eu-west-1

[session]
aws_access_key_id = ASIA
aws_secret_access_key = s
aws_session_token = token==
x_security_token_expires = 2026-11-21T12:00:00+02:00

[alias]
aws_access_key_id = AKIDALICE
aws_secret_access_key = a/b+c=

[role]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = default
"""
    keys = read_keys(write(tmp_path, text))
    assert set(keys) == {"AKIDALICE", "ASIA"}
    assert (keys["AKIDALICE"].profile, keys["AKIDALICE"].secret, keys["AKIDALICE"].token) == ("default", "a/b+c=", "")
    assert (keys["ASIA"].token, keys["ASIA"].expires_s) == ("token==", 1_795_255_200.0)


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    keys = read_keys(write(tmp_path, "[a]\naws_access_key_id=A\naws_secret_access_key=hush\naws_session_token=shh\n"))
    assert "hush" not in repr(keys)
    assert "shh" not in repr(keys)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no profile"),
        ("[a]\nregion = x\n", "holds no profile"),
        ("aws_secret_access_key = hush\n", "line 1: is no credentials file"),
        ("[a]\naws_access_key_id = A\naws_access_key_id = B\n", "line 3"),
        ("[a]\n[a]\n", "line 2"),
        ("[a]\nhush hush\n", "no credentials file"),
        ("[a]\naws_access_key_id = A\n", r"\[a\] has no aws_secret_access_key"),
        ("[a]\naws_secret_access_key = hush\n", r"\[a\] has no aws_access_key_id"),
        (
            "[a]\naws_access_key_id=A\naws_secret_access_key=hush\n[b]\naws_access_key_id=A\naws_secret_access_key=x\n",
            r"\[a\] and \[b\]",
        ),
        ("[a]\naws_access_key_id=A\naws_secret_access_key=hush\naws_expiration=soon\n", "no ISO 8601"),
    ],
)
def test_broken_files_are_told_of_without_their_secrets(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as caught:
        read_keys(write(tmp_path, text))
    assert "hush" not in str(caught.value)
    assert caught.value.path == str(tmp_path / "file")


def test_tokens_are_kept_as_hashes(tmp_path: Path) -> None:
    tokens = read_tokens(write(tmp_path, "# keys\n\nABSKone==\n carol  ABSKtwo==\n"))
    assert tokens == {digest("ABSKone=="): "bedrock-api-key", digest("ABSKtwo=="): "carol"}


@pytest.mark.parametrize(("text", "words"), [("# none\n", "holds no bearer token"), ("a b c\n", "line 1")])
def test_broken_token_files(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_tokens(write(tmp_path, text))
