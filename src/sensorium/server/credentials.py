"""Who may call: access keys from a file of AWS's own format, bearer tokens from a file of lines."""

from __future__ import annotations

import configparser
import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sensorium.errors import Invalid

EXPIRIES = ("x_security_token_expires", "aws_expiration")
"""Keys under which the tools that fetch session credentials write when these end."""
UNNAMED = "bedrock-api-key"
"""The user of a bearer token that has no name."""


@dataclass(frozen=True, slots=True)
class Key:
    """One profile's access key. ``expires_s`` is in seconds since the epoch."""

    profile: str
    id: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    expires_s: float | None = None


def read_keys(path: Path) -> dict[str, Key]:
    """The keys of a credentials file by access key id; profiles without one (roles, single sign-on) are left out.

    Where several profiles share a key, the first one is the user. Raises Invalid for a file that is broken or holds
    no key, OSError for one that cannot be read.
    """
    parser = configparser.RawConfigParser(default_section="")
    try:
        parser.read_string(path.read_text("utf-8-sig"))
    except configparser.Error as error:
        # The parser's own message quotes the line, which may hold a secret.
        line = getattr(error, "lineno", None)
        place = f", line {line}" if line is not None else ""
        raise Invalid(
            f"{path}{place}: is no credentials file of AWS ({type(error).__name__})", path=str(path)
        ) from None
    keys: dict[str, Key] = {}
    for profile in parser.sections():
        key = _key(path, profile, parser[profile])
        if key is None:
            continue
        other = keys.setdefault(key.id, key)
        if (other.secret, other.token) != (key.secret, key.token):
            raise Invalid(f"{path}: [{other.profile}] and [{profile}] have one key id and two secrets", path=str(path))
    if not keys:
        raise Invalid(f"{path}: holds no profile with aws_access_key_id and aws_secret_access_key", path=str(path))
    return keys


def _key(path: Path, profile: str, section: Mapping[str, str]) -> Key | None:
    found, secret = section.get("aws_access_key_id", "").strip(), section.get("aws_secret_access_key", "").strip()
    if not found and not secret:
        return None
    if not found or not secret:
        lacking = "aws_secret_access_key" if found else "aws_access_key_id"
        raise Invalid(f"{path}: profile [{profile}] has no {lacking}", path=str(path))
    end = next((section[name] for name in EXPIRIES if name in section), None)
    return Key(profile, found, secret, section.get("aws_session_token", "").strip(), _moment(path, profile, end))


def _moment(path: Path, profile: str, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(
            f"{path}: profile [{profile}] ends at {text!r}, which is no ISO 8601 time", path=str(path)
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


def read_tokens(path: Path) -> dict[bytes, str]:
    """SHA-256 of each bearer token to its user, from lines ``TOKEN`` or ``NAME TOKEN``; ``#`` begins a comment line.

    Raises Invalid for a file that is broken or empty, OSError for one that cannot be read.
    """
    tokens: dict[bytes, str] = {}
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) > 2:
            raise Invalid(f"{path}, line {number}: accepted are TOKEN and NAME TOKEN", path=str(path))
        tokens[digest(words[-1])] = words[0] if len(words) == 2 else UNNAMED
    if not tokens:
        raise Invalid(f"{path}: holds no bearer token", path=str(path))
    return tokens


def digest(token: str) -> bytes:
    """What is kept and compared in place of a token."""
    return hashlib.sha256(token.encode()).digest()
