"""The Condition element of a policy: operators over facts about a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sensorium.errors import Invalid

Facts = Callable[[str], str | None]
"""The value of a condition key for the call at hand; None where it has none."""
Bad = Callable[[str], Invalid]

KEYS = frozenset(
    {
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principaltype",
        "aws:username",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:requestedregion",
        "aws:resourceaccount",
        "s3vectors:ssetype",
        "s3vectors:kmskeyarn",
    }
)
"""The condition keys that this server knows, in lower case: AWS compares them so."""
PREFIXES = ("aws:resourcetag/", "aws:requesttag/")


def _equal(pattern: str, value: str) -> bool:
    return pattern == value


def _equal_folded(pattern: str, value: str) -> bool:
    return pattern.casefold() == value.casefold()


def _like(pattern: str, value: str) -> bool:
    return matches(pattern, value)


def _like_arn(pattern: str, value: str) -> bool:
    """As AWS compares ARNs: colon by colon, each part with wildcards."""
    patterns, values = pattern.split(":", 5), value.split(":", 5)
    return len(patterns) == len(values) == 6 and all(map(matches, patterns, values))


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": _equal,
    "StringEqualsIgnoreCase": _equal_folded,
    "StringLike": _like,
    "ArnEquals": _like_arn,
    "ArnLike": _like_arn,
    "Bool": _equal_folded,
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
_IF_EXISTS = "IfExists"
_NULL = "Null"
OPERATORS = (*_OPERATORS, *_NEGATED, _NULL)


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator on one key: it holds when any of the values does, or none where it is negated."""

    operator: str
    negated: bool
    if_exists: bool
    key: str
    """``aws:principalarn``, in lower case but for the name of a tag."""
    values: tuple[str, ...]

    @classmethod
    def read(cls, operator: str, key: str, values: Any, where: str, bad: Bad) -> Condition:
        """Raises what ``bad`` makes where the operator or the key is none that this server knows."""
        plain = operator.removesuffix(_IF_EXISTS)
        if plain not in OPERATORS or (plain == _NULL and plain != operator):
            accepted = ", ".join(OPERATORS)
            raise bad(f"{where} has the operator {operator!r:.80}; this server enforces {accepted} and …{_IF_EXISTS}")
        folded = _folded(key)
        if folded not in KEYS and not folded.startswith(PREFIXES):
            accepted = ", ".join((*sorted(KEYS), *(f"{prefix}KEY" for prefix in PREFIXES)))
            raise bad(f"{where}.{operator} has the key {key!r:.80}; this server knows {accepted}")
        given = [values] if isinstance(values, bool) else values
        texts = (
            [str(one).lower() if isinstance(one, bool) else one for one in given] if isinstance(given, list) else given
        )
        found = listed(texts, f"{where}.{operator}.{key}", bad)
        if plain in (_NULL, "Bool") and not {one.lower() for one in found} <= {"true", "false"}:
            raise bad(f"{where}.{operator}.{key} must be true or false")
        if any("${" in one for one in found):
            raise bad(f"{where}.{operator}.{key} holds a policy variable, which this server does not fill in")
        return cls(_NEGATED.get(plain, plain), plain in _NEGATED, plain != operator, folded, found)

    def holds(self, facts: Facts) -> bool:
        """Whether it is so for the call. A key without a value fails it, unless it is negated or …IfExists."""
        value = facts(self.key)
        if self.operator == _NULL:
            return any((value is None) is (one.lower() == "true") for one in self.values)
        if value is None:
            return self.negated or self.if_exists
        compare = _OPERATORS[self.operator]
        return any(compare(one, value) for one in self.values) is not self.negated


def listed(given: Any, where: str, bad: Bad) -> tuple[str, ...]:
    """A string or a non-empty list of strings, as a tuple."""
    found = [given] if isinstance(given, str) else given
    if not isinstance(found, list) or not found or not all(isinstance(one, str) for one in found):
        raise bad(f"{where} must be a string or a non-empty list of strings")
    return tuple(found)


def matches(pattern: str, value: str) -> bool:
    """Whether the text fits a pattern in which ``*`` stands for any text and ``?`` for one character.

    No regular expression: a policy of many stars would let one run for ever. This one steps back to the last star only.
    """
    at = place = 0
    star, resumed = -1, 0
    while place < len(value):
        if at < len(pattern) and pattern[at] == "*":
            star, resumed = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", value[place]):
            at += 1
            place += 1
        elif star >= 0:
            resumed += 1
            at, place = star + 1, resumed
        else:
            return False
    return not pattern[at:].strip("*")


def _folded(key: str) -> str:
    """Condition keys are compared without case, the tag's own name with it."""
    head, slash, tag = key.partition("/")
    return head.lower() + slash + tag
