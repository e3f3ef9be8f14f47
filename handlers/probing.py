"""A look-up that was refused among others that were answered: it counts all the same (domain.md 2.5)."""

from __future__ import annotations

from datetime import timedelta

from bot.flow import Turn
from storage import seen
from storage.real_time import real_now


def count(turn: Turn) -> None:
    """One more; the fifth within ten minutes leaves its security event."""
    real, policy = real_now(), turn.policy
    seen.count_refusal(
        turn.session, turn.actor.userid, real, since=real - timedelta(minutes=policy.refused_minutes),
        limit=policy.refused_lookups, business=turn.now,
    )  # fmt: skip
