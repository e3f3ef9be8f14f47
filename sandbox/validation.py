"""How a row of the table in `limits.py` is measured against a payload."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.errors import ApiError


class Rule(StrEnum):
    """What a row demands of the values at its path."""

    REQUIRED = "required"  # there and not empty
    ANY_OF = "any_of"  # one of the comma-separated paths is there
    BYTES = "bytes"  # at most `bound` bytes of UTF-8
    CHARS = "chars"  # at most `bound` characters
    SPAN = "span"  # between bound[0] and bound[1] characters
    ITEMS = "items"  # a list of bound[0]..bound[1] items
    PARTS = "parts"  # at most `bound` parts between "|"
    ONE_OF = "one_of"  # one of the values in `bound`
    NOT = "not"  # not the value `bound`
    INTEGER = "integer"
    RANGE = "range"  # a number between bound[0] and bound[1]
    PATTERN = "pattern"  # the whole text matches the regular expression
    UNIQUE = "unique"  # no value twice
    WHEN = "when"  # where bound[0] equals bound[1], bound[2] is there
    NEEDS = "needs"  # where bound[0] is there, bound[1] is too


@dataclass(frozen=True, slots=True)
class Limit:
    """One row: where it applies ("*", a msgtype, "template_card/vote_interaction", "update", "menu"), and what it asks.

    `source` points into wecom.md. An `advised` length is cut on display by the real platform and refused only by a
    strict stand-in.
    """

    applies: str
    path: str
    rule: Rule
    bound: Any
    errcode: int
    source: str
    advised: bool = False

    @property
    def name(self) -> str:
        return f"{self.applies}:{self.path}:{self.rule}"


def found(payload: Any, path: str) -> Iterator[Any]:
    """Every value at a dotted path; `[]` goes through a list. Nothing where an object on the way is missing."""
    if not path:
        yield payload
        return
    head, _, rest = path.partition(".")
    key, through = head.removesuffix("[]"), head.endswith("[]")
    if not isinstance(payload, dict) or key not in payload:
        return
    value = payload[key]
    for item in (value if isinstance(value, list) else []) if through else [value]:
        yield from found(item, rest)


def parents(payload: Any, path: str) -> Iterator[tuple[Any, str]]:
    """The objects that should hold the path's last key, and that key."""
    before, _, last = path.rpartition(".")
    for parent in found(payload, before):
        yield parent, last


def check(payload: Any, limit: Limit) -> None:
    """Raises ApiError with the row's errcode when the payload breaks it."""
    if not _holds(payload, limit):
        raise ApiError(limit.errcode, f"{limit.path} ({limit.rule}, see {limit.source})")


def _there(parent: Any, key: str) -> bool:
    return isinstance(parent, dict) and parent.get(key) not in (None, "", [], {})


def _holds(payload: Any, limit: Limit) -> bool:
    match limit.rule:
        case Rule.REQUIRED:
            return all(_there(parent, key) for parent, key in parents(payload, limit.path))
        case Rule.ANY_OF:
            paths = limit.path.split(",")
            holders = [list(parents(payload, path)) for path in paths]
            return any(_there(parent, key) for holder in holders for parent, key in holder)
        case Rule.UNIQUE:
            return all(_unique(items, limit.bound) for items in found(payload, limit.path))
        case Rule.WHEN:
            field, value, needed = limit.bound
            return all(o.get(field) != value or _there(o, needed) for o in found(payload, limit.path) if _is_object(o))
        case Rule.NEEDS:
            field, needed = limit.bound
            return all(_there(o, needed) for o in found(payload, limit.path) if _there(o, field))
        case _:
            return all(_fits(value, limit) for value in found(payload, limit.path))


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _unique(items: Any, key: str) -> bool:
    seen = [item[key] for item in items if isinstance(item, dict) and item.get(key)] if isinstance(items, list) else []
    return len(seen) == len(set(map(str, seen)))


def _fits(value: Any, limit: Limit) -> bool:
    bound = limit.bound
    is_text, is_number = isinstance(value, str), isinstance(value, int | float) and not isinstance(value, bool)
    match limit.rule:
        case Rule.BYTES:
            return is_text and len(value.encode()) <= bound
        case Rule.CHARS:
            return is_text and len(value) <= bound
        case Rule.SPAN:
            return is_text and bound[0] <= len(value) <= bound[1]
        case Rule.ITEMS:
            return isinstance(value, list) and bound[0] <= len(value) <= bound[1]
        case Rule.PARTS:
            return is_text and len(value.split("|")) <= bound
        case Rule.ONE_OF:
            return not isinstance(value, bool) and value in bound
        case Rule.NOT:
            return bool(value != bound)
        case Rule.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool)
        case Rule.RANGE:
            return is_number and bound[0] <= value <= bound[1]
        case Rule.PATTERN:
            return is_text and re.fullmatch(bound, value) is not None
        case _:
            raise ValueError(limit.rule)
