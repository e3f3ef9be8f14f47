"""One rejecting test for each row of the table of limits, broken by its own rule; and its last allowed value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.errors import MESSAGES, ApiError
from sandbox.limits import LIMITS, validate
from sandbox.validation import Limit, Rule, check, parents
from tests.sandbox.samples import names, sample


def _own(item: Any, number: int) -> dict[str, Any]:
    """What keeps copies of one list item apart."""
    return {name: f"{item[name]}{number}" for name in ("key", "id", "question_key") if name in item}


def _put(payload: dict[str, Any], path: str, value: Any) -> None:
    places = list(parents(payload, path))
    assert places, f"the sample lacks {path}"
    for parent, key in places:
        parent[key] = value


def _items(payload: dict[str, Any], path: str, count: int) -> list[Any]:
    ((parent, key),) = list(parents(payload, path))[:1]
    first = parent[key][0] if parent[key] and isinstance(parent[key][0], dict) else None
    return [{**first, **_own(first, n)} if first else str(n) for n in range(count)]


def _drop(payload: dict[str, Any], path: str) -> None:
    for parent, key in parents(payload, path):
        parent.pop(key, None)


def _objects(payload: dict[str, Any], path: str) -> list[dict[str, Any]]:
    """The objects that a WHEN or NEEDS row looks at; `a[]` means the items of the list."""
    before, through = path.removesuffix("[]"), path.endswith("[]")
    values = [parent[key] for parent, key in parents(payload, before)]
    return [item for value in values for item in (value if through else [value])]


def _break_when(payload: dict[str, Any], limit: Limit) -> None:
    field, value, needed = limit.bound
    for item in _objects(payload, limit.path):
        item.pop(needed, None)
        item.pop(field, None)
        if value is not None:
            item[field] = value


def _break_needs(payload: dict[str, Any], limit: Limit) -> None:
    for item in _objects(payload, limit.path):
        assert item[limit.bound[0]]
        item.pop(limit.bound[1], None)


def _break_unique(payload: dict[str, Any], limit: Limit) -> None:
    for parent, key in parents(payload, limit.path):
        parent[key] = [dict(parent[key][0]), dict(parent[key][0])]


def _break_any(payload: dict[str, Any], limit: Limit) -> None:
    for path in limit.path.split(","):
        _drop(payload, path)


def _put_it(value: Callable[[dict[str, Any], Limit], Any]) -> Callable[[dict[str, Any], Limit], None]:
    return lambda payload, limit: _put(payload, limit.path, value(payload, limit))


BREAK: dict[Rule, Callable[[dict[str, Any], Limit], None]] = {
    Rule.REQUIRED: lambda payload, limit: _drop(payload, limit.path),
    Rule.ANY_OF: _break_any,
    Rule.BYTES: _put_it(lambda _p, limit: "监" * (limit.bound // 3) + "x" * (limit.bound % 3 + 1)),
    Rule.CHARS: _put_it(lambda _p, limit: "监" * (limit.bound + 1)),
    Rule.SPAN: _put_it(lambda _p, limit: "监" * (limit.bound[1] + 1)),
    Rule.ITEMS: _put_it(lambda p, limit: _items(p, limit.path, limit.bound[1] + 1)),
    Rule.PARTS: _put_it(lambda _p, limit: "|".join(["hx_ban"] * (limit.bound + 1))),
    Rule.ONE_OF: _put_it(lambda _p, _l: "nonsense"),
    Rule.NOT: _put_it(lambda _p, limit: limit.bound),
    Rule.INTEGER: _put_it(lambda _p, _l: "1000002"),
    Rule.RANGE: _put_it(lambda _p, limit: limit.bound[1] + 1),
    Rule.PATTERN: _put_it(lambda _p, _l: "不 合 式"),
    Rule.UNIQUE: _break_unique,
    Rule.WHEN: _break_when,
    Rule.NEEDS: _break_needs,
}
FULL: dict[Rule, Callable[[dict[str, Any], Limit], None]] = {
    Rule.BYTES: _put_it(lambda _p, limit: "x" * limit.bound),
    Rule.CHARS: _put_it(lambda _p, limit: "监" * limit.bound),
    Rule.SPAN: _put_it(lambda _p, limit: "监" * limit.bound[0]),
    Rule.ITEMS: _put_it(lambda p, limit: _items(p, limit.path, limit.bound[1])),
    Rule.PARTS: _put_it(lambda _p, limit: "|".join(["hx_ban"] * limit.bound)),
    Rule.RANGE: _put_it(lambda _p, limit: limit.bound[0]),
}


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_breaking_a_row_is_refused_with_its_code(limit: Limit) -> None:
    payload = sample(limit.applies)
    check(payload, limit)
    BREAK[limit.rule](payload, limit)
    with pytest.raises(ApiError) as caught:
        check(payload, limit)
    assert caught.value.errcode == limit.errcode
    with pytest.raises(ApiError):
        validate(payload, *names(limit.applies))


@pytest.mark.parametrize("limit", [row for row in LIMITS if row.rule in FULL], ids=lambda limit: limit.name)
def test_the_last_allowed_value_is_taken(limit: Limit) -> None:
    payload = sample(limit.applies)
    FULL[limit.rule](payload, limit)
    check(payload, limit)


@pytest.mark.parametrize("applies", sorted({row.applies for row in LIMITS}))
def test_the_samples_themselves_are_taken(applies: str) -> None:
    validate(sample(applies), *names(applies))


@pytest.mark.parametrize("limit", [row for row in LIMITS if row.advised], ids=lambda limit: limit.name)
def test_an_advised_length_is_refused_only_by_a_strict_stand_in(limit: Limit) -> None:
    payload = sample(limit.applies)
    BREAK[limit.rule](payload, limit)
    validate(payload, *names(limit.applies), strict=False)


def test_every_row_has_a_place_in_the_reference_and_a_known_code() -> None:
    for limit in LIMITS:
        assert limit.source.split()[0] in ("3.2", "3.3", "3.4", "3.7")
        assert limit.errcode in MESSAGES
    assert len({limit.name + str(limit.bound) for limit in LIMITS}) == len(LIMITS)
