"""Which callback, and which row of the outbox, a line of the log belongs to; made after the anonymous path was asked.

An id is random and means nothing elsewhere. That of an answer is remembered, so that lines about sending it bear it too
while the same process sends it; otherwise they bear the row's number alone. What a turn tells others does not bear it:
a log must not tie a lead's reporter to the officer who is told of it.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

MOST = 20_000  # answers whose turn is remembered

_NOTHING: Mapping[str, str] = MappingProxyType({})
_current: ContextVar[Mapping[str, str]] = ContextVar("jiandu_trace", default=_NOTHING)


def current() -> Mapping[str, str]:
    """What stands beside the lines written now: `turn`, `row`, or nothing."""
    return _current.get()


def new_id() -> str:
    return secrets.token_hex(5)


@contextmanager
def under(**names: str) -> Iterator[None]:
    """The lines written inside bear these; empty ones are left out."""
    token = _current.set({name: said for name, said in names.items() if said})
    try:
        yield
    finally:
        _current.reset(token)


def bound(turn: str, work: Callable[P, T]) -> Callable[P, T]:
    """`work` for another thread, where the lines that it writes bear the turn's id."""

    def run(*given: P.args, **named: P.kwargs) -> T:
        with under(turn=turn):
            return work(*given, **named)

    return run


class Origins:
    """Which turn owed an answer. Of this process only, and only the latest."""

    def __init__(self) -> None:
        self._turns: OrderedDict[int, str] = OrderedDict()

    def note(self, row: int) -> None:
        """The turn under way owes it."""
        self._turns[row] = current().get("turn", "")
        if len(self._turns) > MOST:
            self._turns.popitem(last=False)

    def of(self, row: int) -> str:
        """The turn's id; "" when it is not known here."""
        return self._turns.get(row, "")
