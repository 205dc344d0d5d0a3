"""Resource policies of vector buckets: read, refused where they cannot be enforced to the letter, and enforced.

Who may do what: the owner (unsigned calls from loopback) may do everything. Users are the profiles of the credentials
file; it holds no identity policies, so each of them may do everything in the account that no policy denies. An Allow
therefore changes nothing, and a Deny that names a user, an action and a resource counts. Callers of other accounts do
not exist.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sensorium.errors import Invalid
from sensorium.server.call import Caller
from sensorium.server.condition import Condition, Facts, listed, matches
from sensorium.wire.fault import AwsFault

MAX_BYTES = 20 << 10
_VERSIONS = ("2012-10-17", "2008-10-17")
_SERVICE = "s3vectors"
_ALL = "*"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. A tuple of patterns, and whether it names those that are meant or those that are not."""

    denies: bool
    principals: tuple[str, ...]
    principals_meant: bool
    actions: tuple[str, ...]
    actions_meant: bool
    resources: tuple[str, ...]
    resources_meant: bool
    conditions: tuple[Condition, ...]

    def holds(self, caller: Caller, action: str, resource: str, facts: Facts) -> bool:
        """Whether the statement is about this call."""
        return (
            _named(self.principals, caller) is self.principals_meant
            and any(matches(one.lower(), action.lower()) for one in self.actions) is self.actions_meant
            and any(matches(one, resource) for one in self.resources) is self.resources_meant
            and all(condition.holds(facts) for condition in self.conditions)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that was read whole."""

    statements: tuple[Statement, ...]

    def denies(self, caller: Caller, action: str, resource: str, facts: Facts) -> bool:
        """Whether a statement denies the call. ``action`` is ``s3vectors:GetVectors``, ``resource`` an ARN."""
        return any(one.denies and one.holds(caller, action, resource, facts) for one in self.statements)


@lru_cache(maxsize=1024)
def parse(text: str) -> Policy:
    """The policy that a document says. Raises Invalid (code ``policy``) that names the part that cannot be enforced."""
    if len(text.encode()) > MAX_BYTES:
        raise bad(f"it may have {MAX_BYTES} bytes, found {len(text.encode())}")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise bad(f"it must be JSON ({error})") from error
    _only(document, "the policy", ("Version", "Id", "Statement"))
    if document.get("Version", _VERSIONS[1]) not in _VERSIONS:
        raise bad(f"Version must be one of {', '.join(_VERSIONS)}, found {document['Version']!r:.80}")
    statements = document.get("Statement")
    statements = [statements] if isinstance(statements, Mapping) else statements
    if not isinstance(statements, list) or not statements:
        raise bad("Statement must be a statement or a non-empty list of them")
    return Policy(tuple(_statement(one, f"Statement[{at}]") for at, one in enumerate(statements)))


def denied(caller: Caller, action: str, resource: str) -> AwsFault:
    """AWS's answer to a call that a policy denies."""
    return AwsFault(
        "AccessDeniedException",
        f"User: {caller.arn} is not authorized to perform: {action} on resource: {resource}"
        " with an explicit deny in a resource-based policy",
    )


def bad(what: str) -> Invalid:
    """The error for a policy that cannot be enforced."""
    return Invalid(f"Invalid policy: {what}", code="policy", path="policy")


def _statement(given: Any, where: str) -> Statement:
    _only(
        given,
        where,
        ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"),
    )
    if given.get("Effect") not in ("Allow", "Deny"):
        raise bad(f"{where}.Effect must be Allow or Deny, found {given.get('Effect')!r:.80}")
    principal, principals_meant = _one_of(given, where, "Principal")
    action, actions_meant = _one_of(given, where, "Action")
    resource, resources_meant = _one_of(given, where, "Resource")
    return Statement(
        given["Effect"] == "Deny",
        _principals(principal, f"{where}.Principal"),
        principals_meant,
        _actions(action, f"{where}.Action"),
        actions_meant,
        _resources(resource, f"{where}.Resource"),
        resources_meant,
        _conditions(given.get("Condition", {}), f"{where}.Condition"),
    )


def _only(given: Any, where: str, accepted: Iterable[str]) -> None:
    if not isinstance(given, Mapping):
        raise bad(f"{where} must be an object")
    if unknown := sorted(set(given) - set(accepted)):
        raise bad(f"{where} has the unknown element {unknown[0]!r:.80}")


def _one_of(given: Mapping[str, Any], where: str, name: str) -> tuple[Any, bool]:
    """The element ``name`` and True, or ``Not…`` and False; exactly one of them is there."""
    if (name in given) == (f"Not{name}" in given):
        raise bad(f"{where} must have one of {name} and Not{name}")
    return (given[name], True) if name in given else (given[f"Not{name}"], False)


def _principals(given: Any, where: str) -> tuple[str, ...]:
    if given == _ALL:
        return (_ALL,)
    _only(given, where, ("AWS", "Service", "Federated", "CanonicalUser"))
    if not given:
        raise bad(f"{where} names nobody")
    # Services and federated users never call this server: they are read, and match no caller.
    found = listed(given["AWS"], f"{where}.AWS", bad) if "AWS" in given else ()
    for one in found:
        if one != _ALL and not _is_principal(one):
            raise bad(
                f"{where}.AWS must hold '*', an account's 12 digits, or the ARN of an account's root or of a user"
                f" without wildcards, found {one!r:.200}"
            )
    return found


def _is_principal(text: str) -> bool:
    if text.isascii() and text.isdigit():
        return len(text) == 12
    parts = text.split(":", 5)
    return (
        len(parts) == 6
        and parts[0] == "arn"
        and parts[1].startswith("aws")
        and parts[2] in ("iam", "sts")
        and len(parts[4]) == 12
        and parts[4].isdigit()
        and "*" not in text
        and parts[5] != ""
    )


def _named(principals: tuple[str, ...], caller: Caller) -> bool:
    everybody = (_ALL, caller.account, f"arn:aws:iam::{caller.account}:root", caller.arn)
    return any(one in everybody for one in principals)


def _actions(given: Any, where: str) -> tuple[str, ...]:
    found = listed(given, where, bad)
    for one in found:
        service, colon, name = one.partition(":")
        if one != _ALL and (not colon or not name or service.lower() != _SERVICE):
            raise bad(f"{where} must hold '*' or actions of {_SERVICE}, found {one!r:.80}")
    return found


def _resources(given: Any, where: str) -> tuple[str, ...]:
    found = listed(given, where, bad)
    for one in found:
        if one != _ALL and not one.startswith("arn:"):
            raise bad(f"{where} must hold '*' or ARNs, found {one!r:.200}")
        if "${" in one:
            raise bad(f"{where} holds a policy variable, which this server does not fill in: {one!r:.200}")
    return found


def _conditions(given: Any, where: str) -> tuple[Condition, ...]:
    if not isinstance(given, Mapping):
        raise bad(f"{where} must be an object")
    found = []
    for operator, keys in given.items():
        if not isinstance(keys, Mapping) or not keys:
            raise bad(f"{where}.{operator:.80} must be an object of condition keys")
        found += [Condition.read(operator, key, values, where, bad) for key, values in keys.items()]
    return tuple(found)
