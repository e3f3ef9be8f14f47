"""Whom a rung reaches: each person once, not who promised a later day, and somebody else for who cannot be reached."""

from __future__ import annotations

from collections.abc import Iterable

from bot.flow import Turn
from handlers import undelivered
from handlers.reminding import Kind
from handlers.rules.calendar import day_of
from storage import answers
from storage.duties import Obligation


def of(turn: Turn, kind: Kind, obligation: Obligation, audience: Iterable[str]) -> dict[str, str]:
    """Each person once, in his first capacity; not who promised a later day, and nobody whom no message reaches."""
    found: dict[str, str] = {}
    for name in audience:
        for person in kind.people(turn, obligation, name):
            found.setdefault(person, name)
    if not found or obligation.ladder == "promise":
        return found
    quiet = answers.silent(turn.session, found, [obligation.matter], day_of(turn.now))
    kept = {person: name for person, name in found.items() if (person, obligation.matter) not in quiet}
    return undelivered.replaced(turn, kind, obligation, kept)
